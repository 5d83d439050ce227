//! The search through all records: begun here, watched while it runs, with what came of the last one.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::kind;
use crate::api::{Api, Job, Reply, Request};
use crate::i18n::{k, number};
use crate::records::instant;
use crate::records::reasons::field_name;
use crate::records::refs::page_path;
use crate::ui::banner::Banner;
use crate::ui::feedback::JobCard;
use crate::ui::tag::Tone;
use crate::ui::toast::{Toasts, use_toasts};

const PAUSE: Duration = Duration::from_secs(1);
/// The job of a search.
const KIND: &str = "duplicates.scan";

#[derive(Deserialize)]
struct Jobs {
    items: Vec<Job>,
}

/// What the searches do.
#[derive(Clone, Copy)]
pub struct Scan {
    api: Api,
    toasts: Toasts,
    jobs: RwSignal<Vec<Job>>,
    watching: StoredValue<bool>,
    /// A search was begun here and not looked for yet. It may have ended by then.
    begun: StoredValue<bool>,
    ended: Callback<()>,
}

impl Scan {
    /// Looks what runs. `ended` is called when a search has come to its end.
    pub fn new(api: Api, ended: Callback<()>) -> Self {
        let scan = Self {
            api,
            toasts: use_toasts(),
            jobs: RwSignal::new(Vec::new()),
            watching: StoredValue::new(false),
            begun: StoredValue::new(false),
            ended,
        };
        scan.watch();
        scan
    }

    /// Whether a search runs; tracked.
    pub fn running(self) -> Signal<bool> {
        Signal::derive(move || self.jobs.with(|all| all.iter().any(Job::runs)))
    }

    /// Begins a search through the records of an object.
    pub fn begin(self, object: &'static str) {
        spawn_local(async move {
            match Request::post("/duplicates/scan")
                .json(&json!({"object": object}))
                .send(self.api)
                .await
            {
                Ok(_) => {
                    let _ = self.begun.try_update_value(|begun| *begun = true);
                    self.watch();
                }
                Err(error) => self.toasts.bad(error.text()),
            }
        });
    }

    /// Asks for the jobs until none runs any more.
    fn watch(self) {
        if self
            .watching
            .try_update_value(|on| std::mem::replace(on, true))
            != Some(false)
        {
            return;
        }
        spawn_local(async move {
            let mut ran = false;
            loop {
                let begun = self.begun.try_update_value(std::mem::take);
                ran |= begun == Some(true);
                let answer = self
                    .api
                    .get("/jobs?limit=50")
                    .await
                    .and_then(Reply::read::<Jobs>);
                let all: Vec<Job> = answer.map(|jobs| jobs.items).unwrap_or_default();
                let all: Vec<Job> = all.into_iter().filter(|job| job.kind == KIND).collect();
                let runs = all.iter().any(Job::runs);
                if self.jobs.try_set(all).is_some() {
                    break;
                }
                if runs {
                    ran = true;
                    gloo_timers::future::sleep(PAUSE).await;
                } else if self.begun.try_get_value() != Some(true) {
                    break;
                }
            }
            let _ = self.watching.try_update_value(|on| *on = false);
            if ran && self.watching.try_get_value().is_some() {
                self.ended.run(());
            }
        });
    }

    fn cancel(self, id: String) {
        spawn_local(async move {
            if let Err(error) = self.api.cancel_job(&id).await {
                self.toasts.bad(error.text());
            }
        });
    }
}

/// The progress of what runs, else what the last search of the object came to.
#[component]
pub fn ScanLine(scan: Scan, object: Signal<&'static str>, allowed: Signal<bool>) -> impl IntoView {
    let running = Memo::new(move |_| {
        scan.jobs
            .with(|all| all.iter().find(|job| job.runs()).map(|job| job.id.clone()))
    });
    let job = Memo::new(move |_| {
        scan.jobs
            .with(|all| all.iter().find(|job| job.runs()).cloned())
    });
    let last = Memo::new(move |_| {
        let wanted = object.get();
        scan.jobs.with(|all| {
            all.iter()
                .find(|job| job.state == "done" && job.result["object"] == wanted)
                .cloned()
        })
    });
    let done = Signal::derive(move || job.get().map(|job| job.progress().done).unwrap_or_default());
    let total = Signal::derive(move || {
        job.get()
            .map(|job| job.progress().total)
            .filter(|total| *total > 0)
    });
    move || {
        match (running.get(), last.get()) {
        (Some(id), _) => view! {
            <JobCard title=k::duplicates::SCANNING done total on_cancel=move |()| scan.cancel(id.clone())/>
        }.into_any(),
        (None, Some(job)) => view! { <Outcome job object=object.get()/> }.into_any(),
        (None, None) if allowed.get() => view! { <p class="secondary">{k::duplicates::NEVER}</p> }.into_any(),
        (None, None) => view! { <p class="secondary">{k::duplicates::NOBODY_MAY}</p> }.into_any(),
    }
    }
}

#[component]
fn Outcome(job: Job, object: &'static str) -> impl IntoView {
    let result = job.result.clone();
    let truncated = result["truncated"] == true;
    let whole = move |name: &str| result[name].as_i64().unwrap_or_default();
    let (records, pairs) = (whole("records"), whole("pairs"));
    let at = job.finished_at.clone().unwrap_or_default();
    let said =
        move || k::duplicates::scanned(&number(pairs), &number(records), &instant::shown(&at));
    let crowds: Vec<Value> = job.result["crowds"].as_array().cloned().unwrap_or_default();
    let crowd = move |crowd: Value| {
        let key = crowd["key"].as_str().unwrap_or_default().to_owned();
        let count = crowd["records"].as_i64().unwrap_or_default();
        let href = page_path(kind(object), crowd["example"].as_str().unwrap_or_default());
        let text = move || k::duplicates::crowd(&field_name(&key), &number(count));
        view! { <li><span>{text}</span>" "<a href=href>{k::duplicates::CROWD_EXAMPLE}</a></li> }
    };
    // Names are shared by many as a rule; what a person can do something about comes from the rest.
    let shared = crowds
        .into_iter()
        .filter(|crowd| crowd["key"] != "name" && crowd["key"] != "place");
    view! {
        <div class="scan-outcome">
            <p class="secondary">{said}</p>
            {truncated.then(|| view! { <Banner inline=true text=k::duplicates::TRUNCATED tone=Tone::Warn/> })}
            <ul class="crowds hint">{shared.take(3).map(crowd).collect_view()}</ul>
        </div>
    }
}
