//! Another address to sign in with.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use chrono::Utc;
use relasi_app::identity::EmailChange;
use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::{
    expired,
    origin::{SameOrigin, Visitor},
    schema::{email, instant, object, secret},
};
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::Person,
    problem::Problem,
    records::schema::reference,
    state::State,
};

pub fn register(api: &mut Api) {
    api.schema(
        "EmailChange",
        object(
            "Another address.",
            json!({"email": email("The address to come."), "password": secret("The password.")}),
            &[],
        ),
    );
    api.schema(
        "NewEmail",
        object(
            "What a link confirms.",
            json!({"email": email("The address to come."), "expires_at": instant("Until when the link is good.")}),
            &[],
        ),
    );
    let ask = Operation::new(
        HttpMethod::Post,
        "/me/email",
        "me",
        "change_email",
        "Change one's own address",
    )
    .about("Sends a link to the new address and tells the present one. Nothing changes before the link is used. A wrong password counts like a failed sign-in. 409 `mail_off` where the installation has no mail account.")
    .body(reference("EmailChange"))
    .returns_nothing_of(202, "A message is on its way.");
    api.add(ask, do_ask);
    let preview = Operation::get(
        "/email-changes/{token}",
        "me",
        "get_email_change",
        "What a link for a new address is about",
    )
    .public()
    .returns(200, "The link is good.", reference("NewEmail"));
    api.add(preview, do_preview);
    let confirm = Operation::new(
        HttpMethod::Post,
        "/email-changes/{token}",
        "me",
        "confirm_email",
        "Confirm a new address by a link",
    )
    .about("Once, within 24 hours. 409 `email_taken` when it belongs to somebody by now.")
    .public()
    .returns_nothing("It is the address to sign in with.");
    api.add(confirm, do_confirm);
}

async fn do_ask(
    Person(caller): Person,
    visitor: Visitor,
    body: Body<EmailChange>,
) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    identity
        .change_email(&caller.principal, body.value, visitor.0.ip, caller.now)
        .await?;
    caller.state.wake.ring();
    Ok(HttpResponse::Accepted().finish())
}

async fn do_preview(state: Data<State>, token: Path<String>) -> Result<HttpResponse, Problem> {
    let found = state
        .identity
        .email_change(token.into_inner(), Utc::now())
        .await
        .map_err(expired)?;
    Ok(HttpResponse::Ok().json(found))
}

async fn do_confirm(
    state: Data<State>,
    _: SameOrigin,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    state
        .identity
        .confirm_email(token.into_inner(), Utc::now())
        .await
        .map_err(expired)?;
    state.wake.ring();
    Ok(HttpResponse::NoContent().finish())
}
