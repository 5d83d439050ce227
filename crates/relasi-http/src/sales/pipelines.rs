//! What the stages of pipelines hold, how their deals ended, and reasons that become one.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    platform::exchange_rate,
    records::Work,
    sales::{
        pipeline,
        reasons::{self, Merge},
        totals,
    },
};
use relasi_domain::{choices, fault::Fault, sales::pipeline::OBJECT};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    moment::{Edge, moment},
    problem::Problem,
    records::{parse_id, schema::reference},
};

/// Query parameters of totals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TotalsQuery {
    at: Option<String>,
    currency: Option<String>,
}

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    let list = |about: &str, name: &str| {
        json!({
            "type": "object", "description": about, "required": ["stages"],
            "properties": {"stages": {"type": "array", "description": about, "items": reference(name)}}
        })
    };
    let totals = Operation::get("/pipelines/{id}/totals", "pipelines", "totals_of_pipeline", "Deals per stage of a pipeline")
        .about("Over the deals that the caller may see, kept with every write. With `at`: where they stood then, by their moves; amounts and chances are those of now.")
        .query("at", "An instant, or a day of the workspace for its end.", json!({"type": "string"}))
        .query("currency", "Sums of `own` in this one, ISO 4217; in the workspace's when it is left out.", json!({"type": "string"}))
        .returns(200, "The totals.", json!({
            "type": "object", "description": "Totals by stage and currency.", "required": ["stages", "currency", "own"],
            "properties": {
                "stages": {"type": "array", "description": "Stages that hold deals, by currency.", "items": reference("StageTotal")},
                "currency": {"type": "string", "description": "That of `own`, ISO 4217: the workspace's, or the one that was asked for."},
                "own": {"type": "array", "description": "The same in one currency, by the exchange rates of today, or of the day of `at`.", "items": reference("OwnTotal")}
            }
        }));
    api.add(totals, stage_totals);
    let rates = Operation::get(
        "/pipelines/{id}/rates",
        "pipelines",
        "rates_of_pipeline",
        "How often deals that entered a stage were won",
    )
    .about("Over the closed deals that the caller may see. A stage without any is left out.")
    .returns(
        200,
        "The rates.",
        list("Stages that closed deals have been in.", "StageRate"),
    );
    api.add(rates, stage_rates);
    let merge = Operation::post(
        "/pipelines/{id}/merge-reasons",
        "pipelines",
        "merge_reasons_of_pipeline",
        "Make one reason of several",
    )
    .about("The list of the pipeline changes at once; the deals that have one of the reasons are given the other in the background, by a bulk operation.")
    .if_match()
    .body(reference("ReasonMerge"))
    .returns(202, "The pipeline and the operation.", reference("MergedReasons"));
    api.add(merge, merge_reasons);
}

fn register_schemas(api: &mut Api) {
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    let amount = |about: &str| json!({"type": ["integer", "null"], "format": "int64", "description": format!("{about}; null for who may not see amounts.")});
    let stage = || json!({"type": "string", "format": "uuid", "description": "The stage."});
    api.schema("OwnTotal", json!({
        "type": "object", "description": "What a stage holds over all currencies, in that of the workspace.",
        "required": ["stage_id", "amount", "weighted", "complete"],
        "properties": {
            "stage_id": {"type": "string", "format": "uuid", "description": "The stage."},
            "amount": {"type": "integer", "format": "int64", "description": "Sum of the amounts for which there is a rate, in minor units."},
            "weighted": {"type": "integer", "format": "int64", "description": "The sum times the chances of the deals."},
            "complete": {"type": "boolean", "description": "Every currency in the stage has a rate."}
        }
    }));
    api.schema("StageTotal", json!({
        "type": "object", "description": "What a stage holds in one currency.",
        "required": ["stage_id", "currency", "count", "amount", "weighted"],
        "properties": {
            "stage_id": stage(), "currency": {"type": "string", "description": "ISO 4217."},
            "count": whole("Deals in it."), "amount": amount("Sum of their amounts in minor units"),
            "weighted": amount("The sum times the stage's probability, and of deals with a probability of their own times that")
        }
    }));
    api.schema("StageRate", json!({
        "type": "object", "description": "What became of the deals that entered a stage.", "required": ["stage_id", "closed", "won"],
        "properties": {"stage_id": stage(), "closed": whole("Closed deals that have been in it."), "won": whole("Those of them that were won.")}
    }));
    let text = |about: &str| json!({"type": "string", "maxLength": 250, "description": about});
    api.schema("ReasonMerge", json!({
        "type": "object", "description": "Which reasons become one.", "required": ["kind", "from", "to"], "additionalProperties": false,
        "properties": {
            "kind": {"type": "string", "enum": ["won", "lost"], "description": "Reasons for what."},
            "from": {"type": "array", "description": "The reasons that go.", "items": text("A reason.")},
            "to": text("The one that stays, in the list or new.")
        }
    }));
    api.schema("MergedReasons", json!({
        "type": "object", "description": "What was changed, and what goes on.", "required": ["pipeline", "operation"],
        "properties": {"pipeline": reference("Pipeline"), "operation": reference("BulkOperation")}
    }));
}

async fn stage_totals(
    caller: Caller,
    id: Path<String>,
    query: Query<TotalsQuery>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let wanted = query.0.currency;
    if wanted.as_deref().is_some_and(choices::bad_currency) {
        return Err(Problem::fault(Fault::at("?currency", "not_currency")));
    }
    let at = query.0.at.as_deref();
    let at = at
        .map(|at| moment(&caller, at, Edge::End, "?at"))
        .transpose()?;
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    let day = at.unwrap_or(caller.now).with_timezone(&zone).date_naive();
    let work = move |work: &mut Work<'_>| {
        work.get(&OBJECT, id)?;
        let stages = match at {
            None => totals::of_pipeline(work.conn, work.access, id),
            Some(at) => pipeline::totals_at(work.conn, work.access, id, at),
        }?;
        Ok((stages, exchange_rate::of_day(work, day)?))
    };
    let (stages, rates) = match at {
        None => caller.read_short(work).await?,
        Some(_) => caller.read_much(work).await?,
    };
    let currency = wanted.as_deref().unwrap_or(rates.own());
    let own = totals::in_currency(&stages, &rates, currency);
    Ok(HttpResponse::Ok().json(json!({"stages": stages, "currency": currency, "own": own})))
}

async fn stage_rates(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let stages = caller
        .read_much(move |work| {
            work.get(&OBJECT, id)?;
            pipeline::rates(work.conn, work.access, id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(json!({"stages": stages})))
}

async fn merge_reasons(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Merge>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let order = body.value;
    let work = move |work: &mut Work<'_>| {
        let (pipeline, operation) = reasons::merge(work, id, version, &order)?;
        let version = pipeline.get("version").and_then(Value::as_i64);
        Ok(Answer {
            status: 202,
            body: json!({"pipeline": pipeline, "operation": operation.shown()}).to_string(),
            version,
            location: Some(format!("/api/v1/bulk-operations/{}", operation.id)),
        })
    };
    let response = caller.write(&body.bytes, work).await?;
    caller.state.identity.forget();
    caller.state.wake.ring();
    Ok(response)
}
