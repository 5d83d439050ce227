//! The apps that one has let in.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::use_api;
use crate::i18n::{date_short, k, local_day};
use crate::records::instant;
use crate::screens::settings::api_keys::{Calls, scope_name};
use crate::screens::settings::listed::listed;
use crate::ui::button::{Button, Size};
use crate::ui::dialog::Drawer;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct OwnApp {
    id: String,
    name: String,
    active: bool,
    scopes: Vec<String>,
    connected_at: String,
    last_used_at: Option<String>,
    last_used_ip: Option<String>,
}

/// The list, a section of a page.
#[component]
pub fn ConnectedApps() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (found, load) = listed::<OwnApp>(api, "/connected-apps");
    load();
    let end = Callback::new(move |(id, name): (String, String)| {
        spawn_local(async move {
            match api.delete(&format!("/connected-apps/{id}"), None).await {
                Ok(_) => toasts.ok(k::apps::disconnected(&name)),
                Err(error) => toasts.bad(error.text()),
            }
            load();
        });
    });
    view! {
        <section class="stack">
            <h2>{k::apps::CONNECTED}</h2>
            <p class="secondary">{k::apps::CONNECTED_TEXT}</p>
            {move || match found.get() {
                None => view! { <Skeleton lines=2/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
                Some(Ok(all)) if all.is_empty() => view! { <p class="hint">{k::apps::CONNECTED_NONE}</p> }.into_any(),
                Some(Ok(all)) => view! {
                    <ul class="settings-lines">{all.into_iter().map(|app| view! { <Line app end/> }).collect_view()}</ul>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Line(app: OwnApp, end: Callback<(String, String)>) -> impl IntoView {
    let of = StoredValue::new(app.clone());
    let facts = move || {
        of.with_value(|app| {
            let used = match (&app.last_used_at, &app.last_used_ip) {
                (Some(at), Some(ip)) => k::apps::used(ip, &instant::shown(at)),
                _ => k::apps::NEVER_USED.get().to_owned(),
            };
            let since = local_day(&app.connected_at);
            let since = since.map(|day| k::apps::connected_since(&date_short(day)));
            let parts = since.into_iter().chain([used]);
            parts.collect::<Vec<_>>().join(" · ")
        })
    };
    let scopes = move || {
        of.with_value(|app| {
            let all = app.scopes.iter().map(|scope| scope_name(scope));
            all.collect::<Vec<_>>().join(", ")
        })
    };
    let put_out = move |()| of.with_value(|app| end.run((app.id.clone(), app.name.clone())));
    let reading = RwSignal::new(false);
    let path = StoredValue::new(format!("/connected-apps/{}/requests", app.id));
    let name = app.name.clone();
    let title = Signal::derive(move || k::api_keys::log_of(&name));
    view! {
        <li class="settings-line">
            <Glyph icon=icon::LINK/>
            <div class="settings-line-text">
                <strong>{app.name.clone()}</strong>" "
                {(!app.active).then(|| view! { <Tag label=k::apps::OFF tone=Tone::Warn/> })}
                <p class="hint">{facts}</p>
                <p class="hint">{scopes}</p>
            </div>
            <Button label=k::api_keys::LOG size=Size::Small on_press=move |()| reading.set(true)/>
            <Drawer open=reading title>
                {move || reading.get().then(|| view! { <Calls path=path.get_value() none=k::apps::LOG_NONE/> })}
            </Drawer>
            <Button label=k::apps::DISCONNECT size=Size::Small on_press=put_out/>
        </li>
    }
}
