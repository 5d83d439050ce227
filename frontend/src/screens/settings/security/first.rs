//! The only page of somebody whose workspace asks for a second factor that is not there yet.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::codes::Codes;
use super::factors;
use super::passkeys::NewPasskey;
use super::totp::TotpForm;
use crate::api::use_api;
use crate::i18n::k;
use crate::screens::session::BarePage;
use crate::screens::session::passkey::known;
use crate::ui::button::{Button, Variant};
use crate::ui::toast::use_toasts;

fn go(path: &str) {
    // A browser that refuses leaves the screen as it is.
    let _ = window().location().set_href(path);
}

/// Sets up codes of an app or, where the server and the browser know them, a passkey; and goes on into the app.
#[component]
pub fn SecondFactorFirst() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let codes = RwSignal::new(None::<Vec<String>>);
    let done = Callback::new(move |made: Vec<String>| {
        if made.is_empty() {
            go("/app");
        } else {
            codes.set(Some(made));
        }
    });
    let (possible, by_passkey) = (RwSignal::new(false), RwSignal::new(false));
    if known() {
        spawn_local(async move {
            // Without an answer there are codes of an app.
            let found = factors(api).await;
            let _ = possible.try_set(found.is_ok_and(|factors| factors.passkeys_possible));
        });
    }
    let other = move || {
        if by_passkey.get() {
            k::security::FIRST_APP.get()
        } else {
            k::security::FIRST_PASSKEY.get()
        }
    };
    let form = move || {
        if by_passkey.get() {
            view! { <NewPasskey on_done=done/> }.into_any()
        } else {
            view! { <TotpForm on_done=done/> }.into_any()
        }
    };
    let sign_out = move |()| {
        spawn_local(async move {
            if let Err(error) = api.sign_out().await {
                toasts.bad(error.text());
            }
            go("/login");
        });
    };
    view! {
        <BarePage title=k::security::FIRST>
            {move || match codes.get() {
                None => view! {
                    <p class="secondary">{k::security::FIRST_TEXT}</p>
                    {form}
                    <Show when=move || possible.get()>
                        <div class="row"><Button label=other on_press=move |()| by_passkey.update(|on| *on = !*on)/></div>
                    </Show>
                    <div class="row"><Button label=k::settings::SIGN_OUT variant=Variant::Quiet on_press=sign_out/></div>
                }
                .into_any(),
                Some(codes) => view! {
                    <Codes codes/>
                    <Button label=k::security::CODES_KEPT variant=Variant::Primary on_press=move |()| go("/app")/>
                }
                .into_any(),
            }}
        </BarePage>
    }
}
