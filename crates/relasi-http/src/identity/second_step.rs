//! The second step of a sign-in, and signing in by a passkey.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use chrono::Utc;
use relasi_app::{
    Refusal,
    identity::{PasskeyAnswer, PasskeyWish, SecondStep, Site},
};
use utoipa::openapi::path::HttpMethod;

use super::{
    cookie,
    origin::{SameOrigin, Visitor},
};
use crate::{
    api::{Api, Operation},
    body::Body,
    problem::Problem,
    records::schema::reference,
    state::State,
};

pub fn register(api: &mut Api) {
    let code = Operation::new(
        HttpMethod::Post,
        "/sessions/second-factor",
        "sessions",
        "finish_sign_in",
        "End a sign-in by a code",
    )
    .about("A code of the app or a recovery code, each good once. 401 `wrong_code`, or `challenge_expired` when the first step is more than five minutes ago; 429 with `Retry-After` after too many wrong codes.")
    .public()
    .body(reference("SecondStep"))
    .returns(200, "Signed in.", reference("SignedIn"));
    api.add(code, by_code);
    let options = Operation::new(
        HttpMethod::Post,
        "/sessions/passkey/options",
        "sessions",
        "begin_passkey_sign_in",
        "Begin signing in by a passkey",
    )
    .about("Without a `challenge` the passkey alone signs in; with one it is the second step. 409 `passkeys_unavailable` where the server has no name of its own.")
    .public()
    .body(reference("PasskeyWish"))
    .returns(200, "What to ask the browser.", reference("PasskeyOptions"));
    api.add(options, passkey_options);
    let passkey = Operation::new(
        HttpMethod::Post,
        "/sessions/passkey",
        "sessions",
        "finish_passkey_sign_in",
        "Sign in by a passkey",
    )
    .about("401 `passkey_unknown` when the passkey is not good here.")
    .public()
    .body(reference("PasskeyAnswer"))
    .returns(200, "Signed in.", reference("SignedIn"));
    api.add(passkey, by_passkey);
}

/// What passkeys are bound to: the configured address, or this machine when it is asked by that name.
pub(super) fn site(state: &State, request: &HttpRequest) -> Result<Site, Problem> {
    let of_request = || {
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        Site::of_host(host, state.https)
    };
    let site = state.site.clone().or_else(of_request);
    site.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "passkeys_unavailable"))
}

fn of_step(refusal: Refusal, wrong: &'static str) -> Problem {
    match refusal {
        Refusal::NotFound => Problem::new(StatusCode::UNAUTHORIZED, "challenge_expired"),
        Refusal::Unauthorized => Problem::new(StatusCode::UNAUTHORIZED, wrong),
        other => other.into(),
    }
}

async fn by_code(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    body: Body<SecondStep>,
) -> Result<HttpResponse, Problem> {
    let now = Utc::now();
    let entered = state.identity.second_step(body.value, visitor.0, now).await;
    let entered = entered.map_err(|refusal| of_step(refusal, "wrong_code"))?;
    Ok(cookie::entered(&state, &entered, now))
}

async fn passkey_options(
    state: Data<State>,
    request: HttpRequest,
    _: SameOrigin,
    body: Body<PasskeyWish>,
) -> Result<HttpResponse, Problem> {
    let site = site(&state, &request)?;
    let options = state
        .identity
        .passkey_options(&site, body.value, Utc::now())
        .await;
    let options = options.map_err(|refusal| of_step(refusal, "passkey_unknown"))?;
    Ok(HttpResponse::Ok().json(options))
}

async fn by_passkey(
    state: Data<State>,
    visitor: Visitor,
    request: HttpRequest,
    _: SameOrigin,
    body: Body<PasskeyAnswer>,
) -> Result<HttpResponse, Problem> {
    let now = Utc::now();
    let site = site(&state, &request)?;
    let entered = state
        .identity
        .passkey_step(&site, body.value, visitor.0, now)
        .await;
    let entered = entered.map_err(|refusal| of_step(refusal, "passkey_unknown"))?;
    Ok(cookie::entered(&state, &entered, now))
}
