//! The routes that every record has, registered by one line per object.

pub mod entries;
pub mod groups;
mod lists;
mod past;
pub mod schema;

pub use lists::page;
use std::str::FromStr;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::Path,
};
use relasi_app::{idempotency::Answer, records::Work};
use relasi_domain::{
    interaction::is_discussed,
    record::{Document, Guard, Object, Record},
};
use relasi_persistence::store::Related;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch, etag, version_of},
    interaction,
    problem::Problem,
};
use schema::{reference, type_name};

/// Registers list, count, create, get, change, replace, trash, restore, timeline, history and past of an object.
pub fn crud<R: Record>(api: &mut Api) {
    let object = R::OBJECT;
    schema::register(api, object);
    lists::register::<R>(api, object);
    groups::register::<R>(api, object);
    register_writes::<R>(api, object);
    entries::register::<R>(api, object);
    past::register::<R>(api, object);
    if is_discussed(object) {
        interaction::register_of::<R>(api);
    }
}

fn register_writes<R: Record>(api: &mut Api, object: &'static Object) {
    let (name, plural, noun) = (
        type_name(object),
        object.plural,
        object.name.replace('_', " "),
    );
    let one = format!("/{plural}/{{id}}");
    let create = Operation::post(
        &format!("/{plural}"),
        plural,
        &format!("create_{}", object.name),
        &format!("Create a {noun}"),
    )
    .query(
        "duplicates",
        "`allow` makes it even when it looks like one that is there.",
        json!({"type": "string", "enum": ["allow"]}),
    )
    .body(reference(&format!("New{name}")))
    .returns(201, "The record.", reference(&name));
    api.add(
        create,
        |caller: Caller, query: Query<CreateQuery>, body: Body| {
            create_record(R::OBJECT, caller, query.0, body)
        },
    );
    let get = Operation::get(
        &one,
        plural,
        &format!("get_{}", object.name),
        &format!("Get a {noun}"),
    )
    .header(
        "If-None-Match",
        "Answered with 304 while the record has this ETag.",
    )
    .returns(200, "The record.", reference(&name));
    api.add(
        get,
        |caller: Caller, id: Path<String>, request: HttpRequest| {
            get_record(R::OBJECT, caller, id, request)
        },
    );
    let patch = Operation::patch(
        &one,
        plural,
        &format!("update_{}", object.name),
        &format!("Change a {noun}"),
    )
    .about("A JSON merge patch: members that are left out stay, `null` empties.")
    .if_match()
    .body(reference(&format!("{name}Patch")))
    .returns(200, "The record.", reference(&name));
    api.add(
        patch,
        |caller: Caller, id: Path<String>, version: IfMatch, body: Body| {
            update(R::OBJECT, caller, id, version, body, false)
        },
    );
    let put = Operation::put(
        &one,
        plural,
        &format!("replace_{}", object.name),
        &format!("Replace a {noun}"),
    )
    .about("Members that are left out become empty.")
    .if_match()
    .body(reference(&format!("{name}Patch")))
    .returns(200, "The record.", reference(&name));
    api.add(
        put,
        |caller: Caller, id: Path<String>, version: IfMatch, body: Body| {
            update(R::OBJECT, caller, id, version, body, true)
        },
    );
    let delete = Operation::delete(
        &one,
        plural,
        &format!("delete_{}", object.name),
        &format!("Put a {noun} into the trash"),
    )
    .if_match()
    .returns_nothing("It lies in the trash.");
    api.add(
        delete,
        |caller: Caller, id: Path<String>, version: IfMatch| trash(R::OBJECT, caller, id, version),
    );
    let restore = Operation::post(
        &format!("{one}/restore"),
        plural,
        &format!("restore_{}", object.name),
        &format!("Take a {noun} out of the trash"),
    )
    .returns(200, "The record.", reference(&name));
    api.add(restore, |caller: Caller, id: Path<String>| {
        restore_record(R::OBJECT, caller, id)
    });
}

/// An id in a path; what is no id names nothing.
pub fn parse_id(text: &str) -> Result<Uuid, Problem> {
    Uuid::from_str(text).map_err(|_| relasi_app::Refusal::NotFound.into())
}

/// Names of what records refer to, as JSON.
pub fn included(named: Vec<(String, Vec<Related>)>) -> Value {
    let one = |one: Related| json!({"id": one.id, "title": one.title});
    let named = named
        .into_iter()
        .map(|(name, related)| (name, related.into_iter().map(one).collect()));
    Value::Object(named.collect())
}

/// 200 with a JSON body.
pub fn json_response(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ))
        .body(body)
}

/// Settings are part of what is known of everybody in the workspace: after a change it is read again.
fn written(
    object: &'static Object,
    caller: &Caller,
    answer: Result<HttpResponse, Problem>,
) -> Result<HttpResponse, Problem> {
    if object.guard == Guard::Settings && answer.is_ok() {
        caller.state.identity.forget();
        // Some of them have records follow.
        caller.state.wake.ring();
    }
    answer
}

async fn get_record(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller.read_short(move |work| work.get(object, id)).await?;
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .and_then(version_of);
    if known == Some(found.version) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag(found.version)))
            .finish());
    }
    let mut response = json_response(found.json);
    if let Ok(value) = HeaderValue::from_str(&etag(found.version)) {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// A record as the answer of a write, as the worker sees it.
pub fn answer(work: &Work<'_>, object: &'static Object, document: Document) -> Answer {
    let document = work.access.seen(object, document);
    Answer {
        status: 200,
        body: serde_json::to_string(&document).unwrap_or_default(),
        version: document.get("version").and_then(Value::as_i64),
        location: None,
    }
}

/// Query parameters of a create.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateQuery {
    duplicates: Option<Duplicates>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Duplicates {
    Allow,
}

async fn create_record(
    object: &'static Object,
    caller: Caller,
    query: CreateQuery,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let document = body.value;
    let anyway = matches!(query.duplicates, Some(Duplicates::Allow));
    let work = move |work: &mut Work<'_>| {
        let body = document.clone();
        let made = if anyway {
            work.create_anyway(object, body)?
        } else {
            work.create(object, body)?
        };
        let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
        let location = Some(format!("/api/v1/{}/{id}", object.plural));
        Ok(Answer {
            status: 201,
            location,
            ..answer(work, object, made)
        })
    };
    written(object, &caller, caller.write(&body.bytes, work).await)
}

async fn update(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body,
    whole: bool,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let document = body.value;
    let work = move |work: &mut Work<'_>| {
        let saved = if whole {
            work.replace(object, id, version, document.clone())?
        } else {
            work.revise(object, id, version, document.clone())?
        };
        Ok(answer(work, object, saved))
    };
    written(object, &caller, caller.write(&body.bytes, work).await)
}

async fn trash(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        work.trash(object, id, version)?;
        Ok(Answer::nothing())
    };
    written(object, &caller, caller.write(&[], work).await)
}

async fn restore_record(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        let restored = work.restore(object, id)?;
        Ok(answer(work, object, restored))
    };
    written(object, &caller, caller.write(&[], work).await)
}
