//! Entries as they are read.

use relasi_persistence::{Row, StoreError, store::instant_text};
use serde_json::{Value, json};

use crate::records::parsed;

/// What [`read`] takes of an entry's row.
pub(crate) const COLUMNS: &str = "at, id, action, object, record_id, actor_id, cause, changes";

/// An entry with its time and id.
pub(crate) fn read(row: &Row<'_>) -> Result<(i64, String, Value), StoreError> {
    let entry = json!({
        "id": row.text(1)?,
        "action": row.text(2)?,
        "at": instant_text(row.int(0)?),
        "object": row.text(3)?,
        "record_id": row.text(4)?,
        "actor_id": row.opt_text(5)?,
        "cause": row.opt_text(6)?,
        "changes": parsed(&row.text(7)?),
    });
    Ok((row.int(0)?, row.text(1)?, entry))
}
