//! Times relative to now: `today-30d`, `this_month`, `now+2h`.

use std::fmt;

use chrono::{
    DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::Context;

/// A time relative to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relative {
    /// Where it starts.
    pub base: Base,
    /// How far from there.
    pub offset: Option<Offset>,
}

/// The moment or period a relative time starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// This very moment.
    Now,
    /// The current day.
    Today,
    /// The day before.
    Yesterday,
    /// The day after.
    Tomorrow,
    /// The current week, by the context's first day of the week.
    ThisWeek,
    /// The current calendar month.
    ThisMonth,
    /// The current quarter of the calendar year.
    ThisQuarter,
    /// The current calendar year.
    ThisYear,
}

/// A distance in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    /// How many units; negative into the past.
    pub count: i32,
    /// Of what.
    pub unit: Unit,
}

/// Units of an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `m`
    Minutes,
    /// `h`
    Hours,
    /// `d`
    Days,
    /// `w`
    Weeks,
    /// `mo`
    Months,
    /// `y`
    Years,
}

const BASES: [(&str, Base); 8] = [
    ("now", Base::Now),
    ("today", Base::Today),
    ("yesterday", Base::Yesterday),
    ("tomorrow", Base::Tomorrow),
    ("this_week", Base::ThisWeek),
    ("this_month", Base::ThisMonth),
    ("this_quarter", Base::ThisQuarter),
    ("this_year", Base::ThisYear),
];

const UNITS: [(&str, Unit); 6] = [
    ("m", Unit::Minutes),
    ("h", Unit::Hours),
    ("d", Unit::Days),
    ("w", Unit::Weeks),
    ("mo", Unit::Months),
    ("y", Unit::Years),
];

/// What a day-valued or exact time stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    Moment(DateTime<Utc>),
    /// From the first day until before the second.
    Days(NaiveDate, NaiveDate),
}

impl Relative {
    /// Reads `today-30d`; counts have at most four digits.
    pub fn parse(text: &str) -> Option<Self> {
        let end = text.find(['+', '-']).unwrap_or(text.len());
        let (base, offset) = text.split_at(end);
        let base = BASES.iter().find(|(name, _)| *name == base)?.1;
        let offset = if offset.is_empty() {
            None
        } else {
            Some(parse_offset(offset)?)
        };
        Some(Self { base, offset })
    }

    pub(super) fn span(self, context: &Context) -> Span {
        let local = context.now.with_timezone(&context.zone).naive_local();
        let today = clamp(local.date());
        let day = |days: i32| {
            Span::Days(
                plus(today, days, Unit::Days),
                plus(today, days + 1, Unit::Days),
            )
        };
        let period =
            |first: NaiveDate, unit: Unit, count: i32| Span::Days(first, plus(first, count, unit));
        let month = |month: u32| {
            today
                .with_day(1)
                .and_then(|d| d.with_month(month))
                .unwrap_or(today)
        };
        let span = match self.base {
            Base::Now => Span::Moment(context.now),
            Base::Today => day(0),
            Base::Yesterday => day(-1),
            Base::Tomorrow => day(1),
            Base::ThisWeek => {
                let into = today.weekday().days_since(context.week_start);
                period(minus_days(today, into), Unit::Weeks, 1)
            }
            Base::ThisMonth => period(month(today.month()), Unit::Months, 1),
            Base::ThisQuarter => period(month(today.month0() / 3 * 3 + 1), Unit::Months, 3),
            Base::ThisYear => period(month(1), Unit::Years, 1),
        };
        self.offset
            .map_or(span, |offset| self.shifted(span, offset, context.zone))
    }

