//! The currency in which somebody reads the sums of a board: each by itself, or all in one by the rates of the day.

use std::collections::BTreeMap;

use leptos::prelude::*;
use relasi_domain::commerce::money::Rate;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::sums::Sums;
use crate::api::{Api, Reply};
use crate::i18n::k;
use crate::storage;
use crate::ui::select::{Choice, Select};

/// Where this browser remembers it.
const KEY: &str = "relasi.board.currency";

#[derive(Clone, Deserialize)]
struct OfDay {
    currency: String,
    rates: BTreeMap<String, String>,
}

/// The rates of today.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Rates {
    own: String,
    rates: BTreeMap<String, Rate>,
}

impl Rates {
    /// Of texts as the server has them.
    fn of(own: &str, rates: &BTreeMap<String, String>) -> Self {
        let rates = rates.iter();
        let rates =
            rates.filter_map(|(currency, rate)| Some((currency.clone(), Rate::parse(rate)?)));
        Self {
            own: own.to_owned(),
            rates: rates.collect(),
        }
    }

    /// An amount in another currency, by that of the workspace; none without the rates that it takes.
    fn convert(&self, amount: i64, from: &str, to: &str) -> Option<i64> {
        if from == to {
            return Some(amount);
        }
        let own = if from == self.own {
            amount
        } else {
            self.rates.get(from)?.convert(amount, from, &self.own)?
        };
        if to == self.own {
            return Some(own);
        }
        self.rates.get(to)?.convert_back(own, to, &self.own)
    }

    /// Sums in one currency as far as there are rates; the others stay beside it.
    fn within(&self, sums: &Sums, to: &str) -> Sums {
        let amounts = sums.amounts().iter().map(|(from, amount)| {
            let made = self.convert(*amount, from, to);
            made.map_or_else(|| (from.clone(), *amount), |made| (to.to_owned(), made))
        });
        Sums::of(amounts.collect::<Vec<_>>(), to)
    }
}

/// The choice, and what it takes.
#[derive(Clone, Copy)]
pub struct SumIn {
    wanted: RwSignal<String>,
    rates: RwSignal<Rates>,
}

impl SumIn {
    /// As this browser remembers it; the rates come later.
    pub fn new(api: Api) -> Self {
        let made = Self {
            wanted: RwSignal::new(storage::read(KEY).unwrap_or_default()),
            rates: RwSignal::default(),
        };
        spawn_local(async move {
            let found = api.get("/exchange-rates/of-day").await;
            // Without rates each currency stays by itself.
            if let Ok(day) = found.and_then(Reply::read::<OfDay>) {
                let _ = made.rates.try_set(Rates::of(&day.currency, &day.rates));
            }
        });
        made
    }

    /// Sums as they are read; tracked.
    pub fn told(self, sums: Sums) -> Sums {
        let wanted = self.wanted.get();
        let known = self
            .rates
            .with(|rates| wanted == rates.own || rates.rates.contains_key(&wanted));
        if wanted.is_empty() || !known || sums.is_empty() {
            return sums;
        }
        self.rates.with(|rates| rates.within(&sums, &wanted))
    }
}

/// Chooses it, where there are rates.
#[component]
pub fn SumInChoice(of: SumIn) -> impl IntoView {
    let some = Memo::new(move |_| of.rates.with(|rates| !rates.rates.is_empty()));
    let choices = Signal::derive(move || {
        of.rates.with(|rates| {
            let each = Choice::new("", k::board::SUM_EACH.get());
            let own = Choice::new(rates.own.clone(), rates.own.clone());
            let others = rates.rates.keys();
            let others = others.map(|one| Choice::new(one.clone(), one.clone()));
            [each, own].into_iter().chain(others).collect::<Vec<_>>()
        })
    });
    let keep = move |currency: String| storage::write(KEY, &currency);
    view! {
        <Show when=move || some.get()>
            <Select label=k::board::SUM_IN value=of.wanted choices bare=true on_change=keep/>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Rates, Sums};

    #[test]
    fn sums_are_in_one_currency_as_far_as_there_are_rates() {
        let texts =
            [("USD", "15850"), ("THB", "450")].map(|(of, rate)| (of.to_owned(), rate.to_owned()));
        let rates = Rates::of("IDR", &BTreeMap::from(texts));
        let sums = |all: &[(&str, i64)]| {
            let all = all.iter().map(|(of, amount)| ((*of).to_owned(), *amount));
            Sums::of(all.collect::<Vec<_>>(), "")
        };
        let all = sums(&[("IDR", 31_700_000), ("USD", 100), ("JPY", 7)]);
        let told = rates.within(&all, "USD");
        assert_eq!(
            told.amounts(),
            [("USD".to_owned(), 2_100), ("JPY".to_owned(), 7)]
        );
        assert_eq!(rates.convert(45_000, "IDR", "THB"), Some(100));
        assert_eq!(
            rates.convert(100, "THB", "USD"),
            Some(3),
            "by the workspace's own, each step rounded"
        );
        assert_eq!(rates.convert(1, "JPY", "USD"), None);
    }
}
