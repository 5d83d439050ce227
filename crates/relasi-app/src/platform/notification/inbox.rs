//! What the caller has been told: reading it, having read it, putting it off.

use chrono::{DateTime, Utc};
use relasi_persistence::{Statement, store::instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Topic;
use crate::{
    records::{Entries, Work},
    refusal::{Refusal, Result},
};

/// Which notifications are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// Those of one topic.
    pub topic: Option<Topic>,
    /// Those put off, instead of those that show.
    pub snoozed: bool,
}

/// Only the caller's own.
fn own(work: &Work<'_>, statement: &mut Statement) {
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(work.access.user_id);
}

/// The caller's notifications, the last that came or came back first, and how many are unread (counted up to 100).
pub fn list(
    work: &mut Work<'_>,
    which: Which,
    before: Option<(i64, String)>,
    limit: u32,
) -> Result<(Entries, i64)> {
    let mut statement = Statement::new(
        "SELECT shows_at, id, kind, object, record_id, data, read_at, topic, created_at FROM notifications",
    );
    own(work, &mut statement);
    if let Some(topic) = which.topic {
        statement.push(" AND topic = ").bind(topic.code());
    }
    let shown = if which.snoozed {
        " AND shows_at > "
    } else {
        " AND shows_at <= "
    };
    statement.push(shown).bind(work.now);
    if let Some((at, id)) = before {
        statement.push(" AND (shows_at, id) < (").bind(at);
        statement.push(", ").bind(id).push(")");
    }
    statement
        .push(" ORDER BY shows_at DESC, id DESC")
        .limit(limit + 1);
    let rows = work.conn.rows(&statement, |row| {
        let (shows, created) = (row.int(0)?, row.int(8)?);
        let item = json!({
            "id": row.text(1)?,
            "topic": row.text(7)?,
            "kind": row.text(2)?,
            "object": row.opt_text(3)?,
            "record_id": row.opt_text(4)?,
            "data": serde_json::from_str::<Value>(&row.text(5)?).unwrap_or(Value::Null),
            "created_at": instant_text(created),
            "read_at": row.opt_int(6)?.map(instant_text),
            "snoozed_until": (shows != created).then(|| instant_text(shows)),
        });
        Ok((shows, row.text(1)?, item))
    })?;
    let unread = unread(work)?;
    Ok((Entries::of(rows, limit), unread))
}

/// Answered from the index of what is unread, without a look at the table.
fn unread(work: &mut Work<'_>) -> Result<i64> {
    let mut statement = Statement::new("SELECT count(*) FROM (SELECT 1 AS one FROM notifications");
    own(work, &mut statement);
    statement
        .push(" AND read_at IS NULL AND shows_at <= ")
        .bind(work.now)
        .push(" LIMIT 100) AS unread");
    Ok(work.conn.row(&statement, |row| row.int(0))?.unwrap_or(0))
}

/// Marks as read what shows: one notification of the caller, those about a record, or all of them.
pub fn read(work: &mut Work<'_>, id: Option<Uuid>, record: Option<Uuid>) -> Result<()> {
    let mut statement = Statement::new("UPDATE notifications SET read_at = ");
    statement.bind(work.now);
    own(work, &mut statement);
    match id {
        Some(id) => statement.push(" AND id = ").bind(id),
        None => statement
            .push(" AND read_at IS NULL AND shows_at <= ")
            .bind(work.now),
    };
    if let Some(record) = record {
        statement.push(" AND record_id = ").bind(record);
    }
    let touched = work.conn.execute(&statement)?;
    if touched == 0 && id.is_some() {
        Err(Refusal::NotFound)
    } else {
        Ok(())
    }
}

/// Hides notifications of the caller until a point in time, when they come back unread; without one they come back where
/// they were.
pub fn snooze(work: &mut Work<'_>, ids: &[Uuid], until: Option<DateTime<Utc>>) -> Result<()> {
    for id in ids {
        let mut statement = Statement::new("UPDATE notifications SET read_at = NULL, shows_at = ");
        match until {
            Some(until) => statement.bind(until),
            None => statement.push("created_at"),
        };
        own(work, &mut statement);
        statement.push(" AND id = ").bind(*id);
        if work.conn.execute(&statement)? == 0 {
            return Err(Refusal::NotFound);
        }
    }
    Ok(())
}
