//! What came to light in a step: written down, put right.

use leptos::prelude::*;
use relasi_domain::insight::quality::{OBJECTS, Queue, SEVERITIES};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::audit::Review;
use super::model::{Finding, Step, queue_name};
use crate::api::{FormErrors, Request};
use crate::i18n::k;
use crate::records::fields::is_shown;
use crate::records::labels;
use crate::records::refs::{page_path, use_titles};
use crate::ui::accordion::Accordion;
use crate::ui::button::{Button, Size};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::{Tag, Tone};
use crate::ui::text_input::TextArea;

fn severity_word(severity: &str) -> (&'static str, Tone) {
    match severity {
        "high" => (k::quality::HIGH.get(), Tone::Bad),
        "medium" => (k::quality::MEDIUM.get(), Tone::Warn),
        _ => (k::quality::LOW.get(), Tone::Neutral),
    }
}

/// The findings of a step, and a new one.
#[component]
pub fn Findings(review: Review, step: Memo<Option<Step>>, may_work: Signal<bool>) -> impl IntoView {
    let all = move || {
        step.with(|step| step.as_ref().map(|step| step.findings.clone()))
            .unwrap_or_default()
    };
    let line = move |finding: Finding| view! { <Line review finding may_work/> };
    view! {
        <ul class="quality-findings">{move || all().into_iter().map(line).collect_view()}</ul>
        <Show when=move || may_work.get()>
            <Accordion title=k::quality::ADD_FINDING><AddFinding review step/></Accordion>
        </Show>
    }
}

#[component]
fn Line(review: Review, finding: Finding, may_work: Signal<bool>) -> impl IntoView {
    let titles = use_titles();
    let severity = finding.severity.clone();
    let tone = untrack(|| severity_word(&severity)).1;
    let done = finding.resolved_at.is_some();
    let object = finding.object.as_deref().and_then(relasi_domain::object);
    let record = object.zip(finding.record_id.clone()).map(|(object, id)| {
        let href = page_path(object, &id);
        view! { <a href=href>{move || titles.get(object, &id).unwrap_or_default()}</a> }
    });
    let queue = object.zip(finding.queue.as_deref()).map(|(object, queue)| {
        let href = match queue {
            "duplicates" => format!("/app/quality/duplicates?object={}", object.name),
            queue => format!("/app/quality/work/{}/{queue}", object.name),
        };
        let name = queue_name(queue);
        view! { <a href=href>{move || format!("{}: {}", labels::many(object), name.get())}</a> }
    });
    let (id, version) = (finding.id.clone(), finding.version);
    let resolve = move |event: web_sys::Event| {
        let body = json!({"resolved": event_target_checked(&event)});
        let path = format!("/quality-findings/{id}");
        spawn_local(async move {
            let request = Request::patch(&path).json(&body).version(version);
            if let Err(error) = request.send(review.api).await {
                review.toasts.bad(error.text());
            }
            review.load();
        });
    };
    view! {
        <li class="quality-finding" class:resolved=done>
            <label class="check-line">
                <input type="checkbox" prop:checked=done disabled=move || !may_work.get() on:change=resolve/>
                <span>{finding.text}<span class="hidden-visually">{move || if done { k::quality::RESOLVED.get() } else { "" }}</span></span>
            </label>
            <Tag label=move || severity_word(&severity).0 tone/>{record}{queue}
        </li>
    }
}

/// Every queue of the objects that are shown, as `object/queue`; tracked.
fn queues() -> Vec<Choice> {
    let mut all = vec![Choice::new("", k::common::NONE.get())];
    for object in OBJECTS.into_iter().filter(|object| is_shown(object)) {
        for queue in Queue::of(object) {
            let code = json!(queue);
            let code = code.as_str().unwrap_or_default();
            let name = format!("{}: {}", labels::many(object), queue_name(code).get());
            all.push(Choice::new(format!("{}/{code}", object.name), name));
        }
    }
    all
}

#[component]
fn AddFinding(review: Review, step: Memo<Option<Step>>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let severity = RwSignal::new("medium".to_owned());
    let place = RwSignal::new(String::new());
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let severities = Signal::derive(|| {
        SEVERITIES
            .map(|code| Choice::new(code, severity_word(code).0))
            .to_vec()
    });
    let save = move || {
        let Some(id) = step.with_untracked(|step| step.as_ref().map(|step| step.id.clone())) else {
            return;
        };
        let chosen = place.get_untracked();
        let (object, queue) = chosen.split_once('/').unzip();
        let body = json!({
            "text": text.get_untracked(), "severity": severity.get_untracked(), "object": object, "queue": queue,
        });
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let request = Request::post(&format!("/quality-steps/{id}/findings")).json(&body);
            let answer = request.send(review.api).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    _ = text.try_set(String::new());
                    review.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <TextArea label=k::quality::FINDING value=text rows=2 error=errors.of("text")/>
            <div class="quality-step-form">
                <Select label=k::quality::SEVERITY value=severity choices=severities error=errors.of("severity")/>
                <Select label=k::quality::QUEUE value=place choices=Signal::derive(queues) error=errors.of("queue")/>
            </div>
            <div class="row-end"><Button label=k::quality::ADD_FINDING size=Size::Small submit=true busy/></div>
        </form>
    }
}
