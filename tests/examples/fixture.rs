//! Writes a small database of this program for the tests of later ones: `scripts/fixture.sh`, once per release, before its
//! migrations are added to. It makes `tests/fixtures/schema-<last migration>/` with a copy for each kind of database, the
//! data folder's keys, what the API said of the records, and how many rows each table has.

use std::{
    fs,
    io::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use relasi_tests::{Backend, Client, Method, Start as _, TestApp, fixture};
use serde_json::{Map, Value, json};

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap_or_default().to_owned()
}

/// A little of everything whose form a migration may change.
fn fill(client: &Client) {
    let own = json!({"object": "contact", "label": "Kode", "kind": "text", "name": "kode", "is_unique": true});
    client.create("custom-fields", &own);
    let team = client.create("teams", &json!({"name": "Penjualan"}));
    let rights =
        json!({"records": {"see": "tree"}, "objects": {"deal": {"see": "own"}}, "workspace": []});
    client
        .post("roles", &json!({"name": "Peran", "rights": rights}))
        .ok(201);
    let tag = client.create("tags", &json!({"name": "VIP"}));
    let company = client.create(
        "companies",
        &json!({"name": "PT Kopi Nusantara", "city": "Bandung"}),
    );
    client.create(
        "companies",
        &json!({"name": "PT Kopi Anak", "parent_id": company["id"]}),
    );
    let somchai = json!({
        "full_name": "สมชาย ใจดี", "company_id": company["id"], "custom": {"kode": "A-1"}, "tags": [tag["id"]],
        "emails": [{"value": "somchai@kopi.example"}], "phones": [{"value": "+66 2 555 0141"}], "team_id": team["id"],
    });
    let somchai = client.create("contacts", &somchai);
    let path = format!("contacts/{}", id(&somchai));
    client
        .patch(&path, 1, &json!({"city": "Chiang Mai"}))
        .ok(200);
    let siti = client.create("contacts", &json!({"full_name": "Siti Rahayu"}));
    client.create(
        "relationships",
        &json!({"from_contact_id": siti["id"], "kind": "reports_to", "to_contact_id": somchai["id"]}),
    );
    let stages = client.get("stages?limit=2").ok(200);
    let stage = &stages["items"][0];
    client.create(
        "deals",
        &json!({"name": "Mesin kopi", "pipeline_id": stage["pipeline_id"], "stage_id": stage["id"], "amount": 12_500_000,
                "currency": "IDR", "contact_id": somchai["id"]}),
    );
    client.create(
        "activities",
        &json!({"kind": "task", "subject": "Telepon", "contact_id": siti["id"], "due_at": "2026-12-01T08:00:00Z"}),
    );
    client
        .post(&format!("{path}/comments"), &json!({"body": "Baik"}))
        .ok(201);
    let file = format!("{path}/files?name=a.txt");
    client.send(Method::POST, &file, &[], b"satu").ok(201);
    let gone = client.create("contacts", &json!({"full_name": "Di tempat sampah"}));
    client.delete(&format!("contacts/{}", id(&gone)), 1).ok(204);
    client
        .post(
            "webhook-endpoints",
            &json!({"url": "https://example.com/hook"}),
        )
        .ok(201);
    client.create(
        "saved-views",
        &json!({"object": "contact", "name": "Bandung", "visibility": "everyone", "filter": "city = \"Bandung\""}),
    );
}

/// What members, programs and people outside leave behind.
fn fill_around(client: &Client) {
    let contacts = client.get("contacts?limit=1").ok(200);
    let contact = format!("contacts/{}", id(&contacts["items"][0]));
    let purpose = json!({"name": "Kabar bulanan", "legal_basis": "consent", "channels": ["email"], "wording": "Boleh?"});
    let purpose = client.post("consent-purposes", &purpose).ok(201);
    let given = json!({"purpose_id": purpose["id"], "state": "given", "source": "paper"});
    client.post(&format!("{contact}/consents"), &given).ok(201);
    let hook = json!({
        "name": "Formulir situs", "object": "contact", "options": {},
        "mapping": [{"field": "full_name", "from": ["/nama"]}],
    });
    let hook = client.post("inbound-hooks", &hook).ok(201);
    let address = format!("inbound/{}", hook["token"].as_str().unwrap_or_default());
    let form = json!({"nama": "Dari situs"});
    client.anonymous().post(&address, &form).ok(202);
    let key = client.post("api-keys", &json!({"name": "Kunci", "scopes": ["see"]}));
    let key = key.ok(201);
    let caller = client.with_token(key["token"].as_str().unwrap_or_default());
    caller.get("contacts").ok(200);
    // Both are noted a moment after the answer.
    for path in [
        format!("api-keys/{}/requests", id(&key)),
        format!("inbound-hooks/{}/requests?state=created", id(&hook)),
    ] {
        let limit = Instant::now() + Duration::from_mins(1);
        while client.get(&path).ok(200)["items"][0].is_null() {
            assert!(Instant::now() < limit, "{path} stays empty");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// What a later program must still say of each record.
fn told(client: &Client) -> Value {
    let objects = [
        "contacts",
        "companies",
        "deals",
        "activities",
        "tags",
        "relationships",
        "saved-views",
    ];
    let told = objects.map(|plural| {
        (
            plural.to_owned(),
            client.get(plural).ok(200)["items"].clone(),
        )
    });
    Value::Object(Map::from_iter(told))
}

fn last_migration() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/sqlite");
    let names = fs::read_dir(folder).expect("migrations").flatten();
    let last = names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .max();
    last.and_then(|name| name.split('_').next().map(str::to_owned))
        .expect("a migration")
}

/// SQLite's copy is mostly empty pages.
fn pack(file: &Path) {
    let packed = fs::File::create(file.with_extension("gz")).expect("it can be written");
    let mut packed = GzEncoder::new(packed, Compression::best());
    packed
        .write_all(&fs::read(file).expect("the copy"))
        .expect("it can be written");
    packed.finish().expect("it can be written");
    fs::remove_file(file).expect("the copy goes");
}

fn main() {
    // A program that was built elsewhere (RELASI_BIN) may be older than the migrations that lie here.
    let last = std::env::args().nth(1).unwrap_or_else(last_migration);
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/schema-{last}"));
    for (backend, kind) in [(Backend::Sqlite, "sqlite"), (Backend::Postgres, "postgres")] {
        let app = TestApp::start(backend);
        fill(app.client());
        fill_around(app.client());
        let folder = to.join(kind);
        fs::create_dir_all(&folder).expect("the folder can be made");
        let copy = folder.join("database");
        app.at.settings.run(&["backup", &copy.to_string_lossy()]);
        if backend == Backend::Sqlite {
            pack(&copy);
        }
        let keys = app.at.settings.data_dir.join("secret-keys");
        fs::copy(keys, folder.join("secret-keys")).expect("keys");
        let again = tempfile::tempdir().expect("a temporary folder can be made");
        let (settings, database) = fixture::restored(&folder, again.path(), backend);
        let rows = fixture::rows(&settings, database.as_ref());
        let told = json!({"email": app.owner.email, "records": told(app.client()), "rows": rows});
        fs::write(folder.join("told.json"), format!("{told:#}\n")).expect("it can be written");
    }
    println!("{}", to.display());
}
