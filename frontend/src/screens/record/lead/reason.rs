//! Asking why a lead comes back, or why nothing will come of it.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::super::live::Live;
use super::verbs::run;
use crate::i18n::{Key, k};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::text_input::TextInput;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Giving it back to marketing.
    Return,
    /// Nothing will come of it.
    Disqualify,
}

impl Ending {
    const fn words(self) -> (&'static str, Key, Key) {
        match self {
            Self::Return => ("return", k::leads::RETURN_LEAD, k::leads::RETURNED),
            Self::Disqualify => ("disqualify", k::leads::DISQUALIFY, k::leads::DISQUALIFIED),
        }
    }
}

const REASONS: [Key; 5] = [
    k::leads::REASON_NO_BUDGET,
    k::leads::REASON_NO_ANSWER,
    k::leads::REASON_WRONG_CONTACT,
    k::leads::REASON_TOO_EARLY,
    k::leads::REASON_NOT_FIT,
];

/// Shown while `ending` is something.
#[component]
pub fn ReasonDialog(live: Live, ending: RwSignal<Option<Ending>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(ending.with(Option::is_some)));
    let title = TextProp::from(move || {
        ending
            .get()
            .map(|ending| ending.words().1.get().to_owned())
            .unwrap_or_default()
    });
    view! {
        <Modal open title on_close=move |()| ending.set(None)>
            {move || ending.get().map(|ending| view! { <ReasonForm live ending open/> })}
        </Modal>
    }
}

#[component]
fn ReasonForm(live: Live, ending: Ending, open: RwSignal<bool>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let (verb, title, said) = ending.words();
    let save = move || {
        let why = reason.with_untracked(|text| text.trim().to_owned());
        if why.is_empty() {
            error.set(Some(k::leads::REASON_MISSING.get().to_owned()));
            return;
        }
        spawn_local(async move {
            if run(live, verb, &json!({"reason": why})).await.is_ok() {
                let _ = open.try_set(false);
                live.toasts.ok(said.get());
            }
        });
    };
    let choice = move |key: Key| {
        let pressed = move || reason.with(|words| words == key.get());
        view! {
            <button type="button" class="btn plain small" aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_| { reason.set(key.get().to_owned()); error.set(None); }><span class="btn-label">{key}</span></button>
        }
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <div class="row" role="group" aria-label=k::leads::REASON>{REASONS.map(choice).collect_view()}</div>
            <TextInput label=k::leads::REASON value=reason error required=true autofocus=true/>
            <div class="row-end"><Button label=title variant=Variant::Primary submit=true/></div>
        </form>
    }
}
