//! The table every list is shown in: virtual rows, roving focus, edit in place.

mod cell_edit;
mod column;
mod head;
mod row;
mod state;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use leptos::prelude::*;
use web_sys::KeyboardEvent;

pub use column::{CellEditor, Column, Edit, Headings, Sort};
use head::Head;
use row::Row;
use state::State;
use walk::Ask;

use super::feedback::ProgressLine;
use crate::keys;

/// A key pressed on a row that the table itself does not use: `O`, `#`, `Delete`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowKey {
    /// The key as the registry writes it.
    pub key: String,
    /// Id of the focused row.
    pub row: String,
}

/// Rows in columns. Rows come sorted; the headings only ask for another order.
#[component]
pub fn Table<R: Clone + PartialEq + Send + Sync + 'static>(
    /// Name for screen readers.
    #[prop(into)]
    label: TextProp,
    /// Name under which this browser keeps the widths.
    name: &'static str,
    /// The columns, the name first.
    #[prop(into)]
    columns: Signal<Vec<Column<R>>>,
    /// The rows loaded so far.
    #[prop(into)]
    rows: Signal<Vec<R>>,
    /// The id of a row.
    row_id: fn(&R) -> String,
    /// How many rows there are in all; `None` while unknown.
    #[prop(optional, into)]
    total: Signal<Option<usize>>,
    /// The order asked for.
    sort: RwSignal<Option<Sort>>,
    /// Ids of the selected rows.
    selected: RwSignal<BTreeSet<String>>,
    /// Opens a row's page.
    #[prop(into)]
    on_open: Callback<String>,
    /// Shows a row in the drawer.
    #[prop(optional, into)]
    on_peek: Option<Callback<String>>,
    /// Stores an edit; without it nothing can be edited.
    #[prop(optional, into)]
    on_edit: Option<Callback<Edit>>,
    /// Called when the end of the loaded rows comes into view.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
    /// Keys the table does not use itself; returns whether it was used.
    #[prop(optional, into)]
    on_key: Option<Callback<RowKey, bool>>,
    /// Widths by column id, for owners that keep them themselves.
    #[prop(optional, into)]
    widths: Option<RwSignal<BTreeMap<String, u32>>>,
    /// Ids of rows that stand out for a moment.
    #[prop(optional, into)]
    flashing: Signal<BTreeSet<String>>,
    /// Rows are being loaded again.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Which rows are headings of groups; their `row_id` is empty.
    #[prop(optional_no_strip)]
    headings: Option<Headings<R>>,
) -> impl IntoView {
    let headings = StoredValue::new(headings);
    let state = State::new(name, selected, widths);
    let ids = Memo::new(move |_| rows.with(|rows| rows.iter().map(row_id).collect::<Vec<_>>()));
    let count = Memo::new(move |_| rows.with(Vec::len));
    let window = Memo::new(move |_| state.window(count.get()));
    let template = move || {
        let widths = state.widths.get();
        let columns = columns.get();
        let last = columns.len().saturating_sub(1);
        columns
            .iter()
            .enumerate()
            .fold("44px".to_owned(), |mut all, (at, column)| {
                let width = widths.get(&column.id).copied().unwrap_or(column.width);
                // Writing into a String cannot fail.
                let _ = if at == last {
                    write!(all, " minmax({width}px,1fr)")
                } else {
                    write!(all, " {width}px")
                };
                all
            })
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| state.measure());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        if state.scroller.get().is_some() {
            request_animation_frame(move || state.measure());
        }
    });
    Effect::new(move |_| {
        let (_, end) = window.get();
        if let Some(more) = on_end.filter(|_| end + 4 >= count.get_untracked() && end > 0) {
            more.run(());
        }
    });
    keys::bind_entry(move || {
        let (row, column) = state.focus.get_untracked();
        state.go(row.clamp(1, count.get_untracked().max(1)), column);
    });
    let keydown = move |event: KeyboardEvent| {
        let ids = ids.get_untracked();
        let heading = |index: usize| {
            let row = rows.with_untracked(|rows| rows.get(index).cloned());
            let row = row.filter(|_| ids.get(index).is_some_and(String::is_empty));
            headings.get_value().zip(row)
        };
        let on_heading = state
            .focus
            .get_untracked()
            .0
            .checked_sub(1)
            .and_then(heading);
        let editable = |at: usize| {
            on_heading.is_none()
                && on_edit.is_some()
                && columns.with_untracked(|c| {
                    at > 0 && c.get(at - 1).is_some_and(|column| column.editor.is_some())
                })
        };
        let ask = |what: Ask, index: usize| {
            if let Some((headings, row)) = heading(index) {
                return headings.press.run(row);
            }
            let target = if what == Ask::Open {
                Some(on_open)
            } else {
                on_peek
            };
            if let (Some(target), Some(id)) = (target, ids.get(index)) {
                target.run(id.clone());
            }
        };
        let other = |key: &str| {
            let row = state
                .focus
                .get_untracked()
                .0
                .checked_sub(1)
                .and_then(|index| ids.get(index).cloned());
            let row = row.filter(|id| !id.is_empty());
            row.zip(on_key).is_some_and(|(row, on_key)| {
                on_key.run(RowKey {
                    key: key.to_owned(),
                    row,
                })
            })
        };
        let width = columns.with_untracked(Vec::len);
        if walk::answer(&event, state, &ids, width, editable, ask, other) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let row_count = move || {
        total
            .get()
            .map_or_else(|| "-1".to_owned(), |total| (total + 1).to_string())
    };
    view! {
        <div class="table-frame">
            <ProgressLine busy/>
            <div node_ref=state.scroller class="table-scroll"
                on:scroll=move |_| if let Some(node) = state.scroller.get_untracked() { state.scrolled.set(f64::from(node.scroll_top())); }>
                <div role="grid" class="table" aria-label=move || label.get() aria-multiselectable="true"
                    aria-rowcount=row_count aria-colcount=move || (columns.with(Vec::len) + 1).to_string()
                    style=("--columns", template) on:keydown=keydown>
                    <Head columns ids sort state/>
                    <div role="rowgroup" class="table-rows" style:height=move || format!("{}px", count.get() * state.row_height() as usize)>
                        <For each=move || { let (from, to) = window.get(); from..to } key=|index| *index let:index>
                            <Row index rows columns ids state flashing on_edit headings/>
                        </For>
                    </div>
                </div>
            </div>
        </div>
    }
}
