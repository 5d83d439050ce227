//! Rows into a database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    Column, Table, columns,
    columns::Kind,
    register::{USERS, WORKSPACES},
};
use crate::{
    database::{Conn, Dialect},
    error::StoreError,
    sql::{Statement, Value},
};

/// Values in one statement; both databases take more.
const VALUES: usize = 8_000;

/// Whether the installation has no workspace yet.
pub fn is_empty(conn: &mut Conn) -> Result<bool, StoreError> {
    let any = conn.row(&Statement::new("SELECT 1 FROM workspaces LIMIT 1"), |_| {
        Ok(())
    })?;
    Ok(any.is_none())
}

/// Notes that the installation is set up, unless it was before.
pub fn note_setup(conn: &mut Conn, workspace: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut statement = Statement::new("INSERT INTO setups (id, at, workspace_id) VALUES (1, ");
    statement.bind(now).push(", ").bind(workspace);
    statement.push(") ON CONFLICT DO NOTHING");
    conn.execute(&statement).map(drop)
}

/// The ids of people with these addresses, by their keys.
pub fn users_there(
    conn: &mut Conn,
    email_keys: &[String],
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut found = BTreeMap::new();
    for keys in email_keys.chunks(500) {
        let mut statement = Statement::new("SELECT email_key, id FROM users WHERE email_key IN (");
        statement.bind_all(keys).push(")").uncached();
        found.extend(conn.rows(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?);
    }
    Ok(found)
}

/// Puts the rows of one table in.
pub struct Writer<'t> {
    table: &'t Table,
    workspace: Uuid,
    columns: Vec<Column>,
    waiting: Vec<Vec<Value>>,
}

impl<'t> Writer<'t> {
    /// For rows of a workspace with this id.
    pub fn new(conn: &mut Conn, table: &'t Table, workspace: Uuid) -> Result<Self, StoreError> {
        Ok(Self {
            table,
            workspace,
            columns: columns(conn, table.name)?,
            waiting: Vec::new(),
        })
    }

    /// Adds a row; columns that it lacks have their default. References to what comes later wait for
    /// [`refer`](Self::refer).
    ///
    /// # Errors
    /// [`StoreError::Other`] for columns that are not there and values of another kind.
    pub fn add(&mut self, conn: &mut Conn, row: &Map<String, Json>) -> Result<(), StoreError> {
        if let Some(unknown) = row.keys().find(|name| self.column(name).is_none()) {
            return Err(self.odd(unknown));
        }
        // Rows with fewer columns than the table go in by themselves, so that the others have their defaults.
        let mut names = Vec::with_capacity(self.columns.len());
        let mut values = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let later = self.table.later.contains(&&*column.name);
            let value = match row.get(&column.name) {
                _ if column.name == "workspace_id" => Value::from(self.workspace),
                None if self.table.secret.contains(&&*column.name) => column.kind.null(),
                None => continue,
                Some(_) if later => column.kind.null(),
                Some(value) => self.value(column, value)?,
            };
            names.push(column.name.as_str());
            values.push(value);
        }
        if names.len() < self.columns.len() {
            return insert(conn, self.table.name, &names, &[values]);
        }
        self.waiting.push(values);
        if self.waiting.len() * self.columns.len() >= VALUES {
            self.flush(conn)?;
        }
        Ok(())
    }

    /// Writes what waits.
    pub fn flush(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.waiting);
        if self.table.name == "search_documents" && conn.dialect() == Dialect::Sqlite {
            conn.makes_search_rows();
        }
        let names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        insert(conn, self.table.name, &names, &rows)
    }

    /// Gives a row that is there its references to what came later.
    pub fn refer(&self, conn: &mut Conn, row: &Map<String, Json>) -> Result<(), StoreError> {
        let mut statement = Statement::new(format!("UPDATE {} SET ", self.table.name));
        let mut any = false;
        for column in &self.columns {
            let value = row.get(&column.name).filter(|value| !value.is_null());
            if let Some(value) = value
                && self.table.later.contains(&&*column.name)
            {
                statement.push(if any { ", " } else { "" });
                statement.push(&column.name).push(" = ");
                statement.bind(self.value(column, value)?);
                any = true;
            }
        }
        if !any {
            return Ok(());
        }
        statement
            .push(" WHERE workspace_id = ")
            .bind(self.workspace);
        for name in self.table.key {
            let column = self.column(name).ok_or_else(|| self.odd(name))?;
            let value = row.get(*name).ok_or_else(|| self.odd(name))?;
            statement
                .push(&format!(" AND {name} = "))
                .bind(self.value(column, value)?);
        }
        conn.execute(&statement).map(drop)
    }

    fn column(&self, name: &str) -> Option<&Column> {
        let known = |column: &&Column| column.name == name && name != "workspace_id";
        let own = self.columns.iter().find(known);
        own.filter(|_| !self.table.secret.contains(&name))
    }

    fn value(&self, column: &Column, value: &Json) -> Result<Value, StoreError> {
        let id = self.table.name == WORKSPACES.name && column.name == "id";
        Ok(match (column.kind, value) {
            _ if id => Value::from(self.workspace),
            (kind, Json::Null) => kind.null(),
            (Kind::Text, Json::String(text)) => Value::Text(Some(text.clone())),
            (Kind::Number, Json::Number(number)) => {
                Value::Integer(Some(number.as_i64().ok_or_else(|| self.odd(&column.name))?))
            }
            (Kind::Truth, Json::Number(number)) => Value::Boolean(Some(number.as_i64() == Some(1))),
            _ => return Err(self.odd(&column.name)),
        })
    }

    fn odd(&self, column: &str) -> StoreError {
        let column: String = column.chars().take(60).collect();
        StoreError::Other(format!("{}.{column} can't be taken", self.table.name))
    }
}

fn insert(
    conn: &mut Conn,
    table: &str,
    names: &[&str],
    rows: &[Vec<Value>],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = Statement::new(format!(
        "INSERT INTO {table} ({}) VALUES ",
        names.join(", ")
    ));
    push_rows(&mut statement, rows.iter().map(Vec::as_slice));
    // Who is a member elsewhere already stays as they are there.
    if table == USERS.name {
        statement.push(" ON CONFLICT (id) DO NOTHING");
    }
    conn.execute(&statement).map(drop)
}

/// `(…), (…)`
pub(super) fn push_rows<'v>(statement: &mut Statement, rows: impl Iterator<Item = &'v [Value]>) {
    for (place, row) in rows.enumerate() {
        statement.push(if place == 0 { "(" } else { ", (" });
        statement.bind_all(row).push(")");
    }
}
