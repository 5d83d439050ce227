//! What was booked on a page, the newest first.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::desk::Desk;
use crate::api::use_api;
use crate::i18n::k;
use crate::records::instant;
use crate::records::people::use_people;
use crate::screens::settings::listed::items;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{Status, Tone};

#[derive(Clone, PartialEq, Deserialize)]
struct Booking {
    state: String,
    start_at: String,
    name: String,
    email: String,
    user_ids: Vec<String>,
    contact_id: Option<String>,
    lead_id: Option<String>,
}

impl Booking {
    /// Where the person is.
    fn href(&self) -> Option<String> {
        let contact = self.contact_id.as_ref();
        let contact = contact.map(|id| format!("/app/contacts/{id}"));
        contact.or_else(|| self.lead_id.as_ref().map(|id| format!("/app/leads/{id}")))
    }
}

/// The list.
#[component]
pub fn Booked(desk: Desk) -> impl IntoView {
    let people = use_people();
    let Some(page) = desk.chosen.get_untracked() else {
        return ().into_any();
    };
    let path = format!("{}/bookings?limit=100", page.path());
    let (api, path) = (use_api(), StoredValue::new(path));
    let found = RwSignal::new(None::<Result<Vec<Booking>, String>>);
    let load = move || {
        spawn_local(async move {
            let all = items(api, &path.get_value()).await;
            // The dialog may be closed by now.
            let _ = found.try_set(Some(all.map_err(|error| error.text())));
        });
    };
    load();
    let line = move |one: Booking| {
        let href = one.href();
        let (label, tone, symbol) = if one.state == "booked" {
            (k::booking::STANDS, Tone::Ok, icon::CIRCLE_CHECK)
        } else {
            (k::booking::CANCELLED, Tone::Info, icon::CLOCK)
        };
        let hosts = move || {
            let names = one.user_ids.iter().filter_map(|id| people.name(id));
            names.collect::<Vec<_>>().join(", ")
        };
        let at = one.start_at.clone();
        let name = match href {
            Some(href) => view! { <a href=href>{one.name.clone()}</a> }.into_any(),
            None => view! { <strong>{one.name.clone()}</strong> }.into_any(),
        };
        view! {
            <li class="settings-line">
                <div class="settings-line-text">
                    {name}
                    <p class="hint">{move || instant::shown(&at)}{" · "}{hosts}</p>
                    <p class="hint cut">{one.email.clone()}</p>
                </div>
                <Status label tone icon=symbol/>
            </li>
        }
    };
    view! {
        {move || match found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::booking::NOTHING_BOOKED}</p> }.into_any(),
            Some(Ok(all)) => view! { <ul class="settings-lines">{all.into_iter().map(line).collect_view()}</ul> }.into_any(),
        }}
    }
    .into_any()
}
