//! Settings of quotes, and the exchange rates of a day.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use relasi_app::{
    commerce::settings::{self, Settings},
    idempotency::Answer,
    platform::exchange_rate,
    records::Work,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    problem::Problem,
    records::schema::reference,
};

const TAG: &str = "quotes";

pub(super) fn register(api: &mut Api) {
    let path = "/quote-settings";
    let get = Operation::get(path, TAG, "get_quote_settings", "Settings of quotes").returns(
        200,
        "The settings.",
        reference("QuoteSettings"),
    );
    api.add(get, find);
    let put = Operation::put(
        path,
        TAG,
        "set_quote_settings",
        "Set the settings of quotes",
    )
    .about("For those who may change settings. What is left out is as usual then.")
    .body(reference("QuoteSettings"))
    .returns(200, "The settings.", reference("QuoteSettings"));
    api.add(put, set);
    let rates = Operation::get(
        "/exchange-rates/of-day",
        "exchange-rates",
        "rates_of_day",
        "Which exchange rates apply on a day",
    )
    .about("For each currency the latest rate on that day or before it.")
    .query(
        "day",
        "The day; today in the workspace's time zone when it is left out.",
        json!({"type": "string", "format": "date"}),
    )
    .returns(
        200,
        "The rates.",
        json!({"type": "object", "description": "The rates of a day.", "required": ["currency", "day", "rates"], "properties": {
            "currency": {"type": "string", "description": "The workspace's own, ISO 4217."},
            "day": {"type": "string", "format": "date", "description": "The day."},
            "rates": {"type": "object", "description": "By currency: what one of it is worth in the workspace's own, as decimal text.",
                "additionalProperties": {"type": "string"}}
        }}),
    );
    api.add(rates, rates_of_day);
}

async fn find(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(settings::get).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn set(caller: Caller, body: Body<Settings>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        Ok(Answer {
            status: 200,
            body: json!(settings::set(work, &new)?).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OnDay {
    day: Option<NaiveDate>,
}

async fn rates_of_day(caller: Caller, Query(query): Query<OnDay>) -> Result<HttpResponse, Problem> {
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    let day = query
        .day
        .unwrap_or_else(|| caller.now.with_timezone(&zone).date_naive());
    let found = caller
        .read_short(move |work| exchange_rate::of_day(work, day))
        .await?;
    Ok(HttpResponse::Ok()
        .json(json!({"currency": found.own(), "day": day, "rates": found.texts()})))
}
