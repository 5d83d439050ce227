//! What the records are called that entries are about and that their values refer to.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::identity::access::{Action, RecordScope};
use relasi_persistence::store::Related;
use serde_json::Value;

use crate::{records::Work, refusal::Result};

/// Names by plural object name, `users` for people; of objects of which the worker sees every record.
pub fn names(work: &mut Work<'_>, entries: &[Value]) -> Result<Vec<(String, Vec<Related>)>> {
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in entries {
        gather(work, entry, &mut wanted);
    }
    let mut named = Vec::new();
    for (target, ids) in wanted {
        let hidden = relasi_domain::object(&target)
            .is_some_and(|object| work.access.scope(object, Action::See) != RecordScope::All);
        if hidden {
            continue;
        }
        let ids: Vec<String> = ids.into_iter().collect();
        let found = work.store().named(&target, &ids)?;
        named.extend(found.map(|(plural, names)| (plural.to_owned(), names)));
    }
    Ok(named)
}

fn gather(work: &Work<'_>, entry: &Value, wanted: &mut BTreeMap<String, BTreeSet<String>>) {
    let mut want = |target: &str, id: &Value| {
        if let Some(id) = id.as_str() {
            let of_target = wanted.entry(target.to_owned()).or_default();
            of_target.insert(id.to_owned());
        }
    };
    want("user", &entry["actor_id"]);
    let name = entry["object"].as_str().unwrap_or_default();
    want(name, &entry["record_id"]);
    let Some(object) = relasi_domain::object(name) else {
        return;
    };
    for change in entry["changes"].as_array().into_iter().flatten() {
        let field = change["field"].as_str().unwrap_or_default();
        let Some(field) = work.access.shape(object).field(field) else {
            continue;
        };
        let Some(target) = field.target() else {
            continue;
        };
        for value in [&change["old"], &change["new"]] {
            match value {
                Value::Array(ids) => ids.iter().for_each(|id| want(target, id)),
                id => want(target, id),
            }
        }
    }
}
