//! Imports as rows.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Row, Statement, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Counts, ImportState, Options, Source};

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// From 0.
    pub index: usize,
    /// Its heading.
    pub heading: String,
    /// The first few values that are not empty.
    pub sample: Vec<String>,
    /// Where it goes; none leaves it out.
    pub field: Option<String>,
    /// How sure the proposal was: high, low, none.
    pub confidence: String,
}

/// An import as stored, and as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Import {
    /// `UUIDv7`; also the name of its file.
    pub id: Uuid,
    /// What its rows become: `contact` or `company`.
    pub object: String,
    /// Where it stands.
    pub state: ImportState,
    /// Name of the file as it was uploaded.
    pub file_name: String,
    /// Bytes.
    pub file_size: i64,
    /// Rows with anything in them, without the headings.
    pub file_rows: i64,
    /// SHA-256 of the file in hexadecimal.
    pub file_sha256: String,
    /// Name of the encoding, for example `UTF-8`.
    pub encoding: String,
    /// One character.
    pub delimiter: String,
    /// What kind of file it is, and which part of it is imported.
    pub source: Source,
    /// Columns and where they go.
    pub columns: Vec<Column>,
    /// How it reads and matches.
    pub options: Options,
    /// The first rows as the present mapping reads them.
    pub preview: Value,
    /// Fate of the rows, after a check or a run.
    pub counts: Option<Counts>,
    /// Code of the error that ended the last job.
    pub error: Option<String>,
    /// The last job.
    pub job_id: Option<Uuid>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Uuid,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// When its run ended.
    pub finished_at: Option<DateTime<Utc>>,
}

const COLUMNS: [&str; 20] = [
    "id",
    "object",
    "state",
    "file_name",
    "file_size",
    "file_rows",
    "file_sha256",
    "encoding",
    "delimiter",
    "columns",
    "options",
    "preview",
    "counts",
    "error",
    "job_id",
    "created_at",
    "created_by",
    "updated_at",
    "finished_at",
    "source",
];

impl Import {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            object: row.text(1)?,
            state: ImportState::from_code(&row.text(2)?)?,
            file_name: row.text(3)?,
            file_size: row.int(4)?,
            file_rows: row.int(5)?,
            file_sha256: row.text(6)?,
            encoding: row.text(7)?,
            delimiter: row.text(8)?,
            columns: row.json(9)?,
            options: row.json(10)?,
            preview: row.json(11)?,
            counts: row.opt_json(12)?,
            error: row.opt_text(13)?,
            job_id: row.opt_id(14)?,
            created_at: row.at(15)?,
            created_by: row.id(16)?,
            updated_at: row.at(17)?,
            finished_at: row.opt_at(18)?,
            source: row.json(19)?,
        })
    }

    /// Bytes of the file's delimiter.
    pub(super) fn delimiter_byte(&self) -> u8 {
        self.delimiter.bytes().next().unwrap_or(b',')
    }

    /// The encoding of the file.
    pub(super) fn encoding(&self) -> &'static encoding_rs::Encoding {
        encoding_rs::Encoding::for_label(self.encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8)
    }
}

fn text(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Other(error.to_string()))
}

/// Adds an import.
pub(super) fn insert(conn: &mut Conn, workspace: Uuid, import: &Import) -> Result<(), StoreError> {
    let mut statement = Statement::new("INSERT INTO imports (workspace_id, ");
    statement
        .push(&COLUMNS.join(", "))
        .push(") VALUES (")
        .bind(workspace);
    statement
        .push(", ")
        .bind(import.id)
        .push(", ")
        .bind(import.object.as_str());
    statement
        .push(", ")
        .bind(import.state.code())
        .push(", ")
        .bind(import.file_name.as_str());
    statement
        .push(", ")
        .bind(import.file_size)
        .push(", ")
        .bind(import.file_rows);
    statement
        .push(", ")
        .bind(import.file_sha256.as_str())
        .push(", ")
        .bind(import.encoding.as_str());
    statement
        .push(", ")
        .bind(import.delimiter.as_str())
        .push(", ")
        .bind(text(&import.columns)?);
    statement
        .push(", ")
        .bind(text(&import.options)?)
        .push(", ")
        .bind(import.preview.to_string());
    statement
        .push(", ")
        .bind(import.counts.as_ref().map(text).transpose()?);
    statement
        .push(", ")
        .bind(import.error.as_deref())
        .push(", ")
        .bind(import.job_id);
    statement
        .push(", ")
        .bind(import.created_at)
        .push(", ")
        .bind(import.created_by);
    statement
        .push(", ")
        .bind(import.updated_at)
        .push(", ")
        .bind(import.finished_at)
        .push(", ")
        .bind(text(&import.source)?)
        .push(")");
    conn.execute(&statement)?;
    Ok(())
}

