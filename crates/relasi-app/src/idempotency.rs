//! A request that is sent twice has its effect once.

use chrono::TimeDelta;
use relasi_domain::fault::Fault;
use relasi_persistence::{Conn, Statement, StoreError};
use serde_json::Value;

use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// What a write answers, as it is stored for a repeated request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON body; empty for none.
    pub body: String,
    /// Version of the record that the body shows.
    pub version: Option<i64>,
    /// Path of what was made.
    pub location: Option<String>,
}

impl Answer {
    /// What has a version, as it is shown.
    pub fn versioned(status: u16, body: &Value) -> Self {
        Self {
            status,
            body: body.to_string(),
            version: body["version"].as_i64(),
            location: None,
        }
    }

    /// The answer of what is done and has nothing to say: 204.
    pub fn nothing() -> Self {
        Self {
            status: 204,
            ..Self::default()
        }
    }
}

/// A client's name for one effect.
#[derive(Debug, Clone)]
pub struct Key {
    /// As the client sent it.
    pub key: String,
    /// Method and path.
    pub route: String,
    /// SHA-256 of query and body, in hexadecimal.
    pub fingerprint: String,
}

/// How long an answer is kept.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Carries out `effect`, or gives the stored answer when the same request was carried out before.
///
/// The answer is stored in the transaction of its effect, so that neither exists without the other.
pub fn once(
    work: &mut Work<'_>,
    key: Option<&Key>,
    effect: impl FnOnce(&mut Work<'_>) -> Result<Answer>,
) -> Result<Answer> {
    let Some(key) = key else {
        return effect(work);
    };
    if let Some((fingerprint, answer)) = stored(work, key)? {
        return if fingerprint == key.fingerprint {
            Ok(answer)
        } else {
            Err(Fault::at("", "idempotency_key_reused").into())
        };
    }
    let answer = effect(work)?;
    match store(work, key, &answer) {
        Err(StoreError::Unique { .. }) => Err(Refusal::Conflict("idempotency_in_flight")),
        stored => stored.map(|_| answer).map_err(Into::into),
    }
}

/// `WHERE …` for the row of a key, with its age still to be said: ` AND created_at …`.
fn push_own(work: &Work<'_>, key: &Key, statement: &mut Statement) {
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND actor_id = ")
        .bind(work.access.user_id);
    statement
        .push(" AND route = ")
        .bind(&key.route)
        .push(" AND key = ")
        .bind(&key.key);
}

fn stored(work: &mut Work<'_>, key: &Key) -> Result<Option<(String, Answer)>> {
    let mut statement =
        Statement::new("SELECT body_hash, status, body, version, location FROM idempotency_keys");
    push_own(work, key, &mut statement);
    statement
        .push(" AND created_at > ")
        .bind(work.now - LIFETIME);
    let found = work.conn.row(&statement, |row| {
        let answer = Answer {
            status: u16::try_from(row.int(1)?).unwrap_or(200),
            body: row.text(2)?,
            version: row.opt_int(3)?,
            location: row.opt_text(4)?,
        };
        Ok((row.text(0)?, answer))
    })?;
    Ok(found)
}

fn store(
    work: &mut Work<'_>,
    key: &Key,
    answer: &Answer,
) -> std::result::Result<usize, StoreError> {
    forget_own(work, key)?;
    let mut statement = Statement::new(
        "INSERT INTO idempotency_keys (workspace_id, actor_id, route, key, body_hash, status, body, version, location, created_at) VALUES (",
    );
    statement
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(work.access.user_id);
    statement
        .push(", ")
        .bind(&key.route)
        .push(", ")
        .bind(&key.key)
        .push(", ")
        .bind(&key.fingerprint);
    statement
        .push(", ")
        .bind(i64::from(answer.status))
        .push(", ")
        .bind(&answer.body);
    statement
        .push(", ")
        .bind(answer.version)
        .push(", ")
        .bind(answer.location.as_deref());
    statement.push(", ").bind(work.now).push(")");
    work.conn.execute(&statement)
}

/// An outdated row of the same name would stand in the way.
fn forget_own(work: &mut Work<'_>, key: &Key) -> std::result::Result<usize, StoreError> {
    let mut statement = Statement::new("DELETE FROM idempotency_keys");
    push_own(work, key, &mut statement);
    statement
        .push(" AND created_at <= ")
        .bind(work.now - LIFETIME);
    work.conn.execute(&statement)
}

/// Removes answers that are no longer kept.
pub fn forget(conn: &mut Conn, now: chrono::DateTime<chrono::Utc>) -> Result<()> {
    let mut statement = Statement::new("DELETE FROM idempotency_keys WHERE created_at <= ");
    statement.bind(now - LIFETIME);
    conn.execute(&statement)?;
    Ok(())
}
