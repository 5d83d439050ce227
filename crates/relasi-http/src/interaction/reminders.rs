//! Reminders: the caller's own of an activity, and what they want to be reminded of.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web::Path};
use relasi_app::{idempotency::Answer, interaction::reminder, records::Work};
use relasi_domain::interaction::reminder::{EARLIEST, MOST, Reminder};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::Caller,
    problem::Problem,
    records::{parse_id, schema::reference},
};

const OWN: &str = "/activities/{id}/reminders";
const SETTINGS: &str = "/reminder-settings";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct All {
    items: Vec<Reminder>,
}

fn list_of(item: &Value, about: &str) -> Value {
    json!({"type": "array", "maxItems": MOST, "description": about, "items": item})
}

/// Registers the reminders.
pub(super) fn register(api: &mut Api) {
    schemas(api);
    let get = Operation::get(
        OWN,
        "activities",
        "list_reminders_of_activity",
        "When the caller is reminded of an activity",
    )
    .returns(200, "The caller's own.", reference("Reminders"));
    api.add(get, list);
    let set = Operation::put(
        OWN,
        "activities",
        "set_reminders_of_activity",
        "Choose when the caller is reminded of an activity",
    )
    .about("They move with the activity, and none is told of one that is done or in the trash. Faults: `too_many`, `out_of_range`, `named_twice`.")
    .body(reference("NewReminders"))
    .returns(200, "The caller's own.", reference("Reminders"));
    api.add(set, put);
    let get = Operation::get(
        SETTINGS,
        "notifications",
        "get_reminder_settings",
        "What the caller is reminded of, by kind",
    )
    .returns(200, "The choice.", reference("ReminderSettings"));
    api.add(get, settings);
    let set = Operation::put(
        SETTINGS,
        "notifications",
        "set_reminder_settings",
        "Choose what the caller is reminded of",
    )
    .about("For activities that are made, or given to the caller, from now on. Kinds that are left out stay as they are.")
    .body(reference("ReminderSettings"))
    .returns(200, "The choice.", reference("ReminderSettings"));
    api.add(set, set_settings);
}

fn schemas(api: &mut Api) {
    let minutes = json!({"type": "integer", "minimum": 0, "maximum": EARLIEST, "description": "Minutes before it is due; 0 for when it is."});
    let by_mail = json!({"type": "boolean", "description": "By e-mail as well."});
    let new = json!({"type": "object", "description": "How long before, and how.", "required": ["minutes"], "additionalProperties": false,
        "properties": {"minutes": minutes, "by_mail": by_mail}});
    let at = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    let shown = json!({"type": "object", "description": "A reminder.", "required": ["minutes", "by_mail", "remind_at", "sent_at"], "properties": {
        "minutes": minutes, "by_mail": by_mail, "remind_at": at("When it is told; none when it was, or when there is nothing to tell."),
        "sent_at": at("When it was told last.")
    }});
    let all = |item: &Value| {
        json!({"type": "object", "description": "All of them.", "required": ["items"], "additionalProperties": false,
        "properties": {"items": list_of(item, "The earliest first.")}})
    };
    api.schema("Reminders", all(&shown));
    api.schema("NewReminders", all(&new));
    let kinds = json!({
        "meeting": list_of(&new, "Of meetings."), "call": list_of(&new, "Of calls."), "task": list_of(&new, "Of tasks."),
    });
    api.schema(
        "ReminderSettings",
        json!({"type": "object", "description": "Reminders of new activities, by kind.",
        "additionalProperties": false, "properties": kinds}),
    );
}

async fn list(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let items = caller
        .read(move |work| reminder::of_activity(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn put(caller: Caller, id: Path<String>, body: Body<All>) -> Result<HttpResponse, Problem> {
    let (id, All { items }) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let items = reminder::set(work, id, &items)?;
        Ok(shown(&json!({"items": items})))
    };
    caller.write(&body.bytes, work).await
}

fn shown(body: &Value) -> Answer {
    Answer {
        status: 200,
        body: body.to_string(),
        ..Answer::default()
    }
}

async fn settings(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read(reminder::choices).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn set_settings(
    caller: Caller,
    body: Body<BTreeMap<String, Vec<Reminder>>>,
) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        reminder::choose(work, &new)?;
        Ok(shown(&json!(reminder::choices(work)?)))
    };
    caller.write(&body.bytes, work).await
}
