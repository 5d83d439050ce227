//! When work comes again, by the clock on the wall.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};

/// Longest expression.
const MAX: usize = 100;

/// Minute, hour, day of the month, month and day of the week, as cron has them.
#[derive(Debug, Clone)]
pub struct Cron(croner::Cron);

impl Cron {
    /// Reads an expression; none when it is none, or never comes.
    pub fn parse(text: &str) -> Option<Self> {
        static PARSER: OnceLock<CronParser> = OnceLock::new();
        let parser = PARSER.get_or_init(|| {
            CronParser::builder()
                .seconds(Seconds::Disallowed)
                .year(Year::Disallowed)
                .build()
        });
        let cron = Self(parser.parse(text).ok().filter(|_| text.len() <= MAX)?);
        cron.after(DateTime::UNIX_EPOCH, Tz::UTC)?;
        Some(cron)
    }

    /// The first time after `at` by the clock of a zone.
    ///
    /// Where that clock is put forward, what falls into the gap comes at its end; where it is put back, what comes at a
    /// fixed time comes once.
    pub fn after(&self, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let next = self.0.find_next_occurrence(&at.with_timezone(&zone), false);
        next.ok().map(|next| next.to_utc())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta, TimeZone, Timelike};
    use proptest::prelude::*;

    use super::*;

    const LONDON: Tz = Tz::Europe__London;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn next(cron: &str, after: &str, zone: Tz) -> DateTime<Utc> {
        Cron::parse(cron).unwrap().after(at(after), zone).unwrap()
    }

    /// J7.
    #[test]
    fn j7_the_gap_of_spring_and_the_overlap_of_autumn_in_london() {
        // On 29 March 2026 the clock goes from 01:00 to 02:00.
        let gap = next("30 1 * * *", "2026-03-28T12:00:00Z", LONDON);
        assert_eq!(
            gap,
            at("2026-03-29T01:00:00Z"),
            "at 02:00, which is when the gap ends"
        );
        assert_eq!(
            next("30 1 * * *", "2026-03-29T01:00:00Z", LONDON),
            at("2026-03-30T00:30:00Z")
        );
        // On 25 October 2026 it goes from 02:00 back to 01:00: 01:30 is there twice and comes once.
        let first = next("30 1 * * *", "2026-10-24T12:00:00Z", LONDON);
        assert_eq!(first, at("2026-10-25T00:30:00Z"));
        assert_eq!(
            next("30 1 * * *", "2026-10-25T00:30:00Z", LONDON),
            at("2026-10-26T01:30:00Z")
        );
    }

    /// J7.
    #[test]
    fn j7_jakarta_and_bangkok_have_one_clock_all_year() {
        for zone in [Tz::Asia__Jakarta, Tz::Asia__Bangkok] {
            let mut last = at("2025-12-31T18:30:00Z");
            for _ in 0..400 {
                let next = Cron::parse("30 1 * * *")
                    .unwrap()
                    .after(last, zone)
                    .unwrap();
                assert_eq!(next - last, TimeDelta::days(1));
                last = next;
            }
        }
        assert_eq!(
            next("0 9 * * 1", "2026-11-29T08:00:00Z", Tz::Asia__Jakarta),
            at("2026-11-30T02:00:00Z")
        );
    }

    #[test]
    fn what_is_no_expression_or_never_comes_is_refused() {
        for text in [
            "",
            "* * * *",
            "61 * * * *",
            "0 0 30 2 *",
            "* * * * * *",
            "every day",
            "0 0 * * 1-9",
            &"1,".repeat(80),
        ] {
            assert!(Cron::parse(text).is_none(), "{text}");
        }
        for text in [
            "* * * * *",
            "*/5 8-17 * * 1-5",
            "0 0 1 * *",
            "0 9 * * MON",
            "@daily",
        ] {
            assert!(Cron::parse(text).is_some(), "{text}");
        }
    }

    /// Whether a zone's clock leaves a time of a day out.
    fn is_left_out(zone: Tz, day: NaiveDate, (hour, minute): (u32, u32)) -> bool {
        let wanted = day.and_hms_opt(hour, minute, 0).unwrap();
        zone.from_local_datetime(&wanted).earliest().is_none()
    }

    proptest! {
        /// J7: once a day and never backwards; at its time, unless the clock of the zone leaves that out.
        #[test]
        fn j7_once_a_day_whatever_the_zone(hour in 0u32..24, minute in 0u32..60, start in 0i64..20_000, zone in any::<proptest::sample::Index>()) {
            let zone = chrono_tz::TZ_VARIANTS[zone.index(chrono_tz::TZ_VARIANTS.len())];
            let cron = Cron::parse(&format!("{minute} {hour} * * *")).unwrap();
            let first = DateTime::from_timestamp(start * 86_400, 0).unwrap();
            let mut last = cron.after(first, zone).unwrap();
            let mut moved = true;
            for _ in 0..40 {
                let next = cron.after(last, zone).unwrap();
                prop_assert!(next > last);
                let local = next.with_timezone(&zone);
                let at_its_time = (local.hour(), local.minute()) == (hour, minute);
                let day = local.date_naive();
                let left_out = [day, day.pred_opt().unwrap()].into_iter().any(|day| is_left_out(zone, day, (hour, minute)));
                prop_assert!(at_its_time || left_out, "{zone}: {local}");
                if !moved && at_its_time {
                    let hours = (next - last).num_hours();
                    prop_assert!((20..=28).contains(&hours), "{zone}: {hours} hours before {local}");
                }
                moved = !at_its_time;
                last = next;
            }
        }
    }
}
