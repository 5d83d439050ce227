//! Files in and out, and work on many records.

use serde_json::{Value, json};

use super::{Scene, import_of};
use crate::{
    bodies::id,
    bulk::{counts, done, order, undone},
};

pub fn imported(scene: &Scene<'_>) {
    if !scene.is_imported() {
        return;
    }
    let file = format!(
        "{},Nomor anggota\nDewi,DEW 0003\nEka,EKA 0004\n",
        scene.object.title
    );
    let options = json!({"match": "none", "on_match": "create"});
    let done = import_of(scene.app, scene.object.name, &file, options);
    assert_eq!(done["columns"][1]["field"], "custom.member_no");
    assert_eq!(done["columns"][1]["confidence"], "high");
    assert_eq!(done["counts"]["created"], 2, "{done}");
    let filter = "custom.member_no in (\"dew 0003\", \"eka 0004\")";
    let parameters = [("filter", filter), ("sort", scene.object.title)];
    assert_eq!(scene.titles(&parameters), ["Dewi", "Eka"]);
}

/// A row that has the number of a record is written into it, and taken out again.
pub fn import_undone(scene: &Scene<'_>) {
    if !scene.is_imported() {
        return;
    }
    let file = format!(
        "{},Member number\nDewi Sartika,dew 0003\n",
        scene.object.title
    );
    let options = json!({"on_match": "update"});
    let done = import_of(scene.app, scene.object.name, &file, options);
    assert_eq!(done["counts"]["updated"], 1, "{done}");
    assert_eq!(
        scene.named("\"Dewi Sartika\"")["custom"]["member_no"],
        "dew 0003"
    );
    let path = format!("imports/{}/undo", id(&done));
    let started = scene.client().post(&path, &json!({})).ok(202);
    let job = scene.app.finished(started["job_id"].as_str().unwrap());
    assert_eq!(job["state"], "done", "{job}");
    assert_eq!(scene.named("Dewi")["custom"]["member_no"], "DEW 0003");
}

pub fn exported(scene: &Scene<'_>) {
    let columns = json!({"columns": [scene.object.title, "custom.member_no"]});
    let target = json!({"filter": "custom.member_no = \"kop 0001\""});
    let operation = done(
        scene.app,
        &order(scene.object.name, "export", columns, target),
    );
    let path = format!("bulk-operations/{}/file", id(&operation));
    let text = scene.client().get(&path).text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with(",Member number"), "{text}");
    assert_eq!(lines[1..], ["Siti,KOP 0001"]);
}

/// Set on all that match, and put back.
pub fn many(scene: &Scene<'_>) {
    let ani = scene.make("Ani Yudhoyono", &json!({}));
    let target = json!({"ids": [id(&ani)]});
    let fields = json!({"changes": {"custom": {"member_no": "ANI 0005"}}});
    let operation = done(scene.app, &order(scene.object.name, "edit", fields, target));
    assert_eq!(counts(&operation)[1], 1, "{operation}");
    let read = || scene.client().get(&scene.path(&ani)).ok(200)["custom"]["member_no"].clone();
    assert_eq!(read(), "ANI 0005");
    undone(scene.app, &operation);
    assert_eq!(read(), Value::Null);
}
