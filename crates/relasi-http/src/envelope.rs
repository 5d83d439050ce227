//! What every answer gets: a request id, problem bodies, security headers, compression, a log line, metrics.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use relasi_domain::locale::Language;
use uuid::Uuid;

use crate::{compress::compressed, machine, problem::Problem, state::State};

/// The id of a request, in logs, problems, audit entries and jobs.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The header that carries the request id both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Nothing but our own files, and the WebAssembly among them.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self' blob:; form-action 'self'; \
     base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
);

/// Browsers that came over HTTPS once stay with it.
const TWO_YEARS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("geolocation=(), microphone=(), payment=()"),
    ),
];

/// The middleware around everything.
pub async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let accepted = accepted_language(request.headers());
    let api = request.path().starts_with("/api/");
    let https = request
        .app_data::<Data<State>>()
        .is_some_and(|state| state.https);
    let response = next.call(request).await?.map_into_boxed_body();
    let language = response
        .request()
        .extensions()
        .get::<Language>()
        .copied()
        .unwrap_or(accepted);
    let mut response = with_problem(response, language, &id);
    // Nobody should remember that something was not there.
    let passing = api || response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), value.clone());
        }
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
    if passing && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    machine::finish(&mut response, &id, started.elapsed().as_micros());
    if api {
        response = compressed(response);
    }
    note(&response, &id, started);
    Ok(response)
}

/// The id that the client or proxy sent where it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let sent = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (8..=64).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    sent.filter(harmless)
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// The language that the client likes best among those the product speaks.
fn accepted_language(headers: &HeaderMap) -> Language {
    let text = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Language::accepted(text.unwrap_or_default()).unwrap_or_default()
}

/// Says that an error answer has the body that its standard asks for, and gets none of ours.
pub struct OwnBody;

/// Gives a problem its body; an error answer of the framework becomes a problem as well.
fn with_problem(
    response: ServiceResponse<BoxBody>,
    language: Language,
    id: &str,
) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if response.response().extensions().contains::<OwnBody>() {
        return response;
    }
    let known = response.response().extensions().get::<Problem>().cloned();
    let problem = known.unwrap_or_else(|| Problem::of_status(status));
    let body = problem.body(language, id).to_string();
    // RFC 6750, section 3.1: a token that came and was refused is told apart from none.
    let with_token = response
        .request()
        .headers()
        .contains_key(header::AUTHORIZATION);
    let challenge = if with_token {
        "Bearer error=\"invalid_token\""
    } else {
        "Bearer"
    };
    let mut response = response.map_body(|_, _| BoxBody::new(body));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED && !headers.contains_key(header::WWW_AUTHENTICATE) {
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        );
    }
    response
}

/// The path as it may be logged: whoever reads the link of an invitation can accept it.
fn loggable(path: &str) -> String {
    for place in [
        "/invite/",
        "/q/",
        "/b/manage/",
        "/calendar/",
        "/api/v1/invitations/",
        "/api/v1/inbound/",
    ] {
        if let Some(secret) = path.strip_prefix(place) {
            let rest = secret
                .split_once('/')
                .map_or(String::new(), |(_, rest)| format!("/{rest}"));
            return format!("{place}...{rest}");
        }
    }
    path.to_owned()
}

/// One log line and the metrics of a request; paths are logged without their query, which may hold names.
fn note(response: &ServiceResponse<BoxBody>, id: &str, started: Instant) {
    let request = response.request();
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    let route = request
        .match_pattern()
        .unwrap_or_else(|| "unmatched".to_owned());
    let method = request.method().as_str();
    let level = if status >= 500 {
        log::Level::Error
    } else {
        log::Level::Debug
    };
    log::log!(
        level, request_id = id, method = method, path = loggable(request.path()), status = status,
        ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX); "request"
    );
    metrics::histogram!("http_request_seconds", "method" => method.to_owned(), "route" => route, "status" => status.to_string())
        .record(elapsed.as_secs_f64());
}
