//! D5: databases of earlier programs, kept in `tests/fixtures/`, are brought to this one with everything in them.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use relasi_tests::{Backend, Client, Member, Settings, on_both, postgres};
use serde_json::{Value, json};

use crate::{bodies, events::receiver::until, integrity};

/// Which kind of database a body is for.
struct Kind(Backend);

impl relasi_tests::Start for Kind {
    fn start(backend: Backend) -> Self {
        Self(backend)
    }
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let found = fs::read_dir(folder).expect("fixtures").flatten();
    let found = found.map(|entry| entry.path());
    found.filter(|path| path.join("sqlite").is_dir()).collect()
}

/// A data folder and a database as the earlier program left them.
fn restored(from: &Path, to: &Path, backend: Backend) -> (Settings, Option<postgres::Database>) {
    let mut settings = Settings {
        data_dir: to.to_owned(),
        database_url: None,
        environment: Vec::new(),
    };
    fs::copy(from.join("secret-keys"), to.join("secret-keys")).unwrap();
    if backend == Backend::Postgres {
        let database = postgres::empty_database();
        database.restore(&from.join("database"));
        settings.database_url = Some(database.url.clone());
        return (settings, Some(database));
    }
    let mut bytes = Vec::new();
    let packed = File::open(from.join("database.gz")).unwrap();
    GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    fs::write(to.join("relasi.db"), bytes).unwrap();
    (settings, None)
}

/// Each member that was told then is told now; later programs may tell more.
#[track_caller]
fn still_told(then: &Value, client: &Client) {
    for (plural, records) in then.as_object().expect("objects") {
        let now = client.get(plural).ok(200);
        let now = now["items"].as_array().expect("items");
        let records = records.as_array().expect("records");
        assert_eq!(now.len(), records.len(), "{plural}");
        assert!(!records.is_empty(), "nothing of {plural} was kept");
        for record in records {
            let same = now
                .iter()
                .find(|one| one["id"] == record["id"])
                .expect("it is there");
            for (member, value) in record.as_object().expect("members") {
                assert_eq!(&same[member], value, "{plural} {member}");
            }
        }
    }
}

on_both! {
    fn d5_databases_of_earlier_programs_are_brought_to_this_one(kind: Kind) {
        let (Kind(backend), all) = (kind, fixtures());
        assert!(!all.is_empty());
        for fixture in all {
            let from = fixture.join(if backend == Backend::Sqlite { "sqlite" } else { "postgres" });
            let folder = tempfile::tempdir().unwrap();
            let (settings, _database) = restored(&from, folder.path(), backend);
            let told: Value = serde_json::from_slice(&fs::read(from.join("told.json")).unwrap()).unwrap();
            let server = settings.serve();
            let owner = Member::sign_in(&server.client(), told["email"].as_str().unwrap());
            let client = &owner.client;
            still_told(&told["records"], client);
            let found = client.list("search", &[("q", "ใจดี")]).ok(200);
            assert_eq!(found["items"][0]["object"], "contact", "{found}");
            assert_eq!(client.get("webhook-endpoints").ok(200)["items"][0]["url"], "https://example.com/hook");
            let siti = client.list("contacts", &[("filter", "full_name = \"Siti Rahayu\"")]).ok(200);
            let siti = &siti["items"][0];
            client.patch(&format!("contacts/{}", bodies::id(siti)), bodies::version(siti), &json!({"city": "Solo"})).ok(200);
            bodies::make(client, "contact");
            // Its log is old enough to be sealed at once.
            until("the log to be sealed", || (!settings.run(&["audit", "verify"]).starts_with("0 entries")).then_some(()));
            assert_eq!(server.terminate().code(), Some(0));
            assert_eq!(integrity::broken(&integrity::open(&settings)), [""; 0]);
            settings.run(&["check"]);
        }
    }
}
