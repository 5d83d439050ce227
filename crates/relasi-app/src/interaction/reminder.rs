//! Reminders: who is told how long before an activity is due.
//!
//! What waits is a row with its moment. A look every few seconds puts in a job for each workspace in which some are due;
//! the job takes them and tells of them in one transaction, so that each is told once however many look.

mod choice;
mod own;
mod send;

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{interaction::reminder::Reminder, record::Document};
use relasi_persistence::{
    Statement,
    store::{instant_micros, text_of},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    records::{Change, Work, in_trash, member_id},
    refusal::Result,
};

pub use choice::{choices, choose};
pub use own::{Shown, of_activity, set};
pub use send::{due, handlers};

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// When an activity is due that somebody may be reminded of: one that is still to do.
fn due_of(document: &Document) -> Option<i64> {
    let done = document.get("done_at").is_some_and(|at| !at.is_null());
    let due = document.get("due_at").and_then(Value::as_str);
    due.filter(|_| !done && !in_trash(document))
        .and_then(instant_micros)
}

/// Who takes part: the owner and the members named.
fn people(document: &Document) -> BTreeSet<Uuid> {
    let members = document.get("members").and_then(Value::as_array);
    let members = members.into_iter().flatten();
    let members = members.filter_map(|id| Uuid::try_parse(id.as_str()?).ok());
    members.chain(member_id(document, "owner_id")).collect()
}

/// Those who are reminded, as far as they go by what they chose: none while there is no time.
fn audience(document: Option<&Document>) -> BTreeSet<Uuid> {
    let timed = document.filter(|document| !document.get("due_at").is_none_or(Value::is_null));
    timed.map(people).unwrap_or_default()
}

/// Keeps the reminders of activities that were written.
pub(super) fn follow(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let concerns = ["due_at", "done_at", "deleted_at", "owner_id", "members"];
    let mut fresh: Vec<(Uuid, Uuid, String, i64)> = Vec::new();
    for change in changes {
        if change.before.is_some() && !concerns.iter().any(|name| change.touched(name)) {
            continue;
        }
        let (before, after) = (
            audience(change.before.as_ref()),
            audience(Some(&change.after)),
        );
        let due = due_of(&change.after);
        if change.before.is_some() {
            forget(work, change.id, before.difference(&after))?;
            retime(work, change.id, due)?;
        }
        let Some(due) = due.filter(|due| *due > work.micros()) else {
            continue;
        };
        let kind = text_of(&change.after, "kind");
        let new = after.difference(&before);
        fresh.extend(new.map(|user| (change.id, *user, kind.clone(), due)));
    }
    add_usual(work, &fresh)
}

/// Those who take part no more are not reminded.
fn forget<'u>(
    work: &mut Work<'_>,
    activity: Uuid,
    users: impl Iterator<Item = &'u Uuid>,
) -> Result<()> {
    for user in users {
        let mut statement = Statement::new("DELETE FROM activity_reminders WHERE workspace_id = ");
        statement
            .bind(work.access.workspace_id)
            .push(" AND activity_id = ")
            .bind(activity)
            .push(" AND user_id = ")
            .bind(user);
        work.conn.execute(&statement)?;
    }
    Ok(())
}

/// Moves what waits with the activity. What lies in the past is not told any more, and what was told is told again only
/// for another time.
fn retime(work: &mut Work<'_>, activity: Uuid, due: Option<i64>) -> Result<()> {
    let mut statement = Statement::new("UPDATE activity_reminders SET remind_at = ");
    match due {
        Some(due) => {
            statement.push("CASE WHEN ").bind(due);
            statement.push(" - minutes * 60000000 > ").bind(work.now);
            statement.push(" THEN ").bind(due);
            statement.push(" - minutes * 60000000 ELSE NULL END");
        }
        None => {
            statement.push("NULL");
        }
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND activity_id = ")
        .bind(activity);
    work.conn.execute(&statement)?;
    Ok(())
}

/// Gives everybody the reminders that they have chosen for the kind.
fn add_usual(work: &mut Work<'_>, fresh: &[(Uuid, Uuid, String, i64)]) -> Result<()> {
    if fresh.is_empty() {
        return Ok(());
    }
    let users: BTreeSet<Uuid> = fresh.iter().map(|(_, user, ..)| *user).collect();
    let chosen = choice::of(work.conn, work.access.workspace_id, &users)?;
    let mut rows = Vec::new();
    let mut known: BTreeMap<(Uuid, &str), Vec<Reminder>> = BTreeMap::new();
    for (id, user, kind, due) in fresh {
        let reminders = known
            .entry((*user, kind))
            .or_insert_with(|| chosen.of(*user, kind));
        rows.extend(reminders.iter().map(|one| Row::of(*id, *user, *one, *due)));
    }
    rows.retain(|row| row.at > work.micros());
    insert(work, &rows)
}

/// A reminder as it is written.
struct Row {
    activity: Uuid,
    user: Uuid,
    reminder: Reminder,
    at: i64,
}

impl Row {
    const fn of(activity: Uuid, user: Uuid, reminder: Reminder, due: i64) -> Self {
        Self {
            activity,
            user,
            reminder,
            at: due - reminder.minutes * MINUTE,
        }
    }
}

/// Rows of one statement.
const SOME: usize = 500;

fn insert(work: &mut Work<'_>, rows: &[Row]) -> Result<()> {
    let (workspace, now) = (work.access.workspace_id, work.micros());
    for rows in rows.chunks(SOME) {
        let mut statement = Statement::new(
            "INSERT INTO activity_reminders (workspace_id, activity_id, user_id, minutes, by_mail, remind_at) VALUES ",
        );
        for (place, row) in rows.iter().enumerate() {
            statement.push(if place > 0 { ", (" } else { "(" });
            statement.bind(workspace).push(", ").bind(row.activity);
            statement.push(", ").bind(row.user);
            statement.push(", ").bind(row.reminder.minutes);
            statement.push(", ").bind(row.reminder.by_mail);
            let at = Some(row.at).filter(|at| *at > now);
            statement.push(", ").bind(at).push(")");
        }
        statement.push(" ON CONFLICT DO NOTHING").uncached();
        work.conn.execute(&statement)?;
    }
    Ok(())
}
