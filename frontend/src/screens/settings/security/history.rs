//! Who signed in, and who was refused.

use leptos::prelude::*;
use serde::Deserialize;

use super::super::older::NewestFirst;
use crate::i18n::k;
use crate::records::device::described;
use crate::records::instant;
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
    let line = Callback::new(|one| line(one).into_any());
    view! { <NewestFirst path none=k::security::SIGN_INS_NONE icon=icon::HISTORY line/> }
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
        "provider" => k::provider::TITLE,
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
