//! The workspaces of the caller, and the way into another one.

use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use uuid::Uuid;

use super::{
    cookie,
    origin::{SameOrigin, Visitor},
};
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::NewPerson,
    problem::Problem,
    records::schema::reference,
};

pub fn register(api: &mut Api) {
    let list = Operation::get(
        "/me/workspaces",
        "me",
        "list_workspaces",
        "List the workspaces that one is a member of",
    )
    .returns(
        200,
        "By name; deactivated memberships are left out.",
        reference("WorkspaceList"),
    );
    api.add(list, own);
    let switch = Operation::new(
        HttpMethod::Post,
        "/sessions/switch",
        "sessions",
        "switch_workspace",
        "Go on in another workspace",
    )
    .about(
        "Ends the session of the request, opens one of the same person in the other workspace and replaces the refresh \
         cookie. The new session ends no later than the old one would have. 404 where one is no active member.",
    )
    .body(reference("Switch"))
    .returns(200, "Signed in there.", reference("SignedIn"));
    api.add(switch, do_switch);
}

async fn own(NewPerson(caller): NewPerson) -> Result<HttpResponse, Problem> {
    let items = caller.state.identity.workspaces(&caller.principal).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    workspace_id: Uuid,
}

async fn do_switch(
    NewPerson(caller): NewPerson,
    visitor: Visitor,
    _: SameOrigin,
    body: Body<Switch>,
) -> Result<HttpResponse, Problem> {
    let workspace = body.value.workspace_id;
    let signed_in = caller
        .state
        .identity
        .switch(&caller.principal, workspace, visitor.0, caller.now)
        .await?;
    Ok(cookie::signed_in(&caller.state, &signed_in, caller.now))
}
