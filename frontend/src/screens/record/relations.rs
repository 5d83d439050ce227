//! What a person is or was to others, and they to them: made, changed, ended.

use leptos::prelude::*;
use relasi_domain::people::relationship::{KINDS, OBJECT, is_mutual};
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::related::{Listing, Section};
use super::span;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::refs::use_titles;
use crate::records::store::{self, Query, Record};
use crate::records::{Draft, RecordForm, labels, value};
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tag;
use crate::ui::toast::use_toasts;

/// Stands behind a kind that is read from the second person to the first.
const BACK: &str = "<";
const SIDES: [&str; 2] = ["from_contact_id", "to_contact_id"];

/// The relationships of a person, the latest first.
pub fn listing(live: Live) -> Listing {
    Listing::of(live, &OBJECT, move || {
        let id = live.id();
        Query {
            filter: format!("from_contact_id = \"{id}\" or to_contact_id = \"{id}\""),
            sort: "-from_date".to_owned(),
            include: "from_contact,to_contact".to_owned(),
            ..Query::default()
        }
    })
}

/// What somebody is to the other one, seen from the second person where `back`; tracked.
fn words(kind: &str, back: bool) -> String {
    let turned = match kind {
        "reports_to" => Some(k::record::MANAGES),
        "assistant_of" => Some(k::record::ASSISTED_BY),
        "referred_by" => Some(k::record::REFERRED),
        "child_of" => Some(k::record::PARENT_OF),
        _ => None,
    };
    match turned.filter(|_| back) {
        Some(key) => key.get().to_owned(),
        None => labels::choice(&OBJECT, "kind", kind),
    }
}

/// Whether the person of the page is the second one.
fn is_back(live: Live, relation: &Record) -> bool {
    relation.text(SIDES[1]) == Some(&live.id())
}

fn other_of(live: Live, relation: &Record) -> String {
    let side = SIDES[usize::from(!is_back(live, relation))];
    relation.text(side).unwrap_or_default().to_owned()
}

/// The section on the page of a person.
#[component]
pub fn Relations(
    /// The person.
    live: Live,
    /// Their relationships.
    relations: Listing,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    // The one being changed; an empty record is a new one.
    let edited = RwSignal::new(None::<Record>);
    let add = move |()| edited.set(Some(Record::default()));
    let button = move || {
        may_edit.get().then(|| view! { <IconButton label=k::record::ADD_RELATION icon=icon::PLUS size=Size::Small on_press=add/> })
    };
    view! {
        <Section title=k::record::RELATIONS empty=k::record::NO_RELATIONS count=Signal::derive(move || relations.count()) action=ViewFn::from(button)>
            <ul class="cards">
                {move || relations.all().into_iter().map(|relation| view! { <RelationCard live relation edited may_edit/> }).collect_view()}
            </ul>
        </Section>
        <RelationDialog live edited/>
    }
}

