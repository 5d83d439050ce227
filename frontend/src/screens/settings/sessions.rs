//! Where one is signed in.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::listed::listed;
use crate::api::{ApiError, use_api};
use crate::i18n::k;
use crate::records::device::described;
use crate::records::instant;
use crate::ui::button::{Button, Size};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct OpenSession {
    id: String,
    current: bool,
    user_agent: String,
    ip: String,
    created_at: String,
    last_seen_at: String,
}

/// The list, a section of a page.
#[component]
pub fn Sessions() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (found, load) = listed::<OpenSession>(api, "/sessions");
    load();
    let end = Callback::new(move |ids: Vec<String>| {
        spawn_local(async move {
            let count = i64::try_from(ids.len()).unwrap_or_default();
            let mut outcome: Result<(), ApiError> = Ok(());
            for id in ids {
                outcome = outcome.and(
                    api.delete(&format!("/sessions/{id}"), None)
                        .await
                        .map(|_| ()),
                );
            }
            match outcome {
                Ok(()) => toasts.ok(k::settings::sessions_ended(count)),
                Err(error) => toasts.bad(error.text()),
            }
            load();
        });
    });
    let sign_out = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(error) = api.sign_out().await {
                toasts.bad(error.text());
            }
            // Nothing of the person stays in memory.
            let _ = window().location().set_href("/login");
        });
    });
    view! {
        <section class="stack">
        <h2>{k::settings::SESSIONS}</h2>
        <p class="secondary">{k::settings::SESSIONS_TEXT}</p>
        {move || match found.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) => view! { <SessionList all end sign_out/> }.into_any(),
        }}
        </section>
    }
}

#[component]
fn SessionList(
    all: Vec<OpenSession>,
    end: Callback<Vec<String>>,
    sign_out: Callback<()>,
) -> impl IntoView {
    let others: Vec<String> = all
        .iter()
        .filter(|s| !s.current)
        .map(|s| s.id.clone())
        .collect();
    let line = move |session: OpenSession| {
        let OpenSession {
            id,
            current,
            user_agent,
            ip,
            created_at,
            last_seen_at,
        } = session;
        let agent = StoredValue::new(user_agent);
        let name = move || agent.with_value(|text| described(text));
        view! {
            <li class="settings-line">
                <Glyph icon=icon::MONITOR/>
                <div class="settings-line-text">
                    <strong>{name}</strong>" "
                    {current.then(|| view! { <Tag label=k::settings::THIS_SESSION tone=Tone::Accent/> })}
                    <p class="hint">{move || k::settings::seen(&ip, &instant::shown(&last_seen_at))}" · "{move || k::settings::signed_in_at(&instant::shown(&created_at))}</p>
                </div>
                {if current {
                    view! { <Button label=k::settings::SIGN_OUT size=Size::Small icon=icon::LOG_OUT on_press=sign_out/> }.into_any()
                } else {
                    view! { <Button label=k::settings::END_SESSION size=Size::Small on_press=move |()| end.run(vec![id.clone()])/> }.into_any()
                }}
            </li>
        }
    };
    let lines = all.into_iter().map(line).collect_view();
    view! {
        <ul class="settings-lines sessions">{lines}</ul>
        {(!others.is_empty()).then(|| view! {
            <div class="row"><Button label=k::settings::END_OTHERS on_press=move |()| end.run(others.clone())/></div>
        })}
    }
}
