//! Writes a small database of this program for the tests of later ones: `cargo run -p relasi-tests --example fixture`,
//! once per release, before its migrations are added to. It makes `tests/fixtures/schema-<last migration>/` with a copy
//! for each kind of database, the data folder's keys and files, and what the API said of the records.

use std::{fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};
use relasi_tests::{Backend, Client, Method, Start as _, TestApp};
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

fn main() {
    let to =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/schema-{}", last_migration()));
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let kind = if backend == Backend::Sqlite {
            "sqlite"
        } else {
            "postgres"
        };
        let app = TestApp::start(backend);
        fill(app.client());
        let folder = to.join(kind);
        fs::create_dir_all(&folder).expect("the folder can be made");
        app.at
            .settings
            .run(&["backup", &folder.join("database").to_string_lossy()]);
        let told = json!({"email": app.owner.email, "records": told(app.client())});
        fs::write(folder.join("told.json"), format!("{told:#}\n")).expect("it can be written");
        fs::copy(
            app.at.settings.data_dir.join("secret-keys"),
            folder.join("secret-keys"),
        )
        .expect("keys");
    }
    // SQLite's copy is mostly empty pages.
    let file = to.join("sqlite/database");
    let packed = fs::File::create(file.with_extension("gz")).expect("it can be written");
    let mut packed = GzEncoder::new(packed, Compression::best());
    packed
        .write_all(&fs::read(&file).expect("the copy"))
        .expect("it can be written");
    packed.finish().expect("it can be written");
    fs::remove_file(&file).expect("the copy goes");
}
