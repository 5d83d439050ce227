//! Values that nobody can have back any more.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::platform::custom_field::{CustomField, Former, KEPT_DAYS, OBJECT};
use relasi_persistence::{Conn, Statement, store::Store};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{records::typed, refusal::Result};

/// Records whose values are removed in one go.
const CHUNK: u32 = 500;

/// Removes values of fields and types that have been gone for longer than they are kept, and the definitions of such
/// fields; a little at a time. Answers whether there is more to do.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool> {
    let oldest = (now - TimeDelta::days(KEPT_DAYS)).timestamp_micros();
    for (workspace, id) in suspects(conn, oldest)? {
        let mut store = Store::of_workspace(conn, workspace);
        let Some(document) = store.find(&OBJECT, id)? else {
            continue;
        };
        let field: CustomField = typed(&document)?;
        let Some(object) = relasi_domain::object(&field.object) else {
            continue;
        };
        let deleted = document.get("deleted_at").and_then(Value::as_str);
        let deleted = deleted.and_then(relasi_persistence::store::instant_micros);
        let gone = deleted.is_some_and(|at| at < oldest);
        let over = |one: &&Former| gone || one.until < oldest;
        let own = gone.then(|| field.storage_key.clone()).flatten();
        let keys = field.former.iter().filter(over).map(|one| one.key.clone());
        for key in keys.chain(own) {
            if store.remove_values(object, &key, CHUNK)? {
                return Ok(true);
            }
        }
        forget(&mut store, id, gone, &field, oldest)?;
    }
    Ok(false)
}

/// Definitions that were deleted long ago or have former types.
fn suspects(conn: &mut Conn, oldest: i64) -> Result<Vec<(Uuid, Uuid)>> {
    let mut statement = Statement::new(format!(
        "SELECT workspace_id, id FROM {} WHERE deleted_at < ",
        OBJECT.table
    ));
    statement.bind(oldest).push(" OR former <> '[]'");
    let rows = conn.rows(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?;
    let id = |text: &str| Uuid::try_parse(text).ok();
    let ids = rows
        .iter()
        .filter_map(|(workspace, one)| Some((id(workspace)?, id(one)?)));
    Ok(ids.collect())
}

/// The definition itself goes, or no longer names types whose values are gone.
fn forget(
    store: &mut Store<'_>,
    id: Uuid,
    gone: bool,
    field: &CustomField,
    oldest: i64,
) -> Result<()> {
    if gone {
        let mut statement = Statement::new(format!(
            "DELETE FROM {} WHERE workspace_id = ",
            OBJECT.table
        ));
        statement
            .bind(store.workspace())
            .push(" AND id = ")
            .bind(id);
        store.conn().execute(&statement)?;
        return Ok(());
    }
    let left: Vec<&Former> = field
        .former
        .iter()
        .filter(|one| one.until >= oldest)
        .collect();
    if left.len() < field.former.len() {
        let left = json!(left).to_string();
        store.maintain(&OBJECT, id, &[("former", left.into())])?;
    }
    Ok(())
}
