//! Addresses that nothing is sent to.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{FormErrors, use_api};
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::screens::settings::older::NewestFirst;
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Suppression {
    id: String,
    address: String,
    reason: String,
    detail: Option<String>,
    created_at: String,
}

fn reason(code: &str) -> (Key, Tone) {
    match code {
        "hard_bounce" => (k::emails::HARD_BOUNCE, Tone::Bad),
        "soft_bounces" => (k::emails::SOFT_BOUNCES, Tone::Warn),
        "complaint" => (k::emails::COMPLAINT, Tone::Bad),
        "unsubscribe" => (k::emails::UNSUBSCRIBE, Tone::Info),
        _ => (k::emails::MANUAL, Tone::Info),
    }
}

/// The list, with a line to add one.
#[component]
pub(super) fn Suppressions() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (address, errors) = (RwSignal::new(String::new()), FormErrors::default());
    let (busy, turn) = (RwSignal::new(false), RwSignal::new(0_u32));
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({"address": address.get_untracked().trim()});
        spawn_local(async move {
            match api.post("/email-suppressions", &body).await {
                Ok(_) => {
                    let _ = address.try_set(String::new());
                    let _ = turn.try_update(|turn| *turn += 1);
                }
                Err(error) => errors.show(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    let lift = Callback::new(move |one: Suppression| {
        spawn_local(async move {
            let path = format!("/email-suppressions/{}", one.id);
            match api.delete(&path, None).await {
                Ok(_) => toasts.ok(k::emails::lifted(&one.address)),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = turn.try_update(|turn| *turn += 1);
        });
    });
    let line = Callback::new(move |one| line(one, lift).into_any());
    view! {
        <section class="stack email-suppressions">
            <h2>{k::emails::SUPPRESSED}</h2>
            <p class="secondary">{k::emails::SUPPRESSED_TEXT}</p>
            <form class="email-pair" on:submit=add novalidate=true>
                <TextInput label=k::emails::ADDRESS value=address kind="email" error=errors.of("address")/>
                <div class="email-add"><Button label=k::emails::SUPPRESS submit=true busy/></div>
            </form>
            {move || {
                turn.track();
                view! { <NewestFirst path="/email-suppressions".to_owned() none=k::emails::NONE_SUPPRESSED icon=icon::MAIL line/> }
            }}
        </section>
    }
}

fn line(one: Suppression, lift: Callback<Suppression>) -> impl IntoView {
    let (label, tone) = reason(&one.reason);
    let (when, detail, address) = (
        one.created_at.clone(),
        one.detail.clone(),
        one.address.clone(),
    );
    let detail = detail.map(|detail| view! { <p class="hint">{detail}</p> });
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{address}</strong>
                <p class="hint">{move || instant::shown(&when)}</p>
                {detail}
            </div>
            <Tag label tone/>
            <Button label=k::emails::LIFT size=Size::Small on_press=move |()| lift.run(one.clone())/>
        </li>
    }
}
