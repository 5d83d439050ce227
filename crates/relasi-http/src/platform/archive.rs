//! The whole workspace as one file.

use std::fs::File;

use actix_web::{HttpResponse, web::Path};
use futures_util::stream;
use relasi_app::{
    idempotency::Answer,
    platform::archive::{self, EXTENSION},
    records::Work,
};
use serde_json::json;

use crate::{
    api::{Api, Operation},
    caller::Caller,
    download::{self, Pieces},
    problem::Problem,
    records::{parse_id, schema::reference},
};

/// Registers the exports of workspaces.
pub fn register(api: &mut Api) {
    api.schema(
        "WorkspaceExport",
        json!({"type": "object", "description": "A workspace on its way into a file.", "required": ["job_id"], "properties": {
            "job_id": {"type": "string", "format": "uuid", "description": "The job that writes the file; also the id of the export."}
        }}),
    );
    let begin = Operation::post(
        "/workspace/exports",
        "workspace",
        "export_workspace",
        "Write the whole workspace into one file",
    )
    .about(
        "For those who may change settings. Everything of the workspace at one moment, but for passwords and sessions; \
         `relasi workspace import` makes the same workspace of it elsewhere.",
    )
    .returns(202, "The job has been put in.", reference("WorkspaceExport"));
    api.add(begin, start);
    let one = Operation::get(
        "/workspace/exports/{id}/file",
        "workspace",
        "get_workspace_export_file",
        "The file of a workspace",
    )
    .about(
        "For 7 days, for who asked for it. 409 `workspace_export_running` until its job is done, `workspace_export_expired` \
         when it has been removed.",
    )
    .returns_of(
        200,
        "A packed file (zip) of JSON lines and a manifest.",
        "application/octet-stream",
        json!({"type": "string", "format": "binary", "description": "The file."}),
    );
    api.add(one, file);
}

async fn start(caller: Caller) -> Result<HttpResponse, Problem> {
    let work = |work: &mut Work<'_>| {
        let begun = archive::start(work)?;
        Ok(Answer {
            status: 202,
            body: json!(begun).to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn file(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let files = caller.state.files.clone();
    let path = caller
        .read_short(move |work| archive::file(work.conn, work.access, &files, id))
        .await?;
    let file = File::open(path).map_err(relasi_persistence::StoreError::from)?;
    let name = format!("workspace-{id}.{EXTENSION}");
    Ok(download::file(
        &name,
        "application/octet-stream",
        stream::iter(Pieces(file)),
    ))
}
