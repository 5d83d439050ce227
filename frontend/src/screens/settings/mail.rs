//! The mail account and the messages that were sent by it.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::older::NewestFirst;
use super::rights::may;
use crate::api::{Reply, use_api};
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::records::mail_words::reason;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct MailState {
    configured: bool,
    from: Option<String>,
    server: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Message {
    id: String,
    purpose: String,
    recipient: String,
    state: String,
    attempts: i64,
    last_error: Option<String>,
    last_reply: Option<String>,
    created_at: String,
    sent_at: Option<String>,
    retryable: bool,
}

/// The page. It is for those who may change settings.
#[component]
pub fn Mail() -> impl IntoView {
    let allowed = may(Action::Settings);
    move || {
        if allowed.get() {
            view! { <Known/> }.into_any()
        } else {
            view! { <Banner text=k::settings::READ_ONLY tone=Tone::Info/> }.into_any()
        }
    }
}

#[component]
fn Known() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<MailState, String>>);
    let load = move || {
        spawn_local(async move {
            let answer = api.get("/mail").await.and_then(Reply::read::<MailState>);
            // The page may be gone by now.
            let _ = found.try_set(Some(answer.map_err(|error| error.text())));
        });
    };
    load();
    // Counts up when the list is to be read anew.
    let turn = RwSignal::new(0_u32);
    view! {
        {move || match found.get() {
            None => view! { <Skeleton lines=2/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(state)) => view! { <Account state turn/> }.into_any(),
        }}
        <section class="stack">
            <h2>{k::mail::MESSAGES}</h2>
            <p class="secondary">{k::mail::MESSAGES_TEXT}</p>
            {move || { turn.track(); view! { <Messages turn/> } }}
        </section>
    }
}

#[component]
fn Account(state: MailState, turn: RwSignal<u32>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let busy = RwSignal::new(false);
    let test = move |()| {
        busy.set(true);
        spawn_local(async move {
            match api.post("/mail/test", &json!({})).await {
                Ok(_) => toasts.ok(k::mail::TEST_SENT.get()),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = busy.try_set(false);
            let _ = turn.try_update(|turn| *turn += 1);
        });
    };
    if !state.configured {
        return view! {
            <section class="stack">
                <Banner text=k::mail::OFF tone=Tone::Info/>
                <p class="hint">{k::mail::OFF_HOW}</p>
            </section>
        }
        .into_any();
    }
    let (from, server) = (
        state.from.unwrap_or_default(),
        state.server.unwrap_or_default(),
    );
    view! {
        <section class="stack">
            <p>{move || k::mail::on(&from, &server)}</p>
            <div class="row">
                <Button label=k::mail::SEND_TEST icon=icon::MAIL busy on_press=test/>
                <Button label=k::mail::REFRESH variant=Variant::Quiet on_press=move |()| turn.update(|turn| *turn += 1)/>
            </div>
        </section>
    }
    .into_any()
}

/// The list, newest first, with older ones on demand.
#[component]
fn Messages(turn: RwSignal<u32>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let retry = Callback::new(move |id: String| {
        spawn_local(async move {
            match api
                .post(&format!("/mail/messages/{id}/retry"), &json!({}))
                .await
            {
                Ok(_) => toasts.ok(k::mail::RETRIED.get()),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = turn.try_update(|turn| *turn += 1);
        });
    });
    let line = Callback::new(move |one| line(one, retry).into_any());
    view! {
        <NewestFirst path="/mail/messages".to_owned() none=k::mail::NONE icon=icon::MAIL class="mail-messages" line/>
    }
}

fn purpose(code: &str) -> Key {
    match code {
        "password_reset" => k::mail::PURPOSE_PASSWORD_RESET,
        "password_changed" => k::mail::PURPOSE_PASSWORD_CHANGED,
        "email_change" => k::mail::PURPOSE_EMAIL_CHANGE,
        "email_change_asked" => k::mail::PURPOSE_EMAIL_CHANGE_ASKED,
        "email_changed" => k::mail::PURPOSE_EMAIL_CHANGED,
        "invitation" => k::mail::PURPOSE_INVITATION,
        "new_device" => k::mail::PURPOSE_NEW_DEVICE,
        "factors_changed" => k::mail::PURPOSE_FACTORS_CHANGED,
        "booking_made" => k::booking::MAIL_MADE,
        "booking_moved" => k::booking::MAIL_MOVED,
        "booking_cancelled" => k::booking::MAIL_CANCELLED,
        "lead_waits" => k::routing::ON_LEAD_WAITS,
        "activity_due" => k::calendar::ON_REMINDER,
        _ => k::mail::PURPOSE_TEST,
    }
}

fn line(message: Message, retry: Callback<String>) -> impl IntoView {
    let (label, tone) = match message.state.as_str() {
        "queued" => (k::mail::STATE_QUEUED, Tone::Info),
        "sending" => (k::mail::STATE_SENDING, Tone::Info),
        "sent" => (k::mail::STATE_SENT, Tone::Ok),
        "cancelled" => (k::mail::STATE_CANCELLED, Tone::Warn),
        _ => (k::mail::STATE_FAILED, Tone::Bad),
    };
    let Message {
        id,
        purpose: code,
        recipient,
        attempts,
        last_error,
        last_reply,
        created_at,
        sent_at,
        retryable,
        ..
    } = message;
    let when = sent_at.unwrap_or(created_at);
    let went_wrong = last_error.map(|error| {
        let said = last_reply.map(|reply| format!(" ({reply})"));
        view! { <p class="hint">{reason(&error)}{said}" · "{move || k::mail::attempts(attempts)}</p> }
    });
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{purpose(&code)}</strong>" "<span>{move || k::mail::to(&recipient)}</span>
                <p class="hint">{move || instant::shown(&when)}</p>
                {went_wrong}
            </div>
            <Tag label tone/>
            {retryable.then(|| view! { <Button label=k::mail::RETRY size=Size::Small on_press=move |()| retry.run(id.clone())/> })}
        </li>
    }
}
