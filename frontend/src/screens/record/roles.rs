//! Roles of people at companies: with from and to, made, changed, ended.

use leptos::prelude::*;
use relasi_domain::people::contact_role;
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::related::{Listing, Section};
use super::span;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::store::{self, Query, Record};
use crate::records::{Draft, RecordForm, value};
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::Tag;
use crate::ui::toast::use_toasts;

/// The roles that a person holds or held, or that people hold at a company, newest first.
pub fn listing(live: Live) -> Listing {
    Listing::of(live, &contact_role::OBJECT, move || Query {
        filter: super::timeline_feed::about(live),
        sort: "-from_date".to_owned(),
        include: "contact,company".to_owned(),
        ..Query::default()
    })
}

/// The section of roles on the page of a person or a company.
#[component]
pub fn Roles(
    /// The person or company.
    live: Live,
    /// Its roles.
    roles: Listing,
    /// Heading.
    #[prop(into)]
    title: TextProp,
    /// Said when there are none.
    #[prop(into)]
    empty: TextProp,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    // The role being changed; an empty record is a new one.
    let edited = RwSignal::new(None::<Record>);
    let add = move |()| edited.set(Some(Record::default()));
    let button = move || {
        may_edit.get().then(|| view! { <IconButton label=k::record::ADD_ROLE icon=icon::PLUS size=Size::Small on_press=add/> })
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
    let other = if live.object.name == "contact" {
        "company"
    } else {
        "contact"
    };
    let who = role
        .text(&format!("{other}_id"))
        .unwrap_or_default()
        .to_owned();
    let past = span::is_past(&role);
    let span = span::words(&role);
    let (word, kept) = (role.title(&contact_role::OBJECT), StoredValue::new(role));
    let end = span::use_ending(live, &contact_role::OBJECT);
    let remove = span::use_removing(live, &contact_role::OBJECT);
    let items = move || {
        let mut items = vec![
            MenuItem::new(k::common::EDIT, move || edited.set(Some(kept.get_value())))
                .icon(icon::PENCIL),
        ];
        if !past {
            let end = end.clone();
            items.push(
                MenuItem::new(k::record::END_ROLE, move || {
                    let role = kept.get_value();
                    end(
                        &role,
                        k::record::role_ended(&role.title(&contact_role::OBJECT)),
                    );
                })
                .icon(icon::FLAG),
            );
        }
        let remove = remove.clone();
        items.push(
            MenuItem::new(k::common::REMOVE, move || {
                let role = kept.get_value();
                remove(
                    &role,
                    k::record::trashed(&role.title(&contact_role::OBJECT)),
                );
            })
            .icon(icon::TRASH_2)
            .danger(),
        );
        items
    };
    view! {
        <li class="related-card" class:is-past=past>
            <div class="related-card-head">
                {value::reference(other, who)}
                {past.then(|| view! { <Tag label=k::record::PAST/> })}
                <span class="spacer"></span>
                <Show when=move || may_edit.get()>
                    <Menu label=k::record::ROLE_ACTIONS items=Signal::derive(items.clone()) icon_only=true size=Size::Small/>
                </Show>
            </div>
            <p class="secondary">{word}<span class="span">{span}</span></p>
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
            k::record::ADD_ROLE.get()
        } else {
            k::record::CHANGE_ROLE.get()
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
    let object = &contact_role::OBJECT;
    let other = if live.object.name == "contact" {
        "company_id"
    } else {
        "contact_id"
    };
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
                store::create(api, object, draft.body()).await
            } else {
                store::patch(api, object, &id, version, draft.changes()).await
            };
            busy.try_set(false);
            match saved {
                Ok(role) => {
                    toasts.ok(k::record::role_saved(&role.title(object)));
                    open.try_set(false);
                    live.refresh();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object fields=vec![other, "role", "from_date", "to_date"] draft errors autofocus=true/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
