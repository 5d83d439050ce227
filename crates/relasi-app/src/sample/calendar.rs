//! Days and hours at which people work, seen from today.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use super::random::Random;

/// How many days of history there are.
pub(super) const HISTORY: i64 = 730;

/// Business per month against an average one, in per cent: slow at the turn of the year and in April, best in autumn.
const SEASON: [i64; 12] = [82, 92, 106, 76, 98, 104, 108, 106, 118, 122, 112, 76];

/// Today, and where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    /// The day of `now` in the workspace.
    pub(super) today: NaiveDate,
    /// Its first moment: whatever is done was done before it.
    pub(super) start: DateTime<Utc>,
    zone: Tz,
}

impl Calendar {
    /// The calendar of a workspace.
    pub(super) fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        let today = now.with_timezone(&zone).date_naive();
        Self {
            today,
            start: at(today, zone, 0),
            zone,
        }
    }

    /// The day so many days before today; after it when negative.
    pub(super) fn ago(&self, days: i64) -> NaiveDate {
        self.today - TimeDelta::days(days)
    }

    /// A business hour in `zone` on that day or the last working day before, always before today.
    pub(super) fn done(
        &self,
        day: NaiveDate,
        zone: Tz,
        country: &str,
        random: &mut Random,
    ) -> DateTime<Utc> {
        let minute = business_minute(random);
        let mut day = day.min(self.today);
        loop {
            let time = at(day, zone, minute);
            if time < self.start && is_working_day(day, country) {
                return time;
            }
            day = day - Days::new(1);
        }
    }

    /// A business hour of today, as the workspace sees it.
    pub(super) fn today_at(&self, random: &mut Random) -> DateTime<Utc> {
        at(self.today, self.zone, business_minute(random))
    }

    /// `count` days of the past two years in order, more of them later and in good months.
    pub(super) fn spread(
        &self,
        count: usize,
        last: i64,
        growth: i64,
        random: &mut Random,
    ) -> Vec<NaiveDate> {
        let days: Vec<NaiveDate> = (last..=HISTORY).rev().map(|ago| self.ago(ago)).collect();
        let weights: Vec<i64> = days
            .iter()
            .enumerate()
            .map(|(index, day)| weight(index, *day, growth))
            .collect();
        let total: i64 = weights.iter().sum();
        let slots = i64::try_from(count).unwrap_or(1).max(1);
        let mut chosen = Vec::with_capacity(count);
        for slot in 0..slots {
            // One in each equal share of the weight: close to the curve, yet not regular.
            let target = total * slot / slots + random.between(0, total / slots - 1);
            chosen.push(day_at(&days, &weights, target));
        }
        chosen
    }
}

/// Weight of a day: `growth` is that of the last day against the first, in per cent.
fn weight(index: usize, day: NaiveDate, growth: i64) -> i64 {
    if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        return 0;
    }
    let elapsed = i64::try_from(index).unwrap_or(0);
    let trend = 100 + (growth - 100) * elapsed / HISTORY;
    trend * SEASON[day.month0() as usize]
}

fn day_at(days: &[NaiveDate], weights: &[i64], target: i64) -> NaiveDate {
    let mut sum = 0;
    for (day, weight) in days.iter().zip(weights) {
        sum += weight;
        if target < sum {
            return *day;
        }
    }
    days.last().copied().unwrap_or_default()
}

/// A business hour in `zone` on that day or the first working day after it.
pub(super) fn planned(
    day: NaiveDate,
    zone: Tz,
    country: &str,
    random: &mut Random,
) -> DateTime<Utc> {
    let minute = business_minute(random);
    let mut day = day;
    while !is_working_day(day, country) {
        day = day + Days::new(1);
    }
    at(day, zone, minute)
}

/// A moment in UTC from a day and a minute of it in `zone`.
pub(super) fn at(day: NaiveDate, zone: Tz, minute: i64) -> DateTime<Utc> {
    let local = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute);
    let zoned = zone.from_local_datetime(&local).earliest();
    // A gap in local time is never as long as an hour in the zones in use; beside it UTC is close enough.
    zoned.map_or_else(
        || Utc.from_utc_datetime(&local),
        |time| time.with_timezone(&Utc),
    )
}

/// From 8.30 to 17.15 in steps of five minutes, without the lunch break.
fn business_minute(random: &mut Random) -> i64 {
    if random.chance(48) {
        random.between(102, 141) * 5
    } else {
        random.between(159, 207) * 5
    }
}

/// Neither weekend nor one of the fixed holidays.
pub(super) fn is_working_day(day: NaiveDate, country: &str) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let everywhere = [(1, 1), (12, 25)].contains(&(day.month(), day.day()));
    let local: &[(u32, u32)] = match country {
        "ID" => &[(5, 1), (6, 1), (8, 17), (12, 26)],
        "TH" => &[
            (4, 6),
            (4, 13),
            (4, 14),
            (4, 15),
            (5, 1),
            (12, 5),
            (12, 10),
            (12, 31),
        ],
        "JP" => &[(1, 2), (1, 3), (5, 3), (5, 4), (5, 5), (12, 31)],
        "SG" | "MY" | "VN" => &[(5, 1)],
        _ => &[(12, 24), (12, 26), (12, 31)],
    };
    !weekend && !everywhere && !local.contains(&(day.month(), day.day()))
}
