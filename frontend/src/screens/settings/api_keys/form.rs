//! A new key: what for, what it may, until when; then the key itself, once.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::scope_name;
use crate::api::{FormErrors, Reply, use_api};
use crate::i18n::{Key, k, today};
use crate::records::instant;
use crate::screens::settings::once::Once;
use crate::screens::settings::rights::may;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::icon::{self, Glyph};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

#[derive(Deserialize)]
struct Made {
    token: String,
}

/// Days that a new key is good; none without an end.
const DAYS: [&str; 4] = ["30", "90", "365", ""];

/// The form, and behind it the key.
#[component]
pub fn NewKey(open: RwSignal<bool>, on_made: Callback<()>) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let busy = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(vec!["see".to_owned()]);
    let days = RwSignal::new("90".to_owned());
    let token = RwSignal::new(None::<String>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({
            "name": name.get_untracked().trim(),
            "scopes": scopes.get_untracked(),
            "expires_at": days.with_untracked(|days| end_after(days)),
        });
        spawn_local(async move {
            match api
                .post("/api-keys", &body)
                .await
                .and_then(Reply::read::<Made>)
            {
                Ok(made) => {
                    let _ = token.try_set(Some(made.token));
                    on_made.run(());
                }
                Err(error) => errors.show(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    move || {
        match token.get() {
        Some(value) => view! {
            <Once value label=k::api_keys::KEY hint=k::api_keys::KEY_ONCE copy_label=k::api_keys::COPY copied=k::api_keys::COPIED open/>
        }
        .into_any(),
        None => view! {
            <form class="stack" on:submit=submit novalidate=true>
                {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                <TextInput label=k::api_keys::NAME value=name required=true autofocus=true hint=k::api_keys::NAME_HINT error=errors.of("name")/>
                <Scopes legend=k::api_keys::SCOPES scopes error=errors.of("scopes")/>
                <Select label=k::api_keys::EXPIRY value=days choices=Signal::derive(expiries) error=errors.of("expires_at")/>
                <div class="row-end"><Button label=k::api_keys::MAKE variant=Variant::Primary submit=true busy/></div>
            </form>
        }
        .into_any(),
    }
    }
}

/// What may be done, to be ticked; only what the person may.
#[component]
pub fn Scopes(
    /// Words above it.
    legend: Key,
    /// The codes that are ticked.
    scopes: RwSignal<Vec<String>>,
    /// What is wrong with them.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let line = move |action: Action| {
        let (code, allowed) = (action.code(), may(action));
        let toggle = move |_| {
            scopes.update(|all| match all.iter().position(|one| one == code) {
                Some(place) => _ = all.remove(place),
                None => all.push(code.to_owned()),
            });
        };
        let on = move || scopes.with(|all| all.iter().any(|one| one == code));
        view! {
            <Show when=move || allowed.get()>
                <label class="check-line">
                    <input type="checkbox" prop:checked=on on:change=toggle/>
                    {move || scope_name(code)}
                </label>
            </Show>
        }
    };
    let wrong = move || {
        error
            .get()
            .map(|text| view! { <p class="field-error"><Glyph icon=icon::CIRCLE_ALERT/>{text}</p> })
    };
    view! {
        <fieldset class="choices-input">
            <legend>{legend}</legend>
            {Action::ALL.into_iter().map(line).collect_view()}
            {wrong}
        </fieldset>
    }
}

fn expiries() -> Vec<Choice> {
    DAYS.into_iter()
        .map(|days| match days.parse::<i64>() {
            Ok(count) => Choice::new(days, k::api_keys::days(count)),
            Err(_) => Choice::new(days, k::api_keys::NO_END.get()),
        })
        .collect()
}

/// The instant after so many days; none for no end.
fn end_after(days: &str) -> Option<String> {
    let days = days.parse::<i64>().ok()?;
    Some(instant::of_local(today().plus(days), "23:59"))
}
