//! Deals on their way.

pub mod board;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::storage;
use board::{DealsBoard, LAYOUT};
use table::DealsTable;

/// `/app/deals`: the board or the table, whichever the link names or this browser showed last.
#[component]
pub fn DealsPage() -> impl IntoView {
    let query = use_query_map();
    let layout = Memo::new(move |before: Option<&String>| {
        let named = query.with(|query| query.get("layout"));
        if let Some(named) = &named {
            storage::write(LAYOUT, named);
        }
        // The table writes an address of its own, without the layout.
        named
            .or_else(|| before.cloned())
            .or_else(|| storage::read(LAYOUT))
            .unwrap_or_else(|| "board".to_owned())
    });
    move || {
        if layout.with(|layout| layout == "table") {
            view! { <DealsTable/> }.into_any()
        } else {
            view! { <DealsBoard/> }.into_any()
        }
    }
}
