//! Imports: upload, mapping, check, run, undo, rejected rows.

mod schema;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes, Path, Payload},
};
use futures_util::{StreamExt, stream};
use relasi_app::{
    idempotency::Answer,
    platform::import::{self, Another, Import, Revision, Upload, Uploaded},
    records::Work,
};
use relasi_domain::record::Object;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{jobs::NewestFirst, words::Words};
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    download,
    problem::Problem,
    records::{parse_id, schema::reference},
};

/// Registers the imports.
pub fn register(api: &mut Api) {
    schema::register(api);
    let operation = |made: fn(&str, &str, &str, &str) -> Operation,
                     path: &str,
                     id: &str,
                     summary: &str| { made(path, "imports", id, summary) };
    let all = operation(
        Operation::get,
        "/imports",
        "list_imports",
        "Imports, newest first",
    )
    .returns(200, "A page.", NewestFirst::schema("Import"));
    api.add(NewestFirst::document(all), list);
    let upload_one = operation(
        Operation::post,
        "/imports",
        "upload_import",
        "Upload a file to import: CSV, XLSX or vCard",
    )
    .about(
        "What kind of file it is, its encoding, delimiter and columns are detected, whatever its name says. Nothing is \
         written until the import is run. Faults of the file: `file_empty`, `file_not_text`, `file_is_spreadsheet` (an \
         old form), `file_encrypted`, `file_damaged`, `file_no_sheet`, `file_unpacks_large` (1 GiB at most).",
    )
    .query(
        "object",
        "What the rows become.",
        json!({"type": "string", "enum": import::IMPORTED, "default": "contact"}),
    )
    .query(
        "file_name",
        "Name of the file, to be shown.",
        json!({"type": "string"}),
    )
    .body_of(
        "application/octet-stream",
        json!({"type": "string", "format": "binary", "description": "The file."}),
    )
    .returns(201, "The import.", reference("Import"));
    api.add(upload_one, upload);
    let one = operation(Operation::get, "/imports/{id}", "get_import", "An import").returns(
        200,
        "The import.",
        reference("Import"),
    );
    api.add(one, get);
    let change = operation(
        Operation::patch,
        "/imports/{id}",
        "change_import",
        "Say where columns go and how rows match",
    )
    .body(schema::revision())
    .returns(200, "The import.", reference("Import"));
    api.add(change, revise);
    let sheet = operation(
        Operation::post,
        "/imports/{id}/sheets",
        "import_another_sheet",
        "Another sheet of the same file as an import of its own",
    )
    .about("As long as the file is kept, 30 days after the last change of the import. 409 `import_expired` after that.")
    .body(schema::another())
    .returns(201, "The new import.", reference("Import"));
    api.add(sheet, another);
    let verbs: [(&str, &str, &str, Start); 3] = [
        (
            "check",
            "check_import",
            "Go through the file without writing, so that the counts are known",
            import::check,
        ),
        (
            "run",
            "run_import",
            "Write the records of the file",
            import::run,
        ),
        (
            "undo",
            "undo_import",
            "Take back what the import wrote",
            import::undo,
        ),
    ];
    for (verb, id, summary, start) in verbs {
        let start_one = operation(
            Operation::post,
            &format!("/imports/{{id}}/{verb}"),
            id,
            summary,
        )
        .returns(
            202,
            "The import; `job_id` names the job that does it.",
            reference("Import"),
        );
        api.add(start_one, move |caller: Caller, id: Path<String>| {
            begin(start, caller, id)
        });
    }
    let rejected_rows = operation(
        Operation::get,
        "/imports/{id}/rejected",
        "get_rejected_rows",
        "The rows that could not be taken, each with its reason",
    )
    .returns_of(
        200,
        "A CSV file in UTF-8: the columns of the file, the row number and the reason.",
        "text/csv",
        json!({"type": "string", "description": "The file."}),
    );
    api.add(rejected_rows, rejected);
}

/// Starts a job of an import.
type Start = fn(
    &mut relasi_persistence::Conn,
    &relasi_domain::identity::access::Access,
    Uuid,
) -> relasi_app::Result<Import>;

fn answer(status: u16, import: &Import) -> Answer {
    let location = (status == 201).then(|| format!("/api/v1/imports/{}", import.id));
    Answer {
        status,
        body: json!(import).to_string(),
        location,
        ..Answer::default()
    }
}

