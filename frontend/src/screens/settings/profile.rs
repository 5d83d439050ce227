//! One's own name, language and looks.

use leptos::prelude::*;
use serde_json::json;

use super::email::ChangeEmail;
use super::letters::Letters;
use super::saving::{SaveNote, Saving};
use crate::api::{Request, use_api};
use crate::frame::appearance::AppearanceChoices;
use crate::i18n::{self, Era, date_long, k};
use crate::keys;
use crate::records::people::use_people;
use crate::storage;
use crate::theme;
use crate::ui::tabs::{Segmented, Tab};
use crate::ui::text_input::TextInput;

/// The page.
#[component]
pub fn Profile() -> impl IntoView {
    let (api, people, saving) = (use_api(), use_people(), Saving::new());
    let user = api.session().get_untracked().map(|s| s.user);
    let name = RwSignal::new(
        user.as_ref()
            .map(|u| u.full_name.clone())
            .unwrap_or_default(),
    );
    let email = RwSignal::new(user.map(|u| u.email).unwrap_or_default());
    let rename = move |full_name: String| {
        saving.run(async move {
            let body = json!({ "full_name": full_name.trim() });
            Request::patch("/me").json(&body).send(api).await?;
            if let Some(mut session) = api.session().get_untracked() {
                full_name.trim().clone_into(&mut session.user.full_name);
                api.begin(session);
            }
            people.load(api);
            Ok(())
        });
    };
    view! {
        <section class="stack">
            <SaveNote saving/>
            <TextInput label=k::settings::NAME value=name required=true autocomplete="name" on_commit=rename/>
            <TextInput label=k::settings::EMAIL value=email read_only=true hint=k::settings::EMAIL_HINT/>
            <ChangeEmail/>
        </section>
        <section class="stack">
            <h2>{k::settings::DISPLAY}</h2>
            <AppearanceChoices/>
            <EraChoice/>
            <Switch label=k::settings::LOOPED hint=k::settings::THIS_BROWSER
                on=storage::read("relasi.looped").is_some() on_change=theme::choose_looped/>
        </section>
        <section class="stack">
            <h2>{k::settings::KEYS}</h2>
            <Switch label=k::settings::SINGLE_KEYS hint=k::settings::SINGLE_KEYS_HINT
                on=keys::single_keys_on() on_change=keys::set_single_keys/>
            <Letters/>
        </section>
    }
}

#[component]
fn EraChoice() -> impl IntoView {
    let items = Signal::derive(|| {
        vec![
            Tab::new("", k::settings::ERA_LANGUAGE),
            Tab::new(Era::Gregorian.calendar(), k::settings::ERA_GREGORIAN),
            Tab::new(Era::Buddhist.calendar(), k::settings::ERA_BUDDHIST),
        ]
    });
    let current = Signal::derive(|| i18n::own_era().map_or("", Era::calendar).to_owned());
    let choose =
        |name: String| i18n::choose_era(Era::ALL.into_iter().find(|era| era.calendar() == name));
    view! {
        <div>
            <h3>{k::settings::ERA}</h3>
            <Segmented label=k::settings::ERA items current on_choose=choose/>
            <p class="hint">{move || k::settings::example(&date_long(i18n::today()))}</p>
        </div>
    }
}

/// A check mark that acts at once.
#[component]
fn Switch(label: i18n::Key, hint: i18n::Key, on: bool, on_change: fn(bool)) -> impl IntoView {
    view! {
        <div>
            <label class="check-line">
                <input type="checkbox" prop:checked=on on:change=move |event| on_change(event_target_checked(&event))/>
                {label}
            </label>
            <p class="hint">{hint}</p>
        </div>
    }
}
