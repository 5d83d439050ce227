//! Forecast, what changed, how good it was, and quotas.

use actix_web::{HttpRequest, HttpResponse, web::Bytes};
use chrono::NaiveDate;
use futures_util::stream;
use relasi_app::{
    idempotency::Answer,
    insight::forecast::{self, By, Cells, Request},
    records::Work,
};
use relasi_domain::{
    fault::Fault,
    insight::forecast::{MOVES, Move},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::forecast_schema;
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch, etag},
    download,
    problem::Problem,
    records::schema::reference,
};

const TAG: &str = "insight";

fn of_period(operation: Operation) -> Operation {
    let day = || json!({"type": "string", "format": "date"});
    operation
        .query("from", "The first day, in the time zone of the workspace; the first of this quarter if not said.", day())
        .query("to", "The day after the last one; three months after `from` if not said.", day())
}

fn of_forecast(path: &str, id: &str, summary: &str) -> Operation {
    of_period(Operation::get(path, TAG, id, summary))
        .about(
            "Open deals that should close in the period, and what is won in it, in the currency of the workspace: open ones by \
             the rates of today, won ones by those of their day. Every figure says how many records it is made of and the \
             filter of the list that opens them. `history` is null where a stage with open deals has too little of it. \
             Forbidden for roles that may not see amounts or how deals end. Formulas: `docs/forecast.md`.",
        )
        .query("by", "By whom it is split.", json!({"type": "string", "enum": ["person", "team"], "default": "person"}))
        .query("filter", "Only these deals, in the filter grammar. Quotas stay whole.", json!({"type": "string"}))
}

pub(super) fn register(api: &mut Api) {
    forecast_schema::register(api);
    let get = of_forecast(
        "/insight/forecast",
        "get_forecast",
        "What will be won in a period",
    );
    api.add(
        get.returns(200, "The forecast.", reference("Forecast")),
        get_forecast,
    );
    let file = of_forecast(
        "/insight/forecast/csv",
        "get_forecast_csv",
        "A forecast as a file",
    )
    .returns_of(
        200,
        "A CSV file in UTF-8: a line for each figure.",
        "text/csv",
        json!({"type": "string", "description": "The file."}),
    );
    api.add(file, get_csv);
    let changes = of_period(Operation::get(
        "/insight/forecast/changes",
        TAG,
        "get_forecast_changes",
        "What changed in a forecast since a day",
    ))
    .about(
        "Compares the open deals of the period, those that are omitted left out, with those at the beginning of a day. What \
         the moves make adds up to the difference exactly. `since` is null before the first night.",
    )
    .query("since", "The day; the last one that was noted up to it counts, or the first one of all. Seven days ago if not said.", json!({"type": "string", "format": "date"}))
    .query("owner_id", "Only deals of this member, then or now.", json!({"type": "string", "format": "uuid"}))
    .query("kind", "Names only deals of this kind of move.", json!({"type": "string", "enum": MOVES.map(|(_, code)| code)}))
    .returns(200, "The changes.", reference("ForecastChanges"));
    api.add(changes, get_changes);
    let accuracy = of_period(Operation::get(
        "/insight/forecast/accuracy",
        TAG,
        "get_forecast_accuracy",
        "How good forecasts of a period were",
    ))
    .about("What was foreseen when the period began and each week after, against what was won in it. For whole months.")
    .returns(200, "The points.", reference("ForecastAccuracy"));
    api.add(accuracy, get_accuracy);
    register_quotas(api);
}

fn register_quotas(api: &mut Api) {
    let get = Operation::get("/quotas", TAG, "get_quotas", "Quotas of a year")
        .about("Of everybody whose deals the caller may see. The ETag is for `PUT`.")
        .query(
            "year",
            "The year; this one if not said.",
            json!({"type": "integer", "minimum": 1900, "maximum": 9998}),
        )
        .query(
            "measure",
            "What they are measured in.",
            json!({"type": "string", "enum": ["won_amount", "won_count"], "default": "won_amount"}),
        )
        .returns(200, "The year.", reference("QuotaSheet"));
    api.add(get, get_quotas);
    let put = Operation::put("/quotas", TAG, "set_quotas", "Set quotas of a year")
        .about(
            "For those who may change settings. Cells that are left out stay; all of them are set or none. The quota of a \
             quarter or year is spread over its months.",
        )
        .if_match()
        .body(reference("QuotaCells"))
        .returns(200, "The year.", reference("QuotaSheet"));
    api.add(put, set_quotas);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForecastQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    by: Option<String>,
    filter: Option<String>,
}

