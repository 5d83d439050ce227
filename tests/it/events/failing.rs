//! What does not arrive is tried again, and holds nobody else up.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use relasi_persistence::Statement;
use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::receiver::{Hooked, Receiver, Reply, current, endpoint, tried, until};
use crate::{
    bodies::{id, make},
    integrity,
};

/// Changes rows while no server runs.
fn behind_its_back(app: &mut TestApp, statements: Vec<Statement>) {
    app.at.terminate();
    let database = integrity::open(&app.at.settings);
    for statement in statements {
        database
            .across()
            .write_blocking(move |conn| conn.execute(&statement))
            .unwrap();
    }
    drop(database);
    app.crash_and_restart();
}

/// Makes every delivery due now.
fn due_now() -> Statement {
    Statement::new(
        "UPDATE webhook_deliveries SET lease_token = NULL, due_at = 0 WHERE state = 'pending'",
    )
}

#[track_caller]
fn wait_in_seconds(delivery: &Value) -> i64 {
    let instant = |name: &str| {
        chrono::DateTime::parse_from_rfc3339(delivery[name].as_str().unwrap()).unwrap()
    };
    (instant("next_attempt_at") - instant("attempted_at")).num_seconds()
}

on_both! {
    fn a_failed_delivery_comes_again_with_its_id(app: Hooked) {
        let client = app.0.client();
        let receiver = Receiver::start();
        receiver.next([Reply { body: "not now".into(), ..Reply::of(503) }]);
        let hook = endpoint(client, &receiver, &[]);
        make(client, "tag");
        let first = &tried(client, &hook, 1)[0];
        assert_eq!((&first["state"], &first["status"], &first["response"]), (&json!("pending"), &json!(503), &json!("not now")));
        assert!((5..=6).contains(&wait_in_seconds(first)), "{first}");
        assert!(current(client, &hook)["failing_since"].is_string());
        let both = receiver.wait_for(2);
        assert_eq!(both[0].header("webhook-id"), both[1].header("webhook-id"));
        let path = format!("webhook-endpoints/{}/deliveries", id(&hook));
        let done = until("the delivery", || {
            let one = client.get(&path).ok(200)["items"][0].clone();
            (one["state"] == "delivered").then_some(one)
        });
        assert_eq!((&done["attempts"], &done["next_attempt_at"]), (&json!(2), &Value::Null));
        assert_eq!(current(client, &hook)["failing_since"], Value::Null);
    }

    fn receivers_may_ask_for_time_and_end_it_all(app: Hooked) {
        let client = app.0.client();
        let admin = app.0.member("admin");
        let receiver = Receiver::start();
        let hook = endpoint(client, &receiver, &[]);
        let path = format!("webhook-endpoints/{}", id(&hook));
        receiver.next([Reply { headers: "retry-after: 120\r\n".into(), ..Reply::of(429) }, Reply::of(410)]);
        client.post(&format!("{path}/test"), &json!({})).ok(202);
        let first = &tried(client, &hook, 1)[0];
        assert_eq!(wait_in_seconds(first), 120);
        client.post(&format!("{path}/test"), &json!({})).ok(202);
        let gone = until("the endpoint to be disabled", || Some(current(client, &hook)).filter(|one| one["state"] == "disabled"));
        assert_eq!(gone["reason"], "gone");
        for client in [client, &admin.client] {
            let told = client.get("notifications").ok(200)["items"][0].clone();
            assert_eq!((&told["kind"], &told["record_id"]), (&json!("webhook_disabled"), &hook["id"]));
            assert_eq!(told["data"], json!({"host": "127.0.0.1", "reason": "gone"}));
        }
        let log = client.get("audit-entries?object=webhook_endpoint").ok(200);
        let done: Vec<&str> = log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(done, ["disabled", "tested", "tested", "created"]);
        assert_eq!(log["items"][0]["actor_id"], Value::Null);
        // Active again it begins with what happens from then on.
        make(client, "tag");
        let active = client.patch(&path, gone["version"].as_i64().unwrap(), &json!({"state": "active"})).ok(200);
        assert_eq!((&active["reason"], &active["failing_since"]), (&Value::Null, &Value::Null));
        let next = make(client, "tag");
        let last = until("the next event", || receiver.received().into_iter().find(|one| one.body["type"] == "tag.created"));
        assert_eq!(last.body["data"]["id"], next["id"]);
    }

    fn tries_end_and_so_does_patience(app: Hooked) {
        let mut app = app.0;
        let receiver = Receiver::start();
        receiver.otherwise(Reply::of(500));
        let hook = endpoint(app.client(), &receiver, &[]);
        make(app.client(), "tag");
        tried(app.client(), &hook, 1);
        let seventh = Statement::new("UPDATE webhook_deliveries SET attempts = 7");
        behind_its_back(&mut app, vec![seventh, due_now()]);
        let path = format!("webhook-endpoints/{}/deliveries?state=failed", id(&hook));
        let client = app.client();
        let given_up = until("the delivery to be given up", || Some(client.get(&path).ok(200)["items"][0].clone()).filter(|one| !one.is_null()));
        assert_eq!((&given_up["attempts"], &given_up["next_attempt_at"]), (&json!(8), &Value::Null));
        assert_eq!(current(client, &hook)["state"], "active");

        make(client, "tag");
        tried(client, &hook, 2);
        let mut long = Statement::new("UPDATE webhook_endpoints SET failing_since = ");
        long.bind(Utc::now() - TimeDelta::hours(121));
        behind_its_back(&mut app, vec![long, due_now()]);
        let client = app.client();
        let disabled = until("the endpoint to be disabled", || Some(current(client, &hook)).filter(|one| one["state"] == "disabled"));
        assert_eq!(disabled["reason"], "failing");
    }

    fn a_slow_receiver_holds_nobody_up(app: Hooked) {
        let client = app.0.client();
        let (slow, quick) = (Receiver::start(), Receiver::start());
        slow.otherwise(Reply { after: Duration::from_secs(20), ..Reply::of(200) });
        endpoint(client, &slow, &[]);
        endpoint(client, &quick, &[]);
        let started = Instant::now();
        for _ in 0..12 {
            make(client, "tag");
        }
        quick.wait_for(12);
        assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
        assert_eq!(slow.received().len(), 4, "a few at a time");
    }

    fn what_was_under_way_when_the_server_died_is_sent_again(app: Hooked) {
        let mut app = app.0;
        let receiver = Receiver::start();
        receiver.next([Reply { after: Duration::from_secs(10), ..Reply::of(200) }]);
        let hook = endpoint(app.client(), &receiver, &[]);
        let tag = make(app.client(), "tag");
        receiver.wait_for(1);
        app.at.kill();
        if let Some(database) = app.at.database() {
            // Another server would wait for the end of the lease.
            database.sql("UPDATE webhook_deliveries SET due_at = 0");
        }
        app.crash_and_restart();
        let again = &receiver.wait_for(2)[1];
        assert_eq!(again.body["data"]["id"], tag["id"]);
        let done = tried(app.client(), &hook, 1);
        assert_eq!((&done[0]["state"], &done[0]["attempts"]), (&json!("delivered"), &json!(2)));
    }

    fn addresses_inside_are_not_called(app: TestApp) {
        let mut app = app;
        app.client().post("webhook-endpoints", &json!({"url": "http://kopi.example"})).problem(422, "invalid");
        let receiver = Receiver::start();
        let hook = app.client().post("webhook-endpoints", &json!({"url": "https://localhost:1/"})).ok(201);
        let path = format!("webhook-endpoints/{}/test", id(&hook));
        app.client().post(&path, &json!({})).ok(202);
        assert_eq!(tried(app.client(), &hook, 1)[0]["error"], "webhook_address_refused");
        // One that was good when it was made is looked at again.
        let mut inside = Statement::new("UPDATE webhook_endpoints SET url = ");
        inside.bind(receiver.url.replace("http:", "https:"));
        behind_its_back(&mut app, vec![inside]);
        app.client().post(&path, &json!({})).ok(202);
        assert_eq!(tried(app.client(), &hook, 2)[0]["error"], "webhook_address_refused");
        assert!(receiver.received().is_empty());
    }
}
