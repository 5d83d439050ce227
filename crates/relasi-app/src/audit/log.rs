//! The log of a whole workspace, newest first.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    OBJECTS,
    identity::access::{Action, RecordScope},
};
use relasi_persistence::{Statement, store::instant_text};
use serde_json::Value;
use uuid::Uuid;

use super::{COLUMNS, mask, read};
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// Entries that one request looks at for those that match, so that it takes a bounded time however rare they are.
const LOOKED_AT: u32 = 10_000;

/// How much an entry's id may be younger or older than its time: clocks of servers differ, and writes wait for others.
const ROOM: TimeDelta = TimeDelta::seconds(60);

/// What is behind a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Somebody's request by itself, or the product.
    Request,
    /// An import.
    Import,
    /// Work on many records.
    Bulk,
    /// Two records that became one.
    Merge,
    /// An import or merge that was taken back.
    Undo,
    /// A record that was set back to how it was.
    Revert,
    /// A request that came with an API key.
    Key,
    /// What came to an inbound hook.
    Hook,
    /// A request of an app that somebody has let in.
    App,
    /// What was sent to a form on the web.
    Form,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 10] = [
        Self::Request,
        Self::Import,
        Self::Bulk,
        Self::Merge,
        Self::Undo,
        Self::Revert,
        Self::Key,
        Self::Hook,
        Self::App,
        Self::Form,
    ];

    /// Its name in requests; entries begin theirs with it and a colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Import => "import",
            Self::Bulk => "bulk",
            Self::Merge => "merge",
            Self::Undo => "undo",
            Self::Revert => "revert",
            Self::Key => "key",
            Self::Hook => "hook",
            Self::App => "app",
            Self::Form => "form",
        }
    }

    fn push(self, statement: &mut Statement) {
        if self != Self::Request {
            let pattern = format!("{}:%", self.name());
            statement.push(" AND cause LIKE ").bind(pattern);
            return;
        }
        // Ids of requests have no colon.
        statement.push(" AND (cause IS NULL OR cause NOT LIKE '%:%')");
    }
}

/// Which entries of the log are wanted; all without any of it.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// About records of this object, or about something else that the log tells of.
    pub object: Option<String>,
    /// About this record.
    pub record: Option<Uuid>,
    /// By this person.
    pub actor: Option<Uuid>,
    /// For example `updated`.
    pub action: Option<String>,
    /// That changed this field.
    pub field: Option<String>,
    /// Not earlier.
    pub from: Option<DateTime<Utc>>,
    /// Not later.
    pub to: Option<DateTime<Utc>>,
    /// With this behind them.
    pub cause: Option<Cause>,
}

/// Some entries of the log.
#[derive(Debug)]
pub struct LogPage {
    /// The entries, newest first.
    pub items: Vec<Value>,
    /// Where the next page begins; none at the end of the log.
    pub next: Option<Uuid>,
    /// How far this page looked back, when it ended before it was full.
    pub reached: Option<String>,
}

/// A page of the log of the worker's workspace, for those who may read it. Objects of which one does not see every
/// record are left out, but for what one did oneself.
pub fn of_workspace(
    work: &mut Work<'_>,
    log: &Log,
    before: Option<Uuid>,
    limit: u32,
) -> Result<LogPage> {
    if !work.access.may(Action::Audit) {
        return Err(Refusal::Forbidden);
    }
    let range = range(work, log, before);
    let last = if log.is_picky() {
        last_looked_at(work, &range)?
    } else {
        None
    };
    let mut statement = Statement::new(format!("SELECT {COLUMNS} FROM audit_entries WHERE "));
    statement.append(&range).uncached();
    if let Some((id, _)) = &last {
        statement.push(" AND id >= ").bind(id.as_str());
    }
    log.push(&mut statement);
    push_unhidden(work, log, &mut statement);
    push_seen(work, &mut statement);
    statement.push(" ORDER BY id DESC").limit(limit + 1);
    let mut rows = work.conn.rows(&statement, read)?;
    for (_, _, entry) in &mut rows {
        mask(work.access, entry);
    }
    let full = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = if full {
        rows.last().map(|(_, id, _)| id)
    } else {
        last.as_ref().map(|(id, _)| id)
    };
    let next = next.and_then(|id| Uuid::try_parse(id).ok());
    let reached = last.filter(|_| !full).map(|(_, at)| instant_text(at));
    Ok(LogPage {
        items: rows.into_iter().map(|(_, _, entry)| entry).collect(),
        next,
        reached,
    })
}

