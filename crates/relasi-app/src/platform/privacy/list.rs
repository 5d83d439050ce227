//! Who was erased, when, by whom and why: certificates without the person.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Row, Statement, StoreError};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Person, erase::Counts, may_erase};
use crate::{records::Work, refusal::Result};

/// An erasure as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// Its id.
    pub id: Uuid,
    /// As what the person was known.
    pub object: String,
    /// The id that the person had as such.
    pub contact_id: Uuid,
    /// `running`, `done`, `failed`.
    pub state: String,
    /// Why, in the words of who had it done.
    pub reason: String,
    /// How many rows went or were emptied, by table.
    pub counts: Value,
    /// The job that does it.
    pub job_id: Option<Uuid>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Uuid,
    /// When it was done.
    pub finished_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str =
    "id, object, contact_id, state, reason, counts, job_id, created_at, created_by, finished_at";

impl Erasure {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            object: row.text(1)?,
            contact_id: row.id(2)?,
            state: row.text(3)?,
            reason: row.text(4)?,
            counts: row.json(5)?,
            job_id: row.opt_id(6)?,
            created_at: row.at(7)?,
            created_by: row.id(8)?,
            finished_at: row.opt_at(9)?,
        })
    }
}

/// Erasures, the newest first, from the one before `before` on.
pub fn list(work: &mut Work<'_>, before: Option<Uuid>, limit: u32) -> Result<Vec<Erasure>> {
    may_erase(work.access)?;
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM erasures WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    Ok(work.conn.rows(&statement, Erasure::read)?)
}

/// Whether the person is being erased.
pub(super) fn is_running(conn: &mut Conn, workspace: Uuid, contact: Uuid) -> Result<bool> {
    let mut statement =
        Statement::new("SELECT 1 FROM erasures WHERE state = 'running' AND workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND contact_id = ")
        .bind(contact)
        .limit(1);
    Ok(conn.row(&statement, |_| Ok(()))?.is_some())
}

/// Writes down that a person is to be erased.
pub(super) fn begin(
    work: &mut Work<'_>,
    id: Uuid,
    person: Person,
    reason: &str,
    job: Uuid,
) -> Result<()> {
    let mut insert = Statement::new(
        "INSERT INTO erasures (workspace_id, id, object, contact_id, state, reason, job_id, created_at, created_by) VALUES (",
    );
    insert
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(id)
        .push(", ")
        .bind(person.known.object().name)
        .push(", ")
        .bind(person.id);
    insert
        .push(", 'running', ")
        .bind(reason)
        .push(", ")
        .bind(job)
        .push(", ")
        .bind(work.now);
    insert.push(", ").bind(work.access.user_id).push(")");
    work.conn.execute(&insert)?;
    Ok(())
}

/// Notes where an erasure stands that is not done.
pub(super) fn stands(conn: &mut Conn, workspace: Uuid, id: Uuid, state: &str) -> Result<()> {
    let mut update = Statement::new("UPDATE erasures SET state = ");
    update
        .bind(state)
        .push(" WHERE state <> 'done' AND workspace_id = ")
        .bind(workspace);
    conn.execute(update.push(" AND id = ").bind(id))?;
    Ok(())
}

/// Notes that it is done, and what went.
pub(super) fn certify(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    counts: &Counts,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut update = Statement::new("UPDATE erasures SET state = 'done', finished_at = ");
    update
        .bind(now)
        .push(", counts = ")
        .bind(json!(counts).to_string());
    update.push(" WHERE workspace_id = ").bind(workspace);
    conn.execute(update.push(" AND id = ").bind(id))?;
    Ok(())
}
