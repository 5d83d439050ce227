//! Single records, their timeline and their history.

use relasi_domain::{
    OBJECTS,
    identity::access::Action,
    record::{Document, Object},
};
use relasi_persistence::{sql::Statement, store::instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Work, owned_by};
use crate::refusal::{Refusal, Result};

/// A record as JSON with its version.
#[derive(Debug)]
pub struct Found {
    /// The JSON object.
    pub json: Vec<u8>,
    /// Its version, the `ETag`.
    pub version: i64,
}

/// A page of events or entries, newest first.
#[derive(Debug)]
pub struct Entries {
    /// The entries.
    pub items: Vec<Value>,
    /// Where the next page begins.
    pub next: Option<(i64, String)>,
}

impl Work<'_> {
    /// A record that the caller may see, in the trash or not.
    pub fn get(&mut self, object: &'static Object, id: Uuid) -> Result<Found> {
        let found = self
            .store()
            .find_json(object, id)?
            .ok_or(Refusal::NotFound)?;
        if self.access.allows(object, Action::See, &found.owned_by) {
            Ok(Found {
                json: found.json,
                version: found.version,
            })
        } else {
            Err(Refusal::NotFound)
        }
    }

    /// What happened to a record, newest first; `before` is where the last page ended.
    pub fn timeline(
        &mut self,
        object: &'static Object,
        id: Uuid,
        before: Option<(i64, String)>,
        limit: u32,
    ) -> Result<Entries> {
        self.get(object, id)?;
        let mut statement = Statement::new(
            "SELECT at, id, kind, actor_id, object, record_id, data FROM timeline_events WHERE workspace_id = ",
        );
        statement
            .bind(self.access.workspace_id)
            .push(" AND subject_id = ")
            .bind(id);
        push_before(&mut statement, before);
        statement
            .push(" ORDER BY at DESC, id DESC")
            .limit(limit + 1);
        let rows = self.conn.rows(&statement, |row| {
            let item = json!({
                "id": row.text(1)?,
                "kind": row.text(2)?,
                "at": instant_text(row.int(0)?),
                "actor_id": row.opt_text(3)?,
                "object": row.text(4)?,
                "record_id": row.text(5)?,
                "data": parsed(&row.text(6)?),
            });
            Ok((row.int(0)?, row.text(1)?, item))
        })?;
        let mut entries = Entries::of(rows, limit);
        self.attach_records(object, &mut entries.items)?;
        Ok(entries)
    }

    /// Who changed which field of a record, newest first.
    pub fn history(
        &mut self,
        object: &'static Object,
        id: Uuid,
        before: Option<(i64, String)>,
        limit: u32,
    ) -> Result<Entries> {
        self.get(object, id)?;
        let mut statement = Statement::new(
            "SELECT at, id, action, actor_id, cause, changes FROM audit_entries WHERE workspace_id = ",
        );
        statement
            .bind(self.access.workspace_id)
            .push(" AND record_id = ")
            .bind(id);
        if let Some((_, id)) = before {
            statement.push(" AND id < ").bind(id);
        }
        statement.push(" ORDER BY id DESC").limit(limit + 1);
        let rows = self.conn.rows(&statement, |row| {
            let item = json!({
                "id": row.text(1)?,
                "action": row.text(2)?,
                "at": instant_text(row.int(0)?),
                "actor_id": row.opt_text(3)?,
                "cause": row.opt_text(4)?,
                "changes": parsed(&row.text(5)?),
            });
            Ok((row.int(0)?, row.text(1)?, item))
        })?;
        Ok(Entries::of(rows, limit))
    }

    /// Puts the record that an event is about into the event, where the caller may see it.
    fn attach_records(&mut self, of: &'static Object, items: &mut [Value]) -> Result<()> {
        for object in OBJECTS.iter().filter(|object| object.name != of.name) {
            let about = |item: &Value| {
                (item["object"] == object.name)
                    .then(|| item["record_id"].as_str().map(str::to_owned))
            };
            let mut ids: Vec<String> = items
                .iter()
                .filter_map(|item| about(item).flatten())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.is_empty() {
                continue;
            }
            let found = self.store().find_all(object, &ids)?;
            let visible = |document: &Document| {
                self.access
                    .allows(object, Action::See, &owned_by(object, document))
            };
            let found: Vec<Document> = found.into_iter().filter(visible).collect();
            for item in items
                .iter_mut()
                .filter(|item| item["object"] == object.name)
            {
                let record = found
                    .iter()
                    .find(|document| document.get("id") == item.get("record_id"));
                item["record"] = record.cloned().map_or(Value::Null, Value::Object);
            }
        }
        Ok(())
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn push_before(statement: &mut Statement, before: Option<(i64, String)>) {
    if let Some((at, id)) = before {
        statement
            .push(" AND at <= ")
            .bind(at)
            .push(" AND (at < ")
            .bind(at);
        statement.push(" OR id < ").bind(id).push(")");
    }
}

impl Entries {
    /// A page of at most `limit` of the rows, each with its time and id.
    pub(crate) fn of(mut rows: Vec<(i64, String, Value)>, limit: u32) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows
            .last()
            .filter(|_| more)
            .map(|(at, id, _)| (*at, id.clone()));
        Self {
            items: rows.into_iter().map(|(_, _, item)| item).collect(),
            next,
        }
    }
}
