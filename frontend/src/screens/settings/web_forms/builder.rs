//! The builder: what a form shows and asks.

use leptos::prelude::*;
use relasi_domain::marketing::form::{Design, usual};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::consents::{Asking, Consents};
use super::desk::{Desk, Form, PATH};
use super::questions::{Line, Questions};
use super::words_input::{WordsInput, Written};
use crate::api::{ApiError, FormErrors, Reply};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// What of the design is being written.
#[derive(Clone, Copy)]
struct Parts {
    title: Written,
    intro: Written,
    button: Written,
    thanks: Written,
    lines: RwSignal<Vec<Line>>,
    consents: RwSignal<Vec<Asking>>,
    redirect: RwSignal<String>,
    origins: RwSignal<String>,
    source: RwSignal<String>,
    campaign: RwSignal<String>,
}

impl Parts {
    fn of(design: &Design) -> Self {
        let text = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        Self {
            title: Written::of(&design.title),
            intro: Written::of(&design.intro),
            button: Written::of(&design.button),
            thanks: Written::of(&design.thanks),
            lines: RwSignal::new(Line::all(&design.questions)),
            consents: RwSignal::new(Asking::all(&design.consents)),
            redirect: text(&design.redirect_url),
            origins: RwSignal::new(design.origins.join(", ")),
            source: text(&design.source),
            campaign: text(&design.campaign),
        }
    }

    fn design(self) -> Design {
        let some = |text: RwSignal<String>| {
            let text = text.get_untracked().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let origins = self.origins.get_untracked();
        let origins = origins.split([',', ' ', '\n']).map(str::trim);
        Design {
            title: self.title.words(),
            intro: self.intro.words(),
            button: self.button.words(),
            thanks: self.thanks.words(),
            questions: self
                .lines
                .get_untracked()
                .into_iter()
                .map(Line::question)
                .collect(),
            consents: self
                .consents
                .get_untracked()
                .into_iter()
                .map(Asking::asked)
                .collect(),
            redirect_url: some(self.redirect),
            origins: origins
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect(),
            source: some(self.source),
            campaign: some(self.campaign),
        }
    }
}

/// What is wrong with the design, each fault once.
fn faults(error: &ApiError) -> Vec<String> {
    let problem = error.problem();
    let all = problem.into_iter().flat_map(|problem| &problem.errors);
    let all = all.filter(|fault| fault.pointer.starts_with("/design"));
    let mut texts: Vec<String> = Vec::new();
    for fault in all {
        let place = fault
            .pointer
            .split('/')
            .nth(3)
            .and_then(|n| n.parse::<i64>().ok());
        let text = match place {
            Some(place) => k::web_forms::fault_at(&(place + 1).to_string(), &fault.detail),
            None => fault.detail.clone(),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Name, texts, questions, consents, and where its leads come from.
#[component]
pub fn Builder(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let name = RwSignal::new(
        edited
            .as_ref()
            .map_or_else(String::new, |one| one.name.clone()),
    );
    let parts = Parts::of(&edited.as_ref().map_or_else(usual, |one| one.design.clone()));
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let wrong = RwSignal::new(Vec::<String>::new());
    let is_new = edited.is_none();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        wrong.set(Vec::new());
        let mut body = json!({"name": name.get_untracked().trim(), "design": parts.design()});
        if is_new {
            body["active"] = json!(true);
        }
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(one) => desk.api.patch(&one.path(), one.version, &body).await,
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Form>) {
                Ok(form) => {
                    desk.editing.set(false);
                    desk.toasts.ok(k::web_forms::saved(&form.name));
                    desk.load();
                    if is_new {
                        desk.place(&form);
                    }
                }
                Err(error) => {
                    wrong.set(faults(&error));
                    errors.show(&error);
                }
            }
        });
    };
    let list = move || {
        let texts = wrong
            .get()
            .into_iter()
            .map(|text| view! { <Banner text tone=Tone::Bad/> });
        texts.collect_view()
    };
    view! {
        <form class="stack form-builder" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {list}
            <TextInput label=k::web_forms::NAME value=name required=true autofocus=true hint=k::web_forms::NAME_HINT error=errors.of("name")/>
            <WordsInput label=k::web_forms::HEADING value=parts.title/>
            <WordsInput label=k::web_forms::INTRO value=parts.intro long=true/>
            <Questions lines=parts.lines/>
            <Consents asked=parts.consents/>
            <WordsInput label=k::web_forms::BUTTON value=parts.button/>
            <WordsInput label=k::web_forms::THANKS value=parts.thanks long=true/>
            <TextInput label=k::web_forms::REDIRECT value=parts.redirect hint=k::web_forms::REDIRECT_HINT/>
            <TextInput label=k::web_forms::SOURCE value=parts.source/>
            <TextInput label=k::web_forms::CAMPAIGN value=parts.campaign/>
            <TextInput label=k::web_forms::ORIGINS value=parts.origins hint=k::web_forms::ORIGINS_HINT/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
