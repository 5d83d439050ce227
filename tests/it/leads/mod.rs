//! Leads: their life until they are a contact, and back.

mod conversion;
mod hand_off;
mod import;
mod life;
mod person;
mod response;
mod twice;

use relasi_tests::{Client, Method};
use serde_json::{Value, json};

use crate::bodies::id;

/// Adds items to the checklist, each done by hand: stage, label, whether it is required. Their ids.
#[track_caller]
pub fn asked(client: &Client, items: &[(&str, &str, bool)]) -> Vec<String> {
    let items = items.iter().map(
        |(stage, label, required)| json!({"stage": stage, "label": label, "required": required}),
    );
    added(client, items.collect())
}

/// Adds items as they are written. Their ids.
#[track_caller]
fn added(client: &Client, items: Vec<Value>) -> Vec<String> {
    let before = client.get("lead-checklist").ok(200);
    let mut all = before["items"].as_array().unwrap().clone();
    let new = items.len();
    all.extend(items);
    let version = before["version"].as_i64().unwrap();
    let after = set(client, version, &json!({ "items": all })).ok(200);
    let all = after["items"].as_array().unwrap();
    all[all.len() - new..].iter().map(id).collect()
}

fn set(client: &Client, version: i64, body: &Value) -> relasi_tests::Reply {
    let etag = format!("\"{version}\"");
    client.json(Method::PUT, "lead-checklist", &[("if-match", &etag)], body)
}

/// Runs a verb of a lead on its newest version.
fn go(client: &Client, lead: &str, verb: &str, body: &Value) -> relasi_tests::Reply {
    let at = format!("leads/{lead}");
    let now = client.get(&at).ok(200);
    client.verb(
        &format!("{at}/{verb}"),
        now["version"].as_i64().unwrap(),
        body,
    )
}

/// The kinds of a timeline, newest first.
fn kinds(client: &Client, path: &str) -> Vec<String> {
    let items = client.get(&format!("{path}/timeline")).ok(200)["items"].clone();
    let items = items.as_array().unwrap().iter();
    items
        .map(|event| event["kind"].as_str().unwrap().to_owned())
        .collect()
}

/// A lead with all that there may be of one: a checklist, consent, a conversion.
pub fn lived(client: &Client) {
    let items = asked(client, &[("mql", "Anggaran", false)]);
    let lead = crate::bodies::id(&crate::bodies::make(client, "lead"));
    let tick = json!({"item_id": items[0], "done": true});
    client.post(&format!("leads/{lead}/tick"), &tick).ok(200);
    let purpose = json!({"name": "Kabar prospek", "legal_basis": "consent", "channels": ["email"], "wording": "Boleh?"});
    let purpose = client.post("consent-purposes", &purpose).ok(201);
    let yes = json!({"purpose_id": purpose["id"], "state": "given", "source": "form", "ip": "203.0.113.7"});
    client.post(&format!("leads/{lead}/consents"), &yes).ok(201);
    let held = crate::bodies::id(&crate::bodies::make(client, "lead"));
    let hold = json!({"reason": "Sengketa"});
    client
        .json(Method::PUT, &format!("leads/{held}/hold"), &[], &hold)
        .ok(204);
    client
        .verb(&format!("leads/{lead}/convert"), 1, &json!({}))
        .ok(200);
}
