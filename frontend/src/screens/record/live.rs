//! One record on the screen: read, changed in place, and set back when the server says no.

use std::collections::HashMap;
use std::time::Duration;

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT as ACTIVITY;
use relasi_domain::record::{Document, Object};
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, News, is_being_edited, use_api, use_events};
use crate::i18n::k;
use crate::records::fields::whole;
use crate::records::refs::use_titles;
use crate::records::{Record, labels, store};
use crate::ui::toast::{Toasts, use_toasts};

/// What happens within this time is looked at together.
const PAUSE: Duration = Duration::from_secs(1);

/// A value that could not be saved, and why.
#[derive(Clone, Debug)]
pub struct Unsaved {
    /// What the person wrote.
    pub value: Value,
    /// The reason.
    pub error: ApiError,
}

/// Somebody else changed the same field meanwhile.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The field.
    pub field: String,
    /// What the person wrote.
    pub mine: Value,
    /// The record as it is now.
    pub theirs: Record,
}

/// The record of a page. Copies are the same record.
#[derive(Clone, Copy)]
pub struct Live {
    /// What it is.
    pub object: &'static Object,
    /// The API.
    pub api: Api,
    /// Where it says what was done.
    pub toasts: Toasts,
    id: StoredValue<String>,
    pub(super) record: RwSignal<Option<Record>>,
    failure: RwSignal<Option<ApiError>>,
    unsaved: RwSignal<HashMap<String, Unsaved>>,
    conflict: RwSignal<Option<Conflict>>,
    pub(super) news: RwSignal<u32>,
    /// What the next stage asks for: its name, and the fields.
    pub(super) asked: RwSignal<(String, Vec<String>)>,
    /// The version heard of that is looked for in a moment; 0 for none.
    awaited: StoredValue<i64>,
}

impl Live {
    /// Reads the record with this id.
    pub fn open(object: &'static Object, id: String) -> Self {
        let live = Self {
            object: whole(object),
            api: use_api(),
            toasts: use_toasts(),
            id: StoredValue::new(id),
            record: RwSignal::new(None),
            failure: RwSignal::new(None),
            unsaved: RwSignal::default(),
            conflict: RwSignal::new(None),
            news: RwSignal::new(0),
            asked: RwSignal::default(),
            awaited: StoredValue::new(0),
        };
        let titles = use_titles();
        Effect::new(move |_| {
            let title = live.with(|record| record.title(object));
            if !title.is_empty() {
                titles.put(&live.id(), &title);
            }
        });
        live.load();
        if let Some(events) = use_events() {
            events.on(move |news| live.hear(&news));
        }
        live
    }

    /// Follows what others do with the record, and with what stands beside it.
    fn hear(self, news: &News) {
        let version = match news {
            News::Much => i64::MAX,
            News::Told(told) if told.record_id == self.id() => told.version.unwrap_or(i64::MAX),
            News::Told(told) => {
                let about = told.about.as_ref();
                let beside = about.is_some_and(|about| about.id == self.id());
                // What an activity belongs to is not told. One's own are shown by who made them.
                let others = told.actor_id != self.api.user_id();
                if !others || !beside && told.object != ACTIVITY.name {
                    return;
                }
                i64::MAX
            }
        };
        let before = self.awaited.try_update_value(|awaited| {
            let before = *awaited;
            *awaited = before.max(version);
            before
        });
        if before == Some(0) {
            set_timeout(move || self.catch_up(), PAUSE);
        }
    }

    /// Reads the record again, unless it is there by now as it was heard of.
    fn catch_up(self) {
        if is_being_edited() {
            set_timeout(move || self.catch_up(), PAUSE);
            return;
        }
        let awaited = self
            .awaited
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        let version = self
            .record
            .try_with_untracked(|record| record.as_ref().map(Record::version))
            .flatten();
        if version.is_some_and(|version| version < awaited) {
            self.refresh();
        }
    }

    /// The id; empty once the page is gone.
    pub fn id(self) -> String {
        self.id.try_get_value().unwrap_or_default()
    }

    /// The record as shown, unsaved changes included; tracked.
    pub fn record(self) -> Option<Record> {
        self.record.get()
    }

    /// Something of the record; tracked. The default while it is being read.
    pub fn with<T: Default>(self, read: impl FnOnce(&Record) -> T) -> T {
        self.record
            .with(|record| record.as_ref().map(read).unwrap_or_default())
    }

