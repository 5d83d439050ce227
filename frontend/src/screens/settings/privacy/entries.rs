//! The record of processing activities.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::entry_form::EntryForm;
use crate::api::{Api, ApiError, Request, use_api};
use crate::download::save_file;
use crate::i18n::k;
use crate::records::privacy::word;
use crate::screens::settings::listed::items;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::toast::{Toasts, use_toasts};

pub(super) const PATH: &str = "/processing-entries";

pub(super) const FIELDS: [&str; 9] = [
    "name",
    "purpose",
    "legal_basis",
    "people",
    "data",
    "recipients",
    "transfers",
    "retention",
    "security",
];

/// An entry: its words by field.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    pub(super) id: String,
    pub(super) version: i64,
    #[serde(flatten)]
    words: BTreeMap<String, serde_json::Value>,
}

impl Entry {
    /// What it says of a field.
    pub(super) fn text(&self, field: &str) -> String {
        self.words
            .get(field)
            .and_then(|text| text.as_str())
            .unwrap_or_default()
            .to_owned()
    }
}

/// The entries, and the one that the form is about.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    found: RwSignal<Option<Result<Vec<Entry>, String>>>,
    /// None for a new one.
    pub(super) chosen: RwSignal<Option<Entry>>,
    pub(super) editing: RwSignal<bool>,
}

impl Desk {
    pub(super) fn load(self) {
        spawn_local(async move {
            let found = items(self.api, PATH).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.found.try_set(Some(found));
        });
    }

    fn edit(self, entry: Option<Entry>) {
        self.chosen.set(entry);
        self.editing.set(true);
    }

    fn delete(self, entry: &Entry) {
        let (path, version) = (format!("{PATH}/{}", entry.id), entry.version);
        let said = k::privacy::entry_removed(&entry.text("name"));
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    /// Adds what the workspace really has, for people to read and complete.
    fn draft(self, busy: RwSignal<bool>) {
        busy.set(true);
        spawn_local(async move {
            let drafted = self.drafted().await;
            let _ = busy.try_set(false);
            match drafted {
                Ok(()) => self.toasts.ok(k::privacy::DRAFTED.get()),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    async fn drafted(self) -> Result<(), ApiError> {
        let all: Vec<BTreeMap<String, String>> = items(self.api, "/processing-draft").await?;
        for words in all {
            self.api.post(PATH, &json!(words)).await?;
        }
        Ok(())
    }

    fn export(self, busy: RwSignal<bool>) {
        busy.set(true);
        spawn_local(async move {
            let saved = match Request::get("/processing-file").file_of(self.api).await {
                Ok(file) => save_file(k::privacy::ENTRIES_FILE.get(), &file)
                    .map_err(|error| ApiError::Unreadable(format!("{error:?}"))),
                Err(error) => Err(error),
            };
            if let Err(error) = saved {
                self.toasts.bad(error.text());
            }
            let _ = busy.try_set(false);
        });
    }
}

/// The entries with what can be done with them.
#[component]
pub fn Entries() -> impl IntoView {
    let desk = Desk {
        api: use_api(),
        toasts: use_toasts(),
        found: RwSignal::new(None),
        chosen: RwSignal::new(None),
        editing: RwSignal::new(false),
    };
    desk.load();
    let busy = RwSignal::new(false);
    let title = move || {
        desk.chosen.with(|one| match one {
            Some(entry) => k::privacy::edit_rule(&entry.text("name")),
            None => k::privacy::ADD_ENTRY.get().to_owned(),
        })
    };
    let any = move || {
        desk.found
            .with(|found| matches!(found, Some(Ok(all)) if !all.is_empty()))
    };
    let none = move || {
        desk.found
            .with(|found| matches!(found, Some(Ok(all)) if all.is_empty()))
    };
    view! {
        <div class="row row-wrap no-print">
            <Button label=k::privacy::ADD_ENTRY icon=icon::PLUS on_press=move |()| desk.edit(None)/>
            <Show when=none><Button label=k::privacy::DRAFT_ENTRIES variant=Variant::Primary busy on_press=move |()| desk.draft(busy)/></Show>
            <Show when=any>
                <Button label=k::privacy::EXPORT_ENTRIES variant=Variant::Quiet icon=icon::DOWNLOAD busy on_press=move |()| desk.export(busy)/>
                <Button label=k::privacy::PRINT variant=Variant::Quiet on_press=move |()| { let _ = window().print(); }/>
            </Show>
        </div>
        {move || match desk.found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::privacy::NO_ENTRIES}</p> }.into_any(),
            Some(Ok(all)) => {
                let cards = all.into_iter().map(|entry| view! { <Card entry desk/> });
                view! { <ul class="settings-lines processing">{cards.collect_view()}</ul> }.into_any()
            }
        }}
        <Modal open=desk.editing title width=Width::Medium><EntryForm desk/></Modal>
    }
}

#[component]
fn Card(entry: Entry, desk: Desk) -> impl IntoView {
    let one = StoredValue::new(entry.clone());
    let menu = Signal::derive(move || {
        vec![
            MenuItem::new(k::common::EDIT, move || desk.edit(Some(one.get_value())))
                .icon(icon::PENCIL),
            MenuItem::new(k::common::REMOVE, move || {
                one.with_value(|entry| desk.delete(entry));
            })
            .icon(icon::TRASH_2)
            .danger(),
        ]
    });
    let name = entry.text("name");
    let facts = FIELDS.into_iter().skip(1).filter_map(|field| {
        let text = entry.text(field);
        let shown = !text.is_empty();
        shown.then(|| view! { <div><dt>{move || word("field", field)}</dt><dd>{text}</dd></div> })
    });
    let facts = facts.collect_view();
    let label = name.clone();
    view! {
        <li class="settings-line processing-entry">
            <div class="settings-line-text"><strong>{name}</strong><dl class="processing-facts">{facts}</dl></div>
            <Menu label=move || k::privacy::more_purpose(&label) items=menu icon_only=true size=Size::Small/>
        </li>
    }
}
