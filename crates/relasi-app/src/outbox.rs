//! Events for others, in the transaction of the change they tell of.

use relasi_domain::record::Object;
use relasi_persistence::sql::Value as Sql;
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
    work.store().insert_rows("outbox_events", &columns, rows)?;
    Ok(())
}
