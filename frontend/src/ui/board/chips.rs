//! On phones a column fills the screen; chips go from one to another and say which one it is.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::BoardColumn;
use crate::i18n::number;

/// A chip per column; only phones show them (CSS).
#[component]
pub fn ColumnChips(
    /// Name of the group for screen readers.
    label: TextProp,
    /// The columns in order.
    columns: Signal<Vec<BoardColumn>>,
    /// Id of the column in the middle.
    here: RwSignal<String>,
    /// The board that the chips go around in.
    board: NodeRef<Div>,
) -> impl IntoView {
    let go = move |id: &str| {
        here.set(id.to_owned());
        let column = board
            .get_untracked()
            .and_then(|board| board.query_selector(&format!("[data-column='{id}']")).ok())
            .flatten();
        if let Some(column) = column {
            let options = ScrollIntoViewOptions::new();
            options.set_behavior(ScrollBehavior::Smooth);
            options.set_inline(ScrollLogicalPosition::Center);
            options.set_block(ScrollLogicalPosition::Nearest);
            column.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    let first = move || columns.with(|all| all.first().map(|column| column.id.clone()));
    let is_here = move |id: &str| {
        here.with(|here| {
            if here.is_empty() {
                first().as_deref() == Some(id)
            } else {
                here == id
            }
        })
    };
    let chips = move || {
        columns
            .get()
            .into_iter()
            .map(|column| {
                let (id, of) = (column.id.clone(), column.id);
                let pressed = move || if is_here(&of) { "true" } else { "false" };
                view! {
                    <button type="button" class="chip" aria-pressed=pressed on:click=move |_| go(&id)>
                        {column.title}<span class="count">{number(column.count)}</span>
                    </button>
                }
            })
            .collect_view()
    };
    view! { <div class="board-chips" role="group" aria-label=move || label.get()>{chips}</div> }
}

/// The column in the middle of a board, after somebody has swiped.
pub fn in_the_middle(board: NodeRef<Div>) -> Option<String> {
    let board = board.get_untracked()?;
    let frame = board.get_bounding_client_rect();
    let middle = frame.left() + frame.width() / 2.0;
    let children = board.children();
    (0..children.length())
        .filter_map(|at| children.item(at))
        .find(|column| {
            let place = column.get_bounding_client_rect();
            place.left() <= middle && middle <= place.right()
        })
        .and_then(|column| column.get_attribute("data-column"))
}
