//! What one key was used for.

use leptos::prelude::*;
use serde::Deserialize;

use super::super::older::NewestFirst;
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::records::people::use_people;
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Call {
    at: String,
    method: String,
    route: String,
    status: i64,
    micros: i64,
    ip: String,
    request_id: String,
    /// For whom an app called.
    #[serde(default)]
    user_id: Option<String>,
}

/// The requests of a key, or of an app.
#[component]
pub fn Calls(path: String, none: Key) -> impl IntoView {
    let line = Callback::new(|one| line(one).into_any());
    view! {
        <p class="secondary">{k::api_keys::LOG_TEXT}</p>
        <NewestFirst path limit=50 waiting=6 none icon=icon::HISTORY line/>
    }
}

/// The list, newest first, with older ones on demand.
#[component]
pub fn Log(id: String) -> impl IntoView {
    let path = format!("/api-keys/{id}/requests");
    view! { <Calls path none=k::api_keys::LOG_NONE/> }
}

fn line(call: Call) -> impl IntoView {
    let Call {
        at,
        method,
        route,
        status,
        micros,
        ip,
        request_id,
        user_id,
    } = call;
    let people = use_people();
    let who = move || {
        let name = user_id.as_deref().and_then(|id| people.name(id));
        name.map(|name| format!("{name} · ")).unwrap_or_default()
    };
    let tone = if status < 400 { Tone::Ok } else { Tone::Bad };
    let took = move || k::api_keys::took(&request_id, &ip, &(micros / 1000).to_string());
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <code>{method}" "{route}</code>
                <p class="hint">{who}{move || instant::shown(&at)}" · "{took}</p>
            </div>
            <Tag label=status.to_string() tone/>
        </li>
    }
}
