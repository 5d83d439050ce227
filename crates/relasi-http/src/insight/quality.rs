//! Scores, queues and how records are measured.

use actix_web::HttpResponse;
use relasi_app::{
    idempotency::Answer,
    insight::quality::{self, Settings},
    records::Work,
};
use serde::Deserialize;
use serde_json::json;

use super::schema::objects;
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    platform::jobs::shown,
    problem::Problem,
    records::schema::reference,
};

pub(super) fn register(api: &mut Api) {
    let overview = Operation::get(
        "/quality",
        "quality",
        "get_quality",
        "How good the records are, and what there is to do",
    )
    .about(
        "The last measurement of each object with its work queues. The filters are those of the ordinary lists, so a \
         queue can be worked through, changed in bulk and exported like any list; counts are of the last measurement.",
    )
    .returns(200, "By object.", reference("Quality"));
    api.add(overview, get_overview);
    let history = Operation::get(
        "/quality/scores",
        "quality",
        "list_quality_scores",
        "The scores of an object, day by day",
    )
    .query("object", "Whose records; `contact` when left out.", objects())
    .query(
        "days",
        "How many days back.",
        json!({"type": "integer", "minimum": 1, "maximum": 732, "default": 365}),
    )
    .returns(
        200,
        "The oldest first; days without a measurement are left out.",
        json!({"type": "object", "description": "The scores.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "By day.", "items": reference("QualityPoint")}
        }}),
    );
    api.add(history, get_history);
    let measure = Operation::post(
        "/quality/measure",
        "quality",
        "measure_quality",
        "Measure the quality of all records now",
    )
    .about(
        "A job, for those who may import. Every workspace is measured once a day by itself. While one measurement runs, \
         another one is not made.",
    )
    .returns(202, "The job.", reference("Job"));
    api.add(measure, begin);
    let path = "/quality/settings";
    let get = Operation::get(
        path,
        "quality",
        "get_quality_settings",
        "How the quality of records is measured",
    )
    .returns(200, "By object.", reference("QualitySettings"));
    api.add(get, get_settings);
    let put = Operation::put(
        path,
        "quality",
        "set_quality_settings",
        "Set how the quality of records is measured",
    )
    .about(
        "For those who may change settings. Objects that are left out stay as they are. It counts from the next \
         measurement on. Faults: `out_of_range` and `no_weight` for weights, `unknown_field` for fields that are not \
         there or can't be empty, `named_twice`, `too_many`.",
    )
    .body(reference("QualitySettings"))
    .returns(200, "By object.", reference("QualitySettings"));
    api.add(put, set_settings);
}

async fn get_overview(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_much(quality::overview).await?;
    Ok(HttpResponse::Ok().json(found))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HistoryQuery {
    object: Option<String>,
    days: Option<u32>,
}

async fn get_history(
    caller: Caller,
    Query(query): Query<HistoryQuery>,
) -> Result<HttpResponse, Problem> {
    let object = query.object.unwrap_or_else(|| "contact".to_owned());
    let days = query.days.unwrap_or(365);
    let items = caller
        .read_much(move |work| quality::history(work, &object, days))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn begin(caller: Caller) -> Result<HttpResponse, Problem> {
    let work = |work: &mut Work<'_>| {
        Ok(Answer {
            status: 202,
            body: shown(&quality::begin(work)?).to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn get_settings(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(quality::settings).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn set_settings(caller: Caller, body: Body<Settings>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        Ok(Answer {
            status: 200,
            body: json!(quality::change_settings(work, &new)?).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}
