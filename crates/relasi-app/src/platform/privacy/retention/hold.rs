//! People of whom nothing is removed for as long as a reason holds: a dispute, a duty to keep.

use std::collections::BTreeSet;

use relasi_domain::fault::{Fault, Faults};
use relasi_persistence::{Conn, Statement, store::instant_text};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::rule::may;
use crate::{
    audit,
    platform::privacy::{Known, Person, order::refuse_converted},
    records::Work,
    refusal::Result,
};

const MAX_REASON: usize = 500;

/// A hold, of a contact or of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// The person, as a contact.
    pub contact_id: Option<Uuid>,
    /// The person, as a lead.
    pub lead_id: Option<Uuid>,
    /// Their name.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: String,
    /// By whom.
    pub created_by: Uuid,
}

/// Where holds of people are kept, and by which column.
fn place(known: Known) -> (&'static str, &'static str) {
    match known {
        Known::Contact => ("retention_holds", "contact_id"),
        Known::Lead => ("lead_holds", "lead_id"),
    }
}

/// Which of some contacts and leads are held. A hold of a lead is one of the contact that they became.
pub(in crate::platform::privacy) fn held(
    conn: &mut Conn,
    workspace: Uuid,
    people: &[String],
) -> Result<BTreeSet<String>> {
    let selects = [
        ("SELECT h.contact_id FROM retention_holds h", "h.contact_id"),
        ("SELECT h.lead_id FROM lead_holds h", "h.lead_id"),
        (
            "SELECT l.contact_id FROM lead_holds h JOIN leads l ON l.workspace_id = h.workspace_id AND l.id = h.lead_id",
            "l.contact_id",
        ),
    ];
    let mut found = BTreeSet::new();
    for some in people.chunks(500) {
        for (select, column) in selects {
            let mut statement = Statement::new(select);
            statement.push(" WHERE h.workspace_id = ").bind(workspace);
            statement
                .push(&format!(" AND {column} IN ("))
                .bind_all(some)
                .push(")")
                .uncached();
            found.extend(conn.rows(&statement, |row| row.text(0))?);
        }
    }
    Ok(found)
}

/// All holds, the newest first.
pub fn holds(work: &mut Work<'_>) -> Result<Vec<Hold>> {
    may(work)?;
    let mut all = Statement::new(
        "SELECT h.contact_id, NULL, c.full_name, h.reason, h.created_at, h.created_by FROM retention_holds h JOIN contacts c \
         ON c.workspace_id = h.workspace_id AND c.id = h.contact_id WHERE h.workspace_id = ",
    );
    all.bind(work.access.workspace_id).push(
        " UNION ALL SELECT NULL, h.lead_id, l.name, h.reason, h.created_at, h.created_by FROM lead_holds h JOIN leads l \
         ON l.workspace_id = h.workspace_id AND l.id = h.lead_id WHERE h.workspace_id = ",
    );
    all.bind(work.access.workspace_id)
        .push(" ORDER BY 5 DESC, 1, 2")
        .limit(500);
    Ok(work.conn.rows(&all, |row| {
        Ok(Hold {
            contact_id: row.opt_id(0)?,
            lead_id: row.opt_id(1)?,
            title: row.text(2)?,
            reason: row.text(3)?,
            created_at: instant_text(row.int(4)?),
            created_by: row.id(5)?,
        })
    })?)
}

/// Holds a person, or gives another reason.
pub fn hold(work: &mut Work<'_>, person: Person, reason: &str) -> Result<()> {
    may(work)?;
    let object = person.known.object();
    let record = work.visible(object, person.id)?;
    refuse_converted(person, &record)?;
    let reason = reason.trim();
    let mut faults = Faults::default();
    faults.check(reason.is_empty(), "reason", "required");
    if reason.chars().count() > MAX_REASON {
        faults.push(Fault::field("reason", "too_long").with("max", MAX_REASON));
    }
    faults.into_result()?;
    let (table, column) = place(person.known);
    let mut insert = Statement::new(format!(
        "INSERT INTO {table} (workspace_id, {column}, reason, created_at, created_by) VALUES ("
    ));
    insert
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(person.id)
        .push(", ")
        .bind(reason);
    insert
        .push(", ")
        .bind(work.now)
        .push(", ")
        .bind(work.access.user_id);
    insert.push(&format!(
        ") ON CONFLICT (workspace_id, {column}) DO UPDATE SET reason = excluded.reason"
    ));
    work.conn.execute(&insert)?;
    audit::note(
        work,
        "held",
        object.name,
        person.id,
        json!([{"field": "reason", "old": null, "new": reason}]),
    )
}

/// Lifts a hold, if there is one.
pub fn release(work: &mut Work<'_>, person: Person) -> Result<()> {
    may(work)?;
    let object = person.known.object();
    work.visible(object, person.id)?;
    let (table, column) = place(person.known);
    let mut delete = Statement::new(format!("DELETE FROM {table} WHERE workspace_id = "));
    delete
        .bind(work.access.workspace_id)
        .push(&format!(" AND {column} = "))
        .bind(person.id);
    if work.conn.execute(&delete)? == 0 {
        return Ok(());
    }
    audit::note(work, "released", object.name, person.id, json!([]))
}
