//! Rows out of a database, in the order of their keys, a page at a time.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    Column, Table, columns,
    columns::Kind,
    register::{USERS, WORKSPACES},
};
use crate::{
    database::Conn,
    error::StoreError,
    row::Row,
    sql::{Statement, Value},
};

/// Rows in one answer.
const PAGE: u32 = 2_000;

/// Each row of a table that belongs to the workspace, as an object of its columns without the workspace. Memory holds a
/// page of them.
pub fn read<E: From<StoreError>>(
    conn: &mut Conn,
    table: &Table,
    workspace: Uuid,
    mut take: impl FnMut(&Map<String, Json>) -> Result<(), E>,
) -> Result<(), E> {
    let all = columns(conn, table.name)?;
    let carried: Vec<&Column> = all
        .iter()
        .filter(|column| column.name != "workspace_id" && !table.secret.contains(&&*column.name))
        .collect();
    let names: Vec<&str> = carried.iter().map(|column| column.name.as_str()).collect();
    let mut last: Option<Vec<Value>> = None;
    loop {
        let statement = page(table, &names, workspace, last.as_deref());
        let rows = conn.rows(&statement, |row| object(row, &carried))?;
        for row in &rows {
            take(row)?;
        }
        match rows.last() {
            Some(row) if rows.len() == PAGE as usize => last = Some(key(table, row)),
            _ => return Ok(()),
        }
    }
}

fn page(table: &Table, names: &[&str], workspace: Uuid, after: Option<&[Value]>) -> Statement {
    let key = table.key.join(", ");
    let mut statement = Statement::new(format!(
        "SELECT {} FROM {} WHERE ",
        names.join(", "),
        table.name
    ));
    match table.name {
        name if name == WORKSPACES.name => statement.push("id = ").bind(workspace),
        name if name == USERS.name => statement
            .push("id IN (SELECT user_id FROM memberships WHERE workspace_id = ")
            .bind(workspace)
            .push(")"),
        _ => statement.push("workspace_id = ").bind(workspace),
    };
    if let Some(after) = after {
        statement.push(&format!(" AND ({key}) > (")).bind_all(after);
        statement.push(")");
    }
    statement.push(&format!(" ORDER BY {key}")).limit(PAGE);
    statement
}

/// The rows of a table in which one of these columns is one of these ids, each as an object of all its columns.
pub fn belonging(
    conn: &mut Conn,
    table: &str,
    by: &[&str],
    (workspace, ids): (Uuid, &[String]),
) -> Result<Vec<Map<String, Json>>, StoreError> {
    let all = columns(conn, table)?;
    let carried: Vec<&Column> = all.iter().collect();
    let names: Vec<&str> = carried.iter().map(|column| column.name.as_str()).collect();
    // A row may be found by ids of two chunks.
    let mut known = HashSet::new();
    let mut found = Vec::new();
    for ids in ids.chunks(500) {
        let mut statement = Statement::new(format!(
            "SELECT {} FROM {table} WHERE workspace_id = ",
            names.join(", ")
        ));
        statement.bind(workspace).push(" AND (");
        for (place, column) in by.iter().enumerate() {
            statement.push(if place > 0 { " OR " } else { "" });
            statement.push(column).push(" IN (").bind_all(ids).push(")");
        }
        statement.push(")").uncached();
        for row in conn.rows(&statement, |row| object(row, &carried))? {
            if known.insert(Json::Object(row.clone()).to_string()) {
                found.push(row);
            }
        }
    }
    Ok(found)
}

fn object(row: &Row<'_>, columns: &[&Column]) -> Result<Map<String, Json>, StoreError> {
    let mut object = Map::new();
    for (place, column) in columns.iter().enumerate() {
        let value = match column.kind {
            Kind::Text => row.opt_text(place)?.map(Json::from),
            Kind::Number => row.opt_int(place)?.map(Json::from),
            Kind::Truth => row.opt_bool(place)?.map(|truth| u8::from(truth).into()),
        };
        object.insert(column.name.clone(), value.unwrap_or(Json::Null));
    }
    Ok(object)
}

fn key(table: &Table, row: &Map<String, Json>) -> Vec<Value> {
    let of = |name: &&str| match row.get(*name) {
        Some(Json::Number(number)) => Value::Integer(number.as_i64()),
        Some(Json::String(text)) => Value::Text(Some(text.clone())),
        _ => Value::NULL_TEXT,
    };
    table.key.iter().map(of).collect()
}
