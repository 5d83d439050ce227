use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

use super::*;
use crate::{
    platform::business_hours::{Span, TimeOfDay, Week},
    sales::lead,
    shape::{Customs, Shape},
};

fn time(hours: u16, minutes: u16) -> TimeOfDay {
    TimeOfDay::new(hours, minutes).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn wanted(length: i64, step: i64) -> Wanted {
    Wanted {
        length: minutes(length),
        before: minutes(0),
        after: minutes(0),
        step: minutes(step),
        earliest: DateTime::UNIX_EPOCH,
        last_day: day("2100-01-01"),
        per_day: None,
    }
}

fn hours(zone: Tz, week: &Week) -> Hours<'_> {
    Hours {
        zone,
        week,
        days_off: &[],
        extra: &[],
    }
}

fn busy(from: &str, length: i64) -> Busy {
    Busy {
        from: at(from),
        to: at(from) + minutes(length),
        before: minutes(0),
        after: minutes(0),
    }
}

fn told(found: &[DateTime<Utc>], zone: Tz) -> Vec<String> {
    let local = |one: &DateTime<Utc>| one.with_timezone(&zone).format("%d %H:%M").to_string();
    found.iter().map(local).collect()
}

#[test]
fn what_is_taken_and_the_room_around_it_are_left_out() {
    let week = Week::working_days(time(9, 0), time(12, 0));
    let zone = chrono_tz::Asia::Jakarta;
    let tuesday = (at("2026-12-01T00:00:00Z"), at("2026-12-02T00:00:00Z"));
    let mut look = wanted(30, 30);
    let taken = [busy("2026-12-01T03:00:00Z", 30)];
    let found = free(&hours(zone, &week), &look, &taken, &[], tuesday);
    assert_eq!(
        told(&found, zone),
        ["01 09:00", "01 09:30", "01 10:30", "01 11:00", "01 11:30"]
    );
    look.before = minutes(15);
    let found = free(&hours(zone, &week), &look, &taken, &[], tuesday);
    assert_eq!(
        told(&found, zone),
        ["01 09:00", "01 09:30", "01 11:00", "01 11:30"]
    );
    // What is there already may want more room than what comes.
    let wide = [Busy {
        before: minutes(45),
        ..taken[0]
    }];
    let found = free(&hours(zone, &week), &wanted(30, 30), &wide, &[], tuesday);
    assert_eq!(told(&found, zone), ["01 10:30", "01 11:00", "01 11:30"]);
    look.earliest = at("2026-12-01T04:15:00Z");
    let found = free(&hours(zone, &week), &look, &[], &[], tuesday);
    assert_eq!(told(&found, zone), ["01 11:30"]);
    look = wanted(30, 30);
    look.per_day = Some(1);
    let booked = [at("2026-12-01T03:00:00Z")];
    assert!(free(&hours(zone, &week), &look, &taken, &booked, tuesday).is_empty());
    look.per_day = None;
    look.last_day = day("2026-11-30");
    assert!(free(&hours(zone, &week), &look, &[], &[], tuesday).is_empty());
}

#[test]
fn days_off_have_no_hours_but_those_named_for_them() {
    let week = Week::working_days(time(9, 0), time(11, 0));
    let zone = chrono_tz::Asia::Bangkok;
    let (off, extra) = (
        [day("2026-12-01")],
        [Extra {
            day: day("2026-12-01"),
            from: time(18, 0),
            to: time(19, 0),
        }],
    );
    let hours = Hours {
        zone,
        week: &week,
        days_off: &off,
        extra: &extra,
    };
    let some_days = (at("2026-11-30T17:00:00Z"), at("2026-12-02T17:00:00Z"));
    let found = free(&hours, &wanted(60, 60), &[], &[], some_days);
    assert_eq!(told(&found, zone), ["01 18:00", "02 09:00", "02 10:00"]);
}

#[test]
fn hours_that_meet_at_midnight_are_one() {
    let mut week = Week::default();
    week.0[0].push(Span {
        from: time(23, 0),
        to: time(24, 0),
    });
    week.0[1].push(Span {
        from: time(0, 0),
        to: time(1, 0),
    });
    let zone = chrono_tz::Europe::Berlin;
    let days = (at("2026-11-30T00:00:00Z"), at("2026-12-02T00:00:00Z"));
    let found = free(&hours(zone, &week), &wanted(90, 30), &[], &[], days);
    assert_eq!(told(&found, zone), ["30 23:00", "30 23:30"]);
}

