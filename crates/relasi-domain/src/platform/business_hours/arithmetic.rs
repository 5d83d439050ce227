//! Counting time by a calendar.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::{Calendar, TimeOfDay};

/// Days that are looked at for the end of a time: a calendar with an hour in each year still comes to one.
const FAR: u32 = 3_660;

/// The longest gap of any clock in minutes: Samoa left a whole day out.
const LONGEST_GAP: i64 = 26 * 60;

impl Calendar {
    /// When so much time has passed in its hours; none when that is not within ten years.
    pub fn after(&self, start: DateTime<Utc>, time: TimeDelta) -> Option<DateTime<Utc>> {
        if self.week.is_none() {
            return start.checked_add_signed(time);
        }
        let mut left = time;
        let mut date = self.first_day(start);
        for _ in 0..FAR {
            for (from, to) in self.hours(date) {
                let from = from.max(start);
                if from >= to {
                    continue;
                }
                if left <= to - from {
                    return Some(from + left);
                }
                left -= to - from;
            }
            date = date.succ_opt()?;
        }
        None
    }

    /// How much time of its hours lies between two moments; nothing when the second one is not later.
    pub fn between(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> TimeDelta {
        if end <= start {
            return TimeDelta::zero();
        }
        if self.week.is_none() {
            return end - start;
        }
        let mut sum = TimeDelta::zero();
        let mut date = self.first_day(start);
        // The hours of a day begin no earlier than the day itself, wherever the clock stands.
        let last = end.with_timezone(&self.zone).date_naive();
        while date <= last.succ_opt().unwrap_or(NaiveDate::MAX) {
            for (from, to) in self.hours(date) {
                let (from, to) = (from.max(start), to.min(end));
                if from < to {
                    sum += to - from;
                }
            }
            let Some(next) = date.succ_opt() else {
                break;
            };
            date = next;
        }
        sum
    }

    /// Whether a moment lies in its hours.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let date = at.with_timezone(&self.zone).date_naive();
        let days = [date.pred_opt(), Some(date)];
        self.week.is_none()
            || days
                .into_iter()
                .flatten()
                .flat_map(|date| self.hours(date))
                .any(|(from, to)| from <= at && at < to)
    }

    /// A day whose hours may reach to this moment; those before it do not.
    fn first_day(&self, at: DateTime<Utc>) -> NaiveDate {
        let date = at.with_timezone(&self.zone).date_naive();
        date.checked_sub_days(Days::new(1)).unwrap_or(date)
    }

    /// The hours of a day as moments, in their order.
    fn hours(&self, date: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let day = date.weekday().num_days_from_monday() as usize;
        let spans = match &self.week {
            Some(week) if self.holidays.binary_search(&date).is_err() => &week.0[day][..],
            _ => &[],
        };
        let zone = self.zone;
        spans
            .iter()
            .map(move |span| (moment(zone, date, span.from), moment(zone, date, span.to)))
    }
}

/// The moment of a wall-clock time.
pub(crate) fn moment(zone: Tz, date: NaiveDate, time: TimeOfDay) -> DateTime<Utc> {
    let midnight = NaiveDateTime::new(date, NaiveTime::MIN);
    instant_of(
        zone,
        midnight + TimeDelta::minutes(i64::from(time.minutes())),
    )
}

/// The moment at which the clocks of a zone show this: the earlier where it comes twice, the next there is where it is
/// left out.
pub fn instant_of(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // In steps of one minute, so that a later time never comes before an earlier one.
    let mut tries =
        (0..=LONGEST_GAP).filter_map(|n| local.checked_add_signed(TimeDelta::minutes(n)));
    let found = tries.find_map(|time| zone.from_local_datetime(&time).earliest());
    found.map_or_else(|| local.and_utc(), |time| time.with_timezone(&Utc))
}
