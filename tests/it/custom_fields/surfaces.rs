//! Where a field works from the moment it is defined.

use relasi_persistence::{Database, Options, Statement};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{change, contact, define, names};
use crate::{
    bodies::{id, version},
    events::receiver::{Receiver, endpoint},
};

/// Imports contacts by the headings of a file; the import.
#[track_caller]
pub fn import(app: &TestApp, file: &str) -> Value {
    let client = app.client();
    let path = "imports?object=contact&file_name=people.csv";
    let import = client
        .send(Method::POST, path, &[], file.as_bytes())
        .ok(201);
    let path = format!("imports/{}", id(&import));
    let options = json!({"options": {"match": "none", "on_match": "create"}});
    client.json(Method::PATCH, &path, &[], &options).ok(200);
    for verb in ["check", "run"] {
        let started = client.post(&format!("{path}/{verb}"), &json!({})).ok(202);
        app.finished(started["job_id"].as_str().unwrap());
    }
    client.get(&path).ok(200)
}

/// A place where the new field has to work.
type Surface = (&'static str, fn(&mut TestApp, &Value));

/// Every place that the product has.
const SURFACES: [Surface; 15] = [
    ("record", record),
    ("filter", filter),
    ("sort", sort),
    ("fields", fields),
    ("search", search),
    ("saved view", saved_view),
    ("import", imported),
    ("undo of an import", import_undone),
    ("several records", several),
    ("schema", schema),
    ("OpenAPI document", document),
    ("duplicates", duplicates),
    ("audit and timeline", audit),
    ("webhooks", webhooks),
    ("events for others", events),
];

on_both! {
    fn a_field_works_everywhere_from_the_moment_it_is_defined(app: TestApp) {
        let mut app = app;
        let client = app.client();
        client.get("me").ok(200);
        let siti = contact(client, "Siti", &json!({}));
        let field = define(client, "contact", "text", json!({
            "name": "member_no", "label": "Member number", "labels": {"id": "Nomor anggota", "th": "เลขสมาชิก"},
            "help": {"id": "Tiga huruf, empat angka"}, "private": true, "marks_duplicates": true,
        }));
        let path = format!("contacts/{}", id(&siti));
        client.patch(&path, 1, &json!({"custom": {"member_no": "KOP 0001"}})).ok(200);
        contact(client, "Budi", &json!({"member_no": "BUD 0002"}));
        contact(client, "Ani", &json!({}));
        for (name, proves) in SURFACES {
            println!("{name}");
            proves(&mut app, &field);
        }
    }
}

fn siti(client: &Client) -> Value {
    let page = client
        .list("contacts", &[("filter", "full_name = Siti")])
        .ok(200);
    page["items"][0].clone()
}

fn record(app: &mut TestApp, _: &Value) {
    assert_eq!(
        siti(app.client())["custom"],
        json!({"member_no": "KOP 0001"})
    );
}

fn filter(app: &mut TestApp, _: &Value) {
    let found = names(app.client(), &[("filter", "custom.member_no ^= kop")]);
    assert_eq!(found, ["Siti"]);
}

fn sort(app: &mut TestApp, _: &Value) {
    let sorted = names(app.client(), &[("sort", "-custom.member_no")]);
    assert_eq!(sorted, ["Siti", "Budi", "Ani"]);
}

fn fields(app: &mut TestApp, _: &Value) {
    let parameters = [("fields", "custom.member_no"), ("sort", "full_name")];
    let page = app.client().list("contacts", &parameters).ok(200);
    let values = page["items"].as_array().unwrap().iter();
    let values: Vec<&Value> = values.map(|item| &item["custom"]["member_no"]).collect();
    assert_eq!(
        values,
        [&Value::Null, &json!("BUD 0002"), &json!("KOP 0001")]
    );
}

fn search(app: &mut TestApp, _: &Value) {
    assert_eq!(names(app.client(), &[("q", "kop 0001")]), ["Siti"]);
    let found = app.client().list("search", &[("q", "kop 0001")]).ok(200);
    assert_eq!(found["items"][0]["title"], "Siti");
}

fn saved_view(app: &mut TestApp, _: &Value) {
    let view = json!({
        "name": "Members", "object": "contact", "filter": "custom.member_no is not empty",
        "sort": "custom.member_no", "columns": [{"field": "custom.member_no", "width": 120}],
    });
    let made = app.client().create("saved-views", &view);
    assert_eq!(made["columns"][0]["field"], "custom.member_no");
    let parameters = ["filter", "sort"].map(|name| (name, made[name].as_str().unwrap()));
    assert_eq!(names(app.client(), &parameters), ["Budi", "Siti"]);
    let wrong = json!({"name": "x", "object": "contact", "filter": "custom.colour = red", "columns": [{"field": "custom.colour"}]});
    let faults = app.client().post("saved-views", &wrong).faults();
    assert_eq!(
        faults,
        ["/columns/0/field unknown_field", "/filter unknown_field"]
    );
}

fn imported(app: &mut TestApp, _: &Value) {
    let done = import(
        app,
        "Nama lengkap,Nomor anggota\nDewi,DEW 0003\nEka,EKA 0004\n",
    );
    assert_eq!(done["columns"][1]["field"], "custom.member_no");
    assert_eq!(done["columns"][1]["confidence"], "high");
    assert_eq!(done["counts"]["created"], 2, "{done}");
    let found = names(
        app.client(),
        &[("filter", "custom.member_no in (\"dew 0003\", \"eka 0004\")")],
    );
    assert_eq!(found, ["Dewi", "Eka"]);
}

fn import_undone(app: &mut TestApp, _: &Value) {
    let client = app.client();
    let file = "E-mail,Member number\nsiti@kopi.example,KOP 0009\n";
    let path = format!("contacts/{}", id(&siti(client)));
    let emails = json!({"emails": [{"value": "siti@kopi.example"}]});
    client.patch(&path, version(&siti(client)), &emails).ok(200);
    let made = client
        .send(Method::POST, "imports?object=contact", &[], file.as_bytes())
        .ok(201);
    for (verb, value) in [("run", "KOP 0009"), ("undo", "KOP 0001")] {
        let started = client
            .post(&format!("imports/{}/{verb}", id(&made)), &json!({}))
            .ok(202);
        let job = app.finished(started["job_id"].as_str().unwrap());
        assert_eq!(job["state"], "done", "{job}");
        assert_eq!(siti(client)["custom"]["member_no"], value, "after {verb}");
    }
}

/// A bulk edit is one change for each of the records chosen.
fn several(app: &mut TestApp, _: &Value) {
    let client = app.client();
    let chosen = client
        .list("contacts", &[("filter", "full_name in (Dewi, Eka)")])
        .ok(200);
    for contact in chosen["items"].as_array().unwrap() {
        let path = format!("contacts/{}", id(contact));
        client
            .patch(
                &path,
                version(contact),
                &json!({"custom": {"member_no": null}}),
            )
            .ok(200);
    }
    let left = names(
        client,
        &[
            ("filter", "custom.member_no is not empty"),
            ("sort", "full_name"),
        ],
    );
    assert_eq!(left, ["Budi", "Siti"]);
}

fn schema(app: &mut TestApp, _: &Value) {
    app.client()
        .patch("me", 1, &json!({"language": "id"}))
        .ok(200);
    let schema = app.client().get("schema").ok(200);
    let objects = schema["objects"].as_array().unwrap().iter();
    let contact = objects
        .clone()
        .find(|one| one["name"] == "contact")
        .unwrap();
    let fields = contact["fields"].as_array().unwrap();
    let field = fields
        .iter()
        .find(|one| one["name"] == "custom.member_no")
        .unwrap();
    assert_eq!(field["label"], "Nomor anggota");
    assert_eq!(field["kind"], "text");
    assert_eq!(field["private"], true);
    assert_eq!(
        field["custom"]["help"]["other"]["id"],
        "Tiga huruf, empat angka"
    );
    assert!(
        field["operators"]
            .as_array()
            .unwrap()
            .contains(&json!("^="))
    );
    let company = objects
        .clone()
        .find(|one| one["name"] == "company")
        .unwrap();
    let fields = company["fields"].as_array().unwrap().iter();
    assert!(!fields.clone().any(|one| one["name"] == "custom.member_no"));
}

fn document(app: &mut TestApp, _: &Value) {
    let custom = |client: &Client, name: &str| {
        let document = client.get("/api/openapi.json").ok(200);
        document["components"]["schemas"][name]["properties"]["custom"].clone()
    };
    for name in ["Contact", "NewContact", "ContactPatch"] {
        let field = &custom(app.client(), name)["properties"]["member_no"];
        assert_eq!(field["description"], "Member number.", "{name}");
        assert_eq!(field["maxLength"], 250);
        assert_eq!(custom(&app.anonymous(), name)["additionalProperties"], true);
    }
    assert_eq!(custom(app.client(), "Company").get("properties"), None);
}

fn duplicates(app: &mut TestApp, _: &Value) {
    let body = json!({"full_name": "Siti R.", "custom": {"member_no": "kop 0001"}});
    let refused = app.client().post("contacts", &body).problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/custom/member_no");
    assert_eq!(refused["errors"][0]["code"], "duplicate");
    assert_eq!(refused["errors"][0]["params"]["title"], "Siti");
    let twin = app
        .client()
        .post("contacts?duplicates=allow", &body)
        .ok(201);
    app.client()
        .delete(&format!("contacts/{}", id(&twin)), 1)
        .ok(204);
}

fn audit(app: &mut TestApp, field: &Value) {
    let client = app.client();
    let history = client
        .get(&format!("contacts/{}/history", id(&siti(client))))
        .ok(200);
    let first = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .nth(1)
        .unwrap();
    let change_of = json!({"field": "custom.member_no", "old": null, "new": "KOP 0001"});
    assert_eq!(first["changes"], json!([change_of]));
    let timeline = client
        .get(&format!("contacts/{}/timeline", id(&siti(client))))
        .ok(200);
    let events = timeline["items"].as_array().unwrap().iter();
    let told = events.filter(|event| event["data"]["fields"] == json!(["custom.member_no"]));
    assert!(told.count() >= 1, "{timeline}");
    change(client, field, &json!({"label": "Card number"}));
    let history = client
        .get(&format!("custom-fields/{}/history", id(field)))
        .ok(200);
    assert_eq!(history["items"][0]["changes"][0]["new"], "Card number");
}

fn webhooks(app: &mut TestApp, _: &Value) {
    let receiver = Receiver::start();
    app.at.settings.environment.push(Receiver::allowed());
    app.crash_and_restart();
    let client = app.client();
    endpoint(client, &receiver, &["contact.updated"]);
    let siti = siti(client);
    let path = format!("contacts/{}", id(&siti));
    let value = json!({"custom": {"member_no": "KOP 0010"}});
    client.patch(&path, version(&siti), &value).ok(200);
    let data = &receiver.wait_for(1)[0].body["data"];
    assert!(data["changed"].to_string().contains("custom.member_no"));
    assert_eq!(data["record"]["custom"]["member_no"], "KOP 0010");
}

fn events(app: &mut TestApp, _: &Value) {
    let siti = id(&siti(app.client()));
    app.at.terminate();
    let file = app.at.settings.data_dir.join("relasi.db");
    let file = file.display().to_string();
    let address = app.at.settings.database_url.clone().unwrap_or(file);
    let database = Database::open(&address, &Options::default()).unwrap();
    let mut events = Statement::new("SELECT payload FROM outbox_events WHERE record_id = ");
    events.bind(siti).push(" ORDER BY id");
    let events = database
        .read_blocking(|conn| conn.rows(&events, |row| row.text(0)))
        .unwrap();
    let first: Value = serde_json::from_str(&events[1]).unwrap();
    let changed = first["changed"].as_array().unwrap();
    assert!(changed.contains(&json!("custom.member_no")), "{first}");
}
