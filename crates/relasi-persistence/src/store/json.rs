//! Rows to JSON and JSON to column values.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, SecondsFormat, Utc};
use relasi_domain::{
    field::{Field, Kind},
    record::{Document, Object},
};
use serde_json::Value as Json;

use super::{
    custom,
    layout::{Form, Layout},
};
use crate::{StoreError, row::Row, sql::Value};

/// Ids that the records of an answer refer to, by object.
pub type References = BTreeMap<String, BTreeSet<String>>;

/// Microseconds since 1970 as RFC 3339 with six decimals.
pub fn instant_text(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// RFC 3339 to microseconds since 1970.
pub fn instant_micros(text: &str) -> Option<i64> {
    let parsed = DateTime::parse_from_rfc3339(text).ok()?;
    Some(parsed.with_timezone(&Utc).timestamp_micros())
}

/// What is shown of rows.
pub struct Shown<'s> {
    /// Their columns.
    pub layout: &'s Layout,
    /// Their custom fields.
    pub added: &'s [Arc<Field>],
    /// Names of the references whose targets are noted.
    pub follow: &'s [String],
}

/// Writes a row as one JSON object, and notes the references to follow.
pub fn write_row(
    shown: &Shown<'_>,
    row: &Row<'_>,
    out: &mut Vec<u8>,
    references: &mut References,
) -> Result<(), StoreError> {
    for (index, column) in shown.layout.columns.iter().enumerate() {
        out.push(if index == 0 { b'{' } else { b',' });
        out.extend_from_slice(column.member.as_bytes());
        let filled = match column.form {
            Form::Text => write_text(
                row.opt_text(index)?,
                column.target.as_deref(),
                &column.name,
                out,
                shown.follow,
                references,
            )?,
            Form::Custom => {
                let text = row.text(index)?;
                custom::write_named(&text, shown, out, references)?;
                Some(())
            }
            Form::Json => row
                .opt_text(index)?
                .map(|text| out.extend_from_slice(text.as_bytes())),
            Form::Integer => row
                .opt_int(index)?
                .map(|n| out.extend_from_slice(n.to_string().as_bytes())),
            Form::Boolean => row
                .opt_bool(index)?
                .map(|b| out.extend_from_slice(if b { b"true" } else { b"false" })),
            Form::Instant => row.opt_int(index)?.map(|n| {
                out.push(b'"');
                out.extend_from_slice(instant_text(n).as_bytes());
                out.push(b'"');
            }),
        };
        if filled.is_none() {
            out.extend_from_slice(b"null");
        }
    }
    out.push(b'}');
    Ok(())
}

fn write_text(
    text: Option<String>,
    target: Option<&str>,
    name: &str,
    out: &mut Vec<u8>,
    follow: &[String],
    references: &mut References,
) -> Result<Option<()>, StoreError> {
    let Some(text) = text else {
        return Ok(None);
    };
    serde_json::to_writer(&mut *out, &text)
        .map_err(|error| StoreError::Other(error.to_string()))?;
    if let Some(target) = target
        && follow.iter().any(|f| f == name)
    {
        references
            .entry(target.to_owned())
            .or_default()
            .insert(text);
    }
    Ok(Some(()))
}

/// The column value of a field; empty text and `null` alike are NULL.
pub fn column_value(field: &Field, json: Option<&Json>) -> Value {
    let form = Form::of(&field.kind);
    let Some(json) = json.filter(|json| !json.is_null()) else {
        return match field.kind {
            Kind::Many(_) => "[]".into(),
            Kind::Boolean => false.into(),
            _ => null(form),
        };
    };
    match (form, json) {
        (Form::Text, Json::String(text)) => text.into(),
        (Form::Integer, Json::Number(number)) => number.as_i64().into(),
        (Form::Boolean, Json::Bool(truth)) => (*truth).into(),
        (Form::Instant, Json::String(text)) => instant_micros(text).into(),
        (Form::Json, json) => json.to_string().into(),
        _ => null(form),
    }
}

fn null(form: Form) -> Value {
    match form {
        Form::Text | Form::Json | Form::Custom => Value::NULL_TEXT,
        Form::Integer | Form::Instant => Value::NULL_INTEGER,
        Form::Boolean => Value::NULL_BOOLEAN,
    }
}

/// A document that is about to be stored, as reading it again will show it.
pub fn stored(object: &'static Object, mut document: Document) -> Document {
    let mut take = |name: &str, none: Json| {
        let value = document.remove(name).filter(|value| !value.is_null());
        (name.to_owned(), value.unwrap_or(none))
    };
    let mut whole: Document = [take("id", Json::Null), take("version", Json::Null)]
        .into_iter()
        .collect();
    whole.extend(object.all_fields().map(|field| {
        let none = match field.kind {
            Kind::Many(_) => Json::Array(Vec::new()),
            Kind::Boolean => Json::Bool(false),
            _ => Json::Null,
        };
        take(&field.name, none)
    }));
    whole.extend([take("custom", Json::Object(Document::new()))]);
    whole
}

/// Parses what [`write_row`] wrote.
pub fn document(bytes: &[u8]) -> Result<Document, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Other(error.to_string()))
}
