//! What a workspace asks of whoever comes in.

use actix_web::{HttpResponse, http::header};
use relasi_app::identity::{NewPolicy, Policy};

use super::profile::OPTIONAL_VERSION;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, Person, etag},
    problem::Problem,
    records::schema::reference,
};

pub fn register(api: &mut Api) {
    let get = Operation::get(
        "/workspace/security",
        "workspace",
        "get_security_policy",
        "What the workspace asks of whoever comes in",
    )
    .about("For those who may change settings.")
    .returns(200, "The policy.", reference("SecurityPolicy"));
    api.add(get, get_policy);
    let set = Operation::put(
        "/workspace/security",
        "workspace",
        "set_security_policy",
        "Set what the workspace asks for",
    )
    .about("For those who may change settings. In force on every server within seconds, for sessions that are open too. Members without a second factor get 403 `second_factor_required` for everything but setting one up; requests and sign-ins from outside the networks get 403 `network_not_allowed`, those with API keys too. A list of networks without the caller's own address is refused (422 `own_network_missing`), and so is a second factor for everybody by somebody who has none (422 `own_second_factor_missing`).")
    .header("If-Match", OPTIONAL_VERSION)
    .body(reference("NewSecurityPolicy"))
    .returns(200, "The policy.", reference("SecurityPolicy"));
    api.add(set, set_policy);
}

async fn get_policy(caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(answer(
        &caller.state.identity.policy(&caller.principal).await?,
    ))
}

async fn set_policy(
    Person(caller): Person,
    version: IfMatch,
    body: Body<NewPolicy>,
) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let set = identity.set_policy(
        &caller.principal,
        body.value,
        version.0,
        caller.ip(),
        caller.now,
    );
    Ok(answer(&set.await?))
}

fn answer(policy: &Policy) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(policy.version)))
        .json(policy)
}
