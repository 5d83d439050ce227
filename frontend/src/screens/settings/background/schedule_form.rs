//! When something comes again.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::desk::{Desk, Schedule};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::screens::platform::jobs::kind_name;
use crate::screens::session::browser;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::select::Choice;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The expression and the time zone, or back to what the product does by itself.
#[component]
pub fn ScheduleForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let cron = edited.as_ref().map(|one| one.cron.clone());
    let cron = RwSignal::new(cron.unwrap_or_default());
    let zone = edited.as_ref().map(|one| {
        let zone = &one.time_zone;
        Choice::new(zone.clone(), zone.replace('_', " "))
    });
    let zone = RwSignal::new(zone);
    let changed = edited.as_ref().is_some_and(|one| one.changed);
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let edited = StoredValue::new(edited);
    let send = move |body: Value| {
        let Some(one) = edited.get_value().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        errors.clear();
        spawn_local(async move {
            let saved = desk.api.patch(&one.path(), one.version, &body).await;
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Schedule>) {
                Ok(saved) => {
                    desk.editing.set(false);
                    desk.tell(k::background::saved(&kind_name(&saved.name)));
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let zone = zone.get_untracked().map(|zone| zone.value);
        send(json!({"cron": cron.get_untracked().trim(), "time_zone": zone.unwrap_or_default()}));
    };
    let back = move |()| send(json!({"cron": "", "time_zone": ""}));
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::background::CRON value=cron required=true autofocus=true hint=k::background::CRON_HINT error=errors.of("cron")/>
            <Combobox label=k::settings::TIME_ZONE value=zone find=local_finder(browser::time_zones()) error=errors.of("time_zone")/>
            <div class="row-end">
                {changed.then(|| view! { <Button label=k::background::STANDARD on_press=back/> })}
                <Button label=k::common::SAVE variant=Variant::Primary submit=true busy/>
            </div>
        </form>
    }
}
