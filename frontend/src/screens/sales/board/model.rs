//! The cards of a board as they are loaded, and its figures.

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;
use relasi_domain::sales::deal::OBJECT;
use wasm_bindgen_futures::spawn_local;

use super::pipelines::{Pipelines, Stage};
use super::sum_in::SumIn;
use super::sums::{StageTotal, Sums, Totals};
use crate::api::{Api, ApiError, Reply, use_api};
use crate::i18n::k;
use crate::records::fields::is_seen;
use crate::records::list::{Hands, Rows, both};
use crate::records::{Query, Record, store};
use crate::ui::board::BoardColumn;
use crate::ui::toast::{Toasts, use_toasts};

const CARDS: u32 = 50;

/// How far a column is loaded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    /// Where its next page begins.
    pub cursor: Option<String>,
    /// Deals in it that fit the filter; known when there is a filter.
    pub count: Option<i64>,
    /// Their amounts by currency.
    pub sums: Vec<(String, i64)>,
    /// A page is on its way.
    pub busy: bool,
}

/// A board: copies share one state.
#[derive(Clone, Copy)]
pub struct Deals {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    /// Pipelines and stages.
    pub pipelines: Pipelines,
    /// Id of the pipeline shown.
    pub pipeline: Memo<String>,
    /// The cards of all columns, in order: the rows of the list.
    pub cards: RwSignal<Vec<Record>>,
    pub(super) rows: Rows,
    pub(super) loaded: RwSignal<HashMap<String, Loaded>>,
    totals: RwSignal<Vec<StageTotal>>,
    /// In which currency sums are read.
    pub sum_in: SumIn,
    /// Closed stages whose cards are shown.
    pub unfolded: RwSignal<BTreeSet<String>>,
    /// Why there are no cards.
    pub fault: RwSignal<Option<ApiError>>,
    /// Answers of an earlier pipeline or filter are thrown away.
    pub(super) turn: StoredValue<u32>,
}

