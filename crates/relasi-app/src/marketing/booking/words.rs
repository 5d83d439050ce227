//! Days and times as a page and its messages say them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use relasi_domain::locale::{self, Language};

use crate::commerce::day_words;

/// Keys of the days of a week, from Monday.
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// A text of booking pages.
pub fn said(language: Language, key: &str) -> &'static str {
    locale::text(language, &format!("booking_page.{key}")).unwrap_or_default()
}

/// `Mon`; in columns of a calendar.
pub fn weekday_short(number: usize, language: Language) -> &'static str {
    let key = DAYS.get(number).copied().unwrap_or_default();
    said(language, &format!("short_{key}"))
}

/// `Tuesday, 1 December 2026`.
pub fn day(day: NaiveDate, language: Language) -> String {
    let number = day.weekday().num_days_from_monday() as usize;
    let name = said(language, DAYS[number]);
    let mark = match language {
        Language::Th => " ",
        Language::En | Language::Id => ", ",
    };
    format!("{name}{mark}{}", day_words(day, language))
}

/// `December 2026`.
pub fn month(first: NaiveDate, language: Language) -> String {
    let whole = day_words(first, language);
    whole
        .split_once(' ')
        .map_or(whole.clone(), |(_, rest)| rest.to_owned())
}

/// `09:30`, `09.30` in Indonesian.
pub fn time(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let local = at.with_timezone(&zone);
    match language {
        Language::Id => local.format("%H.%M").to_string(),
        Language::En | Language::Th => local.format("%H:%M").to_string(),
    }
}

/// `Tuesday, 1 December 2026, 09:30–10:00 (Asia/Jakarta)`.
pub fn when((from, until): (DateTime<Utc>, DateTime<Utc>), zone: Tz, language: Language) -> String {
    let on = day(from.with_timezone(&zone).date_naive(), language);
    let (begin, end) = (time(from, zone, language), time(until, zone, language));
    format!("{on}, {begin}–{end} ({})", zone.name())
}
