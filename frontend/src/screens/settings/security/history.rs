//! Who signed in, and who was refused.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Reply, use_api};
use crate::i18n::k;
use crate::records::device::described;
use crate::records::instant;
use crate::records::store::encode;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct SignIn {
    at: String,
    method: String,
    result: String,
    ip: String,
    user_agent: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<SignIn>,
    next_cursor: Option<String>,
}

/// One's own, a section of a page.
#[component]
pub fn OwnSignIns() -> impl IntoView {
    view! {
        <section class="stack">
            <h2>{k::security::SIGN_INS}</h2>
            <p class="secondary">{k::security::SIGN_INS_TEXT}</p>
            <SignIns path="/me/sign-ins".to_owned()/>
        </section>
    }
}

/// The list, newest first, with older ones on demand.
#[component]
pub fn SignIns(path: String) -> impl IntoView {
    let api = use_api();
    let path = StoredValue::new(path);
    let found = RwSignal::new(Vec::<SignIn>::new());
    let cursor = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<String>);
    let (loaded, busy) = (RwSignal::new(false), RwSignal::new(false));
    let load = move || {
        busy.set(true);
        let from = cursor
            .get_untracked()
            .map(|cursor| format!("&cursor={}", encode(&cursor)));
        let path = path.with_value(|path| format!("{path}?limit=20{}", from.unwrap_or_default()));
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Page>);
            // The page may be gone by now.
            let _ = failure.try_set(answer.as_ref().err().map(crate::api::ApiError::text));
            if let Ok(page) = answer {
                let _ = cursor.try_set(page.next_cursor);
                found.try_update(|all| all.extend(page.items));
            }
            let _ = loaded.try_set(true);
            let _ = busy.try_set(false);
        });
    };
    load();
    let nothing = move || found.with(Vec::is_empty) && failure.with(Option::is_none);
    view! {
        <Show when=move || loaded.get() fallback=|| view! { <Skeleton lines=4/> }>
            {move || failure.get().map(|text| view! { <ErrorState text on_retry=move |()| load()/> })}
            <Show when=nothing><EmptyState text=k::security::SIGN_INS_NONE icon=icon::HISTORY/></Show>
            <ul class="settings-lines">{move || found.get().into_iter().map(line).collect_view()}</ul>
            <Show when=move || cursor.with(Option::is_some)>
                <div class="row"><Button label=k::ui::OLDER variant=Variant::Quiet busy on_press=move |()| load()/></div>
            </Show>
        </Show>
    }
}

fn line(sign_in: SignIn) -> impl IntoView {
    let SignIn {
        at,
        method,
        result,
        ip,
        user_agent,
    } = sign_in;
    let agent = move || described(&user_agent);
    let how = match method.as_str() {
        "totp" => k::security::BY_TOTP,
        "recovery_code" => k::security::BY_RECOVERY_CODE,
        "passkey" => k::security::BY_PASSKEY,
        "invitation" => k::security::BY_INVITATION,
        "set_up" => k::security::BY_SET_UP,
        _ => k::security::BY_PASSWORD,
    };
    let (label, tone) = match result.as_str() {
        "signed_in" => (k::security::SIGNED_IN, Tone::Ok),
        "factor_missing" => (k::security::FACTOR_MISSING, Tone::Warn),
        "wrong_factor" => (k::security::WRONG_FACTOR, Tone::Bad),
        "network_refused" => (k::security::NETWORK_REFUSED, Tone::Bad),
        _ => (k::security::WRONG_PASSWORD, Tone::Bad),
    };
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{agent}</strong>
                <p class="hint">{move || instant::shown(&at)}" · "{ip}" · "{how}</p>
            </div>
            <Tag label tone/>
        </li>
    }
}
