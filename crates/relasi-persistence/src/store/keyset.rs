//! The order of a list and the position in it.

use serde_json::Value as Json;

use super::layout::Form;
use crate::{
    StoreError,
    sql::{Statement, Value},
};

/// A column of the sort order: its expression, form and direction.
pub(super) struct Key {
    pub(super) column: String,
    pub(super) form: Form,
    pub(super) descending: bool,
    pub(super) nullable: bool,
}

impl Key {
    /// The same once more.
    pub(super) fn again(&self) -> Self {
        Self {
            column: self.column.clone(),
            ..*self
        }
    }
}

/// `ORDER BY …`
pub(super) fn push_order(keys: &[Key], statement: &mut Statement) {
    for (index, key) in keys.iter().enumerate() {
        statement
            .push(if index == 0 { " ORDER BY " } else { ", " })
            .push(&key.column);
        // Empty counts as smallest in both databases; SQLite does so unasked, and its index order stays usable.
        statement.push(match (key.descending, key.nullable) {
            (false, false) => "",
            (true, false) => " DESC",
            (false, true) => " NULLS FIRST",
            (true, true) => " DESC NULLS LAST",
        });
    }
}

/// `AND (k1, k2, …) comes after the last row`, written so that the index on the first key is used.
pub(super) fn push_after(
    keys: &[Key],
    after: Option<&[Json]>,
    statement: &mut Statement,
) -> Result<(), StoreError> {
    let Some(after) = after else { return Ok(()) };
    if after.len() != keys.len() {
        return Err(StoreError::Other(
            "the cursor does not fit the list".to_owned(),
        ));
    }
    let values: Vec<Value> = keys
        .iter()
        .zip(after)
        .map(|(key, json)| value_of(key.form, json))
        .collect();
    if let (Some(first), Some(value)) = (keys.first(), values.first())
        && !value.is_null()
        && !first.nullable
    {
        let op = if first.descending { " <= " } else { " >= " };
        statement
            .push(" AND ")
            .push(&first.column)
            .push(op)
            .bind(value.clone());
    }
    statement.push(" AND (");
    for depth in 0..keys.len() {
        statement.push(if depth == 0 { "(" } else { " OR (" });
        for (key, value) in keys.iter().zip(&values).take(depth) {
            push_equal(key, value, statement);
            statement.push(" AND ");
        }
        push_beyond(&keys[depth], &values[depth], statement);
        statement.push(")");
    }
    statement.push(")");
    Ok(())
}

fn push_equal(key: &Key, value: &Value, statement: &mut Statement) {
    statement.push(&key.column);
    if value.is_null() {
        statement.push(" IS NULL");
    } else {
        statement.push(" = ").bind(value.clone());
    }
}

fn push_beyond(key: &Key, value: &Value, statement: &mut Statement) {
    match (value.is_null(), key.descending) {
        (true, true) => {
            statement.push("1 = 0");
        }
        (true, false) => {
            statement.push(&key.column).push(" IS NOT NULL");
        }
        (false, false) => {
            statement.push(&key.column).push(" > ").bind(value.clone());
        }
        (false, true) if key.nullable => {
            statement
                .push("(")
                .push(&key.column)
                .push(" < ")
                .bind(value.clone());
            statement.push(" OR ").push(&key.column).push(" IS NULL)");
        }
        (false, true) => {
            statement.push(&key.column).push(" < ").bind(value.clone());
        }
    }
}

fn value_of(form: Form, json: &Json) -> Value {
    match (form, json) {
        (Form::Integer | Form::Instant, Json::Number(n)) => n.as_i64().into(),
        (Form::Boolean, Json::Bool(b)) => (*b).into(),
        (Form::Text | Form::Json | Form::Custom, Json::String(text)) => text.into(),
        (Form::Integer | Form::Instant, _) => Value::NULL_INTEGER,
        (Form::Boolean, _) => Value::NULL_BOOLEAN,
        (Form::Text | Form::Json | Form::Custom, _) => Value::NULL_TEXT,
    }
}
