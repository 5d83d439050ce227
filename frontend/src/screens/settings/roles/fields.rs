//! The fields of an object, with what a role may do with each.

use leptos::prelude::*;
use relasi_domain::OBJECTS;
use relasi_domain::field::{Field, Write};
use relasi_domain::identity::access::Action;
use relasi_domain::identity::field_right::{FieldRight, can_be_hidden, has_field_rights};
use relasi_domain::record::Object;

use super::known::Rights;
use crate::i18n::{Key, k};
use crate::records::fields::{is_shown, whole};
use crate::records::labels;
use crate::ui::select::{Choice, Select};

const fn label_of(right: FieldRight) -> Key {
    match right {
        FieldRight::Hidden => k::roles::FIELD_HIDDEN,
        FieldRight::See => k::roles::FIELD_SEE,
        FieldRight::Edit => k::roles::FIELD_EDIT,
    }
}

fn objects() -> impl Iterator<Item = &'static Object> {
    let all = OBJECTS.iter().copied();
    all.filter(|object| has_field_rights(object) && is_shown(object))
}

/// An object is chosen, its fields are listed below. Where a role is only looked at, those that are closed are named.
#[component]
pub fn Fields(rights: RwSignal<Rights>, looks: bool) -> impl IntoView {
    if looks {
        view! { <Closed rights/> }.into_any()
    } else {
        view! { <Choose rights/> }.into_any()
    }
}

#[component]
fn Closed(rights: RwSignal<Rights>) -> impl IntoView {
    let closed = rights.get_untracked().fields;
    (!closed.is_empty()).then(move || {
        let line = move |(object, name, right): (&str, &str, FieldRight)| {
            let object = relasi_domain::object(object)?;
            let name = name.to_owned();
            let label = move || format!("{}: {}", labels::many(object), labels::field(object, &name));
            Some(view! { <li class="role-field"><span>{label}</span><span class="secondary">{label_of(right)}</span></li> })
        };
        let lines = closed.all().filter_map(line).collect_view();
        view! {
            <fieldset class="choices-input role-fields">
                <legend>{k::roles::FIELDS}</legend>
                <ul class="role-field-list">{lines}</ul>
            </fieldset>
        }
    })
}

#[component]
fn Choose(rights: RwSignal<Rights>) -> impl IntoView {
    let chosen = RwSignal::new(
        objects()
            .next()
            .map(|o| o.name.to_owned())
            .unwrap_or_default(),
    );
    let choices = Signal::derive(move || {
        let choice = |object: &'static Object| {
            let closed = rights.with(|rights| rights.fields.fields(object.name).count());
            let many = labels::many(object);
            let label = if closed > 0 {
                k::roles::fields_closed(&closed.to_string(), &many)
            } else {
                many
            };
            Choice::new(object.name, label)
        };
        objects().map(choice).collect()
    });
    let rows = move || {
        let object = relasi_domain::object(&chosen.get()).map(whole)?;
        let rows = object.fields.iter();
        Some(
            rows.map(|field| view! { <FieldRow object field rights/> })
                .collect_view(),
        )
    };
    view! {
        <fieldset class="choices-input role-fields">
            <legend>{k::roles::FIELDS}</legend>
            <p class="hint">{k::roles::FIELDS_TEXT}</p>
            <Select label=k::roles::FIELDS_OF value=chosen choices/>
            <ul class="role-field-list">{rows}</ul>
        </fieldset>
    }
}

#[component]
fn FieldRow(
    object: &'static Object,
    field: &'static Field,
    rights: RwSignal<Rights>,
) -> impl IntoView {
    let name = field.name.as_ref();
    let label = move || labels::field(object, name);
    let now = Memo::new(move |_| rights.with(|rights| rights.fields.of(object.name, name)));
    // What the product fills is changed by nobody.
    let kept = field.write == Write::Never;
    let said = move |right: FieldRight| {
        label_of(match right {
            FieldRight::Edit if kept => FieldRight::See,
            other => other,
        })
    };
    let adds = Memo::new(move |_| rights.with(|rights| adds(rights, object)));
    let possible = move || {
        let needed = field.required && field.custom.is_none() && adds.get();
        let can = |right: &FieldRight| match right {
            FieldRight::Edit => true,
            FieldRight::See => !kept && !needed,
            FieldRight::Hidden => can_be_hidden(object, name),
        };
        let mut all: Vec<FieldRight> = FieldRight::ALL.into_iter().rev().collect();
        all.retain(|right| can(right) || *right == now.get_untracked());
        all
    };
    let choices = Signal::derive(move || {
        let all = possible().into_iter();
        all.map(|right| Choice::new(right.code(), said(right).get()))
            .collect::<Vec<_>>()
    });
    let value = RwSignal::new(now.get_untracked().code().to_owned());
    let choose = move |code: String| {
        let right = FieldRight::ALL
            .into_iter()
            .find(|right| right.code() == code);
        rights.update(|rights| {
            rights
                .fields
                .set(object.name, name, right.unwrap_or_default());
        });
    };
    let state = move || {
        if possible().len() < 2 {
            return view! { <span class="secondary">{move || said(now.get()).get()}</span> }
                .into_any();
        }
        view! { <Select label value choices bare=true on_change=choose/> }.into_any()
    };
    view! { <li class="role-field"><span>{label}</span>{state}</li> }
}

/// Whether the role adds records of an object.
fn adds(rights: &Rights, object: &Object) -> bool {
    let code = Action::Add.code();
    let own = rights
        .objects
        .get(object.name)
        .and_then(|own| own.get(code));
    let scope = own.or_else(|| rights.records.get(code));
    scope.is_some_and(|scope| scope != "none")
}
