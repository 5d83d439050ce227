//! Notifications of the caller.

use actix_web::{HttpResponse, web::Path};
use chrono::{DateTime, TimeDelta, Utc};
use relasi_app::{
    idempotency::Answer,
    platform::notification::{self, Topic, Which},
    records::Work,
};
use relasi_domain::{fault::Fault, platform::notification::Occasion};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    problem::Problem,
    records::{
        entries::{EntriesQuery, document_paging, next_cursor},
        parse_id,
        schema::reference,
    },
};

/// How many can be put off at once.
const MOST: usize = 100;

/// How long they can be put off.
const FURTHEST: TimeDelta = TimeDelta::days(366);

/// Registers the notifications.
pub fn register(api: &mut Api) {
    api.schema("Notification", json!({
        "type": "object", "description": "Something the caller should know.",
        "required": ["id", "topic", "kind", "object", "record_id", "data", "created_at", "read_at", "snoozed_until"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The notification."},
            "topic": topics("What it is about for its reader: something for them, a mention, a record that they follow."),
            "kind": {"type": "string", "description": "For example `assigned`."},
            "object": {"type": ["string", "null"], "description": "Object it is about."},
            "record_id": {"type": ["string", "null"], "format": "uuid", "description": "Record it is about."},
            "data": {"type": "object", "description": "Details.", "additionalProperties": true},
            "created_at": {"type": "string", "format": "date-time", "description": "When it came."},
            "read_at": {"type": ["string", "null"], "format": "date-time", "description": "When it was read."},
            "snoozed_until": {"type": ["string", "null"], "format": "date-time", "description": "Until when it is put off, or was."}
        }
    }));
    let all = Operation::get(
        "/notifications",
        "notifications",
        "list_notifications",
        "Notifications of the caller, the last that came or came back first",
    )
    .query("topic", "Those of one topic.", topics("A topic."))
    .query(
        "snoozed",
        "`true`: those that are put off, instead of those that show.",
        json!({"type": "boolean", "description": "Those put off."}),
    );
    let all = document_paging(all)
        .returns(200, "A page.", json!({
            "type": "object", "description": "A page, newest first.", "required": ["items", "next_cursor", "unread"],
            "properties": {
                "items": {"type": "array", "description": "The notifications.", "items": reference("Notification")},
                "next_cursor": {"type": ["string", "null"], "description": "Cursor of the next page."},
                "unread": {"type": "integer", "description": "Unread ones, counted up to 100."}
            }
        }));
    api.add(all, list);
    let one = Operation::post(
        "/notifications/{id}/read",
        "notifications",
        "read_notification",
        "Mark a notification as read",
    )
    .returns_nothing("It is read.");
    api.add(one, read_one);
    let every = Operation::post(
        "/notifications/read-all",
        "notifications",
        "read_all_notifications",
        "Mark all notifications as read",
    )
    .about("All that show, or those about one record. What is put off stays unread.")
    .query(
        "record_id",
        "Those about this record.",
        json!({"type": "string", "format": "uuid", "description": "A record."}),
    )
    .returns_nothing("All are read.");
    api.add(every, read_all);
    let later = Operation::post(
        "/notifications/snooze",
        "notifications",
        "snooze_notifications",
        "Put notifications off",
    )
    .about(
        "They hide until then and come back unread. Without a time they come back where they were. Faults: `not_later` \
         for a time that is past or more than a year away, `out_of_range` for none or too many.",
    )
    .body(json!({
        "type": "object", "description": "Which, and until when.", "required": ["ids", "until"], "additionalProperties": false,
        "properties": {
            "ids": {"type": "array", "minItems": 1, "maxItems": MOST, "description": "Notifications of the caller.",
                    "items": {"type": "string", "format": "uuid", "description": "A notification."}},
            "until": {"type": ["string", "null"], "format": "date-time", "description": "When they come back; `null` for now."}
        }
    }))
    .returns_nothing("They are put off.");
    api.add(later, snooze);
    choices(api);
}

