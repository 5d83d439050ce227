//! Records on the days of a month or a week.

use std::collections::BTreeMap;

use leptos::ev::DragEvent;
use leptos::prelude::*;
use relasi_domain::field::{Field, Kind};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::days::{stepped, visible, walked};
use super::moving::{MoveDialog, day_of, moves, on_day, place};
use crate::i18n::{Day, date_long, day_title, k, month_title, number, time, today, weekday_short};
use crate::records::list::{Hands, usual_by};
use crate::records::{Record, instant, labels};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::feedback::ProgressLine;
use crate::ui::icon;
use crate::ui::tabs::{Segmented, Tab};
use relasi_domain::platform::saved_view::OBJECT as VIEW;

/// The most records on the days shown; further ones are left out, and it is said.
const MOST: usize = 1_000;
/// The most records written on a day of the month.
const ON_A_DAY: usize = 3;

#[derive(Clone, Copy)]
struct Model {
    hands: Hands,
    field: &'static Field,
    /// The day with the focus; its month or week is shown.
    day: RwSignal<Day>,
    by_day: Memo<BTreeMap<i64, Vec<Record>>>,
    dragged: RwSignal<Option<String>>,
    moving: RwSignal<Option<String>>,
}

impl Model {
    fn is_week(self) -> bool {
        self.hands
            .state()
            .arrangement
            .with(|now| now.span == "week")
    }

    fn records(self, day: Day) -> Vec<Record> {
        self.by_day
            .with(|all| all.get(&day.number()).cloned().unwrap_or_default())
    }

    fn title(self, record: &Record) -> String {
        record.title(self.hands.state().spec.object)
    }

    /// The time of day of a record, where the field has one; tracked.
    fn clock(self, record: &Record) -> Option<String> {
        let at = record.text(&self.field.name)?;
        (self.field.kind == Kind::Instant).then(|| time(at))
    }

    /// The filter that takes what is on the days from one until before another.
    fn condition(self, first: Day, end: Day) -> String {
        let name = &self.field.name;
        let edge = |day: Day| match self.field.kind {
            Kind::Date => day.iso(),
            _ => instant::of_local(day, "00:00"),
        };
        format!("{name} >= {} and {name} < {}", edge(first), edge(end))
    }

    fn go(self, day: Day) {
        self.day.set(day);
        request_animation_frame(move || focus(&format!("[data-day='{}']", day.iso())));
    }

    fn add(self) {
        let value = on_day(self.field, None, self.day.get_untracked());
        self.hands
            .state()
            .given
            .update(|given| _ = given.insert(self.field.name.to_string(), value));
        self.hands.creating().set(true);
    }
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // Only fails for detached elements.
        let _ = found.focus();
    }
}

/// The calendar of a list.
#[component]
pub fn Calendar(hands: Hands) -> impl IntoView {
    let state = hands.state();
    let object = state.spec.object;
    let named = state.arrangement.with_untracked(|now| now.by.clone());
    let field = object
        .field(&named)
        .or_else(|| usual_by(object, "calendar"));
    field.map(|field| view! { <Days hands field/> })
}

#[component]
fn Days(hands: Hands, field: &'static Field) -> impl IntoView {
    let rows = hands.rows();
    let by_day = Memo::new(move |_| {
        let mut days: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
        rows.list.with(|list| {
            for record in list {
                if let Some(day) = day_of(field, record) {
                    days.entry(day.number()).or_default().push(record.clone());
                }
            }
        });
        for records in days.values_mut() {
            records.sort_by(|a, b| a.text(&field.name).cmp(&b.text(&field.name)));
        }
        days
    });
    let model = Model {
        hands,
        field,
        day: RwSignal::new(today()),
        by_day,
        dragged: RwSignal::new(None),
        moving: RwSignal::new(None),
    };
    let shown = Memo::new(move |_| visible(model.day.get(), model.is_week()));
    Effect::new(move |_| {
        let (first, count) = shown.get();
        hands
            .state()
            .within
            .set(model.condition(first, first.plus(count)));
    });
    let within = hands.state().within;
    on_cleanup(move || _ = within.try_set(String::new()));
    Effect::new(move |_| {
        let few = rows.list.with(|list| list.len() < MOST);
        if few && rows.has_more() && !rows.busy.get() {
            rows.more();
        }
    });
    let cut = move || {
        (rows.has_more() && rows.list.with(|list| list.len() >= MOST)).then(|| {
            view! { <Banner text=k::views::TOO_MANY/> }
        })
    };
    view! {
        <div class="cal">
            <Bar model shown/>
            <ProgressLine busy=rows.busy/>
            {cut}
            <div class="cal-body">
                <Grid model shown/>
                <OfDay model/>
            </div>
        </div>
        <MoveDialog hands field moving=model.moving/>
    }
}

