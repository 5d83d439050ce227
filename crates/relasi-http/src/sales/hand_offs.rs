//! What becomes of leads that are handed to sales.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use relasi_app::sales::lead::report;
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::{
        entries::{EntriesQuery, document_paging, next_cursor},
        schema::reference,
    },
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    from: Option<String>,
    to: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    let period = |operation: Operation| {
        let day = || json!({"type": "string", "format": "date"});
        operation
            .query(
                "from",
                "The first day, by the workspace's clock; 90 days before `to` when it is left out.",
                day(),
            )
            .query(
                "to",
                "The day after the last one; tomorrow when it is left out.",
                day(),
            )
    };
    let figures = Operation::get(
        "/leads/hand-offs/report",
        "leads",
        "get_hand_off_report",
        "How long sales take to accept leads, and how many come back",
    )
    .about(
        "Over the hand-offs of the period, of leads that the caller sees; those that were handed on before anybody decided \
         are not counted. The rows behind it are `GET /leads/hand-offs` of the same period. Figures of nothing are null.",
    );
    let figures = period(figures).returns(200, "The figures.", reference("HandOffReport"));
    api.add(figures, get_report);
    let rows = Operation::get(
        "/leads/hand-offs",
        "leads",
        "list_hand_offs",
        "Hand-offs of leads, newest first",
    );
    let rows = document_paging(period(rows)).returns(
        200,
        "A page.",
        json!({"type": "object", "description": "A page.", "required": ["items", "next_cursor"], "properties": {
            "items": {"type": "array", "description": "Hand-offs.", "items": reference("HandOff")},
            "next_cursor": {"type": ["string", "null"], "description": "Where the next page begins; null on the last one."}
        }}),
    );
    api.add(rows, get_rows);
}

fn register_schemas(api: &mut Api) {
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    let maybe =
        |about: &str| json!({"type": ["integer", "null"], "format": "int64", "description": about});
    let at = |about: &str| json!({"type": "string", "format": "date-time", "description": about});
    let when = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let who =
        |about: &str| json!({"type": ["string", "null"], "format": "uuid", "description": about});
    let text = |about: &str| json!({"type": ["string", "null"], "description": about});
    api.schema("HandOffReport", json!({
        "type": "object", "description": "What became of hand-offs.",
        "required": ["from", "to", "handed_off", "accepted", "returned", "waiting", "median_seconds", "p90_seconds", "return_rate"],
        "properties": {
            "from": at("From when on."), "to": at("Until before when."),
            "handed_off": whole("Hand-offs: n of the return rate."), "accepted": whole("Accepted ones: n of the times."),
            "returned": whole("Returned ones, accepted before or not."), "waiting": whole("Those that nobody has decided on."),
            "median_seconds": maybe("Seconds until half of the accepted ones were accepted; null when there are none."),
            "p90_seconds": maybe("The same of nine tenths."),
            "return_rate": maybe("Returned by all, in ten-thousandths; null when there are none.")
        }
    }));
    api.schema("HandOff", json!({
        "type": "object", "description": "A time that a lead was handed over.",
        "required": ["id", "lead_id", "title", "at", "by", "to_owner_id", "to_team_id", "accepted_at", "accepted_by", "returned_at", "return_reason", "seconds"],
        "properties": {
            "id": id("Its id."), "lead_id": id("The lead."), "title": text("What the lead is called."), "at": at("When."), "by": id("By whom."),
            "to_owner_id": who("To whom."), "to_team_id": who("To which team."),
            "accepted_at": when("When it was accepted."), "accepted_by": who("By whom."),
            "returned_at": when("When it came back."), "return_reason": text("Why."),
            "seconds": maybe("Seconds until it was accepted.")
        }
    }));
}

/// A day of the query.
fn day(name: &str, text: Option<&str>) -> Result<Option<NaiveDate>, Problem> {
    let read = text.map(|text| {
        text.parse().map_err(|_| {
            let pointer = format!("?{name}");
            Problem::fault(Fault::at(pointer, "not_date"))
        })
    });
    read.transpose()
}

/// The period of the query by the workspace's clock.
fn period(
    caller: &Caller,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<report::Period, Problem> {
    let days = (day("from", from)?, day("to", to)?);
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    Ok(report::period(chrono::Utc::now(), zone, days)?)
}

async fn get_report(caller: Caller, Query(query): Query<Figures>) -> Result<HttpResponse, Problem> {
    let period = period(&caller, query.from.as_deref(), query.to.as_deref())?;
    let found = caller
        .read_much(move |work| report::of_period(work, period))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn get_rows(caller: Caller, Query(query): Query<Rows>) -> Result<HttpResponse, Problem> {
    let period = period(&caller, query.from.as_deref(), query.to.as_deref())?;
    let (before, limit) = EntriesQuery::new(query.limit, query.cursor).limits()?;
    let mut items = caller
        .read_much(move |work| report::rows(work, period, before, limit + 1))
        .await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let last = items.last().filter(|_| more);
    let next = next_cursor(last.map(|one| (one.at.timestamp_micros(), one.id.to_string())));
    Ok(HttpResponse::Ok().json(json!({"items": items, "next_cursor": next})))
}