    /// Why it could not be read; tracked.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get()
    }

    /// What could not be saved of a field; tracked.
    pub fn unsaved(self, field: &str) -> Option<Unsaved> {
        self.unsaved.with(|all| all.get(field).cloned())
    }

    /// Forgets what could not be saved.
    pub fn forget(self, field: &str) {
        self.unsaved.update(|all| _ = all.remove(field));
    }

    /// The field that both changed.
    pub fn conflict(self) -> RwSignal<Option<Conflict>> {
        self.conflict
    }

    /// Rises whenever something happened with the record, for what shows more than the record; tracked.
    pub fn news(self) -> u32 {
        self.news.get()
    }

    /// Reads the record again and tells that there is news.
    pub fn refresh(self) {
        self.load();
        self.news.try_update(|n| *n += 1);
    }

    pub(super) fn load(self) {
        let (api, object, id) = (self.api, self.object, self.id());
        spawn_local(async move {
            match store::get(api, object, &id).await {
                Ok(record) => self.take(record),
                Err(error) => _ = self.failure.try_set(Some(error)),
            }
        });
    }

    /// Takes the record as the server has it.
    pub fn take(self, record: Record) {
        self.failure.try_set(None);
        self.record.try_set(Some(record));
    }

    /// Changes a field: shown at once, saved, with a way back.
    pub fn set(self, field: &str, value: Value) {
        let Some(before) = self.record.get_untracked() else {
            return;
        };
        let old = before.value(field).clone();
        if old == value {
            return;
        }
        self.forget(field);
        self.show(field, value.clone());
        self.write(field.to_owned(), old, value, before.version());
    }

    pub(super) fn show(self, field: &str, value: Value) {
        self.record.try_update(|record| {
            if let Some(record) = record {
                record.fields.insert(field.to_owned(), value);
            }
        });
    }

    fn write(self, field: String, old: Value, value: Value, mut version: i64) {
        let (api, object, id) = (self.api, self.object, self.id());
        spawn_local(async move {
            loop {
                let saved =
                    store::patch(api, object, &id, version, one(&field, value.clone())).await;
                match saved {
                    Ok(record) => {
                        self.take(record);
                        self.offer_undo(&field, old);
                        self.news.try_update(|n| *n += 1);
                        break;
                    }
                    Err(error) => match current(&error) {
                        // Somebody changed another field: that does not matter here.
                        Some(now) if *now.value(&field) == old => version = now.version(),
                        Some(theirs) => {
                            self.collide(field, value, theirs);
                            break;
                        }
                        None => {
                            self.fail(&field, old, value, error);
                            break;
                        }
                    },
                }
            }
        });
    }

    fn offer_undo(self, field: &str, old: Value) {
        let (id, field) = (self.id(), field.to_owned());
        let text = k::record::changed(&labels::field(self.object, &field));
        self.toasts.undoable(text, move || {
            let (id, field, old) = (id.clone(), field.clone(), old.clone());
            spawn_local(async move { self.set_back(&id, &field, old).await });
        });
    }

    /// Writes an old value back, also after the page is gone.
    async fn set_back(self, id: &str, field: &str, old: Value) {
        let done = match store::get(self.api, self.object, id).await {
            Ok(now) => {
                store::patch(self.api, self.object, id, now.version(), one(field, old)).await
            }
            Err(error) => Err(error),
        };
        self.finish(done);
    }

    fn collide(self, field: String, mine: Value, theirs: Record) {
        self.take(theirs.clone());
        self.conflict.try_set(Some(Conflict {
            field,
            mine,
            theirs,
        }));
    }

    fn fail(self, field: &str, old: Value, value: Value, error: ApiError) {
        self.show(field, old);
        self.toasts.bad(error.text());
        self.unsaved
            .try_update(|all| all.insert(field.to_owned(), Unsaved { value, error }));
    }

    pub(super) fn finish(self, done: Result<Record, ApiError>) {
        match done {
            Ok(record) => {
                // Another record may be on the screen by now.
                if self.id() == record.id() {
                    self.take(record);
                    self.news.try_update(|n| *n += 1);
                }
                self.toasts.ok(k::common::UNDONE.get());
            }
            Err(error) => self.toasts.bad(error.text()),
        }
    }
}

fn one(field: &str, value: Value) -> Document {
    Document::from_iter([(field.to_owned(), value)])
}

/// The record as it is now, when a write came too late.
pub fn current(error: &ApiError) -> Option<Record> {
    let problem = error.problem().filter(|problem| problem.is_stale())?;
    serde_json::from_value(problem.current.clone()?).ok()
}
