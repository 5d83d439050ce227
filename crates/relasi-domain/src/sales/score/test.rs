//! How good a model is, by leads that it did not learn from.
//!
//! Chances are sorted into a thousand steps, so that memory does not grow with the leads; leads within a step count as
//! equally promising.

use serde::{Deserialize, Serialize};

use super::bayes::Tally;
use crate::insight::quality::share;

/// Leads with an outcome without which nothing is learnt.
pub const LEAST_LEADS: i64 = 100;
/// Of them, so many at least must have been won, and so many lost.
pub const LEAST_OF_EACH: i64 = 20;
/// The same among those that a model is tested with.
pub const LEAST_TESTED: u32 = 10;
/// The share of leads, the newest ones, that are kept for the test, in per cent.
pub const HELD_OUT: i64 = 30;
/// The area under the curve from which on a model may be switched on, unless the workspace asks for more; in ten-thousandths.
pub const LEAST_AUC: i64 = 6_000;

const STEPS: usize = 1_000;
/// Groups of a calibration.
const BINS: usize = 10;

/// Leads whose outcome is known, by what a model said.
#[derive(Debug, Clone)]
pub struct Trial {
    steps: Vec<Tally>,
    bins: [(Tally, f64); BINS],
    squares: f64,
}

impl Default for Trial {
    fn default() -> Self {
        Self {
            steps: vec![Tally::default(); STEPS],
            bins: Default::default(),
            squares: 0.0,
        }
    }
}

/// Leads to which about the same chance was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// The least chance, in per cent.
    pub from: i64,
    /// Leads.
    pub n: i64,
    /// The chance that they were given in the mean, in ten-thousandths.
    pub predicted: Option<i64>,
    /// Of them, those that were won, in ten-thousandths.
    pub observed: Option<i64>,
}

/// The figures of a test. Shares in ten-thousandths.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Leads that were learnt from.
    pub learned: i64,
    /// Leads of the test.
    pub n: i64,
    /// Of them, won.
    pub won: i64,
    /// The share of those that were won: what is right most often without a model.
    pub base_rate: Option<i64>,
    /// The chance that one that was won stood above one that was lost; 5000 by chance alone.
    pub auc: Option<i64>,
    /// The mean squared distance of chance and outcome; lower is better.
    pub brier: Option<i64>,
    /// Given and real chances.
    pub calibration: Vec<Bin>,
}

impl Figures {
    /// Whether there are leads enough of both kinds to say anything.
    pub fn tells(&self) -> bool {
        let least = i64::from(LEAST_TESTED);
        self.won >= least && self.n - self.won >= least
    }

    /// Whether the model is as good as is asked: its order, and its chances, which come closer to what became of the leads than
    /// the base rate said of all.
    pub fn holds(&self, least_auc: i64) -> bool {
        self.tells()
            && self.auc.is_some_and(|auc| auc >= least_auc)
            && self.closer_than_the_base_rate()
    }

    fn closer_than_the_base_rate(&self) -> bool {
        let (Some(brier), Some(base)) = (self.brier, self.base_rate) else {
            return false;
        };
        brier * 10_000 < base * (10_000 - base)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut to the range before"
)]
fn place(chance: f64, places: usize) -> usize {
    let wide = u32::try_from(places).unwrap_or(u32::MAX);
    let place = (chance.clamp(0.0, 1.0) * f64::from(wide)) as usize;
    place.min(places - 1)
}

/// A share in ten-thousandths.
#[expect(
    clippy::cast_possible_truncation,
    reason = "shares are between 0 and 1"
)]
fn parts(share: f64) -> i64 {
    (share * 10_000.0).round() as i64
}

impl Trial {
    /// Notes what a model said of a lead, and what became of it.
    pub fn add(&mut self, chance: f64, won: bool) {
        let one = |tally: &mut Tally| {
            if won {
                tally.won += 1;
            } else {
                tally.lost += 1;
            }
        };
        one(&mut self.steps[place(chance, STEPS)]);
        let (tally, sum) = &mut self.bins[place(chance, BINS)];
        one(tally);
        *sum += chance;
        let outcome = if won { 1.0 } else { 0.0 };
        self.squares += (chance - outcome).powi(2);
    }

