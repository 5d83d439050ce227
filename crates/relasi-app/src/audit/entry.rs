//! Entries as they are read.

use relasi_domain::identity::access::Access;
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

/// Takes the changes of fields out of an entry that may not be seen.
pub(crate) fn mask(access: &Access, entry: &mut Value) {
    let object = entry["object"].as_str().and_then(relasi_domain::object);
    let Some(object) = object.filter(|object| access.hides_some(object)) else {
        return;
    };
    if let Some(changes) = entry["changes"].as_array_mut() {
        changes.retain(|change| {
            let field = change["field"].as_str();
            field.is_some_and(|name| !access.hides(object, name))
        });
    }
}
