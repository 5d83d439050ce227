//! Weeks as people count them.

use js_sys::{Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::i18n::{Day, days_in_month, language};

/// The first day of the week where the person is: 0 for Monday to 6 for Sunday. Browsers that do not know begin with
/// Monday.
pub fn first_weekday() -> u32 {
    let tag = language().tag();
    let own = window().navigator().language();
    let tag = own
        .filter(|own| own.split('-').next() == Some(tag) && own.contains('-'))
        .unwrap_or_else(|| language().locale().to_owned());
    let day = first_of(&tag).unwrap_or(1.0);
    // Intl counts from 1 for Monday to 7 for Sunday.
    let known = (1..=7_u32).find(|number| (f64::from(*number) - day).abs() < 0.5);
    known.map_or(0, |number| number - 1)
}

fn first_of(tag: &str) -> Option<f64> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"Locale".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let locale = Reflect::construct(&class, &js_sys::Array::of1(&JsValue::from_str(tag))).ok()?;
    let weeks = match Reflect::get(&locale, &"getWeekInfo".into())
        .ok()?
        .dyn_into::<Function>()
    {
        Ok(get) => get.call0(&locale).ok()?,
        Err(_) => Reflect::get(&locale, &"weekInfo".into()).ok()?,
    };
    let weeks: Object = weeks.dyn_into().ok()?;
    let first = Reflect::get(&weeks, &JsValue::from_str("firstDay")).ok()?;
    first.as_f64()
}

/// The first day of the week of a day.
pub fn week_of(day: Day, first: u32) -> Day {
    day.plus(-i64::from((day.weekday() + 7 - first) % 7))
}

/// The whole weeks that show the month of a day: the first day and how many follow.
pub fn month_of(day: Day, first: u32) -> (Day, i64) {
    let start = week_of(Day { day: 1, ..day }, first);
    let last = Day {
        day: days_in_month(day.year, day.month),
        ..day
    };
    let days = last.number() - start.number() + 1;
    (start, (days + 6) / 7 * 7)
}

/// The number of a week by ISO 8601: that of its Thursday.
pub fn week_number(start: Day) -> i64 {
    let thursday = start.plus(i64::from((3 + 7 - start.weekday()) % 7));
    let new_year = Day {
        year: thursday.year,
        month: 1,
        day: 1,
    };
    (thursday.number() - new_year.number()) / 7 + 1
}

#[cfg(test)]
mod tests {
    use super::{month_of, week_number, week_of};
    use crate::i18n::Day;

    fn day(text: &str) -> Day {
        Day::parse_iso(text).unwrap()
    }

    #[test]
    fn weeks_begin_where_people_begin_them() {
        assert_eq!(week_of(day("2026-11-30"), 0), day("2026-11-30"));
        assert_eq!(week_of(day("2026-11-30"), 6), day("2026-11-29"));
        assert_eq!(week_of(day("2026-11-29"), 0), day("2026-11-23"));
        assert_eq!(month_of(day("2026-11-15"), 0), (day("2026-10-26"), 42));
        assert_eq!(month_of(day("2026-11-15"), 6), (day("2026-11-01"), 35));
    }

    #[test]
    fn weeks_have_the_number_of_their_thursday() {
        for (start, number) in [
            ("2026-11-30", 49),
            ("2026-11-29", 49),
            ("2026-12-28", 53),
            ("2027-01-04", 1),
            ("2025-12-29", 1),
            ("2026-01-05", 2),
        ] {
            assert_eq!(week_number(day(start)), number, "{start}");
        }
    }
}