/// An import by its id.
pub(super) fn find(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
) -> Result<Option<Import>, StoreError> {
    let mut statement = Statement::new(format!(
        "SELECT {} FROM imports WHERE workspace_id = ",
        COLUMNS.join(", ")
    ));
    statement.bind(workspace).push(" AND id = ").bind(id);
    conn.row(&statement, Import::read)
}

/// Imports from the newest on, those before `before` when it is given.
pub(super) fn list(
    conn: &mut Conn,
    workspace: Uuid,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Import>, StoreError> {
    let mut statement = Statement::new(format!(
        "SELECT {} FROM imports WHERE workspace_id = ",
        COLUMNS.join(", ")
    ));
    statement.bind(workspace);
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    conn.rows(&statement, Import::read)
}

/// Writes what may change of an import; `false` when it stands elsewhere than `expected` by now.
pub(super) fn update(
    conn: &mut Conn,
    workspace: Uuid,
    import: &Import,
    expected: ImportState,
) -> Result<bool, StoreError> {
    let mut statement = Statement::new("UPDATE imports SET state = ");
    statement
        .bind(import.state.code())
        .push(", columns = ")
        .bind(text(&import.columns)?);
    statement
        .push(", encoding = ")
        .bind(import.encoding.as_str())
        .push(", delimiter = ")
        .bind(import.delimiter.as_str());
    statement
        .push(", file_rows = ")
        .bind(import.file_rows)
        .push(", source = ")
        .bind(text(&import.source)?);
    statement.push(", options = ").bind(text(&import.options)?);
    statement
        .push(", preview = ")
        .bind(import.preview.to_string());
    statement
        .push(", counts = ")
        .bind(import.counts.as_ref().map(text).transpose()?);
    statement
        .push(", error = ")
        .bind(import.error.as_deref())
        .push(", job_id = ")
        .bind(import.job_id);
    statement.push(", updated_at = ").bind(import.updated_at);
    statement.push(", finished_at = ").bind(import.finished_at);
    statement
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND id = ")
        .bind(import.id);
    statement.push(" AND state = ").bind(expected.code());
    Ok(conn.execute(&statement)? == 1)
}

/// Notes the counts of a run, in the transaction of the chunk that they cover.
pub(super) fn count(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    counts: &Counts,
) -> Result<(), StoreError> {
    let mut statement = Statement::new("UPDATE imports SET counts = ");
    statement
        .bind(text(counts)?)
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND id = ")
        .bind(id);
    conn.execute(&statement)?;
    Ok(())
}

/// Notes records that an import changed and did not make.
pub(super) fn note_changed(
    conn: &mut Conn,
    workspace: Uuid,
    import: Uuid,
    records: &[Uuid],
) -> Result<(), StoreError> {
    for record in records {
        let mut statement = Statement::new(
            "INSERT INTO import_changes (workspace_id, import_id, record_id) VALUES (",
        );
        statement
            .bind(workspace)
            .push(", ")
            .bind(import)
            .push(", ")
            .bind(record);
        statement.push(") ON CONFLICT DO NOTHING");
        conn.execute(&statement)?;
    }
    Ok(())
}

/// Records that an import changed, by id from the one after `after` on.
pub(super) fn changed(
    conn: &mut Conn,
    workspace: Uuid,
    import: Uuid,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Uuid>, StoreError> {
    let mut statement =
        Statement::new("SELECT record_id FROM import_changes WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND import_id = ")
        .bind(import);
    statement
        .push(" AND record_id > ")
        .bind(after.unwrap_or_default());
    statement.push(" ORDER BY record_id").limit(limit);
    conn.rows(&statement, |row| row.id(0))
}
