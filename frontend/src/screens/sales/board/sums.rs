//! Sums of money in several currencies, and what the stages of a pipeline hold.

use relasi_domain::sales::deal::OBJECT;
use serde::Deserialize;

use crate::i18n::{k, money, money_compact};
use crate::records::fields::is_seen;

/// What a stage holds in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct StageTotal {
    /// The stage.
    pub stage_id: String,
    /// ISO 4217.
    pub currency: String,
    /// Deals in it.
    pub count: i64,
    /// In minor units; none for who may not see amounts.
    pub amount: Option<i64>,
    /// Times the chance of the stage, in minor units.
    pub weighted: Option<i64>,
}

/// The answer of `GET /pipelines/{id}/totals`.
#[derive(Clone, Debug, Deserialize)]
pub struct Totals {
    /// Stages that hold deals.
    pub stages: Vec<StageTotal>,
}

/// Amounts by currency, the one named first in front.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sums(Vec<(String, i64)>);

impl Sums {
    /// Adds amounts up by currency; `first` comes first.
    pub fn of(amounts: impl IntoIterator<Item = (String, i64)>, first: &str) -> Self {
        let mut sums: Vec<(String, i64)> = Vec::new();
        for (currency, amount) in amounts {
            match sums.iter_mut().find(|(known, _)| *known == currency) {
                Some((_, sum)) => *sum += amount,
                None => sums.push((currency, amount)),
            }
        }
        sums.retain(|(_, sum)| *sum != 0);
        sums.sort_by_key(|(currency, _)| (currency != first, currency.clone()));
        if sums.is_empty() && !first.is_empty() {
            sums.push((first.to_owned(), 0));
        }
        Self(sums)
    }

    /// The same of amounts that may not all be seen; nothing when one is not, or none would be.
    pub fn seen(amounts: impl IntoIterator<Item = (String, Option<i64>)>, first: &str) -> Self {
        if !is_seen(&OBJECT, "amount") {
            return Self::default();
        }
        let amounts = amounts.into_iter();
        let all: Option<Vec<_>> = amounts
            .map(|(currency, amount)| Some((currency, amount?)))
            .collect();
        all.map_or_else(Self::default, |all| Self::of(all, first))
    }

    /// By currency, the one in front first.
    pub fn amounts(&self) -> &[(String, i64)] {
        &self.0
    }

    /// There is nothing that may be seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Rp 1,2 M + ฿97K`; tracked.
    pub fn short(&self) -> String {
        self.joined(money_compact)
    }

    /// Only the currency in front, in short; tracked.
    pub fn first(&self) -> String {
        Self(self.0.iter().take(1).cloned().collect()).short()
    }

    /// The currency in front, and of several others only how many there are; tracked.
    pub fn brief(&self) -> String {
        match self.0.len() {
            0..=2 => self.short(),
            all => {
                let others = i64::try_from(all - 1).unwrap_or(i64::MAX);
                format!("{} {}", self.first(), k::board::and_currencies(others))
            }
        }
    }

    /// The other currencies in short, `+ ฿97K`; empty when there are none. Tracked.
    pub fn others(&self) -> String {
        let parts: Vec<_> = self
            .0
            .iter()
            .skip(1)
            .map(|(currency, sum)| format!("+\u{a0}{}", money_compact(*sum, currency)))
            .collect();
        parts.join(" ")
    }

    /// The same in full; tracked.
    pub fn exact(&self) -> String {
        self.joined(money)
    }

    fn joined(&self, write: fn(i64, &str) -> String) -> String {
        let parts: Vec<_> = self
            .0
            .iter()
            .map(|(currency, sum)| write(*sum, currency))
            .collect();
        // Lines break between amounts, not before the sign that joins them.
        parts.join(" +\u{a0}")
    }
}

#[cfg(test)]
mod tests {
    use super::Sums;

    #[test]
    fn adds_by_currency() {
        let amounts =
            [("THB", 5), ("IDR", 1), ("IDR", 2), ("USD", 0)].map(|(c, n)| (c.to_owned(), n));
        let wanted = vec![("IDR".to_owned(), 3), ("THB".to_owned(), 5)];
        assert_eq!(Sums::of(amounts, "IDR").0, wanted);
        assert_eq!(Sums::of([], "IDR").0, vec![("IDR".to_owned(), 0)]);
        assert!(Sums::seen([("IDR".to_owned(), None)], "IDR").is_empty());
    }
}
