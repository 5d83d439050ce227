//! Who follows a record.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    interaction::follow::{self, followers},
    records::Work,
};
use relasi_domain::record::{Object, Record};
use serde_json::json;
use uuid::Uuid;

use super::operation;
use crate::{
    api::{Api, Operation},
    caller::Caller,
    problem::Problem,
    records::parse_id,
};

/// Begins or ends following.
type Turn = fn(&mut Work<'_>, &'static Object, Uuid) -> relasi_app::Result<()>;

pub(super) fn register_of<R: Record>(api: &mut Api) {
    let object = R::OBJECT;
    let all = operation(
        Operation::get,
        object,
        "followers",
        "followers_of",
        "Who follows",
    )
    .returns(
        200,
        "The members, who followed first before the others.",
        json!({
            "type": "object", "description": "Followers.", "required": ["items", "following"],
            "properties": {
                "items": {
                    "type": "array", "description": "User ids, at most 200.",
                    "items": {"type": "string", "format": "uuid", "description": "A member."}
                },
                "following": {"type": "boolean", "description": "Whether the caller is among them."}
            }
        }),
    );
    api.add(all, |caller: Caller, id: Path<String>| {
        list(R::OBJECT, caller, id)
    });
    let begin = operation(Operation::put, object, "follow", "follow", "Follow")
        .about("The caller is told in the app when others change, comment on or log something with it.")
        .returns_nothing("The caller follows it.");
    api.add(begin, |caller: Caller, id: Path<String>| {
        turn(follow::follow, R::OBJECT, caller, id)
    });
    let end = operation(
        Operation::delete,
        object,
        "follow",
        "unfollow",
        "Stop following",
    )
    .returns_nothing("The caller does not follow it.");
    api.add(end, |caller: Caller, id: Path<String>| {
        turn(follow::unfollow, R::OBJECT, caller, id)
    });
}

async fn list(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller
        .read_short(move |work| followers(work, object, id))
        .await?;
    let following = found.contains(&caller.principal.access.user_id);
    Ok(HttpResponse::Ok().json(json!({"items": found, "following": following})))
}

async fn turn(
    turn: Turn,
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        turn(work, object, id)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}
