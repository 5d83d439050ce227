//! The first workspace: eight answers, most of them filled in already.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::browser;
use super::gate::setup_needed;
use super::language_choice::{BarePage, password_hint};
use crate::api::{FormErrors, Reply, Request, Session, use_api};
use crate::i18n::{self, Language, k, language};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

#[derive(Clone, Copy)]
struct Answers {
    workspace: RwSignal<String>,
    name: RwSignal<String>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    language: RwSignal<String>,
    currency: RwSignal<Option<Choice>>,
    zone: RwSignal<Option<Choice>>,
    start: RwSignal<&'static str>,
}

impl Answers {
    fn new() -> Self {
        let zone = browser::time_zone();
        let currency = untrack(browser::currencies)
            .into_iter()
            .find(|choice| choice.value == browser::currency());
        Self {
            workspace: RwSignal::default(),
            name: RwSignal::default(),
            email: RwSignal::default(),
            password: RwSignal::default(),
            language: RwSignal::new(untrack(language).tag().to_owned()),
            currency: RwSignal::new(currency),
            zone: RwSignal::new(Some(Choice::new(zone.clone(), zone.replace('_', " ")))),
            start: RwSignal::new("sample"),
        }
    }

    fn body(self) -> serde_json::Value {
        let chosen = |choice: RwSignal<Option<Choice>>| {
            choice.get_untracked().map(|c| c.value).unwrap_or_default()
        };
        json!({
            "workspace_name": self.workspace.get_untracked().trim(),
            "full_name": self.name.get_untracked().trim(),
            "email": self.email.get_untracked().trim(),
            "password": self.password.get_untracked(),
            "language": self.language.get_untracked(),
            "currency": chosen(self.currency),
            "time_zone": chosen(self.zone),
            "sample_data": self.start.get_untracked() == "sample",
        })
    }
}

/// `/setup`; whoever comes here later goes to `/login`.
#[component]
pub fn Setup() -> impl IntoView {
    let (api, navigate) = (use_api(), use_navigate());
    let answers = Answers::new();
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    spawn_local({
        let navigate = navigate.clone();
        async move {
            if setup_needed().await.is_ok_and(|needed| !needed) {
                navigate(
                    "/login",
                    NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    },
                );
            }
        }
    });
    // The form speaks the chosen language at once, and follows the switch below it.
    let choose_language = |tag: String| {
        if let Some(language) = Language::from_tag(&tag) {
            i18n::switch(language);
        }
    };
    Effect::new(move |_| answers.language.set(language().tag().to_owned()));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let navigate = navigate.clone();
        spawn_local(async move {
            let reply = Request::post("/setup")
                .json(&answers.body())
                .send_open()
                .await;
            busy.set(false);
            match reply.and_then(Reply::read::<Session>) {
                Ok(session) => {
                    let next = if answers.start.get_untracked() == "import" {
                        "/app/import"
                    } else {
                        "/app"
                    };
                    api.begin(session);
                    navigate(
                        next,
                        NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        },
                    );
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let languages = Signal::derive(|| {
        Language::ALL
            .map(|l| Choice::new(l.tag(), l.own_name()))
            .to_vec()
    });
    view! {
        <BarePage title=k::session::SET_UP wide=true>
            <p class="secondary">{k::session::SET_UP_TEXT}</p>
            <form class="setup" on:submit=submit novalidate=true>
                {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                <TextInput label=k::session::WORKSPACE value=answers.workspace required=true autocomplete="organization" error=errors.of("workspace_name") autofocus=true/>
                <TextInput label=k::session::FULL_NAME value=answers.name required=true autocomplete="name" error=errors.of("full_name")/>
                <TextInput label=k::session::EMAIL value=answers.email kind="email" required=true autocomplete="username" error=errors.of("email")/>
                <TextInput label=k::session::PASSWORD value=answers.password kind="password" required=true autocomplete="new-password"
                    hint=password_hint error=errors.of("password")/>
                <Select label=k::place::LANGUAGE value=answers.language choices=languages error=errors.of("language") on_change=choose_language/>
                <Combobox label=k::session::CURRENCY value=answers.currency find=local_finder(untrack(browser::currencies)) error=errors.of("currency")/>
                <Combobox label=k::session::TIME_ZONE value=answers.zone find=local_finder(browser::time_zones()) error=errors.of("time_zone")/>
                <StartChoice start=answers.start/>
                <Button label=k::session::CREATE_WORKSPACE variant=Variant::Primary size=Size::Large submit=true busy/>
            </form>
        </BarePage>
    }
}

#[component]
fn StartChoice(start: RwSignal<&'static str>) -> impl IntoView {
    let choices = [
        (
            "sample",
            k::session::START_SAMPLE,
            k::session::START_SAMPLE_TEXT,
        ),
        (
            "import",
            k::session::START_IMPORT,
            k::session::START_IMPORT_TEXT,
        ),
        (
            "empty",
            k::session::START_EMPTY,
            k::session::START_EMPTY_TEXT,
        ),
    ];
    let line = move |(id, label, text): (&'static str, i18n::Key, i18n::Key)| {
        view! {
            <label class="start-choice" class:chosen=move || start.get() == id>
                <input type="radio" name="start" value=id prop:checked=move || start.get() == id on:change=move |_| start.set(id)/>
                <span><strong>{label}</strong><span class="hint">{text}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="start-choices"><legend>{k::session::START_WITH}</legend>{choices.map(line).collect_view()}</fieldset>
    }
}
