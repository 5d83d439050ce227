//! What was merged, and for how long it can be undone.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{identity::access::Action, people::duplicate, record::Object};
use relasi_persistence::{
    Conn, Row, Statement, StoreError,
    store::{instant_text, push_visible},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// How long a merge can be undone.
pub(super) const UNDOABLE: TimeDelta = TimeDelta::days(30);

/// Two records that became one.
#[derive(Debug, Clone, Serialize)]
pub struct Merge {
    /// `UUIDv7`.
    pub id: Uuid,
    /// `contact` or `company`.
    pub object: String,
    /// The record that stayed.
    pub survivor_id: Uuid,
    /// The record that went into the trash.
    pub loser_id: Uuid,
    /// When.
    pub merged_at: String,
    /// By whom.
    pub merged_by: Option<String>,
    /// When it was undone.
    pub undone_at: Option<String>,
    /// By whom.
    pub undone_by: Option<String>,
    /// Until when it can be undone.
    pub undoable_until: String,
    /// Members of the survivor before and after.
    #[serde(skip)]
    pub(super) changes: Value,
    #[serde(skip)]
    pub(super) at: i64,
}

const COLUMNS: &str = "m.id, m.object, m.survivor_id, m.loser_id, m.merged_at, m.merged_by, m.undone_at, m.undone_by, m.changes";

impl Merge {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        let at = row.int(4)?;
        Ok(Self {
            id: id(&row.text(0)?)?,
            object: row.text(1)?,
            survivor_id: id(&row.text(2)?)?,
            loser_id: id(&row.text(3)?)?,
            merged_at: instant_text(at),
            merged_by: row.opt_text(5)?,
            undone_at: row.opt_int(6)?.map(instant_text),
            undone_by: row.opt_text(7)?,
            undoable_until: instant_text(at + UNDOABLE.num_microseconds().unwrap_or(0)),
            changes: serde_json::from_str(&row.text(8)?).unwrap_or(Value::Null),
            at,
        })
    }

    pub(super) fn object(&self) -> Result<&'static Object> {
        relasi_domain::object(&self.object).ok_or(Refusal::NotFound)
    }
}

fn id(text: &str) -> std::result::Result<Uuid, StoreError> {
    Uuid::try_parse(text).map_err(|error| StoreError::Other(error.to_string()))
}

/// Merges whose survivor may be seen, newest first: all, or those that a record came out of or went into.
pub fn list(
    work: &mut Work<'_>,
    record: Option<Uuid>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Merge>> {
    let mut found = Vec::new();
    for object in duplicate::OBJECTS {
        let mut statement = seen(work, object);
        if let Some(record) = record {
            statement
                .push(" AND (m.survivor_id = ")
                .bind(record)
                .push(" OR m.loser_id = ")
                .bind(record)
                .push(")");
        }
        if let Some(before) = before {
            statement.push(" AND m.id < ").bind(before);
        }
        statement.push(" ORDER BY m.id DESC").limit(limit);
        found.extend(work.conn.rows(&statement, Merge::read)?);
    }
    found.sort_by_key(|merge| std::cmp::Reverse(merge.id));
    found.truncate(limit as usize);
    Ok(found)
}

/// A merge whose survivor may be seen.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<Merge> {
    for object in duplicate::OBJECTS {
        let mut statement = seen(work, object);
        statement.push(" AND m.id = ").bind(id);
        if let Some(found) = work.conn.row(&statement, Merge::read)? {
            return Ok(found);
        }
    }
    Err(Refusal::NotFound)
}

/// `SELECT … WHERE …` for merges of an object whose survivor may be seen.
fn seen(work: &Work<'_>, object: &'static Object) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM merges m JOIN {} t ON t.workspace_id = m.workspace_id AND t.id = m.survivor_id WHERE m.workspace_id = ",
        object.table
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND m.object = ")
        .bind(object.name);
    push_visible(&work.access.limit(object, Action::See), "t", &mut statement);
    statement
}

/// A record and those that were merged into it, directly or over others.
pub(crate) fn absorbed(work: &mut Work<'_>, record: Uuid) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::from([record.to_string()]);
    let mut next = vec![record.to_string()];
    while !next.is_empty() {
        let mut statement = Statement::new(
            "SELECT loser_id FROM merges WHERE undone_at IS NULL AND workspace_id = ",
        );
        statement
            .bind(work.access.workspace_id)
            .push(" AND survivor_id IN (")
            .bind_all(&next)
            .push(")");
        let losers = work.conn.rows(statement.uncached(), |row| row.text(0))?;
        next = losers
            .into_iter()
            .filter(|loser| all.insert(loser.clone()))
            .collect();
    }
    Ok(all)
}

/// Refuses to take a record out of the trash that went into another one: what was its own is there. Undoing the merge
/// brings it back.
pub(crate) fn refuse_merged(work: &mut Work<'_>, record: Uuid) -> Result<()> {
    let mut statement =
        Statement::new("SELECT 1 FROM merges WHERE undone_at IS NULL AND workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND loser_id = ")
        .bind(record);
    statement
        .push(" AND merged_at > ")
        .bind(work.now - UNDOABLE)
        .limit(1);
    match work.conn.row(&statement, |row| row.int(0))? {
        Some(_) => Err(Refusal::Conflict("record_is_merged")),
        None => Ok(()),
    }
}

/// Forgets what was kept for undoing merges that are too old for it. The merges themselves stay, as the way from what
/// went to what stayed.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    for table in ["merge_moves", "merge_events", "merge_attachments"] {
        let mut statement = Statement::new(format!(
            "DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM merges m WHERE m.workspace_id = {table}.workspace_id \
             AND m.id = {table}.merge_id AND m.merged_at <= "
        ));
        statement.bind(now - UNDOABLE).push(")");
        conn.execute(&statement)?;
    }
    Ok(())
}
