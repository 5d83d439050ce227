//! The objects and their fields as data.

use actix_web::HttpResponse;
use relasi_domain::{
    OBJECTS,
    field::{Currency, Field, Item, Kind, Point, Write},
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
        "fields": access.shape(object).fields().map(|field| describe_field(object, &field, language)).collect::<Vec<_>>(),
    })
}

fn describe_field(object: &Object, field: &Field, language: Language) -> Value {
    let label = match &field.custom {
        Some(custom) => Some(custom.label.of(language)),
        None => locale::field_label(language, object.name, &field.name),
    };
    let (kind, detail) = kind_of(&field.kind);
    let mut described = json!({
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
    });
    if let Some(custom) = &field.custom {
        described["custom"] = json!({
            "label": custom.label,
            "help": custom.help,
            "choices": field.words.as_deref().cloned().unwrap_or_default(),
            "unique": custom.unique,
            "marks_duplicates": custom.marks_duplicates,
            "default": custom.default,
        });
    } else if let Some(words) = field.words.as_deref() {
        described["choices"] = json!(words);
    }
    described
}

/// The name of a kind and what else it needs: choices, the object referred to, the field with the currency.
fn kind_of(kind: &Kind) -> (&'static str, Value) {
    match kind {
        Kind::Text { max } => ("text", json!({"max": max})),
        Kind::LongText { max } => ("long_text", json!({"max": max})),
        Kind::Integer => ("integer", Value::Null),
        Kind::Number => ("number", Value::Null),
        Kind::Money {
            currency: Currency::Field(field),
        } => ("money", json!({"currency": field})),
        Kind::Money {
            currency: Currency::Code(code),
        } => ("money", json!({"currency_code": code})),
        Kind::Point(Point::Link) => ("link", Value::Null),
        Kind::Point(Point::Email) => ("email", Value::Null),
        Kind::Point(Point::Phone) => ("phone", Value::Null),
        Kind::Boolean => ("boolean", Value::Null),
        Kind::Date => ("date", Value::Null),
        Kind::Instant => ("instant", Value::Null),
        Kind::Choice(codes) => ("choice", json!({"codes": codes})),
        Kind::Reference(object) => ("reference", json!({"object": object})),
        Kind::Person => ("person", Value::Null),
        Kind::Many(Item::Email) => ("emails", Value::Null),
        Kind::Many(Item::Phone) => ("phones", Value::Null),
        Kind::Many(Item::Reference(object)) => ("references", json!({"object": object})),
        Kind::Many(Item::Choice(codes)) => ("choices", json!({"codes": codes})),
        Kind::Json => ("json", Value::Null),
    }
}
