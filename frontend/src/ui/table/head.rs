//! The heading row: select all, sort, resize.

use std::collections::BTreeSet;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::column::{Column, Sort};
use super::state::State;
use crate::i18n::k;
use crate::ui::icon::{self, Glyph};

/// Draws the headings.
#[component]
pub fn Head<R: Clone + Send + Sync + 'static>(
    columns: Signal<Vec<Column<R>>>,
    ids: Memo<Vec<String>>,
    sort: RwSignal<Option<Sort>>,
    state: State,
) -> impl IntoView {
    let selected = state.selected;
    let all = move || {
        let chosen = |s: &BTreeSet<String>, id: &String| id.is_empty() || s.contains(id);
        selected.with(|s| ids.with(|ids| !s.is_empty() && ids.iter().all(|id| chosen(s, id))))
    };
    let some = move || selected.with(|s| !s.is_empty()) && !all();
    let toggle_all = move |_| {
        if untrack(all) {
            selected.update(BTreeSet::clear);
        } else {
            let some = |id: &&String| !id.is_empty();
            selected.update(|s| {
                ids.with_untracked(|ids| s.extend(ids.iter().filter(some).cloned()));
            });
        }
    };
    let heads = move || {
        columns.get().into_iter().enumerate().map(|(at, column)| {
            view! { <Heading at=at + 1 id=column.id title=column.title right=column.right sortable=column.sortable width=column.width sort state/> }
        }).collect_view()
    };
    view! {
        <div role="row" class="tr head" aria-rowindex="1">
            <div role="columnheader" class="th check">
                <input type="checkbox" data-cell="0:0" tabindex=tab_index(state, 0, 0)
                    aria-label=k::ui::SELECT_ALL prop:checked=all prop:indeterminate=some on:change=toggle_all/>
            </div>
            {heads}
        </div>
    }
}

/// `0` for the one cell of the table that Tab reaches.
pub fn tab_index(
    state: State,
    row: usize,
    column: usize,
) -> impl Fn() -> &'static str + Copy + Send {
    move || {
        if state.focus.get() == (row, column) {
            "0"
        } else {
            "-1"
        }
    }
}

#[component]
fn Heading(
    at: usize,
    id: String,
    title: TextProp,
    right: bool,
    sortable: bool,
    width: u32,
    sort: RwSignal<Option<Sort>>,
    state: State,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let order = move || {
        sort.with(|sort| {
            sort.as_ref()
                .filter(|s| id.with_value(|id| s.column == *id))
                .map(|s| s.descending)
        })
    };
    let aria = move || {
        sortable.then(|| match order() {
            None => "none",
            Some(false) => "ascending",
            Some(true) => "descending",
        })
    };
    let turn = move |_| {
        if sortable {
            let next = match untrack(order) {
                None => Some(false),
                Some(false) => Some(true),
                Some(true) => None,
            };
            sort.set(next.map(|descending| Sort {
                column: id.get_value(),
                descending,
            }));
        }
        state.focus.set((0, at));
    };
    let now = move || {
        state
            .widths
            .with_untracked(|w| id.with_value(|id| w.get(id).copied()).unwrap_or(width))
    };
    let by_key = move |event: KeyboardEvent| {
        let step = match (event.shift_key(), event.key().as_str()) {
            (true, "ArrowLeft") => -16_i32,
            (true, "ArrowRight") => 16,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        id.with_value(|id| state.resize(id, now().saturating_add_signed(step)));
    };
    view! {
        <div role="columnheader" class="th" class:right=right aria-sort=aria aria-colindex=(at + 1).to_string()>
            <button type="button" class="th-button" data-cell=format!("0:{at}") tabindex=tab_index(state, 0, at)
                on:click=turn on:keydown=by_key>
                <span>{move || title.get()}</span>
                {move || order().filter(|_| sortable).map(|down| view! { <Glyph icon=if down { icon::ARROW_DOWN } else { icon::ARROW_UP }/> })}
            </button>
            <Grip width=Callback::new(move |()| now()) on_width=Callback::new(move |width: u32| id.with_value(|id| state.resize(id, width)))/>
        </div>
    }
}

/// The edge one drags to make a column wider. (By key: Shift with the arrows on the heading.)
#[component]
fn Grip(width: Callback<(), u32>, on_width: Callback<u32>) -> impl IntoView {
    let start = StoredValue::new(None::<(i32, u32)>);
    let down = move |event: PointerEvent| {
        event.prevent_default();
        start.set_value(Some((event.client_x(), width.run(()))));
        if let Some(element) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) {
            // Without capture dragging works as long as the pointer stays on the grip.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
    };
    let drag = move |event: PointerEvent| {
        if let Some((x, before)) = start.get_value() {
            on_width.run(before.saturating_add_signed(event.client_x() - x));
        }
    };
    view! {
        <span class="grip" aria-hidden="true" on:pointerdown=down on:pointermove=drag on:pointerup=move |_| start.set_value(None)></span>
    }
}