fn request(caller: &Caller, query: ForecastQuery) -> Result<Request, Problem> {
    let by = match query.by.as_deref() {
        None | Some("person") => By::Person,
        Some("team") => By::Team,
        Some(_) => {
            let fault = Fault::at("?by", "not_a_choice");
            return Err(Problem::fault(fault.with("choices", "person, team")));
        }
    };
    Ok(Request {
        from: query.from,
        to: query.to,
        by,
        filter: query.filter,
        zone: caller.zone().unwrap_or(chrono_tz::UTC),
    })
}

async fn get_forecast(
    caller: Caller,
    http: HttpRequest,
    Query(query): Query<ForecastQuery>,
) -> Result<HttpResponse, Problem> {
    let request = request(&caller, query)?;
    let language = caller.language(&http);
    let found = caller
        .read_much(move |work| forecast::forecast(work, &request))
        .await?;
    Ok(HttpResponse::Ok().json(forecast::shown(&found, language)))
}

async fn get_csv(
    caller: Caller,
    http: HttpRequest,
    Query(query): Query<ForecastQuery>,
) -> Result<HttpResponse, Problem> {
    let request = request(&caller, query)?;
    let language = caller.language(&http);
    let bytes = caller
        .read_much(move |work| forecast::csv(&forecast::forecast(work, &request)?, language))
        .await?;
    Ok(download::csv(
        "forecast.csv",
        stream::iter([Ok(Bytes::from(bytes))]),
    ))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangesQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    since: Option<NaiveDate>,
    owner_id: Option<String>,
    kind: Option<String>,
}

fn of_days(caller: &Caller, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Request {
    Request {
        from,
        to,
        by: By::Person,
        filter: None,
        zone: caller.zone().unwrap_or(chrono_tz::UTC),
    }
}

async fn get_changes(
    caller: Caller,
    Query(query): Query<ChangesQuery>,
) -> Result<HttpResponse, Problem> {
    let request = of_days(&caller, query.from, query.to);
    let today = caller.now.with_timezone(&request.zone).date_naive();
    let since = query.since.unwrap_or(today - chrono::TimeDelta::days(7));
    let owner = query.owner_id.map(|id| {
        Uuid::try_parse(&id).map_err(|_| Problem::fault(Fault::at("?owner_id", "no_such_record")))
    });
    let kind = query.kind.map(|kind| {
        let codes = MOVES.map(|(_, code)| code).join(", ");
        let fault = Fault::at("?kind", "not_a_choice").with("choices", codes);
        Move::parse(&kind).ok_or_else(|| Problem::fault(fault))
    });
    let (owner, kind) = (owner.transpose()?, kind.transpose()?);
    let found = caller
        .read_much(move |work| forecast::changes(work, &request, (since, owner, kind)))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

async fn get_accuracy(
    caller: Caller,
    Query(query): Query<DaysQuery>,
) -> Result<HttpResponse, Problem> {
    let request = of_days(&caller, query.from, query.to);
    let found = caller
        .read_much(move |work| forecast::accuracy(work, &request))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuotaQuery {
    year: Option<i32>,
    measure: Option<String>,
}

async fn get_quotas(
    caller: Caller,
    Query(query): Query<QuotaQuery>,
) -> Result<HttpResponse, Problem> {
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    let this = chrono::Datelike::year(&caller.now.with_timezone(&zone).date_naive());
    let year = query.year.unwrap_or(this);
    let measure = query.measure.unwrap_or_else(|| "won_amount".to_owned());
    let found = caller
        .read_short(move |work| forecast::quotas(work, year, &measure))
        .await?;
    let tag = etag(found.version);
    Ok(HttpResponse::Ok().insert_header(("ETag", tag)).json(found))
}

async fn set_quotas(
    caller: Caller,
    IfMatch(version): IfMatch,
    body: Body<Cells>,
) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        let found = forecast::set_quotas(work, version, &new)?;
        Ok(Answer::versioned(200, &json!(found)))
    };
    caller.write(&body.bytes, work).await
}
