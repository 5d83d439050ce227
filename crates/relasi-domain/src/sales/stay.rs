//! How long deals stay where, by their moves from stage to stage.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// A move of a deal into a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move<S> {
    /// Where it went.
    pub to: S,
    /// When.
    pub at: DateTime<Utc>,
}

/// The time that a deal spent in a stage, all its visits together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stay {
    /// Seconds.
    pub seconds: i64,
    /// How often it came.
    pub visits: i64,
}

impl Stay {
    /// Whole days.
    pub fn days(&self) -> i64 {
        self.seconds / 86_400
    }
}

/// How long each move lasted, in the order of the moves; the last one until `end`: now, or the time when the deal
/// was closed. None of them is negative: a clock may have gone back.
pub fn lengths<S>(moves: &[Move<S>], end: DateTime<Utc>) -> Vec<TimeDelta> {
    let next = moves.iter().skip(1).map(|one| one.at);
    let ends = next.chain([end]);
    let lengths = moves.iter().zip(ends).map(|(one, end)| end - one.at);
    lengths
        .map(|length| length.max(TimeDelta::zero()))
        .collect()
}

/// The time spent in each stage: the sum of its stays.
pub fn by_stage<S: Clone + Ord>(moves: &[Move<S>], end: DateTime<Utc>) -> BTreeMap<S, Stay> {
    let mut stays: BTreeMap<S, (TimeDelta, i64)> = BTreeMap::new();
    for (one, length) in moves.iter().zip(lengths(moves, end)) {
        let stay = stays.entry(one.to.clone()).or_default();
        stay.0 += length;
        stay.1 += 1;
    }
    let whole = |(stage, (length, visits)): (S, (TimeDelta, i64))| {
        let seconds = length.num_seconds();
        (stage, Stay { seconds, visits })
    };
    stays.into_iter().map(whole).collect()
}

/// Days since anything happened to a deal: it moved, or something was done. None without either.
pub fn quiet_days(
    moved: Option<DateTime<Utc>>,
    done: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<i64> {
    let last = moved.max(done)?;
    Some((now - last).num_days().max(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn moves(steps: &[(u8, i64)]) -> Vec<Move<u8>> {
        let mut time = 0;
        let step = |(to, after): &(u8, i64)| {
            time += after;
            Move {
                to: *to,
                at: at(time),
            }
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn returns_add_up() {
        let day = 86_400;
        let moves = moves(&[(1, 0), (2, 2 * day), (1, 3 * day), (3, day + 1)]);
        let stays = by_stage(&moves, at(10 * day));
        let of = |stage: u8| (stays[&stage].days(), stays[&stage].visits);
        assert_eq!((of(1), of(2), of(3)), ((3, 2), (3, 1), (3, 1)));
        assert_eq!(stays[&1].seconds, 3 * day + 1);
    }

    #[test]
    fn quiet_since_the_last_of_both() {
        let day = 86_400;
        let now = at(30 * day);
        assert_eq!(quiet_days(Some(at(0)), Some(at(9 * day)), now), Some(21));
        assert_eq!(quiet_days(Some(at(20 * day)), None, now), Some(10));
        assert_eq!(quiet_days(Some(at(31 * day)), None, now), Some(0));
        assert_eq!(quiet_days(None, None, now), None);
    }

    proptest! {
        /// Wherever it goes, the stays are as long together as the time from the first move to the end.
        #[test]
        fn stays_fill_the_time(steps in prop::collection::vec((0_u8..5, 0_i64..10_000_000), 1..30), rest in 0_i64..10_000_000) {
            let moves = moves(&steps);
            let end = moves.last().unwrap().at + TimeDelta::seconds(rest);
            let stays = by_stage(&moves, end);
            let seconds: i64 = stays.values().map(|stay| stay.seconds).sum();
            let visits: i64 = stays.values().map(|stay| stay.visits).sum();
            prop_assert_eq!(seconds, (end - moves[0].at).num_seconds());
            prop_assert_eq!(visits, i64::try_from(moves.len()).unwrap());
        }
    }
}
