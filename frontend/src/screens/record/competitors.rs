//! Who else is after a deal, and how it stands with them.

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::competitor;
use relasi_domain::sales::deal_competitor::{LOST_TO, OBJECT, WON_AGAINST};
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::related::{Listing, Section};
use super::span;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::refs::use_titles;
use crate::records::store::{self, Record};
use crate::records::{Draft, RecordForm, labels};
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

/// The competitors in a deal.
pub fn listing(live: Live) -> Listing {
    Listing::at(live, move || format!("/deals/{}/competitors", live.id()))
}

/// The section of competitors on the page of a deal.
#[component]
pub fn Competitors(
    /// The deal.
    live: Live,
    /// Who is after it.
    rivals: Listing,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    // The one being changed; an empty record is a new one.
    let edited = RwSignal::new(None::<Record>);
    let add = move |()| edited.set(Some(Record::default()));
    let button = move || {
        may_edit.get().then(|| view! { <IconButton label=k::deals::ADD_RIVAL icon=icon::PLUS size=Size::Small on_press=add/> })
    };
    view! {
        <Section title=k::deals::RIVALS empty=k::deals::NO_RIVALS count=Signal::derive(move || rivals.count()) action=ViewFn::from(button)>
            <ul class="cards">
                {move || rivals.all().into_iter().map(|rival| view! { <RivalCard live rival edited may_edit/> }).collect_view()}
            </ul>
        </Section>
        <RivalDialog live edited/>
    }
}

#[component]
fn RivalCard(
    live: Live,
    rival: Record,
    edited: RwSignal<Option<Record>>,
    may_edit: Signal<bool>,
) -> impl IntoView {
    let titles = use_titles();
    let id = StoredValue::new(rival.text("competitor_id").unwrap_or_default().to_owned());
    let state = rival.text("state").unwrap_or_default().to_owned();
    let note = rival.text("note").map(str::to_owned);
    let name = move || {
        titles
            .get(&competitor::OBJECT, &id.get_value())
            .unwrap_or_default()
    };
    let kept = StoredValue::new(rival);
    let remove = span::use_removing(live, &OBJECT);
    let items = move || {
        let remove = remove.clone();
        let edit = MenuItem::new(k::common::EDIT, move || edited.set(Some(kept.get_value())));
        let gone = move || remove(&kept.get_value(), k::deals::removed(&untrack(name)));
        vec![
            edit.icon(icon::PENCIL),
            MenuItem::new(k::common::REMOVE, gone)
                .icon(icon::TRASH_2)
                .danger(),
        ]
    };
    let tone = match state.as_str() {
        WON_AGAINST => Tone::Ok,
        LOST_TO => Tone::Bad,
        _ => Tone::Neutral,
    };
    view! {
        <li class="related-card">
            <div class="related-card-head">
                <a href="/app/settings/competitors">{name}</a>
                <Tag label=move || labels::choice(&OBJECT, "state", &state) tone/>
                <span class="spacer"></span>
                <Show when=move || may_edit.get()>
                    <Menu label=k::deals::RIVAL_ACTIONS items=Signal::derive(items.clone()) icon_only=true size=Size::Small/>
                </Show>
            </div>
            {note.map(|note| view! { <p class="secondary">{note}</p> })}
            <About id/>
        </li>
    }
}

/// What is known of a competitor: what they are good at, and what to say.
#[component]
fn About(id: StoredValue<String>) -> impl IntoView {
    let api = use_api();
    let known = RwSignal::new(None::<Record>);
    spawn_local(async move {
        // Without an answer there is the name alone.
        if let Ok(record) = store::get(api, &competitor::OBJECT, &id.get_value()).await {
            known.try_set(Some(record));
        }
    });
    let line = |record: &Record, name: &'static str| {
        let text = record.text(name)?.to_owned();
        Some(
            view! { <p class="secondary"><strong>{move || labels::field(&competitor::OBJECT, name)}</strong>" "{text}</p> },
        )
    };
    move || {
        let lines = |record: Record| ["strengths", "weaknesses"].map(|name| line(&record, name));
        known.get().map(lines)
    }
}

/// The form of a competitor in a deal, new or known.
#[component]
fn RivalDialog(live: Live, edited: RwSignal<Option<Record>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(edited.with(Option::is_some)));
    let is_new = move || edited.with(|one| one.as_ref().is_some_and(|one| one.id().is_empty()));
    let title = move || {
        if is_new() {
            k::deals::ADD_RIVAL.get()
        } else {
            k::deals::CHANGE_RIVAL.get()
        }
    };
    view! {
        <Modal open title on_close=move |()| edited.set(None)>
            {move || edited.get().map(|rival| view! { <RivalForm live rival open/> })}
        </Modal>
    }
}

#[component]
fn RivalForm(live: Live, rival: Record, open: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, version) = (rival.id().to_owned(), rival.version());
    let fields = if id.is_empty() {
        vec!["competitor_id", "state", "note"]
    } else {
        vec!["state", "note"]
    };
    let draft = if id.is_empty() {
        let own = [
            ("deal_id".to_owned(), Value::from(live.id())),
            ("state".to_owned(), "engaged".into()),
        ];
        Draft::new(Document::from_iter(own))
    } else {
        Draft::of(&rival)
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
                    toasts.ok(k::deals::RIVAL_SAVED.get());
                    open.try_set(false);
                    live.refresh();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&OBJECT fields draft errors autofocus=true/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
