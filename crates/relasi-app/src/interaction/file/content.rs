//! Contents of files: where they lie, and which of them nobody needs any more.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use crate::{
    interaction::comment::RESTORABLE,
    refusal::{Refusal, Result},
};

/// A content that may be sent.
#[derive(Debug, Clone)]
pub struct Located {
    /// Name of the file.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

/// What a content is, while its file is not in the trash. Who asks has shown a right to it by a signed address.
pub fn located(conn: &mut Conn, workspace: Uuid, content: Uuid) -> Result<Located> {
    let mut statement = Statement::new(
        "SELECT f.name, v.content_type, v.size, v.sha256 FROM file_versions v JOIN files f \
         ON f.workspace_id = v.workspace_id AND f.id = v.file_id WHERE f.deleted_at IS NULL AND v.workspace_id = ",
    );
    statement
        .bind(workspace)
        .push(" AND v.content_id = ")
        .bind(content);
    let found = conn.row(&statement, |row| {
        Ok(Located {
            name: row.text(0)?,
            kind: row.text(1)?,
            size: row.int(2)?,
            sha256: row.text(3)?,
        })
    })?;
    found.ok_or(Refusal::NotFound)
}

/// Forgets files that lie in the trash for longer than 30 days, some at once; the workspace and content of each version
/// that is to be removed. Nothing is left to do when it gives none.
pub fn purge(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<(Uuid, Uuid)>> {
    let mut statement = Statement::new(
        "SELECT workspace_id, id FROM files WHERE deleted_at IS NOT NULL AND deleted_at <= ",
    );
    statement.bind(now - RESTORABLE);
    statement.push(" ORDER BY deleted_at").limit(100);
    let gone = conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))?;
    let mut contents = Vec::new();
    for (workspace, file) in gone {
        let mut statement =
            Statement::new("SELECT content_id FROM file_versions WHERE workspace_id = ");
        statement.bind(workspace).push(" AND file_id = ").bind(file);
        let found = conn.rows(&statement, |row| Ok((workspace, row.id(0)?)))?;
        contents.extend(found);
        let mut statement = Statement::new("DELETE FROM files WHERE workspace_id = ");
        statement.bind(workspace).push(" AND id = ").bind(file);
        conn.execute(&statement)?;
    }
    Ok(contents)
}

/// Which of some contents belong to no file: their upload ended before it was stored.
pub fn unknown(conn: &mut Conn, contents: &[(Uuid, Uuid)]) -> Result<Vec<(Uuid, Uuid)>> {
    let mut statement =
        Statement::new("SELECT workspace_id, content_id FROM file_versions WHERE content_id IN (");
    statement
        .bind_all(contents.iter().map(|(_, content)| *content))
        .push(") AND workspace_id IN (")
        .bind_all(contents.iter().map(|(workspace, _)| *workspace))
        .push(")");
    let known = conn.rows(statement.uncached(), |row| Ok((row.id(0)?, row.id(1)?)))?;
    let unknown = contents.iter().filter(|content| !known.contains(content));
    Ok(unknown.copied().collect())
}
