//! What is told once: a link or a secret to be copied now.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::i18n::{Key, k};
use crate::ui::button::{Button, Variant};
use crate::ui::icon;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// The secret in a field, with a button that copies it, and one that closes the dialog around it.
#[component]
pub fn Once(
    /// The secret.
    value: String,
    /// Name of the field.
    #[prop(into)]
    label: TextProp,
    /// Why to copy it now.
    hint: Key,
    /// What the button says.
    copy_label: Key,
    /// What is said when it is done.
    copied: Key,
    /// The dialog around it.
    open: RwSignal<bool>,
) -> impl IntoView {
    let toasts = use_toasts();
    let shown = RwSignal::new(value.clone());
    let copy = move |()| {
        let written = window().navigator().clipboard().write_text(&value);
        spawn_local(async move {
            // Browsers without the right to write leave the text selected by hand.
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                toasts.ok(copied.get());
            }
        });
    };
    view! {
        <div class="stack">
            <TextInput label value=shown read_only=true hint autofocus=true/>
            <div class="row-end">
                <Button label=k::common::CLOSE on_press=move |()| open.set(false)/>
                <Button label=copy_label variant=Variant::Primary icon=icon::COPY on_press=copy/>
            </div>
        </div>
    }
}
