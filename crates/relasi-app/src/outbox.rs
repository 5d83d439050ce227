//! Events for others, in the transaction of the change they tell of.

use relasi_domain::record::Object;
use relasi_persistence::{Dialect, Statement, sql::Value as Sql};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    records::{Change, Work},
    refusal::Result,
};

/// Writes `<object>.<verb>` for each change.
pub(crate) fn record(
    work: &mut Work<'_>,
    object: &'static Object,
    verb: &'static str,
    changes: &[Change<'_>],
) -> Result<()> {
    let kind = format!("{}.{verb}", object.name);
    let rows: Vec<Vec<Sql>> = changes
        .iter()
        .map(|change| {
            let changed: Vec<String> = match change.before {
                None => Vec::new(),
                Some(_) => change.touched_names(),
            };
            let payload = json!({"version": change.is("version"), "changed": changed, "actor_id": work.access.user_id});
            vec![
                work.access.workspace_id.into(),
                Uuid::now_v7().into(),
                work.now.into(),
                kind.as_str().into(),
                object.name.into(),
                change.id.into(),
                payload.to_string().into(),
            ]
        })
        .collect();
    insert(work, &rows)
}

/// Writes an event about something that is no record of its own, such as a file.
pub(crate) fn note(
    work: &mut Work<'_>,
    kind: &str,
    object: &str,
    id: Uuid,
    mut payload: Value,
) -> Result<()> {
    payload["actor_id"] = json!(work.access.user_id);
    let row = vec![
        work.access.workspace_id.into(),
        Uuid::now_v7().into(),
        work.now.into(),
        kind.into(),
        object.into(),
        id.into(),
        payload.to_string().into(),
    ];
    insert(work, &[row])
}

/// On PostgreSQL the number is that of the transaction, which the table fills in by itself.
fn insert(work: &mut Work<'_>, rows: &[Vec<Sql>]) -> Result<()> {
    let columns = [
        "workspace_id",
        "id",
        "at",
        "kind",
        "object",
        "record_id",
        "payload",
    ];
    if work.conn.dialect() == Dialect::Postgres {
        work.store().insert_rows("outbox_events", &columns, rows)?;
        return Ok(());
    }
    let last = last_number(work)?;
    let numbered = rows.iter().zip(last + 1..).map(|(row, seq)| {
        let mut row = row.clone();
        row.push(seq.into());
        row
    });
    let numbered: Vec<Vec<Sql>> = numbered.collect();
    let columns: Vec<&str> = columns.into_iter().chain(["seq"]).collect();
    work.store()
        .insert_rows("outbox_events", &columns, &numbered)?;
    Ok(())
}

/// The number of the newest event. SQLite has one writer, so nobody takes the next one meanwhile.
fn last_number(work: &mut Work<'_>) -> Result<i64> {
    let mut statement = Statement::new("SELECT max(seq) FROM outbox_events WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    let last = work.conn.row(&statement, |row| row.opt_int(0))?;
    Ok(last.flatten().unwrap_or(0))
}
