//! The cookie with the refresh token: the only one, read by one path only.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};
use chrono::{DateTime, Utc};
use relasi_app::identity::{Entered, SignedIn};

use crate::state::State;

/// Its name. Browsers take a `__Host-` cookie from HTTPS alone, and let no sister domain write it.
const fn name(https: bool) -> &'static str {
    if https {
        "__Host-relasi_rt"
    } else {
        "relasi_rt"
    }
}

fn cookie(state: &State, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(name(state.https), value)
        .path("/")
        .http_only(true)
        .secure(state.https)
        .same_site(SameSite::Strict)
        .max_age(age)
        .finish()
}

/// The refresh token that a request brings.
pub fn token(state: &State, request: &HttpRequest) -> Option<String> {
    request
        .cookie(name(state.https))
        .map(|cookie| cookie.value().to_owned())
}

/// The answer to a sign-in: tokens for the page in the body, the refresh token in the cookie.
pub fn signed_in(state: &State, signed_in: &SignedIn, now: DateTime<Utc>) -> HttpResponse {
    let age = (signed_in.refresh_expires_at - now).num_seconds();
    let cookie = cookie(
        state,
        signed_in.refresh_token.clone(),
        Duration::seconds(age),
    );
    HttpResponse::Ok().cookie(cookie).json(signed_in)
}

/// The answer to a step of a sign-in: a session, or what the next step needs.
pub fn entered(state: &State, entered: &Entered, now: DateTime<Utc>) -> HttpResponse {
    match entered {
        Entered::SignedIn(done) => signed_in(state, done, now),
        Entered::Challenged(challenge) => HttpResponse::Accepted().json(challenge),
    }
}

/// Takes the cookie back.
pub fn clear(state: &State, response: &mut HttpResponse) {
    let gone = cookie(state, String::new(), Duration::ZERO);
    if response.add_cookie(&gone).is_err() {
        log::error!("the cookie cannot be taken back");
    }
}
