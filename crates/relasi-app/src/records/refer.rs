//! References to one record that become references to another.

use relasi_domain::{
    OBJECTS,
    field::{FieldRef, Item, Kind},
    identity::access::Access,
    record::{Document, Object},
};
use relasi_persistence::Statement;
use serde_json::Value;
use uuid::Uuid;

use super::{Draft, Work, rules};
use crate::refusal::Result;

/// A field that refers to records of some object.
#[derive(Debug, Clone)]
pub(crate) struct Referring {
    pub(crate) object: &'static Object,
    pub(crate) field: FieldRef,
}

/// Every field of every object, built in or added, that refers to records of `target`: what refers to it later is among
/// them by itself.
pub(crate) fn referring(
    access: &Access,
    target: &'static Object,
) -> impl Iterator<Item = Referring> + use<> {
    let to_target = move |field: &FieldRef| match &field.kind {
        Kind::Reference(name) | Kind::Many(Item::Reference(name)) => name == target.name,
        _ => false,
    };
    let all = OBJECTS.iter().flat_map(|object| {
        let fields = access.whole(object).fields().filter(to_target);
        fields.map(|field| Referring { object, field })
    });
    all.collect::<Vec<_>>().into_iter()
}

impl Work<'_> {
    /// Ids of the records, in the trash or not, that refer to this one by a field; at most `limit`.
    pub(crate) fn referrers(
        &mut self,
        by: &Referring,
        id: Uuid,
        limit: u32,
    ) -> Result<Vec<String>> {
        let Referring { object, field } = by;
        let workspace = self.access.workspace_id;
        let added = field.custom.as_ref().map(|custom| custom.key.as_str());
        let mut statement = if added.is_some() || matches!(field.kind, Kind::Many(_)) {
            let mut statement =
                Statement::new("SELECT record_id FROM field_index WHERE workspace_id = ");
            statement
                .bind(workspace)
                .push(" AND object = ")
                .bind(object.name);
            statement
                .push(" AND field = ")
                .bind(added.unwrap_or(&field.name))
                .push(" AND value = ")
                .bind(id);
            statement.push(" ORDER BY record_id");
            statement
        } else {
            let mut statement = Statement::new(format!(
                "SELECT id FROM {} WHERE workspace_id = ",
                object.table
            ));
            statement
                .bind(workspace)
                .push(&format!(" AND {} = ", field.name))
                .bind(id);
            statement.push(" ORDER BY id");
            statement
        };
        Ok(self.conn.rows(statement.limit(limit), |row| row.text(0))?)
    }

    /// Writes a reference on behalf of the product: whoever may merge two records need not have rights over each
    /// record that refers to them. Everything else is as with any write.
    pub(crate) fn repoint(
        &mut self,
        by: &Referring,
        before: Document,
        value: Value,
    ) -> Result<Document> {
        self.know_fields(by.object)?;
        let mut after = before.clone();
        by.field.set(&mut after, value);
        let mut draft = Draft::Owned(after);
        rules(by.object).prepare(self, &mut draft, Some(&before))?;
        self.take_values(by.object, &draft, Some(&before))?;
        let changed = std::slice::from_ref(&by.field);
        self.save(by.object, before, draft.into_owned(), changed, "updated")
    }

    /// Applies a patch and tells of it even when it changes nothing, by a verb with a meaning of its own.
    pub(crate) fn apply_always(
        &mut self,
        object: &'static Object,
        before: Document,
        patch: Document,
        verb: &'static str,
    ) -> Result<Document> {
        let (after, changed) = self.outcome(
            object,
            &before,
            patch,
            relasi_domain::fault::Faults::default(),
        )?;
        self.save(object, before, after, &changed, verb)
    }
}
