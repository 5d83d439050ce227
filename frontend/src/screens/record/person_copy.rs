//! A copy of everything that is kept about a person.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use crate::api::{ApiError, Job, Reply, Request};
use crate::download::save_file;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::JobCard;
use crate::ui::icon;
use crate::ui::tag::Tone;

const PAUSE: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
struct Begun {
    job_id: String,
}

/// Makes the file and fetches it.
#[component]
pub fn CopyDialog(live: Live, open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::privacy::COPY_TITLE><Copy live/></Modal> }
}

#[component]
fn Copy(live: Live) -> impl IntoView {
    let shown = RwSignal::new(None::<Job>);
    let busy = RwSignal::new(false);
    let begin = move |()| {
        busy.set(true);
        spawn_local(async move {
            let path = format!("/{}/{}/copy", live.object.plural, live.id());
            match Request::post(&path)
                .send(live.api)
                .await
                .and_then(Reply::read::<Begun>)
            {
                Ok(begun) => follow(live, begun.job_id, shown),
                Err(error) => live.toasts.bad(error.text()),
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
            let path = format!("/person-copies/{id}/file");
            let saved = match Request::get(&path).file_of(live.api).await {
                Ok(file) => save_file(k::privacy::COPY_FILE.get(), &file)
                    .map_err(|error| ApiError::Unreadable(format!("{error:?}"))),
                Err(error) => Err(error),
            };
            if let Err(error) = saved {
                live.toasts.bad(error.text());
            }
            let _ = busy.try_set(false);
        });
    };
    let stands = move |wanted: fn(&Job) -> bool| {
        Memo::new(move |_| shown.with(|job| job.as_ref().is_some_and(wanted)))
    };
    let (runs, ready) = (stands(Job::runs), stands(|job| job.state == "done"));
    let failed = stands(|job| !job.runs() && job.state != "done");
    let figure = move |read: fn(crate::api::Progress) -> i64| {
        Signal::derive(move || shown.with(|job| job.as_ref().map_or(0, |job| read(job.progress()))))
    };
    let total = figure(|progress| progress.total);
    view! {
        <div class="stack">
            <p class="secondary">{k::privacy::COPY_TEXT}</p>
            <Show when=move || runs.get()>
                <JobCard title=k::privacy::COPY_TITLE done=figure(|progress| progress.done)
                    total=Signal::derive(move || Some(total.get()).filter(|total| { *total > 0 }))/>
            </Show>
            <Show when=move || failed.get()><Banner text=k::privacy::COPY_FAILED tone=Tone::Bad/></Show>
            <div class="row-end">
                <Show when=move || ready.get()>
                    <Button label=k::privacy::COPY_FETCH variant=Variant::Primary icon=icon::DOWNLOAD busy on_press=fetch/>
                </Show>
                <Show when=move || !runs.get() && !ready.get()>
                    <Button label=k::privacy::COPY_BEGIN variant=Variant::Primary busy on_press=begin/>
                </Show>
            </div>
        </div>
    }
}

fn follow(live: Live, id: String, shown: RwSignal<Option<Job>>) {
    spawn_local(async move {
        loop {
            // Without an answer the work goes on all the same: ask again.
            let answer = live.api.get(&format!("/jobs/{id}")).await;
            if let Ok(job) = answer.and_then(Reply::read::<Job>) {
                let runs = job.runs();
                if shown.try_set(Some(job)).is_some() || !runs {
                    return;
                }
            }
            gloo_timers::future::sleep(PAUSE).await;
        }
    });
}
