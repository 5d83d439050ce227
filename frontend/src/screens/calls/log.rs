//! What came of a call, saved with one key, and on to the next.

use leptos::prelude::*;
use relasi_domain::interaction::activity;
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::work::Run;
use crate::api::FormErrors;
use crate::i18n::{Key, date_long, era, k, local_day, number, time, today};
use crate::keys::{self, Scope};
use crate::records::fields::{added, outcomes};
use crate::records::{Draft, Record, RecordForm, instant, labels, store};
use crate::screens::next_step::use_next_steps;
use crate::screens::record::moment;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tabs::{Segmented, Tab};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

/// The keys that choose an outcome, by its place.
const PLACES: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// What is being written.
#[derive(Clone, Copy)]
struct Written {
    outcome: RwSignal<String>,
    minutes: RwSignal<String>,
    note: RwSignal<String>,
    again: RwSignal<String>,
    step: RwSignal<String>,
    due: RwSignal<String>,
    own: Draft,
}

impl Written {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            outcome: text(),
            minutes: text(),
            note: text(),
            again: text(),
            step: text(),
            due: text(),
            own: Draft::new(Document::new()),
        }
    }

    /// As the API takes it; none while a time can't be read, or is missing.
    fn body(self) -> Option<Value> {
        let some = |text: RwSignal<String>| {
            let text = text.get_untracked().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let again = untrack(|| read(self.again)).ok()?;
        let due = untrack(|| read(self.due)).ok()?;
        let step = match some(self.step) {
            Some(subject) => json!({"subject": subject, "due_at": due?}),
            None => Value::Null,
        };
        let minutes = some(self.minutes).map(|text| text.parse::<i64>().unwrap_or(-1));
        let custom = store::nested(self.own.body());
        Some(json!({
            "outcome": some(self.outcome), "duration_minutes": minutes, "body": some(self.note),
            "call_again_at": again, "next_step": step, "custom": custom.get("custom"),
        }))
    }
}

/// The moment that a text means; `Err` when it means none. Tracked.
fn read(text: RwSignal<String>) -> Result<Option<String>, ()> {
    let text = text.get();
    if text.trim().is_empty() {
        return Ok(None);
    }
    let now: String = js_sys::Date::new_0().to_iso_string().into();
    let (day, clock) = moment::parse(&text, today(), &instant::clock(&now), era()).ok_or(())?;
    Ok(Some(instant::of_local(day, &clock)))
}

