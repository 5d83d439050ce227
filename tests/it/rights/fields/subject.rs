//! A record of which one field is looked at.

use relasi_domain::{
    field::{Field, Item, Kind, Write},
    record::Object,
};
use relasi_tests::Client;
use serde_json::{Value, json};

use crate::bodies::{fresh, id, make, make_with, version};

/// A value that a field takes, and another one.
pub fn values(client: &Client, field: &Field) -> Option<(Value, Value)> {
    let pair = |one: &str, other: &str| (json!(one), json!(other));
    Some(match (field.name.as_ref(), &field.kind) {
        ("country", _) => pair("ID", "TH"),
        ("time_zone", _) => pair("Asia/Jakarta", "Asia/Bangkok"),
        ("currency", _) => pair("IDR", "THB"),
        // No two products have the same one.
        ("code", _) => (json!(fresh("GY")), json!(fresh("GY"))),
        ("domain", _) => pair("rahasia.example", "lain.example"),
        // A rule stands with a time and never changes.
        ("recurrence", _) => return None,
        ("website", _) => pair("https://rahasia.example", "https://lain.example"),
        (_, Kind::Text { .. } | Kind::LongText { .. }) => pair("Rahasia", "Terbuka"),
        (_, Kind::Integer | Kind::Money { .. } | Kind::Number) => (json!(41), json!(42)),
        (_, Kind::Boolean) => (json!(true), json!(false)),
        (_, Kind::Date) => pair("2026-01-02", "2026-01-03"),
        (_, Kind::Instant) => pair("2026-01-02T03:04:05.000000Z", "2026-01-03T03:04:05.000000Z"),
        (_, Kind::Choice(codes)) => (json!(codes[0]), json!(codes[1])),
        (_, Kind::Reference(object)) if object == "import" => return None,
        (_, Kind::Reference(object)) => (
            make(client, object)["id"].clone(),
            make(client, object)["id"].clone(),
        ),
        (_, Kind::Many(Item::Email)) => (json!([{"value": "rahasia@kopi.example"}]), json!([])),
        (_, Kind::Many(Item::Phone)) => (json!([{"value": "+62 811 1234 567"}]), json!([])),
        (_, Kind::Many(Item::Reference(object))) if object == "user" => {
            (json!([client.get("me").ok(200)["user"]["id"]]), json!([]))
        }
        (_, Kind::Many(Item::Reference(object))) => {
            (json!([make(client, object)["id"]]), json!([]))
        }
        _ => return None,
    })
}

pub fn member<'v>(record: &'v Value, name: &str) -> Option<&'v Value> {
    match name.strip_prefix("custom.") {
        Some(name) => record["custom"].get(name),
        None => record.get(name),
    }
}

pub fn with(name: &str, value: &Value) -> Value {
    match name.strip_prefix("custom.") {
        Some(name) => json!({"custom": {name: value}}),
        None => json!({name: value}),
    }
}

pub fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// A record of an object with one of its fields filled, as far as clients may.
pub struct Subject<'a> {
    pub object: &'static Object,
    pub name: &'a str,
    pub field: &'a Field,
    pub at: String,
    pub value: Option<(Value, Value)>,
}

impl<'a> Subject<'a> {
    pub fn new(client: &Client, object: &'static Object, field: &'a Field) -> Self {
        let name = field.name.as_ref();
        let open = field.write != Write::Never && !field.required;
        let value = open.then(|| values(client, field)).flatten();
        let record = match &value {
            Some((value, _)) => make_with(client, object.name, with(name, value)),
            None => make(client, object.name),
        };
        let at = format!("{}/{}", object.plural, id(&record));
        Self {
            object,
            name,
            field,
            at,
            value,
        }
    }

    /// What the owner of the workspace sees in the field.
    pub fn kept(&self, client: &Client) -> Value {
        member(&client.get(&self.at).ok(200), self.name)
            .cloned()
            .unwrap_or_default()
    }

    pub fn version(&self, client: &Client) -> i64 {
        version(&client.get(&self.at).ok(200))
    }

    pub fn here(&self) -> String {
        format!("{}.{}", self.object.name, self.name)
    }
}
