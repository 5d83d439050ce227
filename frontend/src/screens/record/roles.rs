//! Roles of people at companies: with from and to, made, changed, ended.

use leptos::prelude::*;
use relasi_domain::people::contact_role;
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::related::{Listing, Section};
use crate::api::{FormErrors, use_api};
use crate::i18n::{Day, date_short, k, today};
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

/// Whether a role has ended.
pub fn is_past(role: &Record) -> bool {
    role.text("to_date")
        .and_then(Day::parse_iso)
        .is_some_and(|day| day < today())
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
    let past = is_past(&role);
    let (from, to) = (day_of(&role, "from_date"), day_of(&role, "to_date"));
    let span = move || match (from, to) {
        (Some(from), Some(to)) => format!("{} – {}", date_short(from), date_short(to)),
        (Some(from), None) => k::record::since(&date_short(from)),
        (None, Some(to)) => k::record::until(&date_short(to)),
        (None, None) => String::new(),
    };
    let (word, kept) = (role.title(&contact_role::OBJECT), StoredValue::new(role));
    let end = use_ending(live);
    let remove = use_removing(live);
    let items = move || {
        let mut items = vec![
            MenuItem::new(k::common::EDIT, move || edited.set(Some(kept.get_value())))
                .icon(icon::PENCIL),
        ];
        if !past {
            let end = end.clone();
            items.push(
                MenuItem::new(k::record::END_ROLE, move || end(&kept.get_value())).icon(icon::FLAG),
            );
        }
        let remove = remove.clone();
        items.push(
            MenuItem::new(k::common::REMOVE, move || remove(&kept.get_value()))
                .icon(icon::TRASH_2)
                .danger(),
        );
        items
    };
    view! {
        <li class="related-card" class:past=past>
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

fn day_of(role: &Record, field: &str) -> Option<Day> {
    role.text(field).and_then(Day::parse_iso)
}

/// Ends a role today, with a way back.
fn use_ending(live: Live) -> impl Fn(&Record) + Clone + Send + Sync + 'static {
    let (api, toasts) = (use_api(), use_toasts());
    let set = move |id: String, version: i64, day: Value, said: Option<String>| {
        spawn_local(async move {
            let change = |day: Value| Document::from_iter([("to_date".to_owned(), day)]);
            match store::patch(api, &contact_role::OBJECT, &id, version, change(day)).await {
                Ok(now) => match said {
                    Some(said) => toasts.undoable(said, move || {
                        let (id, version) = (id.clone(), now.version());
                        spawn_local(async move {
                            match store::patch(
                                api,
                                &contact_role::OBJECT,
                                &id,
                                version,
                                change(Value::Null),
                            )
                            .await
                            {
                                Ok(_) => toasts.ok(k::common::UNDONE.get()),
                                Err(error) => toasts.bad(error.text()),
                            }
                            live.refresh();
                        });
                    }),
                    None => toasts.ok(k::common::UNDONE.get()),
                },
                Err(error) => toasts.bad(error.text()),
            }
            live.refresh();
        });
    };
    move |role| {
        let said = k::record::role_ended(&role.title(&contact_role::OBJECT));
        set(
            role.id().to_owned(),
            role.version(),
            today().iso().into(),
            Some(said),
        );
    }
}

/// Takes a role away, with a way back.
fn use_removing(live: Live) -> impl Fn(&Record) + Clone + Send + Sync + 'static {
    let (api, toasts) = (use_api(), use_toasts());
    move |role| {
        let (id, version) = (role.id().to_owned(), role.version());
        let said = k::record::trashed(&role.title(&contact_role::OBJECT));
        spawn_local(async move {
            match store::delete(api, &contact_role::OBJECT, &id, version).await {
                Ok(()) => toasts.undoable(said, move || {
                    let id = id.clone();
                    spawn_local(async move {
                        match store::restore(api, &contact_role::OBJECT, &id).await {
                            Ok(_) => toasts.ok(k::common::UNDONE.get()),
                            Err(error) => toasts.bad(error.text()),
                        }
                        live.refresh();
                    });
                }),
                Err(error) => toasts.bad(error.text()),
            }
            live.refresh();
        });
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
