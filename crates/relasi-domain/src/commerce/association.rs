//! What is bought together: products that go with others, by the purchases of the past.

use serde::Serialize;

use crate::insight::quality::share;

/// Purchases with both products without which nothing is said.
pub const LEAST_TOGETHER: i64 = 3;

/// How two products go together, in purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// With both.
    pub together: i64,
    /// With the first.
    pub with_product: i64,
    /// With the second.
    pub with_other: i64,
    /// All.
    pub purchases: i64,
}

/// What that says of the second product to somebody who has the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Purchases with both.
    pub together: i64,
    /// All purchases.
    pub purchases: i64,
    /// together ÷ purchases, in ten-thousandths.
    pub support: i64,
    /// together ÷ purchases with the first, in ten-thousandths.
    pub confidence: i64,
    /// confidence ÷ the share of purchases with the second, in hundredths; above 100 they go together more often than by chance.
    pub lift: i64,
}

impl Pair {
    /// What it says; nothing when it is seldom, or no more often than by chance.
    pub fn rule(self) -> Option<Rule> {
        if self.together < LEAST_TOGETHER {
            return None;
        }
        let by_chance = self.with_product.checked_mul(self.with_other)?;
        let lift = (by_chance > 0).then(|| {
            let seen = i128::from(self.together) * i128::from(self.purchases) * 100;
            i64::try_from(seen / i128::from(by_chance)).unwrap_or(i64::MAX)
        })?;
        (lift > 100).then_some(Rule {
            together: self.together,
            purchases: self.purchases,
            support: share(self.together, self.purchases)?,
            confidence: share(self.together, self.with_product)?,
            lift,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_what_they_say() {
        // 40 purchases, 10 with beans, 8 with filters, 6 with both: 6 ÷ 10 against 8 ÷ 40.
        let pair = Pair {
            together: 6,
            with_product: 10,
            with_other: 8,
            purchases: 40,
        };
        let rule = pair.rule().expect("often");
        assert_eq!(
            (rule.support, rule.confidence, rule.lift),
            (1_500, 6_000, 300)
        );
        let seldom = Pair {
            together: 2,
            ..pair
        };
        assert_eq!(seldom.rule(), None);
        let by_chance = Pair {
            together: 4,
            with_product: 20,
            with_other: 8,
            purchases: 40,
        };
        assert_eq!(by_chance.rule(), None);
    }
}
