//! The pipeline that comes with the data: service contracts.

use relasi_domain::{locale::Language, record::Document};
use serde_json::json;
use uuid::Uuid;

use super::{Way, document::members, words::Words};

/// Its stages: code of the name, chance to win in per cent, kind.
const STAGES: [(&str, i64, &str); 4] = [
    ("due", 40, "open"),
    ("offered", 65, "open"),
    ("renewed", 100, "won"),
    ("ended", 0, "lost"),
];

/// What an open stage asks for and says: days until a deal is quiet, colour, forecast, facts.
fn rules(language: Language, code: &'static str) -> Document {
    let (days, colour, forecast, facts) = match code {
        "due" => (30, "blue", "pipeline", json!(null)),
        "offered" => (
            14,
            "gold",
            "best_case",
            json!(["amount", "close_date", "role:decision_maker"]),
        ),
        _ => return Document::new(),
    };
    members([
        ("rotting_days", json!(days)),
        ("colour", json!(colour)),
        ("forecast_category", json!(forecast)),
        ("required_fields", facts),
        ("guidance", json!(language.word("stage_guidance", code))),
    ])
}

/// A pipeline with its stages, as documents and as the ids that deals need.
#[derive(Debug)]
pub(super) struct NewPipeline {
    /// `id`, name, position and currency.
    pub(super) pipeline: Document,
    /// `id` and their own fields, in order.
    pub(super) stages: Vec<Document>,
    pub(super) way: Way,
}

/// The pipeline for service contracts.
pub(super) fn service(
    language: Language,
    currency: &str,
    position: i64,
    mut id: impl FnMut() -> Uuid,
) -> NewPipeline {
    let pipeline_id = id();
    let pipeline = members([
        ("id", json!(pipeline_id)),
        ("name", json!(language.word("pipeline", "service"))),
        ("position", json!(position)),
        ("currency", json!(currency)),
        ("next_step_required", json!(true)),
        ("lost_reasons", json!(language.lines("lost_reason"))),
        ("won_reasons", json!(language.lines("won_reason"))),
    ]);
    let mut way = Way {
        pipeline: pipeline_id,
        open: Vec::new(),
        won: pipeline_id,
        lost: pipeline_id,
    };
    let mut stages = Vec::new();
    for (position, (code, probability, kind)) in STAGES.into_iter().enumerate() {
        let stage_id = id();
        match kind {
            "won" => way.won = stage_id,
            "lost" => way.lost = stage_id,
            _ => way.open.push(stage_id),
        }
        let mut stage = members([
            ("id", json!(stage_id)),
            ("pipeline_id", json!(pipeline_id)),
            ("name", json!(language.word("stage", code))),
            ("position", json!(position)),
            ("probability", json!(probability)),
            ("kind", json!(kind)),
        ]);
        stage.append(&mut rules(language, code));
        stages.push(stage);
    }
    NewPipeline {
        pipeline,
        stages,
        way,
    }
}
