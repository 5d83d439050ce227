//! Hours from top to bottom: a day, the days of a week, or one day of several people.

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use web_sys::{KeyboardEvent, MouseEvent};

use super::grab::{Grab, HOUR, Held, snapped};
use super::lanes::lanes;
use super::model::{Calendar, DAY, Span};
use super::place::View;
use super::week::week_number;
use crate::i18n::{Day, clock, date_long, date_short, k, number, time, today, weekday_short};
use crate::records::people::use_people;
use crate::records::{Record, instant, labels};
use crate::screens::tasks::row::kind_icon;
use crate::ui::icon::Glyph;

/// One column of the grid.
#[derive(Clone, PartialEq, Eq)]
struct Column {
    day: Day,
    member: Option<String>,
}

impl Column {
    fn key(&self) -> String {
        let member = self.member.as_deref().unwrap_or_default();
        format!("{}/{member}", self.day.iso())
    }
}

fn columns(calendar: Calendar) -> Vec<Column> {
    let place = calendar.place.get();
    if place.view == View::Team {
        let column = |member: String| Column {
            day: place.day,
            member: Some(member),
        };
        return calendar.team.get().into_iter().map(column).collect();
    }
    let (first, count) = place.days();
    let column = |number| Column {
        day: first.plus(number),
        member: None,
    };
    (0..count).map(column).collect()
}

/// The hour that is at the top when the page opens.
const MORNING: i64 = 7;

/// The grid of hours.
#[component]
pub fn HourGrid(calendar: Calendar) -> impl IntoView {
    let grab = Grab::new();
    let shown = Memo::new(move |_| columns(calendar));
    let scroller = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(scroller) = scroller.get() {
            let top = i32::try_from(MORNING * HOUR).unwrap_or_default();
            request_animation_frame(move || scroller.set_scroll_top(top));
        }
    });
    let hours = (0..24_u32)
        .map(|hour| view! { <span class="hours-hour">{move || clock(hour, 0)}</span> })
        .collect_view();
    let week = move || {
        let place = calendar.place.get();
        let (first, _) = place.days();
        k::calendar::week_number(&number(week_number(first)))
    };
    view! {
        <div class="hours" node_ref=scroller style=("--columns", move || shown.with(Vec::len).max(1).to_string())>
            <div class="hours-heads">
                <span class="hours-corner">{week}</span>
                <For each=move || shown.get() key=Column::key children=move |column| view! { <Head calendar column/> }/>
            </div>
            <div class="hours-body" role="group" aria-label=k::calendar::ENTRIES>
                <div class="hours-scale" aria-hidden="true">{hours}</div>
                <For each=move || shown.get() key=Column::key children=move |column| view! { <Hours calendar grab column/> }/>
            </div>
        </div>
    }
}

/// The head of a column with what takes the whole day.
#[component]
fn Head(calendar: Calendar, column: Column) -> impl IntoView {
    let Column { day, member } = column;
    let people = use_people();
    let name = member.clone();
    let title = move || match &name {
        Some(user) => people.name(user).unwrap_or_default(),
        None => format!(
            "{} {}",
            weekday_short(day.weekday()),
            number(i64::from(day.day))
        ),
    };
    let whole = move || {
        calendar
            .on(day, member.as_deref(), true)
            .into_iter()
            .map(|(record, _)| {
                let of = StoredValue::new(record.clone());
                view! { <button type="button" class="slot-day" on:click=move |_| calendar.open(of.get_value())>{record.title(&OBJECT)}</button> }
            })
            .collect_view()
    };
    view! {
        <div class="hours-head" class:today=move || day == today()>
            <h2 title=move || date_long(day)>{title}</h2>
            {whole}
        </div>
    }
}

/// An entry with its place in a column.
#[derive(Clone, PartialEq)]
struct Laid {
    record: Record,
    span: Span,
    from: i64,
    to: i64,
    lane: (usize, usize),
}

/// The shortest time that is drawn, so that its words can be read.
const LEAST: i64 = 25;

fn laid(calendar: Calendar, column: &Column) -> Vec<Laid> {
    let here = calendar.on(column.day, column.member.as_deref(), false);
    let spans: Vec<(i64, i64)> = here
        .iter()
        .filter_map(|(_, span)| span.on(column.day))
        .map(|(from, to)| (from, to.max(from + LEAST)))
        .collect();
    let places = lanes(&spans);
    here.into_iter()
        .zip(spans.into_iter().zip(places))
        .map(|((record, span), ((from, to), lane))| Laid {
            record,
            span,
            from,
            to,
            lane,
        })
        .collect()
}

