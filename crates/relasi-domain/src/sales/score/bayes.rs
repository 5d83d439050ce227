//! The chance of a lead, learnt by counting: naive Bayes over categories, with Laplace smoothing.
//!
//! Each value of a feature moves the odds by how much more often it was seen among leads that were won than among those
//! that were lost. Features are taken as independent of each other, which they are not quite: the order of leads is better
//! than their chances, and so both are tested on leads that were not learnt from. As features that go together count twice,
//! all weights are made smaller by one factor, the one by which chances come true best ([`Fit`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{FEATURES, Facts};

/// Values of one feature that are told apart; the rest count as one.
pub const MOST_VALUES: usize = 200;

/// All values that were seen too late to be told apart.
const REST: &str = "…";

/// Leads that were won and lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Won.
    pub won: u32,
    /// Lost, or never qualified.
    pub lost: u32,
}

impl Tally {
    fn add(&mut self, won: bool) {
        if won {
            self.won += 1;
        } else {
            self.lost += 1;
        }
    }

    /// Both together.
    pub const fn all(self) -> u32 {
        self.won + self.lost
    }
}

/// What was counted: the whole model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// All leads.
    pub leads: Tally,
    /// By feature and value.
    pub values: BTreeMap<String, BTreeMap<String, Tally>>,
    /// What all weights are multiplied with; 1 in models that were learnt before it was.
    #[serde(default = "whole")]
    pub trust: f64,
}

const fn whole() -> f64 {
    1.0
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            leads: Tally::default(),
            values: BTreeMap::new(),
            trust: whole(),
        }
    }
}

/// What one feature does to the odds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// Which feature.
    pub feature: &'static str,
    /// Its value.
    pub value: String,
    /// The natural logarithm of what the odds are multiplied with.
    pub weight: f64,
    /// Leads with this value that were learnt from.
    pub seen: Tally,
}

impl Counts {
    /// Learns from a lead.
    pub fn add(&mut self, facts: &Facts, won: bool) {
        self.leads.add(won);
        for (feature, value) in facts {
            let values = self.values.entry((*feature).to_owned()).or_default();
            let value = if values.contains_key(value) || values.len() < MOST_VALUES {
                value.as_str()
            } else {
                REST
            };
            values.entry(value.to_owned()).or_default().add(won);
        }
    }

    /// The logarithm of the odds before anything is known of a lead.
    pub fn base(&self) -> f64 {
        odds(self.leads)
    }

    /// What each fact does, the strongest first.
    pub fn reasons(&self, facts: &Facts) -> Vec<Reason> {
        let order = FEATURES.into_iter();
        let mut reasons: Vec<Reason> = order
            .filter_map(|feature| {
                let value = facts.get(feature)?;
                let values = self.values.get(feature)?;
                let all = values.values().fold(Tally::default(), |sum, one| Tally {
                    won: sum.won + one.won,
                    lost: sum.lost + one.lost,
                });
                // What was never seen says nothing, for or against.
                let seen = *values.get(value).or_else(|| values.get(REST))?;
                let kinds = u32::try_from(values.len()).ok()?;
                Some(Reason {
                    feature,
                    value: value.clone(),
                    weight: self.trust * weight(seen, all, kinds),
                    seen,
                })
            })
            .collect();
        reasons.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
        reasons
    }

    /// The chance that a lead is won, from 0 to 1.
    pub fn chance(&self, facts: &Facts) -> f64 {
        chance(self.base() + self.pull(facts))
    }

    /// What all facts together add to the logarithm of the odds.
    fn pull(&self, facts: &Facts) -> f64 {
        let reasons = self.reasons(facts);
        reasons.iter().map(|reason| reason.weight).sum()
    }
}

fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// Steps of 0.05 from −[`FURTHEST`] to +[`FURTHEST`] in which [`Fit`] tells leads apart.
const STEP: f64 = 0.05;
const FURTHEST: i32 = 240;

/// Finds how far the weights of a model are to be trusted, by leads that it has not learnt from.
#[derive(Debug, Clone, Default)]
pub struct Fit {
    base: f64,
    pulls: BTreeMap<i32, Tally>,
}

impl Fit {
    /// Notes what a model would add to the odds of a lead, and what became of it.
    pub fn add(&mut self, model: &Counts, facts: &Facts, won: bool) {
        self.base = model.base();
        let furthest = f64::from(FURTHEST);
        #[expect(clippy::cast_possible_truncation, reason = "cut to the range before")]
        let step = (model.pull(facts) / STEP)
            .round()
            .clamp(-furthest, furthest) as i32;
        self.pulls.entry(step).or_default().add(won);
    }

