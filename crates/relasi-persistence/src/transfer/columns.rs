//! What columns a database has.

use crate::{
    database::{Conn, Dialect},
    error::StoreError,
    row::Row,
    sql::{Statement, Value},
};

/// A column as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    pub(super) kind: Kind,
}

impl Column {
    /// Whether it holds text.
    pub fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }
}

#[cfg(test)]
impl Column {
    pub(super) fn text(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: Kind::Text,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Truth,
}

impl Kind {
    /// NULL of this kind.
    pub(super) fn null(self) -> Value {
        match self {
            Self::Text => Value::NULL_TEXT,
            Self::Number => Value::NULL_INTEGER,
            Self::Truth => Value::NULL_BOOLEAN,
        }
    }

    /// The value at a place of a row.
    pub(super) fn of(self, row: &Row<'_>, place: usize) -> Result<Value, StoreError> {
        Ok(match self {
            Self::Text => Value::Text(row.opt_text(place)?),
            Self::Number => Value::Integer(row.opt_int(place)?),
            Self::Truth => Value::Boolean(row.opt_bool(place)?),
        })
    }
}

/// The columns of a table in their order, but for the row number that only SQLite has.
pub fn columns(conn: &mut Conn, table: &str) -> Result<Vec<Column>, StoreError> {
    let mut statement = match conn.dialect() {
        Dialect::Sqlite => Statement::new("SELECT name, type FROM pragma_table_info("),
        Dialect::Postgres => Statement::new(
            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = ",
        ),
    };
    statement.bind(table);
    statement.push(match conn.dialect() {
        Dialect::Sqlite => ") ORDER BY cid",
        Dialect::Postgres => " ORDER BY ordinal_position",
    });
    let all = conn.rows(&statement, |row| {
        let kind = match row.text(1)?.to_lowercase().as_str() {
            "text" => Kind::Text,
            "integer" | "bigint" | "smallint" => Kind::Number,
            "boolean" => Kind::Truth,
            other => return Err(StoreError::Other(format!("no way to carry {other}"))),
        };
        let name = row.text(0)?;
        Ok(Column { name, kind })
    })?;
    Ok(all
        .into_iter()
        .filter(|column| column.name != "rid")
        .collect())
}

/// Tables that have a column with a workspace; of those that are kept by month the whole.
pub fn workspace_tables(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let statement = Statement::new(match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'workspace_id' \
             WHERE m.type = 'table' ORDER BY 1"
        }
        Dialect::Postgres => {
            "SELECT CAST(c.table_name AS TEXT) FROM information_schema.columns c JOIN information_schema.tables t \
             ON t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE c.table_schema = current_schema() \
             AND c.column_name = 'workspace_id' AND t.table_type = 'BASE TABLE' AND NOT EXISTS (SELECT 1 FROM pg_class p \
             WHERE p.oid = to_regclass(quote_ident(c.table_name)) AND p.relispartition) ORDER BY 1"
        }
    });
    conn.rows(&statement, |row| row.text(0))
}
