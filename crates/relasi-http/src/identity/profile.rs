//! One's own profile and the workspace.

use actix_web::{HttpResponse, http::header};
use relasi_app::identity::{PasswordChange, ProfilePatch, WorkspacePatch, WorkspaceView};
use utoipa::openapi::path::HttpMethod;

use super::origin::Visitor;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, Newcomer, Person, etag},
    problem::Problem,
    records::schema::reference,
};

/// What `If-Match` means here, where a change names each field that it touches.
pub const OPTIONAL_VERSION: &str =
    "The ETag that the change is based on; without it the change is made to whatever is there.";

pub fn register(api: &mut Api) {
    let me = Operation::get("/me", "me", "get_me", "Who is asking").returns(
        200,
        "Person, workspace and rights.",
        reference("Me"),
    );
    api.add(me, get_me);
    let update = Operation::patch("/me", "me", "update_me", "Change one's own profile")
        .header("If-Match", OPTIONAL_VERSION)
        .body(reference("ProfilePatch"))
        .returns(200, "Person, workspace and rights.", reference("Me"));
    api.add(update, update_me);
    let password = Operation::new(
        HttpMethod::Post,
        "/me/password",
        "me",
        "change_password",
        "Change one's own password",
    )
    .about("Ends every other session. A wrong present password counts like a failed sign-in.")
    .body(reference("PasswordChange"))
    .returns_nothing("Changed.");
    api.add(password, change_password);
    let workspace = Operation::get(
        "/workspace",
        "workspace",
        "get_workspace",
        "Get the workspace",
    )
    .returns(200, "The workspace.", reference("Workspace"));
    api.add(workspace, get_workspace);
    let update = Operation::patch(
        "/workspace",
        "workspace",
        "update_workspace",
        "Change the workspace",
    )
    .about("For those who may change settings.")
    .header("If-Match", OPTIONAL_VERSION)
    .body(reference("WorkspacePatch"))
    .returns(200, "The workspace.", reference("Workspace"));
    api.add(update, update_workspace);
}

async fn get_me(Newcomer(caller): Newcomer) -> Result<HttpResponse, Problem> {
    let me = caller.state.identity.me(&caller.principal);
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag(me.user.version)))
        .json(me))
}

async fn update_me(
    Person(caller): Person,
    version: IfMatch,
    body: Body<ProfilePatch>,
) -> Result<HttpResponse, Problem> {
    let me = caller
        .state
        .identity
        .update_me(&caller.principal, body.value, version.0, caller.now)
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag(me.user.version)))
        .json(me))
}

async fn change_password(
    Person(caller): Person,
    visitor: Visitor,
    body: Body<PasswordChange>,
) -> Result<HttpResponse, Problem> {
    let ip = visitor.0.ip;
    caller
        .state
        .identity
        .change_password(&caller.principal, body.value, ip, caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn get_workspace(caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(workspace(
        &caller.state.identity.workspace(&caller.principal).await?,
    ))
}

async fn update_workspace(
    caller: Caller,
    version: IfMatch,
    body: Body<WorkspacePatch>,
) -> Result<HttpResponse, Problem> {
    let updated = caller.state.identity.update_workspace(
        &caller.principal,
        body.value,
        version.0,
        caller.now,
    );
    Ok(workspace(&updated.await?))
}

fn workspace(view: &WorkspaceView) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(view.version)))
        .json(view)
}
