//! Another address to sign in with.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::screens::session::setup_state;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The button and its dialog; nothing where the installation sends no e-mail.
#[component]
pub fn ChangeEmail() -> impl IntoView {
    let (sends, open) = (RwSignal::new(false), RwSignal::new(false));
    let sent = RwSignal::new(None::<String>);
    spawn_local(async move {
        if let Ok(state) = setup_state().await {
            // The page may be gone by now.
            let _ = sends.try_set(state.mail);
        }
    });
    view! {
        {move || sent.get().map(|email| view! { <Banner text=k::mail::email_link_sent(&email) tone=Tone::Ok/> })}
        <Show when=move || sends.get()>
            <div class="row"><Button label=k::mail::CHANGE_EMAIL on_press=move |()| open.set(true)/></div>
        </Show>
        <Modal open title=k::mail::CHANGE_EMAIL><Form open sent/></Modal>
    }
}

#[component]
fn Form(open: RwSignal<bool>, sent: RwSignal<Option<String>>) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let address = email.get_untracked().trim().to_owned();
        let body = json!({ "email": address, "password": password.get_untracked() });
        spawn_local(async move {
            let answer = api.post("/me/email", &body).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(_) => {
                    let _ = sent.try_set(Some(address));
                    let _ = open.try_set(false);
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            <p class="secondary">{k::mail::CHANGE_EMAIL_TEXT}</p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::mail::NEW_EMAIL value=email kind="email" required=true autofocus=true error=errors.of("email")/>
            <TextInput label=k::mail::PASSWORD value=password kind="password" required=true autocomplete="current-password"
                error=errors.of("password")/>
            <div class="row-end"><Button label=k::mail::SEND_LINK variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
