//! Setting up codes of an app: the password, the QR code, the first code.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::ask::PasswordForm;
use super::codes;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct SetUp {
    secret: String,
    uri: String,
    qr: Qr,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Qr {
    size: u32,
    path: String,
}

/// The steps, one after the other.
#[component]
pub fn TotpForm(
    /// Called with the recovery codes that were made.
    on_done: Callback<Vec<String>>,
) -> impl IntoView {
    let set_up = RwSignal::new(None::<SetUp>);
    let begun = Callback::new(move |answer: Value| {
        // What can't be read leaves the form as it is.
        set_up.set(serde_json::from_value(answer).ok());
    });
    move || {
        match set_up.get() {
        None => view! { <PasswordForm text=k::security::TOTP_PASSWORD go=k::security::GO_ON path="/me/totp" on_done=begun/> }
            .into_any(),
        Some(set_up) => view! { <FirstCode set_up on_done/> }.into_any(),
    }
    }
}

#[component]
fn FirstCode(set_up: SetUp, on_done: Callback<Vec<String>>) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let (code, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({ "code": code.get_untracked() });
        spawn_local(async move {
            let answer = api.post("/me/totp/confirm", &body).await;
            // The dialog may be closed by now.
            let _ = busy.try_set(false);
            match answer {
                Ok(reply) => on_done.try_run(codes::of(&reply.body)).unwrap_or_default(),
                Err(error) => errors.show(&error),
            }
        });
    };
    let size = set_up.qr.size;
    // In fours, as it is typed.
    let secret: Vec<String> = set_up
        .secret
        .as_bytes()
        .chunks(4)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            <p>{k::security::SCAN}</p>
            <svg class="qr" role="img" aria-label=k::security::QR viewBox=format!("0 0 {size} {size}") shape-rendering="crispEdges">
                <path d=set_up.qr.path></path>
            </svg>
            <p class="hint">{k::security::TYPE_SECRET}</p>
            <p><code class="totp-secret">{secret.join(" ")}</code></p>
            <p><a href=set_up.uri>{k::security::OPEN_APP}</a></p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::security::CODE value=code required=true autocomplete="one-time-code" hint=k::security::CODE_HINT
                error=errors.of("code")/>
            <div class="row-end"><Button label=k::security::CONFIRM variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
