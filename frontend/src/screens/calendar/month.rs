//! The weeks of a month with their numbers, and the list of days on a phone.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use web_sys::KeyboardEvent;

use super::grid::focus_again;
use super::model::{Calendar, DAY, Span};
use super::place::{Place, View};
use super::week::week_number;
use crate::i18n::{Day, date_long, day_title, k, number, time, today, weekday_short};
use crate::records::{Record, labels};
use crate::screens::tasks::row::kind_icon;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon::{self, Glyph};

/// The most entries written on a day of the month.
const ON_A_DAY: usize = 4;

/// What takes the whole day first, then by time.
fn of_day(calendar: Calendar, day: Day) -> Vec<(Record, Span)> {
    let mut all = calendar.on(day, None, true);
    all.extend(calendar.on(day, None, false));
    all
}

/// The grid of a month.
#[component]
pub fn MonthGrid(calendar: Calendar) -> impl IntoView {
    let dragged = RwSignal::new(None::<(Record, Day)>);
    let shown = Memo::new(move |_| calendar.place.get().days());
    let heads = move || {
        let (first, _) = shown.get();
        (0..7)
            .map(|number| view! { <span class="agenda-head">{weekday_short(first.plus(number).weekday())}</span> })
            .collect_view()
    };
    let weeks = move || {
        let (first, count) = shown.get();
        (0..count / 7)
            .map(|week| {
                let start = first.plus(week * 7);
                let days = (0..7)
                    .map(|n| view! { <MonthDay calendar dragged day=start.plus(n)/> })
                    .collect_view();
                view! {
                    <span class="agenda-week" title=k::calendar::week_number(&number(week_number(start)))>{number(week_number(start))}</span>
                    {days}
                }
            })
            .collect_view()
    };
    view! {
        <div class="agenda-month" role="group" aria-label=k::calendar::ENTRIES>
            <span class="agenda-head" aria-hidden="true"></span>
            {heads}
            {weeks}
        </div>
    }
}

#[component]
fn MonthDay(
    calendar: Calendar,
    dragged: RwSignal<Option<(Record, Day)>>,
    day: Day,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let entries = Memo::new(move |_| of_day(calendar, day));
    let alone = move || {
        let place = calendar.place.get_untracked();
        calendar.to.run(Place {
            view: View::Day,
            day,
            ..place
        });
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some((record, from)) = dragged.try_update(Option::take).flatten() {
            calendar.shift(&record, (day.number() - from.number()) * DAY, None);
        }
    };
    let lines = move || {
        let shown = entries.get().into_iter().take(ON_A_DAY);
        shown
            .map(|(record, _)| view! { <MonthEntry calendar dragged day record/> })
            .collect_view()
    };
    let rest = move || {
        let rest = entries.with(|all| all.len().saturating_sub(ON_A_DAY));
        (rest > 0).then(|| {
            let words = k::views::more(i64::try_from(rest).unwrap_or(i64::MAX));
            view! { <button type="button" class="agenda-more" on:click=move |_| alone()>{words}</button> }
        })
    };
    let other = move || calendar.place.with(|place| place.day.month) != day.month;
    view! {
        <div class="agenda-day" class:today=move || day == today() class:other=other class:target=over
            on:dragover=move |event: DragEvent| if dragged.with_untracked(Option::is_some) { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false) on:drop=drop>
            <span class="agenda-line">
                <button type="button" class="agenda-number" aria-label=move || date_long(day) on:click=move |_| alone()>{number(i64::from(day.day))}</button>
                <button type="button" class="agenda-add" aria-label=move || k::calendar::add_on(&date_long(day)) on:click=move |_| calendar.add(day.number() * DAY + 9 * 60, None)><Glyph icon=icon::PLUS/></button>
            </span>
            {lines}
            {rest}
        </div>
    }
}

#[component]
fn MonthEntry(
    calendar: Calendar,
    dragged: RwSignal<Option<(Record, Day)>>,
    day: Day,
    record: Record,
) -> impl IntoView {
    let title = record.title(&OBJECT);
    let kind = record.text("kind").unwrap_or("task").to_owned();
    let done = record.text("done_at").is_some();
    let id = record.id().to_owned();
    let clock = (*record.value("all_day") != true)
        .then(|| record.text("due_at").map(str::to_owned))
        .flatten();
    let record = StoredValue::new(record);
    let start = move |event: DragEvent| {
        dragged.set(Some((record.get_value(), day)));
        if let Some(data) = event.data_transfer() {
            // Some browsers drag nothing without data.
            let _ = data.set_data(
                "text/plain",
                &record.with_value(|record| record.id().to_owned()),
            );
        }
    };
    let keydown = move |event: KeyboardEvent| {
        let days = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            "ArrowDown" => 7,
            "ArrowUp" => -7,
            _ => return,
        };
        if event.alt_key() {
            event.prevent_default();
            let record = record.get_value();
            calendar.shift(&record, days * DAY, None);
            focus_again(record.id());
        }
    };
    view! {
        <button type="button" class=format!("agenda-entry of-{kind}") class:done=done draggable="true" data-entry=id
            on:dragstart=start on:dragend=move |_| dragged.set(None) on:keydown=keydown
            on:click=move |_| calendar.open(record.get_value())>
            {clock.map(|due| view! { <span class="slot-time">{move || time(&due)}</span> })}
            {title}
        </button>
    }
}

/// The days one below the other, each with its entries and a way to add one.
#[component]
pub fn DayList(calendar: Calendar) -> impl IntoView {
    let days = Memo::new(move |_| {
        let (first, count) = calendar.place.get().days();
        (0..count).map(|n| first.plus(n)).collect::<Vec<_>>()
    });
    view! {
        <div class="day-list">
            <For each=move || days.get() key=|day| day.number() children=move |day| view! { <ListedDay calendar day/> }/>
        </div>
    }
}

#[component]
fn ListedDay(calendar: Calendar, day: Day) -> impl IntoView {
    let lines = move || {
        let all = of_day(calendar, day);
        all.into_iter()
            .map(|(record, _)| {
                let kind = record.text("kind").unwrap_or("task").to_owned();
                let word = labels::choice(&OBJECT, "kind", &kind);
                let clock = if *record.value("all_day") == true {
                    k::calendar::ALL_DAY.get().to_owned()
                } else {
                    time(record.text("due_at").unwrap_or_default())
                };
                let (title, done) = (record.title(&OBJECT), record.text("done_at").is_some());
                let of = StoredValue::new(record);
                view! {
                    <li><button type="button" class="day-entry" class:done=done on:click=move |_| calendar.open(of.get_value())>
                        <span class="slot-time">{clock}</span>
                        <span title=word><Glyph icon=kind_icon(&kind)/></span>
                        <span>{title}</span>
                    </button></li>
                }
            })
            .collect_view()
    };
    view! {
        <section class:today=move || day == today()>
            <div class="agenda-list-head">
                <h2>{move || day_title(day)}</h2>
                <Button label=k::common::ADD icon=icon::PLUS size=Size::Small variant=Variant::Quiet on_press=move |()| calendar.add(day.number() * DAY + 9 * 60, None)/>
            </div>
            <ul>{lines}</ul>
        </section>
    }
}
