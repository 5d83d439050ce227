//! A link for a forgotten password.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::language_choice::BarePage;
use crate::api::{FormErrors, Request};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// `/forgot-password`. What it says afterwards is the same whether somebody has the address or not.
#[component]
pub fn Forgot() -> impl IntoView {
    let errors = FormErrors::default();
    let (email, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let sent = RwSignal::new(None::<String>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let address = email.get_untracked().trim().to_owned();
        spawn_local(async move {
            let request = Request::post("/password-resets").json(&json!({ "email": address }));
            match request.send_open().await {
                Ok(_) => sent.set(Some(address)),
                Err(error) => errors.show(&error),
            }
            busy.set(false);
        });
    };
    view! {
        <BarePage title=k::mail::FORGOT_TITLE>
            {move || match sent.get() {
                Some(address) => view! {
                    <Banner text=k::mail::link_sent(&address) tone=Tone::Ok/>
                    <p class="hint">{k::mail::LINK_SENT_HINT}</p>
                }.into_any(),
                None => view! {
                    <form class="stack" on:submit=submit novalidate=true>
                        <p class="secondary">{k::mail::FORGOT_TEXT}</p>
                        {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                        <TextInput label=k::session::EMAIL value=email kind="email" required=true autocomplete="username"
                            error=errors.of("email") autofocus=true/>
                        <Button label=k::mail::SEND_LINK variant=Variant::Primary size=Size::Large submit=true busy/>
                    </form>
                }.into_any(),
            }}
            <p><a href="/login">{k::mail::BACK}</a></p>
        </BarePage>
    }
}
