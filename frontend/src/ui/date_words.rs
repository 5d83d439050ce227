//! Reads days as people type them in English, Indonesian and Thai.
//!
//! "besok", "พรุ่งนี้", "fri 10", "9/8/69", "9 ส.ค. 2569", "+3", "2026-08-09". Day comes before month.
//! A year from 2400 on is Buddhist; two digits follow the era shown. Weekdays mean the next such day after today.

use crate::i18n::{Day, Era};

const TODAY: [&str; 6] = ["today", "hari ini", "วันนี้", "now", "sekarang", "tod"];
const TOMORROW: [&str; 5] = ["tomorrow", "besok", "พรุ่งนี้", "tmr", "tom"];
const AFTER_TOMORROW: [&str; 4] = ["day after tomorrow", "lusa", "มะรืนนี้", "มะรืน"];
const YESTERDAY: [&str; 3] = ["yesterday", "kemarin", "เมื่อวาน"];
const NEXT_WEEK: [&str; 5] = [
    "next week",
    "minggu depan",
    "สัปดาห์หน้า",
    "อาทิตย์หน้า",
    "pekan depan",
];
const NEXT_MONTH: [&str; 3] = ["next month", "bulan depan", "เดือนหน้า"];

/// Monday first. Any prefix of three Latin letters or more, and any Thai form, names the day.
const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "senin", "จันทร์", "จ"],
    &["tuesday", "selasa", "อังคาร", "อ"],
    &["wednesday", "rabu", "พุธ", "พ"],
    &["thursday", "kamis", "พฤหัสบดี", "พฤหัส", "พฤ"],
    &["friday", "jumat", "jum'at", "ศุกร์", "ศ"],
    &["saturday", "sabtu", "เสาร์", "ส"],
    &["sunday", "minggu", "อาทิตย์", "อา"],
];

const MONTHS: [&[&str]; 12] = [
    &["january", "januari", "มกราคม", "มค"],
    &["february", "februari", "pebruari", "กุมภาพันธ์", "กพ"],
    &["march", "maret", "มีนาคม", "มีค"],
    &["april", "เมษายน", "เมย"],
    &["may", "mei", "พฤษภาคม", "พค"],
    &["june", "juni", "มิถุนายน", "มิย"],
    &["july", "juli", "กรกฎาคม", "กค"],
    &["august", "agustus", "agt", "สิงหาคม", "สค"],
    &["september", "กันยายน", "กย"],
    &["october", "oktober", "ตุลาคม", "ตค"],
    &["november", "nopember", "พฤศจิกายน", "พย"],
    &["december", "desember", "ธันวาคม", "ธค"],
];

/// The day that `text` means, or `None` when it means none. `era` decides two-digit years.
pub fn parse(text: &str, today: Day, era: Era) -> Option<Day> {
    let text = western_digits(text).to_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is = |words: &[&str]| words.contains(&text.as_str());
    if let Some(day) = Day::parse_iso(&text).filter(|_| text.len() == 10) {
        return Day::new(gregorian(day.year, 4, era), day.month, day.day);
    }
    if is(&TODAY) {
        return Some(today);
    }
    if is(&AFTER_TOMORROW) {
        return Some(today.plus(2));
    }
    if is(&TOMORROW) {
        return Some(today.plus(1));
    }
    if is(&YESTERDAY) {
        return Some(today.plus(-1));
    }
    if is(&NEXT_WEEK) {
        return Some(today.plus(7));
    }
    if is(&NEXT_MONTH) {
        return Some(today.plus_months(1));
    }
    if let Some(days) = text.strip_prefix('+') {
        let days: i64 = days.trim_end_matches(['d', 'h', ' ']).parse().ok()?;
        return (days <= 36_500).then(|| today.plus(days));
    }
    from_parts(&text, today, era)
}

/// Thai digits become western ones.
pub fn western_digits(text: &str) -> String {
    text.chars()
        .map(|c| {
            if ('๐'..='๙').contains(&c) {
                char::from_digit(u32::from(c) - u32::from('๐'), 10).unwrap_or(c)
            } else {
                c
            }
        })
        .collect()
}

#[derive(Default)]
struct Parts {
    weekday: Option<u32>,
    month: Option<u32>,
    /// Value and number of digits typed.
    numbers: Vec<(u32, usize)>,
}

fn from_parts(text: &str, today: Day, era: Era) -> Option<Day> {
    let mut parts = Parts::default();
    // "ส.ค." and "Jum." carry dots inside a word; between digits a dot parts them.
    for word in text.split([' ', '/', '-', ',']).flat_map(number_runs) {
        let word = word.replace('.', "");
        if word.is_empty() || word == "วัน" {
            continue;
        }
        if let Ok(number) = word.parse::<u32>() {
            parts.numbers.push((number, word.len()));
        } else if let Some(month) = position(&MONTHS, &word) {
            parts.month = Some(month + 1);
        } else {
            parts.weekday = Some(position(
                &WEEKDAYS,
                word.strip_prefix("วัน").unwrap_or(&word),
            )?);
        }
    }
    assemble(&parts, today, era)
}

/// `9.8.69` is three numbers, `ส.ค.` one word.
fn number_runs(word: &str) -> Vec<&str> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        word.split('.').collect()
    } else {
        vec![word]
    }
}

fn position(names: &[&[&str]], word: &str) -> Option<u32> {
    let latin = word.is_ascii();
    let fits = |name: &&str| *name == word || (latin && word.len() >= 3 && name.starts_with(word));
    let at = names.iter().position(|forms| forms.iter().any(&fits))?;
    u32::try_from(at).ok()
}

