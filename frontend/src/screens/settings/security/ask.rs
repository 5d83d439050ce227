//! A change that asks for the password again.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::api::{FormErrors, use_api};
use crate::i18n::{Key, k};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The password, and a button that goes on with it.
#[component]
pub fn PasswordForm(
    /// What is said before.
    text: Key,
    /// What the button says.
    go: Key,
    /// Where it is sent.
    #[prop(into)]
    path: String,
    /// It takes something away.
    #[prop(optional)]
    danger: bool,
    /// What is sent besides the password.
    #[prop(default = None)]
    with: Option<(&'static str, String)>,
    /// Called with the answer.
    on_done: Callback<Value>,
) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let (password, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    // Password managers know by it whose password it is.
    let email = api.session().get_untracked().map(|s| s.user.email);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let path = path.clone();
        let mut body = json!({ "password": password.get_untracked() });
        if let Some((name, value)) = &with {
            body[*name] = json!(value);
        }
        spawn_local(async move {
            let answer = api.post(&path, &body).await;
            // The dialog may be closed by now.
            let _ = busy.try_set(false);
            match answer {
                Ok(reply) => on_done.try_run(reply.body).unwrap_or_default(),
                Err(error) => errors.show(&error),
            }
        });
    };
    let variant = if danger {
        Variant::Danger
    } else {
        Variant::Primary
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            <p>{text}</p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <input type="email" class="hidden-visually" autocomplete="username" value=email aria-hidden="true" tabindex="-1" readonly/>
            <TextInput label=k::session::PASSWORD value=password kind="password" required=true autofocus=true
                autocomplete="current-password" error=errors.of("password")/>
            <div class="row-end"><Button label=go variant submit=true busy/></div>
        </form>
    }
}

/// The same in a dialog, which closes once it is done.
#[component]
pub fn Ask(
    open: RwSignal<bool>,
    title: Key,
    text: Key,
    go: Key,
    path: String,
    #[prop(optional)] danger: bool,
    #[prop(default = None)] with: Option<(&'static str, String)>,
    on_done: Callback<Value>,
) -> impl IntoView {
    let done = Callback::new(move |answer: Value| {
        open.set(false);
        on_done.run(answer);
    });
    view! {
        <Modal open title><PasswordForm text go path=path.clone() danger with=with.clone() on_done=done/></Modal>
    }
}
