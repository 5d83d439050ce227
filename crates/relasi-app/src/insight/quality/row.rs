//! What reviews, steps and findings share: members that may be null, versions, rows.

use relasi_domain::record::Document;
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// A member of a patch: left out, or given, maybe as null.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Member<T> {
    /// It stays as it is.
    #[default]
    LeftOut,
    /// It becomes this, or empty.
    Given(Option<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Given)
    }
}

/// Compares the version that the caller knows.
pub(super) fn same_version(
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
pub(super) fn differences(old: &Value, new: &Value) -> Vec<Value> {
    let members = new.as_object().into_iter().flatten();
    members
        .filter(|(name, value)| old[name.as_str()] != **value)
        .map(|(name, value)| json!({"field": name, "old": old[name.as_str()], "new": value}))
        .collect()
}

/// Writes values into a row of the version that was read.
pub(super) fn update(
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
        0 => Err(relasi_persistence::StoreError::Conflict.into()),
        _ => Ok(()),
    }
}