fn assemble(parts: &Parts, today: Day, era: Era) -> Option<Day> {
    match (parts.month, parts.weekday, &parts.numbers[..]) {
        (None, Some(weekday), []) => Some(next_weekday(today, weekday)),
        // "fri 10": the 10th, if it is a Friday soon; else the 10 is an hour and Friday the day.
        (None, Some(weekday), [(number, _)]) => (0..3)
            .filter_map(|months| on_day_of(today, months, *number))
            .find(|d| *d >= today && d.weekday() == weekday)
            .or_else(|| (*number <= 24).then(|| next_weekday(today, weekday))),
        // A day of the month: this month while it lies ahead, else the next.
        (None, None, [(day, _)]) => (0..3)
            .filter_map(|months| on_day_of(today, months, *day))
            .find(|d| *d >= today),
        (None, _, [(day, _), (month, _)]) => coming(today, *month, *day),
        (None, _, [(day, _), (month, _), (year, digits)]) => Day::new(
            gregorian(i32::try_from(*year).ok()?, *digits, era),
            *month,
            *day,
        ),
        (Some(month), _, [(day, _)]) => coming(today, month, *day),
        (Some(month), _, [(a, a_digits), (b, b_digits)]) => {
            let (day, year, digits) = if *a_digits == 4 {
                (b, a, a_digits)
            } else {
                (a, b, b_digits)
            };
            Day::new(
                gregorian(i32::try_from(*year).ok()?, *digits, era),
                month,
                *day,
            )
        }
        _ => None,
    }
}

/// Whether a word (lower case) names a month.
pub fn is_month(word: &str) -> bool {
    position(&MONTHS, &word.replace('.', "")).is_some()
}

fn next_weekday(today: Day, weekday: u32) -> Day {
    let ahead = (i64::from(weekday) - i64::from(today.weekday())).rem_euclid(7);
    today.plus(if ahead == 0 { 7 } else { ahead })
}

fn on_day_of(today: Day, months: i32, day: u32) -> Option<Day> {
    let month = Day { day: 1, ..today }.plus_months(months);
    Day::new(month.year, month.month, day)
}

/// Day and month without a year: this year while it lies less than half a year back, else the next.
fn coming(today: Day, month: u32, day: u32) -> Option<Day> {
    let this = Day::new(today.year, month, day);
    match this {
        Some(this) if today.number() - this.number() <= 180 => Some(this),
        _ => Day::new(today.year + 1, month, day).or(this),
    }
}

fn gregorian(year: i32, digits: usize, era: Era) -> i32 {
    match (year, digits, era) {
        (2400.., _, _) => year - Era::Buddhist.offset(),
        (_, 1 | 2, Era::Buddhist) => 2500 + year - Era::Buddhist.offset(),
        (_, 1 | 2, Era::Gregorian) => 2000 + year,
        _ => year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday.
    const TODAY: Day = Day {
        year: 2026,
        month: 11,
        day: 22,
    };

    fn read(text: &str, era: Era) -> String {
        parse(text, TODAY, era).map_or_else(|| "none".to_owned(), Day::iso)
    }

    #[test]
    fn reads_words_of_three_languages() {
        for (text, day) in [
            ("besok", "2026-11-23"),
            ("พรุ่งนี้", "2026-11-23"),
            ("Tomorrow", "2026-11-23"),
            ("hari  ini", "2026-11-22"),
            ("lusa", "2026-11-24"),
            ("มะรืนนี้", "2026-11-24"),
            ("minggu depan", "2026-11-29"),
            ("เดือนหน้า", "2026-12-22"),
            ("+3", "2026-11-25"),
        ] {
            assert_eq!(read(text, Era::Gregorian), day, "{text}");
        }
    }

    #[test]
    fn reads_weekdays_as_the_next_such_day() {
        for (text, day) in [
            ("fri", "2026-11-27"),
            ("Jumat", "2026-11-27"),
            ("วันศุกร์", "2026-11-27"),
            ("minggu", "2026-11-29"),
            ("fri 10", "2026-11-27"),
            ("thu 10", "2026-12-10"),
        ] {
            assert_eq!(read(text, Era::Gregorian), day, "{text}");
        }
    }

    #[test]
    fn reads_dates_in_both_eras() {
        for (text, era, day) in [
            ("9/8/69", Era::Buddhist, "2026-08-09"),
            ("9/8/26", Era::Gregorian, "2026-08-09"),
            ("9/8/2569", Era::Gregorian, "2026-08-09"),
            ("๙/๘/๒๕๖๙", Era::Buddhist, "2026-08-09"),
            ("9 ส.ค. 2569", Era::Buddhist, "2026-08-09"),
            ("9 Agu 2026", Era::Gregorian, "2026-08-09"),
            ("9 agustus", Era::Gregorian, "2026-08-09"),
            ("Aug 9, 2026", Era::Gregorian, "2026-08-09"),
            ("9.8.2026", Era::Gregorian, "2026-08-09"),
            ("2026-08-09", Era::Buddhist, "2026-08-09"),
            ("9/1", Era::Gregorian, "2027-01-09"),
            ("24", Era::Gregorian, "2026-11-24"),
            ("3", Era::Gregorian, "2026-12-03"),
        ] {
            assert_eq!(read(text, era), day, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_day() {
        for text in ["", "31/2/2026", "hello", "40", "1/2/3/4", "fri 32"] {
            assert_eq!(read(text, Era::Gregorian), "none", "{text}");
        }
    }
}
