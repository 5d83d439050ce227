//! `/app/jobs`: work in the background.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::operations::Operations;
use crate::api::{Api, ApiError, Job, Progress, Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::{self, Key, k, number};
use crate::records::instant;
use crate::records::people::use_people;
use crate::ui::feedback::{EmptyState, ErrorState, JobCard, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

const PAUSE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Jobs {
    items: Vec<Job>,
}

/// What a kind of job is called; tracked. Kinds without a text show their code.
pub fn kind_name(kind: &str) -> String {
    let key = format!("jobs.kind_{}", kind.replace('.', "_"));
    i18n::label(&key).map_or_else(|| kind.to_owned(), |key| key.get().to_owned())
}

/// What a state is called, and its colour.
pub fn state_shown(state: &str) -> (Key, Tone) {
    match state {
        "running" => (k::jobs::STATE_RUNNING, Tone::Info),
        "done" => (k::jobs::STATE_DONE, Tone::Ok),
        "failed" => (k::jobs::STATE_FAILED, Tone::Warn),
        "cancelled" => (k::jobs::STATE_CANCELLED, Tone::Warn),
        "dead" => (k::jobs::STATE_DEAD, Tone::Bad),
        _ => (k::jobs::STATE_READY, Tone::Neutral),
    }
}

async fn read(api: Api) -> Result<Vec<Job>, ApiError> {
    let page = api
        .get("/jobs?limit=50")
        .await
        .and_then(Reply::read::<Jobs>);
    page.map(|page| page.items)
}

/// Running ones on top, with a way to stop them; asked for again while anything runs.
#[component]
pub fn JobsPage() -> impl IntoView {
    let api = use_api();
    let jobs = RwSignal::new(Vec::<Job>::new());
    let stand = RwSignal::new(None::<Result<(), String>>);
    let load = move || {
        spawn_local(async move {
            loop {
                let answer = read(api).await;
                let failed = answer.as_ref().err().map(ApiError::text);
                let again = answer.as_ref().is_ok_and(|all| all.iter().any(Job::runs));
                if let Ok(all) = answer
                    && jobs.try_set(all).is_some()
                {
                    return;
                }
                if stand.try_set(Some(failed.map_or(Ok(()), Err))).is_some() || !again {
                    return;
                }
                gloo_timers::future::sleep(PAUSE).await;
            }
        });
    };
    load();
    let running = Memo::new(move |_| {
        jobs.with(|all| {
            all.iter()
                .filter(|job| job.runs())
                .map(|job| job.id.clone())
                .collect::<Vec<_>>()
        })
    });
    let past = Memo::new(move |_| {
        jobs.with(|all| {
            all.iter()
                .filter(|job| !job.runs())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let body = move || {
        match stand.get() {
        None => view! { <Skeleton lines=4/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
        Some(Ok(())) if jobs.with(Vec::is_empty) => view! { <EmptyState text=k::jobs::NONE icon=icon::ZAP/> }.into_any(),
        Some(Ok(())) => view! {
            <Show when=move || running.with(|all| !all.is_empty())>
                <section class="stack"><h2>{k::jobs::RUNNING}</h2>
                    <For each=move || running.get() key=String::clone let:id><Running id jobs/></For>
                </section>
            </Show>
            <Show when=move || past.with(|all| !all.is_empty())><Past past/></Show>
        }
        .into_any(),
    }
    };
    view! {
        <PageBar title=k::jobs::TITLE/>
        <div class="page-body jobs">{body}<Operations running on_start=move |()| load()/></div>
    }
}

#[component]
fn Running(id: String, jobs: RwSignal<Vec<Job>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let wanted = id.clone();
    let job = Memo::new(move |_| jobs.with(|all| all.iter().find(|job| job.id == wanted).cloned()));
    let title = move || {
        job.get()
            .map(|job| kind_name(&job.kind))
            .unwrap_or_default()
    };
    let done = Signal::derive(move || job.get().map(|job| job.progress().done).unwrap_or_default());
    let total = Signal::derive(move || {
        job.get()
            .map(|job| job.progress().total)
            .filter(|total| *total > 0)
    });
    let note = move || match job.get() {
        Some(job) if job.cancel_requested => k::jobs::CANCELLING.get(),
        Some(job) if job.state == "ready" => k::jobs::WAITING.get(),
        _ => "",
    };
    let cancel = move |()| {
        let id = id.clone();
        spawn_local(async move {
            match api.cancel_job(&id).await.and_then(Reply::read::<Job>) {
                Ok(stopped) => {
                    _ = jobs.try_update(|all| {
                        if let Some(place) = all.iter_mut().find(|job| job.id == stopped.id) {
                            *place = stopped;
                        }
                    });
                }
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    view! { <JobCard title=title done total note=note on_cancel=cancel/> }
}

#[component]
fn Past(past: Memo<Vec<Job>>) -> impl IntoView {
    view! {
        <section class="stack">
            <h2>{k::jobs::PAST}</h2>
            <div class="scroll-x" tabindex="0" role="region" aria-label=k::jobs::PAST>
                <table class="plain-table">
                    <thead><tr>
                        <th scope="col">{k::jobs::JOB}</th><th scope="col">{k::jobs::STATE}</th><th scope="col">{k::jobs::PROGRESS}</th>
                        <th scope="col">{k::jobs::STARTED}</th><th scope="col">{k::jobs::ENDED}</th><th scope="col">{k::jobs::BY}</th>
                    </tr></thead>
                    <tbody>{move || past.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn line(job: Job) -> impl IntoView {
    let people = use_people();
    let (label, tone) = state_shown(&job.state);
    let Progress { done, total } = job.progress();
    let Job {
        kind,
        created_at,
        created_by,
        finished_at,
        ..
    } = job;
    let by = move || created_by.as_ref().and_then(|id| people.name(id));
    let ended = move || finished_at.as_ref().map(|at| instant::shown(at));
    view! {
        <tr>
            <td>{move || kind_name(&kind)}</td>
            <td><Tag label tone/></td>
            <td>{move || number(done)}" / "{move || number(total)}</td>
            <td class="nowrap">{move || instant::shown(&created_at)}</td>
            <td class="nowrap">{ended}</td>
            <td>{by}</td>
        </tr>
    }
}
