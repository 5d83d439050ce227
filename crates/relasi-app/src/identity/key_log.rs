//! What API keys are used for: gathered in memory, stored about once a second, forgotten after 30 days.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Database, Statement, months, store::Store};
use serde::Serialize;
use uuid::Uuid;

use crate::Result;

/// How long it is kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// So many requests wait at most to be stored; when the database can't keep up, later ones are not noted.
const MOST: usize = 20_000;

/// Rows of one transaction.
const AT_ONCE: usize = 500;

/// A request that came with a key.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// The workspace.
    pub workspace_id: Uuid,
    /// The key.
    pub key_id: Uuid,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Its method.
    pub method: String,
    /// The route that answered, with names in the place of ids.
    pub route: String,
    /// How it ended.
    pub status: u16,
    /// How long it took, in microseconds.
    pub micros: i64,
    /// From which address.
    pub ip: String,
    /// Its id in logs and in the audit log.
    pub request_id: String,
}

/// A request as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Its place in the list.
    pub id: Uuid,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Its method.
    pub method: String,
    /// The route that answered.
    pub route: String,
    /// How it ended.
    pub status: i64,
    /// How long it took, in microseconds.
    pub micros: i64,
    /// From which address.
    pub ip: String,
    /// Its id in logs and in the audit log.
    pub request_id: String,
}

/// Requests that wait to be stored.
#[derive(Debug, Default)]
pub struct KeyLog {
    waiting: Mutex<Vec<KeyRequest>>,
}

impl KeyLog {
    /// Notes a request; never waits for the database.
    pub fn note(&self, request: KeyRequest) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST {
            waiting.push(request);
        } else {
            metrics::counter!("api_key_requests_unnoted").increment(1);
        }
    }

    /// Stores what waits. What can't be stored is lost: it tells of use, nothing depends on it.
    pub async fn store(&self, database: &Database) -> Result<()> {
        let mut waiting =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.sort_by_key(|request| request.workspace_id);
        for of_one in waiting.chunk_by(|one, next| one.workspace_id == next.workspace_id) {
            for part in of_one.chunks(AT_ONCE) {
                let part = part.to_vec();
                database
                    .across()
                    .write(move |conn| insert(conn, &part))
                    .await?;
            }
        }
        Ok(())
    }
}

/// Stores requests of one workspace.
fn insert(conn: &mut Conn, requests: &[KeyRequest]) -> Result<()> {
    let columns = [
        "workspace_id",
        "key_id",
        "id",
        "at",
        "method",
        "route",
        "status",
        "micros",
        "ip",
        "request_id",
    ];
    let rows: Vec<Vec<relasi_persistence::Value>> = requests
        .iter()
        .map(|request| {
            vec![
                request.workspace_id.into(),
                request.key_id.into(),
                Uuid::now_v7().into(),
                request.at.into(),
                request.method.as_str().into(),
                request.route.as_str().into(),
                i64::from(request.status).into(),
                request.micros.into(),
                request.ip.as_str().into(),
                request.request_id.as_str().into(),
            ]
        })
        .collect();
    if let Some(first) = requests.first() {
        Store::of_workspace(conn, first.workspace_id).insert_rows(
            "api_key_requests",
            &columns,
            &rows,
        )?;
    }
    Ok(())
}

/// What a key was used for as long as that is kept, newest first.
pub(super) fn list(
    conn: &mut Conn,
    (workspace, key): (Uuid, Uuid),
    before: Option<Uuid>,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Vec<Seen>> {
    let mut statement = Statement::new(
        "SELECT id, at, method, route, status, micros, ip, request_id FROM api_key_requests WHERE workspace_id = ",
    );
    statement.bind(workspace).push(" AND key_id = ").bind(key);
    // Whole months go on PostgreSQL; nothing older is shown on either database.
    statement.push(" AND at >= ").bind(now - KEPT);
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    Ok(conn.rows(&statement, |row| {
        Ok(Seen {
            id: row.id(0)?,
            at: row.at(1)?,
            method: row.text(2)?,
            route: row.text(3)?,
            status: row.int(4)?,
            micros: row.int(5)?,
            ip: row.text(6)?,
            request_id: row.text(7)?,
        })
    })?)
}

/// Forgets what is older than it is kept: months as a whole, the rest some at a time; whether there is more.
pub(super) fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool> {
    const TABLE: &str = "api_key_requests";
    let before = now - KEPT;
    for month in months::over(conn, TABLE, before)? {
        months::remove(conn, TABLE, month, |_, _| Ok(()))?;
    }
    let table = if months::is_parted(conn, TABLE)? {
        months::rest(TABLE)
    } else {
        TABLE.to_owned()
    };
    let mut oldest = Statement::new(format!(
        "DELETE FROM {table} WHERE (workspace_id, key_id, id) IN \
         (SELECT workspace_id, key_id, id FROM {table} WHERE at < "
    ));
    oldest.bind(before).push(" ORDER BY at LIMIT 2000)");
    Ok(conn.execute(&oldest)? == 2000)
}
