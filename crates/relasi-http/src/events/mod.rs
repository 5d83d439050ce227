//! Events: what happened, in order.

mod inbound;
mod inbound_schema;
mod list;
mod live;
pub(crate) mod schema;
mod webhooks;

use actix_web::{HttpResponse, body::MessageBody, http::StatusCode};
use relasi_app::records::Work;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::Api,
    caller::Caller,
    problem::Problem,
    records::{parse_id, schema::reference},
};

/// Adds a secret to the answer about what has just got one. It is not part of the answer that is stored for repeated
/// requests.
async fn revealing(
    caller: &Caller,
    response: HttpResponse,
    member: &'static str,
    reveal: impl FnOnce(&mut Work<'_>, Uuid) -> relasi_app::Result<String> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let internal = || Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR);
    let (head, body) = response.into_parts();
    let bytes = body.try_into_bytes().map_err(|_| internal())?;
    let mut shown: Value = serde_json::from_slice(&bytes).map_err(|_| internal())?;
    let id = parse_id(shown["id"].as_str().unwrap_or_default())?;
    let secret = caller.read_short(move |work| reveal(work, id)).await?;
    shown[member] = json!(secret);
    Ok(head.set_body(shown.to_string()).map_into_boxed_body())
}

/// Registers reading of events.
pub fn register(api: &mut Api) {
    api.schema("Event", event());
    list::register(api);
    live::register(api);
    webhooks::register(api);
    inbound::register(api);
}

fn event() -> Value {
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let text = |about: &str| json!({"type": "string", "description": about});
    json!({
        "type": "object", "description": "Something that happened to a record.",
        "required": ["id", "at", "kind", "object", "record_id", "version", "changed", "actor_id", "about"],
        "properties": {
            "id": id("Of the event; webhooks send the same in `webhook-id`."),
            "at": {"type": "string", "format": "date-time", "description": "When."},
            "kind": text("Object and verb, for example `contact.updated`."),
            "object": text("What it is about, for example `contact` or `file`."),
            "record_id": id("Which one."),
            "version": {"type": ["integer", "null"], "format": "int64", "description": "Its version from then on."},
            "changed": {"type": "array", "description": "Names of the changed fields, `custom.tier` for one of your own.", "items": {"type": "string"}},
            "actor_id": {"type": ["string", "null"], "format": "uuid", "description": "Who did it."},
            "about": {
                "type": ["object", "null"], "description": "The record that a comment or file belongs to.",
                "required": ["object", "id"],
                "properties": {"object": text("What it is."), "id": id("Which one.")}
            }
        }
    })
}

fn page() -> Value {
    json!({
        "type": "object", "description": "Events in their order.", "required": ["items", "next_cursor", "more"],
        "properties": {
            "items": {"type": "array", "description": "The events.", "items": reference("Event")},
            "next_cursor": {"type": ["string", "null"], "description": "Where to go on, now or later; null before the first event of a workspace."},
            "more": {"type": "boolean", "description": "Whether there may be more already."}
        }
    })
}
