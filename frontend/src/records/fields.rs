//! The fields that the workspace has added, beside those of the product, or without those that lead to companies.
//!
//! Objects and fields live as long as the page, so that views can hold on to them; a change of the fields makes new
//! ones, a few kilobytes each time.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::WithUntracked;
use relasi_domain::field::{CUSTOM, Field};
use relasi_domain::filter::{self, Filter, Path};
use relasi_domain::platform::custom_field::{CustomField, OBJECT};
use relasi_domain::record::Object;
use relasi_domain::shape::{Customs, Shape};
use serde_json::Value;

use super::store::{self, Query, Record};
use crate::api::{Api, ApiError, Workspace};
use crate::lazy;

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// Objects that have been given fields.
pub type Objects = Vec<&'static Object>;

#[derive(Default)]
struct Known {
    definitions: Vec<Record>,
    people_only: bool,
    objects: Objects,
    customs: Customs,
}

/// Whether records of the object are shown at all.
pub fn is_shown(object: &Object) -> bool {
    !(object.name == "company" && people_only())
}

/// Whether the workspace shows people only, and no companies anywhere. The same as long as the page lives.
pub fn people_only() -> bool {
    KNOWN.with_borrow(|known| known.people_only)
}

/// The object with the fields that the workspace has added; as it is until these are known.
pub fn whole(object: &'static Object) -> &'static Object {
    KNOWN.with_borrow(|known| {
        let mut all = known.objects.iter();
        let found = all.find(|one| one.name == object.name);
        found.copied().unwrap_or(object)
    })
}

/// Where a path of the filter grammar leads from an object, over the fields that the workspace has added.
pub fn path(object: &'static Object, text: &str) -> Option<Path> {
    let customs = KNOWN.with_borrow(|known| known.customs.clone());
    Path::new(text, Shape::new(object, &customs))
}

/// A filter over an object and the fields that the workspace has added; none for what is no filter.
pub fn parse_filter(object: &'static Object, text: &str) -> Option<Filter> {
    let customs = KNOWN.with_borrow(|known| known.customs.clone());
    filter::parse(text, Shape::new(object, &customs)).ok()
}

/// The fields that the workspace has added to an object.
pub fn added(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    let all = whole(object).fields.iter();
    all.filter(|field| field.custom.is_some())
}

/// Learns the fields of the workspace, which most have none of. Without an answer the app keeps those that it knows.
pub async fn load(api: Api) {
    if is_special(api, |workspace| {
        workspace.fields_version > 0 || workspace.hides_companies
    }) {
        reload(api).await;
    } else {
        KNOWN.take();
    }
}

fn is_special(api: Api, test: fn(&Workspace) -> bool) -> bool {
    let session = api.session();
    session.with_untracked(|session| session.as_ref().is_some_and(|s| test(&s.workspace)))
}

/// Reads the fields anew.
pub async fn reload(api: Api) {
    let Ok(definitions) = read(api).await else {
        return;
    };
    let people_only = is_special(api, |workspace| workspace.hides_companies);
    let same = |known: &Known| known.definitions == definitions && known.people_only == people_only;
    if KNOWN.with_borrow(same) {
        return;
    }
    if let Some(objects) = lazy::with_added(definitions.clone(), people_only).await {
        let fields = objects.iter().flat_map(|object| {
            let added = object.fields.iter().filter(|field| field.custom.is_some());
            added.map(|field| (object.name.to_owned(), field.clone()))
        });
        KNOWN.set(Known {
            customs: Customs::new(1, fields),
            definitions,
            people_only,
            objects,
        });
    }
}

/// Every definition in force, in the order in which fields are shown.
pub async fn read(api: Api) -> Result<Vec<Record>, ApiError> {
    let mut query = Query {
        sort: "position".to_owned(),
        limit: 200,
        ..Query::default()
    };
    let mut all = Vec::new();
    loop {
        let page = store::list(api, &OBJECT, &query).await?;
        all.extend(page.items);
        if page.next_cursor.is_none() {
            return Ok(all);
        }
        query.cursor = page.next_cursor;
    }
}

/// The definition in a record; members without a value have the usual one.
fn definition(record: &Record) -> Option<CustomField> {
    let mut members = record.fields.clone();
    members.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(members)).ok()
}

/// Objects with the fields that are defined for them, without those that lead to companies where these are hidden.
pub fn objects(definitions: &[Record], people_only: bool) -> Objects {
    let mut added: BTreeMap<&'static str, Vec<Field>> = BTreeMap::new();
    for definition in definitions.iter().filter_map(definition) {
        if let Some(object) = relasi_domain::object(&definition.object) {
            added
                .entry(object.name)
                .or_default()
                .push(definition.field());
        }
    }
    let hidden = |field: &Field| people_only && field.target() == Some("company");
    for object in relasi_domain::OBJECTS {
        if object.fields.iter().any(hidden) {
            added.entry(object.name).or_default();
        }
    }
    let with = |(name, added): (&'static str, Vec<Field>)| {
        let object = relasi_domain::object(name)?;
        let fields = object.fields.iter().cloned().chain(added);
        let fields = fields.filter(|field| !hidden(field));
        let whole = Object {
            fields: fields.collect::<Vec<_>>().leak(),
            ..*object
        };
        Some(&*Box::leak(Box::new(whole)))
    };
    added.into_iter().filter_map(with).collect()
}

/// The names of a short form's fields and of those added ones without which no record is made.
pub fn with_required(object: &'static Object, names: &[&'static str]) -> Vec<&'static str> {
    let required = added(object).filter(|field| field.required);
    let required = required.map(|field| field.name.as_ref());
    names.iter().copied().chain(required).collect()
}

/// Whether a field is one that the workspace has added, by its name.
pub fn is_custom(name: &str) -> bool {
    name.starts_with(CUSTOM)
}
