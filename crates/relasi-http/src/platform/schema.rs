//! The objects and their fields as data.

use actix_web::HttpResponse;
use relasi_domain::{
    OBJECTS,
    field::{Field, Item, Kind, Write},
    filter::operators,
    identity::access::Action,
    locale::{self, Language},
    record::Object,
};
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    caller::Caller,
    problem::Problem,
};

/// Registers the description of all objects.
pub fn register(api: &mut Api) {
    let schema = Operation::get("/schema", "schema", "get_schema", "Objects, their fields, and what the caller may do with them")
        .returns(200, "The objects.", json!({
            "type": "object", "description": "All objects.", "required": ["objects"],
            "properties": {"objects": {"type": "array", "description": "The objects.", "items": {"type": "object", "additionalProperties": true}}}
        }));
    api.add(schema, get_schema);
}

async fn get_schema(caller: Caller) -> Result<HttpResponse, Problem> {
    let language = Language::from_tag(&caller.principal.user.language).unwrap_or(Language::En);
    let objects = OBJECTS
        .iter()
        .map(|object| describe(object, &caller, language));
    Ok(HttpResponse::Ok().json(json!({"objects": objects.collect::<Vec<_>>()})))
}

fn describe(object: &'static Object, caller: &Caller, language: Language) -> Value {
    let access = &caller.principal.access;
    let rights = [
        ("see", Action::See),
        ("add", Action::Add),
        ("edit", Action::Edit),
        ("delete", Action::Delete),
    ];
    let rights =
        rights.map(|(name, action)| (name.to_owned(), json!(access.scope(object, action))));
    json!({
        "name": object.name,
        "plural": object.plural,
        "title": object.title,
        "label": locale::text(language, &format!("object.{}.one", object.name)),
        "rights": rights.into_iter().collect::<serde_json::Map<_, _>>(),
        "fields": object.all_fields().map(|field| describe_field(object, field, language)).collect::<Vec<_>>(),
    })
}

fn describe_field(object: &Object, field: &'static Field, language: Language) -> Value {
    let label = locale::text(language, &field.label_key(object.name))
        .or_else(|| locale::text(language, &field.label_key("common")));
    let (kind, detail) = kind_of(&field.kind);
    json!({
        "name": field.name,
        "label": label,
        "kind": kind,
        "detail": detail,
        "required": field.required,
        "sortable": field.sortable,
        "searched": field.searched,
        "private": field.private,
        "write": match field.write {
            Write::Always => "always",
            Write::OnCreate => "on_create",
            Write::Never => "never",
        },
        "operators": operators(&field.kind).iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// The name of a kind and what else it needs: choices, the object referred to, the field with the currency.
fn kind_of(kind: &Kind) -> (&'static str, Value) {
    match kind {
        Kind::Text { max } => ("text", json!({"max": max})),
        Kind::LongText { max } => ("long_text", json!({"max": max})),
        Kind::Integer => ("integer", Value::Null),
        Kind::Money { currency } => ("money", json!({"currency": currency})),
        Kind::Boolean => ("boolean", Value::Null),
        Kind::Date => ("date", Value::Null),
        Kind::Instant => ("instant", Value::Null),
        Kind::Choice(codes) => ("choice", json!({"codes": codes})),
        Kind::Reference(object) => ("reference", json!({"object": object})),
        Kind::Person => ("person", Value::Null),
        Kind::Many(Item::Email) => ("emails", Value::Null),
        Kind::Many(Item::Phone) => ("phones", Value::Null),
        Kind::Many(Item::Reference(object)) => ("references", json!({"object": object})),
        Kind::Json => ("json", Value::Null),
    }
}
