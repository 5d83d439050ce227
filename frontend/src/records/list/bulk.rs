//! One action on all selected rows: owner, tag, trash. Each record is a request of its own, with its progress.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::source::Rows;
use super::state::ListState;
use crate::api::ApiError;
use crate::i18n::k;
use crate::records::alike::is_compared;
use crate::records::people::use_people;
use crate::records::tags::use_tags;
use crate::records::{Record, labels, store};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::combobox::Combobox;
use crate::ui::feedback::JobCard;
use crate::ui::icon;
use crate::ui::popover::{Close, Popover};
use crate::ui::select::Choice;

/// Runs actions over many records.
#[derive(Clone, Copy)]
pub struct Bulk {
    state: ListState,
    rows: Rows,
    /// Done and total of what runs now.
    pub progress: RwSignal<Option<(i64, i64)>>,
    stop: StoredValue<bool>,
}

#[derive(Clone)]
enum Action {
    Set(&'static str, Value),
    AddTag(String),
    Trash,
}

impl Bulk {
    /// Actions over the rows of a list.
    pub fn new(state: ListState, rows: Rows) -> Self {
        Self {
            state,
            rows,
            progress: RwSignal::new(None),
            stop: StoredValue::new(false),
        }
    }

    fn selected(self) -> Vec<Record> {
        let chosen = self.state.selected.get_untracked();
        self.rows.list.with_untracked(|rows| {
            rows.iter()
                .filter(|row| chosen.contains(row.id()))
                .cloned()
                .collect()
        })
    }

    fn run(self, records: Vec<Record>, action: Action, said: fn(i64) -> String) {
        let total = count(records.len());
        if total == 0 || self.progress.get_untracked().is_some() {
            return;
        }
        self.progress.set(Some((0, total)));
        self.stop.set_value(false);
        spawn_local(async move {
            let mut done = Vec::new();
            let mut fault = None;
            for (at, record) in records.into_iter().enumerate() {
                if self.stop.try_get_value() != Some(false) {
                    break;
                }
                match self.act(&record, &action).await {
                    Ok(()) => done.push(record),
                    Err(error) => fault = Some((record.title(self.state.spec.object), error)),
                }
                let _ = self.progress.try_set(Some((count(at + 1), total)));
            }
            let _ = self.progress.try_set(None);
            self.tell(done, fault, said);
        });
    }

    async fn act(self, record: &Record, action: &Action) -> Result<(), ApiError> {
        let (api, object) = (self.state.api, self.state.spec.object);
        let (id, version) = (record.id(), record.version());
        let (field, value) = match action {
            Action::Trash => {
                store::delete(api, object, id, version).await?;
                self.rows.remove(&[id.to_owned()]);
                let _ = self.state.selected.try_update(|chosen| chosen.remove(id));
                return Ok(());
            }
            Action::Set(field, value) => (*field, value.clone()),
            Action::AddTag(tag) => ("tags", with_tag(record, tag)),
        };
        if *record.value(field) == value {
            return Ok(());
        }
        let mut changes = Document::new();
        changes.insert(field.to_owned(), value);
        let changed = store::patch(api, object, id, version, changes).await?;
        self.rows.put(changed);
        Ok(())
    }

    /// Says what was done, with a way back, and what was not.
    fn tell(self, done: Vec<Record>, fault: Option<(String, ApiError)>, said: fn(i64) -> String) {
        if let Some((title, error)) = fault {
            self.state
                .toasts
                .bad(k::lists::bulk_failed(&super::edit::reason(&error), &title));
        }
        if !done.is_empty() {
            let text = untrack(|| said(count(done.len())));
            self.state
                .toasts
                .undoable(text, move || self.undo(done.clone()));
        }
    }

    /// Puts every record back as it was before.
    fn undo(self, before: Vec<Record>) {
        let (api, object) = (self.state.api, self.state.spec.object);
        spawn_local(async move {
            for old in before {
                let Some(now) = self.rows.find(old.id()) else {
                    match store::restore(api, object, old.id()).await {
                        Ok(record) => self.rows.add(record),
                        Err(error) => return self.state.toasts.bad(super::edit::reason(&error)),
                    }
                    continue;
                };
                let mut changes = Document::new();
                for field in ["owner_id", "tags"] {
                    if now.value(field) != old.value(field) {
                        changes.insert(field.to_owned(), old.value(field).clone());
                    }
                }
                if changes.is_empty() {
                    continue;
                }
                match store::patch(api, object, old.id(), now.version(), changes).await {
                    Ok(record) => self.rows.put(record),
                    Err(error) => return self.state.toasts.bad(super::edit::reason(&error)),
                }
            }
        });
    }

