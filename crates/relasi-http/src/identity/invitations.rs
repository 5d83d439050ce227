//! Invitations by link.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use chrono::Utc;
use relasi_app::{
    Refusal,
    identity::{Acceptance, Invite},
};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::{
    cookie,
    origin::{SameOrigin, Visitor},
};
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::Caller,
    problem::Problem,
    records::{parse_id, schema::reference},
    state::State,
};

pub fn register(api: &mut Api) {
    let list = Operation::get(
        "/invitations",
        "invitations",
        "list_invitations",
        "List open invitations",
    )
    .returns(
        200,
        "Open invitations, the newest first.",
        reference("InvitationList"),
    );
    api.add(list, list_invitations);
    let invite = Operation::new(HttpMethod::Post, "/invitations", "invitations", "invite", "Invite somebody")
        .about("The answer alone holds the link, good for 14 days and for one person. An earlier link of the same address ends.")
        .body(reference("Invite"))
        .returns(201, "The invitation with its link.", reference("Invited"));
    api.add(invite, do_invite);
    let revoke = Operation::delete(
        "/invitations/{id}",
        "invitations",
        "revoke_invitation",
        "Revoke an invitation",
    )
    .returns_nothing("The link is no longer good.");
    api.add(revoke, do_revoke);
    let again = Operation::new(
        HttpMethod::Post,
        "/invitations/{id}/resend",
        "invitations",
        "resend_invitation",
        "Send an invitation again",
    )
    .about("With a new link for another 14 days; the one before is no longer good. Without a mail account the answer alone holds it.")
    .returns(200, "The invitation with its link.", reference("Invited"));
    api.add(again, do_resend);
    let preview = Operation::get(
        "/invitations/{token}/preview",
        "invitations",
        "preview_invitation",
        "What an invitation is about",
    )
    .public()
    .returns(200, "The invitation.", reference("InvitationPreview"));
    api.add(preview, do_preview);
    let accept = Operation::new(
        HttpMethod::Post,
        "/invitations/{token}/accept",
        "invitations",
        "accept_invitation",
        "Accept an invitation",
    )
    .about(
        "Makes an account, or takes the one that the address has, which its password must prove.",
    )
    .public()
    .body(reference("Acceptance"))
    .returns(200, "Signed in.", reference("SignedIn"));
    api.add(accept, do_accept);
}

async fn list_invitations(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller
        .state
        .identity
        .invitations(&caller.principal, caller.now)
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn do_invite(caller: Caller, body: Body<Invite>) -> Result<HttpResponse, Problem> {
    let invited = caller
        .state
        .identity
        .invite(&caller.principal, body.value, caller.now)
        .await?;
    caller.state.wake.ring();
    Ok(HttpResponse::Created().json(invited))
}

async fn do_resend(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    let invited = identity
        .resend_invitation(&caller.principal, id, caller.now)
        .await?;
    caller.state.wake.ring();
    Ok(HttpResponse::Ok().json(invited))
}

async fn do_revoke(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .state
        .identity
        .revoke_invitation(&caller.principal, id, caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn do_preview(state: Data<State>, token: Path<String>) -> Result<HttpResponse, Problem> {
    let preview = state
        .identity
        .preview_invitation(&token, Utc::now())
        .await
        .map_err(expired)?;
    Ok(HttpResponse::Ok().json(preview))
}

async fn do_accept(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    token: Path<String>,
    body: Body<Acceptance>,
) -> Result<HttpResponse, Problem> {
    let now = Utc::now();
    let accepted = state
        .identity
        .accept_invitation(&token, body.value, visitor.0, now)
        .await;
    Ok(cookie::signed_in(&state, &accepted.map_err(expired)?, now))
}

/// Says what is wrong in the words of an invitation.
fn expired(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotFound => Problem::new(StatusCode::NOT_FOUND, "invitation_expired"),
        Refusal::Unauthorized => Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials"),
        other => other.into(),
    }
}