/// The entries in question as the keys of the table have them.
fn range(work: &Work<'_>, log: &Log, before: Option<Uuid>) -> Statement {
    let mut range = Statement::new("workspace_id = ");
    range.bind(work.access.workspace_id);
    if let Some(record) = log.record {
        range.push(" AND record_id = ").bind(record);
    }
    if let Some(before) = before {
        range.push(" AND id < ").bind(before);
    }
    if let Some(from) = log.from {
        range.push(" AND id >= ").bind(first_id_before(from));
    }
    if let Some(to) = log.to {
        range.push(" AND id < ").bind(first_id_after(to));
    }
    range
}

/// The last entry that this request looks at; none when there are fewer.
fn last_looked_at(work: &mut Work<'_>, range: &Statement) -> Result<Option<(String, i64)>> {
    let mut statement = Statement::new("SELECT id, at FROM audit_entries WHERE ");
    statement.append(range).push(" ORDER BY id DESC").limit(1);
    statement
        .push(" OFFSET ")
        .push(&(LOOKED_AT - 1).to_string());
    let last = work
        .conn
        .row(statement.uncached(), |row| Ok((row.text(0)?, row.int(1)?)))?;
    Ok(last)
}

impl Log {
    /// Whether most entries in the range may not be what is wanted.
    fn is_picky(&self) -> bool {
        let texts = [&self.object, &self.action, &self.field];
        self.actor.is_some() || self.cause.is_some() || texts.into_iter().any(Option::is_some)
    }

    fn push(&self, statement: &mut Statement) {
        if let Some(from) = self.from {
            statement.push(" AND at >= ").bind(from);
        }
        if let Some(to) = self.to {
            statement.push(" AND at <= ").bind(to);
        }
        if let Some(object) = &self.object {
            statement.push(" AND object = ").bind(object);
        }
        if let Some(actor) = self.actor {
            statement.push(" AND actor_id = ").bind(actor);
        }
        if let Some(action) = &self.action {
            statement.push(" AND action = ").bind(action);
        }
        if let Some(cause) = self.cause {
            cause.push(statement);
        }
        if let Some(field) = &self.field {
            // Quotes inside of values are written with a backslash, so this can only be the name.
            let name = field
                .replace('\\', "\\\\")
                .replace('_', "\\_")
                .replace('%', "\\%");
            let pattern = format!("%\"field\":\"{name}\"%");
            statement
                .push(" AND changes LIKE ")
                .bind(pattern)
                .push(" ESCAPE '\\'");
        }
    }
}

/// No entries are found by a field that may not be seen.
fn push_unhidden(work: &Work<'_>, log: &Log, statement: &mut Statement) {
    let Some(field) = &log.field else {
        return;
    };
    let hiding = OBJECTS
        .iter()
        .filter(|object| work.access.hides(object, field));
    let hiding: Vec<&str> = hiding.map(|object| object.name).collect();
    if !hiding.is_empty() {
        statement
            .push(" AND object NOT IN (")
            .bind_all(hiding)
            .push(")");
    }
}

fn push_seen(work: &Work<'_>, statement: &mut Statement) {
    let hidden = OBJECTS
        .iter()
        .filter(|object| work.access.scope(object, Action::See) != RecordScope::All);
    let hidden: Vec<&str> = hidden.map(|object| object.name).collect();
    if !hidden.is_empty() {
        statement.push(" AND (object NOT IN (").bind_all(hidden);
        statement
            .push(") OR actor_id = ")
            .bind(work.access.user_id)
            .push(")");
    }
}

/// An id that no entry of this time or later comes before.
pub(crate) fn first_id_before(at: DateTime<Utc>) -> Uuid {
    first_id(at.checked_sub_signed(ROOM))
}

/// An id that comes after those of all entries of this time or earlier.
pub(crate) fn first_id_after(at: DateTime<Utc>) -> Uuid {
    first_id(at.checked_add_signed(ROOM))
}

/// The first id of a time.
pub(super) fn first_id(at: Option<DateTime<Utc>>) -> Uuid {
    let millis = at.map_or(0, |at| at.timestamp_millis());
    let millis = u64::try_from(millis).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}
