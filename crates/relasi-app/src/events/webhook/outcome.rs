//! How an attempt ended, and what follows from it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Statement, sql::Value as Sql};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::{
    endpoint::{self, Endpoint},
    lease::Leased,
    retry,
};
use crate::{
    audit,
    platform::{jobs, notification},
    refusal::Result,
};

/// An endpoint at which nothing has arrived for so long is disabled.
const PATIENCE: TimeDelta = TimeDelta::hours(120);

/// "Gone": the receiver wants no more.
const GONE: u16 = 410;

/// How an attempt ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// Status of the answer; none without one.
    pub(super) status: Option<u16>,
    /// Code of what went wrong before there was an answer.
    pub(super) error: Option<&'static str>,
    /// The beginning of the answer.
    pub(super) response: Option<String>,
    pub(super) duration: Duration,
    /// How long the receiver asks us to wait.
    pub(super) asked: Option<Duration>,
}

impl Outcome {
    fn arrived(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

/// Writes the outcome of an attempt, if the lease is still held.
pub(super) fn finish(
    conn: &mut Conn,
    leased: &Leased,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<()> {
    let clock = jobs::now(conn)?;
    let wait = retry::wait(leased.attempts, outcome.asked).filter(|_| !outcome.arrived());
    let due =
        wait.map(|wait| clock.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)));
    let state = match due {
        _ if outcome.arrived() => "delivered",
        Some(_) => "pending",
        None => "failed",
    };
    let status: Option<i64> = outcome.status.map(Into::into);
    let duration = i64::try_from(outcome.duration.as_millis()).unwrap_or(i64::MAX);
    let values: [(&str, Sql); 7] = [
        ("state", state.into()),
        ("due_at", due.into()),
        ("attempted_at", clock.into()),
        ("status", status.into()),
        ("error", outcome.error.into()),
        ("response", outcome.response.clone().into()),
        ("duration_ms", duration.into()),
    ];
    let mut statement = Statement::new("UPDATE webhook_deliveries SET lease_token = NULL");
    for (name, value) in values {
        statement.push(", ").push(name).push(" = ").bind(value);
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(leased.workspace);
    statement.push(" AND endpoint_id = ").bind(leased.endpoint);
    statement.push(" AND id = ").bind(leased.id);
    statement.push(" AND lease_token = ").bind(leased.token);
    if conn.execute(&statement)? == 0 {
        return Ok(());
    }
    follow(conn, leased, outcome, now)
}

/// What an outcome means for the endpoint.
fn follow(conn: &mut Conn, leased: &Leased, outcome: &Outcome, now: DateTime<Utc>) -> Result<()> {
    let Some(endpoint) = endpoint::by_id(conn, leased.workspace, leased.endpoint)? else {
        return Ok(());
    };
    let since = endpoint.inner.failing_since;
    if outcome.arrived() {
        return match since {
            Some(_) => failing(conn, &endpoint, None),
            None => Ok(()),
        };
    }
    if outcome.status == Some(GONE) {
        return disable(conn, &endpoint, "gone", now);
    }
    match since.and_then(DateTime::from_timestamp_micros) {
        None => failing(conn, &endpoint, Some(now)),
        Some(since) if now - since >= PATIENCE => disable(conn, &endpoint, "failing", now),
        Some(_) => Ok(()),
    }
}

fn failing(conn: &mut Conn, endpoint: &Endpoint, since: Option<DateTime<Utc>>) -> Result<()> {
    let mut statement = Statement::new("UPDATE webhook_endpoints SET failing_since = ");
    statement.bind(since);
    of(&mut statement, endpoint);
    conn.execute(&statement)?;
    Ok(())
}

fn of(statement: &mut Statement, endpoint: &Endpoint) {
    statement
        .push(" WHERE workspace_id = ")
        .bind(endpoint.inner.workspace);
    statement.push(" AND id = ").bind(endpoint.id);
}

/// Disables an active endpoint and tells those who look after the workspace. What is due stays, for when it is active
/// again.
pub(super) fn disable(
    conn: &mut Conn,
    endpoint: &Endpoint,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut statement = Statement::new(
        "UPDATE webhook_endpoints SET state = 'disabled', version = version + 1, updated_at = ",
    );
    statement.bind(now).push(", reason = ").bind(reason);
    of(&mut statement, endpoint);
    statement.push(" AND state = 'active'");
    if conn.execute(&statement)? == 0 {
        return Ok(());
    }
    let workspace = endpoint.inner.workspace;
    let about = ("webhook_endpoint", endpoint.id);
    let changes = json!([
        {"field": "state", "old": "active", "new": "disabled"},
        {"field": "reason", "old": null, "new": reason},
    ]);
    audit::by_itself(conn, workspace, now, "disabled", about, &changes)?;
    let url = Url::parse(&endpoint.url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let data = json!({"host": host, "reason": reason});
    for user in administrators(conn, workspace)? {
        notification::tell(
            conn,
            (workspace, user),
            "webhook_disabled",
            Some(about),
            &data,
            now.into(),
        )?;
    }
    Ok(())
}

fn administrators(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new(
        "SELECT user_id FROM memberships WHERE role IN ('owner', 'admin') AND workspace_id = ",
    );
    statement.bind(workspace).push(" AND active = ").bind(true);
    Ok(conn.rows(&statement, |row| row.id(0))?)
}
