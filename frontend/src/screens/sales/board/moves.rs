//! Moving cards: shown at once, then saved, and undone on demand.

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::{deal::OBJECT, stage};
use wasm_bindgen_futures::spawn_local;

use super::model::Deals;
use super::pipelines::Stage;
use crate::i18n::k;
use crate::records::Record;
use crate::screens::sales::going::{Asking, Going};
use crate::screens::verbs;

impl Deals {
    /// Moves a card; first asks for what the stage needs, and why a deal is lost.
    pub fn place(self, card: &str, stage: &str, asking: Asking) {
        let (Some(deal), Some(stage)) = (self.card(card), self.pipelines.stage(stage)) else {
            return;
        };
        if deal.text("stage_id") == Some(&stage.id) {
            return;
        }
        let going = Going {
            pipeline: self.pipelines.pipeline(&stage.pipeline),
            stage: stage.record,
            deal,
        };
        if going.asks() {
            asking.ask(going);
        } else {
            self.go(going, Document::new(), Some(asking));
        }
    }

    /// The stage that won or lost deals of this pipeline go to; not tracked.
    pub fn closing(self, kind: &str) -> Option<Stage> {
        untrack(|| self.stages())
            .into_iter()
            .find(|stage| stage.kind == kind)
    }

    /// Sends a deal to a stage, with what was told of it. What is refused is asked for; without `asking` the way back is
    /// taken, which has none itself.
    pub fn go(self, going: Going, told: Document, asking: Option<Asking>) {
        let (verb, body) = (going.verb(), going.body(told));
        let (deal, stage) = (going.deal.clone(), going.stage.clone());
        let from = deal.text("stage_id").unwrap_or_default().to_owned();
        let mut shown = deal.clone();
        for (name, value) in [
            ("stage_id", stage.id().into()),
            ("status", stage.value("kind").clone()),
        ] {
            shown.fields.insert(name.to_owned(), value);
        }
        self.put(shown);
        self.shift_totals(&deal, &from, stage.id());
        spawn_local(async move {
            match verbs::post(self.api, &OBJECT, &deal, verb, &body, "stage_id").await {
                Ok(now) => {
                    self.put(now.clone());
                    self.load_totals();
                    self.load_counts();
                    if let Some(asking) = asking {
                        asking.taken();
                    }
                    let said = k::ui::moved_to(&now.title(&OBJECT), &stage.title(&stage::OBJECT));
                    if asking.is_some() {
                        self.toasts
                            .undoable(said, move || self.back(now.clone(), &deal));
                    } else {
                        self.toasts.ok(said);
                    }
                }
                Err(error) => {
                    self.put(deal);
                    self.load_totals();
                    let shown = asking.is_some_and(|asking| asking.refused(&going, &error));
                    if !shown {
                        self.toasts.bad(error.text());
                    }
                }
            }
        });
    }

    fn back(self, now: Record, before: &Record) {
        let stage = before
            .text("stage_id")
            .and_then(|id| self.pipelines.stage(id));
        if let Some(stage) = stage {
            let reasons = [("lost", "lost_reason"), ("won", "won_reason")].into_iter();
            let mut reason = reasons.filter(|(kind, _)| *kind == stage.kind);
            let reason = reason.find_map(|(_, name)| before.text(name));
            let told = reason.map(|reason| ("reason".to_owned(), reason.into()));
            let going = Going {
                deal: now,
                stage: stage.record,
                pipeline: None,
            };
            self.go(going, told.into_iter().collect(), None);
        }
    }
}