#[test]
fn the_hour_that_summer_time_leaves_out_is_not_offered() {
    let mut week = Week::default();
    week.0[6].push(Span {
        from: time(1, 0),
        to: time(4, 0),
    });
    let zone = chrono_tz::Europe::Berlin;
    let offered = |from: &str, until: &str| {
        let found = free(
            &hours(zone, &week),
            &wanted(60, 60),
            &[],
            &[],
            (at(from), at(until)),
        );
        told(&found, zone)
    };
    // Clocks go from 2 to 3 on 29 March 2026, and from 3 to 2 on 25 October.
    assert_eq!(
        offered("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
        ["29 01:00", "29 03:00"]
    );
    assert_eq!(
        offered("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"),
        ["25 01:00", "25 02:00", "25 02:00", "25 03:00"]
    );
}

#[test]
fn a_design_says_what_is_wrong_with_it() {
    let customs = Customs::default();
    let shape = Shape::new(&lead::OBJECT, &customs);
    let codes = |design: &Design| {
        let mut faults = Faults::default();
        design.check(shape, &mut faults);
        let mut all: Vec<String> = faults
            .0
            .iter()
            .map(|f| format!("{} {}", f.pointer, f.code))
            .collect();
        all.sort();
        all
    };
    assert_eq!(codes(&Design::default()), [] as [&str; 0]);
    let wrong = Design {
        lengths: vec![30, 30, 1],
        time_zone: Some("Jakarta".to_owned()),
        days_ahead: 0,
        step: 0,
        questions: vec![Question {
            field: "name".to_owned(),
            required: true,
            ..Question::default()
        }],
        extra: vec![Extra {
            day: day("2026-12-01"),
            from: time(10, 0),
            to: time(10, 0),
        }],
        ..Design::default()
    };
    assert_eq!(
        codes(&wrong),
        [
            "/days_ahead out_of_range",
            "/extra/0/to before_start",
            "/lengths/1 named_twice",
            "/lengths/2 out_of_range",
            "/questions booking_needs_email",
            "/questions form_needs_way_back",
            "/step out_of_range",
            "/time_zone not_time_zone",
        ]
    );
    let host = |n: u128| Host {
        user_id: uuid::Uuid::from_u128(n),
        time_zone: None,
        week: None,
    };
    let mut faults = Faults::default();
    check_hosts(&[host(1), host(1)], "/hosts", &mut faults);
    assert_eq!(faults.0[0].pointer, "/hosts/1/user_id");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// In every zone, on every day of forty years: what is offered lies within the hours, meets nothing, keeps the room
    /// and is the same whichever time is asked about.
    #[test]
    fn whatever_is_offered_can_be_kept(
        zone in 0..TZ_VARIANTS.len(),
        start in 0_i64..(40 * 365),
        (open, close) in (0_u16..1440, 1_u16..=1440),
        (length, step) in (5_i64..240, 5_i64..120),
        room in (0_i64..60, 0_i64..60),
        taken in prop::collection::vec((0_i64..(4 * 1440), 1_i64..300, 0_i64..60, 0_i64..60), 0..8),
    ) {
        let zone = TZ_VARIANTS[zone];
        let (open, close) = (open.min(close - 1), close.max(open + 1));
        let span = Span { from: time(open / 60, open % 60), to: time(close / 60, close % 60) };
        let week = Week(std::array::from_fn(|_| vec![span]));
        let hours = hours(zone, &week);
        let first = day("1995-01-01") + Days::new(u64::try_from(start).unwrap());
        let begin = Utc.from_utc_datetime(&first.and_hms_opt(0, 0, 0).unwrap());
        let until = begin + TimeDelta::days(4);
        let busy: Vec<Busy> = taken.iter().map(|(from, length, before, after)| Busy {
            from: begin + minutes(*from), to: begin + minutes(from + length), before: minutes(*before), after: minutes(*after),
        }).collect();
        let look = Wanted { before: minutes(room.0), after: minutes(room.1), ..wanted(length, step) };
        let found = free(&hours, &look, &busy, &[], (begin, until));
        prop_assert!(found.is_sorted());
        for at in &found {
            let end = *at + look.length;
            prop_assert!(begin <= *at && *at < until);
            for one in &busy {
                prop_assert!(end + look.after.max(one.before) <= one.from || one.to + look.before.max(one.after) <= *at);
            }
            // Each minute of it lies in the hours by the clock on the wall, but where the clock jumps.
            let whole_day = (open, close) == (0, 1440);
            let local = at.with_timezone(&zone);
            let last = (end - minutes(1)).with_timezone(&zone);
            if !whole_day && local.date_naive() == last.date_naive() {
                prop_assert!(local.time() >= chrono::NaiveTime::MIN + minutes(i64::from(open)), "{local}");
                prop_assert!(local.year() == last.year());
            }
            // Asked about a short time around it, it is offered as well.
            let again = free(&hours, &look, &busy, &[], (*at, *at + minutes(1)));
            prop_assert_eq!(&again, &[*at]);
        }
    }
}
