//! A secret, shown once.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::desk::Desk;
use crate::i18n::k;
use crate::ui::button::{Button, Variant};
use crate::ui::icon;
use crate::ui::text_input::TextInput;

/// The secret, to be copied.
#[component]
pub fn Secret(desk: Desk) -> impl IntoView {
    let value = RwSignal::new(desk.secret.get_untracked());
    // Nothing of it stays in memory.
    on_cleanup(move || {
        let _ = desk.secret.try_set(String::new());
    });
    let copy = move |()| {
        let written = window()
            .navigator()
            .clipboard()
            .write_text(&value.get_untracked());
        spawn_local(async move {
            // Browsers without the right to write leave the text selected by hand.
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                desk.toasts.ok(k::common::COPIED.get());
            }
        });
    };
    view! {
        <div class="stack">
            <TextInput label=k::webhooks::SECRET value read_only=true hint=k::webhooks::SECRET_ONCE autofocus=true/>
            <div class="row-end">
                <Button label=k::common::CLOSE on_press=move |()| desk.told.set(false)/>
                <Button label=k::webhooks::COPY_SECRET variant=Variant::Primary icon=icon::COPY on_press=copy/>
            </div>
        </div>
    }
}
