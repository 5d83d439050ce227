//! The chance of a lead, learnt by counting: naive Bayes over categories, with Laplace smoothing.
//!
//! Each value of a feature moves the odds by how much more often it was seen among leads that were won than among those
//! that were lost. Features are taken as independent of each other, which they are not quite: the order of leads is better
//! than their chances, and so both are tested on leads that were not learnt from.

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All leads.
    pub leads: Tally,
    /// By feature and value.
    pub values: BTreeMap<String, BTreeMap<String, Tally>>,
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
                let found = values.get(value).or_else(|| values.get(REST));
                let seen = found.copied().unwrap_or_default();
                // One more value than were seen: what was never seen is possible too.
                let kinds = u32::try_from(values.len()).ok()?.saturating_add(1);
                Some(Reason {
                    feature,
                    value: value.clone(),
                    weight: weight(seen, all, kinds),
                    seen,
                })
            })
            .collect();
        reasons.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
        reasons
    }

    /// The chance that a lead is won, from 0 to 1.
    pub fn chance(&self, facts: &Facts) -> f64 {
        let odds: f64 = self.base()
            + self
                .reasons(facts)
                .iter()
                .map(|reason| reason.weight)
                .sum::<f64>();
        1.0 / (1.0 + (-odds).exp())
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
            counts.chance(&from("never seen")).is_finite(),
            "nothing is impossible"
        );
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
