//! What came to light in a step: written down, put right.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::audit::Review;
use super::finding_form::AddFinding;
use super::model::{Finding, Step, queue_name};
use crate::api::Request;
use crate::i18n::k;
use crate::records::labels;
use crate::records::refs::{page_path, use_titles};
use crate::ui::accordion::Accordion;
use crate::ui::tag::{Tag, Tone};

/// A severity in words, and its tone; tracked.
pub fn severity_word(severity: &str) -> (&'static str, Tone) {
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
