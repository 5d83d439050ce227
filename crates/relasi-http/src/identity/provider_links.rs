//! One's own links to the sign-in service of the workspace.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use relasi_app::{
    Refusal,
    identity::{Finish, Proof, Unlink},
};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::providers::back;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::Person,
    problem::Problem,
    records::schema::reference,
};

const PATH: &str = "/me/sign-in-links";

fn post(path: &str, id: &str, summary: &str) -> Operation {
    Operation::new(HttpMethod::Post, path, "security", id, summary)
}

pub fn register(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    api.schema("SignInLinks", json!({
        "type": "object", "description": "Who one is at the sign-in service of the workspace.", "required": ["service", "items"],
        "properties": {
            "service": {"type": ["string", "null"], "description": "What the service is called that one could be linked to; null without one, and when one is linked already."},
            "items": {"type": "array", "description": "The links, the newest first.", "items": {
                "type": "object", "description": "A link.", "required": ["issuer", "label", "linked_at"],
                "properties": {
                    "issuer": text("The service, as it names itself."),
                    "label": {"type": ["string", "null"], "description": "What its button says; null when the workspace has another service by now."},
                    "linked_at": {"type": "string", "format": "date-time", "description": "Since when."}
                }
            }}
        }
    }));
    let list = Operation::get(
        PATH,
        "security",
        "list_sign_in_links",
        "Sign-in services that one is linked to",
    )
    .about("In the workspace of the session.")
    .returns(200, "The links.", reference("SignInLinks"));
    api.add(list, links);
    let begin = post(&format!("{PATH}/begin"), "begin_sign_in_link", "Begin to link the sign-in service")
        .about("With the password or a code. The page keeps `token` and sends the person to `url`; they come back to \
            `/sign-in/callback` within ten minutes. 409 `provider_unreachable` when the service does not answer.")
        .body(reference("Proof"))
        .returns(200, "Where to go.", json!({
            "type": "object", "description": "Where to go.", "required": ["url", "token"],
            "properties": {"url": text("The page of the service."), "token": text("Goes with the end; it is good once, for this session.")}
        }));
    api.add(begin, begin_link);
    let finish = post(PATH, "add_sign_in_link", "Link the sign-in service")
        .about("With what stands in the address that the person came back to, by the session that began. Whatever address the \
            service tells: who is signed in has shown that it is them. Ends every other session of the person, who is told by \
            e-mail. 409 `challenge_expired` when nothing waits, `provider_refused` when it is not proved who came, \
            `provider_linked_already` and `provider_linked_to_other` when the person or the subject is linked.")
        .body(json!({
            "type": "object", "description": "What the person brought back.", "required": ["token", "state", "code"],
            "additionalProperties": false, "properties": {
                "token": text("What the page has kept."), "state": text("From the address."), "code": text("From the address."),
                "iss": {"type": ["string", "null"], "description": "From the address, where it is there."}
            }
        }))
        .returns(201, "It is linked; all links.", reference("SignInLinks"));
    api.add(finish, finish_link);
    let remove = post(&format!("{PATH}/remove"), "remove_sign_in_link", "Unlink a sign-in service")
        .about("With the password or a code. Ends every other session of the person, and this one when the service opened it.")
        .body(json!({
            "type": "object", "description": "Which one, and a proof.", "required": ["issuer"], "additionalProperties": false,
            "properties": {
                "issuer": text("The service, as it names itself."),
                "password": {"type": ["string", "null"], "format": "password", "description": "The password."},
                "code": {"type": ["string", "null"], "description": "A code of the app, or a recovery code."}
            }
        }))
        .returns_nothing("It signs nobody in any more.");
    api.add(remove, unlink);
}

async fn links(Person(caller): Person) -> Result<HttpResponse, Problem> {
    let links = caller.state.identity.provider_links(&caller.principal);
    Ok(HttpResponse::Ok().json(links.await?))
}

async fn begin_link(
    Person(caller): Person,
    request: HttpRequest,
    body: Body<Proof>,
) -> Result<HttpResponse, Problem> {
    let back = back(&caller.state, &request);
    let identity = &caller.state.identity;
    let begun =
        identity.begin_provider_link(&caller.principal, body.value, back, caller.ip(), caller.now);
    Ok(HttpResponse::Ok().json(begun.await?))
}

async fn finish_link(Person(caller): Person, body: Body<Finish>) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let finished = identity.finish_provider_link(&caller.principal, body.value, caller.now);
    // The caller is signed in: what is not proved is who came back from the service.
    let conflict = |code| Problem::new(StatusCode::CONFLICT, code);
    let links = finished.await.map_err(|refusal| match refusal {
        Refusal::NotFound => conflict("challenge_expired"),
        Refusal::Unauthorized => conflict("provider_refused"),
        other => other.into(),
    })?;
    Ok(HttpResponse::Created().json(links))
}

async fn unlink(Person(caller): Person, body: Body<Unlink>) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let gone = identity.unlink_provider(&caller.principal, body.value, caller.ip(), caller.now);
    gone.await?;
    Ok(HttpResponse::NoContent().finish())
}
