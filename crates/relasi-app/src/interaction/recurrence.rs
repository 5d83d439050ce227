//! The moments at which something comes again.
//!
//! Rules are counted out on the clock on the wall, which knows no offset, and each time is then taken for the moment at
//! which the clocks of the zone show it: nine o'clock stays nine o'clock over summer time.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    interaction::recurrence::{End, Recurrence},
    platform::business_hours::instant_of,
};
use rrule::{RRule, RRuleSet, Unvalidated};

/// Moments after `after`, in their order. The rule begins at `starts`, by the clocks of `zone`.
pub fn moments(
    rule: &Recurrence,
    starts: DateTime<Utc>,
    zone: Tz,
    after: DateTime<Utc>,
) -> impl Iterator<Item = DateTime<Utc>> + use<> {
    // Rules know whole seconds.
    let fine = TimeDelta::nanoseconds(i64::from(starts.timestamp_subsec_nanos()));
    let set = counted(
        rule,
        (starts - fine).with_timezone(&zone).naive_local(),
        zone,
    );
    let all: Vec<DateTime<Utc>> = set
        .iter()
        .flat_map(|set| set.into_iter().map(|at| at.naive_local()))
        .take(FURTHEST)
        .map(|local| instant_of(zone, local) + fine)
        .skip_while(|at| *at <= after)
        .take(MOST)
        .collect();
    let mut last = after;
    all.into_iter().filter(move |at| {
        // Two times in the hour that a clock leaves out are one moment.
        let fresh = *at > last;
        last = last.max(*at);
        fresh
    })
}

/// How far a rule is counted out: twenty-seven years of days.
const FURTHEST: usize = 10_000;

/// The most moments of one answer.
const MOST: usize = 400;

/// The rule on a clock without a zone; none where it has no moment at all.
fn counted(rule: &Recurrence, starts: NaiveDateTime, zone: Tz) -> Option<RRuleSet> {
    let mut rule = rule.clone();
    if let End::Until(until) = &rule.end {
        rule.end = End::Until(until_local(until, zone)?);
    }
    let text: RRule<Unvalidated> = rule.to_string().parse().ok()?;
    text.build(rrule::Tz::UTC.from_utc_datetime(&starts)).ok()
}

/// A day ends with its last second by the clock of the zone.
fn until_local(until: &str, zone: Tz) -> Option<String> {
    if !until.contains('T') {
        return Some(format!("{until}T235959Z"));
    }
    let at = NaiveDateTime::parse_from_str(until, "%Y%m%dT%H%M%SZ").ok()?;
    let local = at.and_utc().with_timezone(&zone).naive_local();
    Some(local.format("%Y%m%dT%H%M%SZ").to_string())
}

/// Whether a rule that begins here comes at all.
pub fn comes(rule: &Recurrence, starts: DateTime<Utc>, zone: Tz) -> bool {
    counted(rule, starts.with_timezone(&zone).naive_local(), zone).is_some()
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Timelike};
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn some(rule: &str, starts: &str, zone: Tz, count: usize) -> Vec<String> {
        let starts = at(starts);
        let rule = rule.parse().unwrap();
        let all = moments(&rule, starts, zone, starts).take(count);
        all.map(|at| at.format("%m-%dT%H:%MZ").to_string())
            .collect()
    }

    #[test]
    fn nine_o_clock_stays_nine_o_clock() {
        let berlin = Tz::Europe__Berlin;
        // The clocks are put forward on 29 March 2026 and back on 25 October.
        assert_eq!(
            some("FREQ=WEEKLY", "2026-03-23T08:00:00Z", berlin, 2),
            ["03-30T07:00Z", "04-06T07:00Z"]
        );
        assert_eq!(
            some("FREQ=DAILY;INTERVAL=2", "2026-10-23T07:00:00Z", berlin, 2),
            ["10-25T08:00Z", "10-27T08:00Z"]
        );
        // Half past two is left out on that Sunday.
        assert_eq!(
            some("FREQ=DAILY", "2026-03-28T01:30:00Z", berlin, 2),
            ["03-29T01:00Z", "03-30T00:30Z"]
        );
    }

    #[test]
    fn rules_come_when_they_say() {
        let jakarta = Tz::Asia__Jakarta;
        assert_eq!(
            some(
                "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4",
                "2026-11-30T02:00:00Z",
                jakarta,
                9
            ),
            ["12-02T02:00Z", "12-07T02:00Z", "12-09T02:00Z"],
            "the first is one of the four"
        );
        assert_eq!(
            some(
                "FREQ=MONTHLY;BYMONTHDAY=31",
                "2026-01-31T02:00:00Z",
                jakarta,
                3
            ),
            ["03-31T02:00Z", "05-31T02:00Z", "07-31T02:00Z"],
            "what a month does not have is left out"
        );
        assert_eq!(
            some(
                "FREQ=MONTHLY;BYDAY=-1FR",
                "2026-11-27T02:00:00Z",
                jakarta,
                2
            ),
            ["12-25T02:00Z", "01-29T02:00Z"]
        );
        // Seven in the evening in Jakarta is still the day before in London; the day is that of Jakarta.
        assert_eq!(
            some(
                "FREQ=DAILY;UNTIL=20261202",
                "2026-11-30T16:30:00Z",
                jakarta,
                9
            ),
            ["12-01T16:30Z", "12-02T16:30Z"]
        );
        assert_eq!(
            some(
                "FREQ=DAILY;UNTIL=20261201T163000Z",
                "2026-11-30T16:30:00Z",
                jakarta,
                9
            ),
            ["12-01T16:30Z"]
        );
        assert!(
            some(
                "FREQ=DAILY;UNTIL=20200101",
                "2026-11-30T16:30:00Z",
                jakarta,
                9
            )
            .is_empty()
        );
    }

    proptest! {
        /// On every day, by the clock of every zone: the same time, unless the clock leaves that out.
        #[test]
        fn the_clock_on_the_wall_is_kept_in_every_zone(
            start in 0i64..20_000, minute in 0i64..1440, zone in any::<proptest::sample::Index>(), weekly in any::<bool>(),
        ) {
            let zone = chrono_tz::TZ_VARIANTS[zone.index(chrono_tz::TZ_VARIANTS.len())];
            let starts = DateTime::from_timestamp(start * 86_400 + minute * 60, 0).unwrap();
            let wall = starts.with_timezone(&zone);
            let rule = if weekly { "FREQ=WEEKLY" } else { "FREQ=DAILY" }.parse().unwrap();
            let all: Vec<_> = moments(&rule, starts, zone, starts).take(60).collect();
            prop_assert!(all.len() >= 58, "{zone}: {}", all.len());
            let mut last = starts;
            for at in all {
                prop_assert!(at > last);
                let local = at.with_timezone(&zone);
                let kept = (local.hour(), local.minute()) == (wall.hour(), wall.minute());
                let day = local.date_naive();
                let left_out = [day, day.pred_opt().unwrap()].into_iter().any(|day| {
                    zone.from_local_datetime(&day.and_time(wall.time())).earliest().is_none()
                });
                prop_assert!(kept || left_out, "{zone}: {local} after {wall}");
                prop_assert!(!weekly || !kept || local.weekday() == wall.weekday());
                prop_assert!(at - last >= TimeDelta::hours(20));
                last = at;
            }
        }
    }
}
