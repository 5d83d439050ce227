//! Dates as people write them in files: `2026-08-09`, `9/8/69`, `9 ส.ค. 2569`, `12 Agustus 2026`, `Aug 9, 2026`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use super::month::{is_filler, month};
use crate::text::search_text;

/// Which number comes first in dates such as `9/8/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Day, month, year: Indonesia, Thailand, most of the world.
    Dmy,
    /// Month, day, year: United States.
    Mdy,
    /// Year, month, day.
    Ymd,
}

/// Years from here on count from the Buddha's passing.
const FIRST_BUDDHIST_YEAR: i32 = 2400;
/// How far the Buddhist count is ahead.
const BUDDHIST_ERA: i32 = 543;

/// Reads a date; a time behind it is passed over.
///
/// A year in front or a month's name overrule `order`. Years of two digits lie between 1969 and 2068, beside
/// a Thai month between 2500 and 2599 of the Buddhist era; years from 2400 are Buddhist.
pub fn parse_date(text: &str, order: DateOrder) -> Option<NaiveDate> {
    parse_date_time(text, order).map(|time| time.date())
}

/// Reads a date with or without a time of day (`14:30`, `9.05`, `2:30 pm`, `10:00:00`); midnight without.
///
/// Text by RFC 3339 gives the wall-clock time it shows.
pub fn parse_date_time(text: &str, order: DateOrder) -> Option<NaiveDateTime> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text.trim()) {
        return Some(instant.naive_local());
    }
    let written = search_text(text);
    let (day, time) = split_time(&written);
    Some(day_of(day, order)?.and_time(time?))
}

/// Cuts a time of day off the end; the time is none when it is not one.
fn split_time(text: &str) -> (&str, Option<NaiveTime>) {
    let whole = (text, Some(NaiveTime::MIN));
    let noon = [(" pm", 12), (" am", 0), ("pm", 12), ("am", 0)];
    let (rest, half) = noon
        .iter()
        .find_map(|(word, hours)| text.strip_suffix(word).map(|rest| (rest, Some(*hours))))
        .unwrap_or((text.trim_end_matches(" น."), None));
    let Some((day, clock)) = rest.rsplit_once([' ', 't']) else {
        return whole;
    };
    // `9.05` is a time, `12.08.2026` a date, `2026` a year.
    let parts: Vec<&str> = clock.split([':', '.']).collect();
    let clock_like =
        clock.contains(':') || (parts.len() == 2 && parts[0].len() <= 2 && parts[1].len() == 2);
    if !clock_like && half.is_none() {
        return whole;
    }
    (day, time_of(&parts, half))
}

fn time_of(parts: &[&str], half: Option<u32>) -> Option<NaiveTime> {
    let number = |at: usize| {
        parts
            .get(at)
            .map_or(Some(0), |part| part.parse::<u32>().ok())
    };
    let hour = number(0)?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(from) => hour % 12 + from,
        None => hour,
    };
    // A fourth part is a fraction of the second.
    NaiveTime::from_hms_opt(hour, number(1)?, number(2)?).filter(|_| parts.len() <= 4)
}

/// The parts of a written date.
#[derive(Default)]
struct Parts {
    /// Value and number of digits.
    numbers: Vec<(u32, usize)>,
    month: Option<u32>,
    thai: bool,
}

fn day_of(text: &str, order: DateOrder) -> Option<NaiveDate> {
    let Parts {
        numbers,
        month,
        thai,
    } = parts(text)?;
    let (year, month, day) = match (numbers.as_slice(), month) {
        ([first, second], Some(month)) if first.1 == 4 => (*first, month, second.0),
        ([first, second], Some(month)) => (*second, month, first.0),
        ([(packed, 8)], None) => ((packed / 10_000, 4), packed / 100 % 100, packed % 100),
        ([a, b, c], None) if a.1 == 4 => (*a, b.0, c.0),
        ([a, b, c], None) => match order {
            DateOrder::Dmy => (*c, b.0, a.0),
            DateOrder::Mdy => (*c, a.0, b.0),
            DateOrder::Ymd => (*a, b.0, c.0),
        },
        _ => return None,
    };
    NaiveDate::from_ymd_opt(full_year(year, thai)?, month, day)
}

fn full_year((year, digits): (u32, usize), thai: bool) -> Option<i32> {
    let year = i32::try_from(year).ok()?;
    match digits {
        2 if thai => Some(year + 2500 - BUDDHIST_ERA),
        2 => Some(if year < 69 { year + 2000 } else { year + 1900 }),
        4 if year >= FIRST_BUDDHIST_YEAR => Some(year - BUDDHIST_ERA),
        4 if year >= 1000 => Some(year),
        _ => None,
    }
}

/// Numbers and words of a date; none when a word is neither a month nor one that dates are written with.
fn parts(text: &str) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| {
            if first.is_ascii_digit() {
                c.is_ascii_digit()
            } else {
                is_letter(c) || c == '.'
            }
        };
        if first.is_ascii_digit() || is_letter(first) {
            let end = rest.find(|c: char| !same(c)).unwrap_or(rest.len());
            let (token, after) = rest.split_at(end);
            rest = after;
            take(&mut parts, token)?;
        } else if matches!(first, ' ' | '/' | '-' | '.' | ',' | '\'' | '’') {
            rest = &rest[first.len_utf8()..];
        } else {
            return None;
        }
    }
    Some(parts)
}

fn take(parts: &mut Parts, token: &str) -> Option<()> {
    if token.starts_with(|c: char| c.is_ascii_digit()) {
        parts.numbers.push((token.parse().ok()?, token.len()));
        return Some(());
    }
    let word = token.replace('.', "");
    if let Some(month) = month(&word).filter(|_| parts.month.is_none()) {
        parts.month = Some(month);
        parts.thai = !word.is_ascii();
        return Some(());
    }
    is_filler(&word).then_some(())
}

/// Latin letters, and everything Thai: its vowel and tone signs are part of words.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{0e01}'..='\u{0e4e}').contains(&c)
}

/// The order that a column's values show; none when each of them could be read in either way.
pub fn detect_date_order<'a>(samples: impl IntoIterator<Item = &'a str>) -> Option<DateOrder> {
    let mut votes = [
        (DateOrder::Dmy, 0),
        (DateOrder::Mdy, 0),
        (DateOrder::Ymd, 0),
    ];
    for sample in samples {
        let written = search_text(sample);
        let Some(Parts {
            numbers,
            month: None,
            ..
        }) = parts(split_time(&written).0)
        else {
            continue;
        };
        let [(a, digits), (b, _), _] = numbers[..] else {
            continue;
        };
        let at = match (a, b) {
            _ if digits == 4 => 2,
            (13..=31, 1..=12) => 0,
            (1..=12, 13..=31) => 1,
            (32.., _) => 2,
            _ => continue,
        };
        votes[at].1 += 1;
    }
    // On a draw the first wins, which is the commoner order.
    let best = votes.iter().rev().max_by_key(|(_, count)| *count)?;
    (best.1 > 0).then_some(best.0)
}
