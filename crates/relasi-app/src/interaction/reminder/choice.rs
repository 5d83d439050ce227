//! What somebody wants to be reminded of, and how long before, by kind.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    fault::{Fault, Faults},
    interaction::reminder::{KINDS, Reminder, check, usual},
};
use relasi_persistence::{Conn, Statement};
use serde_json::json;
use uuid::Uuid;

use crate::{records::Work, refusal::Result};

/// What people have chosen.
pub(super) struct Chosen(BTreeMap<(Uuid, String), Vec<Reminder>>);

impl Chosen {
    /// The reminders of a person for a kind; the usual ones where nothing was chosen.
    pub(super) fn of(&self, user: Uuid, kind: &str) -> Vec<Reminder> {
        let chosen = self.0.get(&(user, kind.to_owned()));
        chosen.cloned().unwrap_or_else(|| usual(kind))
    }
}

pub(super) fn of(conn: &mut Conn, workspace: Uuid, users: &BTreeSet<Uuid>) -> Result<Chosen> {
    let mut statement = Statement::new(
        "SELECT user_id, kind, reminders FROM reminder_choices WHERE workspace_id = ",
    );
    statement
        .bind(workspace)
        .push(" AND user_id IN (")
        .bind_all(users)
        .push(")")
        .uncached();
    let rows = conn.rows(&statement, |row| {
        Ok(((row.id(0)?, row.text(1)?), row.json(2)?))
    })?;
    Ok(Chosen(rows.into_iter().collect()))
}

/// What the caller is reminded of, by kind.
pub fn choices(work: &mut Work<'_>) -> Result<BTreeMap<String, Vec<Reminder>>> {
    let user = work.access.user_id;
    let chosen = of(work.conn, work.access.workspace_id, &BTreeSet::from([user]))?;
    let of_kind = |kind: &str| (kind.to_owned(), chosen.of(user, kind));
    Ok(KINDS.into_iter().map(of_kind).collect())
}

/// From now on the caller is reminded so of new activities; kinds that are left out stay as they are.
pub fn choose(work: &mut Work<'_>, new: &BTreeMap<String, Vec<Reminder>>) -> Result<()> {
    let mut faults = Faults::default();
    for (kind, reminders) in new {
        if !KINDS.contains(&kind.as_str()) {
            faults.push(Fault::field(kind, "unknown_member"));
        }
        check(reminders, &format!("/{kind}"), &mut faults);
    }
    faults.into_result()?;
    for (kind, reminders) in new {
        let mut statement = Statement::new(
            "INSERT INTO reminder_choices (workspace_id, user_id, kind, reminders) VALUES (",
        );
        statement
            .bind(work.access.workspace_id)
            .push(", ")
            .bind(work.access.user_id)
            .push(", ")
            .bind(kind)
            .push(", ")
            .bind(json!(reminders).to_string())
            .push(") ON CONFLICT (workspace_id, user_id, kind) DO UPDATE SET reminders = excluded.reminders");
        work.conn.execute(&statement)?;
    }
    Ok(())
}
