//! Verbs of activities.

use actix_web::{HttpResponse, web::Path};
use chrono::{DateTime, Utc};
use relasi_app::interaction::activity;
use relasi_domain::interaction::activity::OBJECT;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{answer, parse_id, schema::reference},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Completion {
    outcome: Option<String>,
    duration_minutes: Option<i64>,
    done_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Registers the verbs.
pub fn register(api: &mut Api) {
    let complete_one = Operation::post("/activities/{id}/complete", "activities", "complete_activity", "Mark an activity as done")
        .if_match()
        .body(json!({
            "type": "object", "description": "How it went.", "additionalProperties": false,
            "properties": {
                "outcome": {"type": ["string", "null"], "description": "One of the outcomes of activities."},
                "duration_minutes": {"type": ["integer", "null"], "description": "How long it took."},
                "done_at": {"type": ["string", "null"], "format": "date-time", "description": "When it was done; now when left out."}
            }
        }))
        .returns(200, "The activity.", reference("Activity"));
    api.add(complete_one, complete);
    let reopen_one = Operation::post(
        "/activities/{id}/reopen",
        "activities",
        "reopen_activity",
        "Make a done activity a step to do",
    )
    .if_match()
    .body(json!({"type": "object", "description": "Nothing.", "additionalProperties": false}))
    .returns(200, "The activity.", reference("Activity"));
    api.add(reopen_one, reopen);
}

async fn complete(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Completion>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let how = body.value;
    let work = move |work: &mut relasi_app::records::Work<'_>| {
        let outcome = how.outcome.clone();
        let took = how.duration_minutes;
        let done = activity::complete(work, id, version, outcome, took, how.done_at)?;
        Ok(answer(work, &OBJECT, done))
    };
    caller.write(&body.bytes, work).await
}

async fn reopen(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .write(&body.bytes, move |work| {
            let open = activity::reopen(work, id, version)?;
            Ok(answer(work, &OBJECT, open))
        })
        .await
}
