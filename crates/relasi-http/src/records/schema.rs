//! JSON schemas out of field lists.

use relasi_domain::{
    field::{CUSTOM, Currency, Field, Item, Kind, Point, Write},
    locale::{self, Language},
    record::{Guard, Object},
    shape::Customs,
};
use serde_json::{Map, Value, json};

use crate::api::Api;

/// `contact` is `Contact`, `contact_role` is `ContactRole`.
pub fn type_name(object: &Object) -> String {
    object.name.split('_').map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Adds the schemas of an object: the record, what makes one, what changes one, a page of them.
pub fn register(api: &mut Api, object: &'static Object) {
    let name = type_name(object);
    api.schema(&name, record(object));
    api.schema(&format!("New{name}"), body(object, true));
    api.schema(&format!("{name}Patch"), body(object, false));
    api.schema(
        &format!("{name}Page"),
        json!({
            "type": "object",
            "description": "A page of records.",
            "required": ["items", "next_cursor", "included"],
            "properties": {
                "items": {"type": "array", "description": "The records.", "items": reference(&name)},
                "next_cursor": nullable("string", None, "Cursor of the next page; null on the last one."),
                "included": reference("Included")
            }
        }),
    );
}

/// `{"$ref": …}`
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A type or null.
fn nullable(kind: &str, format: Option<&str>, about: &str) -> Value {
    let mut schema = json!({"type": [kind, "null"], "description": about});
    if let Some(format) = format {
        schema["format"] = json!(format);
    }
    schema
}

/// Any JSON. Written out, because the document's types know no schema without a type.
pub fn anything(about: &str) -> Value {
    json!({"description": about, "anyOf": [
        {"type": ["string", "number", "boolean", "null"]},
        {"type": "object", "additionalProperties": true},
        {"type": "array", "items": {"type": ["string", "number", "boolean", "object", "null"]}}
    ]})
}

fn record(object: &'static Object) -> Value {
    let mut properties = Map::new();
    let id = json!({"type": "string", "format": "uuid", "description": "UUIDv7."});
    properties.insert("id".into(), id);
    let version = json!({"type": "integer", "format": "int64", "description": "Counts up on every write; also the ETag."});
    properties.insert("version".into(), version);
    for field in object.all_fields() {
        properties.insert(field.name.to_string(), property(object, field));
    }
    properties.insert("custom".into(), custom());
    let required: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "description": about(object), "required": required, "properties": properties})
}

