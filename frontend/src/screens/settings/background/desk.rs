//! What the page of the background work works on.

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Job, Reply, Request, use_api};
use crate::i18n::k;
use crate::screens::platform::jobs::kind_name;
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

/// How often it is looked again.
const AGAIN: Duration = Duration::from_secs(3);

/// How many jobs of a kind stand where.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Kind {
    #[serde(rename = "kind")]
    pub(super) name: String,
    pub(super) paused: bool,
    pub(super) ready: i64,
    pub(super) running: i64,
    pub(super) dead: i64,
    pub(super) due_since: Option<String>,
}

/// The work as a whole.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Work {
    pub(super) paused: bool,
    pub(super) kinds: Vec<Kind>,
}

/// Work that comes again.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Schedule {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) cron: String,
    pub(super) time_zone: String,
    pub(super) changed: bool,
    pub(super) paused: bool,
    pub(super) next_at: Option<String>,
    pub(super) last_at: Option<String>,
}

impl Schedule {
    pub(super) fn path(&self) -> String {
        format!("/job-schedules/{}", self.id)
    }
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Job>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Requeued {
    requeued: i64,
}

/// Everything that is shown, and the schedule that is being changed.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    toasts: Toasts,
    pub(super) work: RwSignal<Option<Result<Work, String>>>,
    pub(super) schedules: RwSignal<Vec<Schedule>>,
    /// States of the jobs that are listed, by comma.
    pub(super) states: RwSignal<String>,
    pub(super) jobs: RwSignal<Option<Vec<Job>>>,
    /// Where older ones begin.
    pub(super) next: RwSignal<Option<String>>,
    /// The form is open.
    pub(super) editing: RwSignal<bool>,
    /// The schedule that it is about.
    pub(super) chosen: RwSignal<Option<Schedule>>,
}

impl Desk {
    /// Reads everything, and again now and then.
    pub fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            work: RwSignal::new(None),
            schedules: RwSignal::new(Vec::new()),
            states: RwSignal::new("ready,running".to_owned()),
            jobs: RwSignal::new(None),
            next: RwSignal::new(None),
            editing: RwSignal::new(false),
            chosen: RwSignal::new(None),
        };
        desk.load();
        if let Ok(timer) = set_interval_with_handle(move || desk.load(), AGAIN) {
            on_cleanup(move || timer.clear());
        }
        desk
    }

    /// Reads everything anew.
    pub fn load(self) {
        spawn_local(async move {
            let answer = self.api.get("/background-work").await;
            let work = answer.and_then(Reply::read::<Work>);
            let work = work.map_err(|error| error.text());
            // The page may be gone by now. What has not changed is not drawn anew.
            let same = self
                .work
                .try_with_untracked(|old| old.as_ref() == Some(&work));
            if same == Some(false) {
                let _ = self.work.try_set(Some(work));
            }
            if let Ok(all) = items::<Schedule>(self.api, "/job-schedules").await
                && self.schedules.try_with_untracked(|old| *old == all) == Some(false)
            {
                let _ = self.schedules.try_set(all);
            }
        });
        self.load_jobs(false);
    }

    /// Reads the newest jobs of the states that are shown, or those after the last one. Who has looked further back is
    /// left alone.
    pub fn load_jobs(self, more: bool) {
        let Some(states) = self.states.try_get_untracked() else {
            return;
        };
        let cursor = self.next.get_untracked().filter(|_| more);
        let cursor = cursor.map(|id| format!("&cursor={id}")).unwrap_or_default();
        spawn_local(async move {
            let path = format!("/jobs?state={states}&limit=20{cursor}");
            let answer = self.api.get(&path).await.and_then(Reply::read::<Page>);
            let Ok(mut page) = answer else {
                return;
            };
            if self.states.try_with_untracked(|now| *now == states) != Some(true) {
                return;
            }
            let known = self.jobs.try_get_untracked().flatten();
            match known {
                Some(mut all) if more => {
                    all.append(&mut page.items);
                    let _ = self.jobs.try_set(Some(all));
                    let _ = self.next.try_set(page.next_cursor);
                }
                Some(all) if all.len() > page.items.len() && page.items.len() == 20 => {}
                Some(all) if all == page.items => {}
                _ => {
                    let _ = self.jobs.try_set(Some(page.items));
                    let _ = self.next.try_set(page.next_cursor);
                }
            }
        });
    }

    /// Shows jobs of other states.
    pub(super) fn show(self) {
        self.jobs.set(None);
        self.next.set(None);
        self.load_jobs(false);
    }

    /// Whether all of it stands still.
    pub(super) fn is_paused(self) -> Signal<bool> {
        Signal::derive(move || {
            self.work
                .with(|work| matches!(work, Some(Ok(work)) if work.paused))
        })
    }

    /// What the form is about; tracked.
    pub(super) fn heading(self) -> String {
        let name = self
            .chosen
            .with(|one| one.as_ref().map(|one| kind_name(&one.name)));
        k::background::edit_title(&name.unwrap_or_default())
    }

    pub(super) fn tell(self, text: String) {
        self.toasts.ok(text);
    }

    fn run(self, done: String, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        spawn_local(async move {
            match work.await {
                Ok(()) => self.toasts.ok(done),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.anew();
        });
    }

    /// Reads everything anew, the list of jobs from its beginning.
    fn anew(self) {
        let _ = self.jobs.try_set(None);
        self.load();
    }

    /// Has something stand still or lets it go on.
    pub(super) fn stand_still(self, scope: &'static str, name: &str, still: bool) {
        let body = json!({"scope": scope, "name": name});
        let shown = if scope == "all" {
            k::background::TITLE.get().to_owned()
        } else {
            kind_name(name)
        };
        let (verb, said) = if still {
            ("pause", k::background::was_paused(&shown))
        } else {
            ("resume", k::background::was_resumed(&shown))
        };
        self.run(said, async move {
            self.api
                .post(&format!("/background-work/{verb}"), &body)
                .await
                .map(drop)
        });
    }

    /// Puts all jobs of a kind in again that were given up.
    pub(super) fn requeue_all(self, kind: &str) {
        let body = json!({"kind": kind});
        spawn_local(async move {
            let answer = self.api.post("/background-work/requeue", &body).await;
            match answer.and_then(Reply::read::<Requeued>) {
                Ok(Requeued { requeued: 0 }) => {
                    self.toasts.bad(k::background::NOTHING_REQUEUED.get());
                }
                Ok(Requeued { requeued }) => self.toasts.ok(k::background::requeued(requeued)),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.anew();
        });
    }

    /// Does something with a job: `cancel`, `requeue` or `drop`.
    pub(super) fn act(self, id: &str, verb: &'static str, said: String) {
        let path = format!("/jobs/{id}/{verb}");
        self.run(said, async move {
            Request::post(&path).send(self.api).await.map(drop)
        });
    }

    /// Does what comes again now.
    pub(super) fn start(self, schedule: &Schedule) {
        let path = format!("{}/run", schedule.path());
        let said = k::background::started(&kind_name(&schedule.name));
        self.run(said, async move {
            Request::post(&path).send(self.api).await.map(drop)
        });
    }

    /// Has what comes again stand still, or come again.
    pub(super) fn pause_schedule(self, schedule: &Schedule, paused: bool) {
        let (path, version) = (schedule.path(), schedule.version);
        let name = kind_name(&schedule.name);
        let said = if paused {
            k::background::was_paused(&name)
        } else {
            k::background::was_resumed(&name)
        };
        self.run(said, async move {
            let body = json!({"paused": paused});
            self.api.patch(&path, version, &body).await.map(drop)
        });
    }
}