    /// Calendar units move the beginning of a period, which keeps its kind of length; hours and minutes count
    /// from its first moment.
    fn shifted(self, span: Span, offset: Offset, zone: Tz) -> Span {
        let exact = |from: DateTime<Utc>, step: Duration| {
            let moment = step
                .checked_mul(offset.count)
                .and_then(|by| from.checked_add_signed(by));
            Span::Moment(moment.unwrap_or(from))
        };
        match (span, offset.unit) {
            (Span::Moment(moment), Unit::Minutes) => exact(moment, Duration::minutes(1)),
            (Span::Moment(moment), Unit::Hours) => exact(moment, Duration::hours(1)),
            (Span::Moment(moment), unit) => {
                let local = moment.with_timezone(&zone).naive_local();
                Span::Moment(in_zone(
                    zone,
                    plus(local.date(), offset.count, unit).and_time(local.time()),
                ))
            }
            (Span::Days(first, _), Unit::Minutes) => {
                exact(start_of_day(zone, first), Duration::minutes(1))
            }
            (Span::Days(first, _), Unit::Hours) => {
                exact(start_of_day(zone, first), Duration::hours(1))
            }
            (Span::Days(first, _), unit) => {
                let first = plus(first, offset.count, unit);
                let (length, of) = match self.base {
                    Base::ThisWeek => (1, Unit::Weeks),
                    Base::ThisMonth => (1, Unit::Months),
                    Base::ThisQuarter => (3, Unit::Months),
                    Base::ThisYear => (1, Unit::Years),
                    Base::Now | Base::Today | Base::Yesterday | Base::Tomorrow => (1, Unit::Days),
                };
                Span::Days(first, plus(first, length, of))
            }
        }
    }
}

fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = text.split_at(1);
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, unit) = rest.split_at(end);
    let count: i32 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let unit = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    Some(Offset {
        count: if sign == "-" { -count } else { count },
        unit,
    })
}

impl fmt::Display for Relative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = BASES
            .iter()
            .find(|(_, base)| *base == self.base)
            .map_or("now", |(name, _)| name);
        f.write_str(name)?;
        let Some(Offset { count, unit }) = self.offset else {
            return Ok(());
        };
        let unit = UNITS
            .iter()
            .find(|(_, known)| *known == unit)
            .map_or("d", |(name, _)| name);
        write!(f, "{count:+}{unit}")
    }
}

/// Dates that have four digits of year, as text that sorts like the days do.
fn clamp(date: NaiveDate) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN);
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    date.clamp(first, last)
}

fn minus_days(date: NaiveDate, days: u32) -> NaiveDate {
    clamp(
        date.checked_sub_days(Days::new(days.into()))
            .unwrap_or(NaiveDate::MIN),
    )
}

/// `date` moved by calendar units; the 31st becomes the last day of a shorter month.
fn plus(date: NaiveDate, count: i32, unit: Unit) -> NaiveDate {
    let size = count.unsigned_abs();
    let moved = match (unit, count < 0) {
        (Unit::Days, false) => date.checked_add_days(Days::new(size.into())),
        (Unit::Days, true) => date.checked_sub_days(Days::new(size.into())),
        (Unit::Weeks, _) => return plus(date, count.saturating_mul(7), Unit::Days),
        (Unit::Months, false) => date.checked_add_months(Months::new(size)),
        (Unit::Months, true) => date.checked_sub_months(Months::new(size)),
        (Unit::Years, _) => return plus(date, count.saturating_mul(12), Unit::Months),
        (Unit::Minutes | Unit::Hours, _) => Some(date),
    };
    let edge = if count < 0 {
        NaiveDate::MIN
    } else {
        NaiveDate::MAX
    };
    clamp(moved.unwrap_or(edge))
}

/// The first moment of a day in a zone; where midnight is left out, the first moment there is.
pub fn start_of_day(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    in_zone(zone, date.and_time(NaiveTime::MIN))
}

/// A wall-clock time in a zone: the earlier where it comes twice, the next there is where it is left out.
fn in_zone(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // The longest gap was a whole day, when Samoa crossed the date line.
    let mut tries = (0..=96).filter_map(|n| local.checked_add_signed(Duration::minutes(15 * n)));
    let found = tries.find_map(|time| zone.from_local_datetime(&time).earliest());
    found.map_or_else(|| local.and_utc(), |time| time.with_timezone(&Utc))
}
