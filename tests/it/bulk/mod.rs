//! Work on many records at once, over HTTP on both databases.

mod export;
mod refusals;
mod robust;
mod undo;

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{id, make, make_with, pipeline};

pub(crate) fn order(object: &str, action: &str, parameters: Value, target: Value) -> Value {
    json!({"object": object, "action": action, "parameters": parameters, "target": target})
}

/// All records of a list.
pub(crate) fn matching(filter: &str) -> Value {
    json!({"filter": filter})
}

/// Starts an operation.
#[track_caller]
pub(crate) fn start(client: &Client, order: &Value) -> Value {
    client.post("bulk-operations", order).ok(202)
}

/// Waits for the end of an operation's job; the operation.
#[track_caller]
pub(crate) fn ended(app: &TestApp, operation: &Value) -> Value {
    app.finished(operation["job_id"].as_str().unwrap());
    let at = format!("bulk-operations/{}", id(operation));
    app.client().get(&at).ok(200)
}

/// Does an operation for somebody.
#[track_caller]
pub(crate) fn done_by(app: &TestApp, client: &Client, order: &Value) -> Value {
    let operation = ended(app, &start(client, order));
    assert_eq!(operation["state"], "done", "{operation}");
    operation
}

/// Does an operation for the owner of the workspace.
#[track_caller]
pub(crate) fn done(app: &TestApp, order: &Value) -> Value {
    done_by(app, app.client(), order)
}

/// Takes an operation back.
#[track_caller]
pub(crate) fn undone(app: &TestApp, operation: &Value) -> Value {
    let at = format!("bulk-operations/{}/undo", id(operation));
    let operation = ended(app, &app.client().post(&at, &json!({})).ok(202));
    assert_eq!(operation["state"], "undone", "{operation}");
    operation
}

/// total, done, unchanged, refused
pub(crate) fn counts(operation: &Value) -> [u64; 4] {
    ["total", "done", "unchanged", "refused"]
        .map(|name| operation["counts"][name].as_u64().unwrap())
}

/// restored, kept
pub(crate) fn undo_counts(operation: &Value) -> [u64; 2] {
    ["restored", "kept"].map(|name| operation["undo_counts"][name].as_u64().unwrap())
}

