//! Trying a hook out: what would come of something, without anything being written.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::desk::{Desk, Hook};
use super::object_of;
use super::requests::{Fault, state};
use crate::api::Reply;
use crate::i18n::k;
use crate::records::{Record, labels, value};
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Status;
use crate::ui::text_input::TextArea;

#[derive(Clone, Deserialize)]
struct Trial {
    state: String,
    record: Option<Record>,
    faults: Vec<Fault>,
}

/// A text with what would be sent, and what would come of it.
#[component]
pub fn TrialForm(desk: Desk) -> impl IntoView {
    let hook = desk.chosen.get_untracked();
    hook.map(|hook| view! { <TrialOf desk hook/> })
}

#[component]
fn TrialOf(desk: Desk, hook: Hook) -> impl IntoView {
    let example = example(&hook);
    let text = RwSignal::new(serde_json::to_string_pretty(&example).unwrap_or_default());
    let (error, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let found = RwSignal::new(None::<Trial>);
    let path = format!("{}/try", hook.path());
    let hook = StoredValue::new(hook);
    let run = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = text.with_untracked(|text| serde_json::from_str::<Value>(text));
        let Some(body) = body.ok().filter(Value::is_object) else {
            error.set(Some(k::inbound::NO_OBJECT.get().to_owned()));
            return;
        };
        error.set(None);
        busy.set(true);
        let path = path.clone();
        spawn_local(async move {
            let answer = desk
                .api
                .post(&path, &body)
                .await
                .and_then(Reply::read::<Trial>);
            let _ = busy.try_set(false);
            match answer {
                Ok(trial) => _ = found.try_set(Some(trial)),
                Err(failed) => _ = error.try_set(Some(failed.text())),
            }
        });
    };
    view! {
        <form class="stack" on:submit=run novalidate=true>
            <TextArea label=k::inbound::EXAMPLE value=text rows=8 error/>
            <div class="row-end"><Button label=k::inbound::TRY variant=Variant::Primary submit=true busy/></div>
            <div role="status">{move || found.get().map(|trial| view! { <Outcome trial hook/> })}</div>
        </form>
    }
}

/// Something that has a value at every place that the hook reads.
fn example(hook: &Hook) -> Value {
    let mut example = json!({});
    for place in hook.mapping.iter().flat_map(|line| &line.from) {
        let mut at = &mut example;
        for part in place.split('/').skip(1) {
            let name = part.replace("~1", "/").replace("~0", "~");
            if !at.is_object() {
                *at = json!({});
            }
            at = &mut at[name];
        }
        if at.is_null() {
            *at = json!("");
        }
    }
    example
}

#[component]
fn Outcome(trial: Trial, hook: StoredValue<Hook>) -> impl IntoView {
    let (label, tone, icon) = state(&trial.state);
    let faults = trial.faults.clone();
    let why = move || {
        let text = |fault: &Fault| hook.with_value(|hook| fault.text(hook));
        faults
            .iter()
            .map(text)
            .map(|text| view! { <p class="hint webhook-trouble">{text}</p> })
            .collect_view()
    };
    let record = StoredValue::new(trial.record.clone().unwrap_or_default());
    let facts = move || {
        let object = hook.with_value(object_of)?;
        let fields = object
            .all_fields()
            .filter(|field| record.with_value(|record| !record.value(&field.name).is_null()));
        let shown = fields.filter_map(|field| {
            let text = record.with_value(|record| value::text(object, field, record));
            (!text.is_empty())
                .then(|| view! { <dt>{labels::field(object, &field.name)}</dt><dd>{text}</dd> })
        });
        Some(shown.collect_view())
    };
    view! {
        <div class="stack">
            <Status label tone icon/>
            {why}
            <dl class="inbound-outcome">{facts}</dl>
        </div>
    }
}
