//! Who signed in, and what administrators can do about members who are signed in.

use actix_web::{HttpResponse, web::Path};

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::{Caller, Person},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::parse_id,
};

pub fn register(api: &mut Api) {
    let own = Operation::get(
        "/me/sign-ins",
        "security",
        "list_sign_ins",
        "List one's own sign-ins",
    )
    .about("Those that were refused too, for a year, in this workspace.")
    .returns(200, "A page.", NewestFirst::schema("SignIn"));
    api.add(NewestFirst::document(own), list_own);
    let of_member = Operation::get(
        "/members/{id}/sign-ins",
        "members",
        "list_member_sign_ins",
        "List the sign-ins of a member",
    )
    .about("For those who manage members.")
    .returns(200, "A page.", NewestFirst::schema("SignIn"));
    api.add(NewestFirst::document(of_member), list_of_member);
    let end = Operation::delete(
        "/members/{id}/sessions",
        "members",
        "end_member_sessions",
        "Sign a member out everywhere",
    )
    .about("For those who manage members and may give the member's role.")
    .returns_nothing("No session of the member is open here.");
    api.add(end, end_sessions);
    let factors = Operation::delete(
        "/members/{id}/second-factors",
        "members",
        "remove_member_factors",
        "Remove the second factors of a member",
    )
    .about("For those who manage members and may give the member's role: when a phone is lost. All of the person's sessions end. 409 `factors_of_other_workspaces` when the person also works in another workspace; then whoever runs the server can do it.")
    .returns_nothing("The password alone signs the member in.");
    api.add(factors, remove_factors);
}

async fn list_own(
    Person(caller): Person,
    Query(query): Query<NewestFirst>,
) -> Result<HttpResponse, Problem> {
    let (before, limit) = query.limits()?;
    let identity = &caller.state.identity;
    let items = identity.sign_ins(&caller.principal, before, limit).await?;
    Ok(NewestFirst::answer(&items, limit))
}

async fn list_of_member(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<NewestFirst>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (before, limit) = query.limits()?;
    let identity = &caller.state.identity;
    let items = identity
        .member_sign_ins(&caller.principal, id, before, limit)
        .await?;
    Ok(NewestFirst::answer(&items, limit))
}

async fn end_sessions(Person(caller): Person, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    identity
        .end_member_sessions(&caller.principal, id, caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn remove_factors(Person(caller): Person, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    identity
        .remove_member_factors(&caller.principal, id, caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
