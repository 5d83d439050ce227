//! What stands still in a workspace: all of its background work, a queue, or a kind of job.
//!
//! What is paused is not begun, and what runs stops before its next chunk; it goes on from there once it is resumed.

use chrono::{DateTime, Utc};
use relasi_domain::fault::Fault;
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::administer::{may, note};
use crate::{records::Work, refusal::Result};

/// How much stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything of the workspace.
    All,
    /// A queue.
    Queue,
    /// A kind of job.
    Kind,
}

impl Scope {
    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Queue => "queue",
            Self::Kind => "kind",
        }
    }
}

/// What is to stand still, or to go on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Still {
    /// How much.
    pub scope: Scope,
    /// Which queue or kind; nothing for everything.
    #[serde(default)]
    pub name: String,
}

/// What stands still, since when, and who wanted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// `all`, `queue` or `kind`.
    pub scope: String,
    /// Which queue or kind; empty for everything.
    pub name: String,
    /// Since when.
    pub paused_at: DateTime<Utc>,
    /// Who wanted it.
    pub paused_by: Uuid,
}

/// Longest name of a queue or kind.
const MAX_NAME: usize = 60;

/// Adds a condition: whether something that the job `job` belongs to stands still.
pub(super) fn is_paused(statement: &mut Statement, job: &str) {
    statement.push(&format!(
        "EXISTS (SELECT 1 FROM job_pauses p WHERE p.workspace_id = {job}.workspace_id AND (p.scope = 'all' \
         OR (p.scope = 'queue' AND p.name = {job}.queue) OR (p.scope = 'kind' AND p.name = {job}.kind)))"
    ));
}

/// What stands still in a workspace.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Pause>> {
    let mut statement = Statement::new(
        "SELECT scope, name, paused_at, paused_by FROM job_pauses WHERE workspace_id = ",
    );
    statement.bind(workspace).push(" ORDER BY scope, name");
    let pauses = conn.rows(&statement, |row| {
        Ok(Pause {
            scope: row.text(0)?,
            name: row.text(1)?,
            paused_at: row.at(2)?,
            paused_by: row.id(3)?,
        })
    });
    Ok(pauses?)
}

fn check(still: &Still) -> Result<()> {
    let fits = match still.scope {
        Scope::All => still.name.is_empty(),
        Scope::Queue | Scope::Kind => {
            let known = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '.');
            (1..=MAX_NAME).contains(&still.name.len()) && still.name.chars().all(known)
        }
    };
    if fits {
        Ok(())
    } else {
        Err(Fault::field("name", "not_job_name").into())
    }
}

/// Has something stand still; nothing changes when it does already.
pub fn pause(work: &mut Work<'_>, still: &Still) -> Result<()> {
    may(work)?;
    check(still)?;
    let mut statement = Statement::new(
        "INSERT INTO job_pauses (workspace_id, scope, name, paused_at, paused_by) VALUES (",
    );
    statement.bind(work.access.workspace_id).push(", ");
    statement.bind(still.scope.code()).push(", ");
    statement.bind(still.name.as_str()).push(", ");
    statement.bind(work.now).push(", ");
    statement
        .bind(work.access.user_id)
        .push(") ON CONFLICT DO NOTHING");
    if work.conn.execute(&statement)? == 0 {
        return Ok(());
    }
    let what = json!([{"field": still.scope.code(), "old": null, "new": still.name}]);
    note(work, "paused", &what)
}

/// Lets something go on; nothing changes when it does already.
pub fn resume(work: &mut Work<'_>, still: &Still) -> Result<()> {
    may(work)?;
    check(still)?;
    let mut statement = Statement::new("DELETE FROM job_pauses WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND scope = ")
        .bind(still.scope.code());
    statement.push(" AND name = ").bind(still.name.as_str());
    if work.conn.execute(&statement)? == 0 {
        return Ok(());
    }
    let what = json!([{"field": still.scope.code(), "old": still.name, "new": null}]);
    note(work, "resumed", &what)
}
