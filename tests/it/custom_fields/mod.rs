//! Fields that an administrator adds.

pub mod changes;
mod definitions;
mod imports;
mod lists;
mod merging;
mod surfaces;
mod unique;
mod values;

use std::sync::OnceLock;

use relasi_domain::{
    people::contact, platform::custom_field::CustomField, record::Object, shape::Customs,
};
use relasi_tests::Client;
use serde_json::{Value, json};

use crate::bodies::{id, merged, version};

/// A value of each type, as it comes back.
pub fn samples(me: &str, company: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("text", json!("Kopi Susu")),
        ("long_text", json!("Satu\nDua")),
        ("number", json!(12.5)),
        ("money", json!(3_600_000)),
        ("date", json!("2026-11-22")),
        ("instant", json!("2026-11-22T08:15:00.000000Z")),
        ("boolean", json!(true)),
        ("choice", json!("gold")),
        ("choices", json!(["gold", "basic"])),
        ("link", json!("https://kopi.example/a")),
        ("email", json!("siti@kopi.example")),
        ("phone", json!("+62 812-3456-7890")),
        ("person", json!(me)),
        ("relation", json!(company)),
    ]
}

/// Defines a field; its name is that of its type unless `members` say otherwise.
#[track_caller]
pub fn define(client: &Client, object: &str, kind: &str, members: Value) -> Value {
    let body = json!({
        "object": object, "kind": kind, "name": kind, "label": kind, "currency": "IDR", "target": "company",
        "options": [{"code": "gold", "label": "Gold", "labels": {"id": "Emas"}}, {"code": "basic", "label": "Basic"}],
    });
    client.create("custom-fields", &merged(body, &members))
}

/// Changes a field.
#[track_caller]
pub fn change(client: &Client, field: &Value, members: &Value) -> Value {
    let path = format!("custom-fields/{}", id(field));
    let now = client.get(&path).ok(200);
    client.patch(&path, version(&now), members).ok(200)
}

/// A contact with these custom values.
#[track_caller]
pub fn contact(client: &Client, name: &str, custom: &Value) -> Value {
    client.create("contacts", &json!({"full_name": name, "custom": custom}))
}

/// Names of the contacts of a list in their order, read in pages of two.
#[track_caller]
pub fn names(client: &Client, parameters: &[(&str, &str)]) -> Vec<String> {
    titles(client, &contact::OBJECT, parameters)
}

/// Titles of the records of a list in their order, read in pages of two.
#[track_caller]
pub fn titles(client: &Client, object: &Object, parameters: &[(&str, &str)]) -> Vec<String> {
    let parameters: Vec<_> = parameters.iter().copied().chain([("limit", "2")]).collect();
    let titles = client.all(object.plural, &parameters, object.title);
    titles
        .iter()
        .map(|title| title.as_str().expect("a title").to_owned())
        .collect()
}

/// A field of each type on contacts and two on companies, for tests below HTTP.
pub fn customs() -> &'static Customs {
    static CUSTOMS: OnceLock<Customs> = OnceLock::new();
    CUSTOMS.get_or_init(|| {
        let kinds = samples("", "").into_iter().map(|(kind, _)| ("contact", kind));
        let all = kinds.chain([("company", "choice"), ("company", "text")]);
        let fields = all.map(|(object, kind)| {
            let definition = json!({
                "object": object, "kind": kind, "name": kind, "currency": "IDR", "target": "company",
                "options": [{"code": "gold"}, {"code": "basic"}], "storage_key": format!("c{}", kind.replace('_', "")),
            });
            let definition: CustomField = serde_json::from_value(definition).expect("a definition");
            (object.to_owned(), definition.field())
        });
        Customs::new(1, fields)
    })
}