    /// Moves the selected rows to the trash.
    pub fn trash(self) {
        self.run(self.selected(), Action::Trash, k::lists::trashed);
    }

    fn give(self, owner: String) {
        self.run(
            self.selected(),
            Action::Set("owner_id", owner.into()),
            k::lists::owner_changed,
        );
    }

    fn tag(self, tag: String) {
        self.run(self.selected(), Action::AddTag(tag), k::lists::tagged);
    }
}

fn with_tag(record: &Record, tag: &str) -> Value {
    let mut tags = record.items("tags").to_vec();
    if !tags.iter().any(|id| id == tag) {
        tags.push(tag.into());
    }
    tags.into()
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The bar over the list while rows are selected, and the progress of what runs.
#[component]
pub fn BulkBar(
    state: ListState,
    owner: NodeRef<leptos::html::Button>,
    tag: NodeRef<leptos::html::Button>,
) -> impl IntoView {
    let bulk = expect_context::<Bulk>();
    let object = state.spec.object;
    let chosen = move || count(state.selected.with(std::collections::BTreeSet::len));
    let taggable = object.field("tags").is_some();
    let navigate = use_navigate();
    let merge = Callback::new(move |()| {
        let ids: Vec<String> = state.selected.get_untracked().into_iter().collect();
        if let [one, other] = ids.as_slice() {
            let path = format!("/app/quality/merge/{}/{one}/{other}", object.name);
            navigate(&path, NavigateOptions::default());
        }
    });
    view! {
        <Show when=move || { chosen() > 0 && bulk.progress.with(Option::is_none) }>
            <div class="bulk" role="toolbar" aria-label=move || k::common::selected(chosen())>
                <strong>{move || k::common::selected(chosen())}</strong>
                <Popover label=move || labels::field(object, "owner_id") size=Size::Small key_hint="O" opener=owner>
                    <ChooseOwner/>
                </Popover>
                {taggable.then(|| view! {
                    <Popover label=k::lists::TAG size=Size::Small key_hint="#" opener=tag><ChooseTag state/></Popover>
                })}
                <Show when=move || { chosen() == 2 && is_compared(object) }>
                    <Button label=k::duplicates::MERGE size=Size::Small icon=icon::MERGE on_press=move |()| merge.run(())/>
                </Show>
                <Button label=k::common::DELETE size=Size::Small variant=Variant::Danger icon=icon::TRASH_2 on_press=move |()| bulk.trash()/>
                <Button label=k::common::CLEAR size=Size::Small variant=Variant::Quiet key_hint="Esc"
                    on_press=move |()| state.selected.update(std::collections::BTreeSet::clear)/>
            </div>
        </Show>
        {move || bulk.progress.with(|p| p.map(|(_, total)| total)).map(|total| {
            let done = Signal::derive(move || bulk.progress.get().map_or(total, |(done, _)| done));
            view! { <div class="bulk progress"><JobCard title=k::lists::WORKING done total=Some(total) on_cancel=move |()| bulk.stop.set_value(true)/></div> }
        })}
    }
}

#[component]
fn ChooseOwner() -> impl IntoView {
    let bulk = expect_context::<Bulk>();
    let close = use_context::<Close>();
    let value = RwSignal::new(None::<Choice>);
    let object = bulk.state.spec.object;
    let set = move |choice: Option<Choice>| {
        if let Some(choice) = choice {
            if let Some(close) = close {
                close.now();
            }
            bulk.give(choice.value);
        }
    };
    let label = move || labels::field(object, "owner_id");
    view! { <div class="popover-pad"><Combobox label value find=use_people().finder() on_change=set/></div> }
}

#[component]
fn ChooseTag(state: ListState) -> impl IntoView {
    let bulk = expect_context::<Bulk>();
    let (tags, close) = (use_tags(), use_context::<Close>());
    let value = RwSignal::new(None::<Choice>);
    let set = move |choice: Option<Choice>| {
        if let Some(choice) = choice {
            if let Some(close) = close {
                close.now();
            }
            bulk.tag(choice.value);
        }
    };
    let create = move |word: String| {
        if let Some(close) = close {
            close.now();
        }
        spawn_local(async move {
            match tags.create(state.api, &word).await {
                Ok(choice) => bulk.tag(choice.value),
                Err(error) => state.toasts.bad(super::edit::reason(&error)),
            }
        });
    };
    view! { <div class="popover-pad"><Combobox label=k::lists::TAG value find=tags.finder() on_create=create on_change=set/></div> }
}
