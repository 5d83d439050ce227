//! New passwords for those who have forgotten theirs.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    rt::time,
    web::{Data, Path},
};
use chrono::Utc;
use relasi_app::identity::{ForgottenPassword, NewPassword};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::{
    expired,
    origin::{SameOrigin, Visitor},
    schema::{email, instant, new_secret, object},
};
use crate::{
    api::{Api, Operation},
    body::Body,
    problem::Problem,
    records::schema::reference,
    state::State,
};

/// Each answer takes this long, so that its time does not tell whether somebody has the address.
const ANSWER: Duration = Duration::from_millis(400);

pub fn register(api: &mut Api) {
    api.schema(
        "ForgottenPassword",
        object(
            "Whose password is forgotten.",
            json!({"email": email("The address.")}),
            &[],
        ),
    );
    api.schema(
        "NewPassword",
        object(
            "The password to come.",
            json!({"new_password": new_secret()}),
            &[],
        ),
    );
    api.schema(
        "PasswordReset",
        object(
            "What a link is for.",
            json!({"email": email("The address that it was sent to."), "expires_at": instant("Until when it is good.")}),
            &[],
        ),
    );
    let ask = Operation::new(
        HttpMethod::Post,
        "/password-resets",
        "sessions",
        "ask_password_reset",
        "Ask for a link to set a new password with",
    )
    .about("The answer is the same, and takes as long, whether somebody has the address or not. 409 `mail_off` where the installation has no mail account; 429 with `Retry-After` after too many.")
    .public()
    .body(reference("ForgottenPassword"))
    .returns_nothing_of(202, "If somebody has the address, a message is on its way.");
    api.add(ask, do_ask);
    let preview = Operation::get(
        "/password-resets/{token}",
        "sessions",
        "get_password_reset",
        "What a link for a new password is about",
    )
    .public()
    .returns(200, "The link is good.", reference("PasswordReset"));
    api.add(preview, do_preview);
    let set = Operation::new(
        HttpMethod::Post,
        "/password-resets/{token}",
        "sessions",
        "reset_password",
        "Set a new password by a link",
    )
    .about("Once, within an hour. Ends every session; nobody is signed in by it, and a second factor is asked for as before.")
    .public()
    .body(reference("NewPassword"))
    .returns_nothing("The password is set.");
    api.add(set, do_set);
}

async fn do_ask(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    body: Body<ForgottenPassword>,
) -> Result<HttpResponse, Problem> {
    let until = time::Instant::now() + ANSWER;
    let asked = state
        .identity
        .forgot_password(body.value, visitor.0.ip, Utc::now())
        .await;
    state.wake.ring();
    time::sleep_until(until).await;
    asked?;
    Ok(HttpResponse::Accepted().finish())
}

async fn do_preview(state: Data<State>, token: Path<String>) -> Result<HttpResponse, Problem> {
    let found = state
        .identity
        .password_reset(token.into_inner(), Utc::now())
        .await
        .map_err(expired)?;
    Ok(HttpResponse::Ok().json(found))
}

async fn do_set(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    token: Path<String>,
    body: Body<NewPassword>,
) -> Result<HttpResponse, Problem> {
    state
        .identity
        .set_forgotten_password(token.into_inner(), body.value, visitor.0.ip, Utc::now())
        .await
        .map_err(expired)?;
    state.wake.ring();
    Ok(HttpResponse::NoContent().finish())
}