    /// The factor, in hundredths from 0.05 to 1, with which the squares of chance minus outcome are the fewest; 1 when nothing
    /// is known.
    pub fn trust(&self) -> f64 {
        let squares = |trust: f64| -> f64 {
            let each = self.pulls.iter().map(|(step, tally)| {
                let chance = chance(self.base + trust * f64::from(*step) * STEP);
                f64::from(tally.won) * (1.0 - chance).powi(2)
                    + f64::from(tally.lost) * chance.powi(2)
            });
            each.sum()
        };
        let tried = (5..=100_u32).rev().map(|share| f64::from(share) / 100.0);
        let best = tried.min_by(|one, other| squares(*one).total_cmp(&squares(*other)));
        best.unwrap_or_else(whole)
    }
}

/// ln of (won + 1) ÷ (lost + 1).
fn odds(tally: Tally) -> f64 {
    ((f64::from(tally.won) + 1.0) / (f64::from(tally.lost) + 1.0)).ln()
}

/// ln of the share of a value among those that were won ÷ its share among those that were lost; each of the `kinds` of values
/// counts as if it had been seen once more.
fn weight(seen: Tally, all: Tally, kinds: u32) -> f64 {
    let kinds = f64::from(kinds);
    let whole = (f64::from(all.lost) + kinds) / (f64::from(all.won) + kinds);
    odds(seen) + whole.ln()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn from(source: &str) -> Facts {
        Facts::from([("source", source.to_owned())])
    }

    #[test]
    fn what_was_won_more_often_is_more_promising() {
        let mut counts = Counts::default();
        for number in 0..40 {
            counts.add(&from("referral"), number % 4 != 0);
            counts.add(&from("chat"), number % 4 == 0);
        }
        assert!(counts.chance(&from("referral")) > 0.7);
        assert!(counts.chance(&from("chat")) < 0.3);
        let [reason] = counts.reasons(&from("referral")).try_into().unwrap();
        // (30 + 1) ÷ (10 + 1), the wholes are alike.
        assert!((reason.weight - (31.0_f64 / 11.0).ln()).abs() < 1e-9);
        assert_eq!(reason.seen, Tally { won: 30, lost: 10 });
        assert!(
            (counts.chance(&Facts::new()) - 0.5).abs() < 1e-9,
            "nothing known"
        );
        assert!(
            counts.reasons(&from("never seen")).is_empty(),
            "what was never seen says nothing"
        );
    }

    #[test]
    fn what_counts_twice_is_trusted_less() {
        // The same fact as three features: naive Bayes takes it for three.
        let facts = |value: &str| {
            let of = |feature| (feature, value.to_owned());
            Facts::from(["source", "campaign", "country"].map(of))
        };
        let mut counts = Counts::default();
        let mut fit = Fit::default();
        for number in 0..400 {
            let (value, won) = (["a", "b"][number % 2], number % 5 < 1 + number % 2 * 2);
            if number < 200 {
                counts.add(&facts(value), won);
            } else {
                fit.add(&counts, &facts(value), won);
            }
        }
        counts.trust = fit.trust();
        assert!((0.25..0.45).contains(&counts.trust), "{}", counts.trust);
        assert!((counts.chance(&facts("b")) - 0.6).abs() < 0.03, "3 of 5");
        assert!((counts.chance(&facts("a")) - 0.2).abs() < 0.03, "1 of 5");
        assert!((Fit::default().trust() - 1.0).abs() < 1e-9, "nothing known");
    }

    #[test]
    fn memory_is_bounded() {
        let mut counts = Counts::default();
        for number in 0..1_000 {
            counts.add(&from(&number.to_string()), number % 2 == 0);
        }
        assert_eq!(counts.values["source"].len(), MOST_VALUES + 1);
        assert_eq!(counts.leads.all(), 1_000);
    }

    proptest! {
        #[test]
        fn reasons_add_up_to_the_chance(seen in prop::collection::vec((0..4_u8, 0..3_u8, any::<bool>()), 1..60), source in 0..5_u8, phone in 0..4_u8) {
            let facts = |source: u8, phone: u8| Facts::from([("source", source.to_string()), ("phone", phone.to_string())]);
            let mut counts = Counts::default();
            for (source, phone, won) in &seen {
                counts.add(&facts(*source, *phone), *won);
            }
            let asked = facts(source, phone);
            let chance = counts.chance(&asked);
            let odds = counts.base() + counts.reasons(&asked).iter().map(|reason| reason.weight).sum::<f64>();
            prop_assert!((0.0..=1.0).contains(&chance));
            prop_assert!(((chance / (1.0 - chance)).ln() - odds).abs() < 1e-6);
        }
    }
}