/// One column; a click on an empty place makes a new entry there.
#[component]
fn Hours(calendar: Calendar, grab: Grab, column: Column) -> impl IntoView {
    let of = column.clone();
    let entries = Memo::new(move |_| laid(calendar, &of));
    let (day, member) = (column.day, column.member.clone());
    let key = column.key();
    let over = key.clone();
    let is_over = move || {
        grab.held.with(|held| {
            held.as_ref()
                .is_some_and(|held| !held.stretch && held.over.as_ref() == Some(&over))
        })
    };
    let add = move |event: MouseEvent| {
        // Entries have clicks of their own.
        if event.target() == event.current_target() && !grab.swallows() {
            let minute = i64::from(event.offset_y()) * 60 / HOUR / 30 * 30;
            calendar.add(day.number() * DAY + minute, member.clone());
        }
    };
    let now = move || {
        (day == today()).then(|| {
            let at = instant::clock(&String::from(js_sys::Date::new_0().to_iso_string()));
            let (hour, minute) = at.split_once(':').unwrap_or(("0", "0"));
            let minutes = hour.parse::<i64>().unwrap_or(0) * 60 + minute.parse::<i64>().unwrap_or(0);
            view! { <span class="hours-now" style=("--from", minutes.to_string()) aria-hidden="true"></span> }
        })
    };
    view! {
        <div class="hours-column" data-col=key class:target=is_over class:today=move || day == today()
            on:pointerdown=move |_| grab.anew() on:click=add>
            {now}
            <For each=move || entries.get() key=|one| (one.record.id().to_owned(), one.record.version(), one.span.start, one.span.end, one.lane)
                children=move |one| view! { <Slot calendar grab column=column.clone() one/> }/>
        </div>
    }
}

/// The words for those who hear: what, when, and of which kind.
fn spoken(record: &Record, span: Span) -> String {
    let kind = labels::choice(&OBJECT, "kind", record.text("kind").unwrap_or_default());
    let due = record.text("due_at").unwrap_or_default();
    let day = date_short(Day::from_number(span.start.div_euclid(DAY)));
    // What is seen comes first, in the same words.
    format!("{} {}, {kind}, {day}", time(due), record.title(&OBJECT))
}

/// An entry. Alt and the arrow keys move it, with Shift they make it longer or shorter.
#[component]
fn Slot(calendar: Calendar, grab: Grab, column: Column, one: Laid) -> impl IntoView {
    let Laid {
        record,
        span,
        from,
        to,
        lane: (lane, of),
    } = one;
    let due = record.text("due_at").unwrap_or_default().to_owned();
    let kind = record.text("kind").unwrap_or("task").to_owned();
    let (title, done) = (record.title(&OBJECT), record.text("done_at").is_some());
    let words = record.clone();
    let series = record.text("series_id").is_some();
    let record = StoredValue::new(record);
    let id = move || record.with_value(|record| record.id().to_owned());
    let held = Memo::new(move |_| grab.held.get().filter(|held| held.id == id()));
    // How far it was moved or pulled so far: (later, longer, aside).
    let by = move || match held.get() {
        Some(Held {
            minutes,
            stretch: true,
            ..
        }) => (0, minutes, 0),
        Some(Held { minutes, aside, .. }) => (minutes, 0, aside),
        None => (0, 0, 0),
    };
    let drop = move |_| {
        let Some(held) = grab.up() else { return };
        let record = record.get_value();
        if held.stretch {
            return calendar.stretch(&record, held.minutes);
        }
        let (day, member) = match held.over.as_deref().and_then(|over| over.split_once('/')) {
            Some((day, member)) => (Day::parse_iso(day), Some(member.to_owned())),
            None => (None, None),
        };
        let days = day.map_or(0, |day| day.number() - column.day.number());
        let member = member.filter(|member| !member.is_empty());
        let member = member.filter(|member| column.member.as_ref() != Some(member));
        calendar.shift(&record, held.minutes + days * DAY, member);
    };
    let keydown = move |event: KeyboardEvent| {
        if !event.alt_key() {
            return;
        }
        let (step, record) = (snapped(15), record.get_value());
        match (event.key().as_str(), event.shift_key()) {
            ("ArrowDown", true) => calendar.stretch(&record, step),
            ("ArrowUp", true) => calendar.stretch(&record, -step),
            ("ArrowDown", false) => calendar.shift(&record, step, None),
            ("ArrowUp", false) => calendar.shift(&record, -step, None),
            ("ArrowRight", false) => calendar.shift(&record, DAY, None),
            ("ArrowLeft", false) => calendar.shift(&record, -DAY, None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        focus_again(&id());
    };
    let open = move |event: MouseEvent| {
        event.stop_propagation();
        if !grab.swallows() {
            calendar.open(record.get_value());
        }
    };
    view! {
        <button type="button" class=format!("slot of-{kind}") class:done=done class:held=move || held.with(Option::is_some)
            data-entry=id() style=("--from", from.to_string()) style=("--to", to.to_string())
            style=("--lane", lane.to_string()) style=("--lanes", of.to_string())
            style=("--later", move || by().0.to_string()) style=("--longer", move || by().1.to_string())
            style=("--aside", move || format!("{}px", by().2)) aria-label=move || spoken(&words, span)
            aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight"
            on:pointerdown=move |event| grab.down(&event, &id(), false)
            on:pointermove=move |event| grab.moved(&event)
            on:pointerup=drop on:pointercancel=move |_| grab.cancel()
            on:keydown=keydown on:click=open>
            <span class="slot-time">{move || time(&due)}{series.then(|| view! { <Glyph icon=crate::ui::icon::REFRESH_CW/> })}</span>
            " "
            <span class="slot-title"><Glyph icon=kind_icon(&kind)/>{title}</span>
            <span class="slot-end" aria-hidden="true"
                on:pointerdown=move |event| { event.stop_propagation(); grab.down(&event, &id(), true); }></span>
        </button>
    }
}

/// What was moved is drawn anew; the focus stays on it.
pub fn focus_again(id: &str) {
    use wasm_bindgen::JsCast;
    let selector = format!("[data-entry='{id}']");
    request_animation_frame(move || {
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Only fails for detached elements.
            let _ = found.focus();
        }
    });
}
