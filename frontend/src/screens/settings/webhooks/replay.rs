//! From when on everything is sent again.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::desk::Desk;
use crate::api::FormErrors;
use crate::i18n::{k, today};
use crate::records::instant;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::date_input::DateInput;
use crate::ui::tag::Tone;

/// The day from whose beginning on.
#[component]
pub fn ReplayForm(desk: Desk) -> impl IntoView {
    let day = RwSignal::new(Some(untrack(today)));
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let start = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (Some(day), Some(endpoint)) = (day.get_untracked(), desk.chosen.get_untracked()) else {
            return;
        };
        busy.set(true);
        errors.clear();
        let since = instant::of_local(day, "00:00");
        spawn_local(async move {
            let path = format!("{}/replay", endpoint.path());
            let answer = desk.api.post(&path, &json!({"since": since})).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(_) => {
                    desk.replaying.set(false);
                    desk.toasts.ok(k::webhooks::replayed(&endpoint.name()));
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=start novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <p class="secondary">{k::webhooks::REPLAY_TEXT}</p>
            <DateInput label=k::webhooks::SINCE value=day required=true autofocus=true error=errors.of("since")/>
            <div class="row-end"><Button label=k::webhooks::REPLAY_START variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
