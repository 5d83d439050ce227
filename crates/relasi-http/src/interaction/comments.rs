//! Comments on records.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{idempotency::Answer, interaction::comment, records::Work};
use relasi_domain::{
    interaction::comment::OBJECT,
    record::{Object, Record},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{operation, schema};
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{
        answer,
        entries::{EntriesQuery, document_paging, page},
        parse_id,
        schema::reference,
    },
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    body: String,
}

pub(super) fn register_of<R: Record>(api: &mut Api) {
    let object = R::OBJECT;
    let all = operation(
        Operation::get,
        object,
        "comments",
        "comments_on",
        "Comments on",
    );
    let all = document_paging(all).returns(200, "A page, newest first.", reference("CommentPage"));
    api.add(
        all,
        |caller: Caller, id: Path<String>, query: Query<EntriesQuery>| {
            list(R::OBJECT, caller, id, query.0)
        },
    );
    let one = operation(Operation::post, object, "comments", "comment_on", "Comment on")
        .about("Whoever may see the record and is more than a reader. The writer follows the record from then on.")
        .body(schema::comment_body())
        .returns(201, "The comment.", reference("Comment"));
    api.add(one, |caller: Caller, id: Path<String>, body: Body<Said>| {
        add(R::OBJECT, caller, id, body)
    });
}

pub(super) fn register(api: &mut Api) {
    let change = Operation::patch(
        "/comments/{id}",
        "comments",
        "edit_comment",
        "Change one's own comment",
    )
    .if_match()
    .body(schema::comment_body())
    .returns(200, "The comment.", reference("Comment"));
    api.add(change, edit);
    let delete = Operation::delete(
        "/comments/{id}",
        "comments",
        "delete_comment",
        "Remove a comment",
    )
    .about("One's own, or any for who may delete all. It can be restored for 30 days.")
    .if_match()
    .returns_nothing("It is removed.");
    api.add(delete, remove);
    let back = Operation::post(
        "/comments/{id}/restore",
        "comments",
        "restore_comment",
        "Bring a removed comment back",
    )
    .returns(200, "The comment.", reference("Comment"));
    api.add(back, restore);
}

async fn list(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    query: EntriesQuery,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (before, limit) = query.limits()?;
    let found = caller
        .read_short(move |work| comment::list(work, object, id, before, limit))
        .await?;
    Ok(page(found))
}

async fn add(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    body: Body<Said>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let said = body.value.body;
    let work = move |work: &mut Work<'_>| {
        let made = comment::add(work, object, id, &said)?;
        let location = made.get("id").and_then(Value::as_str);
        Ok(Answer {
            status: 201,
            location: location.map(|id| format!("/api/v1/comments/{id}")),
            version: Some(1),
            body: json!(made).to_string(),
        })
    };
    caller.write(&body.bytes, work).await
}

async fn edit(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Said>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let said = body.value.body;
    let work = move |work: &mut Work<'_>| {
        let edited = comment::edit(work, id, version, &said)?;
        Ok(answer(work, &OBJECT, edited))
    };
    caller.write(&body.bytes, work).await
}

async fn remove(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        comment::remove(work, id, version)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

async fn restore(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        let restored = comment::restore(work, id)?;
        Ok(answer(work, &OBJECT, restored))
    };
    caller.write(&[], work).await
}
