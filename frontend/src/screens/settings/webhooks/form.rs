//! The form of an address.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::desk::{Desk, Endpoint, PATH};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// Patterns as they are typed: by comma or space.
fn patterns(text: &str) -> Vec<&str> {
    text.split([',', ' ', '\n'])
        .filter(|part| !part.is_empty())
        .collect()
}

/// Where, what for, and which kinds.
#[component]
pub fn EndpointForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let start =
        |of: fn(&Endpoint) -> String| RwSignal::new(edited.as_ref().map(of).unwrap_or_default());
    let url = start(|one| one.url.clone());
    let description = start(|one| one.description.clone());
    let kinds = start(|one| one.kinds.join(", "));
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let is_new = edited.is_none();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = kinds.with_untracked(|kinds| {
            json!({"url": url.get_untracked().trim(), "description": description.get_untracked().trim(), "kinds": patterns(kinds)})
        });
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(one) => desk.api.patch(&one.path(), one.version, &body).await,
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Endpoint>) {
                Ok(endpoint) => {
                    desk.editing.set(false);
                    if endpoint.secret.is_none() {
                        desk.toasts.ok(k::webhooks::saved(&endpoint.name()));
                    }
                    desk.tell(endpoint.secret);
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let label = if is_new {
        k::webhooks::CREATE
    } else {
        k::common::SAVE
    };
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::webhooks::URL value=url kind="url" required=true autofocus=true hint=k::webhooks::URL_HINT error=errors.of("url")/>
            <TextInput label=k::webhooks::DESCRIPTION value=description error=errors.of("description")/>
            <TextInput label=k::webhooks::KINDS value=kinds hint=k::webhooks::KINDS_HINT error=errors.of("kinds")/>
            <div class="row-end"><Button label variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
