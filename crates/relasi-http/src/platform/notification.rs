//! Notifications of the caller.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    platform::notification::{self, Topic},
};
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::{
        entries::{EntriesQuery, document_paging, next_cursor},
        parse_id,
        schema::reference,
    },
};

/// Registers the notifications.
pub fn register(api: &mut Api) {
    api.schema("Notification", json!({
        "type": "object", "description": "Something the caller should know.",
        "required": ["id", "topic", "kind", "object", "record_id", "data", "created_at", "read_at"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The notification."},
            "topic": topics("What it is about for its reader: something for them, a mention, a record that they follow."),
            "kind": {"type": "string", "description": "For example `assigned`."},
            "object": {"type": ["string", "null"], "description": "Object it is about."},
            "record_id": {"type": ["string", "null"], "format": "uuid", "description": "Record it is about."},
            "data": {"type": "object", "description": "Details.", "additionalProperties": true},
            "created_at": {"type": "string", "format": "date-time", "description": "When it came."},
            "read_at": {"type": ["string", "null"], "format": "date-time", "description": "When it was read."}
        }
    }));
    let all = Operation::get(
        "/notifications",
        "notifications",
        "list_notifications",
        "Notifications of the caller, newest first",
    )
    .query("topic", "Those of one topic.", topics("A topic."));
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
    .returns_nothing("All are read.");
    api.add(every, read_all);
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
}

async fn list(caller: Caller, query: Query<NewsQuery>) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let topic = query.topic.map(|code| {
        let unknown = || Problem::fault(Fault::at("?topic", "not_a_choice"));
        Topic::from_code(&code).ok_or_else(unknown)
    });
    let topic = topic.transpose()?;
    let (before, limit) = EntriesQuery::new(query.limit, query.cursor).limits()?;
    let (entries, unread) = caller
        .read_short(move |work| notification::list(work, topic, before, limit))
        .await?;
    let next = next_cursor(entries.next);
    Ok(HttpResponse::Ok()
        .json(json!({"items": entries.items, "next_cursor": next, "unread": unread})))
}

async fn read_one(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = Some(parse_id(&id)?);
    mark(&caller, id).await
}

async fn read_all(caller: Caller) -> Result<HttpResponse, Problem> {
    mark(&caller, None).await
}

async fn mark(caller: &Caller, id: Option<uuid::Uuid>) -> Result<HttpResponse, Problem> {
    let work = move |work: &mut relasi_app::records::Work<'_>| {
        notification::read(work, id)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}
