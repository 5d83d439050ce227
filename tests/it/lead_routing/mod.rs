//! Who gets new leads, until when they should be answered, and who is told.

mod clocks;
mod hours;
mod rules;
mod turns;

use relasi_tests::{Client, Reply, TestApp};
use serde_json::{Value, json};

use crate::bodies::{fresh, id};

/// A rule over these people, in force.
pub fn rule(client: &Client, people: &[&str], more: &Value) -> Value {
    let mut body = json!({"name": fresh("Aturan"), "user_ids": people, "active": true});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.post("routing-rules", &body).ok(201)
}

/// A lead without an owner.
pub fn lead(client: &Client, more: &Value) -> Value {
    let mut body = json!({"name": fresh("Siti")});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.post("leads", &body).ok(201)
}

/// How somebody works from now on.
pub fn profile(client: &Client, user: &str, body: &Value) -> Reply {
    let all = client.get("work-profiles").ok(200);
    let all = all["items"].as_array().unwrap().clone();
    let version = all.iter().find(|one| one["user_id"] == user).unwrap()["version"]
        .as_i64()
        .unwrap();
    client.json(
        relasi_tests::Method::PUT,
        &format!("work-profiles/{user}"),
        &[("if-match", &format!("\"{version}\""))],
        body,
    )
}

/// Changes what holds for all rules.
pub fn settings(client: &Client, patch: &Value) -> Value {
    let now = client.get("routing-settings").ok(200);
    let version = now["version"].as_i64().unwrap();
    client.patch("routing-settings", version, patch).ok(200)
}

/// What stands on the timeline of a lead, of a kind.
pub fn told(client: &Client, lead: &Value, kind: &str) -> Vec<Value> {
    let at = format!("leads/{}/timeline", id(lead));
    let all = client.get(&at).ok(200)["items"].as_array().unwrap().clone();
    all.into_iter().filter(|one| one["kind"] == kind).collect()
}

/// Two people who can take leads.
pub fn two(app: &TestApp) -> [relasi_tests::Member; 2] {
    [app.member("member"), app.member("member")]
}

/// Body of a calendar that is open on every day.
pub fn calendar() -> Value {
    json!({"name": fresh("Kantor"), "time_zone": "Asia/Jakarta", "week": hours::week("00:00", "24:00")})
}
