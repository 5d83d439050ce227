//! People of whom nothing is removed for as long as a reason holds: a dispute, a duty to keep.

use std::collections::BTreeSet;

use relasi_domain::{
    fault::{Fault, Faults},
    people::contact,
};
use relasi_persistence::{Conn, Statement, store::instant_text};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::rule::may;
use crate::{audit, records::Work, refusal::Result};

const MAX_REASON: usize = 500;

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// The person.
    pub contact_id: Uuid,
    /// Their name.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: String,
    /// By whom.
    pub created_by: Uuid,
}

/// Which of some people are held.
pub(in crate::platform::privacy) fn held(
    conn: &mut Conn,
    workspace: Uuid,
    people: &[String],
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for some in people.chunks(500) {
        let mut statement =
            Statement::new("SELECT contact_id FROM retention_holds WHERE workspace_id = ");
        statement
            .bind(workspace)
            .push(" AND contact_id IN (")
            .bind_all(some)
            .push(")")
            .uncached();
        found.extend(conn.rows(&statement, |row| row.text(0))?);
    }
    Ok(found)
}

/// All holds, the newest first.
pub fn holds(work: &mut Work<'_>) -> Result<Vec<Hold>> {
    may(work)?;
    let mut all = Statement::new(
        "SELECT h.contact_id, c.full_name, h.reason, h.created_at, h.created_by FROM retention_holds h JOIN contacts c \
         ON c.workspace_id = h.workspace_id AND c.id = h.contact_id WHERE h.workspace_id = ",
    );
    all.bind(work.access.workspace_id)
        .push(" ORDER BY h.created_at DESC, h.contact_id")
        .limit(500);
    Ok(work.conn.rows(&all, |row| {
        Ok(Hold {
            contact_id: row.id(0)?,
            title: row.text(1)?,
            reason: row.text(2)?,
            created_at: instant_text(row.int(3)?),
            created_by: row.id(4)?,
        })
    })?)
}

/// Holds a person, or gives another reason.
pub fn hold(work: &mut Work<'_>, contact: Uuid, reason: &str) -> Result<()> {
    may(work)?;
    work.visible(&contact::OBJECT, contact)?;
    let reason = reason.trim();
    let mut faults = Faults::default();
    faults.check(reason.is_empty(), "reason", "required");
    if reason.chars().count() > MAX_REASON {
        faults.push(Fault::field("reason", "too_long").with("max", MAX_REASON));
    }
    faults.into_result()?;
    let mut insert = Statement::new(
        "INSERT INTO retention_holds (workspace_id, contact_id, reason, created_at, created_by) VALUES (",
    );
    insert
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(contact)
        .push(", ")
        .bind(reason);
    insert
        .push(", ")
        .bind(work.now)
        .push(", ")
        .bind(work.access.user_id);
    insert.push(") ON CONFLICT (workspace_id, contact_id) DO UPDATE SET reason = excluded.reason");
    work.conn.execute(&insert)?;
    audit::note(
        work,
        "held",
        "contact",
        contact,
        json!([{"field": "reason", "old": null, "new": reason}]),
    )
}

/// Lifts a hold, if there is one.
pub fn release(work: &mut Work<'_>, contact: Uuid) -> Result<()> {
    may(work)?;
    work.visible(&contact::OBJECT, contact)?;
    let mut delete = Statement::new("DELETE FROM retention_holds WHERE workspace_id = ");
    delete
        .bind(work.access.workspace_id)
        .push(" AND contact_id = ")
        .bind(contact);
    if work.conn.execute(&delete)? == 0 {
        return Ok(());
    }
    audit::note(work, "released", "contact", contact, json!([]))
}
