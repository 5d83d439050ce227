//! D5: databases of earlier programs, kept in `tests/fixtures/`, are brought to this one with everything in them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use relasi_tests::{Backend, Client, Member, fixture, on_both};
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

/// No step of a migration loses a row. Fixtures of the first programs did not count theirs.
#[track_caller]
fn every_row_is_there(then: &Value, now: &BTreeMap<String, i64>) {
    for (table, rows) in then.as_object().into_iter().flatten() {
        assert_eq!(now.get(table), rows.as_i64().as_ref(), "{table}");
    }
}

on_both! {
    fn d5_databases_of_earlier_programs_are_brought_to_this_one(kind: Kind) {
        let (Kind(backend), all) = (kind, fixtures());
        assert!(!all.is_empty());
        for kept in all {
            let from = kept.join(if backend == Backend::Sqlite { "sqlite" } else { "postgres" });
            let folder = tempfile::tempdir().unwrap();
            let (settings, database) = fixture::restored(&from, folder.path(), backend);
            let told: Value = serde_json::from_slice(&fs::read(from.join("told.json")).unwrap()).unwrap();
            settings.run(&["migrate"]);
            every_row_is_there(&told["rows"], &fixture::rows(&settings, database.as_ref()));
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
