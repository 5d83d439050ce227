//! Periods that figures are asked for: named ones that move with the calendar.

use crate::i18n::{Day, Key, k, today};

/// A period by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Period {
    /// From the first of this month.
    Month,
    /// The month before.
    LastMonth,
    /// From the first day of this quarter.
    #[default]
    Quarter,
    /// The quarter before.
    LastQuarter,
    /// From the first of January.
    Year,
    /// The year before.
    LastYear,
    /// Twelve months up to the end of this one.
    Twelve,
    /// From the first of the next month.
    NextMonth,
    /// The quarter after this one.
    NextQuarter,
}

/// Periods of which it is asked what will be: those that are not over, and the last ones to compare with.
pub const AHEAD: [(Period, &str, Key); 8] = [
    (Period::Month, "month", k::insight::THIS_MONTH),
    (Period::NextMonth, "next_month", k::forecast::NEXT_MONTH),
    (Period::Quarter, "quarter", k::insight::THIS_QUARTER),
    (
        Period::NextQuarter,
        "next_quarter",
        k::forecast::NEXT_QUARTER,
    ),
    (Period::Year, "year", k::insight::THIS_YEAR),
    (Period::LastMonth, "last_month", k::insight::LAST_MONTH),
    (
        Period::LastQuarter,
        "last_quarter",
        k::insight::LAST_QUARTER,
    ),
    (Period::LastYear, "last_year", k::insight::LAST_YEAR),
];

/// Each period with its name in addresses and its words.
pub const PERIODS: [(Period, &str, Key); 7] = [
    (Period::Month, "month", k::insight::THIS_MONTH),
    (Period::LastMonth, "last_month", k::insight::LAST_MONTH),
    (Period::Quarter, "quarter", k::insight::THIS_QUARTER),
    (
        Period::LastQuarter,
        "last_quarter",
        k::insight::LAST_QUARTER,
    ),
    (Period::Year, "year", k::insight::THIS_YEAR),
    (Period::LastYear, "last_year", k::insight::LAST_YEAR),
    (Period::Twelve, "twelve_months", k::insight::TWELVE_MONTHS),
];

impl Period {
    /// The period of a name; the quarter for others.
    pub fn of(name: &str) -> Self {
        let found = PERIODS.iter().find(|(_, known, _)| *known == name);
        found.map_or(Self::default(), |(period, ..)| *period)
    }

    /// The same of those that may lie ahead.
    pub fn ahead(name: &str) -> Self {
        let found = AHEAD.iter().find(|(_, known, _)| *known == name);
        found.map_or(Self::default(), |(period, ..)| *period)
    }

    /// Its first day, and the day after its last one.
    pub fn days(self) -> (Day, Day) {
        self.days_at(today())
    }

    fn days_at(self, today: Day) -> (Day, Day) {
        let month = Day { day: 1, ..today };
        let quarter = Day {
            month: (today.month - 1) / 3 * 3 + 1,
            ..month
        };
        let year = Day { month: 1, ..month };
        let (first, months) = match self {
            Self::Month => (month, 1),
            Self::LastMonth => (month.plus_months(-1), 1),
            Self::Quarter => (quarter, 3),
            Self::LastQuarter => (quarter.plus_months(-3), 3),
            Self::Year => (year, 12),
            Self::LastYear => (year.plus_months(-12), 12),
            Self::Twelve => (month.plus_months(-11), 12),
            Self::NextMonth => (month.plus_months(1), 1),
            Self::NextQuarter => (quarter.plus_months(3), 3),
        };
        (first, first.plus_months(months))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_half_open_and_move_with_the_calendar() {
        let today = Day::parse_iso("2026-11-30").unwrap();
        for (name, from, to) in [
            ("month", "2026-11-01", "2026-12-01"),
            ("last_month", "2026-10-01", "2026-11-01"),
            ("quarter", "2026-10-01", "2027-01-01"),
            ("last_quarter", "2026-07-01", "2026-10-01"),
            ("year", "2026-01-01", "2027-01-01"),
            ("last_year", "2025-01-01", "2026-01-01"),
            ("twelve_months", "2025-12-01", "2026-12-01"),
            ("gut_feeling", "2026-10-01", "2027-01-01"),
        ] {
            let (first, after) = Period::of(name).days_at(today);
            assert_eq!(
                (first.iso(), after.iso()),
                (from.to_owned(), to.to_owned()),
                "{name}"
            );
        }
        let next = Period::ahead("next_quarter").days_at(today);
        assert_eq!(
            (next.0.iso(), next.1.iso()),
            ("2027-01-01".to_owned(), "2027-04-01".to_owned())
        );
        let january = Day::parse_iso("2026-01-31").unwrap();
        assert_eq!(Period::LastQuarter.days_at(january).0.iso(), "2025-10-01");
    }
}
