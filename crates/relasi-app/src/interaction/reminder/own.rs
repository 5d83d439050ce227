//! The reminders that the caller has of one activity.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Faults,
    interaction::{
        activity,
        reminder::{Reminder, check},
    },
};
use relasi_persistence::Statement;
use serde::Serialize;
use uuid::Uuid;

use super::{Row, due_of, insert};
use crate::{interaction::living, records::Work, refusal::Result};

/// A reminder as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// Minutes before it is due.
    pub minutes: i64,
    /// By e-mail as well.
    pub by_mail: bool,
    /// When it is told; none once it was, or when there is nothing to tell of.
    pub remind_at: Option<DateTime<Utc>>,
    /// When it was told last.
    pub sent_at: Option<DateTime<Utc>>,
}

/// The caller's reminders of an activity that they see, the earliest first.
pub fn of_activity(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Shown>> {
    living(work, &activity::OBJECT, id)?;
    let mut statement = Statement::new(
        "SELECT minutes, by_mail, remind_at, sent_at FROM activity_reminders WHERE workspace_id = ",
    );
    of(work, &mut statement, id);
    statement.push(" ORDER BY minutes DESC");
    let shown = work.conn.rows(&statement, |row| {
        Ok(Shown {
            minutes: row.int(0)?,
            by_mail: row.bool(1)?,
            remind_at: row.opt_at(2)?,
            sent_at: row.opt_at(3)?,
        })
    })?;
    Ok(shown)
}

fn of(work: &Work<'_>, statement: &mut Statement, id: Uuid) {
    statement
        .bind(work.access.workspace_id)
        .push(" AND activity_id = ")
        .bind(id)
        .push(" AND user_id = ")
        .bind(work.access.user_id);
}

/// Puts these reminders in the place of those that the caller has.
pub fn set(work: &mut Work<'_>, id: Uuid, reminders: &[Reminder]) -> Result<Vec<Shown>> {
    let document = living(work, &activity::OBJECT, id)?;
    let mut faults = Faults::default();
    check(reminders, "/items", &mut faults);
    faults.into_result()?;
    let mut statement = Statement::new("DELETE FROM activity_reminders WHERE workspace_id = ");
    of(work, &mut statement, id);
    work.conn.execute(&statement)?;
    let user = work.access.user_id;
    // Without a time they wait until there is one.
    let due = due_of(&document).unwrap_or_default();
    let rows = reminders.iter().map(|one| Row::of(id, user, *one, due));
    let rows: Vec<Row> = rows.collect();
    insert(work, &rows)?;
    of_activity(work, id)
}