/// Which month or week, and the way to others.
#[component]
fn Bar(model: Model, shown: Memo<(Day, i64)>) -> impl IntoView {
    let state = model.hands.state();
    let title = move || {
        if model.is_week() {
            let (first, count) = shown.get();
            format!(
                "{} – {}",
                day_title(first),
                day_title(first.plus(count - 1))
            )
        } else {
            month_title(model.day.get())
        }
    };
    let step = move |by: i32| {
        let week = model.is_week();
        model.day.update(|day| *day = stepped(*day, week, by));
    };
    let spans = Signal::derive(|| {
        ["month", "week"]
            .map(|span| Tab::new(span, labels::choice(&VIEW, "span", span)))
            .to_vec()
    });
    let current = Signal::derive(move || if model.is_week() { "week" } else { "month" }.to_owned());
    let choose = move |span: String| {
        state
            .arrangement
            .update(|now| now.span = if span == "week" { span } else { String::new() });
    };
    let by = move || labels::field(state.spec.object, &model.field.name);
    view! {
        <div class="cal-bar">
            <IconButton label=k::views::EARLIER icon=icon::CHEVRON_LEFT size=Size::Small on_press=move |()| step(-1)/>
            <IconButton label=k::views::LATER icon=icon::CHEVRON_RIGHT size=Size::Small on_press=move |()| step(1)/>
            <Button label=k::common::TODAY size=Size::Small on_press=move |()| model.day.set(today())/>
            <h2 aria-live="polite">{title}</h2>
            <span class="hint">{by}</span>
            <span class="spacer"></span>
            <Segmented label=k::views::SPAN items=spans current on_choose=choose/>
        </div>
    }
}

#[component]
fn Grid(model: Model, shown: Memo<(Day, i64)>) -> impl IntoView {
    let keydown = move |event: KeyboardEvent| {
        let day = model.day.get_untracked();
        if let Some(to) = walked(day, &event.key()) {
            event.prevent_default();
            event.stop_propagation();
            model.go(to);
        } else if event.key() == "Enter" {
            event.prevent_default();
            focus(".cal-list button");
        }
    };
    let heads = move || {
        (0..7)
            .map(|d| view! { <div role="columnheader" class="cal-head">{weekday_short(d)}</div> })
            .collect_view()
    };
    let weeks = move || {
        let (first, count) = shown.get();
        (0..count / 7)
            .map(|week| {
                let days = (0..7)
                    .map(|d| view! { <Cell model day=first.plus(week * 7 + d)/> })
                    .collect_view();
                view! { <div role="row" class="cal-week">{days}</div> }
            })
            .collect_view()
    };
    view! {
        <div role="grid" class="cal-grid" class:one-week=move || model.is_week() aria-label=k::views::DAYS on:keydown=keydown>
            <div role="row" class="cal-heads">{heads}</div>
            {weeks}
        </div>
    }
}