fn body(object: &'static Object, creating: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if object.guard == Guard::Records {
        properties.insert("custom".into(), custom());
    }
    for field in object.all_fields() {
        let open = field.write == Write::Always || (creating && field.write == Write::OnCreate);
        if open {
            properties.insert(field.name.to_string(), property(object, field));
            if creating && field.required {
                required.push(field.name.to_string());
            }
        }
    }
    let mut schema = json!({
        "type": "object", "description": about(object), "properties": properties, "additionalProperties": false
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// Fields that a workspace added. What they are stands in the document that its members get.
fn custom() -> Value {
    json!({"type": "object", "description": "Values of custom fields.", "additionalProperties": true})
}

/// The document of a workspace: with the fields that it added.
pub fn with_customs(document: &mut Value, customs: &Customs) {
    for object in relasi_domain::OBJECTS {
        let added = customs.of(object);
        if added.is_empty() {
            continue;
        }
        let properties: Map<String, Value> = added
            .iter()
            .map(|field| {
                (
                    field.name[CUSTOM.len()..].to_owned(),
                    property(object, field),
                )
            })
            .collect();
        let required = added.iter().filter(|field| field.required);
        let required: Vec<&str> = required.map(|field| &field.name[CUSTOM.len()..]).collect();
        let name = type_name(object);
        for schema in [name.clone(), format!("New{name}"), format!("{name}Patch")] {
            let custom = &mut document["components"]["schemas"][&schema]["properties"]["custom"];
            custom["properties"] = json!(properties);
            custom["additionalProperties"] = json!(false);
            if schema.starts_with("New") && !required.is_empty() {
                custom["required"] = json!(required);
            }
        }
    }
}

fn about(object: &Object) -> String {
    let singular = locale::text(Language::En, &format!("object.{}.one", object.name));
    singular.map_or_else(|| type_name(object), |text| format!("{text}."))
}

/// The schema of a field's value.
pub fn property(object: &Object, field: &Field) -> Value {
    let label = match &field.custom {
        Some(custom) => Some(custom.label.of(Language::En)),
        None => locale::field_label(Language::En, object.name, &field.name),
    };
    let mut about = format!("{}.", label.unwrap_or(&field.name));
    let one = |kind: &str, format: Option<&str>, about: &str| {
        if field.required {
            let mut schema = json!({"type": kind, "description": about});
            if let Some(format) = format {
                schema["format"] = json!(format);
            }
            schema
        } else {
            nullable(kind, format, about)
        }
    };
    match &field.kind {
        Kind::Text { max } | Kind::LongText { max } => {
            let mut schema = one("string", None, &about);
            schema["maxLength"] = json!(max);
            schema
        }
        Kind::Integer => one("integer", Some("int64"), &about),
        Kind::Number => one("number", Some("double"), &about),
        Kind::Money { currency } => {
            let (Currency::Field(currency) | Currency::Code(currency)) = currency;
            about = format!("{about} In minor units of `{currency}`.");
            one("integer", Some("int64"), &about)
        }
        Kind::Point(point) => {
            let format = match point {
                Point::Link => Some("uri"),
                Point::Email => Some("email"),
                Point::Phone => None,
            };
            one("string", format, &about)
        }
        Kind::Boolean => json!({"type": "boolean", "description": about}),
        Kind::Date => one("string", Some("date"), &about),
        Kind::Instant => one("string", Some("date-time"), &about),
        Kind::Choice(codes) => {
            about = format!("{about} One of: {}.", codes.join(", "));
            let mut schema = one("string", None, &about);
            let mut values: Vec<Value> = codes.iter().map(|code| json!(code)).collect();
            if !field.required {
                values.push(Value::Null);
            }
            schema["enum"] = json!(values);
            schema
        }
        Kind::Reference(target) => {
            about = format!("{about} Id of a {target}.");
            one("string", Some("uuid"), &about)
        }
        Kind::Person => {
            about.push_str(" Id of a user.");
            one("string", Some("uuid"), &about)
        }
        Kind::Many(Item::Reference(target)) => json!({
            "type": "array", "description": format!("{about} Ids of {target} records."),
            "items": {"type": "string", "format": "uuid"}
        }),
        Kind::Many(Item::Choice(codes)) => json!({
            "type": "array", "description": about, "items": {"type": "string", "enum": codes}
        }),
        Kind::Many(_) => {
            json!({"type": "array", "description": about, "items": reference("Point")})
        }
        Kind::Json => anything(&about),
    }
}

/// Schemas that several operations share.
pub fn register_shared(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    api.schema("Point", json!({
        "type": "object", "description": "An e-mail address or phone number.", "required": ["value"], "additionalProperties": false,
        "properties": {
            "value": text("As it is written."),
            "label": nullable("string", None, "What it is for, for example `work`.")
        }
    }));
    api.schema("Titled", json!({
        "type": "object", "description": "What a record is called.", "required": ["id", "title"],
        "properties": {"id": {"type": "string", "format": "uuid", "description": "The record."}, "title": text("Its name.")}
    }));
    api.schema("Included", json!({
        "type": "object", "description": "Names of what the records refer to, by plural object name; `users` for people.",
        "additionalProperties": {"type": "array", "items": reference("Titled")}
    }));
    api.schema("Problem", json!({
        "type": "object", "description": "RFC 9457 problem details.", "required": ["type", "title", "status", "code", "request_id"],
        "properties": {
            "type": text("`urn:relasi:problem:<code>`."), "title": text("In the caller's language."),
            "status": {"type": "integer", "description": "HTTP status."}, "detail": text("What is wrong, in the caller's language."),
            "code": text("Stable code."), "request_id": text("Names the request in the log."),
            "errors": {"type": "array", "description": "Every fault of the request.", "items": reference("Fault")},
            "current": {"type": "object", "description": "The record as it is now, with 412.", "additionalProperties": true}
        }
    }));
    api.schema("Fault", json!({
        "type": "object", "description": "One fault.", "required": ["pointer", "code", "detail"],
        "properties": {
            "pointer": text("JSON pointer into the body, or `?name` for a query parameter."), "code": text("Stable code."),
            "detail": text("In the caller's language."),
            "params": {"type": "object", "description": "Values that the text names.", "additionalProperties": {"type": "string"}}
        }
    }));
    register_entries(api);
    super::past::register_shared(api);
}

fn register_entries(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let at = |about: &str| json!({"type": "string", "format": "date-time", "description": about});
    let page = |name: &str| {
        json!({
            "type": "object", "description": "A page, newest first.", "required": ["items", "next_cursor"],
            "properties": {
                "items": {"type": "array", "description": "The entries.", "items": reference(name)},
                "next_cursor": nullable("string", None, "Cursor of the next page; null on the last one.")
            }
        })
    };
    api.schema("TimelineEvent", json!({
        "type": "object", "description": "Something that happened to a record.",
        "required": ["id", "kind", "at", "actor_id", "object", "record_id", "data"],
        "properties": {
            "id": id("The event."), "kind": text("For example `deal.stage_changed`."), "at": at("When it happened."),
            "actor_id": nullable("string", Some("uuid"), "Who did it."), "object": text("What it is about."),
            "record_id": id("The record it is about."), "data": {"type": "object", "description": "Details.", "additionalProperties": true},
            "record": {"type": ["object", "null"], "description": "The record it is about, where it may be seen.", "additionalProperties": true}
        }
    }));
    api.schema("TimelinePage", page("TimelineEvent"));
    api.schema("HistoryEntry", json!({
        "type": "object", "description": "A write.", "required": ["id", "action", "at", "object", "record_id", "actor_id", "cause", "changes"],
        "properties": {
            "id": id("The entry."), "action": text("For example `updated`."), "at": at("When."),
            "object": text("About what."), "record_id": id("About which one; of what was merged into a record, that one."),
            "actor_id": nullable("string", Some("uuid"), "Who; null for the product itself."),
            "cause": nullable("string", None, "Behind it: the id of a request, or `import:`, `merge:`, `undo:` or `revert:` and what was meant."),
            "changes": {"type": "array", "description": "Changed fields.", "items": reference("Change")}
        }
    }));
    api.schema("Change", json!({
        "type": "object", "description": "What happened to a field.", "required": ["field"], "properties": {
            "field": text("Its name."), "old": anything("Before."), "new": anything("After.")
        }
    }));
    api.schema("HistoryPage", page("HistoryEntry"));
    super::groups::schemas(api);
    api.schema("Count", json!({
        "type": "object", "description": "How many records a list has.", "required": ["count", "capped"],
        "properties": {
            "count": {"type": "integer", "description": "At most 10,000."},
            "capped": {"type": "boolean", "description": "There are more."}
        }
    }));
}
