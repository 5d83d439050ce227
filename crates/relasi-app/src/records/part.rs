//! Writes of verbs that are more than a change of members: by who may not edit, or of something that belongs to the
//! record.

use relasi_domain::{
    fault::Faults,
    identity::access::Action,
    record::{Document, Object},
};
use serde_json::Value;
use uuid::Uuid;

use super::Work;
use crate::refusal::Result;

/// What a verb changes of a record and of what belongs to it.
pub(crate) struct Part {
    /// Members of the record itself.
    pub(crate) members: Document,
    /// What belonged to it, as the log tells it.
    pub(crate) old: Value,
    /// What belongs to it.
    pub(crate) new: Value,
}

impl Work<'_> {
    /// Like [`Work::change`], for verbs that ask for another right than to change the record; who works sees it.
    pub(crate) fn decide(
        &mut self,
        object: &'static Object,
        id: Uuid,
        version: Option<i64>,
        verb: &'static str,
        members: impl FnOnce(&mut Self, &Document) -> Result<Document>,
    ) -> Result<Document> {
        let before = self.open(object, id, version, Action::See)?;
        let patch = members(self, &before)?;
        self.apply(object, before, patch, Faults::default(), verb)
    }

    /// Changes something that belongs to a record, such as its lines. There is a new version even where no member of the
    /// record itself is another one then, and the log tells of the part under `name`.
    pub(crate) fn change_part(
        &mut self,
        object: &'static Object,
        (id, version): (Uuid, Option<i64>),
        (verb, name): (&'static str, &'static str),
        part: impl FnOnce(&mut Self, &Document) -> Result<Part>,
    ) -> Result<Document> {
        let mut before = self.open(object, id, version, Action::Edit)?;
        let Part { members, old, new } = part(self, &before)?;
        let (mut after, changed) = self.outcome(object, &before, members, Faults::default())?;
        if changed.is_empty() && old == new {
            return Ok(before);
        }
        before.insert(name.to_owned(), old);
        after.insert(name.to_owned(), new);
        let mut saved = self.save(object, before, after, &changed, verb)?;
        saved.remove(name);
        Ok(saved)
    }
}
