//! Bodies of requests into records: forms, rules, references.

use std::collections::BTreeMap;

use relasi_domain::{
    fault::{Fault, Faults},
    field::{Field, FieldRef, Item, Kind, Write},
    identity::{access::Access, field_right::FieldRight},
    record::{Document, Object},
    shape::Shape,
};
use relasi_persistence::store::{instant_micros, instant_text};
use serde_json::Value;

use super::{Work, custom, rules};
use crate::refusal::Result;

/// Brings members to the form in which they are stored, so that equal values are equal: text without white space
/// around it, empty text as no value, no items as an empty list, instants in UTC, ids in lower case.
pub(super) fn tidy(object: &'static Object, document: &mut Document) {
    for (name, value) in document.iter_mut() {
        trim(value);
        match (object.field(name).map(|field| &field.kind), &mut *value) {
            (Some(Kind::Many(_)), Value::Null) => *value = Value::Array(Vec::new()),
            (Some(Kind::Boolean), Value::Null) => *value = Value::Bool(false),
            (Some(kind), value) => tidy_value(kind, value),
            (None, _) => {}
        }
    }
}

/// Brings a value to the form in which it is stored.
pub(super) fn tidy_value(kind: &Kind, value: &mut Value) {
    trim(value);
    match (kind, value) {
        (Kind::Instant, Value::String(text)) => {
            if let Some(micros) = instant_micros(text) {
                *text = instant_text(micros);
            }
        }
        (Kind::Reference(_) | Kind::Person, Value::String(id)) => id.make_ascii_lowercase(),
        (Kind::Many(Item::Reference(_)), Value::Array(ids)) => {
            for id in ids {
                if let Value::String(id) = id {
                    id.make_ascii_lowercase();
                }
            }
        }
        _ => {}
    }
}

fn trim(value: &mut Value) {
    if let Value::String(text) = value {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            *value = Value::Null;
        } else if trimmed.len() != text.len() {
            *value = Value::String(trimmed.to_owned());
        }
    }
}

/// Refuses members that the object does not have, as far as the worker knows it, or that a client may not write here.
pub(super) fn members(
    access: &Access,
    object: &'static Object,
    body: &mut Document,
    creating: bool,
    faults: &mut Faults,
) {
    let shape = access.shape(object);
    for name in body.keys() {
        match shape.field(name) {
            // Looked at by itself, with the fields that the workspace added.
            _ if name == "custom" => {}
            None => faults.push(Fault::field(name, "unknown_member")),
            Some(field) => {
                let closed = match field.write {
                    Write::Always => false,
                    Write::OnCreate => !creating,
                    Write::Never => true,
                };
                faults.check(closed, name, "read_only_member");
            }
        }
    }
    // Whether their values are well formed would tell more of them.
    body.retain(|name, _| access.field(object, name) == FieldRight::Edit);
    custom::members(access, object, body, faults);
}

/// Checks forms and rules of a whole record that needs no other one to be judged, but for its custom fields.
pub(crate) fn check_record(shape: Shape<'_>, document: &Document) -> Result<()> {
    record(shape, document, Faults::default())
}

/// Checks forms and rules of a whole record but for its custom fields.
pub(super) fn record(shape: Shape<'_>, document: &Document, mut faults: Faults) -> Result<()> {
    let object = shape.object;
    for field in object.fields {
        // A workspace may have other choices than the product.
        let Some(field) = shape.field(&field.name) else {
            continue;
        };
        let refused = |fault: &Fault| fault.pointer.strip_prefix('/') == Some(field.name.as_ref());
        if field.write == Write::Never && faults.0.iter().any(refused) {
            continue;
        }
        field.check(
            document.get(field.name.as_ref()).unwrap_or(&Value::Null),
            &mut faults,
        );
    }
    for name in ["owner_id", "team_id"] {
        if let (Some(field), Some(value)) = (object.field(name), document.get(name)) {
            field.check(value, &mut faults);
        }
    }
    if faults.0.is_empty() {
        rules(object).validate(document, &mut faults);
    }
    faults.into_result().map_err(Into::into)
}

/// Where a fault of one of several documents points to.
fn pointer(many: bool, index: usize, field: &Field) -> String {
    let pointer = field.pointer();
    if many {
        format!("/{index}{pointer}")
    } else {
        pointer
    }
}

impl Work<'_> {
    /// Refuses references to records and people that are not there, for all documents with one query per target.
    ///
    /// Items of a list that were in it `before` may stay although their record has gone into the trash since.
    pub(super) fn references(
        &mut self,
        object: &'static Object,
        documents: &[&Document],
        fields: &[FieldRef],
        before: Option<&Document>,
    ) -> Result<()> {
        let many = documents.len() > 1;
        let mut wanted: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for (index, document) in documents.iter().enumerate() {
            for field in fields {
                let value = field.of(document);
                let Some(target) = field.target() else {
                    continue;
                };
                let at = pointer(many, index, field);
                let wanted = wanted.entry(target).or_default();
                match value {
                    Value::String(id) => wanted.push((id.clone(), at)),
                    Value::Array(ids) => {
                        let old = before
                            .and_then(|before| before.get(field.name.as_ref()))
                            .and_then(Value::as_array);
                        let fresh =
                            |(_, id): &(usize, &Value)| old.is_none_or(|old| !old.contains(id));
                        let ids = ids
                            .iter()
                            .enumerate()
                            .filter(fresh)
                            .filter_map(|(place, id)| Some((place, id.as_str()?)));
                        wanted.extend(
                            ids.map(|(place, id)| (id.to_owned(), format!("{at}/{place}"))),
                        );
                    }
                    _ => {}
                }
            }
        }
        let own: Vec<&str> = documents
            .iter()
            .filter_map(|document| document.get("id").and_then(Value::as_str))
            .collect();
        let mut faults = Faults::default();
        for (target, wanted) in wanted {
            let mut ids: Vec<String> = wanted.iter().map(|(id, _)| id.clone()).collect();
            ids.sort_unstable();
            ids.dedup();
            let mut found: Vec<String> = self.living(target, &ids)?;
            if target == object.name {
                // Records made together may refer to each other.
                found.extend(own.iter().map(|id| (*id).to_owned()));
            }
            found.sort_unstable();
            for (id, at) in wanted {
                if found.binary_search(&id).is_err() {
                    faults.push(Fault::at(at, "no_such_record"));
                }
            }
        }
        faults.into_result().map_err(Into::into)
    }

    /// Which of the ids are living records of `target`, or members for `user`.
    fn living(&mut self, target: &str, ids: &[String]) -> Result<Vec<String>> {
        let mut living = Vec::with_capacity(ids.len());
        for ids in ids.chunks(500) {
            match relasi_domain::object(target) {
                Some(target) => living.extend(self.store().existing(target, ids)?),
                None if target == "user" => living.extend(self.active_members(ids)?),
                // Imports are written by the product alone.
                None => living.extend_from_slice(ids),
            }
        }
        Ok(living)
    }

    /// Which of the ids belong to active members. The worker is one: others need not be asked for most records.
    fn active_members(&mut self, ids: &[String]) -> Result<Vec<String>> {
        let own = self.access.user_id.to_string();
        if ids == [own.as_str()] {
            return Ok(vec![own]);
        }
        Ok(self.store().members(ids)?)
    }
}
