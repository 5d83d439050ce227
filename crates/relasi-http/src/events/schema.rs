//! Schemas of endpoints and deliveries.

use relasi_app::events::webhook::{MAX_DESCRIPTION, MAX_KINDS, MAX_URL};
use serde_json::{Value, json};

use crate::api::Api;

pub(super) fn register(api: &mut Api) {
    let plain = endpoint();
    let mut with_secret = plain.clone();
    with_secret["description"] = json!("An address with its secret, just after it was made.");
    with_secret["properties"]["secret"] =
        text("`whsec_` and base64; receivers check signatures with it.");
    if let Some(required) = with_secret["required"].as_array_mut() {
        required.push(json!("secret"));
    }
    api.schema("WebhookEndpoint", plain);
    api.schema("WebhookEndpointWithSecret", with_secret);
    api.schema("NewWebhookEndpoint", writable(true));
    api.schema("WebhookEndpointPatch", writable(false));
    api.schema("WebhookDelivery", delivery());
}

pub(crate) fn id(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

pub(crate) fn time(about: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": about})
}

pub(crate) fn some_time(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

pub(crate) fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

pub(crate) fn some_text(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

pub(crate) fn whole(about: &str) -> Value {
    json!({"type": "integer", "format": "int64", "description": about})
}

pub(crate) fn some_whole(about: &str) -> Value {
    json!({"type": ["integer", "null"], "format": "int64", "description": about})
}

fn url() -> Value {
    json!({"type": "string", "maxLength": MAX_URL, "description": "Where events are sent, over HTTPS. Addresses of private networks are refused unless the operator allows them."})
}

fn description() -> Value {
    json!({"type": "string", "maxLength": MAX_DESCRIPTION, "description": "What it is for."})
}

fn kinds() -> Value {
    json!({"type": "array", "maxItems": MAX_KINDS, "items": {"type": "string"}, "description": "Kinds that it wants: `contact.updated`, `contact.*`, `*`. All without any."})
}

fn endpoint() -> Value {
    let properties = json!({
        "id": id("The endpoint."),
        "version": whole("Counts up on every change."),
        "url": url(),
        "description": description(),
        "kinds": kinds(),
        "state": {"type": "string", "enum": ["active", "paused", "disabled"], "description": "Whether events are sent."},
        "reason": {"type": ["string", "null"], "description": "Why it was disabled: `gone`, the receiver answered 410; `failing`, nothing arrived for 120 hours; `creator_left`, who made it may not change settings any more."},
        "failing_since": some_time("Since when nothing has arrived."),
        "former_secret_until": some_time("Until when the secret before signs as well."),
        "created_at": time("When it was made."),
        "created_by": id("By whom; records are sent as they see them."),
        "updated_at": time("When it was last changed.")
    });
    object("An address that is told of events.", properties)
}

/// All of it required.
pub(crate) fn object(about: &str, properties: Value) -> Value {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .collect();
    json!({"type": "object", "description": about, "required": required, "properties": properties})
}

fn writable(new: bool) -> Value {
    let mut properties = json!({"url": url(), "description": description(), "kinds": kinds()});
    let mut schema = json!({"type": "object", "description": "What makes an endpoint.", "additionalProperties": false});
    if new {
        schema["required"] = json!(["url"]);
    } else {
        schema["description"] = json!("What changes an endpoint; what is left out stays.");
        properties["state"] = json!({"type": "string", "enum": ["active", "paused"], "description": "Send, or wait."});
    }
    schema["properties"] = properties;
    schema
}

fn delivery() -> Value {
    let properties = json!({
        "id": id("The event; sent as `webhook-id`, the same at each try."),
        "at": time("When it happened."),
        "kind": text("For example `contact.updated`, or `webhook.test`."),
        "object": text("What it is about."),
        "record_id": id("Which one."),
        "state": {"type": "string", "enum": ["pending", "delivered", "failed"], "description": "Whether it has arrived, will be tried again, or was given up after eight tries."},
        "attempts": whole("Tries so far."),
        "next_attempt_at": some_time("When it is tried next."),
        "attempted_at": some_time("When it was last tried."),
        "status": some_whole("HTTP status of the last answer."),
        "error": some_text("What went wrong before there was an answer: `webhook_timeout`, `webhook_unreachable`, `webhook_address_refused`, `webhook_broken_off`."),
        "response": some_text("The first kilobyte of the last answer."),
        "duration_ms": some_whole("How long the last try took, in milliseconds.")
    });
    object("An event on its way to an address.", properties)
}
