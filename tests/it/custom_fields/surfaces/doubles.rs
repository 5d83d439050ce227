//! Doubles by the value of a field: while they are made, in the base, in a file.

use relasi_domain::people::duplicate;
use serde_json::{Value, json};

use super::{Scene, import_of};
use crate::bodies::{id, merged, minimal, version};

fn is_compared(scene: &Scene<'_>) -> bool {
    let mut all = duplicate::OBJECTS.into_iter();
    all.any(|object| object.name == scene.object.name)
}

/// Somebody with Siti's number.
fn twin(scene: &Scene<'_>) -> Value {
    let members = json!({scene.object.title: "Rahmawati", "custom": {"member_no": "kop 0001"}});
    merged(minimal(scene.client(), scene.object.name), &members)
}

fn why() -> Value {
    json!({"field": "custom.member_no", "agreement": "same", "points": 120})
}

pub fn made(scene: &Scene<'_>) {
    let (client, plural) = (scene.client(), scene.object.plural);
    let body = twin(scene);
    if is_compared(scene) {
        let draft = json!({scene.object.title: "Ra", "custom": {"member_no": "kop 0001"}});
        let found = client.post(&format!("{plural}/duplicates"), &draft).ok(200);
        assert_eq!(found["items"][0]["title"], "Siti", "{found}");
        assert_eq!(found["items"][0]["reasons"][0], why());
        let other = json!({scene.object.title: "Ra", "custom": {"member_no": "kop"}});
        let found = client.post(&format!("{plural}/duplicates"), &other).ok(200);
        assert_eq!(found["items"], json!([]));
    }
    let refused = client.post(plural, &body).problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/custom/member_no");
    assert_eq!(refused["errors"][0]["code"], "duplicate");
    assert_eq!(refused["errors"][0]["params"]["title"], "Siti");
    let path = format!("{plural}?duplicates=allow");
    let twin = client.post(&path, &body).ok(201);
    client.delete(&scene.path(&twin), version(&twin)).ok(204);
}

/// What the search finds of Siti and her twin, in a state.
fn pairs(scene: &Scene<'_>, twin: &Value, state: &str) -> Vec<Value> {
    let started = scene
        .client()
        .post("duplicates/scan", &json!({"object": scene.object.name}))
        .ok(202);
    let job = scene.app.finished(&id(&started));
    assert_eq!(job["state"], "done", "{job}");
    let path = format!(
        "duplicates?object={}&state={state}&record_id={}",
        scene.object.name,
        id(twin)
    );
    let page = scene.client().get(&path).ok(200);
    page["items"].as_array().unwrap().clone()
}

/// Names that are nothing alike make no difference; "not the same" and the threshold hold.
pub fn searched(scene: &Scene<'_>) {
    if !is_compared(scene) {
        return;
    }
    let client = scene.client();
    let path = format!("{}?duplicates=allow", scene.object.plural);
    let twin = client.post(&path, &twin(scene)).ok(201);
    let found = pairs(scene, &twin, "open");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["score"], &found[0]["sure"]),
        (&json!(80), &json!(false))
    );
    assert_eq!(found[0]["reasons"][0], why());
    let set = |review: u8, sure: u8| {
        let body = json!({"review": review, "sure": sure});
        client
            .json(relasi_tests::Method::PUT, "duplicates/settings", &[], &body)
            .ok(200);
    };
    set(81, 90);
    assert_eq!(pairs(scene, &twin, "open"), [Value::Null; 0]);
    set(60, 85);
    let found = pairs(scene, &twin, "open");
    let decide = format!("duplicates/{}/not-same", id(&found[0]));
    client.post(&decide, &json!({})).ok(200);
    assert_eq!(pairs(scene, &twin, "open"), [Value::Null; 0]);
    assert_eq!(pairs(scene, &twin, "not_same").len(), 1);
    client.delete(&scene.path(&twin), version(&twin)).ok(204);
}

/// Rows meet records, and each other, by the number; whoever wants no matching finds them afterwards.
pub fn imported(scene: &Scene<'_>) {
    if !scene.is_imported() {
        return;
    }
    let title = scene.object.title;
    let file =
        format!("{title},Member number\nRahma,kop 0001\nFajar,FAJ 0006\nFajar S.,faj 0006\n");
    let done = import_of(
        scene.app,
        scene.object.name,
        &file,
        json!({"on_match": "skip"}),
    );
    assert_eq!(
        (&done["counts"]["created"], &done["counts"]["skipped"]),
        (&json!(1), &json!(2)),
        "{done}"
    );
    let file = format!("{title},Member number\nWulan,FAJ 0006\n");
    let done = import_of(
        scene.app,
        scene.object.name,
        &file,
        json!({"match": "none"}),
    );
    assert_eq!(done["counts"]["created"], 1, "{done}");
    let wulan = scene.named("Wulan");
    assert_eq!(pairs(scene, &wulan, "open")[0]["reasons"][0], why());
    let file = format!("{title},Member number\nFajar,faj 0006\n");
    let done = import_of(
        scene.app,
        scene.object.name,
        &file,
        json!({"on_match": "update"}),
    );
    assert_eq!(done["counts"]["rejected"], 1, "two have it: {done}");
}
