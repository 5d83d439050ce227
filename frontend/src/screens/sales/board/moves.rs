//! Moving cards: shown at once, then saved, and undone on demand.

use leptos::prelude::*;
use relasi_domain::sales::deal::OBJECT;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::model::Deals;
use super::pipelines::Stage;
use crate::i18n::k;
use crate::records::Record;
use crate::screens::verbs;

/// A deal that is about to be lost.
#[derive(Clone, PartialEq, Debug)]
pub struct Losing {
    /// The deal.
    pub deal: Record,
    /// The stage it goes to.
    pub stage: Stage,
}

impl Deals {
    /// Moves a card. A lost deal asks for the reason first.
    pub fn place(self, card: &str, stage: &str, losing: RwSignal<Option<Losing>>) {
        let (Some(deal), Some(stage)) = (self.card(card), self.pipelines.stage(stage)) else {
            return;
        };
        if deal.text("stage_id") == Some(&stage.id) {
            return;
        }
        if stage.kind == "lost" {
            losing.set(Some(Losing { deal, stage }));
        } else {
            self.go(deal, stage, None, true);
        }
    }

    /// The stage that won or lost deals of this pipeline go to; not tracked.
    pub fn closing(self, kind: &str) -> Option<Stage> {
        untrack(|| self.stages())
            .into_iter()
            .find(|stage| stage.kind == kind)
    }

    /// Sends a deal to a stage; `reason` for a lost one.
    pub fn go(self, deal: Record, stage: Stage, reason: Option<String>, undoable: bool) {
        let from = deal.text("stage_id").unwrap_or_default().to_owned();
        let mut shown = deal.clone();
        shown
            .fields
            .insert("stage_id".to_owned(), stage.id.clone().into());
        shown
            .fields
            .insert("status".to_owned(), stage.kind.clone().into());
        self.put(shown);
        self.shift_totals(&deal, &from, &stage.id);
        let (verb, body) = verb_for(&deal, &stage, reason.as_deref());
        spawn_local(async move {
            match verbs::post(self.api, &OBJECT, &deal, verb, &body, "stage_id").await {
                Ok(now) => {
                    self.put(now.clone());
                    self.load_totals();
                    let said = k::ui::moved_to(&now.title(&OBJECT), &stage.name);
                    if undoable {
                        self.toasts
                            .undoable(said, move || self.back(now.clone(), &deal));
                    } else {
                        self.toasts.ok(said);
                    }
                }
                Err(error) => {
                    self.put(deal);
                    self.load_totals();
                    self.toasts.bad(error.text());
                }
            }
        });
    }

    fn back(self, now: Record, before: &Record) {
        let stage = before
            .text("stage_id")
            .and_then(|id| self.pipelines.stage(id));
        if let Some(stage) = stage {
            let reason = before.text("lost_reason").map(str::to_owned);
            self.go(now, stage, reason, false);
        }
    }
}

fn verb_for(deal: &Record, stage: &Stage, reason: Option<&str>) -> (&'static str, Value) {
    let closed = deal.text("status").is_some_and(|status| status != "open");
    match stage.kind.as_str() {
        "lost" => ("lose", json!({ "reason": reason.unwrap_or_default() })),
        "won" => ("win", json!({})),
        _ if closed => ("reopen", json!({ "stage_id": stage.id })),
        _ => ("move", json!({ "stage_id": stage.id })),
    }
}

#[cfg(test)]
mod tests {
    use super::{Stage, verb_for};
    use crate::records::Record;
    use serde_json::json;

    #[test]
    fn picks_the_verb() {
        let deal =
            |status: &str| serde_json::from_value::<Record>(json!({ "status": status })).unwrap();
        let stage = |kind: &str| Stage {
            id: "s".to_owned(),
            pipeline: String::new(),
            name: String::new(),
            kind: kind.to_owned(),
        };
        for (from, to, verb) in [
            ("open", "open", "move"),
            ("open", "won", "win"),
            ("open", "lost", "lose"),
            ("won", "open", "reopen"),
            ("lost", "won", "win"),
        ] {
            assert_eq!(
                verb_for(&deal(from), &stage(to), Some("x")).0,
                verb,
                "{from} to {to}"
            );
        }
    }
}