#[component]
fn RelationCard(
    live: Live,
    relation: Record,
    edited: RwSignal<Option<Record>>,
    may_edit: Signal<bool>,
) -> impl IntoView {
    let titles = use_titles();
    let (other, back) = (other_of(live, &relation), is_back(live, &relation));
    let kind = relation.text("kind").unwrap_or_default().to_owned();
    let past = span::is_past(&relation);
    let span = span::words(&relation);
    let note = relation.text("note").map(str::to_owned);
    let line = move || {
        let parts = [note.clone().unwrap_or_default(), span()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    };
    let kept = StoredValue::new(relation);
    let end = span::use_ending(live, &OBJECT);
    let remove = span::use_removing(live, &OBJECT);
    let id = StoredValue::new(other.clone());
    let name = move || {
        let contact = &relasi_domain::people::contact::OBJECT;
        untrack(|| titles.get(contact, &id.get_value())).unwrap_or_default()
    };
    let items = move || {
        let mut items = vec![
            MenuItem::new(k::common::EDIT, move || edited.set(Some(kept.get_value())))
                .icon(icon::PENCIL),
        ];
        if !past {
            let end = end.clone();
            let end = move || end(&kept.get_value(), k::record::relation_ended(&name()));
            items.push(MenuItem::new(k::record::END_ROLE, end).icon(icon::FLAG));
        }
        let remove = remove.clone();
        let remove = move || remove(&kept.get_value(), k::record::relation_trashed(&name()));
        items.push(
            MenuItem::new(k::common::REMOVE, remove)
                .icon(icon::TRASH_2)
                .danger(),
        );
        items
    };
    view! {
        <li class="related-card" class:is-past=past>
            <div class="related-card-head">
                <span class="secondary">{move || words(&kind, back)}</span>
                {value::reference("contact", other)}
                {past.then(|| view! { <Tag label=k::record::PAST/> })}
                <span class="spacer"></span>
                <Show when=move || may_edit.get()>
                    <Menu label=k::record::RELATION_ACTIONS items=Signal::derive(items.clone()) icon_only=true size=Size::Small/>
                </Show>
            </div>
            <p class="secondary">{line}</p>
        </li>
    }
}

/// The form of a relationship, new or known.
#[component]
fn RelationDialog(live: Live, edited: RwSignal<Option<Record>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(edited.with(Option::is_some)));
    let is_new = move || edited.with(|one| one.as_ref().is_some_and(|one| one.id().is_empty()));
    let title = move || {
        if is_new() {
            k::record::ADD_RELATION.get()
        } else {
            k::record::CHANGE_RELATION.get()
        }
    };
    view! {
        <Modal open title on_close=move |()| edited.set(None)>
            {move || edited.get().map(|relation| view! { <RelationForm live relation open/> })}
        </Modal>
    }
}

/// Every kind, and those with a direction the other way round as well; tracked.
fn choices() -> Vec<Choice> {
    let ways = KINDS.iter().flat_map(|kind| {
        let back =
            (!is_mutual(kind)).then(|| Choice::new(format!("{kind}{BACK}"), words(kind, true)));
        [Some(Choice::new(kind.as_ref(), words(kind, false))), back]
    });
    ways.flatten().collect()
}

/// The other person is always the second one in the form; the direction says who is who when it is saved.
#[component]
fn RelationForm(live: Live, relation: Record, open: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, version) = (relation.id().to_owned(), relation.version());
    let start = relation.text("kind").unwrap_or(&KINDS[0]).to_owned();
    let back = is_back(live, &relation) && !is_mutual(&start);
    let way = RwSignal::new(if back {
        format!("{start}{BACK}")
    } else {
        start
    });
    let mut given = Document::new();
    if !id.is_empty() {
        given.insert(SIDES[1].to_owned(), other_of(live, &relation).into());
        for name in ["from_date", "to_date", "note"] {
            given.insert(name.to_owned(), relation.value(name).clone());
        }
    }
    let draft = Draft::new(given);
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let save = move || {
        let id = id.clone();
        errors.clear();
        busy.set(true);
        let body = members(&live.id(), &way.get_untracked(), draft);
        spawn_local(async move {
            let saved = if id.is_empty() {
                store::create(api, &OBJECT, body).await
            } else {
                store::patch(api, &OBJECT, &id, version, body).await
            };
            busy.try_set(false);
            match saved {
                Ok(_) => {
                    toasts.ok(k::record::RELATION_SAVED.get());
                    open.try_set(false);
                    live.refresh();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <Select label=move || labels::field(&OBJECT, "kind") value=way choices=Signal::derive(choices) error=errors.of("kind")/>
            <RecordForm object=&OBJECT fields=vec![SIDES[1], "from_date", "to_date", "note"] draft errors autofocus=true/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// What is saved: who is who by the direction, and everything that can be written.
fn members(own: &str, way: &str, draft: Draft) -> Document {
    let (kind, back) = match way.strip_suffix(BACK) {
        Some(kind) => (kind, true),
        None => (way, false),
    };
    let other = untrack(|| draft.value(SIDES[1]));
    let mut sides = [Value::from(own), other];
    if back {
        sides.reverse();
    }
    let mut body: Document = SIDES.map(str::to_owned).into_iter().zip(sides).collect();
    body.insert("kind".to_owned(), kind.into());
    for name in ["from_date", "to_date", "note"] {
        body.insert(name.to_owned(), untrack(|| draft.value(name)));
    }
    body
}
