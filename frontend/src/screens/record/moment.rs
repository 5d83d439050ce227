//! Reads a day with a time of day as people type them: "besok 10.00", "fri 10", "พรุ่งนี้ 14:30", "2 pm".

use crate::i18n::{Day, Era};
use crate::ui::date_words::{self, western_digits};

/// Clock that a day without a time of day means.
const MORNING: Clock = Clock { hour: 9, minute: 0 };
/// Words between the day and the time.
const JOINTS: [&str; 8] = ["at", "jam", "pukul", "pkl", "เวลา", "ตอน", "โมง", "น"];

/// A time of day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Clock {
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
}

impl Clock {
    /// `14:05`.
    pub fn text(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// The day and time that `text` means, or `None` when it means none. Without a day it is today, or tomorrow when
/// that time has passed; without a time nine o'clock.
pub fn parse(text: &str, today: Day, now: Clock, era: Era) -> Option<(Day, Clock)> {
    let text = western_digits(text).to_lowercase();
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let joint = |word: &&str| JOINTS.contains(&word.trim_end_matches('.'));
    while words.last().is_some_and(joint) {
        words.pop();
    }
    let half = match words.last() {
        Some(&("am" | "pm")) if words.len() > 1 => words.pop(),
        _ => None,
    };
    let last = *words.last()?;
    let day_of = |words: &[&str]| {
        let words: Vec<&str> = words.iter().copied().filter(|word| !joint(word)).collect();
        if words.is_empty() {
            return Some(None);
        }
        date_words::parse(&words.join(" "), today, era).map(Some)
    };
    let with = |clock: Clock, day: Option<Day>| {
        let next = i64::from(clock <= now);
        (day.unwrap_or_else(|| today.plus(next)), clock)
    };
    let before = &words[..words.len() - 1];
    if let Some(clock) = clock(last, half) {
        return day_of(before).map(|day| with(clock, day));
    }
    let bare = last.parse::<u32>().ok().filter(|hour| *hour < 24);
    let bare = bare.map(|hour| Clock { hour, minute: 0 });
    let whole = date_words::parse(&words.join(" "), today, era);
    match (whole, bare) {
        // "fri 10" is Friday at ten, unless Friday is the tenth.
        (Some(day), Some(clock)) if named_weekday(before, today, era) && day.day != clock.hour => {
            Some((day, clock))
        }
        (Some(day), _) => Some((day, MORNING)),
        (None, Some(clock)) if !before.is_empty() => day_of(before).map(|day| with(clock, day)),
        (None, _) => None,
    }
}

fn named_weekday(words: &[&str], today: Day, era: Era) -> bool {
    matches!(words, [word] if !word.contains(|c: char| c.is_ascii_digit()) && date_words::parse(word, today, era).is_some())
}

/// `10.00`, `14:30`, `9:05pm`, `2pm`, and `2` when am or pm stands behind it.
fn clock(word: &str, half: Option<&str>) -> Option<Clock> {
    let word = word.trim_end_matches('น').trim_end_matches('.');
    let (word, half) = match (word.strip_suffix("pm"), word.strip_suffix("am")) {
        (Some(word), _) => (word, Some("pm")),
        (_, Some(word)) => (word, Some("am")),
        _ => (word, half),
    };
    let (hour, minute) = match word.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 && hour.len() <= 2 => (hour, minute),
        Some(_) => return None,
        None if half.is_some() => (word, "00"),
        None => return None,
    };
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        Some("pm") if hour < 12 => hour + 12,
        Some("am") if hour == 12 => 0,
        _ => hour,
    };
    (hour < 24 && minute < 60).then_some(Clock { hour, minute })
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
    const NOON: Clock = Clock { hour: 12, minute: 0 };

    fn read(text: &str) -> String {
        parse(text, TODAY, NOON, Era::Gregorian).map_or_else(
            || "none".to_owned(),
            |(day, clock)| format!("{} {}", day.iso(), clock.text()),
        )
    }

    #[test]
    fn reads_days_with_times() {
        for (text, moment) in [
            ("besok 10.00", "2026-11-23 10:00"),
            ("Besok jam 10", "2026-11-23 10:00"),
            ("tomorrow at 2 pm", "2026-11-23 14:00"),
            ("tomorrow 2:30pm", "2026-11-23 14:30"),
            ("พรุ่งนี้ 14:30", "2026-11-23 14:30"),
            ("พรุ่งนี้ ๑๐.๐๐ น.", "2026-11-23 10:00"),
            ("fri 10", "2026-11-27 10:00"),
            ("jumat 27", "2026-11-27 09:00"),
            ("24/11 09.15", "2026-11-24 09:15"),
            ("lusa", "2026-11-24 09:00"),
            ("24/11/2026", "2026-11-24 09:00"),
            ("9.8.2027", "2027-08-09 09:00"),
        ] {
            assert_eq!(read(text), moment, "{text}");
        }
    }

    #[test]
    fn takes_the_next_such_time_without_a_day() {
        assert_eq!(read("15.00"), "2026-11-22 15:00");
        assert_eq!(read("jam 10.00"), "2026-11-23 10:00");
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in ["", "jam", "hello", "besok 25.00", "10.75"] {
            assert_eq!(read(text), "none", "{text}");
        }
    }
}
