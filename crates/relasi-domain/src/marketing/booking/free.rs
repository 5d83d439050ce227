//! When somebody can be met: their hours, less what they do already, less the room around it.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::Extra;
use crate::platform::business_hours::{Span, Week, moment};

/// The hours of somebody.
#[derive(Debug, Clone, Copy)]
pub struct Hours<'h> {
    /// Where their clocks hang.
    pub zone: Tz,
    /// The hours of each day, from Monday.
    pub week: &'h Week,
    /// Days without those hours.
    pub days_off: &'h [NaiveDate],
    /// Hours beyond those, on days off too.
    pub extra: &'h [Extra],
}

/// Something that somebody does already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub to: DateTime<Utc>,
    /// What has to stay free before it.
    pub before: TimeDelta,
    /// What has to stay free after it.
    pub after: TimeDelta,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How long it takes.
    pub length: TimeDelta,
    /// What has to stay free before it.
    pub before: TimeDelta,
    /// What has to stay free after it.
    pub after: TimeDelta,
    /// From one beginning to the next.
    pub step: TimeDelta,
    /// Nothing begins before.
    pub earliest: DateTime<Utc>,
    /// Nothing begins on a later day, by the clocks of who is met.
    pub last_day: NaiveDate,
    /// Bookings that one day takes.
    pub per_day: Option<usize>,
}

type Window = (DateTime<Utc>, DateTime<Utc>);

/// Beginnings within `from..until` at which somebody can be met, in their order. `booked` are the beginnings that count
/// for [`Wanted::per_day`].
///
/// Beginnings count from the beginning of their hours, so that they are the same whichever time is asked about. Hours
/// that meet, as at midnight, are one.
pub fn free(
    hours: &Hours<'_>,
    wanted: &Wanted,
    busy: &[Busy],
    booked: &[DateTime<Utc>],
    (from, until): Window,
) -> Vec<DateTime<Utc>> {
    if wanted.step <= TimeDelta::zero() || wanted.length <= TimeDelta::zero() || from >= until {
        return Vec::new();
    }
    let spans = spans(hours, from, until + wanted.length);
    let open = joined(&spans);
    let mut found = Vec::new();
    for (begin, end) in spans {
        let mut at = begin;
        while at < end {
            if from <= at && at < until && fits(hours, wanted, (busy, booked), &open, at) {
                found.push(at);
            }
            let Some(next) = at.checked_add_signed(wanted.step) else {
                break;
            };
            at = next;
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The hours of the days around a time, as moments.
fn spans(hours: &Hours<'_>, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Window> {
    let local = |at: DateTime<Utc>| at.with_timezone(&hours.zone).date_naive();
    // The hours of a day may reach into the next one where the clock stands still or goes back.
    let first = local(from).checked_sub_days(Days::new(1));
    let last = local(until).checked_add_days(Days::new(1));
    let (Some(mut day), Some(last)) = (first, last) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    while day <= last {
        let of_week = &hours.week.0[day.weekday().num_days_from_monday() as usize];
        let off = hours.days_off.contains(&day);
        let usual = of_week.iter().filter(|_| !off).copied();
        let extra = hours.extra.iter().filter(|extra| extra.day == day);
        let extra = extra.map(|extra| Span {
            from: extra.from,
            to: extra.to,
        });
        let moments = usual.chain(extra).map(|span| {
            let at = |time| moment(hours.zone, day, time);
            (at(span.from), at(span.to))
        });
        all.extend(moments.filter(|(begin, end)| begin < end));
        let Some(next) = day.succ_opt() else {
            break;
        };
        day = next;
    }
    all
}

/// Windows that meet or overlap, as one.
fn joined(spans: &[Window]) -> Vec<Window> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let mut all: Vec<Window> = Vec::new();
    for (begin, end) in spans {
        match all.last_mut() {
            Some((_, last)) if begin <= *last => *last = end.max(*last),
            _ => all.push((begin, end)),
        }
    }
    all
}

fn fits(
    hours: &Hours<'_>,
    wanted: &Wanted,
    (busy, booked): (&[Busy], &[DateTime<Utc>]),
    open: &[Window],
    at: DateTime<Utc>,
) -> bool {
    let end = at + wanted.length;
    let local = |at: DateTime<Utc>| at.with_timezone(&hours.zone).date_naive();
    let day = local(at);
    if at < wanted.earliest || day > wanted.last_day {
        return false;
    }
    if !open
        .iter()
        .any(|(begin, close)| *begin <= at && end <= *close)
    {
        return false;
    }
    // The room of both counts, the wider one of each side.
    let meets = |one: &Busy| {
        let gap_before = wanted.before.max(one.after);
        let gap_after = wanted.after.max(one.before);
        at < one.to + gap_before && one.from < end + gap_after
    };
    if busy.iter().any(meets) {
        return false;
    }
    let on_day = || booked.iter().filter(|one| local(**one) == day).count();
    wanted.per_day.is_none_or(|most| on_day() < most)
}
