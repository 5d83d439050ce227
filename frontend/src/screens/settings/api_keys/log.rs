//! What one key was used for.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Reply, use_api};
use crate::i18n::k;
use crate::records::instant;
use crate::records::store::encode;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
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
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Call>,
    next_cursor: Option<String>,
}

/// The list, newest first, with older ones on demand.
#[component]
pub fn Log(id: String) -> impl IntoView {
    let api = use_api();
    let id = StoredValue::new(id);
    let requests = RwSignal::new(Vec::<Call>::new());
    let cursor = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<String>);
    let (loaded, busy) = (RwSignal::new(false), RwSignal::new(false));
    let load = move || {
        busy.set(true);
        let from = cursor
            .get_untracked()
            .map(|cursor| format!("&cursor={}", encode(&cursor)));
        let path = id.with_value(|id| {
            format!(
                "/api-keys/{id}/requests?limit=50{}",
                from.unwrap_or_default()
            )
        });
        spawn_local(async move {
            let answer = api.get(&path).await.and_then(Reply::read::<Page>);
            // The drawer may be closed by now.
            let _ = failure.try_set(answer.as_ref().err().map(crate::api::ApiError::text));
            if let Ok(page) = answer {
                let _ = cursor.try_set(page.next_cursor);
                requests.try_update(|all| all.extend(page.items));
            }
            let _ = loaded.try_set(true);
            let _ = busy.try_set(false);
        });
    };
    load();
    let nothing = move || requests.with(Vec::is_empty) && failure.with(Option::is_none);
    view! {
        <p class="secondary">{k::api_keys::LOG_TEXT}</p>
        <Show when=move || loaded.get() fallback=|| view! { <Skeleton lines=6/> }>
            {move || failure.get().map(|text| view! { <ErrorState text on_retry=move |()| load()/> })}
            <Show when=nothing><EmptyState text=k::api_keys::LOG_NONE icon=icon::HISTORY/></Show>
            <ul class="settings-lines">{move || requests.get().into_iter().map(line).collect_view()}</ul>
            <Show when=move || cursor.with(Option::is_some)>
                <div class="row"><Button label=k::ui::OLDER variant=Variant::Quiet busy on_press=move |()| load()/></div>
            </Show>
        </Show>
    }
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
    } = call;
    let tone = if status < 400 { Tone::Ok } else { Tone::Bad };
    let took = move || k::api_keys::took(&request_id, &ip, &(micros / 1000).to_string());
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <code>{method}" "{route}</code>
                <p class="hint">{move || instant::shown(&at)}" · "{took}</p>
            </div>
            <Tag label=status.to_string() tone/>
        </li>
    }
}
