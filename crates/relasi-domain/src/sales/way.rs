//! What the moves of a deal say of each other: where it came again, and from where it came further.

use std::collections::BTreeMap;

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;

/// Microseconds of a week.
pub const WEEK: i64 = 604_800_000_000;

/// The place of a stage in its pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The pipeline.
    pub pipeline: String,
    /// Which one it is there, those in the trash counted as well.
    pub number: usize,
    /// Deals end there without being won.
    pub lost: bool,
}

/// What is kept of a move besides where it went and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// When the deal came to the stage for the first time, if that was an earlier move.
    pub first_at: Option<i64>,
    /// Then or later it came to a later stage of the same pipeline that is not lost.
    pub further: bool,
}

/// The marks of the moves of one deal, which are in order: each a stage and a time.
pub fn marks(moves: &[(&str, i64)], places: &BTreeMap<String, Place>) -> Vec<Mark> {
    let mut marks = vec![Mark::default(); moves.len()];
    let mut first: BTreeMap<&str, i64> = BTreeMap::new();
    for (mark, (stage, at)) in marks.iter_mut().zip(moves) {
        mark.first_at = first.get(stage).copied();
        first.entry(stage).or_insert(*at);
    }
    // From the last move back: how far the deal came in each pipeline from there on.
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left = moves.len();
    for at_once in moves.chunk_by(|one, other| one.1 == other.1).rev() {
        left -= at_once.len();
        let known = || {
            let known = at_once.iter().enumerate();
            known.filter_map(|(number, (stage, _))| Some((left + number, places.get(*stage)?)))
        };
        for (_, place) in known().filter(|(_, place)| !place.lost) {
            let furthest = reached.entry(&place.pipeline).or_insert(place.number);
            *furthest = place.number.max(*furthest);
        }
        for (number, place) in known() {
            let furthest = reached.get(place.pipeline.as_str());
            marks[number].further = furthest.is_some_and(|furthest| *furthest > place.number);
        }
    }
    marks
}

/// How long a deal stood in each stage that it left, all its stays together, and on its whole way, in seconds. Its moves are in
/// order: each the stage that it left and a time.
pub fn stays<'m>(moves: &[(Option<&'m str>, i64)]) -> (BTreeMap<&'m str, i64>, Option<i64>) {
    let mut stood: BTreeMap<&str, i64> = BTreeMap::new();
    for pair in moves.windows(2) {
        if let [(_, since), (Some(left), at)] = pair {
            *stood.entry(left).or_default() += at - since;
        }
    }
    let stood = stood
        .into_iter()
        .map(|(stage, micros)| (stage, micros / SECOND));
    let whole = match moves {
        [first, .., last] => Some((last.1 - first.1) / SECOND),
        _ => None,
    };
    (stood.collect(), whole)
}

/// The week whose beginning is nearest to a moment, and what lies between: more than the weeks before it, or less.
pub fn nearest_week(at: i64) -> (i64, Rest) {
    let week = (at + WEEK / 2).div_euclid(WEEK);
    let begins = week * WEEK;
    let rest = if begins <= at {
        ((begins, at), 1)
    } else {
        ((at, begins), -1)
    };
    (week, rest)
}

/// A stretch of time that counts, or counts against the whole.
pub type Rest = ((i64, i64), i64);

/// The whole weeks that make up most of a stretch of time, and what they lack of it or have too much.
pub fn by_weeks((from, to): (i64, i64)) -> ((i64, i64), Vec<Rest>) {
    let ((first, (before, more)), (last, after)) = (nearest_week(from), nearest_week(to));
    if first >= last {
        return ((0, 0), vec![((from, to), 1)]);
    }
    let rests = [(before, -more), after];
    let rests = rests.into_iter().filter(|((from, to), _)| from < to);
    ((first, last), rests.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places() -> BTreeMap<String, Place> {
        let stages = [
            ("a", 0, false),
            ("a", 1, false),
            ("a", 2, false),
            ("a", 3, true),
            ("b", 0, false),
            ("b", 1, false),
        ];
        let place = |(id, (pipeline, number, lost)): (usize, (&str, usize, bool))| {
            let pipeline = pipeline.to_owned();
            (
                id.to_string(),
                Place {
                    pipeline,
                    number,
                    lost,
                },
            )
        };
        stages.into_iter().enumerate().map(place).collect()
    }

    #[test]
    fn all_stays_of_a_deal_in_a_stage_count_together() {
        let at = |left: Option<&'static str>, seconds: i64| (left, seconds * SECOND);
        // Back to where it was.
        let moves = [
            at(None, 0),
            at(Some("new"), 10),
            at(Some("talk"), 15),
            at(Some("new"), 18),
            at(Some("talk"), 30),
        ];
        let (stood, whole) = stays(&moves);
        assert_eq!(stood, BTreeMap::from([("new", 13), ("talk", 17)]));
        assert_eq!(whole, Some(30), "the parts are the whole");
        assert_eq!(stays(&moves[..1]), (BTreeMap::new(), None));
    }

    proptest! {
        /// One pass each way says what asking every move about all others says.
        #[test]
        fn marks_are_what_asking_each_move_gives(moves in prop::collection::vec((0_usize..7, 0_i64..12), 0..12)) {
            let places = places();
            let mut moves: Vec<(String, i64)> = moves.into_iter().map(|(stage, at)| (stage.to_string(), at)).collect();
            moves.sort_by_key(|(_, at)| *at);
            let asked: Vec<(&str, i64)> = moves.iter().map(|(stage, at)| (stage.as_str(), *at)).collect();
            let expected = asked.iter().enumerate().map(|(number, (stage, at))| Mark {
                first_at: asked[..number].iter().filter(|one| one.0 == *stage).map(|one| one.1).min(),
                further: places.get(*stage).is_some_and(|place| asked.iter().filter(|one| one.1 >= *at).any(|(later, _)| {
                    places.get(*later).is_some_and(|later| {
                        later.pipeline == place.pipeline && later.number > place.number && !later.lost
                    })
                })),
            });
            let expected: Vec<Mark> = expected.collect();
            prop_assert_eq!(marks(&asked, &places), expected);
        }

        /// The weeks and the rests are the stretch, each moment once.
        #[test]
        fn weeks_and_rests_are_the_whole(from in 0_i64..40 * WEEK, long in 0_i64..20 * WEEK, at in 0_i64..60 * WEEK) {
            let ((first, last), rests) = by_weeks((from, from + long));
            let within = |(from, to): &(i64, i64)| i64::from(*from <= at && at < *to);
            let rest: i64 = rests.iter().map(|(rest, sign)| sign * within(rest)).sum();
            prop_assert_eq!(within(&(first * WEEK, last * WEEK)) + rest, within(&(from, from + long)));
            prop_assert!(rests.iter().all(|((from, to), _)| to - from <= WEEK));
        }
    }
}
