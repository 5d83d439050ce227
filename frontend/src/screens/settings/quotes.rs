//! How far discounts go without approval, and what new quotes begin with.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::commerce::exact::Exact;
use relasi_domain::identity::access::Action;
use relasi_domain::identity::role::Role;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use super::saving::{SaveNote, Saving};
use crate::api::{Api, ApiError, FormErrors, Reply, Request, use_api};
use crate::i18n::k;
use crate::records::labels;
use crate::ui::banner::Banner;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Settings {
    valid_days: u32,
    terms: Option<String>,
    discount_limits: BTreeMap<String, Exact>,
}

#[derive(Clone, Deserialize)]
struct OwnRole {
    id: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Roles {
    items: Vec<OwnRole>,
}

/// The settings, and the roles that they are for: code or id, and name.
async fn read(api: Api) -> Result<(Settings, Vec<(String, String)>), ApiError> {
    let settings = api.get("/quote-settings").await.and_then(Reply::read)?;
    let roles: Roles = api.get("/roles").await.and_then(Reply::read)?;
    let named = |role: OwnRole| {
        let built = Role::from_code(&role.id);
        if built == Some(Role::Owner) {
            return None;
        }
        let word = || {
            let key = format!("role.{}", role.id);
            untrack(|| labels::text(&key)).map(str::to_owned)
        };
        let name = role.name.clone().or_else(word);
        Some((role.id.clone(), name.unwrap_or(role.id)))
    };
    Ok((
        settings,
        roles.items.into_iter().filter_map(named).collect(),
    ))
}

/// The page.
#[component]
pub fn QuoteSettings() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<(Settings, Vec<(String, String)>), String>>);
    let load = move |()| {
        spawn_local(async move {
            let answer = read(api).await.map_err(|error| error.text());
            found.try_set(Some(answer));
        });
    };
    load(());
    let allowed = may(Action::Settings);
    view! {
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        {move || match found.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok((settings, roles))) => view! { <Form settings roles allowed/> }.into_any(),
        }}
    }
}

#[component]
fn Form(settings: Settings, roles: Vec<(String, String)>, allowed: Signal<bool>) -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let errors = FormErrors::default();
    let days = RwSignal::new(settings.valid_days.to_string());
    let terms = RwSignal::new(settings.terms.clone().unwrap_or_default());
    let limits: Vec<(String, String, RwSignal<String>)> = roles
        .into_iter()
        .map(|(role, name)| {
            let limit = settings.discount_limits.get(&role).copied();
            let text = limit.map(Exact::text).unwrap_or_default();
            (role, name, RwSignal::new(text))
        })
        .collect();
    let limits = StoredValue::new(limits);
    let save = Callback::new(move |_: String| {
        let limit = |(role, _, text): &(String, String, RwSignal<String>)| {
            let text = text.get_untracked().trim().replace(',', ".");
            if text.is_empty() {
                return None;
            }
            // What is no number is told by the server.
            let limit = Exact::parse(&text).map_or_else(|| json!(text), |limit| json!(limit));
            Some((role.clone(), limit))
        };
        let limits = limits.with_value(|all| all.iter().filter_map(limit).collect());
        let terms = terms.get_untracked();
        let body = json!({
            "valid_days": days.get_untracked().trim().parse::<u32>().unwrap_or(0),
            "terms": Some(terms.trim()).filter(|text| !text.is_empty()),
            "discount_limits": serde_json::Value::Object(limits),
        });
        errors.clear();
        saving.run(async move {
            let saved = Request::put("/quote-settings").json(&body).send(api).await;
            saved.map(|_| ()).inspect_err(|error| errors.show(error))
        });
    });
    let read_only = Signal::derive(move || !allowed.get());
    let inputs = limits.with_value(|all| {
        let input = |(_, name, text): &(String, String, RwSignal<String>)| {
            let (name, text) = (name.clone(), *text);
            view! { <TextInput label=move || k::commerce::limit_of(&name) value=text read_only on_commit=save/> }
        };
        all.iter().map(input).collect_view()
    });
    view! {
        <SaveNote saving/>
        <section class="settings-part">
            <h2>{k::commerce::LIMITS}</h2>
            <p class="secondary">{k::commerce::LIMITS_TEXT}</p>
            <div class="stack">{inputs}</div>
        </section>
        <section class="settings-part">
            <div class="stack">
                <TextInput label=k::commerce::VALID_DAYS value=days kind="number" error=errors.of("valid_days") read_only on_commit=save/>
                <TextArea label=k::commerce::TERMS value=terms error=errors.of("terms") rows=5 on_commit=save/>
            </div>
        </section>
    }
}
