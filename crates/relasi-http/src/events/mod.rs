//! Events: what happened, in order.

mod inbound;
mod inbound_schema;
mod list;
mod live;
mod schema;
mod webhooks;

use serde_json::{Value, json};

use crate::{api::Api, records::schema::reference};

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
