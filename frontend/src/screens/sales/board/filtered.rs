//! The figures of a board that is narrowed by a filter: counted and summed up by the server, stage by stage.

use leptos::prelude::*;
use relasi_domain::sales::deal::{OBJECT, weighted};
use wasm_bindgen_futures::spawn_local;

use super::model::{Deals, note};
use super::pipelines::Stage;
use super::sums::Sums;
use crate::i18n::k;
use crate::records::fields::is_seen;
use crate::records::list::both;
use crate::records::views::groups;
use crate::records::{Query, Record, store};
use crate::ui::board::BoardColumn;

impl Deals {
    /// Asks for the counts and sums of all columns, while there is a filter.
    pub(super) fn load_counts(self) {
        if !untrack(|| self.narrowed()) {
            return;
        }
        let turn = self.turn.get_value();
        let asked = self.asked();
        let own = format!(
            "pipeline_id = {}",
            store::quoted(&self.pipeline.get_untracked())
        );
        let query = Query {
            filter: both(&asked.filter, &own),
            ..asked
        };
        let sums = if is_seen(&OBJECT, "amount") {
            "amount"
        } else {
            ""
        };
        let stages = untrack(|| self.stages());
        spawn_local(async move {
            let found = groups::load(self.api, &OBJECT, ("stage_id", sums), &query).await;
            let (Ok(found), true) = (found, self.turn.try_get_value() == Some(turn)) else {
                return;
            };
            self.loaded.update(|all| {
                for stage in stages {
                    let column = all.entry(stage.id.clone()).or_default();
                    let group = found
                        .groups
                        .iter()
                        .find(|one| one.value == stage.id.as_str());
                    column.count = Some(group.map_or(0, |group| group.count));
                    column.sums = group.map(groups::Group::amounts).unwrap_or_default();
                }
            });
        });
    }

    /// With a filter the figures are those of the deals that fit it. What they weigh is known once all are here: each may
    /// have a chance of its own.
    pub(super) fn filtered_column(self, stage: Stage) -> BoardColumn {
        let first = self.pipelines.currency(&self.pipeline.get());
        let loaded = self.loaded(&stage.id);
        let chance = stage.record.integer("probability").unwrap_or_default();
        let mine = self.cards.with(|cards| {
            let mine = cards.iter();
            let mine = mine.filter(|card| card.text("stage_id") == Some(&stage.id));
            mine.map(|card| of_card(card, chance)).collect::<Vec<_>>()
        });
        let here = i64::try_from(mine.len()).unwrap_or_default();
        let count = loaded.count.unwrap_or(here);
        let whole = here == count;
        let sum = if whole {
            Sums::seen(
                mine.iter()
                    .map(|(of, amount, _)| (of.clone(), Some(*amount))),
                &first,
            )
        } else {
            Sums::seen(
                loaded.sums.into_iter().map(|(of, sum)| (of, Some(sum))),
                &first,
            )
        };
        let weighted = if whole && stage.is_open() {
            Sums::seen(
                mine.into_iter().map(|(of, _, weight)| (of, Some(weight))),
                &first,
            )
        } else {
            Sums::default()
        };
        let (sum, weighted) = (self.sum_in.told(sum), self.sum_in.told(weighted));
        let open = stage.is_open() && whole;
        BoardColumn {
            folded: self.folded(&stage),
            count,
            sum: sum.first(),
            note: note(&sum, &weighted, open),
            detail: if open && !sum.is_empty() {
                k::board::sum_and_weighted(&sum.exact(), &weighted.exact())
            } else {
                sum.exact()
            },
            id: stage.id,
            title: stage.name,
        }
    }
}

/// Currency, amount, and amount by its chance.
fn of_card(card: &Record, chance: i64) -> (String, i64, i64) {
    let amount = card.integer("amount").unwrap_or_default();
    let chance = card.integer("probability").unwrap_or(chance);
    let currency = card.text("currency").unwrap_or_default();
    (currency.to_owned(), amount, weighted(amount, chance))
}
