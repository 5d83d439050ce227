//! Getting in and out.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
    web::{Data, Path},
};
use chrono::Utc;
use relasi_app::{
    Refusal,
    identity::{Credentials, Founding, furnish},
    records::Work,
    sample,
};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::{
    cookie,
    origin::{SameOrigin, Visitor},
    second_step,
};
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{NewPerson, Person},
    problem::Problem,
    records::{parse_id, schema::reference},
    state::State,
};

/// A page of another site cannot send it without asking first.
const REFRESH: &str = "X-Relasi-Refresh";

pub fn register(api: &mut Api) {
    let needed = Operation::get("/setup", "setup", "get_setup", "Whether set-up is needed")
        .public()
        .returns(
            200,
            "Needed until the first workspace is there.",
            reference("SetUpState"),
        );
    api.add(needed, set_up_needed);
    let set_up = Operation::new(
        HttpMethod::Post,
        "/setup",
        "setup",
        "set_up",
        "Set up the first workspace",
    )
    .about("Works once; then 409 `already_set_up`.")
    .public()
    .body(reference("SetUp"))
    .returns(200, "The owner is signed in.", reference("SignedIn"));
    api.add(set_up, do_set_up);
    let sign_in = Operation::new(
        HttpMethod::Post,
        "/sessions",
        "sessions",
        "sign_in",
        "Sign in",
    )
    .about("Sets the refresh cookie. Who has a second factor gets 202 and goes on with it; no session is there yet. 429 with `Retry-After` after too many failures.")
    .public()
    .body(reference("Credentials"))
    .returns(200, "Signed in.", reference("SignedIn"))
    .returns(202, "The second factor is asked for.", reference("Challenge"));
    api.add(sign_in, do_sign_in);
    let refresh = Operation::new(HttpMethod::Post, "/sessions/refresh", "sessions", "refresh_session", "Get a new access token")
        .about("By the cookie, which is replaced: each is good once. A used one that comes back ends the session.")
        .public()
        .header(REFRESH, "Must be `1`.")
        .returns(200, "Signed in anew.", reference("SignedIn"));
    api.add(refresh, do_refresh);
    let list = Operation::get(
        "/sessions",
        "sessions",
        "list_sessions",
        "List one's own sessions",
    )
    .returns(
        200,
        "Open sessions, the one last used first.",
        reference("SessionList"),
    );
    api.add(list, list_sessions);
    let sign_out = Operation::delete("/sessions/current", "sessions", "sign_out", "Sign out")
        .returns_nothing("The session is over.");
    api.add(sign_out, do_sign_out);
    let end = Operation::delete(
        "/sessions/{id}",
        "sessions",
        "end_session",
        "End one of one's own sessions",
    )
    .returns_nothing("The session is over.");
    api.add(end, end_session);
}

async fn set_up_needed(state: Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let needed = state.identity.set_up_needed().await?;
    let passkeys = second_step::site(&state, &request).is_ok();
    let mail = state.identity.post().is_open();
    let (provider, several) = state.identity.open_providers().await?;
    Ok(HttpResponse::Ok().json(json!({
        "needed": needed, "passkeys": passkeys, "mail": mail, "sign_in_provider": provider, "sign_in_providers": several,
    })))
}

async fn do_set_up(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    body: Body<Founding>,
) -> Result<HttpResponse, Problem> {
    let now = Utc::now();
    let founding = body.value;
    let (language, currency) = (founding.language.clone(), founding.currency.clone());
    let (sample_data, vault) = (founding.sample_data, state.webhooks.vault.clone());
    let signed_in = state
        .identity
        .set_up(founding, visitor.0, now, move |conn, access, now| {
            furnish(conn, access, now, &language, &currency)?;
            if sample_data {
                let work = &mut Work {
                    conn,
                    access,
                    now,
                    cause: None,
                };
                sample::load(work, &vault)?;
            }
            Ok(())
        });
    Ok(cookie::signed_in(&state, &signed_in.await?, now))
}

async fn do_sign_in(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    body: Body<Credentials>,
) -> Result<HttpResponse, Problem> {
    let now = Utc::now();
    match state.identity.sign_in(body.value, visitor.0, now).await {
        Ok(entered) => Ok(cookie::entered(&state, &entered, now)),
        Err(Refusal::Unauthorized) => {
            Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials"))
        }
        Err(other) => Err(other.into()),
    }
}

async fn do_refresh(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if request
        .headers()
        .get(REFRESH)
        .is_none_or(|value| value != "1")
    {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden"));
    }
    let token = cookie::token(&state, &request).ok_or(Refusal::Unauthorized)?;
    let now = Utc::now();
    match state.identity.refresh(&token, visitor.0, now).await {
        Ok(signed_in) => Ok(cookie::signed_in(&state, &signed_in, now)),
        Err(Refusal::Unauthorized) => {
            let mut response =
                Problem::new(StatusCode::UNAUTHORIZED, "session_ended").error_response();
            cookie::clear(&state, &mut response);
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}

async fn list_sessions(Person(caller): Person) -> Result<HttpResponse, Problem> {
    let items = caller
        .state
        .identity
        .sessions(&caller.principal, caller.now)
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn do_sign_out(NewPerson(caller): NewPerson) -> Result<HttpResponse, Problem> {
    let current = caller.principal.session_id;
    caller
        .state
        .identity
        .end_session(&caller.principal, current, caller.now)
        .await?;
    let mut response = HttpResponse::NoContent().finish();
    cookie::clear(&caller.state, &mut response);
    let all_of_it = header::HeaderValue::from_static("\"cookies\"");
    response.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        all_of_it,
    );
    Ok(response)
}

async fn end_session(Person(caller): Person, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .state
        .identity
        .end_session(&caller.principal, id, caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
