//! Bulk operations: preview, start, undo, refused records, exported files.

mod schema;

use std::fs::File;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Path},
};
use futures_util::stream;
use relasi_app::{
    idempotency::Answer,
    platform::bulk::{self, Operation as Bulk, Order, Ordered, Task},
    records::Work,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{jobs::NewestFirst, words::Words};
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    download::{self, Pieces},
    problem::Problem,
    records::{parse_id, schema::reference},
};

/// Registers the bulk operations.
pub fn register(api: &mut Api) {
    schema::register(api);
    let tag = "bulk-operations";
    let all = Operation::get(
        "/bulk-operations",
        tag,
        "list_bulk_operations",
        "Bulk operations, newest first",
    )
    .about("One's own; all of the workspace for those who may change its settings.")
    .returns(200, "A page.", NewestFirst::schema("BulkOperation"));
    api.add(NewestFirst::document(all), list);
    let asked = Operation::post(
        "/bulk-operations/preview",
        tag,
        "preview_bulk_operation",
        "Count what an operation would concern",
    )
    .about("Nothing is written. Lists are counted as far as lists are: the job counts them whole.")
    .body(reference("BulkOrder"))
    .returns(200, "The counts.", reference("BulkPreview"));
    api.add(asked, preview);
    let begun = Operation::post(
        "/bulk-operations",
        tag,
        "start_bulk_operation",
        "Do something to many records",
    )
    .about("A job does it, with the rights of who asks on each record. The records are those that the target reaches when the job begins.")
    .body(reference("BulkOrder"))
    .returns(202, "The operation; `job_id` names the job that does it and can be cancelled.", reference("BulkOperation"));
    api.add(begun, start);
    let one = Operation::get(
        "/bulk-operations/{id}",
        tag,
        "get_bulk_operation",
        "A bulk operation",
    )
    .returns(200, "The operation.", reference("BulkOperation"));
    api.add(one, get);
    register_outcome(api, tag);
}

/// What follows a run: the way back, and its files.
fn register_outcome(api: &mut Api, tag: &str) {
    let back = Operation::post(
        "/bulk-operations/{id}/undo",
        tag,
        "undo_bulk_operation",
        "Take back what the operation wrote",
    )
    .about("For 30 days. Records get back what they had where nobody has changed it since.")
    .returns(
        202,
        "The operation; `job_id` names the job that does it.",
        reference("BulkOperation"),
    );
    api.add(back, undo);
    let file = json!({"type": "string", "description": "The file."});
    let refused_rows = Operation::get(
        "/bulk-operations/{id}/refused",
        tag,
        "get_refused_records",
        "The records that refused, each with its reason",
    )
    .returns_of(200, "A CSV file in UTF-8.", "text/csv", file.clone());
    api.add(refused_rows, refused);
    let exported = Operation::get(
        "/bulk-operations/{id}/file",
        tag,
        "get_exported_file",
        "The file of an export",
    )
    .about(
        "For 30 days, for who exported it; of the form that was asked for, CSV, XLSX, vCard or iCalendar, each with its media \
         type. Cells of a CSV file that spreadsheets would take for formulas begin with an apostrophe.",
    )
    .returns_of(200, "The file.", "text/csv", file);
    api.add(exported, exported_file);
}

fn answer(status: u16, operation: &Bulk) -> Answer {
    Answer {
        status,
        body: operation.shown().to_string(),
        location: Some(format!("/api/v1/bulk-operations/{}", operation.id)),
        ..Answer::default()
    }
}

async fn list(caller: Caller, query: Query<NewestFirst>) -> Result<HttpResponse, Problem> {
    let (before, limit) = query.0.limits()?;
    let found = caller
        .read_short(move |work| bulk::list(work.conn, work.access, before, limit))
        .await?;
    let items: Vec<Value> = found.iter().map(Bulk::shown).collect();
    Ok(NewestFirst::answer(&items, limit))
}

async fn found(caller: &Caller, id: Uuid) -> Result<Bulk, Problem> {
    caller
        .read_short(move |work| bulk::find(work.conn, work.access, id))
        .await
}

async fn get(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let operation = found(&caller, parse_id(&id)?).await?;
    Ok(HttpResponse::Ok().json(operation.shown()))
}

async fn preview(caller: Caller, body: Body<Order>) -> Result<HttpResponse, Problem> {
    let (ordered, zone) = (body.value.understood()?, caller.zone());
    let counts = caller
        .read(move |work| bulk::preview(work, &ordered, zone))
        .await?;
    Ok(HttpResponse::Ok().json(counts))
}

async fn start(
    caller: Caller,
    body: Body<Order>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let zone = caller.zone();
    let ordered = worded(body.value.understood()?, &caller, &request);
    let work = move |work: &mut Work<'_>| Ok(answer(202, &bulk::start(work, &ordered, zone)?));
    let response = caller.write(&body.bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

/// An export whose headings are in the language of who asks, unless they name one.
fn worded(mut ordered: Ordered, caller: &Caller, request: &HttpRequest) -> Ordered {
    if let Task::Export(export) = &mut ordered.task
        && export.language.is_none()
    {
        export.language = Some(caller.language(request).tag().to_owned());
    }
    ordered
}

async fn undo(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let files = caller.state.files.clone();
    let work = move |work: &mut Work<'_>| {
        let operation = bulk::undo(work.conn, work.access, &files, id)?;
        Ok(answer(202, &operation))
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn refused(
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let operation = found(&caller, parse_id(&id)?).await?;
    let language = caller.language(&request);
    let rows = bulk::refused(
        &caller.state.files,
        &caller.principal.access,
        &operation,
        language,
        Box::new(Words(language)),
    )?;
    let pieces = rows.into_iter().flatten();
    let pieces = stream::iter(pieces.map(|piece| piece.map(Bytes::from)));
    Ok(download::csv(
        &format!("refused-{}.csv", operation.id),
        pieces,
    ))
}

async fn exported_file(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let operation = found(&caller, parse_id(&id)?).await?;
    let (path, format) = bulk::download(&caller.state.files, &caller.principal.access, &operation)?;
    let file = File::open(path).map_err(relasi_persistence::StoreError::from)?;
    let name = format!(
        "{}-{}.{}",
        operation.object.plural,
        operation.created_at.format("%Y-%m-%d"),
        format.extension()
    );
    let pieces = stream::iter(Pieces(file));
    Ok(download::file(&name, format.media_type(), pieces))
}
