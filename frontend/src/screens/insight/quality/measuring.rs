//! A measurement that runs.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, Job, Reply, Request, use_api};
use crate::ui::toast::{Toasts, use_toasts};

const PAUSE: Duration = Duration::from_millis(700);

/// The measurement under way, if there is one.
#[derive(Clone, Copy)]
pub struct Measuring {
    api: Api,
    toasts: Toasts,
    job: RwSignal<Option<Job>>,
    watched: StoredValue<Option<String>>,
    ended: Callback<()>,
}

impl Measuring {
    /// `ended` is called when one has come to its end.
    pub fn new(ended: Callback<()>) -> Self {
        Self {
            api: use_api(),
            toasts: use_toasts(),
            job: RwSignal::new(None),
            watched: StoredValue::new(None),
            ended,
        }
    }

    /// Whether one runs; tracked.
    pub fn running(self) -> Signal<bool> {
        Signal::derive(move || self.job.with(|job| job.as_ref().is_some_and(Job::runs)))
    }

    /// Records it has looked at; tracked.
    pub fn done(self) -> Signal<i64> {
        Signal::derive(move || {
            self.job
                .with(|job| job.as_ref().map_or(0, |job| job.progress().done))
        })
    }

    /// Begins one.
    pub fn begin(self) {
        spawn_local(async move {
            let begun = Request::post("/quality/measure").send(self.api).await;
            match begun.and_then(Reply::read::<Job>) {
                Ok(job) => {
                    let id = job.id.clone();
                    _ = self.job.try_set(Some(job));
                    self.watch(id);
                }
                Err(error) => self.toasts.bad(error.text()),
            }
        });
    }

    /// Asks for it until it has ended.
    pub fn watch(self, id: String) {
        let known = self
            .watched
            .try_update_value(|watched| watched.replace(id.clone()));
        if known.is_none_or(|known| known.as_ref() == Some(&id)) {
            return;
        }
        spawn_local(async move {
            loop {
                let path = format!("/jobs/{id}");
                let Ok(job) = self.api.get(&path).await.and_then(Reply::read::<Job>) else {
                    break;
                };
                let runs = job.runs();
                if self.job.try_set(Some(job)).is_some() {
                    return;
                }
                if !runs {
                    break;
                }
                gloo_timers::future::sleep(PAUSE).await;
            }
            if self.watched.try_set_value(None).is_none() {
                self.ended.run(());
            }
        });
    }
}
