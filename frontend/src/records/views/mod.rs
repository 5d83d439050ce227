//! Layouts of a list other than a plain table: groups, board, calendar, places.

mod board;
mod calendar;
mod days;
mod grouped;
pub mod groups;
mod moving;
mod options;
mod places;
mod status;

use leptos::prelude::*;

pub use options::Options;

use crate::records::list::Hands;
use board::ChoiceBoard;
use calendar::Calendar;
use grouped::GroupedTable;
use places::Places;

/// The layout that the list is in.
#[component]
pub fn Arranged(hands: Hands) -> impl IntoView {
    let state = hands.state();
    // Another field or span is another screen of the same layout.
    let shape = Memo::new(move |_| {
        state.arrangement.with(|now| {
            let by = if now.is_table() {
                &now.group_by
            } else {
                &now.by
            };
            (now.layout.clone(), by.clone())
        })
    });
    move || match shape.get().0.as_str() {
        "board" => view! { <ChoiceBoard hands/> }.into_any(),
        "calendar" => view! { <Calendar hands/> }.into_any(),
        "places" => view! { <Places hands/> }.into_any(),
        _ => view! { <GroupedTable hands/> }.into_any(),
    }
}
