//! What came to a hook: stored, shown, taken again.

use chrono::{DateTime, Utc};
use relasi_persistence::{
    Conn, Row as Cells, Statement, StoreError,
    sql::Value as Sql,
    store::{Store, instant_text},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::{find, note},
    hook,
    take::KIND,
};
use crate::{
    identity::Secret,
    platform::jobs::{self, NewJob},
    records::Work,
    refusal::{Refusal, Result},
};

/// The longest body in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// Which request is taken again.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Its id.
    pub request_id: Uuid,
}

/// A request that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Its id.
    pub id: Uuid,
}

const COLUMNS: &str = "id, received_at, body, state, record_id, faults, error, attempted_at";

fn shown(row: &Cells<'_>) -> std::result::Result<Value, StoreError> {
    let faults: Option<Value> = row.opt_json(5)?;
    let body: Value = row.json(2)?;
    Ok(json!({
        "id": row.text(0)?,
        "received_at": instant_text(row.int(1)?),
        "body": body,
        "state": row.text(3)?,
        "record_id": row.opt_text(4)?,
        "faults": faults.unwrap_or_else(|| json!([])),
        "error": row.opt_text(6)?,
        "attempted_at": row.opt_int(7)?.map(instant_text),
    }))
}

/// The requests of a hook, the newest first, in one state only if that is asked for.
pub fn requests(
    work: &mut Work<'_>,
    id: Uuid,
    state: Option<&str>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Value>> {
    find(work, id)?;
    let mut statement = of_hook(work.access.workspace_id, id);
    if let Some(state) = state {
        statement.push(" AND state = ").bind(state);
        // They are few among many, and have an index.
        if matches!(state, "waiting" | "failed") {
            statement.push(" AND state IN ('waiting', 'failed')");
        }
    }
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    Ok(work.conn.rows(&statement, shown)?)
}

fn of_hook(workspace: Uuid, hook: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM inbound_requests WHERE workspace_id = "
    ));
    statement.bind(workspace);
    statement.push(" AND hook_id = ").bind(hook);
    statement
}

fn one(conn: &mut Conn, workspace: Uuid, hook: Uuid, id: Uuid) -> Result<Value> {
    let mut statement = of_hook(workspace, hook);
    statement.push(" AND id = ").bind(id);
    conn.row(&statement, shown)?.ok_or(Refusal::NotFound)
}

/// The body of a request, as long as it is to be taken.
pub(super) fn waiting(
    conn: &mut Conn,
    workspace: Uuid,
    hook: Uuid,
    id: Uuid,
) -> Result<Option<Value>> {
    let request = one(conn, workspace, hook, id)?;
    Ok((request["state"] == "waiting").then(|| request["body"].clone()))
}

/// The hook whose address has this token.
///
/// # Errors
/// Not found when there is none.
pub fn id_of(conn: &mut Conn, token: &Secret) -> Result<Uuid> {
    let found = hook::by_token(conn, token.workspace_id(), &token.hash())?;
    Ok(found.ok_or(Refusal::NotFound)?.id)
}

/// Stores what came to the address with this token. What a sender names by the same key came once.
pub fn receive(
    conn: &mut Conn,
    token: &Secret,
    body: &Value,
    sender_key: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Taken> {
    let workspace = token.workspace_id();
    let hook = hook::by_token(conn, workspace, &token.hash())?.ok_or(Refusal::NotFound)?;
    if hook.state != "active" {
        return Err(Refusal::Conflict("hook_paused"));
    }
    if let Some(key) = sender_key {
        let mut known = Statement::new("SELECT id FROM inbound_requests WHERE workspace_id = ");
        known.bind(workspace);
        known.push(" AND hook_id = ").bind(hook.id);
        known.push(" AND sender_key = ").bind(key);
        if let Some(id) = conn.row(&known, |row| row.id(0))? {
            return Ok(Taken { id });
        }
    }
    let id = Uuid::now_v7();
    let members: [(&str, Sql); 7] = [
        ("workspace_id", workspace.into()),
        ("hook_id", hook.id.into()),
        ("id", id.into()),
        ("received_at", now.into()),
        ("sender_key", sender_key.map_or(Sql::NULL_TEXT, Into::into)),
        ("body", body.to_string().into()),
        ("state", "waiting".into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    Store::of_workspace(conn, workspace).insert_rows("inbound_requests", &columns, &[row])?;
    enqueue(conn, workspace, hook.id, id)?;
    Ok(Taken { id })
}

fn enqueue(conn: &mut Conn, workspace: Uuid, hook: Uuid, id: Uuid) -> Result<()> {
    let job = NewJob {
        dedupe_key: Some(id.to_string()),
        ..NewJob::new(KIND, "webhooks", json!({"hook_id": hook, "request_id": id}))
    };
    jobs::enqueue(conn, workspace, job)?;
    Ok(())
}

/// Takes a request again, as the hook is now.
pub fn replay(work: &mut Work<'_>, hook: Uuid, order: Replay) -> Result<Value> {
    find(work, hook)?;
    let (workspace, id) = (work.access.workspace_id, order.request_id);
    one(work.conn, workspace, hook, id)?;
    settle(
        work.conn,
        (workspace, hook, id),
        "waiting",
        &Fate::default(),
        work.now,
    )?;
    enqueue(work.conn, workspace, hook, id)?;
    let what = json!([{"field": "request_id", "old": null, "new": id}]);
    note(work, "replayed", hook, &what)?;
    one(work.conn, workspace, hook, id)
}

/// What became of a request.
#[derive(Debug, Default)]
pub(super) struct Fate {
    pub(super) record: Option<Uuid>,
    pub(super) faults: Option<Value>,
    pub(super) error: Option<String>,
}

/// Writes what became of a request.
pub(super) fn settle(
    conn: &mut Conn,
    (workspace, hook, id): (Uuid, Uuid, Uuid),
    state: &str,
    fate: &Fate,
    now: DateTime<Utc>,
) -> Result<()> {
    let faults = fate.faults.as_ref().map(Value::to_string);
    let mut statement = Statement::new("UPDATE inbound_requests SET state = ");
    statement.bind(state);
    statement.push(", record_id = ").bind(fate.record);
    statement.push(", faults = ").bind(faults);
    statement.push(", error = ").bind(fate.error.clone());
    statement.push(", attempted_at = ").bind(now);
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND hook_id = ").bind(hook);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement)?;
    Ok(())
}
