//! The generic record layer: the only way to write a record.
//!
//! Every write is authorised, checked, saved, audited, put on timelines and into the outbox in one transaction.

mod as_of;
mod check;
mod custom;
mod gate;
mod groups;
mod list;
mod many;
mod part;
mod read;
mod ready;
mod refer;
mod revert;
mod rules;
mod trash;
mod write;

use std::{borrow::Cow, collections::BTreeSet};

use chrono::{DateTime, Utc};
use relasi_domain::{
    field::CUSTOM,
    identity::access::{Access, OwnedBy, Visibility},
    record::{Document, Guard, Object},
};
use relasi_persistence::{Conn, store::Store};
use serde_json::{Value, json};
use uuid::Uuid;

pub use as_of::{AsOf, Difference, Point};
pub(crate) use check::check_record;
pub(crate) use custom::merge as merge_custom;
pub(crate) use gate::{reached, reaches};
pub use groups::{Group, GroupSum, Groups, GroupsRequest};
pub use list::{ListRequest, Listing};
pub(crate) use part::Part;
pub(crate) use read::parsed;
pub use read::{Entries, Found};
pub(crate) use ready::{Ready, UNROUTED, ready};
pub(crate) use refer::{Referring, referring};
pub(crate) use rules::validate_as;
pub use rules::{Rules, rules, typed};
pub use write::Batch;

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
    /// A member before the write; custom ones are named `custom.tier`.
    pub fn was(&self, name: &str) -> &Value {
        let member = self.before.as_ref().and_then(|before| member(before, name));
        member.unwrap_or(&Value::Null)
    }

    /// A member after the write.
    pub fn is(&self, name: &str) -> &Value {
        member(&self.after, name).unwrap_or(&Value::Null)
    }

    /// The members that the write changed, custom ones each by itself.
    pub fn touched_names(&self) -> Vec<String> {
        let plain = self.after.keys().filter(|name| *name != "custom");
        let mut names: Vec<String> = plain.filter(|name| self.touched(name)).cloned().collect();
        let customs = [self.before.as_ref(), Some(&*self.after)];
        let customs = customs.into_iter().flatten();
        let customs = customs.filter_map(|document| document.get("custom")?.as_object());
        let customs: BTreeSet<&String> = customs.flat_map(Document::keys).collect();
        let customs = customs.into_iter().map(|name| format!("{CUSTOM}{name}"));
        names.extend(customs.filter(|name| self.touched(name)));
        names
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

    /// The member who does it; nobody where a stranger on a public page does, though a member's rights are used for it.
    pub(crate) fn actor(&self) -> Option<Uuid> {
        let cause = self.cause.as_deref().unwrap_or_default();
        let strange = ["form:", "booking:", "booking_link", "quote_link"];
        let stranger = strange.iter().any(|page| cause.starts_with(page));
        (!stranger).then_some(self.access.user_id)
    }

    /// The time of the work in microseconds since 1970.
    pub fn micros(&self) -> i64 {
        self.now.timestamp_micros()
    }
}

/// A member by its name; custom ones are named `custom.tier`.
pub(crate) fn member<'d>(document: &'d Document, name: &str) -> Option<&'d Value> {
    match name.strip_prefix(CUSTOM) {
        Some(name) => document.get("custom")?.get(name),
        None => document.get(name),
    }
}

/// Puts a member into a document under the same names.
pub(crate) fn set_member(document: &mut Document, name: &str, value: Value) {
    let Some(custom) = name.strip_prefix(CUSTOM) else {
        document.insert(name.to_owned(), value);
        return;
    };
    let members = document.entry("custom").or_insert_with(|| json!({}));
    if let Some(members) = members.as_object_mut() {
        members.insert(custom.to_owned(), value);
    }
}

/// Whose a record is.
pub fn owned_by(object: &'static Object, document: &Document) -> OwnedBy {
    let id = |name: &str| member_id(document, name);
    let personal = |name: &str| {
        let value = document.get(name);
        value
            .filter(|_| object.guard == Guard::Personal)
            .unwrap_or(&Value::Null)
    };
    OwnedBy {
        owner_id: id("owner_id"),
        team_id: id("team_id"),
        visibility: Visibility::of(personal("visibility").as_str()),
        locked: *personal("locked") == Value::Bool(true),
    }
}

/// Whether a record lies in the trash.
pub(crate) fn in_trash(document: &Document) -> bool {
    document.get("deleted_at").is_some_and(|at| !at.is_null())
}

/// A member that holds an id.
pub fn member_id(document: &Document, name: &str) -> Option<Uuid> {
    document
        .get(name)
        .and_then(Value::as_str)
        .and_then(|text| Uuid::try_parse(text).ok())
}
