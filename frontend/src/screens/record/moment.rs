//! Reads a day with a time of day as people type them: "besok 10.00", "fri 10", "พรุ่งนี้ 14:30".

use crate::i18n::{Day, Era};
use crate::ui::date_find;

/// The time of day that a day alone means.
const MORNING: &str = "09:00";

/// The day and `14:05` that `text` means, or `None` when it means none or says more than that. A time without a
/// day is today's, or tomorrow's when it has passed; `now` is the clock.
pub fn parse(text: &str, today: Day, now: &str, era: Era) -> Option<(Day, String)> {
    let found = date_find::find(text, today, era);
    let day = found.day.filter(|_| found.rest.trim().is_empty())?;
    let clock = found.clock.unwrap_or_else(|| MORNING.to_owned());
    let day_was_said =
        date_find::find(text, today.plus(1), era).day != Some(today.plus(1)) || day != today;
    let passed = !day_was_said && clock.as_str() <= now;
    Some((if passed { today.plus(1) } else { day }, clock))
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

    fn read(text: &str) -> String {
        parse(text, TODAY, "12:00", Era::Gregorian).map_or_else(
            || "none".to_owned(),
            |(day, clock)| format!("{} {clock}", day.iso()),
        )
    }

    #[test]
    fn reads_days_with_times() {
        for (text, moment) in [
            ("besok 10.00", "2026-11-23 10:00"),
            ("Besok jam 10", "2026-11-23 10:00"),
            ("tomorrow at 2 pm", "2026-11-23 14:00"),
            ("พรุ่งนี้ 14:30", "2026-11-23 14:30"),
            ("fri 10", "2026-11-27 10:00"),
            ("lusa", "2026-11-24 09:00"),
            ("24/11/2026", "2026-11-24 09:00"),
        ] {
            assert_eq!(read(text), moment, "{text}");
        }
    }

    #[test]
    fn takes_the_next_such_time_without_a_day() {
        assert_eq!(read("15.00"), "2026-11-22 15:00");
        assert_eq!(read("10.00"), "2026-11-23 10:00");
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in ["", "hello", "besok dengan Siti"] {
            assert_eq!(read(text), "none", "{text}");
        }
    }
}
