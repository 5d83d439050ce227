//! What an endpoint is told.

use relasi_persistence::store::instant_text;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lease::Due;
use crate::{
    events::gate::mask_names,
    records::Work,
    refusal::{Refusal, Result},
};

/// The body of a delivery: the event, and the record as the API shows it now to who made the endpoint.
pub(super) fn body(work: &mut Work<'_>, due: &Due) -> Result<Vec<u8>> {
    let mut changed = due.payload.get("changed").cloned();
    if let Some(changed) = &mut changed {
        mask_names(work.access, &due.object, changed);
    }
    let mut data = json!({
        "object": due.object,
        "id": due.record_id,
        "version": due.payload["version"],
        "changed": changed.unwrap_or_else(|| json!([])),
        "actor_id": due.payload["actor_id"],
        "record": record(work, &due.object, due.record_id)?,
    });
    if let (Some(object), Some(id)) = (due.payload.get("object"), due.payload.get("record_id")) {
        data["about"] = json!({"object": object, "id": id});
    }
    let body = json!({
        "id": due.id,
        "type": due.kind,
        "timestamp": instant_text(due.at),
        "workspace_id": work.access.workspace_id,
        "data": data,
    });
    Ok(body.to_string().into_bytes())
}

/// The living record; null for one in the trash, one that is gone, and what is no record of its own.
fn record(work: &mut Work<'_>, object: &str, id: Uuid) -> Result<Value> {
    let Some(object) = relasi_domain::object(object) else {
        return Ok(Value::Null);
    };
    match work.get(object, id) {
        Ok(found) => {
            let record: Value = serde_json::from_slice(&found.json).unwrap_or_default();
            let living = record["deleted_at"].is_null();
            Ok(if living { record } else { Value::Null })
        }
        Err(Refusal::NotFound) => Ok(Value::Null),
        Err(other) => Err(other),
    }
}
