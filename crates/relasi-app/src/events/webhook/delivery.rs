//! Deliveries as rows: put in, shown, sent again.

use relasi_persistence::{Conn, Row as Cells, Statement, StoreError, store::instant_text};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::{find, note},
    endpoint::Endpoint,
};
use crate::{
    events::{Event, Place},
    records::Work,
    refusal::{Refusal, Result},
};

/// The kind of a test.
pub(super) const TEST: &str = "webhook.test";

/// Which delivery is sent again.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resend {
    /// Its id.
    pub delivery_id: Uuid,
}

/// What becomes of deliveries that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// They stay as they are.
    No,
    /// They are sent as if they were new.
    Yes,
}

const COLUMNS: &str = "id, at, kind, object, record_id, state, attempts, due_at, attempted_at, status, error, response, duration_ms";

fn shown(row: &Cells<'_>) -> std::result::Result<Value, StoreError> {
    let instant = |place| Ok::<_, StoreError>(row.opt_int(place)?.map(instant_text));
    Ok(json!({
        "id": row.text(0)?,
        "at": instant(1)?,
        "kind": row.text(2)?,
        "object": row.text(3)?,
        "record_id": row.text(4)?,
        "state": row.text(5)?,
        "attempts": row.int(6)?,
        "next_attempt_at": instant(7)?,
        "attempted_at": instant(8)?,
        "status": row.opt_int(9)?,
        "error": row.opt_text(10)?,
        "response": row.opt_text(11)?,
        "duration_ms": row.opt_int(12)?,
    }))
}

/// The deliveries of an endpoint, the newest first, in one state only if that is asked for.
pub fn deliveries(
    work: &mut Work<'_>,
    endpoint: Uuid,
    state: Option<&str>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Value>> {
    find(work, endpoint)?;
    let mut statement = of_endpoint(work, endpoint);
    if let Some(state) = state {
        statement.push(" AND state = ").bind(state);
        // They are few among many, and have an index.
        if state != "delivered" {
            statement.push(" AND state <> 'delivered'");
        }
    }
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    Ok(work.conn.rows(&statement, shown)?)
}

fn of_endpoint(work: &Work<'_>, endpoint: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM webhook_deliveries WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    statement.push(" AND endpoint_id = ").bind(endpoint);
    statement
}

fn one(work: &mut Work<'_>, endpoint: Uuid, id: Uuid) -> Result<Value> {
    let mut statement = of_endpoint(work, endpoint);
    statement.push(" AND id = ").bind(id);
    work.conn.row(&statement, shown)?.ok_or(Refusal::NotFound)
}

fn active(work: &mut Work<'_>, id: Uuid) -> Result<Endpoint> {
    let endpoint = find(work, id)?;
    if endpoint.state == "active" {
        Ok(endpoint)
    } else {
        Err(Refusal::Conflict("webhook_not_active"))
    }
}

/// Puts a test into the queue of an endpoint.
pub fn test(work: &mut Work<'_>, id: Uuid) -> Result<Value> {
    let endpoint = active(work, id)?;
    let event = Event {
        place: Place {
            seq: 0,
            id: Uuid::now_v7(),
        },
        at: work.micros(),
        kind: TEST.to_owned(),
        object: "webhook_endpoint".to_owned(),
        record_id: id,
        payload: json!({"version": endpoint.version, "changed": [], "actor_id": work.access.user_id}),
    };
    let now = work.micros();
    let delivery = event.place.id;
    put(work.conn, &endpoint, &[event], now, Again::No)?;
    note(work, "tested", id, &json!([]))?;
    one(work, id, delivery)
}

/// Sends a delivery again, as if it were new. Its id stays, so that a receiver can tell.
pub fn resend(work: &mut Work<'_>, id: Uuid, order: Resend) -> Result<Value> {
    active(work, id)?;
    one(work, id, order.delivery_id)?;
    let mut statement = Statement::new(
        "UPDATE webhook_deliveries SET state = 'pending', attempts = 0, lease_token = NULL, due_at = ",
    );
    statement.bind(work.now);
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    statement.push(" AND endpoint_id = ").bind(id);
    statement.push(" AND id = ").bind(order.delivery_id);
    work.conn.execute(&statement)?;
    let what = json!([{"field": "delivery_id", "old": null, "new": order.delivery_id}]);
    note(work, "resent", id, &what)?;
    one(work, id, order.delivery_id)
}

/// Makes deliveries of events, due at once.
pub(super) fn put(
    conn: &mut Conn,
    endpoint: &Endpoint,
    events: &[Event],
    now: i64,
    again: Again,
) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut statement = Statement::new(
        "INSERT INTO webhook_deliveries (workspace_id, endpoint_id, id, at, kind, object, record_id, payload, state, \
         attempts, due_at) VALUES ",
    );
    for (place, event) in events.iter().enumerate() {
        statement.push(if place == 0 { "(" } else { ", (" });
        statement.bind(endpoint.inner.workspace);
        statement.push(", ").bind(endpoint.id);
        statement.push(", ").bind(event.place.id);
        statement.push(", ").bind(event.at);
        statement.push(", ").bind(&event.kind);
        statement.push(", ").bind(&event.object);
        statement.push(", ").bind(event.record_id);
        statement.push(", ").bind(event.payload.to_string());
        statement.push(", 'pending', 0, ").bind(now).push(")");
    }
    statement.push(match again {
        Again::No => " ON CONFLICT DO NOTHING",
        Again::Yes => {
            " ON CONFLICT (workspace_id, endpoint_id, id) DO UPDATE SET state = 'pending', attempts = 0, \
             lease_token = NULL, due_at = excluded.due_at"
        }
    });
    conn.execute(statement.uncached())?;
    Ok(())
}
