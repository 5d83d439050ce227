//! What one wants to be told in the app.

use leptos::prelude::*;
use relasi_domain::platform::notification::Occasion;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::saving::{SaveNote, Saving};
use crate::api::{Reply, Request, use_api};
use crate::i18n::{Key, k};
use crate::ui::feedback::{ErrorState, Skeleton};

#[derive(Clone, Deserialize)]
struct Muted {
    off: Vec<String>,
}

const fn name(occasion: Occasion) -> Key {
    match occasion {
        Occasion::Assigned => k::notifications::ON_ASSIGNED,
        Occasion::Lead => k::notifications::ON_LEAD,
        Occasion::Shared => k::notifications::ON_SHARED,
        Occasion::Mentioned => k::notifications::ON_MENTIONED,
        Occasion::Commented => k::notifications::ON_COMMENTED,
        Occasion::Followed => k::notifications::ON_FOLLOWED,
        Occasion::Import => k::notifications::ON_IMPORT,
        Occasion::Bulk => k::notifications::ON_BULK,
        Occasion::Duplicates => k::notifications::ON_DUPLICATES,
        Occasion::Review => k::notifications::ON_REVIEW,
        Occasion::LeadWaits => k::routing::ON_LEAD_WAITS,
        Occasion::Reminder => k::calendar::ON_REMINDER,
    }
}

/// The page: a box for each occasion.
#[component]
pub fn NotificationChoices() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Vec<String>, String>>);
    let load = move |()| {
        spawn_local(async move {
            let answer = api.get("/notifications/settings").await;
            let answer = answer.and_then(Reply::read::<Muted>);
            let off = answer.map(|muted| muted.off).map_err(|error| error.text());
            // The page may have been left.
            let _ = found.try_set(Some(off));
        });
    };
    load(());
    let form = move || match found.get() {
        None => view! { <Skeleton lines=8/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
        Some(Ok(off)) => view! { <Boxes off/> }.into_any(),
    };
    view! {
        <p class="secondary">{k::notifications::SETTINGS_TEXT}</p>
        {form}
        <crate::screens::calendar::ReminderSettings/>
    }
}

#[component]
fn Boxes(off: Vec<String>) -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let off = RwSignal::new(off);
    let line = move |occasion: Occasion| {
        let on = move || off.with(|off| off.iter().all(|code| code != occasion.code()));
        let toggle = move |event: web_sys::Event| {
            off.update(|off| {
                off.retain(|code| code != occasion.code());
                if !event_target_checked(&event) {
                    off.push(occasion.code().to_owned());
                }
            });
            let body = json!({ "off": off.get_untracked() });
            saving.run(async move {
                Request::put("/notifications/settings")
                    .json(&body)
                    .send(api)
                    .await?;
                Ok(())
            });
        };
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=on on:change=toggle/>
                {name(occasion)}
            </label>
        }
    };
    view! {
        <SaveNote saving/>
        <fieldset class="quality-fields">
            <legend class="hidden-visually">{k::notifications::SETTINGS}</legend>
            {Occasion::ALL.map(line)}
        </fieldset>
    }
}
