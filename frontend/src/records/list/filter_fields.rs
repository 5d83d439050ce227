//! What one may filter the records of an object by.

use std::sync::Arc;

use leptos::prelude::*;
use relasi_domain::field::{Field, FieldRef, Item, Kind};
use relasi_domain::filter::{MAX_HOPS, operators};
use relasi_domain::record::{Guard, Object};

use super::between;
use crate::api::Api;
use crate::i18n::k;
use crate::records::fields::{path, whole};
use crate::records::labels;
use crate::records::people::use_people;
use crate::records::refs::reference_finder;
use crate::records::tags::use_tags;
use crate::ui::combobox::Finder;
use crate::ui::filter_bar::{BETWEEN, FilterField, FilterFields, ValueEditor};
use crate::ui::select::Choice;

/// Everything one may filter an object by: its fields, then those of the records it refers to, then those that these
/// refer to.
pub fn fields(api: Api, object: &'static Object) -> FilterFields {
    let mut offered = Vec::new();
    offer(api, object, "", &[], &mut offered);
    FilterFields {
        offered,
        find: Arc::new(move |id| found(api, object, id)),
    }
}

/// A reference on the way to a field, with the object that it belongs to.
type Steps = [(&'static Object, &'static Field)];

fn offer(
    api: Api,
    object: &'static Object,
    prefix: &str,
    steps: &Steps,
    offered: &mut Vec<FilterField>,
) {
    let object = whole(object);
    let own = object.all_fields().filter(|field| {
        let common = !object.fields.iter().any(|one| one.name == field.name);
        !(matches!(field.name.as_ref(), "deleted_at" | "import_id") || common && !steps.is_empty())
    });
    offered.extend(own.filter_map(|field| filter_field(api, object, field, prefix, steps)));
    if steps.len() == MAX_HOPS {
        return;
    }
    for hop in object.fields.iter().filter(|hop| hop.custom.is_none()) {
        let Kind::Reference(target) = &hop.kind else {
            continue;
        };
        // The second step goes to people, companies and deals only: others say little of a record so far away.
        let target = relasi_domain::object(target).filter(|target| {
            target.searchable || steps.is_empty() && target.guard == Guard::Settings
        });
        if let Some(target) = target {
            let steps: Vec<_> = steps.iter().copied().chain([(object, hop)]).collect();
            let prefix = format!("{prefix}{}.", hop.name.trim_end_matches("_id"));
            offer(api, target, &prefix, &steps, offered);
        }
    }
}

/// Any field that a filter may name.
fn found(api: Api, object: &'static Object, id: &str) -> Option<FilterField> {
    let path = path(object, id)?;
    let steps: Vec<_> = path
        .hops
        .iter()
        .scan(object, |from, hop| {
            let step = (*from, hop.field);
            *from = hop.object;
            Some(step)
        })
        .collect();
    let target = whole(path.object());
    let prefix = id.strip_suffix(path.field.name.as_ref())?;
    let known = target.field(&path.field.name);
    let field = known.or(match &path.field {
        FieldRef::Built(field) => Some(*field),
        FieldRef::Added(_) => None,
    })?;
    filter_field(api, target, field, prefix, &steps)
}

fn filter_field(
    api: Api,
    object: &'static Object,
    field: &'static Field,
    prefix: &str,
    steps: &Steps,
) -> Option<FilterField> {
    let mut operators: Vec<&'static str> =
        operators(&field.kind).iter().map(|o| o.symbol()).collect();
    if between::fits(&field.kind) {
        operators.insert(1, BETWEEN);
    }
    if operators.is_empty() {
        return None;
    }
    let steps = steps.to_vec();
    let label = TextProp::from(move || {
        let names = steps
            .iter()
            .map(|(from, hop)| labels::field(from, &hop.name));
        let names: Vec<String> = names.chain([labels::field(object, &field.name)]).collect();
        names.join(" › ")
    });
    Some(FilterField {
        id: format!("{prefix}{}", field.name),
        label,
        operators,
        editor: editor(api, object, field),
    })
}

fn editor(api: Api, object: &'static Object, field: &'static Field) -> ValueEditor {
    match &field.kind {
        Kind::Integer | Kind::Number | Kind::Money { .. } => ValueEditor::Number,
        Kind::Date | Kind::Instant => ValueEditor::Day,
        Kind::Boolean => ValueEditor::Choices(Signal::derive(|| {
            vec![
                Choice::new("true", k::common::YES.get()),
                Choice::new("false", k::common::NO.get()),
            ]
        })),
        Kind::Choice(_) | Kind::Many(Item::Choice(_)) => {
            ValueEditor::Choices(Signal::derive(move || labels::choices(object, field)))
        }
        kind if is_people(kind) => {
            let people = use_people();
            ValueEditor::Find(crate::ui::combobox::finder(move |text: String| {
                let wanted = text.to_lowercase();
                let mut found = untrack(|| people.choices());
                found.insert(0, Choice::new("me", k::common::YOU.get()));
                found.retain(|choice| choice.label.to_lowercase().contains(&wanted));
                async move { found }
            }))
        }
        Kind::Many(Item::Reference(target)) if target == "tag" => {
            ValueEditor::Find(use_tags().finder())
        }
        Kind::Reference(target) | Kind::Many(Item::Reference(target)) => {
            relasi_domain::object(target).map_or(ValueEditor::Text, |target| {
                let find = reference_finder(api, target);
                ValueEditor::Find(if target.name == "team" {
                    with_mine(find)
                } else {
                    find
                })
            })
        }
        _ => ValueEditor::Text,
    }
}

/// Whether a field holds one member or several.
fn is_people(kind: &Kind) -> bool {
    match kind {
        Kind::Person => true,
        Kind::Many(Item::Reference(target)) => target == "user",
        _ => false,
    }
}

/// The teams of the workspace, and before them whichever is that of the person who looks.
fn with_mine(find: Finder) -> Finder {
    crate::ui::combobox::finder(move |text: String| {
        let mine = Choice::new("my_team", untrack(|| k::filter::MY_TEAM.get()));
        let fits = mine.label.to_lowercase().contains(&text.to_lowercase());
        let others = find(text);
        async move {
            fits.then_some(mine)
                .into_iter()
                .chain(others.await)
                .collect()
        }
    })
}
