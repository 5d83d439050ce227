//! Parts that fold.

use leptos::prelude::*;

use super::icon::{self, Glyph};
use crate::i18n::number;

/// A heading that shows and hides what is below it. Enter and Space fold it.
#[component]
pub fn Accordion(
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// Shown behind the heading.
    #[prop(optional, into)]
    count: Signal<Option<i64>>,
    /// Unfolded at first.
    #[prop(optional)]
    open: bool,
    /// What folds.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="accordion" open=open>
            <summary>
                <Glyph icon=icon::CHEVRON_RIGHT/>
                <span>{move || title.get()}</span>
                {move || count.get().map(|count| view! { <span class="count">{number(count)}</span> })}
            </summary>
            <div class="accordion-body">{children()}</div>
        </details>
    }
}
