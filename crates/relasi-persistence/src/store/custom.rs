//! Custom fields: one JSON column holds their values by storage key, the value index has rows for them.

use std::sync::Arc;

use relasi_domain::{
    field::{CUSTOM, Custom, Field, FieldRef, Kind, is_nothing},
    filter::{Check, Path, Value as Operand, values},
    record::Document,
};
use serde_json::{Map, Value as Json};

use super::{
    condition::{close, contains, push_comparison, push_joined},
    json::{References, Shown},
};
use crate::{
    Dialect, StoreError,
    sql::{Statement, Value},
};

/// The names behind `custom.` of fields that were added.
fn named(added: &[Arc<Field>]) -> impl Iterator<Item = (&str, &Custom, &Field)> {
    added.iter().filter_map(|field| {
        let custom = field.custom.as_deref()?;
        Some((field.name.strip_prefix(CUSTOM)?, custom, &**field))
    })
}

/// Writes the stored values of the shown fields under their names, and notes the references to follow.
pub(super) fn write_named(
    text: &str,
    shown: &Shown<'_>,
    out: &mut Vec<u8>,
    references: &mut References,
) -> Result<(), StoreError> {
    if text == "{}" || shown.added.is_empty() {
        out.extend_from_slice(b"{}");
        return Ok(());
    }
    let wrong = |error: serde_json::Error| StoreError::Other(error.to_string());
    let mut stored: Map<String, Json> = serde_json::from_str(text).map_err(wrong)?;
    let mut values = Map::new();
    for (name, custom, field) in named(shown.added) {
        let Some(value) = stored.remove(&custom.key) else {
            continue;
        };
        if let (Some(target), Some(id)) = (target(field), value.as_str())
            && shown.follow.iter().any(|name| *name == field.name)
        {
            let ids = references.entry(target.to_owned()).or_default();
            ids.insert(id.to_owned());
        }
        values.insert(name.to_owned(), value);
    }
    serde_json::to_writer(out, &values).map_err(wrong)
}

fn target(field: &Field) -> Option<&str> {
    match &field.kind {
        Kind::Reference(object) => Some(object),
        Kind::Person => Some("user"),
        _ => None,
    }
}

/// The column's value for a new record. It names no field that is empty: from that emptiness is seen.
pub(super) fn stored(added: &[Arc<Field>], document: &Document) -> Value {
    let custom = document.get("custom").and_then(Json::as_object);
    let Some(custom) = custom.filter(|custom| !custom.is_empty()) else {
        return "{}".into();
    };
    let filled = named(added).filter_map(|(name, field, _)| {
        let value = custom.get(name).filter(|value| !is_nothing(value))?;
        Some((field.key.clone(), value.clone()))
    });
    Json::Object(filled.collect()).to_string().into()
}

/// What changes in the column, by storage key; null for what becomes empty.
pub(super) fn patch(changed: &[FieldRef], document: &Document) -> Json {
    let changed = changed.iter().filter_map(|field| {
        let key = field.custom.as_ref()?.key.clone();
        let value = Some(field.of(document)).filter(|value| !is_nothing(value));
        Some((key, value.cloned().unwrap_or_default()))
    });
    Json::Object(changed.collect())
}

/// `, custom = …` with the patch in it. Values of fields that are hidden at present stay.
pub(super) fn set(statement: &mut Statement, patch: &Json, dialect: Dialect) {
    match dialect {
        Dialect::Sqlite => statement
            .push(", custom = json_patch(custom, ")
            .bind(patch.to_string())
            .push(")"),
        Dialect::Postgres => statement
            .push(", custom = CAST(jsonb_strip_nulls(CAST(custom AS jsonb) || CAST(")
            .bind(patch.to_string())
            .push(" AS jsonb)) AS text)"),
    };
}

/// Adds the index rows of a field: its values as they compare; long text has one that says that it is there.
pub(super) fn index<'f>(field: &'f Field, document: &Document, rows: &mut Vec<(&'f str, String)>) {
    let Some(custom) = field.custom.as_deref() else {
        return;
    };
    let long = matches!(field.kind, Kind::LongText { .. });
    for value in values(field, field.of(document)) {
        let text = if long { String::new() } else { value.indexed() };
        let row = (custom.key.as_str(), text);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
}

/// A check of a custom field of the records of `alias`, by their rows in the value index.
pub(super) fn push_check(
    path: &Path,
    negated: bool,
    check: &Check,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    let key = path.field.custom.as_ref().map_or("", |custom| &custom.key);
    if let (Kind::LongText { .. }, Check::Contains(fragments)) = (&path.field.kind, check) {
        statement.push(if negated { "NOT " } else { "" });
        push_in_json(key, fragments, alias, dialect, statement);
        return;
    }
    if let Check::Empty = check {
        statement.push(if negated { "NOT " } else { "" });
        push_empty(key, alias, dialect, statement);
        return;
    }
    let exactly = matches!(check, Check::Is(_) | Check::Has(_));
    // Without the sign, SQLite would go through all values of the field for each record.
    let unindexed = if dialect == Dialect::Sqlite && !exactly {
        "+"
    } else {
        ""
    };
    statement.push(if negated { "NOT " } else { "" });
    statement
        .push(&format!(
            "EXISTS (SELECT 1 FROM field_index {alias}c WHERE {alias}c.workspace_id = {alias}.workspace_id AND {alias}c.record_id = {alias}.id AND {unindexed}{alias}c.object = '{}' AND {unindexed}{alias}c.field = ",
            path.object().name
        ))
        .bind(key)
        .push(" AND ");
    push_value(check, &format!("{alias}c.value"), dialect, statement);
    statement.push(close(dialect));
}

/// Whether the record `alias` has no value of a field: its column does not name the key, which is quicker to see than
/// that the index has no row. `key` is a storage key, which the product made of letters and digits.
pub(super) fn push_empty(key: &str, alias: &str, dialect: Dialect, statement: &mut Statement) {
    let found = match dialect {
        Dialect::Sqlite => "instr",
        Dialect::Postgres => "strpos",
    };
    statement.push(&format!("{found}({alias}.custom, '\"{key}\":') = 0"));
}

/// A check of a value of the index.
pub(super) fn push_value(check: &Check, column: &str, dialect: Dialect, statement: &mut Statement) {
    let text = |value: &Operand| Operand::Text(value.indexed());
    let check = match check {
        Check::Is(values) => Check::Is(values.iter().map(text).collect()),
        Check::Below(value) => Check::Below(text(value)),
        Check::AtMost(value) => Check::AtMost(text(value)),
        Check::Above(value) => Check::Above(text(value)),
        Check::AtLeast(value) => Check::AtLeast(text(value)),
        Check::Has(value) => Check::Has(text(value)),
        other => other.clone(),
    };
    push_comparison(&check, column, dialect, statement);
}

/// Whether long text contains one of the fragments; it is not in the index.
fn push_in_json(
    key: &str,
    fragments: &[String],
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    let text = match dialect {
        Dialect::Sqlite => format!("coalesce(json_extract({alias}.custom, '$.{key}'), '')"),
        Dialect::Postgres => format!("coalesce(CAST({alias}.custom AS json) ->> '{key}', '')"),
    };
    let parts = fragments
        .iter()
        .map(|fragment| contains(&text, fragment, dialect));
    push_joined(parts.collect(), " OR ", "1 = 0", statement);
}