/// Outcome, note, when to call again, what comes of it.
#[component]
pub fn CallForm(
    /// The work on the list.
    run: Run,
    /// The entry that is called.
    entry: String,
) -> impl IntoView {
    let (written, errors) = (Written::new(), FormErrors::default());
    let next = use_next_steps();
    let entry = StoredValue::new(entry);
    let save = move || {
        let Some(body) = written.body() else { return };
        if run.busy.get_untracked() || body["outcome"].is_null() {
            return;
        }
        run.busy.set(true);
        errors.clear();
        spawn_local(async move {
            let path = entry.with_value(|id| format!("/call-list-entries/{id}/log"));
            let logged = run.api.post(&path, &body).await;
            // The page may be gone by now.
            if run.busy.try_set(false).is_some() {
                return;
            }
            match logged {
                Ok(reply) => {
                    let name = reply.body["entry"]["title"].as_str().unwrap_or_default();
                    run.toasts.ok(k::calls::logged(name));
                    // Whoever was spoken to and is not called again needs to know what comes of it.
                    let settled = body["outcome"] != "reached" || !body["call_again_at"].is_null();
                    let call = serde_json::from_value::<Record>(reply.body["activity"].clone());
                    if let Some(call) = call.ok().filter(|_| !settled) {
                        next.logged(call, || ());
                    }
                    run.take();
                }
                Err(error) if error.problem().is_some_and(|one| one.errors.is_empty()) => {
                    // Somebody else has them, or has called: the next one is another.
                    run.toasts.bad(error.text());
                    run.take();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let outcomes = outcomes("call");
    for (key, code) in PLACES.into_iter().zip(outcomes.clone()) {
        keys::bind(Scope::Page, key, k::calls::LOG, move || {
            written.outcome.set(code.clone());
            focus_note();
        });
    }
    keys::bind(Scope::Page, "Ctrl Enter", k::calls::SAVE, save);
    keys::bind(Scope::Page, "N", k::calls::NOTE, focus_note);
    let last = number(i64::try_from(outcomes.len().min(PLACES.len())).unwrap_or_default());
    let items = Signal::derive(move || {
        let tab = |code: &String| {
            Tab::new(
                code.clone(),
                labels::choice(&activity::OBJECT, "outcome", code),
            )
        };
        outcomes.iter().map(tab).collect::<Vec<_>>()
    });
    let incomplete = Signal::derive(move || {
        let reason = if written.outcome.with(String::is_empty) {
            k::calls::CHOOSE_OUTCOME
        } else if read(written.again).is_err() || read(written.due).is_err() {
            k::record::WHEN_MISREAD
        } else if !written.step.with(|text| text.trim().is_empty()) && read(written.due) == Ok(None)
        {
            k::calls::STEP_DUE_MISSING
        } else {
            return None;
        };
        Some(reason.get().to_owned())
    });
    let put_off = move |()| {
        if let Ok(Some(at)) = untrack(|| read(written.again)) {
            run.put_aside("later", Some(at));
        }
    };
    let may_put_off = move || {
        written.outcome.with(String::is_empty) && matches!(read(written.again), Ok(Some(_)))
    };
    let own: Vec<&'static str> = added(&activity::OBJECT)
        .map(|field| field.name.as_ref())
        .collect();
    view! {
        <form class="call-form stack" novalidate=true aria-label=k::calls::LOG on:submit=move |event| { event.prevent_default(); save(); }>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <div class="call-outcomes">
                <Segmented label=move || labels::field(&activity::OBJECT, "outcome") items current=written.outcome on_choose=move |code| written.outcome.set(code)/>
                <p class="hint wide-only">{move || k::calls::outcome_keys(&last)}</p>
            </div>
            <div id="call-note"><TextArea label=k::calls::NOTE value=written.note rows=3 error=errors.of("body")/></div>
            <div class="log-fields">
                <WhenInput label=k::calls::AGAIN hint=k::calls::AGAIN_HINT value=written.again error=errors.of("call_again_at")/>
                <TextInput label=move || labels::field(&activity::OBJECT, "duration_minutes") value=written.minutes kind="number" error=errors.of("duration_minutes")/>
                <TextInput label=k::calls::STEP value=written.step error=errors.of("next_step")/>
                <WhenInput label=k::calls::STEP_DUE hint=k::record::WHEN_HINT value=written.due error=Signal::stored(None)/>
            </div>
            {(!own.is_empty()).then(|| view! { <RecordForm object=&activity::OBJECT fields=own.clone() draft=written.own errors rest=true/> })}
            <div class="row-end call-save">
                <Show when=may_put_off><Button label=k::calls::PUT_OFF on_press=put_off/></Show>
                <Button label=k::calls::SAVE variant=Variant::Primary submit=true busy=run.busy disabled=incomplete key_hint="Ctrl Enter"/>
            </div>
        </form>
    }
}

fn focus_note() {
    let area = document()
        .query_selector("#call-note textarea")
        .ok()
        .flatten();
    if let Some(area) = area.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
        // Only fails for detached elements.
        let _ = area.focus();
    }
}

/// A moment in words, with the day that it means below.
#[component]
fn WhenInput(
    label: Key,
    hint: Key,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let echo = move || match read(value) {
        Ok(Some(at)) => {
            let day = local_day(&at).map(date_long).unwrap_or_default();
            format!("{day} {}", time(&at))
        }
        Ok(None) => hint.get().to_owned(),
        Err(()) => String::new(),
    };
    let error = Signal::derive(move || {
        let misread = read(value).is_err();
        let misread = misread.then(|| k::record::WHEN_MISREAD.get().to_owned());
        misread.or_else(|| error.get())
    });
    view! { <div class="log-when"><TextInput label value hint=echo error/></div> }
}
