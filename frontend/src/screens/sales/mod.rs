//! Deals on their way: a board of stages, and the list in every other layout.

pub mod board;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::storage;
use board::{DealsBoard, LAYOUT};
use table::DealsTable;

/// `/app/deals`: the board of stages or the list, whichever the link names or this browser showed last.
#[component]
pub fn DealsPage() -> impl IntoView {
    let query = use_query_map();
    let layout = Memo::new(move |before: Option<&String>| {
        let named = query.with(|query| query.get("layout"));
        if let Some(named) = &named {
            storage::write(LAYOUT, named);
        }
        named
            .or_else(|| before.cloned())
            .or_else(|| storage::read(LAYOUT))
            .unwrap_or_else(|| "board".to_owned())
    });
    let by_stage = Memo::new(move |_| {
        query.with(|query| {
            query
                .get("by")
                .is_none_or(|by| by.is_empty() || by == "stage_id")
        })
    });
    move || {
        if layout.with(|layout| layout == "board") && by_stage.get() {
            view! { <DealsBoard/> }.into_any()
        } else {
            view! { <DealsTable/> }.into_any()
        }
    }
}
