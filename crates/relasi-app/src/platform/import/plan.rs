//! What is to be written for a chunk of rows.

use std::collections::{BTreeSet, HashMap};

use relasi_domain::{
    fault::Faults,
    identity::access::{Access, Action},
    record::{Document, Object},
};
use relasi_persistence::{Conn, store::Store};
use serde_json::Value;
use uuid::Uuid;

use super::{Counts, leads};
use crate::{
    people::consent::Said,
    records::{member_id, reached},
    refusal::Result,
};

/// What is to be written for a chunk.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// New tags, with their ids.
    pub(super) tags: Vec<Document>,
    /// New companies, with their ids.
    pub(super) companies: Vec<Document>,
    /// New records, with their ids.
    pub(super) creates: Vec<Document>,
    /// Changes of records that are there.
    pub(super) updates: Vec<Update>,
    /// Who may be contacted and who may not.
    pub(super) said: Vec<(Uuid, Said)>,
    /// Rows that can't be taken, by their place in the chunk.
    pub(super) rejected: Vec<(usize, Faults)>,
    /// Fate of the chunk's rows.
    pub(super) counts: Counts,
}

/// A change of a record that is there.
#[derive(Debug)]
pub(super) struct Update {
    /// The record.
    pub(super) id: Uuid,
    /// At this version.
    pub(super) version: i64,
    /// As a merge patch.
    pub(super) patch: Document,
}

/// A record that rows of the chunk are written into.
pub(super) struct Target {
    pub(super) document: Document,
    /// Why nothing can be written into it.
    pub(super) closed: Option<&'static str>,
    pub(super) changed: BTreeSet<String>,
}

impl Target {
    /// A record as it was found, and whether the importer may change it.
    pub(super) fn new(object: &Object, document: Document, mine: bool) -> Self {
        Self {
            closed: leads::closed(object, &document).or((!mine).then_some("not_yours")),
            document,
            changed: BTreeSet::new(),
        }
    }

    pub(super) fn update(self, id: Uuid) -> Option<Update> {
        if self.changed.is_empty() {
            return None;
        }
        let version = self.document.get("version").and_then(Value::as_i64)?;
        let mut patch = self.document;
        patch.retain(|name, _| self.changed.contains(name));
        Some(Update { id, version, patch })
    }
}

/// The records that rows may be written into.
pub(super) fn targets(
    conn: &mut Conn,
    access: &Access,
    object: &'static Object,
    ids: &BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, Target>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let found = Store::new(conn, access).find_all(object, &ids)?;
    let mine = reached(conn, access, (object, Action::Edit), found.clone())?;
    let mine: BTreeSet<Uuid> = mine.iter().filter_map(|one| member_id(one, "id")).collect();
    let all = found.into_iter().filter_map(|document| {
        let id = member_id(&document, "id")?;
        let target = Target::new(object, document, mine.contains(&id));
        Some((id, target))
    });
    Ok(all.collect())
}

/// Faults of a record that a row only names are faults of the field that names it.
pub(super) fn at_field(field: &str, faults: Faults) -> Faults {
    faults.pointing(|_| format!("/{field}"))
}

/// What is known while a chunk is planned.
pub(super) struct Scene {
    /// Living records by match value.
    pub(super) matches: HashMap<String, Vec<Uuid>>,
    /// Records that are there and may be written into.
    pub(super) targets: HashMap<Uuid, Target>,
    /// Places of new records among the creates.
    pub(super) fresh: HashMap<Uuid, usize>,
}

impl Scene {
    /// Where a row matches several records, those that take nothing are passed over.
    pub(super) fn leave_closed(&self, found: &mut BTreeSet<Uuid>) {
        let open = |id: &Uuid| {
            let target = self.targets.get(id);
            target.is_none_or(|target| target.closed != Some(leads::CONVERTED))
        };
        if found.iter().any(open) {
            found.retain(open);
        }
    }

    /// Whether somebody is there whom one of the values matches: who was made by hand since is known to be wanted.
    pub(super) fn knows(&self, values: &[String]) -> bool {
        let found = values.iter().filter_map(|value| self.matches.get(value));
        found.into_iter().any(|found| !found.is_empty())
    }
}
