//! How promising a lead is, by rules with points: what is counted, since when and until when.

pub mod bayes;
pub mod facts;
pub mod test;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Faults};

/// The most points that a rule gives or takes.
pub const MOST_POINTS: i64 = 100;
/// The most days after which a rule's points expire.
pub const MOST_DAYS: i64 = 3_650;

/// Something that happens to a lead and may give it points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It filled in a form of ours.
    FormSent,
    /// It wrote to us.
    EmailReceived,
    /// A call with it is done.
    CallHeld,
    /// A meeting with it is done.
    MeetingHeld,
}

impl Happening {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::FormSent,
        Self::EmailReceived,
        Self::CallHeld,
        Self::MeetingHeld,
    ];

    /// Its code in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FormSent => "form_sent",
            Self::EmailReceived => "email_received",
            Self::CallHeld => "call_held",
            Self::MeetingHeld => "meeting_held",
        }
    }

    /// The one of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// The least points of the grades A, B and C; what has fewer is D.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// Of an A.
    pub a: i64,
    /// Of a B.
    pub b: i64,
    /// Of a C.
    pub c: i64,
}

impl Default for Bands {
    fn default() -> Self {
        Self {
            a: 60,
            b: 30,
            c: 10,
        }
    }
}

impl Bands {
    /// The grade of a score.
    pub const fn grade(self, score: i64) -> &'static str {
        if score >= self.a {
            "a"
        } else if score >= self.b {
            "b"
        } else if score >= self.c {
            "c"
        } else {
            "d"
        }
    }

    /// What is wrong with them: they fall from A to C.
    pub fn check(self, faults: &mut Faults) {
        for (name, points) in [("a", self.a), ("b", self.b), ("c", self.c)] {
            let wrong = !(-10_000..=10_000).contains(&points);
            faults.wrong(wrong, || format!("/bands/{name}"), "out_of_range");
        }
        faults.wrong(
            self.a <= self.b,
            || "/bands/b".to_owned(),
            "bands_not_falling",
        );
        faults.wrong(
            self.b <= self.c,
            || "/bands/c".to_owned(),
            "bands_not_falling",
        );
    }
}

/// What is wrong with the points and days of a rule.
pub fn check_worth(points: i64, days: Option<i64>, faults: &mut Faults) {
    if points == 0 || !(-MOST_POINTS..=MOST_POINTS).contains(&points) {
        faults.push(Fault::field("points", "points_out_of_range").with("max", MOST_POINTS));
    }
    if days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        faults.push(Fault::field("days", "out_of_range").with("max", MOST_DAYS));
    }
}

/// A rule that a lead meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// What it gives.
    pub points: i64,
    /// Since when it is met, or when it happened last.
    pub since: DateTime<Utc>,
    /// When its points expire; never when none.
    pub until: Option<DateTime<Utc>>,
}

impl Mark {
    /// A rule that is met since a moment.
    pub fn new(points: i64, since: DateTime<Utc>, days: Option<i64>) -> Self {
        let until = days.and_then(|days| since.checked_add_signed(TimeDelta::try_days(days)?));
        Self {
            points,
            since,
            until,
        }
    }

    /// Whether its points count at a moment.
    pub fn counts(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// Since when a rule is met. What happened counts from the last time on; what a lead is like from when it was first seen to
/// be so, which stays while it is.
pub fn since(
    matches: bool,
    happening: Option<Option<DateTime<Utc>>>,
    known: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if !matches {
        return None;
    }
    match happening {
        Some(last) => last.filter(|at| *at <= now),
        None => Some(known.unwrap_or(now)),
    }
}

/// The points that count at a moment.
pub fn total<'m>(marks: impl IntoIterator<Item = &'m Mark>, now: DateTime<Utc>) -> i64 {
    let counted = marks.into_iter().filter(|mark| mark.counts(now));
    counted.map(|mark| mark.points).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + days * 86_400, 0).expect("in range")
    }

    #[test]
    fn grades_fall_with_the_points() {
        let bands = Bands::default();
        let grades = [100, 60, 59, 30, 10, 9, -50].map(|score| bands.grade(score));
        assert_eq!(grades, ["a", "a", "b", "b", "c", "d", "d"]);
        let mut faults = Faults::default();
        Bands { a: 10, b: 10, c: 0 }.check(&mut faults);
        assert_eq!(faults.0[0].pointer, "/bands/b");
    }

    #[test]
    fn what_a_lead_is_like_counts_from_when_it_was_seen() {
        assert_eq!(since(true, None, None, at(5)), Some(at(5)));
        assert_eq!(since(true, None, Some(at(2)), at(5)), Some(at(2)));
        assert_eq!(since(false, None, Some(at(2)), at(5)), None);
        assert_eq!(
            since(true, Some(Some(at(3))), Some(at(2)), at(5)),
            Some(at(3))
        );
        assert_eq!(since(true, Some(None), None, at(5)), None);
        assert_eq!(since(true, Some(Some(at(9))), None, at(5)), None);
    }

    proptest! {
        #[test]
        fn points_end_when_they_expire(rules in prop::collection::vec((-100..100_i64, 0..50_i64, prop::option::of(1..40_i64)), 0..12), now in 0..120_i64) {
            let marks: Vec<Mark> = rules.iter().map(|(points, since, days)| Mark::new(*points, at(*since), *days)).collect();
            let raw: i64 = rules
                .iter()
                .filter(|(_, since, days)| days.is_none_or(|days| since + days > now))
                .map(|(points, ..)| points)
                .sum();
            prop_assert_eq!(total(&marks, at(now)), raw);
        }
    }
}
