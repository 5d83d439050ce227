//! Icons from the one sprite that `index.html` carries.

use leptos::prelude::*;

/// A symbol of the sprite; the constants come from `assets/icons.svg`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Icon(&'static str);

include!(concat!(env!("OUT_DIR"), "/icons.rs"));

/// Draws an icon of 16 px. It says nothing to a screen reader: the control around it has the words.
#[component]
pub fn Glyph(
    /// Which symbol.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=move || icon.get().0></use>
        </svg>
    }
}
