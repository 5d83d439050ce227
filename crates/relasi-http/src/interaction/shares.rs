//! With whom single records are shared.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    interaction::share::{self, Given},
    records::Work,
};
use relasi_domain::record::{Object, Record};
use serde_json::{Value, json};

use super::operation;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::Caller,
    problem::Problem,
    records::{parse_id, schema::reference},
};

pub(super) fn register(api: &mut Api) {
    api.schema("RecordShare", share());
    let take = Operation::delete("/shares/{id}", "shares", "unshare", "Take a share back")
        .about("For those who may share the record, and for the member who has the share.")
        .returns_nothing("The record is shared no longer.");
    api.add(take, remove);
}

pub(super) fn register_of<R: Record>(api: &mut Api) {
    let object = R::OBJECT;
    let all = operation(Operation::get, object, "shares", "shares_of", "Shares of")
        .about("What holds now, for whoever may see the record.")
        .returns(
            200,
            "With whom it is shared, the last first.",
            json!({
                "type": "object", "description": "Shares.", "required": ["items", "may_share"],
                "properties": {
                    "items": {"type": "array", "description": "The shares.", "items": reference("RecordShare")},
                    "may_share": {"type": "boolean", "description": "Whether the caller may share it and take shares back."}
                }
            }),
        );
    api.add(all, |caller: Caller, id: Path<String>| {
        list(R::OBJECT, caller, id)
    });
    let give = operation(Operation::post, object, "shares", "share", "Share")
        .about(
            "With a member or a team, beyond what roles reach. For those who may change it by its owner or team; what one \
             has by a share is not passed on. A share counts as far as the role of its reader does anything with records \
             of the kind: who may change none of them does not change a shared one. Given again it is changed. Those it \
             is shared with are told.",
        )
        .body(given())
        .returns(201, "The share.", reference("RecordShare"));
    api.add(
        give,
        |caller: Caller, id: Path<String>, body: Body<Given>| add(R::OBJECT, caller, id, body),
    );
}

async fn list(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (items, may_share) = caller
        .read_short(move |work| share::list(work, object, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items, "may_share": may_share})))
}

async fn add(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    body: Body<Given>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let given = body.value;
    let work = move |work: &mut Work<'_>| {
        let made = share::give(work, object, id, &given)?;
        Ok(Answer {
            status: 201,
            location: Some(format!("/api/v1/{}/{id}/shares", object.plural)),
            version: None,
            body: made.to_string(),
        })
    };
    caller.write(&body.bytes, work).await
}

async fn remove(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        share::take(work, id)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

fn id_or_null(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn until() -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": "Until when; null for no end."})
}

fn may_edit() -> Value {
    json!({"type": "boolean", "description": "To change the record as well, and not only to see it."})
}

fn given() -> Value {
    json!({
        "type": "object", "description": "A share. Either a member or a team is named.", "additionalProperties": false,
        "properties": {
            "user_id": id_or_null("The member."),
            "team_id": id_or_null("The team."),
            "may_edit": may_edit(),
            "until": until()
        }
    })
}

fn share() -> Value {
    json!({
        "type": "object", "description": "With whom a record is shared.",
        "required": ["id", "object", "record_id", "user_id", "team_id", "may_edit", "until", "created_at", "created_by"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The share."},
            "object": {"type": "string", "description": "Object of the record, for example `contact`."},
            "record_id": {"type": "string", "format": "uuid", "description": "The record."},
            "user_id": id_or_null("The member."),
            "team_id": id_or_null("The team."),
            "may_edit": may_edit(),
            "until": until(),
            "created_at": {"type": "string", "format": "date-time", "description": "Since when."},
            "created_by": {"type": "string", "format": "uuid", "description": "Who gave it."}
        }
    })
}
