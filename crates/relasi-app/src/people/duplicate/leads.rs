//! What is special to leads that are there twice.

use std::collections::BTreeSet;

use relasi_domain::{
    record::{Document, Object},
    sales::lead::{self, CONVERTED},
};
use relasi_persistence::{Statement, store::text_of};

use super::moves::Way;
use crate::{
    records::Work,
    refusal::{Refusal, Result},
    sales::{
        lead::{self as lead_rules, response},
        score,
    },
};

fn is_lead(object: &Object) -> bool {
    object.name == lead::OBJECT.name
}

/// Whether a record is a lead that became a contact: what it was is there.
pub(super) fn is_converted(object: &Object, document: &Document) -> bool {
    is_lead(object) && text_of(document, "status") == CONVERTED
}

/// Whether somebody may be at work with a record; contacts and companies are never over.
pub(super) fn is_open(object: &Object, document: &Document) -> bool {
    !is_lead(object) || lead_rules::is_open(document)
}

/// Refuses to merge what became a contact, or to part it again.
pub(super) fn refuse_converted(object: &Object, documents: [&Document; 2]) -> Result<()> {
    if documents.iter().any(|one| is_converted(object, one)) {
        return Err(Refusal::Conflict("lead_is_converted"));
    }
    Ok(())
}

/// What hangs on a lead alone, as the table, its column and the name by which a merge notes it.
pub(super) const ATTACHED: [(&str, &str, &str); 3] = [
    ("lead_hand_offs", "lead_id", "hand_off"),
    ("form_submissions", "lead_id", "submission"),
    ("bookings", "lead_id", "booking"),
];

/// The table of what goes over with each kind of record.
pub(super) fn attached(object: &Object) -> &'static [(&'static str, &'static str, &'static str)] {
    if is_lead(object) { &ATTACHED } else { &[] }
}

/// Items of the checklist that were done for the loser are done for the survivor, and what is worked out is worked out
/// anew.
pub(super) fn over(work: &mut Work<'_>, way: Way) -> Result<()> {
    if !is_lead(way.object) {
        return Ok(());
    }
    let workspace = work.access.workspace_id;
    let mut kept = Statement::new(
        "INSERT INTO merge_attachments (workspace_id, merge_id, kind, id) SELECT workspace_id, ",
    );
    kept.bind(way.merge)
        .push(", 'check', item_id FROM lead_checks WHERE workspace_id = ")
        .bind(workspace);
    kept.push(" AND lead_id = ").bind(way.loser);
    kept.push(" AND item_id NOT IN (SELECT c.item_id FROM lead_checks c WHERE c.workspace_id = ")
        .bind(workspace);
    kept.push(" AND c.lead_id = ").bind(way.survivor).push(")");
    work.conn.execute(&kept)?;
    let mut done = Statement::new(
        "INSERT INTO lead_checks (workspace_id, lead_id, item_id, at, by_id) SELECT workspace_id, ",
    );
    done.bind(way.survivor)
        .push(", item_id, at, by_id FROM lead_checks WHERE workspace_id = ")
        .bind(workspace);
    done.push(" AND lead_id = ").bind(way.loser);
    noted(&mut done, way, work.access.workspace_id);
    work.conn.execute(&done)?;
    follow(work, way)
}

/// Takes from the survivor what was done for the loser.
pub(super) fn back(work: &mut Work<'_>, way: Way) -> Result<()> {
    if !is_lead(way.object) {
        return Ok(());
    }
    let workspace = work.access.workspace_id;
    let mut gone = Statement::new("DELETE FROM lead_checks WHERE workspace_id = ");
    gone.bind(workspace)
        .push(" AND lead_id = ")
        .bind(way.survivor);
    noted(&mut gone, way, workspace);
    work.conn.execute(&gone)?;
    follow(work, way)
}

/// Only items that the merge brought over.
fn noted(statement: &mut Statement, way: Way, workspace: uuid::Uuid) {
    statement
        .push(" AND item_id IN (SELECT id FROM merge_attachments WHERE kind = 'check' AND workspace_id = ")
        .bind(workspace);
    statement.push(" AND merge_id = ").bind(way.merge).push(")");
}

/// When somebody first answered and how promising they are follows from what belongs to them.
fn follow(work: &mut Work<'_>, way: Way) -> Result<()> {
    let workspace = work.access.workspace_id;
    let both = BTreeSet::from([way.survivor, way.loser]);
    for id in &both {
        response::follow(work.conn, workspace, *id)?;
    }
    score::follow(work.conn, workspace, &both, work.now)
}
