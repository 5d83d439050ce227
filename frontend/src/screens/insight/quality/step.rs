//! A step of a review: what it asks, who does it, where it stands, what came to light.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::audit::Review;
use super::finding::Findings;
use super::model::{Step, step_words};
use crate::api::{FormErrors, Request};
use crate::i18n::{Day, k, number};
use crate::records::people::use_people;
use crate::ui::banner::Banner;
use crate::ui::combobox::Combobox;
use crate::ui::date_input::DateInput;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// One step. What is chosen is saved at once.
#[component]
pub fn StepCard(review: Review, step: Memo<Option<Step>>) -> impl IntoView {
    let start = step.get_untracked();
    start.map(|start| view! { <Card review step start/> })
}

#[component]
fn Card(review: Review, step: Memo<Option<Step>>, start: Step) -> impl IntoView {
    let (title, asks) = step_words(&start.task);
    let place = number(start.number);
    let may_work = Signal::derive(move || {
        let own = review
            .api
            .session()
            .with(|s| s.as_ref().map(|s| s.user.id.clone()));
        let mine = step.with(|step| step.as_ref().and_then(|step| step.owner_id.clone()));
        !review.is_over() && (review.may_change() || (own.is_some() && mine == own))
    });
    let state = move || {
        step.with(|step| step.as_ref().map(|step| step.state.clone()))
            .unwrap_or_default()
    };
    view! {
        <li class="panel quality-step" data-state=state>
            <h2>{format!("{place}. ")}{title}</h2>
            <p class="secondary">{asks}</p>
            {move || if may_work.get() {
                view! { <StepForm review step/> }.into_any()
            } else {
                view! { <StepFacts step/> }.into_any()
            }}
            <Findings review step may_work/>
        </li>
    }
}

fn state_word(state: &str) -> &'static str {
    match state {
        "done" => k::quality::STATE_DONE.get(),
        "skipped" => k::quality::STATE_SKIPPED.get(),
        _ => k::quality::STATE_OPEN.get(),
    }
}

#[component]
fn StepFacts(step: Memo<Option<Step>>) -> impl IntoView {
    let people = use_people();
    let line = move || {
        let step = step.get()?;
        let owner = step.owner_id.as_deref().and_then(|id| people.name(id));
        let parts = [Some(state_word(&step.state).to_owned()), step.reason, owner];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
    };
    view! { <p>{line}</p> }
}

#[component]
fn StepForm(review: Review, step: Memo<Option<Step>>) -> impl IntoView {
    let people = use_people();
    let known = step.get_untracked();
    let text = |read: fn(&Step) -> Option<String>| known.as_ref().and_then(read);
    let state = RwSignal::new(text(|step| Some(step.state.clone())).unwrap_or_default());
    let reason = RwSignal::new(text(|step| step.reason.clone()).unwrap_or_default());
    let owner = text(|step| step.owner_id.clone());
    let owner = owner.map(|id| {
        let name = untrack(|| people.name(&id)).unwrap_or_default();
        Choice::new(id, name)
    });
    let owner = RwSignal::new(owner);
    let due = RwSignal::new(
        text(|step| step.due_date.clone())
            .as_deref()
            .and_then(Day::parse_iso),
    );
    let errors = FormErrors::default();
    let save = Callback::new(move |patch: Value| {
        let Some((id, version)) =
            step.with_untracked(|step| step.as_ref().map(|step| (step.id.clone(), step.version)))
        else {
            return;
        };
        errors.clear();
        spawn_local(async move {
            let request = Request::patch(&format!("/quality-steps/{id}")).json(&patch);
            match request.version(version).send(review.api).await {
                Ok(_) => review.load(),
                Err(error) => errors.show(&error),
            }
        });
    });
    let states = Signal::derive(|| {
        ["open", "done", "skipped"]
            .map(|state| Choice::new(state, state_word(state)))
            .to_vec()
    });
    // Skipping waits for its reason.
    let choose = move |chosen: String| {
        if chosen != "skipped" {
            save.run(json!({"state": chosen}));
        }
    };
    let skip = move |reason: String| save.run(json!({"state": "skipped", "reason": reason}));
    let give = move |choice: Option<Choice>| {
        save.run(json!({"owner_id": choice.map(|one| one.value)}));
    };
    let set_due = move |day: Option<Day>| save.run(json!({"due_date": day.map(Day::iso)}));
    view! {
        {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
        <div class="quality-step-form">
            <Select label=k::quality::STAND value=state choices=states error=errors.of("state") on_change=choose/>
            <Combobox label=k::quality::OWNER value=owner find=people.finder() error=errors.of("owner_id")
                on_change=give/>
            <DateInput label=k::quality::DUE value=due error=errors.of("due_date")
                on_change=set_due/>
        </div>
        <Show when=move || state.with(|state| state == "skipped")>
            <TextInput label=k::quality::REASON value=reason required=true error=errors.of("reason") on_commit=skip/>
        </Show>
    }
}
