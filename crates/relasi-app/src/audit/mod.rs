//! Who did what: one entry per write, with each changed field before and after.

mod entry;
mod file;
mod log;
mod names;
pub mod seal;

use chrono::{DateTime, Utc};
use relasi_domain::record::Object;
use relasi_persistence::{Conn, Statement, sql::Value as Sql};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    records::{Change, Work},
    refusal::Result,
};

pub(crate) use entry::{COLUMNS, mask, read};
pub use file::{Headings, lines};
pub use log::{Cause, Log, LogPage, of_workspace};
pub(crate) use log::{first_id_after, first_id_before};
pub use names::names;

/// Members that change with every write, or follow from others, and say nothing.
const SILENT: [&str; 4] = ["version", "updated_at", "updated_by", "quiet_at"];

/// Writes the entries of record writes.
pub(crate) fn record(
    work: &mut Work<'_>,
    object: &'static Object,
    action: &'static str,
    changes: &[Change<'_>],
) -> Result<()> {
    let rows = changes
        .iter()
        .map(|change| row(work, action, object.name, change.id, differences(change)));
    let rows: Vec<Vec<Sql>> = rows.collect();
    insert(work, &rows)
}

/// Writes an entry about something that is no record: a sign-in, a role, a setting.
pub fn note(
    work: &mut Work<'_>,
    action: &str,
    object: &str,
    id: Uuid,
    changes: Value,
) -> Result<()> {
    let row = row(work, action, object, id, changes);
    insert(work, &[row])
}

/// Writes an entry about something that the product did by itself.
pub(crate) fn by_itself(
    conn: &mut Conn,
    workspace: Uuid,
    now: DateTime<Utc>,
    action: &str,
    (object, id): (&str, Uuid),
    changes: &Value,
) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO audit_entries (workspace_id, id, at, action, object, record_id, changes) VALUES (",
    );
    statement.bind(workspace).push(", ").bind(Uuid::now_v7());
    statement.push(", ").bind(now).push(", ").bind(action);
    statement.push(", ").bind(object).push(", ").bind(id);
    statement.push(", ").bind(changes.to_string()).push(")");
    conn.execute(&statement)?;
    Ok(())
}

fn row(work: &Work<'_>, action: &str, object: &str, id: Uuid, changes: Value) -> Vec<Sql> {
    vec![
        work.access.workspace_id.into(),
        Uuid::now_v7().into(),
        work.now.into(),
        action.into(),
        object.into(),
        id.into(),
        work.actor().into(),
        work.cause.as_deref().into(),
        changes.to_string().into(),
    ]
}

fn insert(work: &mut Work<'_>, rows: &[Vec<Sql>]) -> Result<()> {
    let columns = [
        "workspace_id",
        "id",
        "at",
        "action",
        "object",
        "record_id",
        "actor_id",
        "cause",
        "changes",
    ];
    work.store().insert_rows("audit_entries", &columns, rows)?;
    Ok(())
}

/// `[{"field", "old", "new"}]`; empty for a new record, whose first state follows from the later entries.
fn differences(change: &Change<'_>) -> Value {
    if change.before.is_none() {
        return json!([]);
    }
    let changed = change.touched_names().into_iter();
    let entries = changed
        .filter(|name| !SILENT.contains(&name.as_str()))
        .map(|name| json!({"old": change.was(&name), "new": change.is(&name), "field": name}));
    Value::Array(entries.collect())
}
