//! On phones a stage fills the screen; chips go from one to another.

use leptos::prelude::*;
use web_sys::{ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::model::Deals;
use crate::i18n::number;

/// A chip per stage; only phones show them (CSS).
#[component]
pub fn StageChips(
    /// The board.
    deals: Deals,
) -> impl IntoView {
    let here = RwSignal::new(0_usize);
    let columns = Memo::new(move |_| deals.columns());
    let go = move |at: usize, id: &str| {
        here.set(at);
        let column = document()
            .query_selector(&format!("[data-column='{id}']"))
            .ok()
            .flatten();
        if let Some(column) = column {
            let options = ScrollIntoViewOptions::new();
            options.set_behavior(ScrollBehavior::Smooth);
            options.set_inline(ScrollLogicalPosition::Center);
            options.set_block(ScrollLogicalPosition::Nearest);
            column.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    let chips = move || {
        columns.get().into_iter().enumerate().map(|(at, column)| {
            let id = column.id;
            view! {
                <button type="button" class="chip" aria-pressed=move || if here.get() == at { "true" } else { "false" } on:click=move |_| go(at, &id)>
                    {column.title}<span class="count">{number(column.count)}</span>
                </button>
            }
        }).collect_view()
    };
    view! { <div class="stage-chips" role="group" aria-label=crate::i18n::k::board::STAGES>{chips}</div> }
}
