//! One's own password.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::screens::session::password_hint;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// The page.
#[component]
pub fn Password() -> impl IntoView {
    let (api, toasts, errors) = (use_api(), use_toasts(), FormErrors::default());
    let busy = RwSignal::new(false);
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Password managers keep the new password under it.
    let email = api.session().get_untracked().map(|s| s.user.email);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body =
            json!({ "current_password": old.get_untracked(), "new_password": new.get_untracked() });
        spawn_local(async move {
            match api.post("/me/password", &body).await {
                Ok(_) => {
                    let _ = (old.try_set(String::new()), new.try_set(String::new()));
                    toasts.ok(k::settings::PASSWORD_CHANGED.get());
                }
                Err(error) => errors.show(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <form class="stack settings-form" on:submit=submit novalidate=true>
            <p class="secondary">{k::settings::PASSWORD_TEXT}</p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <input type="email" class="hidden-visually" autocomplete="username" value=email aria-hidden="true" tabindex="-1" readonly/>
            <TextInput label=k::settings::CURRENT_PASSWORD value=old kind="password" required=true
                autocomplete="current-password" error=errors.of("current_password")/>
            <TextInput label=k::settings::NEW_PASSWORD value=new kind="password" required=true
                autocomplete="new-password" hint=password_hint error=errors.of("new_password")/>
            <div class="row"><Button label=k::settings::CHANGE_PASSWORD variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
