//! Rows of one table from one database to the other, a page at a time.

use std::collections::HashMap;

use super::plan::Whole;
use crate::{
    database::{Conn, Dialect},
    error::StoreError,
    row::Row,
    sql::{Statement, Value},
    transfer::write::push_rows,
};

/// Values in one statement; both databases take more.
const VALUES: usize = 8_000;

/// Rows in one answer.
const PAGE: usize = 1_000;

/// Copies all rows; what refers to later rows stays empty until [`refer`].
pub(super) fn copy(from: &mut Conn, to: &mut Conn, table: &Whole) -> Result<(), StoreError> {
    if table.name == "search_documents" && to.dialect() == Dialect::Sqlite {
        to.makes_search_rows();
    }
    pages(from, table, "", |mut rows| {
        for row in &mut rows {
            for place in &table.later {
                row[*place] = table.columns[*place].kind.null();
            }
        }
        for rows in rows.chunks((VALUES / table.columns.len()).max(1)) {
            let into = format!("INSERT INTO {} ({}) VALUES ", table.name, table.names());
            let mut statement = Statement::new(into);
            push_rows(&mut statement, rows.iter().map(Vec::as_slice));
            to.execute(statement.uncached())?;
        }
        Ok(())
    })
}

/// Fills what refers to rows that are there by now.
pub(super) fn refer(from: &mut Conn, to: &mut Conn, table: &Whole) -> Result<(), StoreError> {
    let filled = table.later.iter().map(|place| {
        let column = &table.columns[*place];
        format!("{} IS NOT NULL", column.name)
    });
    let filled = filled.collect::<Vec<_>>().join(" OR ");
    pages(from, table, &filled, |rows| {
        for row in rows {
            let mut statement = Statement::new(format!("UPDATE {} SET ", table.name));
            for (nth, place) in table.later.iter().enumerate() {
                let comma = if nth == 0 { "" } else { ", " };
                statement.push(comma).push(&table.columns[*place].name);
                statement.push(" = ").bind(&row[*place]);
            }
            statement.push(&format!(" WHERE ({}) = (", table.key_names()));
            statement.bind_all(key(table, &row)).push(")");
            to.execute(&statement)?;
        }
        Ok(())
    })
}

/// Compares each row with the one of the same key, and the number of rows; that number.
///
/// # Errors
/// [`StoreError::Corrupt`] naming the table and the key of the first row that differs.
pub(super) fn compare(from: &mut Conn, to: &mut Conn, table: &Whole) -> Result<u64, StoreError> {
    let mut rows_there = 0;
    pages(from, table, "", |rows| {
        rows_there += rows.len() as u64;
        let mut statement = Statement::new(format!(
            "SELECT {} FROM {} WHERE ({}) IN (VALUES ",
            table.names(),
            table.name,
            table.key_names()
        ));
        let keys: Vec<Vec<Value>> = rows.iter().map(|row| key(table, row)).collect();
        push_rows(&mut statement, keys.iter().map(Vec::as_slice));
        statement.push(")").uncached();
        let found = to.rows(&statement, |row| values(row, table))?;
        let found = found.into_iter().map(|row| (told(&key(table, &row)), row));
        let found: HashMap<String, Vec<Value>> = found.collect();
        for row in &rows {
            let key = told(&key(table, row));
            if found.get(&key) != Some(row) {
                return Err(StoreError::Corrupt(format!(
                    "{} {key} is not there as it was",
                    table.name
                )));
            }
        }
        Ok(())
    })?;
    let count = Statement::new(format!("SELECT COUNT(*) FROM {}", table.name));
    let there = to.row(&count, |row| row.int(0))?.unwrap_or(0);
    if u64::try_from(there) != Ok(rows_there) {
        return Err(StoreError::Corrupt(format!(
            "{} has {there} rows instead of {rows_there}",
            table.name
        )));
    }
    Ok(rows_there)
}

/// Goes through the rows in the order of their keys. Memory holds a page of them.
fn pages(
    conn: &mut Conn,
    table: &Whole,
    condition: &str,
    mut take: impl FnMut(Vec<Vec<Value>>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let page = PAGE.min(VALUES / table.key.len().max(1));
    let mut last: Option<Vec<Value>> = None;
    loop {
        let mut statement = Statement::new(format!("SELECT {} FROM {}", table.names(), table.name));
        let mut joint = " WHERE ";
        if !condition.is_empty() {
            statement.push(&format!(" WHERE ({condition})"));
            joint = " AND ";
        }
        if let Some(last) = &last {
            statement.push(&format!("{joint}({}) > (", table.key_names()));
            statement.bind_all(last).push(")");
        }
        statement.push(&format!(" ORDER BY {}", table.key_names()));
        statement.limit(u32::try_from(page).unwrap_or(u32::MAX));
        let rows = conn.rows(&statement, |row| values(row, table))?;
        last = rows.last().map(|row| key(table, row));
        let full = rows.len() == page;
        if !rows.is_empty() {
            take(rows)?;
        }
        if !full {
            return Ok(());
        }
    }
}

fn values(row: &Row<'_>, table: &Whole) -> Result<Vec<Value>, StoreError> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(place, column)| column.kind.of(row, place))
        .collect()
}

fn key(table: &Whole, row: &[Value]) -> Vec<Value> {
    table.key.iter().map(|place| row[*place].clone()).collect()
}

/// A key in words, which also tells rows apart.
fn told(key: &[Value]) -> String {
    let one = |value: &Value| match value {
        Value::Text(text) => text.clone().unwrap_or_default(),
        Value::Integer(number) => number.unwrap_or_default().to_string(),
        Value::Boolean(truth) => truth.unwrap_or_default().to_string(),
    };
    key.iter().map(one).collect::<Vec<_>>().join("/")
}