async fn list(caller: Caller, query: Query<NewestFirst>) -> Result<HttpResponse, Problem> {
    let (before, limit) = query.0.limits()?;
    let found = caller
        .read_short(move |work| import::list(work.conn, work.access, before, limit))
        .await?;
    Ok(NewestFirst::answer(&found, limit))
}

async fn get(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller
        .read_short(move |work| import::find(work.conn, work.access, id))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UploadQuery {
    object: Option<String>,
    file_name: Option<String>,
}

async fn upload(
    caller: Caller,
    query: Query<UploadQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let object = import::importable(
        &caller.principal.access,
        query.0.object.as_deref().unwrap_or("contact"),
    )?;
    let id = Uuid::now_v7();
    let upload = caller
        .state
        .files
        .upload(caller.principal.access.workspace_id, id)
        .map_err(disk)?;
    let thai =
        caller.principal.workspace.language == "th" || caller.principal.user.language == "th";
    let upload = received(upload, payload).await?;
    let uploaded = web::block(move || upload.finish(thai))
        .await
        .map_err(|_| stopped())??;
    let name = query.0.file_name.unwrap_or_default();
    let described = described(&caller, id, object, name, uploaded).await?;
    let hash = described.file_sha256.clone();
    stored(&caller, described, hash.as_bytes()).await
}

/// Writes the body to disk as it comes.
async fn received(mut upload: Upload, mut payload: Payload) -> Result<Upload, Problem> {
    while let Some(piece) = payload.next().await {
        let piece = piece
            .map_err(|error| Problem::of_status(actix_web::ResponseError::status_code(&error)))?;
        upload.write(&piece)?;
    }
    Ok(upload)
}

async fn described(
    caller: &Caller,
    id: Uuid,
    object: &'static Object,
    name: String,
    file: Uploaded,
) -> Result<Import, Problem> {
    let files = caller.state.files.clone();
    caller
        .read(move |work| {
            import::describe(work.conn, work.access, &files, id, object, &name, &file)
        })
        .await
}

async fn another(
    caller: Caller,
    id: Path<String>,
    body: Body<Another>,
) -> Result<HttpResponse, Problem> {
    let (from, id) = (parse_id(&id)?, Uuid::now_v7());
    let (files, wanted) = (caller.state.files.clone(), body.value);
    let read = move |work: &mut Work<'_>| {
        import::another(work.conn, work.access, &files, from, id, &wanted)
    };
    let import = caller.read(read).await?;
    stored(&caller, import, &body.bytes).await
}

/// Stores an import; the file of a repeated request, whose first answer is given again, is not kept.
async fn stored(caller: &Caller, import: Import, request: &[u8]) -> Result<HttpResponse, Problem> {
    let id = import.id;
    let kept = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&kept);
    let work = move |work: &mut Work<'_>| {
        import::add(work.conn, work.access, &import)?;
        flag.store(true, Ordering::Relaxed);
        Ok(answer(201, &import))
    };
    let response = caller.write(request, work).await;
    if response.is_err() || !kept.load(Ordering::Relaxed) {
        caller
            .state
            .files
            .discard(caller.principal.access.workspace_id, id);
    }
    response
}

async fn revise(
    caller: Caller,
    id: Path<String>,
    body: Body<Revision>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (files, revision) = (caller.state.files.clone(), body.value);
    let read =
        move |work: &mut Work<'_>| import::revised(work.conn, work.access, &files, id, &revision);
    let (import, before) = caller.read(read).await?;
    let work = move |work: &mut Work<'_>| {
        import::keep(work.conn, work.access, &import, before)?;
        Ok(answer(200, &import))
    };
    caller.write(&body.bytes, work).await
}

async fn begin(start: Start, caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| Ok(answer(202, &start(work.conn, work.access, id)?));
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn rejected(
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let import = caller
        .read_short(move |work| import::find(work.conn, work.access, id))
        .await?;
    let words = Words(caller.language(&request));
    let rows = import::rejected(
        &caller.state.files,
        &caller.principal.access,
        &import,
        Box::new(words),
    )?;
    let pieces = stream::iter(
        rows.into_iter()
            .flatten()
            .map(|piece| piece.map(Bytes::from)),
    );
    Ok(download::csv(&format!("rejected-{id}.csv"), pieces))
}

fn disk(error: std::io::Error) -> Problem {
    relasi_persistence::StoreError::from(error).into()
}

fn stopped() -> Problem {
    Problem::of_status(actix_web::http::StatusCode::SERVICE_UNAVAILABLE)
}
