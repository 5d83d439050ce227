use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{Calendar, Holiday, Span, TimeOfDay, Week, check_holidays};
use crate::fault::Faults;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).expect("a time of the day")
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn office(zone: Tz) -> Calendar {
    let week = Week::working_days(time("09:00"), time("17:00"));
    let holiday = Holiday {
        day: NaiveDate::from_ymd_opt(2026, 12, 25).expect("a day"),
        name: "Natal".to_owned(),
    };
    Calendar::new(zone, week, &[holiday])
}

#[test]
fn evenings_weekends_and_days_off_do_not_count() {
    let jakarta = office(chrono_tz::Asia::Jakarta);
    // Friday 16:30 at UTC+7, and an hour: Monday 9:30.
    let friday = at("2026-11-27T09:30:00Z");
    assert_eq!(
        jakarta.after(friday, minutes(60)),
        Some(at("2026-11-30T02:30:00Z"))
    );
    assert_eq!(
        jakarta.between(friday, at("2026-11-30T02:30:00Z")),
        minutes(60)
    );
    // Thursday the 24th, 16:59; the 25th is off, then the weekend.
    let eve = at("2026-12-24T09:59:00Z");
    assert_eq!(
        jakarta.after(eve, minutes(5)),
        Some(at("2026-12-28T02:04:00Z"))
    );
    assert!(!jakarta.is_open(at("2026-12-25T03:00:00Z")));
    assert!(jakarta.is_open(eve) && !jakarta.is_open(at("2026-12-24T10:00:00Z")));
}

#[test]
fn zones_far_from_ours_count_by_their_own_days() {
    // Monday 8:00 UTC is Monday 19:00 at UTC+11 and midnight at UTC-8.
    let monday = at("2026-11-30T08:00:00Z");
    let noumea = office(chrono_tz::Pacific::Noumea);
    assert_eq!(
        noumea.after(monday, minutes(1)),
        Some(at("2026-11-30T22:01:00Z"))
    );
    let pitcairn = office(chrono_tz::Pacific::Pitcairn);
    assert_eq!(
        pitcairn.after(monday, minutes(1)),
        Some(at("2026-11-30T17:01:00Z"))
    );
}

#[test]
fn hours_last_what_passes_when_clocks_change() {
    let night = Span {
        from: time("00:00"),
        to: time("06:00"),
    };
    let week = Week(std::array::from_fn(|_| vec![night]));
    let berlin = Calendar::new(chrono_tz::Europe::Berlin, week, &[]);
    let day = |from: &str, to: &str| berlin.between(at(from), at(to));
    // From two to three is left out on 29 March and comes twice on 25 October.
    assert_eq!(
        day("2026-03-28T22:00:00Z", "2026-03-29T12:00:00Z"),
        minutes(5 * 60)
    );
    assert_eq!(
        day("2026-10-24T20:00:00Z", "2026-10-25T12:00:00Z"),
        minutes(7 * 60)
    );
    assert_eq!(
        day("2026-10-25T20:00:00Z", "2026-10-26T12:00:00Z"),
        minutes(6 * 60)
    );
}

#[test]
fn what_is_never_open_is_never_over() {
    let zone = chrono_tz::Asia::Bangkok;
    let empty = Calendar::new(zone, Week::default(), &[]);
    let now = at("2026-11-30T08:00:00Z");
    assert_eq!(empty.after(now, minutes(1)), None);
    assert_eq!(empty.between(now, now + TimeDelta::days(30)), minutes(0));
    let always = Calendar::always(zone);
    assert_eq!(always.after(now, minutes(5)), Some(now + minutes(5)));
    assert_eq!(always.between(now, now + minutes(90)), minutes(90));
    assert!(always.is_open(now));
}

