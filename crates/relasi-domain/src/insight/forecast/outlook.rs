//! The outlook by history: what open deals will bring if those that stood where they stand are any guide.
//!
//! Of `closed` deals that had been in a stage `won` were won. What the share of the next ones will be is not known
//! exactly: with every share thought equally likely beforehand it is spread as Beta(won + 1, closed − won + 1), with mean
//! m = (won + 1) ÷ (closed + 2) and variance v = m (1 − m) ÷ (closed + 3). Each open deal of amount a brings all or
//! nothing; those of one stage share its unknown share, so their sum has mean m Σa and variance (m (1 − m) − v) Σa² +
//! v (Σa)². Stages are independent. Eight of ten sums lie within 1.2816 standard deviations of the mean, as far as the
//! sum of many deals is spread normally.

use serde::Serialize;

/// Closed deals without which a stage says too little.
pub const MIN_CLOSED: i64 = 20;

/// Standard deviations to either side that hold 80 %.
const EIGHT_OF_TEN: f64 = 1.281_551_565_545;

/// What became of the deals that have been in a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Those that are closed.
    pub closed: i64,
    /// Those of them that were won.
    pub won: i64,
}

impl Outcome {
    /// Whether it is made of enough deals.
    pub const fn is_enough(self) -> bool {
        self.closed >= MIN_CLOSED
    }

    /// The share that the next ones will be won at.
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of deals are far below 2^52"
    )]
    pub fn share(self) -> f64 {
        (self.won as f64 + 1.0) / (self.closed as f64 + 2.0)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of deals are far below 2^52"
    )]
    fn doubt(self) -> f64 {
        let share = self.share();
        share * (1.0 - share) / (self.closed as f64 + 3.0)
    }
}

/// The open deals of a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Part {
    /// What became of those before.
    pub outcome: Outcome,
    /// How many deals.
    pub n: i64,
    /// The sum of their amounts.
    pub amount: i64,
    /// The sum of the squares of their amounts.
    pub squares: f64,
}

/// What deals will bring.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// In one of ten cases less.
    pub low: i64,
    /// The mean.
    pub likely: i64,
    /// In one of ten cases more.
    pub high: i64,
}

/// What the open deals of some stages will bring together; none when a stage with deals has too little history.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a forecast is a guess, and its digits beyond the 15th say nothing"
)]
pub fn outlook(parts: &[Part]) -> Option<Outlook> {
    let (mut mean, mut variance, mut most) = (0.0, 0.0, 0_i64);
    for part in parts.iter().filter(|part| part.n > 0) {
        if !part.outcome.is_enough() {
            return None;
        }
        let (share, doubt, amount) = (
            part.outcome.share(),
            part.outcome.doubt(),
            part.amount as f64,
        );
        mean += share * amount;
        variance += (share * (1.0 - share) - doubt) * part.squares + doubt * amount * amount;
        most = most.saturating_add(part.amount);
    }
    let half = EIGHT_OF_TEN * variance.max(0.0).sqrt();
    let round = |value: f64| (value.round() as i64).clamp(0, most);
    Some(Outlook {
        low: round(mean - half),
        likely: round(mean),
        high: round(mean + half),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn part(outcome: Outcome, amounts: &[i64]) -> Part {
        Part {
            outcome,
            n: i64::try_from(amounts.len()).unwrap(),
            amount: amounts.iter().sum(),
            squares: amounts.iter().map(|one| (*one as f64).powi(2)).sum(),
        }
    }

    #[test]
    fn too_little_history_is_refused() {
        let few = Outcome {
            closed: MIN_CLOSED - 1,
            won: 10,
        };
        let enough = Outcome {
            closed: MIN_CLOSED,
            won: 10,
        };
        assert_eq!(outlook(&[part(enough, &[5]), part(few, &[5])]), None);
        assert_eq!(
            outlook(&[part(few, &[])]),
            Some(Outlook::default()),
            "nothing open, nothing to doubt"
        );
        assert_eq!(outlook(&[part(enough, &[1_000])]).unwrap().likely, 500);
    }

    /// With so much history that the share is known, the mean and the spread are those of all outcomes counted one by one.
    #[test]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "small numbers"
    )]
    fn mean_and_spread_are_those_of_all_outcomes() {
        let amounts = [700, 20, 310, 55, 999, 120, 480, 333];
        let outcome = Outcome {
            closed: 1_000_000_000,
            won: 300_000_000,
        };
        let (mut mean, mut square) = (0.0, 0.0);
        for case in 0_u32..1 << amounts.len() {
            let won = |place: &usize| case & (1 << place) != 0;
            let sum: i64 = (0..amounts.len())
                .filter(won)
                .map(|place| amounts[place])
                .sum();
            let n = i32::try_from(case.count_ones()).unwrap();
            let chance = 0.3_f64.powi(n) * 0.7_f64.powi(8 - n);
            mean += chance * sum as f64;
            square += chance * (sum as f64).powi(2);
        }
        let half = EIGHT_OF_TEN * (square - mean * mean).sqrt();
        let found = outlook(&[part(outcome, &amounts)]).unwrap();
        assert_eq!(found.likely, mean.round() as i64);
        assert_eq!(found.high, (mean + half).round() as i64);
    }

    prop_compose! {
        fn any_part()(closed in MIN_CLOSED..5_000, tenths in 0_i64..=10, amounts in prop::collection::vec(0..1_000_000_000_i64, 0..20)) -> Part {
            part(Outcome { closed, won: closed * tenths / 10 }, &amounts)
        }
    }

    proptest! {
        #[test]
        fn a_range_holds_its_mean_and_lies_within_what_is_open(parts in prop::collection::vec(any_part(), 0..6)) {
            let found = outlook(&parts).unwrap();
            let open: i64 = parts.iter().map(|part| part.amount).sum();
            prop_assert!(0 <= found.low && found.low <= found.likely && found.likely <= found.high && found.high <= open);
        }

        /// The means of parts add up to that of the whole, but for rounding.
        #[test]
        fn means_add_up(parts in prop::collection::vec(any_part(), 1..6)) {
            let whole = outlook(&parts).unwrap().likely;
            let each: i64 = parts.iter().map(|part| outlook(std::slice::from_ref(part)).unwrap().likely).sum();
            prop_assert!((whole - each).abs() <= i64::try_from(parts.len()).unwrap());
        }

        /// The same share known of more deals is doubted less.
        #[test]
        fn more_history_narrows(amounts in prop::collection::vec(1..1_000_000_i64, 1..20), tens in 2_i64..50) {
            let width = |times: i64| {
                let found = outlook(&[part(Outcome { closed: 10 * tens * times + 2 * (times - 1), won: 5 * tens * times + times - 1 }, &amounts)]).unwrap();
                found.high - found.low
            };
            prop_assert!(width(10) <= width(1) + 1);
        }
    }
}
