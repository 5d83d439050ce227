//! What is still to be done for a record: the next step, finishing it, putting it off.

use js_sys::Date;
use leptos::prelude::*;
use relasi_domain::interaction::activity;
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::live::{Live, current};
use super::timeline_feed::about;
use crate::api::{ApiError, Reply, Request};
use crate::i18n::{k, today};
use crate::records::instant;
use crate::records::store::{self, Query, Record};
use crate::screens::next_step::{NextSteps, use_next_steps};

/// How far a step is put off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Snooze {
    /// Later today: its time of day, or in an hour when that has passed.
    Today,
    /// Tomorrow at its time of day.
    Tomorrow,
    /// In a week at its time of day.
    NextWeek,
}

/// The open activities of a record.
#[derive(Clone, Copy)]
pub struct Steps {
    live: Live,
    next: NextSteps,
    open: RwSignal<Vec<Record>>,
    loaded: RwSignal<bool>,
}

impl Steps {
    /// Loads them, and again whenever there is news.
    pub fn of(live: Live) -> Self {
        let steps = Self {
            live,
            next: use_next_steps(),
            open: RwSignal::default(),
            loaded: RwSignal::new(false),
        };
        Effect::new(move |_| {
            live.news();
            steps.load();
        });
        steps
    }

    /// The first of them by its time; tracked.
    pub fn next(self) -> Option<Record> {
        self.open.with(|open| {
            open.first()
                .filter(|step| step.text("due_at").is_some())
                .cloned()
        })
    }

    /// All after the next one; tracked.
    pub fn later(self) -> Vec<Record> {
        self.open.with(|open| {
            open.iter()
                .skip(usize::from(
                    open.first().is_some_and(|s| s.text("due_at").is_some()),
                ))
                .cloned()
                .collect()
        })
    }

    /// Whether they have been read; tracked.
    pub fn is_loaded(self) -> bool {
        self.loaded.get()
    }

    /// An open one by its id.
    pub fn find(self, id: &str) -> Option<Record> {
        self.open
            .with_untracked(|open| open.iter().find(|step| step.id() == id).cloned())
    }

    fn load(self) {
        let query = Query {
            filter: format!("{} and done_at is empty", about(self.live)),
            sort: "due_at".to_owned(),
            limit: 100,
            include: "owner".to_owned(),
            ..Query::default()
        };
        spawn_local(async move {
            // What can't be read is left out; the page itself says when the server is gone.
            if let Ok(page) = store::list(self.live.api, &activity::OBJECT, &query).await {
                let (dated, undated): (Vec<_>, Vec<_>) = page
                    .items
                    .into_iter()
                    .filter(|a| a.text("kind") != Some("note"))
                    .partition(|step| step.text("due_at").is_some());
                self.open
                    .try_set(dated.into_iter().chain(undated).collect());
            }
            self.loaded.try_set(true);
        });
    }

    /// Marks a step as done; it leaves at once and comes back when that fails.
    pub fn complete(self, step: &Record) {
        let id = step.id().to_owned();
        self.open
            .update(|open| open.retain(|other| other.id() != id));
        let (version, subject) = (step.version(), step.title(&activity::OBJECT));
        spawn_local(async move {
            match self.verb(&id, version, "complete").await {
                Ok(done) => {
                    self.next.finished(done, move || self.live.refresh());
                    let said = k::record::step_done(&subject);
                    self.live.toasts.undoable(said, move || {
                        let id = id.clone();
                        spawn_local(async move { self.take_back(&id).await });
                    });
                }
                Err(error) => self.live.toasts.bad(error.text()),
            }
            self.live.refresh();
        });
    }

    async fn take_back(self, id: &str) {
        let back = match store::get(self.live.api, &activity::OBJECT, id).await {
            Ok(step) => self.verb(id, step.version(), "reopen").await,
            Err(error) => Err(error),
        };
        self.undone(back);
    }

    async fn verb(self, id: &str, version: i64, verb: &str) -> Result<Record, ApiError> {
        let send = |version: i64| {
            let path = format!("/activities/{id}/{verb}");
            Request::post(&path)
                .json(&json!({}))
                .version(version)
                .send(self.live.api)
        };
        match send(version).await.and_then(Reply::read) {
            // What somebody else changed about it does not keep it from being done.
            Err(error) => match current(&error) {
                Some(now) => send(now.version()).await.and_then(Reply::read),
                None => Err(error),
            },
            done => done,
        }
    }

    /// Puts a step off.
    pub fn snooze(self, step: &Record, by: Snooze) {
        let due = step.text("due_at").unwrap_or_default();
        let (at, old) = (later(due, by), step.value("due_at").clone());
        let (id, version) = (step.id().to_owned(), step.version());
        let text = k::record::snoozed_to(&instant::shown(&at));
        spawn_local(async move {
            match self.due(&id, version, at.into()).await {
                Ok(_) => self.live.toasts.undoable(text, move || {
                    let (id, old) = (id.clone(), old.clone());
                    spawn_local(async move {
                        let done = match store::get(self.live.api, &activity::OBJECT, &id).await {
                            Ok(step) => self.due(&id, step.version(), old).await,
                            Err(error) => Err(error),
                        };
                        self.undone(done);
                    });
                }),
                Err(error) => self.live.toasts.bad(error.text()),
            }
            self.live.refresh();
        });
    }

    async fn due(self, id: &str, version: i64, at: Value) -> Result<Record, ApiError> {
        let change = Document::from_iter([("due_at".to_owned(), at)]);
        store::patch(self.live.api, &activity::OBJECT, id, version, change).await
    }

    fn undone(self, done: Result<Record, ApiError>) {
        match done {
            Ok(_) => self.live.toasts.ok(k::common::UNDONE.get()),
            Err(error) => self.live.toasts.bad(error.text()),
        }
        self.live.refresh();
    }
}

/// The new time of a step that was due at `due`.
fn later(due: &str, by: Snooze) -> String {
    let days = match by {
        Snooze::Today => 0,
        Snooze::Tomorrow => 1,
        Snooze::NextWeek => 7,
    };
    let at = instant::of_local(today().plus(days), &instant::clock(due));
    if instant::is_past(&at) {
        in_an_hour()
    } else {
        at
    }
}

fn in_an_hour() -> String {
    let date = Date::new_0();
    date.set_hours(date.get_hours() + 1);
    date.set_minutes(0);
    date.set_seconds(0);
    date.to_iso_string().into()
}
