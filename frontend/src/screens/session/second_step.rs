//! The second step of a sign-in: a code, a recovery code, or a passkey; and a passkey without a first step.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::passkey::{self, Wish};
use crate::api::{Api, ApiError, Challenge, FormErrors, PasskeyOptions, Reply, Request, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// How a passkey was used.
enum Used {
    SignedIn,
    /// The person or the browser did not want to.
    Left,
}

async fn use_passkey(api: Api, challenge: Option<String>) -> Result<Used, ApiError> {
    let wish = match challenge {
        Some(challenge) => json!({ "challenge": challenge }),
        None => json!({}),
    };
    let options = Request::post("/sessions/passkey/options").json(&wish);
    let options: PasskeyOptions = options.send_open().await.and_then(Reply::read)?;
    let Some(credential) = passkey::carry_out(Wish::Get, &options.public_key).await else {
        return Ok(Used::Left);
    };
    let answer = json!({ "token": options.token, "credential": credential });
    api.go_on("/sessions/passkey", &answer).await?;
    Ok(Used::SignedIn)
}

/// A button that signs in by a passkey, or ends a sign-in by one.
#[component]
pub fn PasskeyButton(
    /// The sign-in that goes on; none to begin one.
    #[prop(optional_no_strip)]
    challenge: Option<String>,
    /// Shows what was refused.
    errors: FormErrors,
    /// Called once signed in.
    on_done: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let busy = RwSignal::new(false);
    let press = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let challenge = challenge.clone();
        spawn_local(async move {
            let used = use_passkey(api, challenge).await;
            let there = busy.try_set(false).is_none();
            match used {
                Ok(Used::SignedIn) => on_done.try_run(()).unwrap_or_default(),
                Err(error) if there => errors.show(&error),
                Ok(Used::Left) | Err(_) => {}
            }
        });
    };
    view! { <Button label=k::security::WITH_PASSKEY size=Size::Large icon=icon::KEY_ROUND busy on_press=press/> }
}

/// Asks for the code, after the password.
#[component]
pub fn SecondStep(
    /// What the first step answered.
    challenge: Challenge,
    /// Called once signed in.
    on_done: Callback<()>,
    /// Back to the password.
    on_back: Callback<()>,
) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let (code, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let has = |method: &str| challenge.methods.iter().any(|one| one == method);
    let (totp, recovery) = (has("totp"), has("recovery_code"));
    let by_passkey = has("passkey") && passkey::known();
    // Without an app, recovery codes are what can be typed.
    let recovering = RwSignal::new(!totp);
    let token = StoredValue::new(challenge.challenge.clone());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({ "challenge": token.get_value(), "code": code.get_untracked() });
        spawn_local(async move {
            let done = api.go_on("/sessions/second-factor", &body).await;
            // The card is gone once the session is there.
            if busy.try_set(false).is_some() && done.is_err() {
                return;
            }
            match done {
                Ok(()) => on_done.try_run(()).unwrap_or_default(),
                Err(error) => {
                    let over = error
                        .problem()
                        .is_some_and(|p| p.code == "challenge_expired");
                    let _ = code.try_set(String::new());
                    errors.show(&error);
                    if over {
                        on_back.run(());
                    }
                }
            }
        });
    };
    let input = move || {
        if recovering.get() {
            view! { <TextInput label=k::security::RECOVERY_CODE value=code autofocus=true error=errors.of("code")
                hint=k::security::RECOVERY_CODE_HINT/> }
            .into_any()
        } else {
            view! { <TextInput label=k::security::CODE value=code autocomplete="one-time-code" autofocus=true error=errors.of("code")
                hint=k::security::CODE_HINT/> }
            .into_any()
        }
    };
    let change = move |()| {
        code.set(String::new());
        errors.clear();
        recovering.update(|on| *on = !*on);
    };
    let other = move || {
        if recovering.get() {
            k::security::USE_APP.get()
        } else {
            k::security::USE_RECOVERY.get()
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {by_passkey.then(|| view! { <PasskeyButton challenge=Some(challenge.challenge.clone()) errors on_done/> })}
            {(totp || recovery).then(|| view! {
                {input}
                <Button label=k::security::GO_ON variant=Variant::Primary size=Size::Large submit=true busy/>
            })}
            <div class="row">
                {(totp && recovery).then(|| view! { <Button label=other variant=Variant::Quiet on_press=change/> })}
                <Button label=k::security::BACK variant=Variant::Quiet on_press=move |()| on_back.run(())/>
            </div>
        </form>
    }
}
