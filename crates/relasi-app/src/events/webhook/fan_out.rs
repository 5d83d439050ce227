//! Events that became deliveries: for each endpoint from its place on.

use chrono::{DateTime, Utc};
use relasi_domain::{identity::access::Action, platform::event::taken};
use relasi_persistence::{Conn, Dialect, Statement};
use uuid::Uuid;

use super::{
    delivery::{Again, put},
    endpoint,
    outcome::disable,
};
use crate::{
    events::{Event, Place, order, seen},
    identity::access_of,
    records::Work,
    refusal::Result,
};

/// Events looked at in one transaction.
const BATCH: u32 = 200;

/// Endpoints looked at in one go.
const ENDPOINTS: u32 = 500;

/// Active endpoints behind which there are events.
pub(super) fn behind(conn: &mut Conn) -> Result<Vec<(Uuid, Uuid)>> {
    let mut statement = Statement::new(
        "SELECT e.workspace_id, e.id FROM webhook_endpoints e WHERE e.state = 'active' AND EXISTS \
         (SELECT 1 FROM outbox_events o WHERE o.workspace_id = e.workspace_id \
         AND (o.seq, o.id) > (e.place_seq, e.place_id)",
    );
    order::push_settled(&mut statement, conn.dialect());
    statement.push(")").limit(ENDPOINTS);
    Ok(conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))?)
}

/// Makes deliveries of the next events for an endpoint. Nobody else does so for it at the same time.
pub(super) fn advance(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    if !taken_over(conn, workspace, id)? {
        return Ok(());
    }
    let Some(endpoint) = endpoint::by_id(conn, workspace, id)? else {
        return Ok(());
    };
    let access = access_of(conn, workspace, endpoint.created_by)?;
    let Some(access) = access.filter(|access| access.may(Action::Settings)) else {
        return disable(conn, &endpoint, "creator_left", now);
    };
    let events = order::read_after(conn, workspace, endpoint.inner.place, BATCH)?;
    let Some(last) = events.last().map(|event| event.place) else {
        return Ok(());
    };
    let patterns = endpoint.patterns();
    let wanted: Vec<Event> = events
        .into_iter()
        .filter(|event| taken(&patterns, &event.kind))
        .collect();
    let mut work = Work {
        conn,
        access: &access,
        now,
        cause: None,
    };
    let wanted = seen(&mut work, wanted)?;
    put(conn, &endpoint, &wanted, now.timestamp_micros(), Again::No)?;
    go_to(conn, workspace, id, last)
}

/// Whether the row of an active endpoint is ours until the end of the transaction. SQLite has one writer.
fn taken_over(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<bool> {
    let mut statement = Statement::new(
        "SELECT 1 FROM webhook_endpoints WHERE state = 'active' AND workspace_id = ",
    );
    statement.bind(workspace).push(" AND id = ").bind(id);
    if conn.dialect() == Dialect::Postgres {
        statement.push(" FOR UPDATE SKIP LOCKED");
    }
    Ok(conn.row(&statement, |_| Ok(()))?.is_some())
}

fn go_to(conn: &mut Conn, workspace: Uuid, id: Uuid, place: Place) -> Result<()> {
    let mut statement = Statement::new("UPDATE webhook_endpoints SET place_seq = ");
    statement.bind(place.seq);
    statement.push(", place_id = ").bind(place.id);
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement)?;
    Ok(())
}
