//! The generic record layer: the only way to write a record.
//!
//! Every write is authorised, checked, saved, audited, put on timelines and into the outbox in one transaction.

mod check;
mod list;
mod read;
mod refer;
mod rules;
mod trash;
mod write;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use relasi_domain::{
    identity::access::{Access, OwnedBy},
    record::{Document, Object},
};
use relasi_persistence::{Conn, store::Store};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use check::check_record;
pub use list::{ListRequest, Listing};
pub(crate) use read::parsed;
pub use read::{Entries, Found};
pub(crate) use refer::{Referring, referring};
pub(crate) use rules::validate_as;
pub use rules::{Rules, rules, typed};
pub use write::Batch;
pub(crate) use write::ready;

/// One unit of work: a connection inside a transaction, who works, and when.
pub struct Work<'a> {
    /// Inside a transaction whenever something is written.
    pub conn: &'a mut Conn,
    /// What the worker may do.
    pub access: &'a Access,
    /// The time of everything written.
    pub now: DateTime<Utc>,
    /// The request or job behind it.
    pub cause: Option<String>,
}

/// A record that is about to be written, borrowed until a rule changes it.
pub type Draft<'d> = Cow<'d, Document>;

/// A record before and after a write.
#[derive(Debug, Clone)]
pub struct Change<'d> {
    /// Its id.
    pub id: Uuid,
    /// As it was; none when it is new.
    pub before: Option<Document>,
    /// As it is.
    pub after: Draft<'d>,
}

impl Change<'_> {
    /// A member before the write.
    pub fn was(&self, name: &str) -> &Value {
        self.before
            .as_ref()
            .and_then(|before| before.get(name))
            .unwrap_or(&Value::Null)
    }

    /// A member after the write.
    pub fn is(&self, name: &str) -> &Value {
        self.after.get(name).unwrap_or(&Value::Null)
    }

    /// Whether the write changed a member.
    pub fn touched(&self, name: &str) -> bool {
        self.was(name) != self.is(name)
    }
}

impl Work<'_> {
    /// The store of the worker's workspace.
    pub fn store(&mut self) -> Store<'_> {
        Store::new(self.conn, self.access)
    }

    /// The time of the work in microseconds since 1970.
    pub fn micros(&self) -> i64 {
        self.now.timestamp_micros()
    }
}

/// Whose a record is.
pub fn owned_by(object: &'static Object, document: &Document) -> OwnedBy {
    let id = |name: &str| member_id(document, name);
    OwnedBy {
        owner_id: id("owner_id"),
        team_id: id("team_id"),
        shared: object.field("shared").is_some()
            && document.get("shared") == Some(&Value::Bool(true)),
    }
}

/// A member that holds an id.
pub fn member_id(document: &Document, name: &str) -> Option<Uuid> {
    document
        .get(name)
        .and_then(Value::as_str)
        .and_then(|text| Uuid::try_parse(text).ok())
}
