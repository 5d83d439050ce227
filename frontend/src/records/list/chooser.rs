//! Which columns a list shows, and in which order.

use leptos::prelude::*;

use super::columns::possible;
use super::look::Shown;
use super::state::ListState;
use crate::i18n::k;
use crate::records::labels;
use crate::ui::button::{IconButton, Size};
use crate::ui::icon;
use crate::ui::popover::Popover;

/// The button and its list: shown columns with arrows that move them, then the others.
#[component]
pub fn ColumnChooser(state: ListState) -> impl IntoView {
    view! {
        <Popover label=k::lists::COLUMNS icon=icon::COLUMNS_3 size=Size::Small><Choices state/></Popover>
    }
}

#[component]
fn Choices(state: ListState) -> impl IntoView {
    let object = state.spec.object;
    let shown = move || state.columns.with(|columns| columns.iter().map(|c| c.field.clone()).collect::<Vec<_>>());
    let hidden = move || {
        let shown = shown();
        possible(object).map(|field| field.name.to_string()).filter(|name| !shown.contains(name)).collect::<Vec<_>>()
    };
    let line = move |field: String, on: bool| view! { <Line state field on/> };
    view! {
        <div class="columns-choice">
            {move || shown().into_iter().map(|field| line(field, true)).collect_view()}
            <hr/>
            {move || hidden().into_iter().map(|field| line(field, false)).collect_view()}
        </div>
    }
}

#[component]
fn Line(state: ListState, field: String, on: bool) -> impl IntoView {
    let object = state.spec.object;
    let fixed = field == object.title;
    let name = StoredValue::new(field);
    let label = move || name.with_value(|name| labels::field(object, name));
    let toggle = move |_| {
        state.columns.update(|columns| {
            let field = name.get_value();
            match columns.iter().position(|c| c.field == field) {
                Some(at) => _ = columns.remove(at),
                None => columns.push(Shown { field, width: 160 }),
            }
        });
    };
    let shift = move |by: isize| {
        state.columns.update(|columns| {
            let at = name.with_value(|name| columns.iter().position(|c| c.field == *name));
            // The name stays in front.
            if let Some(at) = at
                && let Some(to) = at.checked_add_signed(by).filter(|to| *to > 0 && *to < columns.len())
            {
                columns.swap(at, to);
            }
        });
    };
    view! {
        <div class="column-choice">
            <label class="check-line">
                <input type="checkbox" prop:checked=on disabled=fixed on:change=toggle/>{label}
            </label>
            {(on && !fixed).then(|| view! {
                <IconButton label=move || k::lists::column_earlier(&label()) icon=icon::ARROW_UP size=Size::Small on_press=move |()| shift(-1)/>
                <IconButton label=move || k::lists::column_later(&label()) icon=icon::ARROW_DOWN size=Size::Small on_press=move |()| shift(1)/>
            })}
        </div>
    }
}
