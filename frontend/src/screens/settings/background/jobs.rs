//! Single jobs: those that wait and run, those that were given up, those that are done.

use leptos::prelude::*;

use super::desk::Desk;
use crate::api::Job;
use crate::i18n::{Key, k, number};
use crate::records::instant;
use crate::records::people::use_people;
use crate::screens::platform::jobs::{kind_name, state_shown};
use crate::ui::button::{Button, Size};
use crate::ui::feedback::Skeleton;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tag;

/// States that are shown together, by comma, with their name and what is said when there is none.
const SHOWN: [(&str, Key, Key); 3] = [
    (
        "ready,running",
        k::background::SHOW_OPEN,
        k::background::NONE_OPEN,
    ),
    (
        "dead,failed",
        k::background::SHOW_DEAD,
        k::background::NONE_DEAD,
    ),
    (
        "done,cancelled",
        k::background::SHOW_DONE,
        k::background::NONE_DONE,
    ),
];

/// The newest ones of some states, and older ones.
#[component]
pub fn JobList(desk: Desk) -> impl IntoView {
    let choices = Signal::derive(|| {
        SHOWN
            .map(|(states, label, _)| Choice::new(states, label.get()))
            .to_vec()
    });
    let none = move || {
        let states = desk.states.get();
        let shown = SHOWN.iter().find(|(these, ..)| *these == states);
        shown.map(|(.., none)| none.get())
    };
    let line = move |job: Job| view! { <JobLine job desk/> };
    view! {
        <section class="stack background-part">
            <h2>{k::background::JOBS}</h2>
            <div class="background-shown">
                <Select label=k::background::SHOW value=desk.states choices on_change=move |_: String| desk.show()/>
            </div>
            {move || match desk.jobs.get() {
                None => view! { <Skeleton lines=2/> }.into_any(),
                Some(all) if all.is_empty() => view! { <p class="secondary">{none}</p> }.into_any(),
                Some(all) => view! { <ul class="settings-lines">{all.into_iter().map(line).collect_view()}</ul> }.into_any(),
            }}
            <Show when=move || desk.next.with(Option::is_some)>
                <div class="row"><Button label=k::background::OLDER on_press=move |()| desk.load_jobs(true)/></div>
            </Show>
        </section>
    }
}

/// "Siti · 500 of 1,000 · 3 tries · error: internal · ended Monday 08:15"; tracked.
fn facts(job: &Job, by: Option<String>) -> String {
    let mut parts: Vec<String> = by.into_iter().collect();
    let progress = job.progress();
    if progress.total > 0 {
        parts.push(k::background::of(
            &number(progress.done),
            &number(progress.total),
        ));
    }
    if job.attempts > 1 {
        parts.push(k::background::tries(job.attempts));
    }
    let error = job.error.as_deref().filter(|_| job.state != "cancelled");
    parts.extend(error.map(k::background::error_code));
    let due = job.due_at.as_deref().filter(|_| job.state == "ready");
    parts.extend(due.map(|at| k::background::due(&instant::shown(at))));
    let ended = job.finished_at.as_deref();
    parts.extend(ended.map(|at| k::background::ended(&instant::shown(at))));
    parts.join(" · ")
}

#[component]
fn JobLine(job: Job, desk: Desk) -> impl IntoView {
    let people = use_people();
    let (word, tone) = state_shown(&job.state);
    let (id, kind) = (StoredValue::new(job.id.clone()), job.kind.clone());
    let act = move |verb: &'static str, said: fn() -> String| {
        id.with_value(|id| desk.act(id, verb, said()));
    };
    let stop = move |()| act("cancel", || k::jobs::CANCELLING.get().to_owned());
    let again = move |()| act("requeue", || k::background::AGAIN.get().to_owned());
    let away = move |()| act("drop", || k::background::DROPPED.get().to_owned());
    let open = matches!(job.state.as_str(), "ready" | "running") && !job.cancel_requested;
    let dead = matches!(job.state.as_str(), "dead" | "failed");
    let state = job.state.clone();
    let told = move || {
        let by = job.created_by.as_ref().and_then(|id| people.name(id));
        facts(&job, by)
    };
    view! {
        <li class="settings-line background-line" data-state=state>
            <div class="settings-line-text">
                <strong>{move || kind_name(&kind)}</strong>
                <p class="hint">{told}</p>
            </div>
            <Tag label=word tone/>
            {open.then(|| view! { <Button label=k::background::CANCEL size=Size::Small on_press=stop/> })}
            {dead.then(|| view! {
                <Button label=k::background::REQUEUE size=Size::Small on_press=again/>
                <Button label=k::background::DROP size=Size::Small on_press=away/>
            })}
        </li>
    }
}
