//! The workspace itself.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde_json::{Value, json};

use super::rights::may;
use super::saving::{SaveNote, Saving};
use crate::api::{Reply, Request, Workspace as Shared, use_api};
use crate::i18n::{Language, k};
use crate::screens::session::browser;
use crate::ui::banner::Banner;
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The page. Who may not change it sees the values.
#[component]
pub fn Workspace() -> impl IntoView {
    let session = use_api().session();
    let allowed = may(Action::Settings);
    let shown = session.get_untracked().map(|s| s.workspace);
    view! {
        {shown.map(|shown| if allowed.get_untracked() {
            view! { <WorkspaceForm shown/> }.into_any()
        } else {
            view! { <WorkspaceFacts shown/> }.into_any()
        })}
    }
}

#[component]
fn WorkspaceFacts(shown: Shared) -> impl IntoView {
    let language = shown
        .language
        .as_deref()
        .and_then(Language::from_tag)
        .map(Language::own_name);
    view! {
        <Banner text=k::settings::READ_ONLY tone=Tone::Info/>
        <dl class="facts settings-facts">
            <dt>{k::settings::WORKSPACE_NAME}</dt><dd>{shown.name}</dd>
            <dt>{k::settings::CURRENCY}</dt><dd>{shown.currency}</dd>
            <dt>{k::settings::TIME_ZONE}</dt><dd>{shown.time_zone.replace('_', " ")}</dd>
            <dt>{k::settings::LANGUAGE}</dt><dd>{language}</dd>
            <dt>{k::settings::PEOPLE_ONLY}</dt><dd>{if shown.hides_companies { k::common::YES } else { k::common::NO }}</dd>
        </dl>
    }
}

#[component]
fn WorkspaceForm(shown: Shared) -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let name = RwSignal::new(shown.name);
    let language = RwSignal::new(shown.language.unwrap_or_default());
    let currencies = untrack(browser::currencies);
    let own = currencies
        .iter()
        .find(|choice| choice.value == shown.currency)
        .cloned();
    let currency =
        RwSignal::new(Some(own.unwrap_or_else(|| {
            Choice::new(shown.currency.clone(), shown.currency)
        })));
    let zone = RwSignal::new(Some(Choice::new(
        shown.time_zone.clone(),
        shown.time_zone.replace('_', " "),
    )));
    let change = Callback::new(move |(field, value): (&'static str, Value)| {
        saving.run(async move {
            let body = json!({ field: value });
            let saved = Request::patch("/workspace")
                .json(&body)
                .send(api)
                .await
                .and_then(Reply::read::<Shared>)?;
            if let Some(mut session) = api.session().get_untracked() {
                let other_fields = session.workspace.hides_companies != saved.hides_companies;
                session.workspace = saved;
                api.begin(session);
                if other_fields {
                    // Menu, keys and every open list know the fields that were there when they were made. A browser
                    // that refuses shows it with the next page.
                    let _ = window().location().reload();
                }
            }
            Ok(())
        });
    });
    let chosen = move |field: &'static str| {
        move |choice: Option<Choice>| {
            if let Some(choice) = choice {
                change.run((field, choice.value.into()));
            }
        }
    };
    let languages = Signal::stored(
        Language::ALL
            .map(|l| Choice::new(l.tag(), l.own_name()))
            .to_vec(),
    );
    view! {
        <div class="stack settings-form">
            <SaveNote saving/>
            <TextInput label=k::settings::WORKSPACE_NAME value=name required=true
                on_commit=move |text: String| change.run(("name", text.trim().into()))/>
            <Combobox label=k::settings::CURRENCY value=currency find=local_finder(currencies)
                hint=k::settings::CURRENCY_HINT on_change=chosen("currency")/>
            <Combobox label=k::settings::TIME_ZONE value=zone find=local_finder(browser::time_zones())
                hint=k::settings::TIME_ZONE_HINT on_change=chosen("time_zone")/>
            <Select label=k::settings::LANGUAGE value=language choices=languages hint=k::settings::LANGUAGE_HINT
                on_change=move |tag: String| change.run(("language", tag.into()))/>
            <div>
                <label class="check-line">
                    <input type="checkbox" aria-describedby="people-only-hint" prop:checked=shown.hides_companies
                        on:change=move |event| change.run(("hides_companies", event_target_checked(&event).into()))/>
                    {k::settings::PEOPLE_ONLY}
                </label>
                <p class="hint" id="people-only-hint">{k::settings::PEOPLE_ONLY_HINT}</p>
            </div>
        </div>
    }
}