/// The reasons of refused records.
#[track_caller]
pub(crate) fn refused(client: &Client, operation: &Value) -> String {
    let at = format!("bulk-operations/{}/refused", id(operation));
    let reply = client.get(&at);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

/// Contacts of these names, in Bandung.
pub(crate) fn people(client: &Client, names: &[&str]) -> Vec<Value> {
    let person = |name: &&str| {
        make_with(
            client,
            "contact",
            json!({"full_name": name, "city": "Bandung"}),
        )
    };
    names.iter().map(person).collect()
}

pub(crate) fn ids(records: &[Value]) -> Value {
    json!({"ids": records.iter().map(id).collect::<Vec<_>>()})
}

pub(crate) fn read(client: &Client, plural: &str, record: &Value) -> Value {
    client.get(&format!("{plural}/{}", id(record))).ok(200)
}

on_both! {
    fn fields_are_set_on_all_that_match(app: TestApp) {
        let client = app.client();
        client.create("custom-fields", &json!({"object": "contact", "label": "Tier", "kind": "text", "name": "tier"}));
        let all = people(client, &["Siti", "Budi", "Ani"]);
        make_with(client, "contact", json!({"full_name": "Somchai", "city": "Phuket"}));
        client.patch(&format!("contacts/{}", id(&all[2])), 1, &json!({"job_title": "Barista", "custom": {"tier": "gold"}})).ok(200);
        let changes = json!({"changes": {"job_title": "Barista", "city": "Solo", "custom": {"tier": "gold"}}});
        let asked = order("contact", "edit", changes, matching("city = Bandung"));
        let preview = client.post("bulk-operations/preview", &asked).ok(200);
        let three = json!({"count": 3, "capped": false});
        assert_eq!((&preview["matched"], &preview["permitted"]), (&three, &three));
        // What is changed no longer matches, and all are changed all the same.
        let operation = done(&app, &asked);
        assert_eq!(counts(&operation), [3, 3, 0, 0]);
        assert_eq!(operation["target"], json!({"selected": null, "filter": "city = Bandung", "q": null, "sort": null}));
        for (contact, version) in all.iter().zip([2, 2, 3]) {
            let now = read(client, "contacts", contact);
            assert_eq!((&now["city"], &now["job_title"], &now["custom"]["tier"], &now["version"]), (&json!("Solo"), &json!("Barista"), &json!("gold"), &json!(version)));
        }
        let history = client.get(&format!("contacts/{}/history", id(&all[0]))).ok(200);
        assert_eq!(history["items"][0]["cause"], format!("bulk:{}", id(&operation)));
        assert_eq!(client.list("contacts", &[("filter", "city = Phuket")]).ok(200)["items"].as_array().unwrap().len(), 1);
        let again = done(&app, &order("contact", "edit", json!({"changes": {"city": "Solo"}}), ids(&all)));
        assert_eq!(counts(&again), [3, 0, 3, 0]);
        assert_eq!(again["undo_until"], Value::Null, "there is nothing to undo");
    }

    fn what_is_searched_for_is_found_by_the_job_too(app: TestApp) {
        let client = app.client();
        people(client, &["Siti Rahmawati", "Budi Rahmawati", "Ani Wijaya"]);
        let found = done(&app, &order("contact", "edit", json!({"changes": {"city": "Solo"}}), json!({"q": "rahmawati"})));
        assert_eq!(counts(&found), [2, 2, 0, 0]);
        assert_eq!(client.get("contacts/count?filter=city%20%3D%20Bandung").ok(200)["count"], 1);
    }

    fn owners_change_and_the_new_one_is_told_once(app: TestApp) {
        let client = app.client();
        let taker = app.member("member");
        let all = people(client, &["Siti", "Budi"]);
        let given = done(&app, &order("contact", "owner", json!({"owner_id": taker.id}), ids(&all)));
        assert_eq!(counts(&given), [2, 2, 0, 0]);
        assert_eq!(read(client, "contacts", &all[1])["owner_id"], taker.id);
        let told = taker.client.get("notifications").ok(200);
        assert_eq!(told["items"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!((&told["items"][0]["kind"], &told["items"][0]["data"]["count"]), (&json!("bulk_assigned"), &json!(2)));
        let freed = done(&app, &order("contact", "owner", json!({"owner_id": null}), ids(&all)));
        assert_eq!(counts(&freed), [2, 2, 0, 0]);
        assert_eq!(read(client, "contacts", &all[0])["owner_id"], Value::Null);
    }

    fn tags_come_and_go(app: TestApp) {
        let client = app.client();
        let tags: Vec<Value> = (0..3).map(|_| make(client, "tag")["id"].clone()).collect();
        let with = |n: usize| make_with(client, "company", json!({"tags": tags[..n]}));
        let all: Vec<Value> = (0..3).map(with).collect();
        let change = json!({"add": [tags[1], tags[2]], "remove": [tags[0]]});
        let operation = done(&app, &order("company", "tag", change, ids(&all)));
        assert_eq!(counts(&operation), [3, 3, 0, 0]);
        for company in &all {
            assert_eq!(read(client, "companies", company)["tags"], json!([tags[1], tags[2]]));
        }
        let none = done(&app, &order("company", "tag", json!({"add": [tags[1]]}), ids(&all)));
        assert_eq!(counts(&none), [3, 0, 3, 0]);
    }

    fn deals_move_within_their_pipeline(app: TestApp) {
        let client = app.client();
        let (own, stages) = pipeline(client);
        let deal = |stage: &str| make_with(client, "deal", json!({"pipeline_id": own, "stage_id": stage, "amount": 500}));
        let all = [deal(&stages[0]), deal(&stages[1]), make(client, "deal")];
        let moved = done(&app, &order("deal", "stage", json!({"stage_id": stages[1]}), ids(&all)));
        assert_eq!(counts(&moved), [3, 1, 1, 1]);
        assert!(refused(client, &moved).contains("another pipeline"));
        let lost = order("deal", "stage", json!({"stage_id": stages[4], "lost_reason": "Price"}), ids(&all[..2]));
        assert_eq!(counts(&done(&app, &lost)), [2, 2, 0, 0]);
        let now = read(client, "deals", &all[0]);
        assert_eq!((&now["status"], &now["lost_reason"]), (&json!("lost"), &json!("Price")));
        let told = client.get(&format!("deals/{}/history", id(&all[0]))).ok(200);
        assert_eq!(told["items"][0]["action"], "lost");
    }

    fn records_go_into_the_trash_and_come_back(app: TestApp) {
        let client = app.client();
        let all = people(client, &["Siti", "Budi", "Ani"]);
        let gone = done(&app, &order("contact", "delete", json!({}), matching("city = Bandung")));
        assert_eq!(counts(&gone), [3, 3, 0, 0]);
        assert_eq!(client.get("contacts/count").ok(200)["count"], 0);
        let order = order("contact", "restore", json!({}), matching("full_name != Ani"));
        assert_eq!(client.post("bulk-operations/preview", &order).ok(200)["permitted"]["count"], 2);
        assert_eq!(counts(&done(&app, &order)), [2, 2, 0, 0]);
        assert_eq!(client.get("contacts/count").ok(200)["count"], 2);
        assert_ne!(read(client, "contacts", &all[2])["deleted_at"], Value::Null);
        assert_eq!(client.list("search", &[("q", "siti")]).ok(200)["items"].as_array().unwrap().len(), 1);
    }

    fn operations_are_listed_newest_first(app: TestApp) {
        let client = app.client();
        let all = people(client, &["Siti"]);
        let city = |name: &str| done(&app, &order("contact", "edit", json!({"changes": {"city": name}}), ids(&all)));
        let (first, second) = (city("Solo"), city("Medan"));
        let listed = client.get("bulk-operations").ok(200);
        assert_eq!(listed["items"], json!([second, first]));
        let page = client.get(&format!("bulk-operations?limit=1&cursor={}", id(&second))).ok(200);
        assert_eq!(page["items"], json!([first]));
        assert_eq!(client.get("jobs").ok(200)["items"][0]["kind"], "bulk.run");
    }
}
