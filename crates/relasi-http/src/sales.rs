//! Verbs of deals and leads, and the totals of pipelines.

mod hand_offs;
mod lead_schemas;
mod leads;
mod routing;
mod routing_schema;
mod speed;

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    records::Work,
    sales::{deal, totals},
};
use relasi_domain::record::Document;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{answer, parse_id, schema::reference},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToStage {
    stage_id: Uuid,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Registers the verbs.
pub fn register(api: &mut Api) {
    leads::register(api);
    hand_offs::register(api);
    let to_stage = || {
        json!({"type": "object", "description": "The stage to go to.", "required": ["stage_id"], "additionalProperties": false,
            "properties": {"stage_id": {"type": "string", "format": "uuid", "description": "A stage of the deal's pipeline."}}})
    };
    api.add(
        verb("move", "Move a deal to another stage", to_stage()),
        |caller, id, version, body: Body<ToStage>| {
            let stage = body.value.stage_id;
            run(caller, id, version, body, move |work, id, version| {
                deal::move_to(work, id, version, stage)
            })
        },
    );
    let nothing =
        json!({"type": "object", "description": "Nothing.", "additionalProperties": false});
    api.add(
        verb("win", "Win a deal", nothing),
        |caller, id, version, body: Body<Nothing>| run(caller, id, version, body, deal::win),
    );
    let reason = json!({"type": "object", "description": "Why.", "required": ["reason"], "additionalProperties": false,
        "properties": {"reason": {"type": "string", "maxLength": 250, "description": "Why the deal was lost."}}});
    api.add(
        verb("lose", "Lose a deal", reason),
        |caller, id, version, body: Body<Reason>| {
            let reason = body.value.reason.clone();
            run(caller, id, version, body, move |work, id, version| {
                deal::lose(work, id, version, &reason)
            })
        },
    );
    api.add(
        verb("reopen", "Open a closed deal again", to_stage()),
        |caller, id, version, body: Body<ToStage>| {
            let stage = body.value.stage_id;
            run(caller, id, version, body, move |work, id, version| {
                deal::reopen(work, id, version, stage)
            })
        },
    );
    register_totals(api);
    routing::register(api);
    speed::register(api);
}

fn verb(name: &str, summary: &str, body: Value) -> Operation {
    Operation::post(
        &format!("/deals/{{id}}/{name}"),
        "deals",
        &format!("{name}_deal"),
        summary,
    )
    .if_match()
    .body(body)
    .returns(200, "The deal.", reference("Deal"))
}

async fn run<T>(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<T>,
    verb: impl Fn(&mut Work<'_>, Uuid, Option<i64>) -> relasi_app::Result<Document>
    + Send
    + Sync
    + 'static,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .write(&body.bytes, move |work| {
            let done = verb(work, id, version)?;
            Ok(answer(work, &relasi_domain::sales::deal::OBJECT, done))
        })
        .await
}

fn register_totals(api: &mut Api) {
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    let amount = |about: &str| json!({"type": ["integer", "null"], "format": "int64", "description": format!("{about}; null for who may not see amounts.")});
    api.schema("StageTotal", json!({
        "type": "object", "description": "What a stage holds in one currency.",
        "required": ["stage_id", "currency", "count", "amount", "weighted"],
        "properties": {
            "stage_id": {"type": "string", "format": "uuid", "description": "The stage."},
            "currency": {"type": "string", "description": "ISO 4217."},
            "count": whole("Deals in it."), "amount": amount("Sum of their amounts in minor units"),
            "weighted": amount("The sum times the stage's probability")
        }
    }));
    let totals = Operation::get("/pipelines/{id}/totals", "pipelines", "totals_of_pipeline", "Deals per stage of a pipeline")
        .about("Over the deals that the caller may see, kept with every write.")
        .returns(200, "The totals.", json!({
            "type": "object", "description": "Totals by stage and currency.", "required": ["stages"],
            "properties": {"stages": {"type": "array", "description": "Stages that hold deals.", "items": reference("StageTotal")}}
        }));
    api.add(totals, stage_totals);
}

async fn stage_totals(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let stages = caller
        .read_short(move |work| {
            work.get(&relasi_domain::sales::pipeline::OBJECT, id)?;
            totals::of_pipeline(work.conn, work.access, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(json!({"stages": stages})))
}
