//! Custom fields of rows: the records and people that they name, and values that no two records may have.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasher, RandomState},
};

use relasi_domain::{
    commerce::product,
    fault::{Fault, Faults},
    field::{Field, Kind},
    filter::{Value as Indexed, values},
    identity::access::Access,
    people::duplicate::marks,
    record::{Document, Object},
    text::sort_key,
};
use relasi_persistence::{Conn, store::Store};
use serde_json::json;
use uuid::Uuid;

use super::{
    candidate::{Candidate, Made},
    catalogue,
    lookups::Lookups,
};
use crate::{records::member_id, refusal::Result};

/// What is known of the custom values of a file.
#[derive(Debug, Default)]
pub(super) struct CustomValues {
    /// Records by field and name.
    named: HashMap<(String, String), Vec<Uuid>>,
    /// Who has a value, by the hash of its field's key and of itself.
    holders: HashMap<u64, Uuid>,
    hasher: RandomState,
}

impl CustomValues {
    /// Reads what the rows of a chunk name and want. Only a `dry` run remembers the rows before: what a run has written
    /// is in the database.
    pub(super) fn refresh(
        &mut self,
        conn: &mut Conn,
        access: &Access,
        object: &'static Object,
        chunk: &[Candidate],
        dry: bool,
    ) -> Result<()> {
        if !dry {
            self.holders.clear();
        }
        self.named.clear();
        let mut store = Store::new(conn, access);
        let made = chunk.iter().filter_map(|row| row.made.as_ref().ok());
        let added: Vec<&Field> = access
            .customs
            .of(object)
            .iter()
            .map(AsRef::as_ref)
            .collect();
        let own = catalogue::naming(object).map(|field| field as &Field);
        for field in added.into_iter().chain(own) {
            let names = made.clone().flat_map(|made| &made.customs);
            let names = names.filter(|(name, _)| *name == field.name);
            let keys: BTreeSet<String> = names.map(|(_, text)| sort_key(text)).collect();
            if let (Kind::Reference(target), false) = (&field.kind, keys.is_empty())
                && let Some(target) = relasi_domain::object(target)
            {
                let keys: Vec<String> = keys.into_iter().collect();
                for (key, id) in store.titled(target, &keys)? {
                    let found = self.named.entry((field.name.to_string(), key));
                    found.or_default().extend(Uuid::try_parse(&id));
                }
                if target.name == product::OBJECT.name {
                    // A code means one product, whatever others are called.
                    for (key, id) in catalogue::coded(store.conn(), access.workspace_id, &keys)? {
                        self.named.insert((field.name.to_string(), key), vec![id]);
                    }
                }
            }
            let Some(key) = unique_key(field) else {
                continue;
            };
            let wanted = made.clone().flat_map(|made| indexed(field, &made.body));
            let wanted: BTreeSet<String> = wanted.collect();
            let wanted: Vec<String> = wanted.into_iter().collect();
            for (value, id) in store.holders(key, &wanted)? {
                let hash = self.hasher.hash_one((key, &value));
                if let Ok(id) = Uuid::try_parse(&id) {
                    self.holders.entry(hash).or_insert(id);
                }
            }
        }
        Ok(())
    }

    /// The record that a row names or gives by its id, where there is no doubt.
    pub(super) fn one(&self, made: &Made, name: &str) -> Option<Uuid> {
        if let Some(id) = member_id(&made.body, name) {
            return Some(id);
        }
        let (_, text) = made.customs.iter().find(|(named, _)| named == name)?;
        match self
            .named
            .get(&(name.to_owned(), sort_key(text)))?
            .as_slice()
        {
            [id] => Some(*id),
            _ => None,
        }
    }

    /// Puts the records and people that a row names into its body.
    pub(super) fn refer(
        &self,
        access: &Access,
        object: &'static Object,
        lookups: &Lookups,
        made: &Made,
        body: &mut Document,
    ) -> std::result::Result<(), Faults> {
        for (name, text) in &made.customs {
            let Some(field) = access.whole(object).field(name) else {
                continue;
            };
            let nobody = || Fault::at(field.pointer(), "no_such_record").with("found", text);
            let id = if field.kind == Kind::Person {
                lookups.person(text).map_err(|_| nobody())?
            } else {
                let found = self.named.get(&(name.clone(), sort_key(text)));
                match found.map_or(&[][..], Vec::as_slice) {
                    [id] => *id,
                    [] => return Err(nobody().into()),
                    several => {
                        let fault = Fault::at(field.pointer(), "matches_several");
                        return Err(fault.with("count", several.len()).into());
                    }
                }
            };
            field.set(body, json!(id));
        }
        Ok(())
    }

    /// Takes the values of a row that no other record may have for the record that it becomes.
    pub(super) fn take(
        &mut self,
        access: &Access,
        object: &'static Object,
        body: &Document,
        record: Uuid,
    ) -> std::result::Result<(), Faults> {
        let mut faults = Faults::default();
        let mut taken = Vec::new();
        for field in access.customs.of(object) {
            let Some(key) = unique_key(field) else {
                continue;
            };
            for value in indexed(field, body) {
                let hash = self.hasher.hash_one((key, &value));
                match self.holders.get(&hash) {
                    Some(holder) if *holder != record => {
                        faults.push(Fault::at(field.pointer(), "not_unique").with("title", value));
                    }
                    _ => taken.push(hash),
                }
            }
        }
        faults.into_result()?;
        self.holders
            .extend(taken.into_iter().map(|hash| (hash, record)));
        Ok(())
    }

    /// Gives the values of a record back that will not be made.
    pub(super) fn forget(&mut self, record: Uuid) {
        self.holders.retain(|_, holder| *holder != record);
    }
}

/// Records read for a value that marks doubles: more than one make a row doubtful, however many there are.
const MARKED: u32 = 20;

/// The values of a row in fields by which doubles are found, each with its field.
pub(super) fn marked_values(access: &Access, object: &'static Object, made: &Made) -> Vec<String> {
    let all = marks(access.whole(object), &made.body).into_iter();
    all.map(|mark| marked(&mark.field, &mark.value)).collect()
}

/// The records that have the values by which doubles of a chunk's rows are found, see [`marked_values`].
pub(super) fn marked_records(
    conn: &mut Conn,
    access: &Access,
    object: &'static Object,
    chunk: &[Candidate],
) -> Result<HashMap<String, Vec<Uuid>>> {
    let shape = access.whole(object);
    let mut all: HashMap<String, Vec<Uuid>> = HashMap::new();
    for field in shape.marking() {
        let made = chunk.iter().filter_map(|row| row.made.as_ref().ok());
        let values: BTreeSet<String> = made.flat_map(|made| indexed(field, &made.body)).collect();
        let values: Vec<String> = values.into_iter().collect();
        let key = field.custom.as_ref().map_or("", |custom| &custom.key);
        let found = Store::new(conn, access).some_matches(object, key, &values, MARKED)?;
        for (value, id) in found {
            let ids = all.entry(marked(&field.name, &value)).or_default();
            ids.extend(Uuid::try_parse(&id));
        }
    }
    Ok(all)
}

/// A control character divides them, which neither of the two has.
fn marked(field: &str, value: &str) -> String {
    format!("{field}\u{1f}{value}")
}

fn unique_key(field: &Field) -> Option<&str> {
    let custom = field.custom.as_deref().filter(|custom| custom.unique)?;
    Some(&custom.key)
}

fn indexed(field: &Field, body: &Document) -> Vec<String> {
    let values = values(field, field.of(body));
    values.iter().map(Indexed::indexed).collect()
}
