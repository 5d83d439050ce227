//! `/app/calendar`: what the person, or others, have to do and when, by day, week, month and team.

mod form;
mod grab;
mod grid;
mod lanes;
mod model;
mod month;
mod outlook;
mod place;
mod reminders;
mod repeat;
mod week;

use std::time::Duration;

use leptos::ev::resize;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use relasi_domain::interaction::activity::OBJECT;

use crate::api::{News, use_api, use_events};
use crate::frame::PageBar;
use crate::i18n::{date_long, date_short, k, month_title, today};
use crate::keys::{self, Scope};
use crate::records::labels;
use crate::records::people::use_people;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::feedback::{ErrorState, ProgressLine};
use crate::ui::icon;
use crate::ui::popover::Popover;
use crate::ui::tabs::{Segmented, Tab};
use form::EntryDialog;
use grid::HourGrid;
use model::{Calendar, DAY};
use month::{DayList, MonthGrid};
use place::{KINDS, Place, View, place_of};
pub use reminders::ReminderSettings;

/// The most columns of a team that nobody chose.
const TEAM: usize = 7;

/// Pixels from which hours have room beside each other.
const WIDE: f64 = 760.0;

/// The name of the time zone of the browser.
fn zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let options = format.resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()?
        .as_string()
}

fn is_wide() -> bool {
    let width = window().inner_width().ok();
    width
        .and_then(|width| width.as_f64())
        .is_none_or(|width| width >= WIDE)
}

/// The page.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let (address, navigate) = (use_query_map(), use_navigate());
    let place = Memo::new(move |_| {
        address.with(|all| {
            let of = |name: &str| all.get(name);
            let (view, day, who, kinds) = (of("view"), of("day"), of("who"), of("kinds"));
            place_of(
                view.as_deref(),
                day.as_deref(),
                who.as_deref(),
                kinds.as_deref(),
            )
        })
    });
    let people = use_people();
    let team = Memo::new(move |_| {
        let who = place.with(|place| place.who.clone());
        if who.is_empty() {
            let all = people.choices().into_iter().map(|choice| choice.value);
            return all.take(TEAM).collect();
        }
        who
    });
    let to = Callback::new(move |place: Place| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&place.path(), options);
    });
    let calendar = Calendar::new(place, team, to);
    Effect::new(move |_| {
        place.track();
        if place.with(|place| place.view == View::Team) {
            team.track();
        }
        calendar.load();
    });
    follow(calendar);
    let wide = RwSignal::new(is_wide());
    let listening = window_event_listener(resize, move |_| wide.set(is_wide()));
    on_cleanup(move || listening.remove());
    let add = move || {
        let day = place.with_untracked(|place| place.day);
        calendar.add(day.number() * DAY + 9 * 60, None);
    };
    keys::bind(Scope::Page, "C", k::calendar::NEW, add);
    let body = move || {
        if let Some(error) = calendar.fault.get() {
            return view! { <ErrorState text=error.text() error_id=error.id().unwrap_or_default() on_retry=move |()| calendar.load()/> }.into_any();
        }
        let view = place.with(|place| place.view);
        match view {
            View::Team if wide.get() => view! { <HourGrid calendar/> }.into_any(),
            _ if !wide.get() => view! { <DayList calendar/> }.into_any(),
            View::Month => view! { <MonthGrid calendar/> }.into_any(),
            _ => view! { <HourGrid calendar/> }.into_any(),
        }
    };
    let shape = Memo::new(move |_| (place.with(|place| place.view), wide.get()));
    view! {
        <PageBar title=k::place::CALENDAR>
            <Button label=k::calendar::NEW icon=icon::PLUS variant=Variant::Primary key_hint="C" on_press=move |()| add()/>
        </PageBar>
        <Bar calendar/>
        <div class="calendar">
            <ProgressLine busy=calendar.busy/>
            {move || calendar.cut.get().then(|| view! { <Banner text=k::views::TOO_MANY/> })}
            {move || { shape.track(); body() }}
        </div>
        <EntryDialog calendar/>
    }
}

/// What comes within this time is looked at together.
const PAUSE: Duration = Duration::from_millis(700);

/// Others plan as well: what they change is shown.
fn follow(calendar: Calendar) {
    let Some(events) = use_events() else { return };
    let waits = StoredValue::new(false);
    events.on(move |news| {
        let ours = match &news {
            News::Much => true,
            News::Told(told) => told.object == OBJECT.name,
        };
        let first =
            ours && waits.try_update_value(|waits| !std::mem::replace(waits, true)) == Some(true);
        if first {
            set_timeout(
                move || {
                    // The page may have been left.
                    if waits.try_update_value(|waits| *waits = false).is_some() {
                        calendar.load();
                    }
                },
                PAUSE,
            );
        }
    });
}

