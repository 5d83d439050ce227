//! Holding a person: nothing is removed of them until the hold is lifted.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use crate::api::{FormErrors, Request};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextArea;

/// The dialog.
#[component]
pub fn HoldDialog(live: Live, open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::privacy::HOLD_TITLE><Hold live open/></Modal> }
}

#[component]
fn Hold(live: Live, open: RwSignal<bool>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let send = move |lift: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let path = format!("/{}/{}/hold", live.object.plural, live.id());
        let body = json!({"reason": reason.get_untracked()});
        spawn_local(async move {
            let request = if lift {
                Request::delete(&path)
            } else {
                Request::put(&path).json(&body)
            };
            let sent = request.send(live.api).await;
            let _ = busy.try_set(false);
            match sent {
                Ok(_) => {
                    let said = if lift {
                        k::privacy::RELEASED
                    } else {
                        k::privacy::HOLD_DONE
                    };
                    live.toasts.ok(said.get());
                    let _ = open.try_set(false);
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); send(false); } novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <p class="secondary">{k::privacy::HOLDS_TEXT}</p>
            <TextArea label=k::privacy::REASON value=reason required=true limit=500_usize error=errors.of("reason")/>
            <div class="row-end">
                <Button label=k::privacy::RELEASE busy on_press=move |()| send(true)/>
                <Button label=k::privacy::HOLD_BUTTON variant=Variant::Primary submit=true busy/>
            </div>
        </form>
    }
}