/// What the caller wants to be told.
fn choices(api: &mut Api) {
    let codes: Vec<&str> = Occasion::ALL.map(Occasion::code).into();
    api.schema("NotificationSettings", json!({
        "type": "object", "description": "What somebody wants to be told.", "required": ["off"], "additionalProperties": false,
        "properties": {"off": {
            "type": "array", "description": "What they are not told of.",
            "items": {"type": "string", "enum": codes, "description": "What gives rise to a notification."}
        }}
    }));
    let path = "/notifications/settings";
    let shown = Operation::get(
        path,
        "notifications",
        "get_notification_settings",
        "What the caller wants to be told",
    )
    .returns(200, "The choice.", reference("NotificationSettings"));
    api.add(shown, settings);
    let choose = Operation::put(
        path,
        "notifications",
        "set_notification_settings",
        "Choose what the caller wants to be told",
    )
    .about("It counts from now on. Faults: `not_a_choice`.")
    .body(reference("NotificationSettings"))
    .returns(200, "The choice.", reference("NotificationSettings"));
    api.add(choose, set_settings);
}

fn topics(about: &str) -> Value {
    json!({"type": "string", "enum": ["you", "mentions", "following"], "description": about})
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewsQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    topic: Option<String>,
    snoozed: Option<bool>,
}

async fn list(caller: Caller, query: Query<NewsQuery>) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let topic = query.topic.map(|code| {
        let unknown = || Problem::fault(Fault::at("?topic", "not_a_choice"));
        Topic::from_code(&code).ok_or_else(unknown)
    });
    let which = Which {
        topic: topic.transpose()?,
        snoozed: query.snoozed.unwrap_or_default(),
    };
    let (before, limit) = EntriesQuery::new(query.limit, query.cursor).limits()?;
    let (entries, unread) = caller
        .read_short(move |work| notification::list(work, which, before, limit))
        .await?;
    let next = next_cursor(entries.next);
    Ok(HttpResponse::Ok()
        .json(json!({"items": entries.items, "next_cursor": next, "unread": unread})))
}

async fn read_one(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        notification::read(work, Some(id), None)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadQuery {
    record_id: Option<String>,
}

async fn read_all(caller: Caller, query: Query<ReadQuery>) -> Result<HttpResponse, Problem> {
    let faulty = |_| Problem::fault(Fault::at("?record_id", "not_id"));
    let record = query.0.record_id.map(|id| id.parse::<Uuid>());
    let record = record.transpose().map_err(faulty)?;
    let work = move |work: &mut Work<'_>| {
        notification::read(work, None, record)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    ids: Vec<Uuid>,
    until: Option<DateTime<Utc>>,
}

async fn snooze(caller: Caller, body: Body<Later>) -> Result<HttpResponse, Problem> {
    let Later { ids, until } = body.value;
    if ids.is_empty() || ids.len() > MOST {
        let fault = Fault::at("/ids", "out_of_range").with("min", 1);
        return Err(Problem::fault(fault.with("max", MOST)));
    }
    let soon = caller.now + FURTHEST;
    if until.is_some_and(|until| until <= caller.now || until > soon) {
        return Err(Problem::fault(Fault::at("/until", "not_later")));
    }
    let work = move |work: &mut Work<'_>| {
        notification::snooze(work, &ids, until)?;
        Ok(Answer::nothing())
    };
    caller.write(&body.bytes, work).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    off: Vec<String>,
}

fn off(off: &[Occasion]) -> Value {
    let codes: Vec<&str> = off.iter().map(|one| one.code()).collect();
    json!({"off": codes})
}

async fn settings(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(notification::muted).await?;
    Ok(HttpResponse::Ok().json(off(&found)))
}

async fn set_settings(caller: Caller, body: Body<Choice>) -> Result<HttpResponse, Problem> {
    let one = |(at, code): (usize, &String)| {
        let unknown = || Problem::fault(Fault::at(format!("/off/{at}"), "not_a_choice"));
        Occasion::from_code(code).ok_or_else(unknown)
    };
    let chosen = body.value.off.iter().enumerate().map(one);
    let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
    let work = move |work: &mut Work<'_>| {
        notification::choose(work, &chosen)?;
        Ok(Answer {
            status: 200,
            body: off(&notification::muted(work)?).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}
