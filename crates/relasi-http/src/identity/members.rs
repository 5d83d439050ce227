//! Members of the workspace.

use actix_web::{HttpResponse, http::header, web::Path};
use relasi_app::identity::{MemberPatch, MemberView};
use serde_json::json;

use super::profile::OPTIONAL_VERSION;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, etag},
    problem::Problem,
    records::{parse_id, schema::reference},
};

pub fn register(api: &mut Api) {
    let list = Operation::get("/members", "members", "list_members", "List members")
        .about("Everybody, the deactivated too, by name.")
        .returns(200, "The members.", reference("MemberList"));
    api.add(list, list_members);
    let get = Operation::get("/members/{id}", "members", "get_member", "Get a member").returns(
        200,
        "The member.",
        reference("Member"),
    );
    api.add(get, get_member);
    let update = Operation::patch("/members/{id}", "members", "update_member", "Change a member")
        .about("For those who may manage members. Nobody gives or takes rights that they do not have, only owners make and unmake owners; one owner must remain (409 `last_owner`). People report to each other in no circle (422 `reports_in_a_circle`).")
        .header("If-Match", OPTIONAL_VERSION)
        .body(reference("MemberPatch"))
        .returns(200, "The member.", reference("Member"));
    api.add(update, update_member);
}

async fn list_members(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.state.identity.members(&caller.principal).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn get_member(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    Ok(member(
        &caller.state.identity.member(&caller.principal, id).await?,
    ))
}

async fn update_member(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<MemberPatch>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let updated = caller.state.identity.update_member(
        &caller.principal,
        id,
        body.value,
        version.0,
        caller.now,
    );
    Ok(member(&updated.await?))
}

fn member(view: &MemberView) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(view.version)))
        .json(view)
}
