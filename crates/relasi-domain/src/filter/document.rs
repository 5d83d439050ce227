//! Conditions evaluated in memory.

use std::cmp::Ordering;

use serde_json::Value as Json;
use uuid::Uuid;

use super::{Check, Condition, Path, Value, literal};
use crate::{
    field::{Field, Item, Kind, millionths},
    record::{Document, Object},
    text::{email_key, iso_day, phone_key, sort_key},
};

/// Finds the record that a reference points to; none when it is not there.
pub type Lookup<'a> = dyn Fn(&'static Object, Uuid) -> Option<Document> + 'a;

impl Condition {
    /// Whether a record meets it. `lookup` is asked for the records behind references.
    ///
    /// Values that do not have their field's form count as empty.
    pub fn matches(&self, record: &Document, lookup: &Lookup<'_>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.matches(record, lookup)),
            Self::Any(all) => all.iter().any(|one| one.matches(record, lookup)),
            Self::Test {
                path,
                negated,
                check,
            } => check.holds(path, record, lookup) != *negated,
        }
    }
}

impl Check {
    fn holds(&self, path: &Path, record: &Document, lookup: &Lookup<'_>) -> bool {
        let mut found = None;
        for hop in &path.hops {
            let held = found.as_ref().unwrap_or(record);
            let id = held
                .get(&*hop.field.name)
                .and_then(Json::as_str)
                .and_then(|id| Uuid::try_parse(id).ok());
            let Some(next) = id.and_then(|id| lookup(hop.object, id)) else {
                return matches!(self, Self::Empty);
            };
            found = Some(next);
        }
        let held = found.as_ref().unwrap_or(record);
        let values = values(&path.field, path.field.of(held));
        if matches!(self, Self::Empty) {
            return values.is_empty();
        }
        values.iter().any(|value| self.takes(value))
    }

    fn takes(&self, value: &Value) -> bool {
        match self {
            Self::Empty => false,
            Self::Is(all) => all.contains(value),
            Self::Has(one) => one == value,
            Self::Below(other) => order(value, other).is_some_and(Ordering::is_lt),
            Self::AtMost(other) => order(value, other).is_some_and(Ordering::is_le),
            Self::Above(other) => order(value, other).is_some_and(Ordering::is_gt),
            Self::AtLeast(other) => order(value, other).is_some_and(Ordering::is_ge),
            Self::Contains(pieces) => {
                text(value).is_some_and(|t| pieces.iter().any(|p| t.contains(p.as_str())))
            }
            Self::StartsWith(pieces) => {
                text(value).is_some_and(|t| pieces.iter().any(|p| t.starts_with(p.as_str())))
            }
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::Integer(a), Value::Integer(b)) | (Value::Number(a), Value::Number(b)) => {
            Some(a.cmp(b))
        }
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// What a field holds, in the form in which it compares; nothing when it is empty.
pub fn values(field: &Field, json: &Json) -> Vec<Value> {
    if let Kind::Many(item) = &field.kind {
        let items = json.as_array().map_or(&[][..], Vec::as_slice);
        return items
            .iter()
            .filter_map(|entry| item_value(item, entry))
            .collect();
    }
    let text = json.as_str().filter(|text| !text.is_empty());
    // A custom field that holds something is not empty, even when nothing of it counts in comparing.
    let counts = |key: &String| field.custom.is_some() || !key.is_empty();
    let value = match &field.kind {
        Kind::Text { .. } if field.keyed => text.map(sort_key).filter(counts).map(Value::Text),
        Kind::Text { .. } | Kind::LongText { .. } | Kind::Choice(_) => {
            text.map(|t| Value::Text(t.to_owned()))
        }
        Kind::Integer | Kind::Money { .. } => json.as_i64().map(Value::Integer),
        Kind::Number => millionths(json).map(Value::Number),
        Kind::Point(point) => text
            .map(|text| point.key(text))
            .filter(counts)
            .map(Value::Text),
        Kind::Boolean => json.as_bool().map(Value::Boolean),
        Kind::Date => text.and_then(iso_day).map(Value::Date),
        Kind::Instant => text.and_then(literal::instant).map(Value::Instant),
        Kind::Reference(_) | Kind::Person => text.and_then(id),
        Kind::Many(_) | Kind::Json => None,
    };
    value.into_iter().collect()
}

fn id(text: &str) -> Option<Value> {
    Uuid::try_parse(text).ok().map(Value::Id)
}

fn item_value(item: &Item, entry: &Json) -> Option<Value> {
    let written = || entry.get("value").and_then(Json::as_str);
    let key = match item {
        Item::Reference(_) => return entry.as_str().and_then(id),
        Item::Choice(_) => entry.as_str().filter(|code| !code.is_empty())?.to_owned(),
        Item::Email => email_key(written()?),
        Item::Phone => phone_key(written()?),
    };
    Some(Value::Text(key))
}
