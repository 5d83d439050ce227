//! Roles: the built-in ones and those that the workspace makes.

use actix_web::{HttpResponse, http::header, web::Path};
use relasi_app::{
    Refusal,
    idempotency::Answer,
    identity::roles::{self, NewRole, RolePatch, RoleView},
    records::Work,
};
use relasi_domain::identity::role::MemberRole;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, etag},
    problem::Problem,
    records::schema::reference,
};

pub fn register(api: &mut Api) {
    let list = Operation::get("/roles", "roles", "list_roles", "List roles")
        .about("The built-in ones, the strongest first, then those of the workspace by name.")
        .returns(200, "The roles.", reference("RoleList"));
    api.add(list, list_roles);
    let get = Operation::get("/roles/{id}", "roles", "get_role", "Get a role").returns(
        200,
        "The role.",
        reference("Role"),
    );
    api.add(get, get_role);
    let create = Operation::post("/roles", "roles", "create_role", "Make a role")
        .about("For those who may manage members, with no right that they do not have (403). At most 100 (409 `too_many_roles`).")
        .body(reference("NewRole"))
        .returns(201, "The role.", reference("Role"));
    api.add(create, create_role);
    let copy = Operation::post(
        "/roles/{id}/copy",
        "roles",
        "copy_role",
        "Make a role with the rights of another one",
    )
    .about("Of a built-in one too.")
    .body(reference("RoleCopy"))
    .returns(201, "The new role.", reference("Role"));
    api.add(copy, copy_role);
    let update = Operation::patch("/roles/{id}", "roles", "update_role", "Change a role")
        .about("In force with the next request of its members, on other servers within seconds. Built-in ones do not change (403).")
        .if_match()
        .body(reference("RolePatch"))
        .returns(200, "The role.", reference("Role"));
    api.add(update, update_role);
    let delete = Operation::delete("/roles/{id}", "roles", "delete_role", "Remove a role")
        .about("Refused while a member has it or an open invitation names it (409 `role_in_use`).")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(delete, delete_role);
}

async fn list_roles(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read_short(roles::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn get_role(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse(&id)?;
    let role = caller.read_short(move |work| roles::find(work, id)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag(role.version)))
        .json(role))
}

async fn create_role(caller: Caller, body: Body<NewRole>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| Ok(made(&roles::create(work, &new)?));
    caller.write(&body.bytes, work).await
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Copy {
    name: String,
}

async fn copy_role(
    caller: Caller,
    id: Path<String>,
    body: Body<Copy>,
) -> Result<HttpResponse, Problem> {
    let id = parse(&id)?;
    let name = body.value.name;
    let work = move |work: &mut Work<'_>| Ok(made(&roles::copy(work, id, &name)?));
    caller.write(&body.bytes, work).await
}

async fn update_role(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<RolePatch>,
) -> Result<HttpResponse, Problem> {
    let id = parse(&id)?;
    let patch = body.value;
    let work = move |work: &mut Work<'_>| {
        let role = roles::update(work, id, version, &patch)?;
        Ok(Answer {
            status: 200,
            location: None,
            version: Some(role.version),
            body: json!(role).to_string(),
        })
    };
    let answer = caller.write(&body.bytes, work).await;
    caller.state.identity.forget();
    answer
}

async fn delete_role(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = parse(&id)?;
    let work = move |work: &mut Work<'_>| {
        roles::remove(work, id, version)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

fn parse(id: &str) -> Result<MemberRole, Refusal> {
    MemberRole::parse(id).ok_or(Refusal::NotFound)
}

fn made(role: &RoleView) -> Answer {
    Answer {
        status: 201,
        location: Some(format!("/api/v1/roles/{}", role.id)),
        version: Some(role.version),
        body: json!(role).to_string(),
    }
}
