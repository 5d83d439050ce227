//! Records after a field changed its type, went or came back: a job goes through those that have values.

use relasi_domain::{
    field::{Field, FieldRef},
    filter::values,
    platform::custom_field::CustomField,
    record::{Document, Object},
    shape::Customs,
};
use relasi_persistence::{
    Conn, Statement,
    store::{Store, text_of},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::of_workspace;
use crate::{
    platform::jobs::{self, Handler, JobContext, JobError, NewJob, Step},
    records::{Work, in_trash},
    refusal::Result,
};

/// Records in one transaction.
const CHUNK: u32 = 500;

/// What the job needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payload {
    /// The definition.
    pub(super) field: Uuid,
    /// Whose field it is.
    pub(super) object: String,
    /// The definition before it changed its type.
    pub(super) from: Option<Value>,
    /// The keys whose values lead to the records.
    pub(super) keys: Vec<String>,
}

pub(super) fn enqueue(work: &mut Work<'_>, payload: Payload) -> Result<()> {
    let job = NewJob {
        created_by: Some(work.access.user_id),
        ..NewJob::new("custom_field.follow", "custom_fields", json!(payload))
    };
    jobs::enqueue(work.conn, work.access.workspace_id, job)?;
    Ok(())
}

/// Converts values to a new type where nothing is lost, and keeps the search in step.
pub struct Follow;

/// Where the job goes on: behind this row of the value index.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    key: usize,
    value: String,
    record: String,
    done: i64,
    over: bool,
}

impl Handler for Follow {
    fn kind(&self) -> &'static str {
        "custom_field.follow"
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let payload: Payload = context.payload()?;
        let workspace = context.job().workspace_id;
        let object = relasi_domain::object(&payload.object).ok_or(JobError::Failed("not_found"))?;
        let mut at: Place = context.checkpoint()?.unwrap_or_default();
        while !at.over {
            let payload = payload.clone();
            at = context.chunk(move |conn| {
                let next = chunk(conn, workspace, object, &payload, &at)?;
                Ok(Step {
                    checkpoint: json!(next),
                    done: next.done,
                    total: 0,
                    value: next,
                })
            })?;
        }
        Ok(json!({"records": at.done}))
    }
}

fn chunk(
    conn: &mut Conn,
    workspace: Uuid,
    object: &'static Object,
    payload: &Payload,
    at: &Place,
) -> std::result::Result<Place, JobError> {
    let customs = of_workspace(conn, workspace)?;
    let mut store = Store::of_workspace(conn, workspace).knowing(customs.clone());
    let Some(key) = payload.keys.get(at.key) else {
        return Ok(Place {
            over: true,
            ..at.clone()
        });
    };
    let rows = rows(&mut store, object, key, at)?;
    let conversion = Conversion::of(&mut store, &customs, object, payload)?;
    for (_, record) in &rows {
        let Ok(id) = Uuid::try_parse(record) else {
            continue;
        };
        if let Some(conversion) = &conversion {
            conversion.carry_out(&mut store, object, id)?;
        }
        if let Some(document) = store.find(object, id)?
            && !in_trash(&document)
        {
            store.list_again(object, &document)?;
        }
    }
    let done = at.done + i64::try_from(rows.len()).unwrap_or(0);
    Ok(match rows.into_iter().next_back() {
        Some((value, record)) => Place {
            value,
            record,
            done,
            ..at.clone()
        },
        None => Place {
            key: at.key + 1,
            done,
            ..Place::default()
        },
    })
}

/// The next rows of the value index: value and record.
fn rows(
    store: &mut Store<'_>,
    object: &'static Object,
    key: &str,
    at: &Place,
) -> Result<Vec<(String, String)>> {
    let mut statement =
        Statement::new("SELECT value, record_id FROM field_index WHERE workspace_id = ");
    statement.bind(store.workspace()).push(" AND object = ");
    statement.bind(object.name).push(" AND field = ").bind(key);
    statement.push(" AND value >= ").bind(at.value.as_str());
    statement.push(" AND (value > ").bind(at.value.as_str());
    statement.push(" OR record_id > ").bind(at.record.as_str());
    statement.push(") ORDER BY value, record_id").limit(CHUNK);
    let rows = store
        .conn()
        .rows(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?;
    Ok(rows)
}

/// From the values of an old type to those of the present one.
struct Conversion {
    old: Field,
    new: FieldRef,
}

impl Conversion {
    /// None when only the search follows, or the field has gone or changed once more since.
    fn of(
        store: &mut Store<'_>,
        customs: &Customs,
        object: &'static Object,
        payload: &Payload,
    ) -> Result<Option<Self>> {
        let Some(from) = payload.from.clone() else {
            return Ok(None);
        };
        let old: CustomField = serde_json::from_value(from)
            .map_err(|error| relasi_persistence::StoreError::Other(error.to_string()))?;
        let now = store.find(
            &relasi_domain::platform::custom_field::OBJECT,
            payload.field,
        )?;
        let key = now.map(|now| text_of(&now, "storage_key"));
        let new = customs.of(object).iter().find(|field| {
            let custom = field.custom.as_ref();
            custom.is_some_and(|custom| Some(&custom.key) == key.as_ref())
        });
        Ok(new.map(|new| Self {
            old: old.field(),
            new: FieldRef::Added(new.clone()),
        }))
    }

    /// Gives a record the value of the new type, when it can be told from that of the old one and nobody else has it.
    fn carry_out(&self, store: &mut Store<'_>, object: &'static Object, id: Uuid) -> Result<()> {
        let (Some(old), Some(new)) = (&self.old.custom, &self.new.custom) else {
            return Ok(());
        };
        store.lock(object, id)?;
        let Some(before) = store.find(object, id)? else {
            return Ok(());
        };
        let stored = store.stored_custom(object, id)?;
        let value = stored.get(&old.key).unwrap_or(&Value::Null);
        let Some(value) = self.new.converted(&self.old.kind, value) else {
            return Ok(());
        };
        let mut after: Document = before.clone();
        self.new.set(&mut after, value);
        if after == before {
            return Ok(());
        }
        let id = id.to_string();
        if new.unique {
            let wanted = values(&self.new, self.new.of(&after));
            store.release(&new.key, &id)?;
            for one in &wanted {
                if !store.claim(&new.key, &one.indexed(), &id)? {
                    return Ok(());
                }
            }
        }
        store.update(object, &before, &after, std::slice::from_ref(&self.new))?;
        Ok(())
    }
}
