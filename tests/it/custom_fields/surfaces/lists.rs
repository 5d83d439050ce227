//! Records, lists, groups, search and the trash.

use serde_json::{Value, json};

use super::{super::define, Scene};
use crate::bodies::version;

pub fn record(scene: &Scene<'_>) {
    let siti = scene.named("Siti");
    assert_eq!(siti["custom"], json!({"member_no": "KOP 0001"}));
    let read = scene.client().get(&scene.path(&siti)).ok(200);
    assert_eq!(read["custom"], siti["custom"]);
}

pub fn filter(scene: &Scene<'_>) {
    let found = scene.titles(&[("filter", "custom.member_no ^= kop")]);
    assert_eq!(found, ["Siti"]);
}

pub fn sort(scene: &Scene<'_>) {
    let sorted = scene.titles(&[("sort", "-custom.member_no")]);
    assert_eq!(sorted, ["Siti", "Budi", "Ani"]);
}

pub fn fields(scene: &Scene<'_>) {
    let page = scene.list(&[("fields", "custom.member_no"), ("sort", scene.object.title)]);
    let values = page["items"].as_array().unwrap().iter();
    let values: Vec<&Value> = values.map(|item| &item["custom"]["member_no"]).collect();
    assert_eq!(
        values,
        [&Value::Null, &json!("BUD 0002"), &json!("KOP 0001")]
    );
}

pub fn groups(scene: &Scene<'_>) {
    let path = format!("{}/groups", scene.object.plural);
    let answer = scene
        .client()
        .list(&path, &[("by", "custom.member_no")])
        .ok(200);
    let groups = answer["groups"].as_array().unwrap().iter();
    let groups: Vec<Value> = groups
        .map(|group| json!([group["value"], group["count"]]))
        .collect();
    assert_eq!(
        groups,
        [
            json!(["BUD 0002", 1]),
            json!(["KOP 0001", 1]),
            json!([null, 1])
        ]
    );
}

/// A calendar asks for the days of a month in their order, and for how many each has.
pub fn calendar(scene: &Scene<'_>) {
    let client = scene.client();
    define(
        client,
        scene.object.name,
        "date",
        json!({"name": "visit", "label": "Visit"}),
    );
    for (title, day) in [("Siti", "2026-11-22"), ("Budi", "2026-12-01")] {
        let record = scene.named(title);
        let visit = json!({"custom": {"visit": day}});
        client
            .patch(&scene.path(&record), version(&record), &visit)
            .ok(200);
    }
    let month = "custom.visit >= 2026-11-01 and custom.visit < 2026-12-01";
    let found = scene.titles(&[("filter", month), ("sort", "custom.visit")]);
    assert_eq!(found, ["Siti"]);
    let path = format!("{}/groups", scene.object.plural);
    let days = client.list(&path, &[("by", "custom.visit:day")]).ok(200);
    let days: Vec<&Value> = days["groups"].as_array().unwrap().iter().collect();
    let counted = |day: &str| {
        days.iter()
            .any(|one| one["value"] == day && one["count"] == 1)
    };
    assert!(counted("2026-11-22") && counted("2026-12-01"), "{days:?}");
    for title in ["Siti", "Budi"] {
        let record = scene.named(title);
        let nothing = json!({"custom": {"visit": null}});
        client
            .patch(&scene.path(&record), version(&record), &nothing)
            .ok(200);
    }
}

pub fn search(scene: &Scene<'_>) {
    if !scene.object.searchable {
        return;
    }
    assert_eq!(scene.titles(&[("q", "kop 0001")]), ["Siti"]);
    let found = scene.client().list("search", &[("q", "kop 0001")]).ok(200);
    let mut found = found["items"].as_array().unwrap().iter();
    let ours = found.find(|one| one["object"] == scene.object.name);
    assert_eq!(ours.unwrap()["title"], "Siti");
}

pub fn saved_view(scene: &Scene<'_>) {
    let view = json!({
        "name": "Members", "object": scene.object.name, "filter": "custom.member_no is not empty",
        "sort": "custom.member_no", "columns": [{"field": "custom.member_no", "width": 120}],
    });
    let made = scene.client().create("saved-views", &view);
    assert_eq!(made["columns"][0]["field"], "custom.member_no");
    let parameters = ["filter", "sort"].map(|name| (name, made[name].as_str().unwrap()));
    assert_eq!(scene.titles(&parameters), ["Budi", "Siti"]);
    let wrong = json!({
        "name": "x", "object": scene.object.name, "filter": "custom.colour = red", "columns": [{"field": "custom.colour"}],
    });
    let faults = scene.client().post("saved-views", &wrong).faults();
    assert_eq!(
        faults,
        ["/columns/0/field unknown_field", "/filter unknown_field"]
    );
}

/// Values go into the trash with their record, are out of sight there, and come back.
pub fn trash(scene: &Scene<'_>) {
    let budi = scene.named("Budi");
    let path = scene.path(&budi);
    scene.client().delete(&path, version(&budi)).ok(204);
    let filter = [("filter", "custom.member_no = \"bud 0002\"")];
    assert_eq!(scene.titles(&filter), [""; 0]);
    scene
        .client()
        .post(&format!("{path}/restore"), &json!({}))
        .ok(200);
    assert_eq!(scene.titles(&filter), ["Budi"]);
    assert_eq!(scene.named("Budi")["custom"]["member_no"], "BUD 0002");
}
