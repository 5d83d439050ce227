//! The fields that the workspace has added, beside those of the product, without those that are closed to the person or
//! lead to companies where these are hidden.
//!
//! Objects and fields live as long as the page, so that views can hold on to them; a change of the fields makes new
//! ones, a few kilobytes each time.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::WithUntracked;
use relasi_domain::field::{CUSTOM, Field, Write};
use relasi_domain::filter::{self, Filter, Path};
use relasi_domain::identity::field_right::{FieldRight, FieldRights};
use relasi_domain::interaction::activity;
use relasi_domain::interaction::outcome::Outcomes;
use relasi_domain::platform::custom_field::{CustomField, OBJECT};
use relasi_domain::record::Object;
use relasi_domain::shape::{Customs, Narrowed, Shape};
use serde::Deserialize;
use serde_json::Value;

use super::store::{self, Query, Record};
use crate::api::{Api, ApiError, Reply};
use crate::lazy;

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// Objects that have been given fields.
pub type Objects = Vec<&'static Object>;

/// The outcomes of activities as the API shows them.
#[derive(Deserialize)]
struct Set {
    items: Outcomes,
}

#[derive(Default)]
struct Known {
    definitions: Vec<Record>,
    outcomes: Outcomes,
    rules: Rules,
    objects: Objects,
    customs: Customs,
}

/// Which fields there are not, or not to write in.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Rules {
    /// Those that lead to companies.
    pub people_only: bool,
    /// Those that the person may not see, or not change.
    pub rights: FieldRights,
}

/// Whether records of the object are shown at all.
pub fn is_shown(object: &Object) -> bool {
    !(object.name == "company" && people_only())
}

/// Whether the workspace shows people only, and no companies anywhere. The same as long as the page lives.
pub fn people_only() -> bool {
    KNOWN.with_borrow(|known| known.rules.people_only)
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
    let narrowed = narrowed();
    Path::new(text, Shape::narrowed(object, &narrowed))
}

/// A filter over an object and the fields that the workspace has added; none for what is no filter.
pub fn parse_filter(object: &'static Object, text: &str) -> Option<Filter> {
    let narrowed = narrowed();
    filter::parse(text, Shape::narrowed(object, &narrowed)).ok()
}

fn narrowed() -> Narrowed {
    KNOWN.with_borrow(|known| Narrowed::new(&known.rules.rights, &known.customs))
}

/// Whether the person sees a field.
pub fn is_seen(object: &Object, name: &str) -> bool {
    KNOWN.with_borrow(|known| known.rules.rights.of(object.name, name) > FieldRight::Hidden)
}

/// Whether the person may change a field, as far as their role goes.
pub fn is_open(object: &Object, name: &str) -> bool {
    KNOWN.with_borrow(|known| known.rules.rights.of(object.name, name) == FieldRight::Edit)
}

/// The fields that the workspace has added to an object.
pub fn added(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    let all = whole(object).fields.iter();
    all.filter(|field| field.custom.is_some())
}

/// The codes of the outcomes offered for a kind of activity, in their order.
pub fn outcomes(kind: &str) -> Vec<String> {
    KNOWN.with_borrow(|known| {
        let offered = known.outcomes.of(kind);
        offered.map(|one| one.code().to_owned()).collect()
    })
}

/// Whether activities that end are asked how, by their kind.
pub fn has_outcomes(kind: &str) -> bool {
    KNOWN.with_borrow(|known| known.outcomes.of(kind).next().is_some())
}

/// Whether a record may get a code that it does not have.
pub fn is_offered(object: &Object, field: &str, code: &str) -> bool {
    let outcome = object.name == activity::OBJECT.name && field == "outcome";
    let retired = |known: &Known| {
        let mut all = known.outcomes.0.iter();
        all.any(|one| one.code() == code && one.retired)
    };
    !(outcome && KNOWN.with_borrow(retired))
}

/// Learns the fields of the workspace, which most have none of. Without an answer the app keeps those that it knows.
pub async fn load(api: Api) {
    let special = api.session().with_untracked(|session| {
        let session = session.as_ref()?;
        let workspace = &session.workspace;
        let changed = workspace.fields_version > 0 || workspace.hides_companies;
        Some(changed || !session.field_rights.is_empty())
    });
    if special == Some(true) {
        reload(api).await;
    } else {
        KNOWN.take();
    }
}

fn rules(api: Api) -> Rules {
    let session = api.session();
    let rules = session.with_untracked(|session| {
        session.as_ref().map(|session| Rules {
            people_only: session.workspace.hides_companies,
            rights: session.field_rights.clone(),
        })
    });
    rules.unwrap_or_default()
}

/// Reads the fields anew.
pub async fn reload(api: Api) {
    let Ok(definitions) = read(api).await else {
        return;
    };
    let outcomes = api.get("/activity-outcomes").await;
    let Ok(Set { items: outcomes }) = outcomes.and_then(Reply::read) else {
        return;
    };
    let rules = rules(api);
    let same = |known: &Known| {
        known.definitions == definitions && known.rules == rules && known.outcomes == outcomes
    };
    if KNOWN.with_borrow(same) {
        return;
    }
    let made = lazy::with_added(definitions.clone(), rules.clone(), outcomes.clone());
    if let Some(objects) = made.await {
        let fields = objects.iter().flat_map(|object| {
            let added = object.fields.iter().filter(|field| field.custom.is_some());
            added.map(|field| (object.name.to_owned(), field.clone()))
        });
        KNOWN.set(Known {
            customs: Customs::new(1, fields).with_outcomes(outcomes.clone()),
            definitions,
            outcomes,
            rules,
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

/// Objects with the fields that are defined for them, by these rules, and with these outcomes of activities.
pub fn objects(definitions: &[Record], rules: &Rules, outcomes: &Outcomes) -> Objects {
    let mut added: BTreeMap<&'static str, Vec<Field>> = BTreeMap::new();
    for definition in definitions.iter().filter_map(definition) {
        if let Some(object) = relasi_domain::object(&definition.object) {
            added
                .entry(object.name)
                .or_default()
                .push(definition.field());
        }
    }
    let outcome = (*outcomes != Outcomes::default()).then(|| outcomes.field());
    if outcome.is_some() {
        added.entry(activity::OBJECT.name).or_default();
    }
    let leads = |field: &Field| rules.people_only && field.target() == Some("company");
    for object in relasi_domain::OBJECTS {
        let narrowed = rules.rights.fields(object.name).next().is_some();
        if narrowed || object.fields.iter().any(leads) {
            added.entry(object.name).or_default();
        }
    }
    let known = |object: &Object, mut field: Field| {
        let own = outcome
            .as_ref()
            .filter(|own| object.name == activity::OBJECT.name && field.name == own.name);
        if let Some(own) = own {
            field = own.clone();
        }
        match rules.rights.of(object.name, &field.name) {
            FieldRight::Hidden => return None,
            FieldRight::See => field.write = Write::Never,
            FieldRight::Edit => {}
        }
        Some(field).filter(|field| !leads(field))
    };
    let with = |(name, added): (&'static str, Vec<Field>)| {
        let object = relasi_domain::object(name)?;
        let fields = object.fields.iter().cloned().chain(added);
        let fields = fields.filter_map(|field| known(object, field));
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
