//! Calendars: hours of work and days off.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    platform::business_hours::{self as hours, CalendarPatch, NewCalendar},
    records::Work,
};
use relasi_domain::platform::business_hours::{MAX_HOLIDAYS, MAX_NAME, MAX_SPANS};
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    events::schema::{id, object, text, time, whole},
    problem::Problem,
    records::schema::reference,
};

const TAG: &str = "business hours";
const ALL: &str = "/business-calendars";
const ONE: &str = "/business-calendars/{id}";

/// Registers the calendars.
pub fn register(api: &mut Api) {
    register_schemas(api);
    let all = Operation::get(
        ALL,
        TAG,
        "list_business_calendars",
        "Hours in which people work",
    )
    .about("Without any, every hour counts.")
    .returns(
        200,
        "All of them, the oldest first.",
        json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "The calendars.", "items": reference("BusinessCalendar")}
        }}),
    );
    api.add(all, list);
    let make = Operation::post(ALL, TAG, "create_business_calendar", "Make a calendar")
        .about("The first one is the usual one. A team that another calendar names leaves that one. Faults: `hours_overlap`, `before_start`, `never_open`, `named_twice`.")
        .body(reference("NewBusinessCalendar"))
        .returns(201, "The calendar.", reference("BusinessCalendar"));
    api.add(make, create);
    let get = Operation::get(ONE, TAG, "get_business_calendar", "Get a calendar").returns(
        200,
        "The calendar.",
        reference("BusinessCalendar"),
    );
    api.add(get, find);
    let patch = Operation::patch(ONE, TAG, "update_business_calendar", "Change a calendar")
        .about("What counts by it counts by the new hours from then on.")
        .if_match()
        .body(reference("BusinessCalendarPatch"))
        .returns(200, "The calendar.", reference("BusinessCalendar"));
    api.add(patch, change);
    let remove = Operation::delete(ONE, TAG, "delete_business_calendar", "Remove a calendar")
        .about("409 `calendar_is_default` for the usual one while there are others.")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(remove, delete);
}

fn members() -> Value {
    let of_day = json!({"type": "string", "pattern": "^([01][0-9]|2[0-4]):[0-5][0-9]$", "description": "A time of the day, `24:00` for its end."});
    let span = json!({"type": "object", "description": "Hours without a break.", "required": ["from", "to"], "additionalProperties": false,
        "properties": {"from": of_day, "to": of_day}});
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME, "description": "What it is called."},
        "time_zone": text("A name of the IANA time zone data base."),
        "week": {"type": "array", "minItems": 7, "maxItems": 7, "description": "The hours of each day, from Monday to Sunday.",
            "items": {"type": "array", "maxItems": MAX_SPANS, "description": "Of one day, in their order.", "items": span}},
        "holidays": {"type": "array", "maxItems": MAX_HOLIDAYS, "description": "Days on which nobody works.",
            "items": {"type": "object", "description": "One day.", "required": ["day"], "additionalProperties": false, "properties": {
                "day": {"type": "string", "format": "date", "description": "Which one."},
                "name": {"type": "string", "maxLength": MAX_NAME, "description": "What it is called."}
            }}},
        "team_ids": {"type": "array", "maxItems": hours::MAX_TEAMS, "description": "Teams that work by it.", "items": {"type": "string", "format": "uuid"}},
        "is_default": {"type": "boolean", "description": "Whether it holds for all others."}
    })
}

fn register_schemas(api: &mut Api) {
    let mut properties = members();
    properties["id"] = id("The calendar.");
    properties["version"] = whole("Counts up on every change.");
    properties["created_at"] = time("When it was made.");
    properties["created_by"] = id("By whom.");
    properties["updated_at"] = time("When it was last changed.");
    api.schema(
        "BusinessCalendar",
        object("Hours of work and days off.", properties),
    );
    let new = json!({"type": "object", "description": "What makes a calendar.", "required": ["name", "week"], "additionalProperties": false, "properties": members()});
    api.schema("NewBusinessCalendar", new);
    let patch = json!({"type": "object", "description": "What changes a calendar; what is left out stays.", "additionalProperties": false, "properties": members()});
    api.schema("BusinessCalendarPatch", patch);
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(hours::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create(caller: Caller, body: Body<NewCalendar>) -> Result<HttpResponse, Problem> {
    let make = |work: &mut Work<'_>, new: &_| hours::create(work, new).map(|made| (made.id, made));
    caller.make(body, ALL, make).await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find = |work: &mut Work<'_>, id| hours::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<CalendarPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(&id, version, body, |work, id, version, patch| {
            hours::change(work, id, version, patch.clone())
        })
        .await
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, hours::delete).await
}
