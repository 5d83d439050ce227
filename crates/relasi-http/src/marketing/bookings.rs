//! Booking pages and what was booked, for those who work with them.

use actix_web::{HttpResponse, web::Path};
use chrono::{Days, NaiveDate};
use relasi_app::{
    marketing::booking::{self, BookingPagePatch, MAX_DAYS, NewBookingPage, STATES},
    records::Work,
};
use relasi_domain::{fault::Fault, filter::start_of_day};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "booking pages";
const ALL: &str = "/booking-pages";
const ONE: &str = "/booking-pages/{id}";

pub(super) fn register(api: &mut Api) {
    let all = Operation::get(ALL, TAG, "list_booking_pages", "Pages on which somebody books time")
        .about("Made and changed by those who may change settings.")
        .returns(200, "All of them, the newest first.", json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "The pages.", "items": reference("BookingPage")}
        }}));
    api.add(all, list);
    let make = Operation::post(ALL, TAG, "create_booking_page", "Make a booking page")
        .about("Its page is `/b/<slug>`, without sign-in and without a script. Faults: `booking_needs_email`, `form_needs_name`, `hours_overlap`, `before_start`, `never_open`, `named_twice`, `unknown_field`.")
        .body(reference("NewBookingPage"))
        .returns(201, "The page.", reference("BookingPage"));
    api.add(make, create);
    let get = Operation::get(ONE, TAG, "get_booking_page", "Get a booking page").returns(
        200,
        "The page.",
        reference("BookingPage"),
    );
    api.add(get, find);
    let patch = Operation::patch(ONE, TAG, "update_booking_page", "Change a booking page")
        .about("Its address stays, and so does what is booked.")
        .if_match()
        .body(reference("BookingPagePatch"))
        .returns(200, "The page.", reference("BookingPage"));
    api.add(patch, change);
    let remove = Operation::delete(ONE, TAG, "delete_booking_page", "Remove a booking page with what was booked")
        .about("The meetings stay. 409 `booking_page_in_use` while something is to come: switch it off first.")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(remove, delete);
    register_bookings(api);
}

fn register_bookings(api: &mut Api) {
    let day = || json!({"type": "string", "format": "date"});
    let free = Operation::get(&format!("{ONE}/slots"), TAG, "list_slots", "What can be booked on a page")
        .about("The hours of its people, less their meetings and calls and the room around them. Whether the page is switched on does not matter.")
        .query("from", "The first day, by the clocks of the workspace; today when it is left out.", day())
        .query("days", "How many days.", json!({"type": "integer", "minimum": 1, "maximum": MAX_DAYS, "default": 7}))
        .query("length", "Minutes that it takes; the first length of the page when it is left out.", json!({"type": "integer", "minimum": 5, "maximum": 480}))
        .returns(200, "The times, in their order.", json!({"type": "object", "description": "What is free.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "The times.", "items": reference("BookingSlot")}
        }}));
    api.add(free, slots);
    let booked = Operation::get(
        &format!("{ONE}/bookings"),
        TAG,
        "list_bookings",
        "What was booked on a page",
    )
    .about("All for those who see all activities, and else what is theirs. The newest first.")
    .query(
        "state",
        "Only those.",
        json!({"type": "string", "enum": STATES}),
    )
    .returns(200, "A page.", NewestFirst::schema("Booking"));
    api.add(NewestFirst::document(booked), bookings);
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(booking::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create(caller: Caller, body: Body<NewBookingPage>) -> Result<HttpResponse, Problem> {
    let make =
        |work: &mut Work<'_>, new: &_| booking::create(work, new).map(|made| (made.id, made));
    caller.make(body, ALL, make).await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find =
        |work: &mut Work<'_>, id| booking::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<BookingPagePatch>,
) -> Result<HttpResponse, Problem> {
    caller.change(&id, version, body, booking::change).await
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, booking::delete).await
}

/// Query parameters of what is free.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotQuery {
    from: Option<NaiveDate>,
    days: Option<u16>,
    length: Option<u16>,
}

async fn slots(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<SlotQuery>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let days = query.days.unwrap_or(7);
    if !(1..=MAX_DAYS).contains(&days) {
        let fault = Fault::at("?days", "out_of_range").with("max", MAX_DAYS);
        return Err(Problem::fault(fault));
    }
    if query.length.is_some_and(|n| !(5..=480).contains(&n)) {
        return Err(Problem::fault(Fault::at("?length", "out_of_range")));
    }
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    let today = caller.now.with_timezone(&zone).date_naive();
    let first = query.from.unwrap_or(today);
    let last = first.checked_add_days(Days::new(u64::from(days)));
    let Some(last) = last else {
        return Err(Problem::fault(Fault::at("?from", "out_of_range")));
    };
    let range = (start_of_day(zone, first), start_of_day(zone, last));
    let length = query.length;
    let items = caller
        .read(move |work| booking::slots_of(work, id, length, range))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

/// Query parameters of bookings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BookingQuery {
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn bookings(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<BookingQuery>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let unknown = |state: &String| !STATES.contains(&state.as_str());
    if query.state.as_ref().is_some_and(unknown) {
        let choices = STATES.join(", ");
        let fault = Fault::at("?state", "not_a_choice").with("choices", choices);
        return Err(Problem::fault(fault));
    }
    let (before, limit) = NewestFirst::new(query.limit, query.cursor).limits()?;
    let found: Vec<Value> = caller
        .read(move |work| booking::bookings(work, id, query.state.as_deref(), before, limit))
        .await?;
    Ok(NewestFirst::answer(&found, limit))
}
