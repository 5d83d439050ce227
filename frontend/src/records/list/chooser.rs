//! Which columns a list shows, and in which order.

use leptos::prelude::*;

use super::columns::possible;
use super::look::Shown;
use super::state::ListState;
use crate::i18n::k;
use crate::lazy;
use crate::records::labels;
use crate::ui::button::{IconButton, Size};
use crate::ui::icon;
use crate::ui::popover::Popover;

/// The button and its list: shown columns with arrows that move them, then the others.
#[component]
pub fn ColumnChooser(state: ListState) -> impl IntoView {
    view! {
        <Popover label=k::lists::COLUMNS icon=icon::COLUMNS_3 size=Size::Small>{lazy::columns(state)}</Popover>
    }
}

/// The list behind the button.
#[component]
pub fn ColumnChoices(state: ListState) -> impl IntoView {
    let object = state.spec.object;
    // The order of lines holds while the list is open, so that the focus stays where it is.
    let shown = state
        .columns
        .with_untracked(|columns| columns.iter().map(|c| c.field.clone()).collect::<Vec<_>>());
    let hidden = possible(object)
        .map(|field| field.name.to_string())
        .filter(|name| !shown.contains(name));
    let hidden = hidden.collect::<Vec<_>>();
    let order = RwSignal::new([shown, hidden].concat());
    view! {
        <div class="columns-choice">
            <For each=move || order.get() key=Clone::clone let:field><Line state field order/></For>
        </div>
    }
}

#[component]
fn Line(state: ListState, field: String, order: RwSignal<Vec<String>>) -> impl IntoView {
    let object = state.spec.object;
    let fixed = field == object.title;
    let name = StoredValue::new(field);
    let on = move || {
        state.columns.with(|columns| {
            columns
                .iter()
                .any(|c| name.with_value(|name| c.field == *name))
        })
    };
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
                && let Some(to) = at
                    .checked_add_signed(by)
                    .filter(|to| *to > 0 && *to < columns.len())
            {
                columns.swap(at, to);
                let place = |field: &str, all: &[String]| all.iter().position(|name| name == field);
                order.update(|all| {
                    if let (Some(one), Some(other)) = (
                        place(&columns[at].field, all),
                        place(&columns[to].field, all),
                    ) {
                        all.swap(one, other);
                    }
                });
            }
        });
    };
    view! {
        <div class="column-choice">
            <label class="check-line">
                <input type="checkbox" prop:checked=on disabled=fixed on:change=toggle/>{label}
            </label>
            {move || (on() && !fixed).then(|| view! {
                <IconButton label=move || k::lists::column_earlier(&label()) icon=icon::ARROW_UP size=Size::Small on_press=move |()| shift(-1)/>
                <IconButton label=move || k::lists::column_later(&label()) icon=icon::ARROW_DOWN size=Size::Small on_press=move |()| shift(1)/>
            })}
        </div>
    }
}