#[test]
fn what_overlaps_or_ends_before_it_begins_is_refused() {
    let span = |from, to| Span {
        from: time(from),
        to: time(to),
    };
    let mut week = Week::default();
    week.0[0] = vec![span("09:00", "12:00"), span("11:00", "17:00")];
    week.0[1] = vec![span("17:00", "09:00")];
    let mut faults = Faults::default();
    week.check("/week", &mut faults);
    let found: Vec<(&str, &str)> = faults
        .0
        .iter()
        .map(|fault| (fault.pointer.as_str(), fault.code))
        .collect();
    assert_eq!(
        found,
        [
            ("/week/0/1/from", "hours_overlap"),
            ("/week/1/0/to", "before_start")
        ]
    );
    let mut faults = Faults::default();
    Week::default().check("/week", &mut faults);
    assert_eq!(faults.0[0].code, "never_open");
    let day = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
    let twice = [day, day].map(|day| Holiday {
        day,
        name: String::new(),
    });
    let mut faults = Faults::default();
    check_holidays(&twice, "/holidays", &mut faults);
    assert_eq!(faults.0[0].pointer, "/holidays/1/day");
}

#[test]
fn times_of_the_day_are_read_as_they_are_written() {
    for text in ["00:00", "09:05", "23:59", "24:00"] {
        assert_eq!(time(text).to_string(), text);
    }
    for text in ["24:01", "9:00", "12:60", "noon", "-1:00", ""] {
        assert_eq!(TimeOfDay::parse(text), None, "{text}");
    }
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zones = prop::sample::select(vec![
        chrono_tz::Europe::Berlin,
        chrono_tz::Europe::London,
        chrono_tz::America::Los_Angeles,
        chrono_tz::America::Sao_Paulo,
        chrono_tz::Asia::Jakarta,
        chrono_tz::Pacific::Noumea,
        chrono_tz::Pacific::Apia,
        chrono_tz::Australia::Lord_Howe,
    ]);
    let day = prop::collection::vec(0..=24 * 60_u16, 0..5).prop_map(|mut edges| {
        edges.sort_unstable();
        edges.dedup();
        let span = |pair: &[u16]| Span {
            from: TimeOfDay(pair[0]),
            to: TimeOfDay(pair[1]),
        };
        edges.chunks_exact(2).map(span).collect::<Vec<Span>>()
    });
    let week = prop::array::uniform7(day);
    let off = prop::collection::vec(0..1_500_u64, 0..6);
    (zones, week, off).prop_map(|(zone, mut week, off)| {
        // One hour a week at least.
        week[2].clear();
        week[2].push(Span {
            from: TimeOfDay(600),
            to: TimeOfDay(660),
        });
        let first = NaiveDate::from_ymd_opt(2011, 6, 1).expect("a day");
        let holidays: Vec<Holiday> = off
            .into_iter()
            .map(|n| Holiday {
                day: first + chrono::Days::new(n),
                name: String::new(),
            })
            .collect();
        Calendar::new(zone, Week(week), &holidays)
    })
}

fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    // From the summer of 2011, in which Samoa left out a day, for four years.
    (1_306_886_400..1_433_116_800_i64)
        .prop_map(|seconds| DateTime::from_timestamp(seconds, 0).expect("in range"))
}

proptest! {
    #[test]
    fn time_after_a_moment_is_the_time_between((calendar, start) in (calendars(), moments()), count in 1..20_000_i64) {
        let time = minutes(count);
        let end = calendar.after(start, time).expect("an hour a week");
        prop_assert_eq!(calendar.between(start, end), time);
        let later = calendar.after(start, time + minutes(1)).expect("an hour a week");
        prop_assert!(later > end);
    }

    #[test]
    fn times_add_up((calendar, a) in (calendars(), moments()), b in 0..5_000_000_i64, c in 0..5_000_000_i64) {
        let b = a + TimeDelta::seconds(b);
        let c = b + TimeDelta::seconds(c);
        prop_assert_eq!(calendar.between(a, b) + calendar.between(b, c), calendar.between(a, c));
        prop_assert!(calendar.between(a, b) <= b - a);
        let after = |start| calendar.after(start, minutes(90));
        prop_assert!(after(a) <= after(b));
    }

    #[test]
    fn times_follow_each_other((calendar, start) in (calendars(), moments()), first in 1..5_000_i64, second in 1..5_000_i64) {
        let there = calendar.after(start, minutes(first)).and_then(|then| calendar.after(then, minutes(second)));
        prop_assert_eq!(there, calendar.after(start, minutes(first + second)));
    }
}
