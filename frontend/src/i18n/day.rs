//! Calendar days without time or zone, as the API sends them.

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Day {
    /// Gregorian year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl Day {
    /// The day, if it exists.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        ((1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month)
            && (1..=9999).contains(&year))
        .then_some(Self { year, month, day })
    }

    /// Reads `2026-08-09`; a time after it is passed over.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.splitn(3, '-');
        let mut next = || parts.next()?.parse::<u32>().ok();
        let (year, month, day) = (next()?, next()?, next()?);
        Self::new(i32::try_from(year).ok()?, month, day)
    }

    /// `2026-08-09`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = i64::from(if self.month > 2 {
            self.month - 3
        } else {
            self.month + 9
        });
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day `number` days after 1970-01-01.
    pub fn from_number(number: i64) -> Self {
        let shifted = number + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: small(year),
            month: small(month),
            day: small(day),
        }
    }

    /// This day moved by `days`.
    pub fn plus(self, days: i64) -> Self {
        Self::from_number(self.number() + days)
    }

    /// This day moved by whole months; the 31st becomes the last day of a shorter month.
    pub fn plus_months(self, months: i32) -> Self {
        let index = self.year * 12 + small::<i32>(i64::from(self.month)) - 1 + months;
        let (year, month) = (
            index.div_euclid(12),
            small::<u32>(i64::from(index.rem_euclid(12)) + 1),
        );
        Self {
            year,
            month,
            day: self.day.min(days_in_month(year, month)),
        }
    }

    /// 0 for Monday to 6 for Sunday.
    pub fn weekday(self) -> u32 {
        small((self.number() + 3).rem_euclid(7))
    }
}

/// Number of days in a month.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Narrows a number that calendar arithmetic keeps small.
fn small<T: TryFrom<i64> + Default>(value: i64) -> T {
    T::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse_iso(text).unwrap()
    }

    #[test]
    fn counts_days_both_ways() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2026-11-22", 20_779),
            ("1969-12-31", -1),
        ] {
            assert_eq!(day(text).number(), number);
            assert_eq!(Day::from_number(number), day(text));
        }
    }

    #[test]
    fn knows_weekdays_and_month_ends() {
        assert_eq!(day("2026-11-22").weekday(), 6);
        assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
        assert_eq!(day("2026-01-31").plus_months(-2), day("2025-11-30"));
        assert_eq!(Day::parse_iso("2026-02-29"), None);
    }
}
