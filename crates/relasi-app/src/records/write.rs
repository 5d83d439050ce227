//! Create and change.

use relasi_domain::{
    fault::{Fault, Faults},
    field::{CUSTOM, FieldRef, Write},
    identity::{
        access::{Action, RecordScope},
        field_right::FieldRight,
    },
    record::{Document, Object},
};
use relasi_persistence::store::{Rows, instant_micros, instant_text, stored};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Change, Draft, Ready, Work, check, custom, in_trash, member_id, owned_by, ready, rules,
};
use crate::{
    audit,
    interaction::follow,
    outbox,
    platform::notification,
    refusal::{Refusal, Result},
    timeline,
};

/// How many records are written in one go, and for whom.
#[derive(Debug, Clone, Copy, Default)]
pub struct Batch {
    /// The import that the records belong to.
    pub import_id: Option<Uuid>,
    /// The documents bring their own `id`, `created_at`, `created_by` and maintained fields: a move from elsewhere.
    pub historic: bool,
}

impl Work<'_> {
    /// Makes a record and returns it whole; refused when it looks like one that is there.
    pub fn create(&mut self, object: &'static Object, body: Document) -> Result<Document> {
        self.know_members(object, &body)?;
        let document = self.checked(object, body, Batch::default())?;
        let mut doubles = rules(object).duplicates(self, &document)?;
        self.custom_doubles(object, &document, &mut doubles)?;
        doubles.into_result()?;
        self.insert_one(object, document)
    }

    /// Makes a record even when it looks like one that is there.
    pub fn create_anyway(&mut self, object: &'static Object, body: Document) -> Result<Document> {
        self.know_members(object, &body)?;
        let document = self.checked(object, body, Batch::default())?;
        self.insert_one(object, document)
    }

    fn insert_one(&mut self, object: &'static Object, document: Document) -> Result<Document> {
        let made = self.insert(object, vec![Draft::Owned(document)])?.pop();
        // No rule changes a new record once it is stored, so there is no need to read it again.
        made.map(|made| stored(object, made.after.into_owned()))
            .ok_or(Refusal::NotFound)
    }

    /// Makes many records by the rules of [`Work::create`]; a fault points to `/<index>/<field>`.
    pub fn create_many(
        &mut self,
        object: &'static Object,
        bodies: Vec<Document>,
        batch: Batch,
    ) -> Result<Vec<Uuid>> {
        let mut documents = Vec::with_capacity(bodies.len());
        let mut faults = Faults::default();
        for (index, body) in bodies.into_iter().enumerate() {
            match self.checked(object, body, batch) {
                Ok(document) => documents.push(document),
                Err(Refusal::Invalid(found)) => {
                    faults
                        .0
                        .extend(found.pointing(|at| format!("/{index}{at}")).0);
                }
                Err(other) => return Err(other),
            }
        }
        faults.into_result()?;
        let drafts = documents.into_iter().map(Draft::Owned).collect();
        let made = self.insert(object, drafts)?;
        Ok(made.iter().map(|change| change.id).collect())
    }

    /// Makes records out of what [`ready`] made, which is not checked again but for its references.
    pub(crate) fn create_ready(&mut self, object: &'static Object, batch: &Ready) -> Result<()> {
        let drafts = batch.documents.iter().map(Draft::Borrowed).collect();
        self.insert_laid(object, drafts, Some(&batch.rows))
            .map(drop)
    }

    /// The whole record that a body would make, checked by every rule that needs no other record.
    pub fn checked(
        &self,
        object: &'static Object,
        body: Document,
        batch: Batch,
    ) -> Result<Document> {
        let mut body = ready(self.access, self.now, object, body, batch)?;
        if self.actor().is_none() {
            body.insert("created_by".into(), Value::Null);
        }
        Ok(body)
    }

    fn insert<'d>(
        &mut self,
        object: &'static Object,
        drafts: Vec<Draft<'d>>,
    ) -> Result<Vec<Change<'d>>> {
        self.insert_laid(object, drafts, None)
    }

    /// `rows` are those of the drafts as they come; when a rule changes one, all are laid out anew.
    fn insert_laid<'d>(
        &mut self,
        object: &'static Object,
        mut drafts: Vec<Draft<'d>>,
        rows: Option<&Rows>,
    ) -> Result<Vec<Change<'d>>> {
        self.know_fields(object)?;
        let shape = self.access.whole(object);
        let own: Vec<FieldRef> = shape.fields().filter(|f| f.write != Write::Never).collect();
        self.references(object, &as_documents(&drafts), &own, None)?;
        rules(object).welcome(self, &mut drafts)?;
        for draft in &mut drafts {
            rules(object).prepare(self, draft, None)?;
        }
        for draft in &drafts {
            self.take_values(object, draft, None)?;
        }
        let untouched = |draft: &Draft<'_>| matches!(draft, Draft::Borrowed(_));
        match rows.filter(|_| drafts.iter().all(untouched)) {
            Some(rows) => self.store().insert_laid(object, rows)?,
            None => self.store().insert(object, &as_documents(&drafts))?,
        }
        let changes = drafts.into_iter().filter_map(|after| {
            let id = member_id(&after, "id")?;
            Some(Change {
                id,
                before: None,
                after,
            })
        });
        let changes: Vec<Change<'d>> = changes.collect();
        self.tell(object, "created", &changes)?;
        rules(object).written(self, &changes)?;
        Ok(changes)
    }

    /// Applies a JSON merge patch and returns the record whole.
    pub fn revise(
        &mut self,
        object: &'static Object,
        id: Uuid,
        version: Option<i64>,
        mut patch: Document,
    ) -> Result<Document> {
        let mut faults = Faults::default();
        self.know_members(object, &patch)?;
        check::members(self.access, object, &mut patch, false, &mut faults);
        let before = self.open(object, id, version, Action::Edit)?;
        self.apply(object, before, patch, faults, "updated")
    }

    /// Sets every writable member: what the body leaves out becomes empty.
    pub fn replace(
        &mut self,
        object: &'static Object,
        id: Uuid,
        version: Option<i64>,
        mut body: Document,
    ) -> Result<Document> {
        let shape = self.access.shape(object);
        let own = object.fields.iter().map(|field| &field.name);
        let writable = own.filter(|name| {
            let field = shape.field(name);
            field.is_some_and(|field| field.write == Write::Always)
        });
        for name in writable {
            body.entry(name.to_string()).or_insert(Value::Null);
        }
        custom::empty_rest(shape, &mut body);
        self.revise(object, id, version, body)
    }

    /// Changes members on behalf of a verb: those that a client may not write by patch are open to it, but for those that
    /// are closed to the role.
    pub fn change(
        &mut self,
        object: &'static Object,
        id: Uuid,
        version: Option<i64>,
        verb: &'static str,
        members: impl FnOnce(&mut Self, &Document) -> Result<Document>,
    ) -> Result<Document> {
        let before = self.open(object, id, version, Action::Edit)?;
        let patch = members(self, &before)?;
        let faults = self.closed(object, &before, &patch);
        self.apply(object, before, patch, faults, verb)
    }

    /// The same, with members that a client sent along with the verb: those are judged as a patch is.
    pub(crate) fn change_along(
        &mut self,
        object: &'static Object,
        (id, version): (Uuid, Option<i64>),
        verb: &'static str,
        mut along: Document,
        members: impl FnOnce(&mut Self, &Document) -> Result<Document>,
    ) -> Result<Document> {
        let mut faults = Faults::default();
        self.know_members(object, &along)?;
        check::members(self.access, object, &mut along, false, &mut faults);
        let before = self.open(object, id, version, Action::Edit)?;
        let patch = members(self, &before)?;
        faults.0.extend(self.closed(object, &before, &patch).0);
        along.extend(patch);
        self.apply(object, before, along, faults, verb)
    }

    /// The members of a patch that are closed to the worker's role, but for those that the product maintains.
    pub(super) fn closed(
        &self,
        object: &'static Object,
        before: &Document,
        patch: &Document,
    ) -> Faults {
        let mut faults = Faults::default();
        let custom = patch.get("custom").and_then(Value::as_object);
        for name in custom.into_iter().flat_map(Document::keys) {
            let narrowed = self.access.field(object, &format!("{CUSTOM}{name}")) < FieldRight::Edit;
            faults.wrong(narrowed, || format!("/custom/{name}"), "read_only_member");
        }
        for (name, value) in patch {
            let kept = object
                .field(name)
                .is_none_or(|field| field.write == Write::Never);
            if kept || before.get(name) == Some(value) {
                continue;
            }
            if let Some(code) = self.closed_to_role(object, name) {
                faults.push(Fault::field(name, code));
            }
        }
        faults
    }

    pub(super) fn apply(
        &mut self,
        object: &'static Object,
        before: Document,
        patch: Document,
        faults: Faults,
        verb: &'static str,
    ) -> Result<Document> {
        let (after, changed) = self.outcome(object, &before, patch, faults)?;
        if changed.is_empty() {
            return Ok(before);
        }
        self.save(object, before, after, &changed, verb)
    }

    /// What a patch comes to, checked by every rule, and the fields that it changes.
    pub(super) fn outcome(
        &mut self,
        object: &'static Object,
        before: &Document,
        mut patch: Document,
        mut faults: Faults,
    ) -> Result<(Document, Vec<FieldRef>)> {
        self.know_fields(object)?;
        let shape = self.access.whole(object);
        check::tidy(object, &mut patch);
        let values = patch.remove("custom");
        let mut after = before.clone();
        after.extend(patch);
        if let Some(values) = values {
            custom::merge(shape, &mut after, values, &mut faults);
        }
        check::record(shape, &after, faults)?;
        let mut draft = Draft::Owned(after);
        rules(object).prepare(self, &mut draft, Some(before))?;
        let after = draft.into_owned();
        let changed: Vec<FieldRef> = shape
            .fields()
            .filter(|field| field.of(&after) != field.of(before))
            .collect();
        let may_keep = self.access.scope(object, Action::Edit) == RecordScope::All;
        let handed_over = changed
            .iter()
            .any(|f| matches!(f.name.as_ref(), "owner_id" | "team_id"));
        if handed_over && !may_keep && !self.may_hand_over(object, before) {
            return Err(Refusal::Forbidden);
        }
        self.references(object, &[&after], &changed, Some(before))?;
        self.take_values(object, &after, Some(before))?;
        Ok((after, changed))
    }

    /// Only who may edit a record by whose it is may give it away, and not by a share; giving it to somebody else is fine.
    fn may_hand_over(&self, object: &'static Object, before: &Document) -> bool {
        self.access
            .allows(object, Action::Edit, &owned_by(object, before))
    }

    pub(super) fn save(
        &mut self,
        object: &'static Object,
        before: Document,
        mut after: Document,
        changed: &[FieldRef],
        verb: &'static str,
    ) -> Result<Document> {
        let version = before.get("version").and_then(Value::as_i64).unwrap_or(0);
        // A clock that was set back must not make a change older than what it changes.
        let last = before.get("updated_at").and_then(Value::as_str);
        let last = last.and_then(instant_micros).unwrap_or(i64::MIN);
        let at = self.micros().max(last.saturating_add(1));
        after.insert("updated_at".into(), json!(instant_text(at)));
        after.insert("updated_by".into(), json!(self.access.user_id));
        if !self.store().update(object, &before, &after, changed)? {
            let id = member_id(&before, "id").unwrap_or_default();
            let current = self.store().find(object, id)?.ok_or(Refusal::NotFound)?;
            let current = self.access.seen(object, current);
            return Err(Refusal::Stale(Box::new(current)));
        }
        after.insert("version".into(), json!(version + 1));
        let id = member_id(&after, "id").unwrap_or_default();
        let change = Change {
            id,
            before: Some(before),
            after: Draft::Owned(after),
        };
        self.tell(object, verb, std::slice::from_ref(&change))?;
        rules(object).written(self, std::slice::from_ref(&change))?;
        Ok(change.after.into_owned())
    }

    /// A record that may be seen, in the trash or not.
    pub(crate) fn visible(&mut self, object: &'static Object, id: Uuid) -> Result<Document> {
        let found = self.store().find(object, id)?.ok_or(Refusal::NotFound)?;
        if self.may(object, Action::See, &found)? {
            Ok(found)
        } else {
            Err(Refusal::NotFound)
        }
    }

    /// A living record that may be worked on, at the version that the caller knows.
    pub(crate) fn open(
        &mut self,
        object: &'static Object,
        id: Uuid,
        version: Option<i64>,
        action: Action,
    ) -> Result<Document> {
        let document = self.visible(object, id)?;
        if in_trash(&document) {
            return Err(Refusal::NotFound);
        }
        if !self.may(object, action, &document)? {
            return Err(Refusal::Forbidden);
        }
        let version = version.ok_or(Refusal::VersionRequired)?;
        if document.get("version").and_then(Value::as_i64) == Some(version) {
            Ok(document)
        } else {
            let document = self.access.seen(object, document);
            Err(Refusal::Stale(Box::new(document)))
        }
    }

    fn tell(
        &mut self,
        object: &'static Object,
        verb: &'static str,
        changes: &[Change<'_>],
    ) -> Result<()> {
        if let [change] = changes {
            // Who is handed a lead is told of that.
            if verb != "handed_off" {
                notification::assigned(self, object, change)?;
            }
            follow::tell(self, object, verb, change)?;
        }
        audit::record(self, object, verb, changes)?;
        timeline::record(self, object, changes)?;
        outbox::record(self, object, verb, changes)
    }
}

fn as_documents<'a>(drafts: &'a [Draft<'_>]) -> Vec<&'a Document> {
    drafts.iter().map(AsRef::as_ref).collect()
}
