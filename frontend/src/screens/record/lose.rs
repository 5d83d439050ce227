//! Asking why a deal is lost.

use leptos::prelude::*;

use super::stage_bar::Way;
use crate::i18n::{Key, k};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::text_input::TextInput;

const REASONS: [Key; 5] = [
    k::record::REASON_PRICE,
    k::record::REASON_TIMING,
    k::record::REASON_RIVAL,
    k::record::REASON_SILENCE,
    k::record::REASON_NO_NEED,
];

/// The dialog: the usual reasons, or one's own words.
#[component]
pub fn LoseDialog(
    /// The deal's way.
    way: Way,
    /// Shown while true.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Modal open title=k::record::LOSE_TITLE><LoseForm way open/></Modal> }
}

#[component]
fn LoseForm(way: Way, open: RwSignal<bool>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let save = move || {
        let words = reason.get_untracked();
        if words.trim().is_empty() {
            error.set(Some(k::record::REASON_NEEDED.get().to_owned()));
            return;
        }
        open.set(false);
        way.lose(words.trim());
    };
    let choice = move |key: Key| {
        let pressed = move || reason.with(|words| words == key.get());
        view! {
            <button type="button" class="btn plain small" aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_| reason.set(key.get().to_owned())><span class="btn-label">{key}</span></button>
        }
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <div class="row" role="group" aria-label=k::record::REASON>{REASONS.map(choice).collect_view()}</div>
            <TextInput label=k::record::REASON value=reason error required=true autofocus=true/>
            <div class="row-end"><Button label=k::record::MARK_LOST variant=Variant::Primary submit=true/></div>
        </form>
    }
}
