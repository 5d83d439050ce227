//! Days and times as the browser's Intl writes them, in either era.

use std::sync::OnceLock;

use js_sys::{Array, Intl, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::format::{Options, format, object};
use super::{Day, Language, language};

/// How years are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Era {
    /// 2026.
    Gregorian,
    /// 2569.
    Buddhist,
}

impl Era {
    /// Both eras.
    pub const ALL: [Self; 2] = [Self::Gregorian, Self::Buddhist];

    /// What is added to a Gregorian year.
    pub const fn offset(self) -> i32 {
        match self {
            Self::Gregorian => 0,
            Self::Buddhist => 543,
        }
    }

    /// Name in storage and for Intl.
    pub const fn calendar(self) -> &'static str {
        match self {
            Self::Gregorian => "gregory",
            Self::Buddhist => "buddhist",
        }
    }
}

const ERA_STORED: &str = "relasi.era";

fn chosen_era() -> &'static ArcRwSignal<Option<Era>> {
    static ERA: OnceLock<ArcRwSignal<Option<Era>>> = OnceLock::new();
    ERA.get_or_init(|| {
        let stored = crate::storage::read(ERA_STORED);
        ArcRwSignal::new(
            Era::ALL
                .into_iter()
                .find(|era| stored.as_deref() == Some(era.calendar())),
        )
    })
}

/// The era in use: the person's choice, else Buddhist in Thai and Gregorian elsewhere. Tracked.
pub fn era() -> Era {
    let by_language = if language() == Language::Th {
        Era::Buddhist
    } else {
        Era::Gregorian
    };
    super::read(chosen_era()).unwrap_or(by_language)
}

/// The person's own choice of era; `None` follows the language. Tracked.
pub fn own_era() -> Option<Era> {
    super::read(chosen_era())
}

/// Sets the person's era and remembers it; `None` follows the language.
pub fn choose_era(era: Option<Era>) {
    match era {
        Some(era) => crate::storage::write(ERA_STORED, era.calendar()),
        None => crate::storage::remove(ERA_STORED),
    }
    chosen_era().set(era);
}

fn date_with(name: &str, day: Day, options: Options<'_>) -> String {
    let calendar = era().calendar();
    #[expect(
        clippy::cast_precision_loss,
        reason = "days of this millennium are small"
    )]
    let millis = JsValue::from_f64(day.number() as f64 * 86_400_000.0);
    format(&format!("{name} {calendar}"), &millis, |locales| {
        let options = object(options);
        for (key, value) in [("calendar", calendar), ("timeZone", "UTC")] {
            // As in `object`.
            let _ = Reflect::set(&options, &key.into(), &value.into());
        }
        Intl::DateTimeFormat::new(locales, &options).format()
    })
}

/// `Aug 9, 2026`, `9 Agu 2026`, `9 ส.ค. 2569`.
pub fn date_short(day: Day) -> String {
    date_with(
        "short",
        day,
        &[
            ("day", "numeric".into()),
            ("month", "short".into()),
            ("year", "numeric".into()),
        ],
    )
}

/// `Sunday, August 9, 2026`.
pub fn date_long(day: Day) -> String {
    date_with(
        "long",
        day,
        &[
            ("weekday", "long".into()),
            ("day", "numeric".into()),
            ("month", "long".into()),
            ("year", "numeric".into()),
        ],
    )
}

/// Heading of a day in a timeline: the relative word where there is one, else `Tue, Nov 24`.
pub fn day_title(day: Day) -> String {
    let distance = day.number() - today().number();
    if distance.abs() <= 1 {
        return relative_days(distance);
    }
    let mut options = vec![
        ("weekday", "short".into()),
        ("day", "numeric".into()),
        ("month", "short".into()),
    ];
    let name = if day.year == today().year {
        "title"
    } else {
        options.push(("year", "numeric".into()));
        "title year"
    };
    date_with(name, day, &options)
}

/// `August 2026`.
pub fn month_title(day: Day) -> String {
    date_with(
        "month",
        day,
        &[("month", "long".into()), ("year", "numeric".into())],
    )
}

/// `Mo` for 0 (Monday) to 6 (Sunday).
pub fn weekday_short(weekday: u32) -> String {
    // 2024-01-01 was a Monday.
    date_with(
        "weekday",
        Day {
            year: 2024,
            month: 1,
            day: 1 + weekday,
        },
        &[("weekday", "short".into())],
    )
}

/// `2:05 PM`, `14.05`, `14:05` in the browser's time zone. `instant` is RFC 3339.
pub fn time(instant: &str) -> String {
    time_at(js_sys::Date::parse(instant))
}

/// A time of day in the same form; `hour` 0 to 23, `minute` 0 to 59.
pub fn clock(hour: u32, minute: u32) -> String {
    let date = js_sys::Date::new_0();
    date.set_hours(hour);
    date.set_minutes(minute);
    time_at(date.get_time())
}

fn time_at(millis: f64) -> String {
    format("time", &JsValue::from_f64(millis), |locales| {
        let options = object(&[("hour", "numeric".into()), ("minute", "2-digit".into())]);
        Intl::DateTimeFormat::new(locales, &options).format()
    })
}

/// The day of an RFC 3339 instant in the browser's time zone.
pub fn local_day(instant: &str) -> Option<Day> {
    let date = js_sys::Date::new(&JsValue::from_str(instant));
    (!date.get_time().is_nan()).then(|| of_date(&date))
}

/// Today in the browser's time zone.
pub fn today() -> Day {
    of_date(&js_sys::Date::new_0())
}

fn of_date(date: &js_sys::Date) -> Day {
    let year = i32::try_from(date.get_full_year()).unwrap_or(1970);
    Day {
        year,
        month: date.get_month() + 1,
        day: date.get_date(),
    }
}

/// `tomorrow`, `in 3 days`, `2 hari yang lalu`.
#[expect(
    clippy::cast_precision_loss,
    reason = "distances shown to people are small"
)]
pub fn relative_days(days: i64) -> String {
    let locales = Array::of1(&JsValue::from_str(language().locale()));
    let formatter = Intl::RelativeTimeFormat::new(&locales, &object(&[("numeric", "auto".into())]));
    let text = String::from(formatter.format(days as f64, "day"));
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
