//! Who is part of a deal, and in which role of the buying centre; on the page of a person, the deals they are part of.

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::deal_contact::OBJECT;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::related::{Listing, Section};
use super::span;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::refs::use_titles;
use crate::records::store::{self, Query, Record};
use crate::records::{Draft, RecordForm, value};
use crate::screens::sales::going::role_words;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

/// The roles in a deal, or those of a person.
pub fn listing(live: Live) -> Listing {
    // On a deal everybody in it is shown, whoever they were named by.
    if live.object.name == "deal" {
        return Listing::at(live, move || format!("/deals/{}/contacts", live.id()));
    }
    Listing::of(live, &OBJECT, move || Query {
        filter: super::timeline_feed::about(live),
        sort: "role".to_owned(),
        include: "deal".to_owned(),
        ..Query::default()
    })
}

/// The section of roles on the page of a deal or a person.
#[component]
pub fn DealPeople(
    /// The deal or the person.
    live: Live,
    /// Its roles.
    roles: Listing,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    // The role being changed; an empty record is a new one.
    let edited = RwSignal::new(None::<Record>);
    let add = move |()| edited.set(Some(Record::default()));
    let of_deal = live.object.name == "deal";
    let (title, empty) = if of_deal {
        (k::deals::PEOPLE, k::deals::NO_PEOPLE)
    } else {
        (k::deals::THEIR_DEALS, k::deals::NO_DEALS)
    };
    let button = move || {
        (of_deal && may_edit.get()).then(|| view! { <IconButton label=k::deals::ADD_PERSON icon=icon::PLUS size=Size::Small on_press=add/> })
    };
    view! {
        <Section title empty count=Signal::derive(move || roles.count()) action=ViewFn::from(button)>
            <ul class="cards">
                {move || roles.all().into_iter().map(|role| view! { <RoleCard live role edited may_edit/> }).collect_view()}
            </ul>
        </Section>
        <RoleDialog live edited/>
    }
}

#[component]
fn RoleCard(
    live: Live,
    role: Record,
    edited: RwSignal<Option<Record>>,
    may_edit: Signal<bool>,
) -> impl IntoView {
    let other = if live.object.name == "deal" {
        "contact"
    } else {
        "deal"
    };
    let who = role
        .text(&format!("{other}_id"))
        .unwrap_or_default()
        .to_owned();
    let code = role.text("role").unwrap_or_default().to_owned();
    let note = role.text("note").map(str::to_owned);
    let titles = use_titles();
    let (kept, id) = (StoredValue::new(role), StoredValue::new(who.clone()));
    let remove = span::use_removing(live, &OBJECT);
    let name = move || {
        let object = relasi_domain::object(other);
        let title = object.and_then(|object| untrack(|| titles.get(object, &id.get_value())));
        title.unwrap_or_default()
    };
    let items = move || {
        let remove = remove.clone();
        let edit = MenuItem::new(k::common::EDIT, move || edited.set(Some(kept.get_value())));
        let gone = move || remove(&kept.get_value(), k::deals::removed(&name()));
        vec![
            edit.icon(icon::PENCIL),
            MenuItem::new(k::common::REMOVE, gone)
                .icon(icon::TRASH_2)
                .danger(),
        ]
    };
    let tone = match code.as_str() {
        "decision_maker" | "champion" => Tone::Ok,
        "blocker" => Tone::Bad,
        _ => Tone::Neutral,
    };
    view! {
        <li class="related-card">
            <div class="related-card-head">
                {value::reference(other, who)}
                <Tag label=move || role_words(&code) tone/>
                <span class="spacer"></span>
                <Show when=move || may_edit.get()>
                    <Menu label=k::deals::PERSON_ACTIONS items=Signal::derive(items.clone()) icon_only=true size=Size::Small/>
                </Show>
            </div>
            {note.map(|note| view! { <p class="secondary">{note}</p> })}
        </li>
    }
}

/// The form of a role, new or known.
#[component]
fn RoleDialog(live: Live, edited: RwSignal<Option<Record>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(edited.with(Option::is_some)));
    let is_new = move || edited.with(|role| role.as_ref().is_some_and(|role| role.id().is_empty()));
    let title = move || {
        if is_new() {
            k::deals::ADD_PERSON.get()
        } else {
            k::deals::CHANGE_PERSON.get()
        }
    };
    view! {
        <Modal open title on_close=move |()| edited.set(None)>
            {move || edited.get().map(|role| view! { <RoleForm live role open/> })}
        </Modal>
    }
}

#[component]
fn RoleForm(live: Live, role: Record, open: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, version) = (role.id().to_owned(), role.version());
    let own = (format!("{}_id", live.object.name), Value::from(live.id()));
    let draft = if id.is_empty() {
        Draft::new(Document::from_iter([own]))
    } else {
        Draft::of(&role)
    };
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let save = move || {
        let id = id.clone();
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let saved = if id.is_empty() {
                store::create(api, &OBJECT, draft.body()).await
            } else {
                store::patch(api, &OBJECT, &id, version, draft.changes()).await
            };
            busy.try_set(false);
            match saved {
                Ok(_) => {
                    toasts.ok(k::deals::PERSON_SAVED.get());
                    open.try_set(false);
                    live.refresh();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&OBJECT fields=vec!["contact_id", "role", "note"] draft errors autofocus=true/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
