//! What work on many records needs: ids of whole lists, patches judged by themselves, records changed as they were
//! found.

use std::collections::BTreeSet;

use relasi_domain::{
    fault::Faults,
    field::{CUSTOM, FieldRef},
    identity::access::Action,
    record::{Document, Object},
};
use relasi_persistence::store::Query;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{ListRequest, Work, check, custom, in_trash, list::query};
use crate::refusal::{Refusal, Result};

/// Ids of a stretch of a list, and where the next one begins.
pub(crate) type Ids = (Vec<Uuid>, Option<Vec<Value>>);

#[derive(Deserialize)]
struct WithId {
    id: Uuid,
}

impl Work<'_> {
    /// Refuses a list that can't be read as such.
    pub(crate) fn check_list(&self, object: &'static Object, request: &ListRequest) -> Result<()> {
        self.parse(object, request).map(drop)
    }

    /// At most `limit` ids of a list in its order, from behind a place in it.
    pub(crate) fn ids(
        &mut self,
        object: &'static Object,
        request: &ListRequest,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Ids> {
        let parsed = self.parse(object, request)?;
        let (access, only) = (self.access, ["id".to_owned()]);
        let whole = query(&parsed, request, access.limit(object, Action::See));
        let page = self.store().page(
            object,
            &Query {
                after,
                limit,
                fields: &only,
                ..whole
            },
        )?;
        let items = [b"[".as_slice(), &page.items, b"]"].concat();
        let rows: Vec<WithId> = serde_json::from_slice(&items)
            .map_err(|error| relasi_persistence::StoreError::Other(error.to_string()))?;
        Ok((rows.into_iter().map(|row| row.id).collect(), page.next))
    }

    /// Refuses a patch that no record could take: unknown and read-only members, malformed values, references to
    /// what is not there. Reads only; what is started by it needs [`Work::know_members`] as well.
    pub(crate) fn check_patch(
        &mut self,
        object: &'static Object,
        mut patch: Document,
    ) -> Result<()> {
        let mut faults = Faults::default();
        check::members(self.access, object, &mut patch, false, &mut faults);
        let shape = self.access.shape(object);
        check::tidy(object, &mut patch);
        for (name, value) in &patch {
            if let Some(field) = shape.field(name) {
                field.check(value, &mut faults);
            }
        }
        let mut named: BTreeSet<String> = patch.keys().cloned().collect();
        if let Some(values) = patch.remove("custom") {
            let names = values.as_object().into_iter().flat_map(Document::keys);
            named.extend(names.map(|name| format!("{CUSTOM}{name}")));
            custom::merge(shape, &mut patch, values, &mut faults);
        }
        faults.into_result()?;
        let fields: Vec<FieldRef> = shape
            .fields()
            .filter(|field| named.contains(field.name.as_ref()))
            .collect();
        self.references(object, &[&patch], &fields, None)
    }

    /// Applies members to a living record that was found in this transaction; [`Work::revise`] and [`Work::change`]
    /// are for clients, who name a version instead.
    pub(crate) fn alter(
        &mut self,
        object: &'static Object,
        before: Document,
        members: Document,
        verb: &'static str,
    ) -> Result<Document> {
        if in_trash(&before) {
            return Err(Refusal::NotFound);
        }
        if !self.may(object, Action::Edit, &before)? {
            return Err(Refusal::Forbidden);
        }
        let faults = self.closed(object, &before, &members);
        self.apply(object, before, members, faults, verb)
    }
}
