//! The days that a calendar shows.

use crate::i18n::{Day, days_in_month};

/// The first day shown and how many follow it: whole weeks from Monday, that of a day or all of its month.
pub fn visible(around: Day, week: bool) -> (Day, i64) {
    if week {
        return (around.plus(-i64::from(around.weekday())), 7);
    }
    let first = Day { day: 1, ..around };
    let before = i64::from(first.weekday());
    let days = before + i64::from(days_in_month(around.year, around.month));
    (first.plus(-before), (days + 6) / 7 * 7)
}

/// The same day of the span before or after.
pub fn stepped(around: Day, week: bool, by: i32) -> Day {
    if week {
        around.plus(i64::from(by) * 7)
    } else {
        around.plus_months(by)
    }
}

/// The day that a key of a grid of weeks leads to.
pub fn walked(from: Day, key: &str) -> Option<Day> {
    let into = i64::from(from.weekday());
    Some(match key {
        "ArrowLeft" => from.plus(-1),
        "ArrowRight" => from.plus(1),
        "ArrowUp" => from.plus(-7),
        "ArrowDown" => from.plus(7),
        "PageUp" => from.plus_months(-1),
        "PageDown" => from.plus_months(1),
        "Home" => from.plus(-into),
        "End" => from.plus(6 - into),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{visible, walked};
    use crate::i18n::Day;

    #[test]
    fn whole_weeks_cover_the_month() {
        for year in 2020..2030 {
            for month in 1..=12 {
                let around = Day {
                    year,
                    month,
                    day: 15,
                };
                let (first, count) = visible(around, false);
                let last = first.plus(count - 1);
                assert_eq!((first.weekday(), last.weekday()), (0, 6));
                assert!(
                    first <= Day { day: 1, ..around } && first.plus(6) >= Day { day: 1, ..around }
                );
                assert!(last.plus(-6).month == month && last.plus(1) > around);
            }
        }
        let (first, count) = visible(
            Day {
                year: 2026,
                month: 11,
                day: 29,
            },
            true,
        );
        assert_eq!((first.iso().as_str(), count), ("2026-11-23", 7));
    }

    #[test]
    fn keys_walk_over_months() {
        let day = Day {
            year: 2026,
            month: 11,
            day: 30,
        };
        let to = |key| walked(day, key).map(Day::iso);
        assert_eq!(to("ArrowRight").as_deref(), Some("2026-12-01"));
        assert_eq!(to("Home").as_deref(), Some("2026-11-30"));
        assert_eq!(to("End").as_deref(), Some("2026-12-06"));
        assert_eq!(to("PageUp").as_deref(), Some("2026-10-30"));
        assert_eq!(to("x"), None);
    }
}