    /// What that comes to; `learned` leads were learnt from.
    pub fn figures(&self, learned: i64) -> Figures {
        let (mut won, mut lost, mut pairs) = (0.0_f64, 0.0_f64, 0.0_f64);
        for step in &self.steps {
            // Each one won stands above all lost in lower steps, and above half of those in its own.
            pairs += f64::from(step.won) * (lost + f64::from(step.lost) / 2.0);
            won += f64::from(step.won);
            lost += f64::from(step.lost);
        }
        let all: Tally = self.steps.iter().fold(Tally::default(), |sum, step| Tally {
            won: sum.won + step.won,
            lost: sum.lost + step.lost,
        });
        let n = i64::from(all.all());
        let calibration = (0_i64..).zip(&self.bins);
        let calibration = calibration.map(|(place, (tally, sum))| {
            let n = i64::from(tally.all());
            Bin {
                from: place * 10,
                n,
                predicted: (n > 0).then(|| parts(sum / f64::from(tally.all()))),
                observed: share(i64::from(tally.won), n),
            }
        });
        Figures {
            learned,
            n,
            won: i64::from(all.won),
            base_rate: share(i64::from(all.won), n),
            auc: (won * lost > 0.0).then(|| parts(pairs / (won * lost))),
            brier: (n > 0).then(|| parts(self.squares / f64::from(all.all()))),
            calibration: calibration.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(leads: &[(f64, bool)]) -> Figures {
        let mut trial = Trial::default();
        for (chance, won) in leads {
            trial.add(*chance, *won);
        }
        trial.figures(7)
    }

    #[test]
    fn figures_are_what_they_say() {
        // By hand: of 6 pairs (won, lost) 5 stand right. Squares: .01 + .16 + .09 + .04 + .01 = .31, of five leads.
        let found = of(&[
            (0.9, true),
            (0.6, true),
            (0.7, false),
            (0.2, false),
            (0.1, false),
        ]);
        assert_eq!(found.auc, Some(8_333));
        assert_eq!(found.brier, Some(1_420));
        assert_eq!(found.base_rate, Some(4_000));
        assert_eq!((found.learned, found.n, found.won), (7, 5, 2));
        assert_eq!(found.calibration[9].observed, Some(10_000));
        assert_eq!(found.calibration[7].predicted, Some(7_000));
        assert_eq!(found.calibration[3].n, 0);
        assert_eq!(of(&[(0.5, true); 3]).auc, None, "nothing to compare with");
        assert!(!found.tells() && !found.holds(5_000));
        let sure = |right: f64| {
            let won = (0..20).map(|_| (right, true));
            let lost = (0..60).map(|number| (if number < 30 { right - 0.02 } else { 0.05 }, false));
            of(&won.chain(lost).collect::<Vec<_>>())
        };
        assert!(sure(0.5).holds(6_000));
        assert!(
            sure(0.98).auc >= sure(0.5).auc && !sure(0.98).holds(6_000),
            "worse than 25 % said of all"
        );
    }

    proptest! {
        #[test]
        fn the_curve_is_that_of_all_pairs(leads in prop::collection::vec((0..1_000_u32, any::<bool>()), 2..80)) {
            let leads: Vec<(f64, bool)> = leads.iter().map(|(chance, won)| ((f64::from(*chance) + 0.5) / 1_000.0, *won)).collect();
            let won = leads.iter().filter(|lead| lead.1);
            let pairs: Vec<f64> = won
                .flat_map(|one| leads.iter().filter(|lead| !lead.1).map(|other| match one.0.total_cmp(&other.0) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                }))
                .collect();
            let expected = (!pairs.is_empty()).then(|| {
                let count = u32::try_from(pairs.len()).expect("few");
                parts(pairs.iter().sum::<f64>() / f64::from(count))
            });
            prop_assert_eq!(of(&leads).auc, expected);
        }
    }
}
