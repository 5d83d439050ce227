//! Putting notifications off: until later today, tomorrow morning, next week.

use js_sys::Date;
use leptos::prelude::*;

use crate::i18n::{Day, day_title, k, local_day, time, today};
use crate::records::instant;
use crate::ui::button::{Size, Variant};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};

const HOURS_LATER: f64 = 3.0;
const HOUR_MS: f64 = 3_600_000.0;
/// When a day at work begins.
const MORNING: &str = "08:00";

/// In three hours, at a quarter of an hour.
fn later() -> String {
    let quarter = HOUR_MS / 4.0;
    let at = ((Date::now() + HOURS_LATER * HOUR_MS) / quarter).ceil() * quarter;
    Date::new(&at.into()).to_iso_string().into()
}

/// The Monday after a day.
fn next_monday(day: Day) -> Day {
    // Weekdays count from Monday.
    day.plus(7 - i64::from(day.weekday()))
}

/// The points in time that are offered, with their names.
fn offered() -> [(String, String); 3] {
    let now = today();
    let shown = |at: &str| {
        local_day(at).map_or_else(String::new, |day| {
            format!("{} {}", day_title(day), time(at))
        })
    };
    let later = later();
    let tomorrow = instant::of_local(now.plus(1), MORNING);
    let monday = instant::of_local(next_monday(now), MORNING);
    [
        (k::notifications::later(&shown(&later)), later.clone()),
        (
            k::notifications::tomorrow(&time(&tomorrow)),
            tomorrow.clone(),
        ),
        (k::notifications::next_week(&shown(&monday)), monday.clone()),
    ]
}

/// Until when, in a menu; what is put off can be brought back.
#[component]
pub fn SnoozeMenu(
    /// Which notifications.
    ids: Vec<String>,
    /// Until when they are put off now.
    snoozed: Option<String>,
    /// Takes the choice; `None` brings them back.
    on_choose: Callback<(Vec<String>, Option<String>)>,
) -> impl IntoView {
    let ids = StoredValue::new(ids);
    let items = Signal::derive(move || {
        let item = |(label, until): (String, String)| {
            MenuItem::new(label, move || {
                on_choose.run((ids.get_value(), Some(until.clone())));
            })
        };
        let mut all: Vec<MenuItem> = offered().map(item).into();
        if snoozed.is_some() {
            let back = move || on_choose.run((ids.get_value(), None));
            all.insert(0, MenuItem::new(k::notifications::BACK_NOW, back));
        }
        all
    });
    view! {
        <span class="news-later">
            <Menu label=k::notifications::SNOOZE items icon=icon::ALARM_CLOCK icon_only=true variant=Variant::Quiet size=Size::Small/>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::next_monday;
    use crate::i18n::Day;

    #[test]
    fn next_week_begins_on_monday() {
        let monday_after = |day: &str| next_monday(Day::parse_iso(day).unwrap()).iso();
        assert_eq!(monday_after("2026-11-29"), "2026-11-30", "a Sunday");
        assert_eq!(monday_after("2026-11-30"), "2026-12-07", "a Monday");
        assert_eq!(monday_after("2026-12-04"), "2026-12-07", "a Friday");
    }
}
