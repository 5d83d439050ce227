//! Rows that have a version without being records: compared with what the caller knows, changed, and told of in the log.

use relasi_domain::record::Document;
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// Compares the version that the caller knows.
pub(crate) fn same_version(
    known: Option<i64>,
    version: i64,
    current: &impl Serialize,
) -> Result<()> {
    match known {
        None => Err(Refusal::VersionRequired),
        Some(known) if known == version => Ok(()),
        Some(_) => {
            let current: Document = serde_json::from_value(json!(current)).unwrap_or_default();
            Err(Refusal::Stale(Box::new(current)))
        }
    }
}

/// `[{"field", "old", "new"}]` of the members that differ.
pub(crate) fn differences(old: &Value, new: &Value) -> Vec<Value> {
    let names = new
        .as_object()
        .into_iter()
        .flat_map(|members| members.keys());
    differences_in(names.map(String::as_str), old, new)
}

/// The same of members with these names.
pub(crate) fn differences_in<'n>(
    names: impl IntoIterator<Item = &'n str>,
    old: &Value,
    new: &Value,
) -> Vec<Value> {
    let differ = names.into_iter().filter(|name| old[*name] != new[*name]);
    differ
        .map(|name| json!({"field": name, "old": old[name], "new": new[name]}))
        .collect()
}

/// Writes values into a row of the version that was read.
pub(crate) fn update(
    work: &mut Work<'_>,
    table: &str,
    (id, version): (Uuid, i64),
    values: &[(&str, Sql)],
) -> Result<()> {
    let mut statement = Statement::new(format!("UPDATE {table} SET version = version + 1"));
    for (name, value) in values {
        statement.push(", ").push(name).push(" = ").bind(value);
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id)
        .push(" AND version = ")
        .bind(version);
    match work.conn.execute(&statement)? {
        // Somebody else was quicker: the transaction is tried again and finds the other version.
        0 => Err(work.conn.overtaken().into()),
        _ => Ok(()),
    }
}

/// A member that may be left out, `null` or given.
#[expect(
    clippy::option_option,
    reason = "what is left out stays, and null empties"
)]
pub(crate) fn said<'de, T, D>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
