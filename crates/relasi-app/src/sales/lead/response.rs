//! Speed to lead: when somebody of ours first spoke or wrote to a lead.
//!
//! A finished call or meeting, an e-mail that was logged, and one that was sent count, from the making of the lead on.
//! Notes and tasks are no answer, what came in is none, and what a program answered by itself is never kept. A meeting that
//! did not take place is none either: it is over because somebody called it off, the visitor of a booking page perhaps.

use relasi_domain::sales::lead;
use relasi_persistence::{Conn, Statement, StoreError};
use uuid::Uuid;

/// Works the first response of a lead out anew.
pub(crate) fn follow(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<(), StoreError> {
    let mut made =
        Statement::new("SELECT created_at, first_response_at FROM leads WHERE workspace_id = ");
    made.bind(workspace).push(" AND id = ").bind(id);
    let Some((made, known)) = conn.row(&made, |row| Ok((row.int(0)?, row.opt_int(1)?)))? else {
        return Ok(());
    };
    let mut spoken = Statement::new(
        "SELECT min(done_at) FROM activities WHERE deleted_at IS NULL AND kind IN ('call', 'meeting', 'email') \
         AND (direction IS NULL OR direction = 'outbound') \
         AND (outcome IS NULL OR outcome NOT IN ('no_show', 'moved', 'cancelled')) AND workspace_id = ",
    );
    spoken
        .bind(workspace)
        .push(" AND lead_id = ")
        .bind(id)
        .push(" AND done_at >= ")
        .bind(made);
    let spoken = conn.row(&spoken, |row| row.opt_int(0))?.flatten();
    let mut written = Statement::new(
        "SELECT min(m.sent_at) FROM timeline_events e \
         JOIN email_messages m ON m.workspace_id = e.workspace_id AND m.id = e.record_id \
         WHERE e.kind = 'email' AND m.direction = 'outbound' AND e.workspace_id = ",
    );
    written
        .bind(workspace)
        .push(" AND e.subject_id = ")
        .bind(id)
        .push(" AND m.sent_at >= ")
        .bind(made);
    let written = conn.row(&written, |row| row.opt_int(0))?.flatten();
    let first = [spoken, written].into_iter().flatten().min();
    if first == known {
        return Ok(());
    }
    let mut update = Statement::new("UPDATE leads SET first_response_at = ");
    update
        .bind(first)
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND id = ")
        .bind(id);
    conn.execute(&update).map(drop)
}

/// A message of ours has gone out: it may be the first response to the leads on whose timelines it stands.
pub(crate) fn sent(conn: &mut Conn, workspace: Uuid, message: Uuid) -> Result<(), StoreError> {
    let mut leads = Statement::new(
        "SELECT subject_id FROM timeline_events WHERE record_id <> subject_id AND workspace_id = ",
    );
    leads
        .bind(workspace)
        .push(" AND record_id = ")
        .bind(message)
        .push(" AND subject_object = ")
        .bind(lead::OBJECT.name);
    for id in conn.rows(&leads, |row| row.id(0))? {
        follow(conn, workspace, id)?;
    }
    Ok(())
}
