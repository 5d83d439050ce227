//! Files of records.

mod content;

use actix_web::{
    HttpResponse,
    web::{Path, Payload},
};
use relasi_app::{
    idempotency::Answer,
    interaction::file::{self, Arrived, File},
    records::Work,
};
use relasi_domain::record::{Object, Record};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::operation;
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    compress::AsItIs,
    problem::Problem,
    records::{
        entries::{EntriesQuery, document_paging, next_cursor},
        parse_id,
        schema::reference,
    },
};
use content::{arrived, kept};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FilesQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    trashed: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NameQuery {
    name: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Renaming {
    name: String,
}

/// An operation that takes a file.
fn taking(operation: Operation) -> Operation {
    operation
        .about("The body is the file as it is. Its type is told from its content, and must be the one that its name promises.")
        .query("name", "Name of the file; needed.", json!({"type": "string", "maxLength": 200}))
        .body_of(
            "application/octet-stream",
            json!({"type": "string", "format": "binary", "description": "The file."}),
        )
        .returns(201, "The file.", reference("File"))
}

pub(super) fn register_of<R: Record>(api: &mut Api) {
    let object = R::OBJECT;
    let all = operation(Operation::get, object, "files", "files_of", "Files of");
    let all = document_paging(all)
        .query(
            "trashed",
            "Those that were removed in the last 30 days.",
            json!({"type": "boolean", "default": false}),
        )
        .returns(200, "A page, newest first.", reference("FilePage"));
    api.add(
        all,
        |caller: Caller, id: Path<String>, query: Query<FilesQuery>| {
            list(R::OBJECT, caller, id, query.0)
        },
    );
    let one = taking(operation(
        Operation::post,
        object,
        "files",
        "attach_file_to",
        "Attach a file to",
    ));
    api.add(
        one,
        |caller: Caller, id: Path<String>, query: Query<NameQuery>, payload: Payload| {
            attach(R::OBJECT, caller, id, query.0, payload)
        },
    );
}

pub(super) fn register(api: &mut Api) {
    let one = Operation::get(
        "/files/{id}",
        "files",
        "get_file",
        "A file with its versions",
    )
    .returns(200, "The file.", reference("FileWithVersions"));
    api.add(one, get);
    let change = Operation::patch("/files/{id}", "files", "rename_file", "Rename a file")
        .if_match()
        .body(json!({
            "type": "object", "description": "A name.", "required": ["name"], "additionalProperties": false,
            "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 200, "description": "The new name."}}
        }))
        .returns(200, "The file.", reference("File"));
    api.add(change, rename);
    let delete = Operation::delete("/files/{id}", "files", "delete_file", "Remove a file")
        .about("It can be restored for 30 days; then its contents are gone.")
        .if_match()
        .returns_nothing("It is removed.");
    api.add(delete, remove);
    let back = Operation::post(
        "/files/{id}/restore",
        "files",
        "restore_file",
        "Bring a removed file back",
    )
    .returns(200, "The file.", reference("File"));
    api.add(back, restore);
    let version = taking(Operation::post(
        "/files/{id}/versions",
        "files",
        "add_file_version",
        "Add a version to a file",
    ));
    api.add(version, add_version);
    content::register(api);
}

/// Makes addresses of contents for the caller.
fn addresses(caller: &Caller) -> impl Fn(Uuid) -> String + Send + use<> {
    let caller = caller.clone();
    move |content| {
        let workspace = caller.principal.access.workspace_id;
        let token = caller
            .state
            .identity
            .content_token(workspace, content, caller.now);
        format!("/api/v1/file-contents/{token}")
    }
}

fn answer(status: u16, caller: &Caller, file: &File) -> Answer {
    let location = (status == 201).then(|| format!("/api/v1/files/{}", file.id()));
    Answer {
        status,
        body: file.json(&addresses(caller)).to_string(),
        version: Some(file.version()),
        location,
    }
}

async fn list(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    query: FilesQuery,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let trashed = query.trashed.unwrap_or_default();
    let (before, limit) = EntriesQuery::new(query.limit, query.cursor).limits()?;
    let found = caller
        .read_short(move |work| file::list(work, object, id, trashed, before, limit))
        .await?;
    let address = addresses(&caller);
    let items: Vec<Value> = found.items.iter().map(|file| file.json(&address)).collect();
    let mut response =
        HttpResponse::Ok().json(json!({"items": items, "next_cursor": next_cursor(found.next)}));
    // Whoever has the address of a content gets it.
    response.extensions_mut().insert(AsItIs);
    Ok(response)
}

async fn get(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let address = addresses(&caller);
    let (json, version) = caller
        .read_short(move |work| file::get(work, id, &address))
        .await?;
    let etag = crate::caller::etag(version);
    Ok(HttpResponse::Ok().insert_header(("ETag", etag)).json(json))
}

async fn attach(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    query: NameQuery,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .read_short(move |work| file::may_add(work, object, id))
        .await?;
    let arrived = arrived(&caller, query.name, payload).await?;
    kept(&caller, arrived, move |work, arrived| {
        file::add(work, object, id, arrived)
    })
    .await
}

async fn add_version(
    caller: Caller,
    id: Path<String>,
    query: Query<NameQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .read_short(move |work| file::may_add_version(work, id))
        .await?;
    let arrived = arrived(&caller, query.0.name, payload).await?;
    kept(&caller, arrived, move |work, arrived: &Arrived| {
        file::add_version(work, id, arrived)
    })
    .await
}

async fn rename(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Renaming>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let name = body.value.name;
    let own = caller.clone();
    let work = move |work: &mut Work<'_>| {
        let file = file::rename(work, id, version, &name)?;
        Ok(answer(200, &own, &file))
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
        file::remove(work, id, version)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

async fn restore(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let own = caller.clone();
    let work = move |work: &mut Work<'_>| Ok(answer(200, &own, &file::restore(work, id)?));
    caller.write(&[], work).await
}