impl Deals {
    /// A board of the pipeline and of what the list asks for; loads again when they change.
    pub fn new(hands: Hands, pipelines: Pipelines, pipeline: Memo<String>) -> Self {
        let rows = hands.rows();
        let deals = Self {
            api: use_api(),
            toasts: use_toasts(),
            pipelines,
            pipeline,
            cards: rows.list,
            rows,
            loaded: RwSignal::default(),
            totals: RwSignal::default(),
            sum_in: SumIn::new(use_api()),
            unfolded: RwSignal::default(),
            fault: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            rows.turn.track();
            if !deals.pipeline.with(String::is_empty) {
                untrack(|| deals.reload());
            }
        });
        deals
    }

    /// Loads all columns and figures from the start.
    pub fn reload(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.cards.set(Vec::new());
        self.loaded.set(HashMap::new());
        self.load_totals();
        for stage in self.stages() {
            if stage.is_open()
                || self
                    .unfolded
                    .with_untracked(|open| open.contains(&stage.id))
            {
                self.load(&stage);
            }
        }
        self.load_counts();
    }

    /// The stages shown; tracked.
    pub fn stages(self) -> Vec<Stage> {
        self.pipelines.stages_of(&self.pipeline.get())
    }

    pub(super) fn asked(self) -> Query {
        self.rows.asked().unwrap_or_default()
    }

    /// What is asked for narrows the deals of the pipeline; tracked.
    pub(super) fn narrowed(self) -> bool {
        self.rows.turn.track();
        let asked = self.asked();
        let all = format!("pipeline_id = {}", store::quoted(&self.pipeline.get()));
        !asked.text.is_empty() || !(asked.filter.is_empty() || asked.filter == all)
    }

    fn condition(self, stage: &Stage) -> String {
        let own = format!("stage_id = {}", store::quoted(&stage.id));
        both(&self.asked().filter, &own)
    }

    /// Deals are in the order of the view, else in that of what is to be done, the closed ones in that of their end.
    fn order(self, stage: &Stage) -> String {
        let asked = self.asked().sort;
        if !asked.is_empty() && asked != crate::screens::sales::list::DEALS.sort {
            asked
        } else if stage.is_open() {
            "next_step_at".to_owned()
        } else {
            "-closed_at".to_owned()
        }
    }

    /// Loads the next page of a column.
    pub fn load(self, stage: &Stage) {
        let (turn, id) = (self.turn.get_value(), stage.id.clone());
        let cursor = self
            .loaded
            .with_untracked(|all| all.get(&id).and_then(|column| column.cursor.clone()));
        let asked = self.asked();
        let mut include = asked.include.clone();
        for name in ["company", "owner"] {
            if !include.split(',').any(|known| known == name) {
                include = format!("{include},{name}");
            }
        }
        let query = Query {
            filter: self.condition(stage),
            sort: self.order(stage),
            include: include.trim_start_matches(',').to_owned(),
            cursor,
            limit: CARDS,
            ..asked
        };
        self.loaded
            .update(|all| all.entry(id.clone()).or_default().busy = true);
        spawn_local(async move {
            let page = store::list(self.api, &OBJECT, &query).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            let next = page.as_ref().ok().and_then(|page| page.next_cursor.clone());
            self.loaded.update(|all| {
                let column = all.entry(id).or_default();
                column.busy = false;
                column.cursor = next;
            });
            match page {
                Ok(page) => {
                    self.rows.take(page);
                    self.fault.set(None);
                }
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Loads the figures of the pipeline again.
    pub fn load_totals(self) {
        let pipeline = self.pipeline.get_untracked();
        spawn_local(async move {
            let path = format!("/pipelines/{pipeline}/totals");
            let totals = self.api.get(&path).await.and_then(Reply::read::<Totals>);
            // Old figures stay when there is no answer; those of another pipeline are not shown.
            if let (Ok(totals), true) =
                (totals, self.pipeline.try_get_untracked() == Some(pipeline))
            {
                self.totals.set(totals.stages);
            }
        });
    }

    /// How far a column is loaded; tracked.
    pub fn loaded(self, stage: &str) -> Loaded {
        self.loaded
            .with(|all| all.get(stage).cloned().unwrap_or_default())
    }

    /// Shows or hides the cards of a closed stage.
    pub fn fold(self, stage: &str) {
        let shown = self.unfolded.try_update(|open| {
            let now = open.insert(stage.to_owned());
            if !now {
                open.remove(stage);
            }
            now
        });
        if let (Some(true), Some(stage)) = (shown, self.pipelines.stage(stage)) {
            self.load(&stage);
        }
    }

    /// Shows a card as it is now.
    pub fn put(self, card: Record) {
        _ = self.cards.try_update(|cards| {
            match cards.iter_mut().find(|old| old.id() == card.id()) {
                Some(old) => *old = card,
                None => cards.insert(0, card),
            }
        });
    }

    /// A card; not tracked.
    pub fn card(self, id: &str) -> Option<Record> {
        self.cards
            .with_untracked(|cards| cards.iter().find(|card| card.id() == id).cloned())
    }

    /// Moves a deal's count and amount from one stage to another until the server's figures are here.
    pub(super) fn shift_totals(self, card: &Record, from: &str, to: &str) {
        let currency = card.text("currency").unwrap_or_default();
        let amount = card.integer("amount").unwrap_or_default();
        self.totals.update(|all| {
            for (stage, sign) in [(from, -1), (to, 1)] {
                match all
                    .iter_mut()
                    .find(|one| one.stage_id == stage && one.currency == currency)
                {
                    Some(one) => {
                        one.count += sign;
                        one.amount = one.amount.map(|sum| sum + sign * amount);
                    }
                    None if sign > 0 => all.push(StageTotal {
                        stage_id: stage.to_owned(),
                        currency: currency.to_owned(),
                        count: 1,
                        amount: Some(amount).filter(|_| is_seen(&OBJECT, "amount")),
                        weighted: Some(0).filter(|_| is_seen(&OBJECT, "amount")),
                    }),
                    None => {}
                }
            }
        });
        self.loaded.update(|all| {
            for (stage, sign) in [(from, -1), (to, 1)] {
                if let Some(count) = all.get_mut(stage).and_then(|column| column.count.as_mut()) {
                    *count += sign;
                }
            }
        });
    }

    /// Open amounts and weighted ones of the pipeline; tracked.
    pub fn open_sums(self) -> (Sums, Sums) {
        let open: Vec<_> = self
            .stages()
            .into_iter()
            .filter(Stage::is_open)
            .map(|stage| stage.id)
            .collect();
        let first = self.pipelines.currency(&self.pipeline.get());
        let pick = |read: fn(&StageTotal) -> Option<i64>| {
            self.totals.with(|all| {
                let mine = all.iter().filter(|one| open.contains(&one.stage_id));
                let sums = mine.map(|one| (one.currency.clone(), read(one)));
                self.sum_in.told(Sums::seen(sums, &first))
            })
        };
        (pick(|one| one.amount), pick(|one| one.weighted))
    }

    /// The columns with their figures; tracked.
    pub fn columns(self) -> Vec<BoardColumn> {
        let filtered = self.narrowed();
        self.stages()
            .into_iter()
            .map(|stage| {
                if filtered {
                    self.filtered_column(stage)
                } else {
                    self.column(stage)
                }
            })
            .collect()
    }

    pub(super) fn folded(self, stage: &Stage) -> bool {
        !stage.is_open() && self.unfolded.with(|open| !open.contains(&stage.id))
    }

    fn column(self, stage: Stage) -> BoardColumn {
        let first = self.pipelines.currency(&self.pipeline.get());
        let folded = self.folded(&stage);
        self.totals.with(|all| {
            let mine: Vec<_> = all.iter().filter(|one| one.stage_id == stage.id).collect();
            let sum = Sums::seen(
                mine.iter().map(|one| (one.currency.clone(), one.amount)),
                &first,
            );
            let weighted = Sums::seen(
                mine.iter().map(|one| (one.currency.clone(), one.weighted)),
                &first,
            );
            let (sum, weighted) = (self.sum_in.told(sum), self.sum_in.told(weighted));
            let open = stage.is_open();
            BoardColumn {
                count: mine.iter().map(|one| one.count).sum(),
                sum: sum.first(),
                note: note(&sum, &weighted, open),
                detail: if open && !sum.is_empty() {
                    k::board::sum_and_weighted(&sum.exact(), &weighted.exact())
                } else {
                    sum.exact()
                },
                id: stage.id,
                title: stage.name,
                folded,
            }
        })
    }
}

/// Other currencies and the weighted sum, below a column's heading.
pub(super) fn note(sum: &Sums, weighted: &Sums, open: bool) -> String {
    let parts = [
        sum.others(),
        if open && !weighted.is_empty() {
            k::board::weighted(&weighted.first())
        } else {
            String::new()
        },
    ];
    let said: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" · ")
}
