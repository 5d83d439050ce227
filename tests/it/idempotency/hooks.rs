//! Requests to what sends and takes in.

use relasi_tests::Client;
use serde_json::{Value, json};

use super::prepared::Request;
use crate::bodies;

/// Whether a path takes a file.
pub(super) fn is_upload(path: &str) -> bool {
    ["imports?", "/files?", "/versions?"]
        .iter()
        .any(|part| path.contains(part))
}

/// A verb of an inbound hook, and something that came to it.
pub(super) fn inbound(client: &Client, verb: &str) -> (Request, Value) {
    let made = client
        .post(
            "inbound-hooks",
            &json!({"name": "Formulir", "object": "contact"}),
        )
        .ok(201);
    let at = format!("inbound/{}", made["token"].as_str().expect("a token"));
    let came = client.post(&at, &json!({"nama": "Siti"})).ok(202);
    let request = Request::new(format!("inbound-hooks/{}/{verb}", bodies::id(&made)));
    (request, came["id"].clone())
}

/// A verb of an endpoint that wants no events.
pub(super) fn webhook(client: &Client, verb: &str) -> Request {
    let hook = json!({"url": "https://kopi.invalid/hook", "kinds": ["webhook.none"]});
    let made = client.post("webhook-endpoints", &hook).ok(201);
    Request::new(format!("webhook-endpoints/{}/{verb}", bodies::id(&made)))
}
