//! One month to pick a day from.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::button::{IconButton, Size};
use super::icon;
use crate::i18n::{Day, date_long, k, month_title, number, today, weekday_short};

/// A month, Monday first. Arrows walk the days, Page keys the months, Enter picks.
#[component]
pub fn MonthGrid(
    /// The day now chosen.
    value: Option<Day>,
    /// Called with the picked day.
    on_pick: Callback<Day>,
) -> impl IntoView {
    let focus = RwSignal::new(value.unwrap_or_else(today));
    let grid = NodeRef::<leptos::html::Div>::new();
    let walk = move |day: Day| {
        focus.set(day);
        request_animation_frame(move || {
            let Some(grid) = grid.try_get_untracked().flatten() else {
                return;
            };
            let cell = grid.query_selector("[tabindex='0']").ok().flatten();
            if let Some(cell) = cell.and_then(|c| c.dyn_into::<HtmlElement>().ok()) {
                let _ = cell.focus();
            }
        });
    };
    Effect::new(move |_| walk(focus.get_untracked()));
    let keys = move |event: KeyboardEvent| {
        let day = focus.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" => day.plus(-1),
            "ArrowRight" => day.plus(1),
            "ArrowUp" => day.plus(-7),
            "ArrowDown" => day.plus(7),
            "PageUp" => day.plus_months(-1),
            "PageDown" => day.plus_months(1),
            "Home" => day.plus(-i64::from(day.weekday())),
            // Not left to the cell: the focus may still be on its way there.
            "Enter" => {
                event.prevent_default();
                return on_pick.run(day);
            }
            "End" => day.plus(6 - i64::from(day.weekday())),
            _ => return,
        };
        event.prevent_default();
        walk(to);
    };
    let first_shown = move || {
        let first = Day {
            day: 1,
            ..focus.get()
        };
        first.plus(-i64::from(first.weekday()))
    };
    let cell = move |day: Day| {
        view! {
            <button type="button" role="gridcell" class="day"
                class:other=day.month != focus.get_untracked().month
                class:today=day == today()
                aria-label=date_long(day)
                aria-selected=if Some(day) == value { "true" } else { "false" }
                tabindex=move || if focus.get() == day { "0" } else { "-1" }
                on:click=move |_| on_pick.run(day)>
                {number(i64::from(day.day))}
            </button>
        }
    };
    let weeks = move || {
        let start = first_shown();
        (0..6)
            .map(|week| {
                let days = (0..7)
                    .map(|d| cell(start.plus(week * 7 + d)))
                    .collect_view();
                view! { <div role="row" class="week">{days}</div> }
            })
            .collect_view()
    };
    let heads = move || {
        (0..7)
            .map(|d| view! { <span role="columnheader" class="day-head">{weekday_short(d)}</span> })
            .collect_view()
    };
    let month =
        move |by: i32| Callback::new(move |()| focus.update(|day| *day = day.plus_months(by)));
    view! {
        <div class="month">
            <div class="month-head">
                <IconButton label=k::ui::MONTH_BEFORE icon=icon::CHEVRON_LEFT size=Size::Small on_press=month(-1)/>
                <span aria-live="polite">{move || month_title(focus.get())}</span>
                <IconButton label=k::ui::MONTH_AFTER icon=icon::CHEVRON_RIGHT size=Size::Small on_press=month(1)/>
            </div>
            <div node_ref=grid role="grid" class="month-grid" on:keydown=keys>
                <div role="row" class="week">{heads}</div>
                {weeks}
            </div>
            <button type="button" class="btn quiet small" on:click=move |_| on_pick.run(today())>
                <span class="btn-label">{k::common::TODAY}</span>
            </button>
        </div>
    }
}
