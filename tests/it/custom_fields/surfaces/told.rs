//! What is told of a field and its values: the schema, the API document, history, timelines, events.

use relasi_domain::record::Object;
use relasi_persistence::{Database, Options, Statement};
use relasi_tests::{Client, TestApp};
use serde_json::{Value, json};

use super::{super::change, Scene};
use crate::{
    bodies::{id, version},
    events::receiver::{Receiver, endpoint},
};

pub fn schema(scene: &Scene<'_>) {
    let schema = scene.client().get("schema").ok(200);
    let fields = |name: &str| {
        let mut objects = schema["objects"].as_array().unwrap().iter();
        let found = objects.find(|one| one["name"] == name).unwrap();
        found["fields"].as_array().unwrap().clone()
    };
    let is_ours = |one: &&Value| one["name"] == "custom.member_no";
    let own = fields(scene.object.name);
    let field = own.iter().find(is_ours).unwrap();
    assert_eq!(field["label"], "Nomor anggota");
    assert_eq!(field["kind"], "text");
    assert_eq!(field["private"], true);
    let help = &field["custom"]["help"]["other"]["id"];
    assert_eq!(help, "Tiga huruf, empat angka");
    let operators = field["operators"].as_array().unwrap();
    assert!(operators.contains(&json!("^=")));
    assert!(!fields("team").iter().any(|one| is_ours(&one)));
}

pub fn document(scene: &Scene<'_>) {
    let custom = |client: &Client, name: &str| {
        let document = client.get("/api/openapi.json").ok(200);
        document["components"]["schemas"][name]["properties"]["custom"].clone()
    };
    let (first, rest) = scene.object.name.split_at(1);
    let name = format!("{}{rest}", first.to_uppercase());
    for name in [name.clone(), format!("New{name}"), format!("{name}Patch")] {
        let field = &custom(scene.client(), &name)["properties"]["member_no"];
        assert_eq!(field["description"], "Member number.", "{name}");
        assert_eq!(field["maxLength"], 250);
        assert_eq!(
            custom(&scene.app.anonymous(), &name)["additionalProperties"],
            true
        );
    }
    assert_eq!(custom(scene.client(), "Team").get("properties"), None);
}

pub fn audit(scene: &Scene<'_>) {
    let client = scene.client();
    let path = scene.path(&scene.named("Siti"));
    let history = client.get(&format!("{path}/history")).ok(200);
    let first = history["items"].as_array().unwrap().iter().rev().nth(1);
    let change_of = json!({"field": "custom.member_no", "old": null, "new": "KOP 0001"});
    assert_eq!(first.unwrap()["changes"], json!([change_of]));
    // What has a page has a timeline, but for what is sold, which shows its lines there.
    if scene.object.searchable && !["product", "quote"].contains(&scene.object.name) {
        let timeline = client.get(&format!("{path}/timeline")).ok(200);
        let mut events = timeline["items"].as_array().unwrap().iter();
        let told = events.any(|event| event["data"]["fields"] == json!(["custom.member_no"]));
        assert!(told, "{timeline}");
    }
    change(client, &scene.field, &json!({"label": "Card number"}));
    let path = format!("custom-fields/{}/history", id(&scene.field));
    let history = client.get(&path).ok(200);
    assert_eq!(history["items"][0]["changes"][0]["new"], "Card number");
}

/// What is sent to addresses of others has the value, for every object.
pub fn webhooks(app: &mut TestApp, objects: &[&Object]) {
    let receiver = Receiver::start();
    app.at.settings.environment.push(Receiver::allowed());
    app.crash_and_restart();
    let client = app.client();
    let kinds: Vec<String> = objects
        .iter()
        .map(|object| format!("{}.updated", object.name))
        .collect();
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    endpoint(client, &receiver, &kinds);
    for (sent, object) in objects.iter().enumerate() {
        let filter = format!("{} = Siti", object.title);
        let page = client.list(object.plural, &[("filter", &filter)]).ok(200);
        let siti = &page["items"][0];
        let path = format!("{}/{}", object.plural, id(siti));
        let value = json!({"custom": {"member_no": "KOP 0010"}});
        client.patch(&path, version(siti), &value).ok(200);
        let data = receiver.wait_for(sent + 1)[sent].body["data"].clone();
        assert_eq!(data["record"]["id"], siti["id"], "{}", object.name);
        assert!(data["changed"].to_string().contains("custom.member_no"));
        assert_eq!(data["record"]["custom"]["member_no"], "KOP 0010");
    }
}

/// The events of a record, read from the database of a server that has ended.
pub fn events(app: &TestApp, record: &str) {
    let file = app.at.settings.data_dir.join("relasi.db");
    let file = file.display().to_string();
    let address = app.at.settings.database_url.clone().unwrap_or(file);
    let database = Database::open(&address, &Options::default()).unwrap();
    let mut events = Statement::new("SELECT payload FROM outbox_events WHERE record_id = ");
    events.bind(record).push(" ORDER BY id");
    let events = database
        .across()
        .read_blocking(|conn| conn.rows(&events, |row| row.text(0)))
        .unwrap();
    let first: Value = serde_json::from_str(&events[1]).unwrap();
    let changed = first["changed"].as_array().unwrap();
    assert!(changed.contains(&json!("custom.member_no")), "{first}");
}
