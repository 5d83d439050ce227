//! Schemas of booking pages and of what was booked.

use relasi_app::marketing::booking::{MAX_NAME, STATES};
use relasi_domain::{
    marketing::{
        booking::{
            MAX_AHEAD, MAX_DAYS, MAX_HOSTS, MAX_LENGTH, MAX_LENGTHS, MAX_NOTICE, MAX_PLACE,
            MAX_ROOM, Makes, Sharing,
        },
        form::{MAX_LONG, MAX_SHORT},
    },
    platform::business_hours::MAX_SPANS,
};
use serde_json::{Value, json};

use super::forms_schema::{asked, partial, words};
use crate::{
    api::Api,
    events::schema::{id, object, some_text, text, time, whole},
    records::schema::reference,
};

fn time_of_day() -> Value {
    json!({"type": "string", "pattern": "^([01][0-9]|2[0-4]):[0-5][0-9]$", "description": "A time of the day, `24:00` for its end."})
}

fn week(about: &str) -> Value {
    let mut span = partial(
        "Hours without a break.",
        &json!({"from": time_of_day(), "to": time_of_day()}),
    );
    span["required"] = json!(["from", "to"]);
    json!({"type": "array", "minItems": 7, "maxItems": 7, "description": about,
        "items": {"type": "array", "maxItems": MAX_SPANS, "description": "Of one day, in their order.", "items": span}})
}

fn number(about: &str, least: u32, most: u32) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": most, "description": about})
}

fn design() -> Value {
    let (questions, consents) = asked();
    let day = json!({"type": "string", "format": "date", "description": "A day."});
    let mut extra = partial(
        "Hours of one day.",
        &json!({"day": day, "from": time_of_day(), "to": time_of_day()}),
    );
    extra["required"] = json!(["day", "from", "to"]);
    let longest = u32::from(MAX_LENGTH);
    let mut per_day = number("Bookings of one person on one day at most.", 1, 100);
    per_day["type"] = json!(["integer", "null"]);
    let makes = Makes::ALL.map(Makes::kind);
    let sharing = Sharing::ALL.map(Sharing::code);
    partial(
        "All that a booking page shows, asks and offers.",
        &json!({
            "title": words("The heading.", MAX_SHORT),
            "intro": words("What stands below it.", MAX_LONG),
            "makes": {"type": "string", "enum": makes, "description": "The kind of the activity that a booking becomes."},
            "sharing": {"type": "string", "enum": sharing, "description": "`round_robin`, one of the people, who has least to come; `together`, all of them."},
            "lengths": {"type": "array", "minItems": 1, "maxItems": MAX_LENGTHS, "description": "Minutes that one may choose of.", "items": number("Minutes.", 5, longest)},
            "place": {"type": ["string", "null"], "maxLength": MAX_PLACE, "description": "Where one meets."},
            "time_zone": some_text("A name of the IANA time zone data base; that of the workspace when none is given."),
            "week": week("The hours of each day, from Monday to Sunday."),
            "days_off": {"type": "array", "maxItems": MAX_DAYS, "description": "Days without those hours.", "items": {"type": "string", "format": "date"}},
            "extra": {"type": "array", "maxItems": MAX_DAYS, "description": "Hours beyond those, on days off too.", "items": extra},
            "room_before": number("Minutes that stay free before.", 0, MAX_ROOM.into()),
            "room_after": number("Minutes that stay free after.", 0, MAX_ROOM.into()),
            "notice": number("Minutes from now to the first that can be booked.", 0, MAX_NOTICE),
            "days_ahead": number("Days from today to the last that can be booked.", 1, MAX_AHEAD.into()),
            "per_day": per_day,
            "step": number("Minutes from one beginning to the next.", 5, longest),
            "questions": questions,
            "consents": consents,
            "source": some_text("Source that its leads get.")
        }),
    )
}

pub(super) fn register(api: &mut Api) {
    api.schema("BookingDesign", design());
    let mut host = partial(
        "Somebody who can be met.",
        &json!({
            "user_id": id("Who."),
            "time_zone": some_text("Where their clocks hang, when not as those of the page."),
            "week": {"anyOf": [week("Their hours in place of those of the page."), {"type": "null"}], "description": "Their hours in place of those of the page."}
        }),
    );
    host["required"] = json!(["user_id"]);
    let writable = json!({
        "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME, "description": "What it is called by those who work with it."},
        "design": reference("BookingDesign"),
        "hosts": {"type": "array", "minItems": 1, "maxItems": MAX_HOSTS, "description": "Who can be met, in their order. Who has left is dropped.", "items": host},
        "active": {"type": "boolean", "description": "Whether it takes bookings."}
    });
    let mut new = partial(
        "What makes a booking page; a usual one when no design is given.",
        &writable,
    );
    new["required"] = json!(["name", "hosts"]);
    api.schema("NewBookingPage", new);
    let patch = partial(
        "What changes a booking page; what is left out stays.",
        &writable,
    );
    api.schema("BookingPagePatch", patch);
    let mut page = writable;
    // It may be that nobody is left.
    page["hosts"]["minItems"] = json!(0);
    page["id"] = id("The page.");
    page["version"] = whole("Counts up on every change.");
    page["slug"] = text("The end of its address, `/b/<slug>`.");
    page["nobody_left"] = json!({"type": "boolean", "description": "Whether nobody is left who can be met; it takes nothing then."});
    page["created_at"] = time("When it was made.");
    page["created_by"] = id("By whom.");
    page["updated_at"] = time("When it was last changed.");
    api.schema(
        "BookingPage",
        object("A page on which somebody books time.", page),
    );
    let users = |about: &str| json!({"type": "array", "description": about, "items": {"type": "string", "format": "uuid"}});
    let slot =
        json!({"start_at": time("When it begins."), "user_ids": users("Who can be met then.")});
    api.schema("BookingSlot", object("A time that can be booked.", slot));
    register_booking(
        api,
        &users("Whose time it is; the meeting belongs to the first."),
    );
}

fn register_booking(api: &mut Api, users: &Value) {
    let some_id =
        |about: &str| json!({"type": ["string", "null"], "format": "uuid", "description": about});
    let booking = json!({
        "id": id("The booking."), "version": whole("Counts up on every change."), "page_id": id("The page that it was made on."),
        "state": {"type": "string", "enum": STATES, "description": "Whether it takes place."},
        "start_at": time("When it begins."), "end_at": time("When it ends."),
        "name": text("Who booked it."), "email": text("Their address."),
        "answers": {"type": "object", "description": "All that they answered: members of a lead."},
        "language": text("The language of the page."), "time_zone": text("By whose clocks they chose."),
        "user_ids": users, "contact_id": some_id("The contact, when they were known by their address."),
        "lead_id": some_id("The lead, when they were not."), "activity_id": some_id("The meeting in the calendar."),
        "moves": whole("How often it was moved."),
        "cancelled_by": {"type": ["string", "null"], "enum": ["visitor", "member", null], "description": "Who cancelled it."},
        "created_at": time("When it was made."), "updated_at": time("When it was last changed.")
    });
    api.schema("Booking", object("Time that somebody booked.", booking));
}
