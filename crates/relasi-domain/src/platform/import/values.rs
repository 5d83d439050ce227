//! Values of fields that take several, and names of records to look up.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{cell, convert::Converted};
use crate::{
    fault::Fault,
    field::{Field, Item, is_email, is_phone},
    record::Document,
    text::{email_key, phone_key},
};

/// An id goes into the record, anything else is a name to look up.
pub(super) fn refer(row: &mut Converted, field: &Field, text: String, several: bool) {
    match Uuid::try_parse(&text) {
        Ok(id) if several => push(&mut row.record, &field.name, json!(id)),
        Ok(id) => field.set(&mut row.record, json!(id)),
        Err(_) => {
            let names = row.names.entry(field.name.to_string());
            names.or_default().push(text);
        }
    }
}

/// Adds the addresses or numbers of a cell; one that the record has already is passed over.
pub(super) fn add_points(
    row: &mut Converted,
    name: &str,
    item: &Item,
    label: Option<&str>,
    text: &str,
) {
    let email = *item == Item::Email;
    let key = if email { email_key } else { phone_key };
    let fits = if email { is_email } else { is_phone };
    for entry in cell::items(text) {
        let value = if email {
            cell::bare_email(&entry)
        } else {
            entry.as_str()
        };
        if !fits(value) {
            let code = if email { "not_email" } else { "not_phone" };
            row.faults
                .push(Fault::field(name, code).with("found", value));
            continue;
        }
        let known = row
            .record
            .get(name)
            .and_then(Value::as_array)
            .is_some_and(|all| {
                all.iter()
                    .filter_map(|point| point["value"].as_str())
                    .any(|other| key(other) == key(value))
            });
        if !known {
            let point = label.map_or_else(
                || json!({"value": value}),
                |label| json!({"value": value, "label": label}),
            );
            push(&mut row.record, name, point);
        }
    }
}

fn push(record: &mut Document, name: &str, value: Value) {
    if let Value::Array(all) = record.entry(name).or_insert_with(|| json!([])) {
        all.push(value);
    }
}
