//! A row written into a record.

use std::collections::BTreeSet;

use relasi_domain::{
    fault::{Fault, Faults},
    field::{Item, Kind},
    record::Document,
    shape::Shape,
};
use relasi_persistence::store::item_key;
use serde_json::Value;

use crate::{
    records::{check_record, merge_custom},
    refusal::Refusal,
};

/// A record with a row written into it, and the names of the members that changed. Values of the row replace those of
/// the record; where a field holds several, they are added.
pub(super) fn merged(
    shape: Shape<'_>,
    base: &Document,
    body: Document,
) -> std::result::Result<(Document, Vec<String>), Faults> {
    let object = shape.object;
    let mut document = base.clone();
    let mut changed = Vec::new();
    let mut faults = Faults::default();
    for (name, value) in body {
        if name == "id" || value.is_null() {
            continue;
        }
        if name == "custom" {
            merge_custom(shape, &mut document, value, &mut faults);
            if document.get(&name) != base.get(&name) {
                changed.push(name);
            }
            continue;
        }
        let old = document.get(&name).cloned().unwrap_or(Value::Null);
        let new = match object.field(&name).map(|field| &field.kind) {
            Some(Kind::Many(item)) => with_items(item, &old, value),
            _ => value,
        };
        if new != old {
            document.insert(name.clone(), new);
            changed.push(name);
        }
    }
    faults.into_result()?;
    match check_record(shape, &document) {
        Ok(()) => Ok((document, changed)),
        Err(Refusal::Invalid(faults)) => Err(faults),
        Err(_) => Err(Fault::at("", "malformed").into()),
    }
}

/// A list with the items added that it does not have yet.
fn with_items(item: &Item, old: &Value, new: Value) -> Value {
    let key = |entry: &Value| {
        item_key(
            item,
            entry
                .as_str()
                .or_else(|| entry["value"].as_str())
                .unwrap_or_default(),
        )
    };
    let mut items = old.as_array().cloned().unwrap_or_default();
    let mut keys: BTreeSet<String> = items.iter().map(key).collect();
    if let Value::Array(new) = new {
        items.extend(new.into_iter().filter(|entry| keys.insert(key(entry))));
    }
    Value::Array(items)
}
