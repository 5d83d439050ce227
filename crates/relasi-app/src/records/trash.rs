//! Into the trash and out of it.

use relasi_domain::{
    field::FieldRef,
    identity::access::Action,
    record::{Document, Object},
};
use relasi_persistence::store::text_of;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Work, in_trash, rules};
use crate::{
    people::duplicate,
    refusal::{Refusal, Result},
};

impl Work<'_> {
    /// Puts a record into the trash.
    pub fn trash(
        &mut self,
        object: &'static Object,
        id: Uuid,
        version: Option<i64>,
    ) -> Result<Document> {
        let before = self.open(object, id, version, Action::Delete)?;
        rules(object).before_trash(self, &before)?;
        self.put_away(object, before)
    }

    /// Puts a record into the trash on behalf of the product, whoever works.
    pub(crate) fn put_away(
        &mut self,
        object: &'static Object,
        before: Document,
    ) -> Result<Document> {
        let mut after = before.clone();
        after.insert(
            "deleted_at".into(),
            json!(relasi_persistence::store::instant_text(self.micros())),
        );
        let saved = self.save(object, before, after, &[], "trashed")?;
        self.store().unlist(object, &text_of(&saved, "id"))?;
        self.give_back(object, &saved)?;
        Ok(saved)
    }

    /// Takes a record out of the trash.
    pub fn restore(&mut self, object: &'static Object, id: Uuid) -> Result<Document> {
        let before = self.visible(object, id)?;
        if !self.may(object, Action::Edit, &before)? {
            return Err(Refusal::Forbidden);
        }
        if !in_trash(&before) {
            return Ok(before);
        }
        duplicate::refuse_merged(self, id)?;
        self.take_back(object, before)
    }

    /// Takes a record out of the trash on behalf of the product, whoever works.
    pub(crate) fn take_back(
        &mut self,
        object: &'static Object,
        before: Document,
    ) -> Result<Document> {
        rules(object).before_restore(self, &before)?;
        let mut after = before.clone();
        after.insert("deleted_at".into(), Value::Null);
        let shape = self.access.whole(object);
        let own: Vec<FieldRef> = shape.fields().filter(|f| f.required).collect();
        self.references(object, &[&after], &own, None)?;
        self.know_fields(object)?;
        self.take_values(object, &after, None)?;
        let saved = self.save(object, before, after, &[], "restored")?;
        self.store().list_again(object, &saved)?;
        Ok(saved)
    }
}
