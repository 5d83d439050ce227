//! Figures over the records: the home screen, and how good the records are.

mod audits;
mod board;
mod calls;
mod forecast;
mod forecast_schema;
mod quality;
mod sales;
mod schema;
mod suggestions;

use actix_web::HttpResponse;
use relasi_app::insight::{board::Audience, home};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::{included, schema::reference},
};

/// Registers the home screen and the quality of records.
pub fn register(api: &mut Api) {
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    let amount = |about: &str| json!({"type": ["integer", "null"], "format": "int64", "description": format!("{about}; null for who may not see amounts.")});
    api.schema("Sum", json!({
        "type": "object", "description": "Deals of one currency.", "required": ["currency", "count", "amount", "weighted"],
        "properties": {
            "currency": {"type": "string", "description": "ISO 4217."}, "count": whole("Deals."),
            "amount": amount("In minor units"), "weighted": amount("Times the probability of the stages")
        }
    }));
    let sums =
        |about: &str| json!({"type": "array", "description": about, "items": reference("Sum")});
    api.schema("HomeWhose", json!({
        "type": "object", "description": "Whose deals are counted.", "required": ["kind", "id", "label", "filter"],
        "properties": {
            "kind": {"type": "string", "enum": board::KINDS, "description": "All that the caller sees, a team, a person with those who report to them."},
            "id": {"type": ["string", "null"], "format": "uuid", "description": "The team or person; null for all."},
            "label": {"type": ["string", "null"], "description": "What they are called."},
            "filter": {"type": "string", "description": "The filter that takes their deals; empty for all."}
        }
    }));
    api.schema("Home", json!({
        "type": "object", "description": "What the caller should see first.",
        "required": ["tasks", "included", "overdue", "due_today", "deals_without_next_step", "audience", "whose", "open", "won_this_month"],
        "properties": {
            "tasks": {"type": "array", "description": "Open steps up to tomorrow, earliest first.", "items": reference("Activity")},
            "included": reference("Included"),
            "overdue": whole("Own steps that are overdue."), "due_today": whole("Own steps due today."),
            "deals_without_next_step": whole("Own open deals without a next step."),
            "audience": {"type": "string", "enum": ["seller", "lead", "owner"], "description": "For whom it is chosen when nobody says whose: who sells, who leads others, who sees and settles everything."},
            "whose": reference("HomeWhose"),
            "open": sums("Their open deals."), "won_this_month": sums("Their deals won since the first of the month.")
        }
    }));
    let home = Operation::get("/home", "home", "get_home", "The home screen")
        .about("Steps and counts are the caller's own. The sums of deals are about whom suits the caller when nobody is named, as on the sales board.")
        .query("kind", "Whose deals are counted: all that the caller sees, those of a team, of a person with those who report to them.", json!({"type": "string", "enum": board::KINDS}))
        .query("id", "Which team or person.", json!({"type": "string", "format": "uuid"}))
        .returns(200, "The figures.", reference("Home"));
    api.add(home, get_home);
    schema::register(api);
    quality::register(api);
    audits::register(api);
    sales::register(api);
    board::register(api);
    forecast::register(api);
    calls::register(api);
    suggestions::register(api);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeQuery {
    kind: Option<String>,
    id: Option<String>,
}

async fn get_home(caller: Caller, Query(query): Query<HomeQuery>) -> Result<HttpResponse, Problem> {
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    let whose = board::of(query.kind.as_deref(), query.id.as_deref()).map_err(Problem::fault)?;
    let home = caller
        .read_much(move |work| home::of(work, whose, zone))
        .await?;
    let tasks = format!("[{}]", String::from_utf8_lossy(&home.tasks.items));
    let tasks = RawValue::from_string(tasks).map_err(|error| Problem::malformed(&error))?;
    Ok(HttpResponse::Ok().json(Answer {
        tasks,
        included: included(home.tasks.included),
        overdue: home.overdue,
        due_today: home.due_today,
        deals_without_next_step: home.deals_without_next_step,
        audience: home.audience,
        whose: home.whose,
        open: home.open,
        won_this_month: home.won_this_month,
    }))
}

#[derive(serde::Serialize)]
struct Answer {
    tasks: Box<RawValue>,
    included: Value,
    overdue: i64,
    due_today: i64,
    deals_without_next_step: i64,
    audience: Audience,
    whose: home::Counted,
    open: Vec<home::Sum>,
    won_this_month: Vec<home::Sum>,
}
