//! Follows an import while a job works on it.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::model::{self, Import};
use crate::api::{Api, ApiError, Job, Progress, Reply};

const PAUSE: Duration = Duration::from_millis(400);

/// How far the job has come.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Pace {
    /// Rows done.
    pub done: i64,
    /// Rows in all; 0 while unknown.
    pub total: i64,
    /// Rows a second since the first look; 0 while unknown.
    pub rate: f64,
}

impl Pace {
    /// Seconds until the end at this pace.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "only shown"
    )]
    pub fn seconds_left(self) -> Option<i64> {
        let left = self.total - self.done;
        (self.rate > 0.0 && left > 0).then(|| (left as f64 / self.rate).ceil() as i64)
    }
}

/// An import on the screen: what is known of it, how its job goes, what went wrong with asking.
#[derive(Clone, Copy)]
pub struct Watched {
    api: Api,
    /// The import; none before the first answer.
    pub import: RwSignal<Option<Import>>,
    /// How far its job has come.
    pub pace: RwSignal<Pace>,
    /// Why it can't be shown.
    pub broken: RwSignal<Option<(String, Option<String>)>>,
    /// One loop at a time.
    running: StoredValue<bool>,
}

impl Watched {
    /// Nothing known yet.
    pub fn new(api: Api) -> Self {
        Self {
            api,
            import: RwSignal::new(None),
            pace: RwSignal::default(),
            broken: RwSignal::new(None),
            running: StoredValue::new(false),
        }
    }

    /// Reads the import and follows it while it is busy.
    pub fn load(self, id: String) {
        spawn_local(async move {
            match model::get(self.api, &id).await {
                Ok(import) => self.take(import),
                Err(error) => _ = self.broken.try_set(Some((error.text(), error.id()))),
            }
        });
    }

    /// Shows an answer and follows it while it is busy.
    pub fn take(self, import: Import) {
        let busy = import.state.is_busy();
        if self.import.try_set(Some(import)).is_some() {
            return;
        }
        self.broken.set(None);
        if busy && self.running.try_get_value() == Some(false) {
            self.running.set_value(true);
            self.pace.set(Pace::default());
            spawn_local(self.follow());
        }
    }

    /// Starts `check`, `run` or `undo`; a refusal comes back.
    pub async fn start(self, verb: &'static str) -> Result<(), ApiError> {
        let Some(Some(id)) = self
            .import
            .try_with_untracked(|i| i.as_ref().map(|i| i.id.clone()))
        else {
            return Ok(());
        };
        model::start(self.api, &id, verb)
            .await
            .map(|import| self.take(import))
    }

    /// Asks the job to stop.
    pub fn cancel(self) {
        let job = self
            .import
            .with_untracked(|i| i.as_ref().and_then(|i| i.job_id.clone()));
        let Some(job) = job else { return };
        spawn_local(async move {
            // A job that has just ended can't be stopped any more, which its import shows by itself.
            let _ = self.api.cancel_job(&job).await;
        });
    }

    async fn follow(self) {
        let mut first: Option<(f64, i64)> = None;
        loop {
            gloo_timers::future::sleep(PAUSE).await;
            let known = self
                .import
                .try_with_untracked(|i| i.as_ref().map(|i| (i.id.clone(), i.job_id.clone())));
            let Some(Some((id, job))) = known else { return };
            if let Some(progress) = job_progress(self.api, job).await {
                let now = js_sys::Date::now();
                let (since, from) = *first.get_or_insert((now, progress.done));
                let pace = Pace {
                    done: progress.done,
                    total: progress.total,
                    rate: rate(progress.done - from, now - since),
                };
                if self.pace.try_set(pace).is_some() {
                    return;
                }
            }
            // Without an answer the work goes on all the same: ask again.
            let Ok(import) = model::get(self.api, &id).await else {
                continue;
            };
            let busy = import.state.is_busy();
            if self.import.try_set(Some(import)).is_some() {
                return;
            }
            if !busy {
                self.running.try_update_value(|running| *running = false);
                return;
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "only shown")]
fn rate(rows: i64, millis: f64) -> f64 {
    if millis > 0.0 {
        rows as f64 * 1000.0 / millis
    } else {
        0.0
    }
}

async fn job_progress(api: Api, job: Option<String>) -> Option<Progress> {
    let path = format!("/jobs/{}", job?);
    let job: Job = api.get(&path).await.and_then(Reply::read).ok()?;
    Some(job.progress())
}

#[cfg(test)]
mod tests {
    use super::{Pace, rate};

    #[test]
    fn tells_how_long_it_takes() {
        let pace = Pace {
            done: 600,
            total: 1000,
            rate: rate(300, 1500.0),
        };
        assert_eq!(pace.seconds_left(), Some(2));
        assert_eq!(Pace::default().seconds_left(), None);
    }
}