/// Which days, whose, and the way to others.
#[component]
fn Bar(calendar: Calendar) -> impl IntoView {
    let place = calendar.place;
    let step = move |by: i32| calendar.to.run(place.get_untracked().stepped(by));
    let now = move || {
        calendar.to.run(Place {
            day: today(),
            ..place.get_untracked()
        });
    };
    for (key, title, by) in [("[", k::views::EARLIER, -1), ("]", k::views::LATER, 1)] {
        keys::bind(Scope::Page, key, title, move || step(by));
    }
    let title = move || {
        let place = place.get();
        let (first, count) = place.days();
        match place.view {
            View::Month => month_title(place.day),
            View::Week => format!(
                "{} – {}",
                date_short(first),
                date_short(first.plus(count - 1))
            ),
            View::Day | View::Team => date_long(place.day),
        }
    };
    let views = Signal::derive(|| {
        View::ALL
            .map(|view| Tab::new(view.name(), view.label()))
            .to_vec()
    });
    let current = Signal::derive(move || place.with(|place| place.view.name().to_owned()));
    let choose = move |name: String| {
        calendar.to.run(Place {
            view: View::of(Some(&name)),
            ..place.get_untracked()
        });
    };
    view! {
        <div class="cal-bar">
            <IconButton label=k::views::EARLIER icon=icon::CHEVRON_LEFT size=Size::Small on_press=move |()| step(-1)/>
            <IconButton label=k::views::LATER icon=icon::CHEVRON_RIGHT size=Size::Small on_press=move |()| step(1)/>
            <Button label=k::common::TODAY size=Size::Small on_press=move |()| now()/>
            <h2 aria-live="polite">{title}</h2>
            <span class="spacer"></span>
            <Popover label=k::calendar::SHOWN icon=icon::USERS size=Size::Small>
                <Shown calendar/>
            </Popover>
            <Segmented label=k::views::SPAN items=views current on_choose=choose/>
        </div>
    }
}

/// Whose entries of which kinds.
#[component]
fn Shown(calendar: Calendar) -> impl IntoView {
    let (place, people) = (calendar.place, use_people());
    let me = use_api().user_id().unwrap_or_default();
    let who = move |id: String, name: String| {
        let (of, mine) = (id.clone(), id == me);
        let on =
            move || place.with(|place| place.who.contains(&of) || (place.who.is_empty() && mine));
        let me = me.clone();
        let toggle = move |_| {
            let mut place = place.get_untracked();
            if place.who.is_empty() {
                place.who.push(me.clone());
            }
            toggled(&mut place.who, &id);
            // One's own calendar needs no mention.
            if place.who == [me.clone()] {
                place.who.clear();
            }
            calendar.to.run(place);
        };
        view! { <label class="check-line"><input type="checkbox" prop:checked=on on:change=toggle/>{name}</label> }
    };
    let members = move || {
        let all = people.choices().into_iter();
        all.map(|choice| who(choice.value, choice.label))
            .collect_view()
    };
    let kind = move |kind: &'static str| {
        let on = move || {
            place.with(|place| place.kinds.is_empty() || place.kinds.iter().any(|one| one == kind))
        };
        let toggle = move |_| {
            let mut place = place.get_untracked();
            if place.kinds.is_empty() {
                place.kinds = KINDS.map(str::to_owned).to_vec();
            }
            toggled(&mut place.kinds, kind);
            if place.kinds.len() == KINDS.len() {
                place.kinds.clear();
            }
            calendar.to.run(place);
        };
        view! {
            <label class="check-line"><input type="checkbox" prop:checked=on on:change=toggle/>{move || labels::choice(&OBJECT, "kind", kind)}</label>
        }
    };
    view! {
        <div class="cal-shown">
            <fieldset><legend>{k::calendar::KINDS}</legend>{KINDS.map(kind)}</fieldset>
            <fieldset><legend>{k::calendar::WHOSE}</legend>{members}</fieldset>
        </div>
    }
}

fn toggled(all: &mut Vec<String>, one: &str) {
    match all.iter().position(|other| other == one) {
        Some(at) => _ = all.remove(at),
        None => all.push(one.to_owned()),
    }
}
