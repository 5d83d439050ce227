//! What a file says of itself.

use chrono::{DateTime, Utc};
use relasi_domain::fault::Fault;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{FORMAT, VERSION};
use crate::Result;

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `relasi-workspace`
    pub format: String,
    /// Of the form.
    pub version: u32,
    /// Version of the program that wrote it.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// The workspace.
    pub workspace_id: Uuid,
    /// What it is called.
    pub workspace_name: String,
    /// Definitions of the fields that the workspace made, as in their table.
    pub custom_fields: Vec<Map<String, Value>>,
    /// Its tables, in their order.
    pub parts: Vec<Part>,
    /// Contents of files that were lost before the file was written.
    #[serde(default)]
    pub missing: Vec<Uuid>,
}

/// A table in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name.
    pub table: String,
    /// Rows, one a line.
    pub rows: u64,
    /// SHA-256 of its lines in lower-case hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Checks that this program can read the file.
    ///
    /// # Errors
    /// Faults at `/file`: `archive_damaged`, `archive_newer`.
    pub(super) fn check(&self) -> Result<()> {
        if self.format != FORMAT {
            return Err(damaged());
        }
        if self.version > VERSION {
            return Err(Fault::field("file", "archive_newer").into());
        }
        Ok(())
    }
}

pub(super) fn damaged() -> crate::Refusal {
    Fault::field("file", "archive_damaged").into()
}
