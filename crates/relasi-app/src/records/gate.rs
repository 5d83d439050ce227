//! Whether something may be done to records that were found: by whose they are, and else because they are shared.

use relasi_domain::{
    identity::{
        access::{Access, Action, OwnedBy},
        field_right::FieldRight,
    },
    record::{Document, Object},
};
use relasi_persistence::{
    Conn,
    store::{Store, text_of},
};
use uuid::Uuid;

use super::{Work, owned_by};
use crate::refusal::Result;

/// Whether somebody may do something to a record; who works or another one.
pub(crate) fn reaches(
    conn: &mut Conn,
    access: &Access,
    (object, action): (&'static Object, Action),
    record: &Document,
) -> Result<bool> {
    let owned = owned_by(object, record);
    if access.allows(object, action, &owned) {
        return Ok(true);
    }
    let ids = [text_of(record, "id")];
    let limit = access.limit(object, action);
    Ok(!Store::new(conn, access).shared(&limit, &ids)?.is_empty())
}

/// Those of the records to which somebody may do something, in their order; with one look at what is shared.
pub(crate) fn reached(
    conn: &mut Conn,
    access: &Access,
    (object, action): (&'static Object, Action),
    mut records: Vec<Document>,
) -> Result<Vec<Document>> {
    let limit = access.limit(object, action);
    let own = |record: &Document| limit.contains(&owned_by(object, record));
    let others = records.iter().filter(|record| !own(record));
    let others: Vec<String> = others.map(|record| text_of(record, "id")).collect();
    let shared = Store::new(conn, access).shared(&limit, &others)?;
    records.retain(|record| own(record) || shared.contains(&text_of(record, "id")));
    Ok(records)
}

impl Work<'_> {
    /// Whether the worker may do something to a record as it was found.
    pub(crate) fn may(
        &mut self,
        object: &'static Object,
        action: Action,
        record: &Document,
    ) -> Result<bool> {
        reaches(self.conn, self.access, (object, action), record)
    }

    /// Why the worker's role changes nothing in a field, as the code of a fault: it sees it only, or knows of none.
    ///
    /// Fields that the product maintains are left alone by patches; a verb that writes words of its caller into one asks
    /// here.
    pub(crate) fn closed_to_role(
        &self,
        object: &'static Object,
        name: &str,
    ) -> Option<&'static str> {
        match self.access.field(object, name) {
            FieldRight::Edit => None,
            FieldRight::See => Some("read_only_member"),
            FieldRight::Hidden => Some("unknown_member"),
        }
    }

    /// Whether the worker may see a record of which no more is known than whose it is.
    pub(super) fn may_see(
        &mut self,
        object: &'static Object,
        id: Uuid,
        owned: &OwnedBy,
    ) -> Result<bool> {
        let access = self.access;
        if access.allows(object, Action::See, owned) {
            return Ok(true);
        }
        let limit = access.limit(object, Action::See);
        Ok(!self.store().shared(&limit, &[id.to_string()])?.is_empty())
    }

    /// Those of the records to which the worker may do something.
    pub(crate) fn reached(
        &mut self,
        object: &'static Object,
        action: Action,
        records: Vec<Document>,
    ) -> Result<Vec<Document>> {
        reached(self.conn, self.access, (object, action), records)
    }
}
