//! Whose events somebody gets: those of records that they may see.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    identity::access::{Access, Action, RecordScope},
    record::Object,
};
use serde_json::Value;
use uuid::Uuid;

use super::Event;
use crate::{
    records::{Work, member_id},
    refusal::Result,
};

/// The record that decides who may know of an event: the one that a comment or file belongs to, else its own.
fn subject(event: &Event) -> Option<(&'static Object, Uuid)> {
    let (name, id) = event.about().unwrap_or((&event.object, event.record_id));
    Some((relasi_domain::object(name)?, id))
}

/// Whether somebody may know of all these events without a look at their records: they see every record of its kind.
pub fn open_to_all(access: &Access, events: &[Event]) -> bool {
    let all = |event: &Event| {
        subject(event)
            .is_some_and(|(object, _)| access.scope(object, Action::See) == RecordScope::All)
    };
    events.iter().all(all)
}

/// The events that the worker may know of, in their order. A record that is gone for good is only known to those who
/// see every record of its kind.
pub fn seen(work: &mut Work<'_>, events: Vec<Event>) -> Result<Vec<Event>> {
    let mut asked: BTreeMap<&str, (&'static Object, BTreeSet<String>)> = BTreeMap::new();
    for (object, id) in events.iter().filter_map(subject) {
        if work.access.scope(object, Action::See) != RecordScope::All {
            let (_, ids) = asked
                .entry(object.name)
                .or_insert((object, BTreeSet::new()));
            ids.insert(id.to_string());
        }
    }
    let mut open: BTreeSet<Uuid> = BTreeSet::new();
    for (object, ids) in asked.values() {
        let ids: Vec<String> = ids.iter().cloned().collect();
        let found = work.store().find_all(object, &ids)?;
        let allowed = work.reached(object, Action::See, found)?;
        open.extend(
            allowed
                .iter()
                .filter_map(|document| member_id(document, "id")),
        );
    }
    let access = work.access;
    let may_know = |event: &Event| {
        subject(event).is_some_and(|(object, id)| {
            work.access.scope(object, Action::See) == RecordScope::All || open.contains(&id)
        })
    };
    let known = events.into_iter().filter(may_know);
    Ok(known.map(|event| masked(access, event)).collect())
}

/// An event that names no fields which may not be seen.
fn masked(access: &Access, mut event: Event) -> Event {
    if let Some(changed) = event.payload.get_mut("changed") {
        mask_names(access, &event.object, changed);
    }
    event
}

/// Takes the names of fields of an object out of a list that may not be seen.
pub(super) fn mask_names(access: &Access, object: &str, names: &mut Value) {
    if let (Some(object), Some(names)) = (relasi_domain::object(object), names.as_array_mut()) {
        names.retain(|name| name.as_str().is_none_or(|name| !access.hides(object, name)));
    }
}
