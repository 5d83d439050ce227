//! Fields set back to what they had.

use relasi_domain::{
    fault::{Fault, Faults},
    field::Write,
    identity::access::Action,
    record::{Document, Object},
};
use relasi_persistence::store::instant_text;
use uuid::Uuid;

use super::{AsOf, Point, Work, member, set_member};
use crate::refusal::Result;

impl Work<'_> {
    /// Sets fields of a record back to what they had at a point in its past: those named, or all that a client may
    /// write. It is a change like any other: rights, rules, version, audit.
    pub fn revert(
        &mut self,
        object: &'static Object,
        id: Uuid,
        version: Option<i64>,
        point: Point,
        fields: Option<&[String]>,
    ) -> Result<Document> {
        let before = self.open(object, id, version, Action::Edit)?;
        let then = self.as_of(object, id, point)?;
        let patch = match fields {
            Some(names) => self.named(object, &then, names)?,
            None => every(&then),
        };
        let origin = match point {
            Point::At(at) => instant_text(at.timestamp_micros()),
            Point::Before(entry) => entry.to_string(),
        };
        let cause = self.cause.replace(format!("revert:{origin}"));
        let done = self.apply(object, before, patch, Faults::default(), "reverted");
        self.cause = cause;
        done
    }

    fn named(&self, object: &'static Object, then: &AsOf, names: &[String]) -> Result<Document> {
        let shape = self.access.shape(object);
        let mut faults = Faults::default();
        let mut patch = Document::new();
        for (place, name) in names.iter().enumerate() {
            let code = match shape.field(name) {
                None => "unknown_field",
                Some(field) if field.write != Write::Always => "read_only_member",
                Some(_) if then.unknown.contains(name) => "not_known_then",
                Some(_) => {
                    let value = member(&then.record, name).cloned();
                    set_member(&mut patch, name, value.unwrap_or_default());
                    continue;
                }
            };
            faults.push(Fault::at(format!("/fields/{place}"), code).with("field", name));
        }
        faults.into_result()?;
        Ok(patch)
    }
}

/// Everything that can be set back and is another one now.
fn every(then: &AsOf) -> Document {
    let mut patch = Document::new();
    for difference in then.differences.iter().filter(|one| one.restorable) {
        set_member(&mut patch, &difference.field, difference.then.clone());
    }
    patch
}
