//! Deliveries that are due, taken by a sender for the time of a lease.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use relasi_domain::identity::access::Action;
use relasi_persistence::{Conn, Dialect, Row as Cells, Statement, StoreError};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Webhooks,
    body::body,
    endpoint::{self, Endpoint},
    outcome::disable,
    secret,
};
use crate::{
    identity::access_of,
    platform::jobs::{self, Grant},
    records::Work,
    refusal::Result,
};

/// How long a sender may be silent before others take its deliveries. Longer than any attempt takes.
const LEASE: Duration = Duration::from_secs(90);

/// Endpoints looked at in one go.
const ENDPOINTS: u32 = 500;

/// A delivery that is due.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) id: Uuid,
    pub(super) at: i64,
    pub(super) kind: String,
    pub(super) object: String,
    pub(super) record_id: Uuid,
    pub(super) payload: Value,
    /// Tries, this one included.
    pub(super) attempts: i64,
}

/// A delivery on its way.
#[derive(Debug)]
pub(super) struct Leased {
    pub(super) workspace: Uuid,
    pub(super) endpoint: Uuid,
    pub(super) id: Uuid,
    pub(super) token: Uuid,
    pub(super) attempts: i64,
    /// The moment at which it may be sent, so that the address is not called too often; none when that is over.
    pub(super) at: Option<Instant>,
    pub(super) url: String,
    /// Seconds since 1970 that are signed.
    pub(super) timestamp: i64,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

/// Active endpoints with deliveries that are due.
pub(super) fn endpoints(conn: &mut Conn) -> Result<Vec<(Uuid, Uuid)>> {
    let mut statement = Statement::new(
        "SELECT e.workspace_id, e.id FROM webhook_endpoints e WHERE e.state = 'active' AND EXISTS \
         (SELECT 1 FROM webhook_deliveries d WHERE d.workspace_id = e.workspace_id AND d.endpoint_id = e.id \
         AND d.due_at <= ",
    );
    statement.bind(jobs::now(conn)?).push(")").limit(ENDPOINTS);
    Ok(conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))?)
}

/// Takes up to `most` deliveries of an endpoint, those first that have waited longest.
pub(super) fn lease(
    conn: &mut Conn,
    hooks: &Webhooks,
    (workspace, id): (Uuid, Uuid),
    most: u32,
    now: DateTime<Utc>,
) -> Result<Vec<Leased>> {
    let found = endpoint::by_id(conn, workspace, id)?;
    let Some(endpoint) = found.filter(|endpoint| endpoint.state == "active") else {
        return Ok(Vec::new());
    };
    let access = access_of(conn, workspace, endpoint.created_by)?;
    let Some(access) = access.filter(|access| access.may(Action::Settings)) else {
        disable(conn, &endpoint, "creator_left", now)?;
        return Ok(Vec::new());
    };
    let secrets = match endpoint.secrets(&hooks.vault, now) {
        Ok(secrets) => secrets,
        Err(error) => {
            // Another server may have the key; what is due waits for it.
            log::error!("webhook {id}: {error}");
            postpone(conn, &endpoint)?;
            return Ok(Vec::new());
        }
    };
    let mut permits = match jobs::take(conn, workspace, &bucket(id), hooks.rate, most)? {
        Grant::Permits(permits) => permits,
        Grant::NotBefore(_) => return Ok(Vec::new()),
    };
    let token = Uuid::now_v7();
    let due = take(conn, &endpoint, token, most.min(permits.left()))?;
    let mut work = Work {
        conn,
        access: &access,
        now,
        cause: None,
    };
    let leased = due.into_iter().map(|due| {
        let body = body(&mut work, &due)?;
        let timestamp = now.timestamp();
        Ok(Leased {
            at: permits.pop(),
            workspace,
            endpoint: id,
            id: due.id,
            token,
            attempts: due.attempts,
            url: endpoint.url.clone(),
            timestamp,
            signature: secret::signatures(&secrets, &due.id.to_string(), timestamp, &body),
            body,
        })
    });
    leased.collect()
}

/// What the rate of an endpoint is called.
pub(super) fn bucket(endpoint: Uuid) -> String {
    format!("webhook:{endpoint}")
}

/// Has what is due wait for a minute.
fn postpone(conn: &mut Conn, endpoint: &Endpoint) -> Result<()> {
    let now = jobs::now(conn)?;
    let mut statement = Statement::new("UPDATE webhook_deliveries SET due_at = ");
    statement.bind(now.saturating_add(60_000_000));
    statement
        .push(" WHERE workspace_id = ")
        .bind(endpoint.inner.workspace);
    statement.push(" AND endpoint_id = ").bind(endpoint.id);
    statement.push(" AND due_at <= ").bind(now);
    conn.execute(&statement)?;
    Ok(())
}

fn take(conn: &mut Conn, endpoint: &Endpoint, token: Uuid, most: u32) -> Result<Vec<Due>> {
    let now = jobs::now(conn)?;
    let until = now.saturating_add(i64::try_from(LEASE.as_micros()).unwrap_or(i64::MAX));
    let own = |statement: &mut Statement| {
        statement
            .push(" WHERE workspace_id = ")
            .bind(endpoint.inner.workspace);
        statement.push(" AND endpoint_id = ").bind(endpoint.id);
    };
    // Chosen once: within the update PostgreSQL might choose again for each row.
    let mut statement =
        Statement::new("WITH chosen AS MATERIALIZED (SELECT id FROM webhook_deliveries");
    own(&mut statement);
    statement.push(" AND due_at <= ").bind(now);
    statement.push(" ORDER BY due_at, id").limit(most);
    if conn.dialect() == Dialect::Postgres {
        statement.push(" FOR UPDATE SKIP LOCKED");
    }
    statement.push(") UPDATE webhook_deliveries SET attempts = attempts + 1, lease_token = ");
    statement.bind(token).push(", due_at = ").bind(until);
    own(&mut statement);
    statement.push(
        " AND id IN (SELECT id FROM chosen) \
         RETURNING id, at, kind, object, record_id, payload, attempts",
    );
    let mut due = conn.rows(&statement, read)?;
    due.sort_by_key(|due| due.id);
    Ok(due)
}

fn read(row: &Cells<'_>) -> std::result::Result<Due, StoreError> {
    Ok(Due {
        id: row.id(0)?,
        at: row.int(1)?,
        kind: row.text(2)?,
        object: row.text(3)?,
        record_id: row.id(4)?,
        payload: row.json(5)?,
        attempts: row.int(6)?,
    })
}

/// Ends all leases, for a process that owns the database alone and has just started: whoever held them is gone.
pub(super) fn free(conn: &mut Conn) -> Result<()> {
    let mut statement =
        Statement::new("UPDATE webhook_deliveries SET lease_token = NULL, due_at = ");
    statement.bind(jobs::now(conn)?);
    statement.push(" WHERE due_at IS NOT NULL AND lease_token IS NOT NULL");
    conn.execute(&statement)?;
    Ok(())
}
