//! What was booked, for members.

use relasi_domain::{
    identity::access::{Action, RecordScope},
    interaction::activity,
};
use relasi_persistence::{Conn, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::find,
    row::{BOOKING, Booking, with_people},
};
use crate::{records::Work, refusal::Result};

/// What was booked on a page, the newest first: all for those who see all meetings, and else what is theirs.
pub fn bookings(
    work: &mut Work<'_>,
    page: Uuid,
    state: Option<&str>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Value>> {
    find(work, page)?;
    let workspace = work.access.workspace_id;
    let mut statement = Statement::new(BOOKING);
    statement
        .bind(workspace)
        .push(" AND b.page_id = ")
        .bind(page);
    if let Some(state) = state {
        statement.push(" AND b.state = ").bind(state);
    }
    let sees_all = work.access.scope(&activity::OBJECT, Action::See) == RecordScope::All
        && !work.access.hides_some(&activity::OBJECT);
    if !sees_all {
        statement.push(
            " AND EXISTS (SELECT 1 FROM booking_hosts h WHERE h.workspace_id = b.workspace_id AND h.booking_id = b.id \
             AND h.user_id = ",
        );
        statement.bind(work.access.user_id).push(")");
    }
    if let Some(before) = before {
        statement.push(" AND b.id < ").bind(before);
    }
    statement.push(" ORDER BY b.id DESC").limit(limit);
    let mut rows: Vec<Booking> = work.conn.rows(&statement, Booking::read)?;
    with_people(work.conn, workspace, &mut rows)?;
    Ok(rows.into_iter().map(|one| json!(one)).collect())
}

/// Meetings of several people that stand in somebody else's calendar.
pub(crate) fn hosted_by(conn: &mut Conn, workspace: Uuid, user: Uuid) -> Result<Vec<String>> {
    let mut statement = Statement::new(
        "SELECT b.activity_id FROM booking_hosts h \
         JOIN bookings b ON b.workspace_id = h.workspace_id AND b.id = h.booking_id \
         WHERE h.place > 0 AND b.activity_id IS NOT NULL AND h.workspace_id = ",
    );
    statement
        .bind(workspace)
        .push(" AND h.user_id = ")
        .bind(user);
    statement.push(" ORDER BY b.start_at DESC").limit(500);
    Ok(conn.rows(&statement, |row| row.text(0))?)
}
