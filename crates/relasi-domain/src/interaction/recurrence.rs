//! When something comes again: the part of RFC 5545 that calendars of people need.

use std::{fmt, str::FromStr};

/// Longest text of a rule.
pub const MAX_RULE: usize = 250;

/// The most times a rule may name.
const MOST_TIMES: u32 = 1_000;

/// How often it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Every {
    /// Each day.
    Day,
    /// Each week.
    Week,
    /// Each month.
    Month,
    /// Each year.
    Year,
}

impl Every {
    /// All in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// As the rule writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "DAILY",
            Self::Week => "WEEKLY",
            Self::Month => "MONTHLY",
            Self::Year => "YEARLY",
        }
    }

    /// Reads it.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// When it ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum End {
    /// It goes on.
    #[default]
    Never,
    /// After so many times.
    After(u32),
    /// With the last one before a moment or on a day: `20261231T165959Z` or `20261231`.
    Until(String),
}

/// The days of the week as rules name them, from Monday.
pub const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A rule, read and found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// How often.
    pub every: Every,
    /// Only each second, third, ... of them.
    pub interval: u32,
    /// On which days of the week; in months and years with the place before it: `1MO`, `-1FR`.
    pub days: Vec<String>,
    /// `BYMONTHDAY`, `BYMONTH`, `BYSETPOS` and `WKST` as they were written.
    pub more: Vec<(&'static str, String)>,
    /// When it ends.
    pub end: End,
}

/// Parts that are kept as they are written, with the numbers that they may name.
const MORE: [(&str, i32, i32); 3] = [
    ("BYMONTHDAY", -31, 31),
    ("BYMONTH", 1, 12),
    ("BYSETPOS", -366, 366),
];

/// The text is no rule, or one that comes more often than daily.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotARule;

impl Recurrence {
    /// A plain rule.
    pub const fn plain(every: Every) -> Self {
        Self {
            every,
            interval: 1,
            days: Vec::new(),
            more: Vec::new(),
            end: End::Never,
        }
    }

    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            // Read before.
            "FREQ" => {}
            "INTERVAL" => self.interval = number(value, 999)?,
            "COUNT" if self.end == End::Never => self.end = End::After(number(value, MOST_TIMES)?),
            "UNTIL" if self.end == End::Never && is_until(value) => {
                self.end = End::Until(value.to_owned());
            }
            "BYDAY" => {
                let days = value.split(',').map(|day| self.day(day));
                self.days = days.collect::<Option<_>>()?;
            }
            "WKST" => {
                WEEKDAYS.iter().find(|day| **day == value)?;
                self.more.push(("WKST", value.to_owned()));
            }
            _ => {
                let (name, least, most) = MORE.into_iter().find(|(known, ..)| *known == name)?;
                let good = |part: &str| {
                    let number = part.parse::<i32>().ok();
                    number.is_some_and(|n| n != 0 && (least..=most).contains(&n))
                };
                value.split(',').all(good).then_some(())?;
                self.more.push((name, value.to_owned()));
            }
        }
        Some(())
    }

    /// A day of the week, with its place where the rule is one of months or years.
    fn day(&self, text: &str) -> Option<String> {
        let at = text
            .len()
            .checked_sub(2)
            .filter(|at| text.is_char_boundary(*at))?;
        let (place, day) = text.split_at(at);
        WEEKDAYS.contains(&day).then_some(())?;
        if !place.is_empty() {
            let place: i32 = place.parse().ok()?;
            let most = if self.every == Every::Month { 5 } else { 53 };
            let fits = self.every >= Every::Month && place != 0 && (-most..=most).contains(&place);
            fits.then_some(())?;
        }
        Some(text.to_owned())
    }
}

fn number(text: &str, most: u32) -> Option<u32> {
    let number = text.parse().ok()?;
    (1..=most).contains(&number).then_some(number)
}

/// `20261231` or `20261231T165959Z`.
fn is_until(text: &str) -> bool {
    let digits = |part: &str, count: usize| {
        part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match text.split_once('T') {
        None => digits(text, 8),
        Some((day, time)) => {
            digits(day, 8) && time.strip_suffix('Z').is_some_and(|time| digits(time, 6))
        }
    }
}

impl FromStr for Recurrence {
    type Err = NotARule;

    fn from_str(text: &str) -> Result<Self, NotARule> {
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        if text.len() > MAX_RULE {
            return Err(NotARule);
        }
        let parts: Option<Vec<(&str, &str)>> =
            text.split(';').map(|part| part.split_once('=')).collect();
        let parts = parts.ok_or(NotARule)?;
        let times = |name: &str| parts.iter().filter(|(known, _)| *known == name).count();
        if parts.iter().any(|(name, _)| times(name) > 1) {
            return Err(NotARule);
        }
        let every = parts.iter().find(|(name, _)| *name == "FREQ");
        let every = every.and_then(|(_, code)| Every::from_code(code));
        let mut rule = Self::plain(every.ok_or(NotARule)?);
        for (name, value) in &parts {
            rule.take(name, value).ok_or(NotARule)?;
        }
        let positions_alone = rule.more.iter().any(|(name, _)| *name == "BYSETPOS")
            && rule.days.is_empty()
            && rule
                .more
                .iter()
                .all(|(name, _)| !name.starts_with("BYMONTH"));
        if positions_alone {
            return Err(NotARule);
        }
        Ok(rule)
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.every.code())?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if !self.days.is_empty() {
            write!(f, ";BYDAY={}", self.days.join(","))?;
        }
        for (name, value) in &self.more {
            write!(f, ";{name}={value}")?;
        }
        match &self.end {
            End::Never => Ok(()),
            End::After(times) => write!(f, ";COUNT={times}"),
            End::Until(until) => write!(f, ";UNTIL={until}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_written() {
        for text in [
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
            "FREQ=MONTHLY;BYDAY=-1FR;COUNT=12",
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "FREQ=YEARLY;UNTIL=20301231",
            "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;UNTIL=20301231T165959Z",
        ] {
            assert_eq!(text.parse::<Recurrence>().unwrap().to_string(), text);
        }
        let same: Recurrence = "RRULE:COUNT=3;FREQ=WEEKLY;INTERVAL=1".parse().unwrap();
        assert_eq!(same.to_string(), "FREQ=WEEKLY;COUNT=3");
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for text in [
            "",
            "DAILY",
            "FREQ=HOURLY",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=2;UNTIL=20301231",
            "FREQ=DAILY;INTERVAL=-1",
            "FREQ=WEEKLY;BYDAY=1MO",
            "FREQ=MONTHLY;BYDAY=6MO",
            "FREQ=MONTHLY;BYDAY=ก",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=MONTHLY;BYSETPOS=1",
            "FREQ=DAILY;UNTIL=tomorrow",
            "FREQ=DAILY;BYHOUR=3",
        ] {
            assert_eq!(text.parse::<Recurrence>(), Err(NotARule), "{text}");
        }
    }
}
