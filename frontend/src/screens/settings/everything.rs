//! The whole workspace in one file.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Job, Reply, Request, use_api};
use crate::download::save_file;
use crate::i18n::{k, number};
use crate::records::instant;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::JobCard;
use crate::ui::icon;
use crate::ui::toast::use_toasts;

const PAUSE: Duration = Duration::from_millis(500);

const KIND: &str = "workspace.export";

#[derive(Deserialize)]
struct Begun {
    job_id: String,
}

#[derive(Deserialize)]
struct Jobs {
    items: Vec<Job>,
}

async fn job(api: Api, id: &str) -> Result<Job, ApiError> {
    api.get(&format!("/jobs/{id}")).await.and_then(Reply::read)
}

/// The last export, if there was one lately.
async fn last(api: Api) -> Result<Option<Job>, ApiError> {
    let page = api.get("/jobs?limit=50").await?.read::<Jobs>()?;
    Ok(page.items.into_iter().find(|job| job.kind == KIND))
}

/// Begins an export, shows how far it has come, and fetches the file.
#[component]
pub fn Everything() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let shown = RwSignal::new(None::<Job>);
    let busy = RwSignal::new(false);
    let follow = move |id: String| {
        spawn_local(async move {
            loop {
                // Without an answer the work goes on all the same: ask again.
                if let Ok(job) = job(api, &id).await {
                    let runs = job.runs();
                    if shown.try_set(Some(job)).is_some() || !runs {
                        return;
                    }
                }
                gloo_timers::future::sleep(PAUSE).await;
            }
        });
    };
    spawn_local(async move {
        // What can't be read is as good as no export; a new one can be begun.
        if let Ok(Some(job)) = last(api).await {
            follow(job.id);
        }
    });
    let begin = move |()| {
        busy.set(true);
        spawn_local(async move {
            let begun = Request::post("/workspace/exports").send(api).await;
            match begun.and_then(Reply::read::<Begun>) {
                Ok(begun) => follow(begun.job_id),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = busy.try_set(false);
        });
    };
    let fetch = move |()| {
        let Some(id) = shown.with_untracked(|job| job.as_ref().map(|job| job.id.clone())) else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let path = format!("/workspace/exports/{id}/file");
            let saved = match Request::get(&path).file_of(api).await {
                Ok(file) => save_file(k::settings::EVERYTHING_FILE.get(), &file)
                    .map_err(|error| ApiError::Unreadable(format!("{error:?}"))),
                Err(error) => Err(error),
            };
            if let Err(error) = saved {
                toasts.bad(error.text());
            }
            let _ = busy.try_set(false);
        });
    };
    let runs = Memo::new(move |_| shown.with(|job| job.as_ref().is_some_and(Job::runs)));
    let ready = Memo::new(move |_| {
        shown.with(|job| job.as_ref().filter(|job| job.state == "done").map(told))
    });
    let progress = move |read: fn(crate::api::Progress) -> i64| {
        Signal::derive(move || shown.with(|job| job.as_ref().map_or(0, |job| read(job.progress()))))
    };
    let total = progress(|progress| progress.total);
    view! {
        <section class="stack">
            <h2>{k::settings::EVERYTHING}</h2>
            <p class="secondary">{k::settings::EVERYTHING_TEXT}</p>
            <Show when=move || runs.get()>
                <JobCard title=k::settings::EVERYTHING done=progress(|progress| progress.done)
                    total=Signal::derive(move || Some(total.get()).filter(|total| { *total > 0 }))/>
            </Show>
            {move || ready.get().map(|text| view! { <p class="secondary" role="status">{text}</p> })}
            <div class="row">
                <Show when=move || ready.with(Option::is_some)>
                    <Button label=k::settings::EVERYTHING_FETCH variant=Variant::Primary icon=icon::DOWNLOAD busy=busy on_press=fetch/>
                </Show>
                <Show when=move || !runs.get()>
                    <Button label=k::settings::EVERYTHING_BEGIN busy=busy on_press=begin/>
                </Show>
            </div>
        </section>
    }
}

/// When a file was written, and how much is in it; tracked.
fn told(job: &Job) -> String {
    let rows = job.result["rows"].as_i64().unwrap_or_default();
    let at = job.finished_at.as_deref().unwrap_or(&job.created_at);
    k::settings::everything_ready(&instant::shown(at), &number(rows))
}
