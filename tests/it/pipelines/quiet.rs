//! Quiet deals, as lists ask for them.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{Scene, at};
use crate::bodies::{id, version};

fn found(client: &Client, filter: &str) -> Vec<Value> {
    let page = client.list("deals", &[("filter", filter)]).ok(200);
    let items = page["items"].as_array().unwrap().clone();
    items.into_iter().map(|deal| deal["id"].clone()).collect()
}

on_both! {
    fn a_deal_is_quiet_for_longer_than_its_stage_has_patience_for(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let patience = |days: Value| {
            let stage = client.get(&format!("stages/{}", scene.stages[0])).ok(200);
            client.patch(&format!("stages/{}", scene.stages[0]), version(&stage), &json!({"rotting_days": days})).ok(200);
        };
        let days = |from: &Value, to: &Value| {
            let at = |value: &Value| value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
            (at(to) - at(from)).num_days()
        };
        let early = scene.deal(client, json!({}));
        assert_eq!(early["quiet_at"], Value::Null);
        // A stage that gets a patience gives it to the deals that are in it.
        patience(json!(3));
        let early = client.get(&at(&early)).ok(200);
        assert_eq!((days(&early["stage_since"], &early["quiet_at"]), &early["version"]), (4, &json!(1)));
        let late = scene.deal(client, json!({}));
        assert_eq!(days(&late["stage_since"], &late["quiet_at"]), 4);
        let none = found(client, "status = open and quiet_at < now");
        assert!(!none.contains(&early["id"]), "{none:?}");
        let ahead = found(client, "status = open and quiet_at < now+5d");
        assert!(ahead.contains(&early["id"]) && ahead.contains(&late["id"]));
        // Something that is done puts it off, and so does a move; what is over is not quiet.
        client.create("activities", &json!({"kind": "call", "subject": "Telepon", "deal_id": late["id"], "done_at": "2099-01-01T00:00:00Z"}));
        let called = client.get(&at(&late)).ok(200);
        assert_eq!(days(&json!("2099-01-01T00:00:00Z"), &called["quiet_at"]), 4);
        let won = client.verb(&format!("{}/win", at(&early)), 1, &json!({})).ok(200);
        assert_eq!(won["quiet_at"], Value::Null);
        let again = client.verb(&format!("deals/{}/reopen", id(&won)), version(&won), &json!({"stage_id": scene.stages[0]})).ok(200);
        assert_eq!(again["quiet_at"].is_null(), again["stage_id"] != json!(scene.stages[0]));
        patience(Value::Null);
        assert_eq!(client.get(&at(&late)).ok(200)["quiet_at"], Value::Null);
        // It follows from others: nobody sets it, and the history says nothing of it.
        assert_eq!(client.patch(&at(&late), 1, &json!({"quiet_at": "2026-01-01T00:00:00Z"})).status, 422);
        let log = client.list("audit-entries", &[("record_id", &id(&early))]).ok(200);
        assert!(!log.to_string().contains("quiet_at"), "{log}");
        // Late, quiet or without a next step: what lists and boards ask for.
        let needy = "status = open and (close_date < today or next_step_at is empty or quiet_at < now)";
        assert!(found(client, needy).contains(&late["id"]));
        client.create("activities", &json!({"kind": "task", "subject": "Langkah", "deal_id": late["id"], "due_at": "2099-01-01T00:00:00Z"}));
        assert!(!found(client, needy).contains(&late["id"]));
    }
}
