//! Single records and their history.

use relasi_domain::record::{Document, Object};
use relasi_persistence::sql::Statement;
use serde_json::Value;
use uuid::Uuid;

use super::Work;
use crate::{
    audit,
    people::duplicate,
    refusal::{Refusal, Result},
};

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
        if self.may_see(object, id, &found.owned_by)? {
            Ok(Found {
                json: self.seen(object, found.json),
                version: found.version,
            })
        } else {
            Err(Refusal::NotFound)
        }
    }

    /// A record as JSON without what the worker's role may not see.
    fn seen(&self, object: &'static Object, json: Vec<u8>) -> Vec<u8> {
        if !self.access.hides_some(object) {
            return json;
        }
        let record: Document = serde_json::from_slice(&json).unwrap_or_default();
        serde_json::to_vec(&self.access.seen(object, record)).unwrap_or_default()
    }

    /// Who changed which field of a record, or of those that were merged into it, newest first.
    pub fn history(
        &mut self,
        object: &'static Object,
        id: Uuid,
        before: Option<(i64, String)>,
        limit: u32,
    ) -> Result<Entries> {
        self.get(object, id)?;
        let mut statement = Statement::new(format!(
            "SELECT {} FROM audit_entries WHERE workspace_id = ",
            audit::COLUMNS
        ));
        statement
            .bind(self.access.workspace_id)
            .push(" AND record_id IN (")
            .bind_all(duplicate::absorbed(self, id)?)
            .push(")")
            .uncached();
        if let Some((_, id)) = before {
            statement.push(" AND id < ").bind(id);
        }
        statement.push(" ORDER BY id DESC").limit(limit + 1);
        let mut rows = self.conn.rows(&statement, audit::read)?;
        for (_, _, entry) in &mut rows {
            audit::mask(self.access, entry);
        }
        Ok(Entries::of(rows, limit))
    }
}

pub(crate) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
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
