//! A trial: who would get a lead, and why the others would not.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wasm_bindgen_futures::spawn_local;

use super::model::Desk;
use crate::api::{FormErrors, Reply};
use crate::i18n::{Key, k, label};
use crate::records::people::use_people;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::icon;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

#[derive(Clone, Deserialize)]
struct Outcome {
    owner_id: String,
    reason: String,
    passed: Vec<Passed>,
}

#[derive(Clone, Deserialize)]
struct Passed {
    name: String,
    takes: bool,
    skipped: Vec<Skipped>,
}

#[derive(Clone, Deserialize)]
struct Skipped {
    user_id: String,
    reason: String,
}

/// The text of a reason; tracked.
fn word(kind: &str, code: &str) -> String {
    label(&format!("routing.{kind}_{code}"))
        .map_or_else(|| code.to_owned(), |key: Key| key.get().to_owned())
}

/// What of a lead counts, and what would come of it.
#[component]
pub fn TryOut(desk: Desk) -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (country, city, source, language) = (text(), text(), text(), text());
    let found = RwSignal::new(None::<Outcome>);
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let try_it = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        errors.clear();
        let members = [
            ("country", country),
            ("city", city),
            ("source", source),
            ("language", language),
        ];
        let members = members.into_iter().filter_map(|(name, value)| {
            let value = value.get_untracked().trim().to_owned();
            (!value.is_empty()).then(|| (name.to_owned(), Value::from(value)))
        });
        let members: Map<String, Value> = members.collect();
        spawn_local(async move {
            let answer = desk
                .api
                .post("/routing/try", &json!({"lead": members}))
                .await;
            let _ = busy.try_set(false);
            match answer.and_then(Reply::read::<Outcome>) {
                Ok(outcome) => _ = found.try_set(Some(outcome)),
                Err(error) => errors.show(&error),
            }
        });
    };
    let languages = Signal::derive(|| {
        let any = Choice::new("", k::common::NONE.get());
        let all = ["en", "id", "th"].map(|tag| Choice::new(tag, tag));
        [any].into_iter().chain(all).collect::<Vec<_>>()
    });
    view! {
        <p class="hint">{k::routing::TRY_HINT}</p>
        <form class="stack routing-trial" on:submit=try_it novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <div class="field-row">
                <TextInput label=k::routing::TRY_COUNTRY value=country error=errors.of("country")/>
                <TextInput label=k::routing::TRY_CITY value=city error=errors.of("city")/>
                <TextInput label=k::routing::TRY_SOURCE value=source error=errors.of("source")/>
                <Select label=k::routing::TRY_LANGUAGE value=language choices=languages error=errors.of("language")/>
            </div>
            <div class="row"><Button label=k::routing::TRY_IT icon=icon::SEND submit=true busy/></div>
        </form>
        <div role="status">{move || found.get().map(|outcome| view! { <Told outcome/> })}</div>
    }
}

#[component]
fn Told(outcome: Outcome) -> impl IntoView {
    let people = use_people();
    let (owner, reason) = (outcome.owner_id, outcome.reason);
    let who = move || {
        let name = people.name(&owner).unwrap_or_default();
        k::routing::would_get(&name, &word("why", &reason))
    };
    let skipped = move |one: Skipped| {
        let line = move || {
            let name = people.name(&one.user_id).unwrap_or_default();
            format!("{name}: {}", word("skip", &one.reason))
        };
        view! { <li>{line}</li> }
    };
    let rule = move |one: Passed| {
        let said = if one.takes {
            k::routing::TAKES
        } else {
            k::routing::PASSES
        };
        view! {
            <li>
                <strong>{one.name}</strong>{" · "}{said}
                <ul class="plain-list">{one.skipped.into_iter().map(skipped).collect_view()}</ul>
            </li>
        }
    };
    view! {
        <p><strong>{who}</strong></p>
        <ol class="plain-list">{outcome.passed.into_iter().map(rule).collect_view()}</ol>
    }
}
