//! Requests that came with an API key or from an app: how many of them are let through, and a note of each.

use actix_web::{
    HttpMessage, HttpRequest,
    body::BoxBody,
    dev::ServiceResponse,
    http::header::{HeaderName, HeaderValue},
    web::Data,
};
use chrono::{DateTime, Utc};
use relasi_app::identity::{CalledBy, KeyRequest, Principal};
use uuid::Uuid;

use crate::{
    limits::{Left, WINDOW},
    problem::Problem,
    state::State,
};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// What the answer of a request with a key is told by.
#[derive(Clone)]
struct Machine {
    workspace_id: Uuid,
    by: CalledBy,
    at: DateTime<Utc>,
    ip: String,
    left: Vec<Left>,
}

/// Counts a request that came with a key or from an app; 429 when it is one too many.
pub async fn admit(
    request: &HttpRequest,
    state: &State,
    principal: &Principal,
    ip: std::net::IpAddr,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let (name, caller, by) = match (principal.key_id, &principal.app) {
        (Some(key), _) => ("key", key, CalledBy::Key(key)),
        (None, Some(app)) => {
            let (user, app_id) = (principal.access.user_id, app.app_id);
            ("app", app.grant_id, CalledBy::App { app: app_id, user })
        }
        (None, None) => return Ok(()),
    };
    let workspace = principal.workspace.id;
    let left = state.limits.take(name, caller, workspace).await?;
    let wait = left.iter().find_map(|left| left.wait);
    request.extensions_mut().insert(Machine {
        workspace_id: workspace,
        by,
        at: now,
        ip: ip.to_canonical().to_string(),
        left,
    });
    match wait {
        None => Ok(()),
        Some(retry_after) => Err(relasi_app::Refusal::Throttled { retry_after }.into()),
    }
}

/// Tells the answer of a request with a key or from an app what is left, and notes it in its log.
pub fn finish(response: &mut ServiceResponse<BoxBody>, request_id: &str, micros: u128) {
    let request = response.request().clone();
    let Some(machine) = request.extensions().get::<Machine>().cloned() else {
        return;
    };
    let headers = response.headers_mut();
    let told = |of: fn(&Left) -> String| machine.left.iter().map(of).collect::<Vec<_>>().join(", ");
    let policy = told(|one| format!("\"{}\";q={};w={WINDOW}", one.name, one.a_minute));
    let left = told(|one| {
        format!(
            "\"{}\";r={};t={}",
            one.name,
            one.remaining,
            one.until_whole()
        )
    });
    for (name, text) in [(POLICY, policy), (LEFT, left)] {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
    let Some(state) = request.app_data::<Data<State>>() else {
        return;
    };
    state.key_log.note(KeyRequest {
        workspace_id: machine.workspace_id,
        by: machine.by,
        at: machine.at,
        method: request.method().to_string(),
        route: request
            .match_pattern()
            .unwrap_or_else(|| "unmatched".to_owned()),
        status: response.status().as_u16(),
        micros: i64::try_from(micros).unwrap_or(i64::MAX),
        ip: machine.ip,
        request_id: request_id.to_owned(),
    });
}
