//! The only page of somebody whose workspace asks for a second factor that is not there yet.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::codes::Codes;
use super::totp::TotpForm;
use crate::api::use_api;
use crate::i18n::k;
use crate::screens::session::BarePage;
use crate::ui::button::{Button, Variant};
use crate::ui::toast::use_toasts;

fn go(path: &str) {
    // A browser that refuses leaves the screen as it is.
    let _ = window().location().set_href(path);
}

/// Sets up codes of an app, and goes on into the app.
#[component]
pub fn SecondFactorFirst() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let codes = RwSignal::new(None::<Vec<String>>);
    let done = Callback::new(move |made: Vec<String>| codes.set(Some(made)));
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
                    <TotpForm on_done=done/>
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
