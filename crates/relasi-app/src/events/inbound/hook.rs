//! Hooks as rows, and how they read what comes.

use relasi_domain::record::Object;
use relasi_persistence::{Conn, Row as Cells, Statement, StoreError, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    platform::import::{self, Column},
    refusal::{Refusal, Result},
};

/// The most hooks of a workspace.
pub const MAX_HOOKS: u32 = 50;
/// The most lines of a mapping.
pub const MAX_LINES: usize = 100;
/// The longest name in characters.
pub const MAX_NAME: usize = 100;

/// Where one field gets its value from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The field, as imports name it.
    pub field: String,
    /// JSON pointers (RFC 6901) into what comes; several are put together with spaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// A value that is always the same, in place of pointers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl Line {
    /// The text that what came has for the field.
    fn read(&self, body: &Value) -> String {
        if let Some(value) = &self.value {
            return value.clone();
        }
        let parts = self.from.iter().filter_map(|pointer| body.pointer(pointer));
        let texts = parts.map(text).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" ")
    }
}

/// A value as the cell of a file would have it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("; "),
        Value::Null | Value::Object(_) => String::new(),
    }
}

/// A hook as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Hook {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// What comes becomes one of these: `contact` or `company`.
    pub object: String,
    /// Where each field gets its value from.
    pub mapping: Vec<Line>,
    /// How values are read and records found that are there already, as for imports.
    pub options: import::Options,
    /// `active` or `paused`.
    pub state: String,
    /// When it was made.
    pub created_at: String,
    /// By whom; records are written by their rights.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: String,
}

const COLUMNS: &str =
    "id, version, name, object, mapping, options, state, created_at, created_by, updated_at";

impl Hook {
    fn read(row: &Cells<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            name: row.text(2)?,
            object: row.text(3)?,
            mapping: row.json(4)?,
            options: row.json(5)?,
            state: row.text(6)?,
            created_at: instant_text(row.int(7)?),
            created_by: row.id(8)?,
            updated_at: instant_text(row.int(9)?),
        })
    }

    pub(super) fn object(&self) -> Result<&'static Object> {
        relasi_domain::object(&self.object).ok_or(Refusal::NotFound)
    }

    /// What came as a row: its columns and cells.
    pub(super) fn row(&self, body: &Value) -> (Vec<Column>, Vec<String>) {
        let column = |(index, line): (usize, &Line)| Column {
            index,
            heading: line.field.clone(),
            sample: Vec::new(),
            field: Some(line.field.clone()),
            confidence: "high".to_owned(),
        };
        let columns = self.mapping.iter().enumerate().map(column).collect();
        let cells = self.mapping.iter().map(|line| line.read(body)).collect();
        (columns, cells)
    }
}

fn select(workspace: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM inbound_hooks WHERE workspace_id = "
    ));
    statement.bind(workspace);
    statement
}

pub(super) fn by_id(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Hook>> {
    let mut statement = select(workspace);
    statement.push(" AND id = ").bind(id);
    Ok(conn.row(&statement, Hook::read)?)
}

pub(super) fn by_token(conn: &mut Conn, workspace: Uuid, hash: &str) -> Result<Option<Hook>> {
    let mut statement = select(workspace);
    statement.push(" AND token_hash = ").bind(hash);
    Ok(conn.row(&statement, Hook::read)?)
}

/// The hooks of a workspace, the oldest first.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Hook>> {
    let mut statement = select(workspace);
    statement.push(" ORDER BY id").limit(MAX_HOOKS);
    Ok(conn.rows(&statement, Hook::read)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Line;

    #[test]
    fn lines_find_their_values() {
        let body = json!({"name": " Siti ", "more": {"last": "Rahmawati", "tags": ["kopi", 7, null]}, "a/b": true});
        let read = |from: &[&str]| {
            let from = from.iter().map(|&one| one.to_owned()).collect();
            Line {
                field: String::new(),
                from,
                value: None,
            }
            .read(&body)
        };
        assert_eq!(read(&["/name", "/more/last"]), "Siti Rahmawati");
        assert_eq!(read(&["/more/tags"]), "kopi; 7; ");
        assert_eq!(
            (read(&["/a~1b"]).as_str(), read(&["/more/tags/1"]).as_str()),
            ("true", "7")
        );
        assert_eq!(
            (read(&["/more"]).as_str(), read(&["/nowhere"]).as_str()),
            ("", "")
        );
    }
}
