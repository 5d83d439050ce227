//! Schemas of inbound hooks and of what came to them.

use relasi_app::events::inbound::{MAX_LINES, MAX_NAME};
use serde_json::{Value, json};

use super::schema::{id, object, some_text, some_time, text, time, whole};
use crate::api::Api;

pub(super) fn register(api: &mut Api) {
    let plain = hook();
    let mut with_token = plain.clone();
    with_token["description"] =
        json!("A hook with the token of its address, just after it was made.");
    with_token["properties"]["token"] = text("The address is `/api/v1/inbound/` and this token.");
    api.schema("InboundHook", plain);
    api.schema("InboundHookWithToken", with_token);
    api.schema("NewInboundHook", writable(true));
    api.schema("InboundHookPatch", writable(false));
    api.schema("InboundRequest", request());
    api.schema("InboundTrial", trial());
}

fn name() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": MAX_NAME, "description": "What it is called."})
}

fn target() -> Value {
    json!({"type": "string", "enum": ["contact", "company", "lead"], "description": "What comes becomes one of these."})
}

fn mapping() -> Value {
    json!({
        "type": "array", "maxItems": MAX_LINES, "description": "Where each field gets its value from.",
        "items": {
            "type": "object", "description": "One field: pointers or a value.", "required": ["field"], "additionalProperties": false,
            "properties": {
                "field": text("The field as imports name it: `full_name`, `emails`, `company_id` for the name of a company, `custom.tier`."),
                "from": {"type": "array", "maxItems": 5, "description": "JSON pointers (RFC 6901) into what comes: `/customer/name`. Several are put together with spaces.", "items": {"type": "string"}},
                "value": text("The same value for all.")
            }
        }
    })
}

fn options() -> Value {
    json!({
        "type": "object", "description": "As for imports.", "additionalProperties": false,
        "properties": {
            "match": {"type": "string", "enum": ["email", "phone", "domain", "name", "none"], "description": "By what a record that is there is found."},
            "on_match": {"type": "string", "enum": ["update", "skip", "create"], "description": "What happens when one is found."},
            "company": {"type": "string", "enum": ["domain", "name", "none"], "description": "How the company of a contact is found."},
            "date_order": {"type": ["string", "null"], "description": "Order of dates written in numbers."},
            "decimal_mark": {"type": ["string", "null"], "description": "The mark before fractions."},
            "preset": {"type": "null", "description": "Not for hooks."}
        }
    })
}

fn hook() -> Value {
    let properties = json!({
        "id": id("The hook."),
        "version": whole("Counts up on every change."),
        "name": name(),
        "object": target(),
        "mapping": mapping(),
        "options": options(),
        "state": {"type": "string", "enum": ["active", "paused"], "description": "Whether it takes anything."},
        "created_at": time("When it was made."),
        "created_by": id("By whom; records are written by their rights."),
        "updated_at": time("When it was last changed.")
    });
    object("An address that others send to.", properties)
}

fn writable(new: bool) -> Value {
    let mut properties = json!({"name": name(), "mapping": mapping(), "options": options()});
    let mut schema = json!({"type": "object", "description": "What makes a hook.", "additionalProperties": false});
    if new {
        properties["object"] = target();
        schema["required"] = json!(["name", "object"]);
    } else {
        schema["description"] = json!("What changes a hook; what is left out stays.");
        properties["state"] = json!({"type": "string", "enum": ["active", "paused"], "description": "Take, or refuse."});
    }
    schema["properties"] = properties;
    schema
}

fn faults() -> Value {
    json!({"type": "array", "description": "Why it did not become a record, by field.", "items": {"type": "object", "description": "One fault.", "properties": {
        "pointer": text("The field."), "code": text("What is wrong."), "detail": text("The same in the caller's language."), "params": {"type": "object", "description": "More about it."}
    }}})
}

fn request() -> Value {
    let properties = json!({
        "id": id("The request."),
        "received_at": time("When it came."),
        "body": {"type": "object", "description": "What came."},
        "state": {"type": "string", "enum": ["waiting", "created", "updated", "skipped", "failed"], "description": "What became of it."},
        "record_id": {"type": ["string", "null"], "format": "uuid", "description": "The record that it made or changed."},
        "faults": faults(),
        "error": some_text("Why it was given up: `creator_left`, who made the hook may not change settings any more; else the code of what went wrong."),
        "attempted_at": some_time("When it was last taken.")
    });
    object("Something that came to a hook.", properties)
}

fn trial() -> Value {
    let properties = json!({
        "state": {"type": "string", "enum": ["created", "updated", "skipped", "failed"], "description": "What would become of it."},
        "record_id": {"type": ["string", "null"], "format": "uuid", "description": "The record that would be changed."},
        "record": {"type": ["object", "null"], "description": "The new record, or what would be changed."},
        "faults": faults()
    });
    object("What would come of something.", properties)
}
