//! One row and its cells.

use std::collections::BTreeSet;

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::cell_edit::CellEdit;
use super::column::{Column, Edit, Headings};
use super::head::tab_index;
use super::state::State;
use crate::i18n::k;

/// Draws row `index` (0 is the first below the heading) as long as the table has one there.
#[component]
pub fn Row<R: Clone + PartialEq + Send + Sync + 'static>(
    index: usize,
    rows: Signal<Vec<R>>,
    columns: Signal<Vec<Column<R>>>,
    ids: Memo<Vec<String>>,
    state: State,
    flashing: Signal<BTreeSet<String>>,
    on_edit: Option<Callback<Edit>>,
    headings: StoredValue<Option<Headings<R>>>,
) -> impl IntoView {
    let row = Memo::new(move |_| rows.with(|rows| rows.get(index).cloned()));
    let id = Memo::new(move |_| ids.with(|ids| ids.get(index).cloned().unwrap_or_default()));
    let selected = move || state.selected.with(|s| id.with(|id| s.contains(id)));
    let flashes = move || flashing.with(|all| id.with(|id| all.contains(id)));
    let toggle = move |event: MouseEvent| {
        ids.with_untracked(|ids| state.select(index, event.shift_key(), ids));
    };
    let done = Callback::new(move |edit: Option<Edit>| {
        state.editing.set(None);
        request_animation_frame(move || state.focus_cell());
        if let (Some(edit), Some(on_edit)) = (edit, on_edit) {
            on_edit.run(edit);
        }
    });
    let cells = move || {
        columns.get().into_iter().enumerate().map(|(at, column)| {
            let place = (index + 1, at + 1);
            let editable = column.editor.is_some() && on_edit.is_some();
            let right = column.right;
            let content = move || {
                let Some(row) = row.get() else { return ().into_any() };
                match column.editor.clone().filter(|_| state.editing.get() == Some(place)) {
                    Some(editor) => view! { <CellEdit editor row id=id.get_untracked() column=column.id.clone() title=column.title.clone() done/> }.into_any(),
                    None => (column.cell)(&row),
                }
            };
            let edit = move |_| if editable { state.editing.set(Some(place)); };
            view! {
                <div role="gridcell" class="td" class:right=right class:editable=editable
                    data-cell=format!("{}:{}", place.0, place.1) tabindex=tab_index(state, place.0, place.1)
                    aria-colindex=(place.1 + 1).to_string() aria-readonly=(!editable).then_some("true")
                    on:focusin=move |_| state.focus.set(place) on:dblclick=edit>
                    {content}
                </div>
            }
        }).collect_view()
    };
    let plain = move || {
        view! {
            <div role="row" class="tr" class:selected=selected class:flash=flashes aria-rowindex=(index + 2).to_string()
                aria-selected=move || if selected() { "true" } else { "false" }
                style:top=move || format!("{}px", index * state.row_height() as usize)
                style:height=move || format!("{}px", state.row_height())>
                <div role="gridcell" class="td check">
                    <input type="checkbox" data-cell=format!("{}:0", index + 1) tabindex=tab_index(state, index + 1, 0)
                        aria-label=k::ui::SELECT_ROW prop:checked=selected on:click=toggle on:focusin=move |_| state.focus.set((index + 1, 0))/>
                </div>
                {cells}
            </div>
        }
        .into_any()
    };
    let is_heading = Memo::new(move |_| id.with(String::is_empty));
    move || match headings.get_value().filter(|_| is_heading.get()) {
        Some(headings) => row
            .get()
            .map(|row| heading(index, row, columns, state, headings))
            .into_any(),
        None => plain(),
    }
}

/// A heading across all columns.
fn heading<R: Clone + Send + Sync + 'static>(
    index: usize,
    row: R,
    columns: Signal<Vec<Column<R>>>,
    state: State,
    headings: Headings<R>,
) -> AnyView {
    let content = (headings.view)(&row);
    let open = (headings.open)(&row).map(|open| if open { "true" } else { "false" });
    let place = index + 1;
    let press = move |_| {
        state.focus.set((place, 1));
        headings.press.run(row.clone());
    };
    view! {
        <div role="row" class="tr group" aria-rowindex=(index + 2).to_string()
            style:top=move || format!("{}px", index * state.row_height() as usize)
            style:height=move || format!("{}px", state.row_height())>
            <div role="gridcell" class="td group-cell" aria-colspan=move || (columns.with(Vec::len) + 1).to_string()>
                <button type="button" class="group-button" data-cell=format!("{place}:1") aria-expanded=open
                    tabindex=move || if state.focus.get().0 == place { "0" } else { "-1" } on:click=press>
                    {content}
                </button>
            </div>
        </div>
    }
    .into_any()
}