/// A day with its first records.
#[component]
fn Cell(model: Model, day: Day) -> impl IntoView {
    let over = RwSignal::new(false);
    let records = Memo::new(move |_| model.records(day));
    let label = move || {
        let count = records.with(|all| i64::try_from(all.len()).unwrap_or(i64::MAX));
        format!("{}, {}", date_long(day), k::views::records(count))
    };
    let most = move || {
        if model.is_week() {
            usize::MAX
        } else {
            ON_A_DAY
        }
    };
    let events = move || {
        let shown = records.get().into_iter().take(most());
        shown
            .map(|record| view! { <Event model record/> })
            .collect_view()
    };
    let rest = move || {
        let rest = records.with(|all| all.len().saturating_sub(most()));
        (rest > 0).then(|| k::views::more(i64::try_from(rest).unwrap_or(i64::MAX)))
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(id) = model.dragged.get_untracked() {
            model.dragged.set(None);
            place(model.hands, model.field, &id, day);
        }
    };
    view! {
        <div role="gridcell" class="cal-day" data-day=day.iso()
            class:today=move || day == today() class:target=over
            class:other=move || !model.is_week() && day.month != model.day.get().month
            aria-selected=move || if model.day.get() == day { "true" } else { "false" }
            aria-current=move || (day == today()).then_some("date")
            tabindex=move || if model.day.get() == day { "0" } else { "-1" }
            on:click=move |_| model.day.set(day)
            on:dragover=move |event: DragEvent| if model.dragged.with_untracked(Option::is_some) { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=drop>
            <span class="hidden-visually">{label}</span>
            <span class="cal-number" aria-hidden="true">{number(i64::from(day.day))}</span>
            <div class="cal-events">{events}</div>
            <span class="cal-rest">{rest}</span>
            <span class="cal-count" aria-hidden="true">{move || records.with(|all| (!all.is_empty()).then(|| number(i64::try_from(all.len()).unwrap_or(i64::MAX))))}</span>
        </div>
    }
}

/// A record on its day. Keys reach it in the list of the day.
#[component]
fn Event(model: Model, record: Record) -> impl IntoView {
    let id = StoredValue::new(record.id().to_owned());
    let clock = model.clock(&record);
    let start = move |event: DragEvent| {
        model.dragged.set(Some(id.get_value()));
        if let Some(data) = event.data_transfer() {
            // Some browsers drag nothing without data.
            let _ = data.set_data("text/plain", &id.get_value());
        }
    };
    let draggable = if moves(model.field) { "true" } else { "false" };
    view! {
        <button type="button" class="cal-event" tabindex="-1" draggable=draggable
            on:dragstart=start on:dragend=move |_| model.dragged.set(None)
            on:click=move |_| model.hands.peek().run(id.get_value())>
            {clock.map(|clock| view! { <span class="cal-clock">{clock}</span> })}
            {model.title(&record)}
        </button>
    }
}

/// The records of the day with the focus, and a new one on it.
#[component]
fn OfDay(model: Model) -> impl IntoView {
    let records = Memo::new(move |_| model.records(model.day.get()));
    let line = move |record: Record| {
        let id = StoredValue::new(record.id().to_owned());
        let (name, clock) = (model.title(&record), model.clock(&record));
        let about = name.clone();
        let ask = move || model.moving.set(Some(id.get_value()));
        let keydown = move |event: KeyboardEvent| {
            if crate::keys::pressed(&event) == "M" && moves(model.field) {
                event.prevent_default();
                event.stop_propagation();
                ask();
            }
        };
        view! {
            <li class="cal-line" on:keydown=keydown>
                <button type="button" class="cal-open" on:click=move |_| model.hands.open().run(id.get_value())>
                    {clock.map(|clock| view! { <span class="cal-clock">{clock}</span> })}
                    <span>{name}</span>
                </button>
                {moves(model.field).then(|| view! {
                    <IconButton label=move || k::views::move_named(&about) icon=icon::CALENDAR_DAYS size=Size::Small key_hint="M" on_press=move |()| ask()/>
                })}
            </li>
        }
    };
    let list = move || {
        let all = records.get();
        if all.is_empty() {
            return view! { <p class="hint">{k::views::NOTHING}</p> }.into_any();
        }
        view! { <ul>{all.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    let adds = moves(model.field);
    view! {
        <section class="cal-list" aria-label=move || date_long(model.day.get())>
            <h2>{move || date_long(model.day.get())}</h2>
            {list}
            {adds.then(|| view! { <Button label=model.hands.state().spec.new icon=icon::PLUS size=Size::Small variant=Variant::Quiet on_press=move |()| model.add()/> })}
        </section>
    }
}
