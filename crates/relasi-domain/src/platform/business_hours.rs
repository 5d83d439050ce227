//! Hours in which people work, and time counted in them.
//!
//! A calendar has a time zone, a week and days off. Its hours are wall-clock times: what they last on a day when clocks
//! change is what passes in truth. Where a wall-clock time comes twice its earlier one is meant, where it is left out the
//! next there is.

mod arithmetic;

pub use arithmetic::instant_of;
#[cfg(test)]
mod tests;

pub(crate) use arithmetic::moment;

use std::fmt;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::fault::{Fault, Faults};

/// Hours of one day at most.
pub const MAX_SPANS: usize = 6;
/// Days off of one calendar at most.
pub const MAX_HOLIDAYS: usize = 500;
/// The longest name of a calendar or of a day off.
pub const MAX_NAME: usize = 120;

/// The minutes of a day.
const DAY: u16 = 24 * 60;

/// A time of the day in whole minutes; `24:00` is the end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// The beginning of the day.
    pub const MIDNIGHT: Self = Self(0);

    /// Of hours and minutes; none beyond the end of the day.
    pub const fn new(hours: u16, minutes: u16) -> Option<Self> {
        if minutes < 60 && hours * 60 + minutes <= DAY {
            Some(Self(hours * 60 + minutes))
        } else {
            None
        }
    }

    /// Reads `09:30`.
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let plain = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(hours) || !plain(minutes) {
            return None;
        }
        Self::new(hours.parse().ok()?, minutes.parse().ok()?)
    }

    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a time of the day such as 09:30"))
    }
}

/// Hours without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// When they begin.
    pub from: TimeOfDay,
    /// When they end.
    pub to: TimeOfDay,
}

/// The hours of each day, from Monday to Sunday.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Week(pub [Vec<Span>; 7]);

impl Week {
    /// The same hours from Monday to Friday.
    pub fn working_days(from: TimeOfDay, to: TimeOfDay) -> Self {
        let mut week = Self::default();
        for day in &mut week.0[..5] {
            day.push(Span { from, to });
        }
        week
    }

    /// What is wrong with it; faults point to members below `at`.
    pub fn check(&self, at: &str, faults: &mut Faults) {
        faults.wrong(
            self.0.iter().all(Vec::is_empty),
            || at.to_owned(),
            "never_open",
        );
        for (day, spans) in self.0.iter().enumerate() {
            if spans.len() > MAX_SPANS {
                faults.push(Fault::at(format!("{at}/{day}"), "too_many").with("max", MAX_SPANS));
            }
            let mut last = TimeOfDay(0);
            for (place, span) in spans.iter().enumerate() {
                let here = |member: &str| format!("{at}/{day}/{place}/{member}");
                faults.wrong(span.from < last, || here("from"), "hours_overlap");
                faults.wrong(span.to <= span.from, || here("to"), "before_start");
                last = span.to.max(last);
            }
        }
    }
}

/// A day on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Which one.
    pub day: NaiveDate,
    /// What it is called.
    #[serde(default)]
    pub name: String,
}

/// What is wrong with a list of days off; faults point to members below `at`.
pub fn check_holidays(holidays: &[Holiday], at: &str, faults: &mut Faults) {
    if holidays.len() > MAX_HOLIDAYS {
        faults.push(Fault::at(at, "too_many").with("max", MAX_HOLIDAYS));
    }
    for (place, holiday) in holidays.iter().enumerate() {
        let twice = holidays[..place]
            .iter()
            .any(|other| other.day == holiday.day);
        faults.wrong(twice, || format!("{at}/{place}/day"), "named_twice");
        if holiday.name.chars().count() > MAX_NAME {
            let at = format!("{at}/{place}/name");
            faults.push(Fault::at(at, "too_long").with("max", MAX_NAME));
        }
    }
}

/// Hours of work as time is counted by them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Where its wall clocks hang.
    pub zone: Tz,
    /// Its hours; none when every hour counts.
    week: Option<Week>,
    /// Its days off, in their order.
    holidays: Vec<NaiveDate>,
}

impl Calendar {
    /// A calendar with hours.
    pub fn new(zone: Tz, week: Week, holidays: &[Holiday]) -> Self {
        let mut holidays: Vec<NaiveDate> = holidays.iter().map(|holiday| holiday.day).collect();
        holidays.sort_unstable();
        Self {
            zone,
            week: Some(week),
            holidays,
        }
    }

    /// One by which every hour counts.
    pub const fn always(zone: Tz) -> Self {
        Self {
            zone,
            week: None,
            holidays: Vec::new(),
        }
    }
}
