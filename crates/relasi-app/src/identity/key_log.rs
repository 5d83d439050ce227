//! What API keys and apps are used for: gathered in memory, stored about once a second, forgotten after 30 days.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Database, Statement, Value, months, store::Store};
use serde::Serialize;
use uuid::Uuid;

use crate::Result;

/// How long it is kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// So many requests wait at most to be stored; when the database can't keep up, later ones are not noted.
const MOST: usize = 20_000;

/// Rows of one transaction.
const AT_ONCE: usize = 500;

/// With what a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalledBy {
    /// This key.
    Key(Uuid),
    /// An app, for who let it in.
    App {
        /// The app.
        app: Uuid,
        /// The person.
        user: Uuid,
    },
}

/// A request that came with a key or from an app.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// The workspace.
    pub workspace_id: Uuid,
    /// The key or the app.
    pub by: CalledBy,
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
    /// For whom an app called; none with a key, which is one person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Uuid>,
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
                let of = database.within(part[0].workspace_id);
                of.write(move |conn| insert(conn, &part)).await?;
            }
        }
        Ok(())
    }
}

/// What both tables have.
const COMMON: [&str; 7] = [
    "at",
    "method",
    "route",
    "status",
    "micros",
    "ip",
    "request_id",
];

/// A row of a table: who called, and what [`COMMON`] has.
fn row<const N: usize>(request: &KeyRequest, who: [Value; N]) -> Vec<Value> {
    let mut row: Vec<Value> = vec![request.workspace_id.into(), Uuid::now_v7().into()];
    row.extend(who);
    row.extend([
        request.at.into(),
        request.method.as_str().into(),
        request.route.as_str().into(),
        i64::from(request.status).into(),
        request.micros.into(),
        request.ip.as_str().into(),
        request.request_id.as_str().into(),
    ]);
    row
}

/// Stores requests of one workspace.
fn insert(conn: &mut Conn, requests: &[KeyRequest]) -> Result<()> {
    let Some(first) = requests.first() else {
        return Ok(());
    };
    let workspace = first.workspace_id;
    let apps = apps_of(conn, workspace, requests)?;
    let (mut of_keys, mut of_apps) = (Vec::new(), Vec::new());
    for request in requests {
        match request.by {
            CalledBy::Key(key) => of_keys.push(row(request, [key.into()])),
            CalledBy::App { app, user } if apps.contains(&app) => {
                of_apps.push(row(request, [app.into(), user.into()]));
            }
            // It was removed meanwhile, with its log.
            CalledBy::App { .. } => {}
        }
    }
    let mut store = Store::of_workspace(conn, workspace);
    for (table, who, rows) in [
        ("api_key_requests", &["key_id"][..], of_keys),
        ("oauth_app_requests", &["app_id", "user_id"], of_apps),
    ] {
        let columns: Vec<&str> = [&["workspace_id", "id"], who, &COMMON].concat();
        if !rows.is_empty() {
            store.insert_rows(table, &columns, &rows)?;
        }
    }
    Ok(())
}

/// Those of the apps behind requests that are there.
fn apps_of(conn: &mut Conn, workspace: Uuid, requests: &[KeyRequest]) -> Result<Vec<Uuid>> {
    let apps = requests.iter().filter_map(|request| match request.by {
        CalledBy::App { app, .. } => Some(app),
        CalledBy::Key(_) => None,
    });
    let mut apps: Vec<Uuid> = apps.collect();
    apps.sort_unstable();
    apps.dedup();
    if apps.is_empty() {
        return Ok(apps);
    }
    let mut statement = Statement::new("SELECT id FROM oauth_apps WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND id IN (")
        .bind_all(&apps)
        .push(")")
        .uncached();
    Ok(conn.rows(&statement, |row| row.id(0))?)
}

/// Whose requests are listed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// Those with a key.
    Key(Uuid),
    /// Those of an app, for one person or for all.
    App(Uuid, Option<Uuid>),
}

/// What a key or an app was used for as long as that is kept, newest first.
pub(super) fn list(
    conn: &mut Conn,
    workspace: Uuid,
    of: Of,
    before: Option<Uuid>,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Vec<Seen>> {
    let (table, column, id, user, person) = match of {
        Of::Key(key) => ("api_key_requests", "key_id", key, None, "NULL"),
        Of::App(app, user) => ("oauth_app_requests", "app_id", app, user, "user_id"),
    };
    let mut statement = Statement::new(format!(
        "SELECT id, at, method, route, status, micros, ip, request_id, {person} FROM {table} WHERE workspace_id = "
    ));
    statement.bind(workspace).push(" AND ").push(column);
    statement.push(" = ").bind(id);
    // Whole months go on PostgreSQL; nothing older is shown on either database.
    statement.push(" AND at >= ").bind(now - KEPT);
    if let Some(user) = user {
        statement.push(" AND user_id = ").bind(user);
    }
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
            user_id: match of {
                Of::Key(_) => None,
                Of::App(..) => row.opt_id(8)?,
            },
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
    let of_keys = conn.execute(&oldest)? == 2000;
    let mut oldest = Statement::new(
        "DELETE FROM oauth_app_requests WHERE (workspace_id, app_id, id) IN \
         (SELECT workspace_id, app_id, id FROM oauth_app_requests WHERE at < ",
    );
    oldest.bind(before).push(" ORDER BY at LIMIT 2000)");
    let of_apps = conn.execute(&oldest)? == 2000;
    Ok(of_keys || of_apps)
}
