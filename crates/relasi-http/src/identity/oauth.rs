//! What apps themselves call, as the standards have it: tokens (OAuth 2.1), their end (RFC 7009), and where all of it is
//! (RFC 8414). None of it reads cookies, so that pages of others may be let call it.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::{self, Bytes, Data, ServiceConfig},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use relasi_app::{
    Refusal,
    identity::{ClientProof, ExchangeFault, TokenRequest},
};
use relasi_domain::identity::access::Action;
use serde_json::json;

use super::origin::address_of;
use crate::{api::reading, envelope::OwnBody, problem::Problem, state::State};

/// The largest form in bytes.
const MAX_FORM: usize = 16 * 1024;

/// Mounts everything.
pub fn configure(config: &mut ServiceConfig) {
    config.route(
        "/.well-known/oauth-authorization-server",
        reading().to(about),
    );
    for (path, route) in [
        ("/oauth/token", web::post().to(token)),
        ("/oauth/revoke", web::post().to(revoke)),
    ] {
        let all = web::resource(path)
            .route(route)
            .route(web::method(actix_web::http::Method::OPTIONS).to(may_pages_call))
            .default_service(web::to(|| async {
                Err::<HttpResponse, _>(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
            }));
        config.service(all);
    }
}

/// The address of this server without a slash at its end, as apps know it: the public one, or what the request was sent
/// to.
pub fn issuer(state: &State, request: &HttpRequest) -> String {
    if let Some(site) = &state.site {
        return site.url().origin().ascii_serialization();
    }
    let scheme = if state.https { "https" } else { "http" };
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

async fn about(state: Data<State>, request: HttpRequest) -> HttpResponse {
    let issuer = issuer(&state, &request);
    let proofs = ["none", "client_secret_basic", "client_secret_post"];
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/oauth/authorize"),
            "token_endpoint": format!("{issuer}/oauth/token"),
            "token_endpoint_auth_methods_supported": proofs,
            "revocation_endpoint": format!("{issuer}/oauth/revoke"),
            "revocation_endpoint_auth_methods_supported": proofs,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": Action::ALL,
            "ui_locales_supported": ["en", "id", "th"],
            "service_documentation": format!("{issuer}/api/docs"),
            "authorization_response_iss_parameter_supported": true,
        }))
}

/// What a browser asks before a page of another origin sends a form with headers of its own. Which pages read the answer
/// is decided by the request itself, when it is known which app it is from.
async fn may_pages_call() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "POST"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

/// An error as RFC 6749, section 5.2, has it.
fn refused(code: &str, basic: bool) -> HttpResponse {
    let status = if code == "invalid_client" {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::BAD_REQUEST
    };
    let mut answer = unstored(status);
    if basic && status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"Relasi\""));
    }
    let mut response = answer.json(json!({"error": code}));
    response.extensions_mut().insert(OwnBody);
    response
}

fn unstored(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

/// Lets the page read the answer when it is one of the app's own.
fn readable_by(
    mut response: HttpResponse,
    request: &HttpRequest,
    origins: &[String],
) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    let origin = request.headers().get(header::ORIGIN);
    let own = |origin: &&HeaderValue| {
        let text = origin.to_str().unwrap_or_default();
        origins.iter().any(|one| one == text)
    };
    if let Some(origin) = origin.filter(own) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    response
}

/// The members of a form; nothing when it is none, or names one twice.
struct Form(Vec<(String, String)>);

impl Form {
    fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let right = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        if !right || body.len() > MAX_FORM {
            return None;
        }
        let text = std::str::from_utf8(body).ok()?;
        let all = web::Query::<Vec<(String, String)>>::from_query(text).ok()?;
        let mut all = all.into_inner();
        all.retain(|(_, value)| !value.is_empty());
        let doubled = |place: usize| all[..place].iter().any(|(name, _)| *name == all[place].0);
        let odd = all.iter().any(|(_, value)| value.contains('\0'));
        if odd || (0..all.len()).any(doubled) {
            return None;
        }
        Some(Self(all))
    }

    fn get(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    }
}

/// What the app says of itself: in the form, or by `Basic`, and not both.
fn proof(headers: &HeaderMap, form: &Form) -> Option<(ClientProof, bool)> {
    let Some(header) = headers.get(header::AUTHORIZATION) else {
        let proof = ClientProof {
            client_id: form.get("client_id")?,
            client_secret: form.get("client_secret"),
        };
        return Some((proof, false));
    };
    let (scheme, coded) = header.to_str().ok()?.split_once(' ')?;
    let text = STANDARD.decode(coded.trim()).ok()?;
    let text = String::from_utf8(text).ok()?;
    // Both are made of letters that the form coding of RFC 6749 leaves as they are.
    let (id, secret) = text.split_once(':')?;
    let once = form.get("client_secret").is_none();
    let same = form.get("client_id").is_none_or(|named| named == id);
    let good = scheme.eq_ignore_ascii_case("basic") && once && same;
    let proof = ClientProof {
        client_id: id.to_owned(),
        client_secret: Some(secret.to_owned()),
    };
    good.then_some((proof, true))
}

/// What is to be exchanged, or the error that says why it can't be read.
fn wanted(form: &Form) -> Result<TokenRequest, &'static str> {
    let needed = |name: &str| form.get(name).ok_or("invalid_request");
    match form.get("grant_type").as_deref() {
        Some("authorization_code") => Ok(TokenRequest::Code {
            code: needed("code")?,
            redirect_uri: needed("redirect_uri")?,
            verifier: needed("code_verifier")?,
        }),
        Some("refresh_token") => Ok(TokenRequest::Refresh {
            token: needed("refresh_token")?,
            scope: form.get("scope"),
        }),
        Some(_) => Err("unsupported_grant_type"),
        None => Err("invalid_request"),
    }
}

/// A database that is away is no fault of the app.
fn unanswered(refusal: Refusal) -> HttpResponse {
    let problem = Problem::from(refusal);
    let mut answer = unstored(problem.status);
    if let Some(seconds) = problem.retry_after {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    let code = if problem.status == StatusCode::SERVICE_UNAVAILABLE {
        "temporarily_unavailable"
    } else {
        "server_error"
    };
    let mut response = answer.json(json!({"error": code}));
    response.extensions_mut().insert(OwnBody);
    response
}

async fn token(state: Data<State>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let headers = request.headers();
    let Some(form) = Form::read(headers, &body) else {
        return refused("invalid_request", false);
    };
    let wanted = match wanted(&form) {
        Ok(wanted) => wanted,
        Err(code) => return refused(code, false),
    };
    let Some((proof, basic)) = proof(headers, &form) else {
        return refused(
            "invalid_client",
            headers.contains_key(header::AUTHORIZATION),
        );
    };
    let from = address_of(&request);
    let exchanged = state.identity.exchange(proof, wanted, from, Utc::now());
    match exchanged.await {
        Err(refusal) => unanswered(refusal),
        Ok((Ok(tokens), origins)) => {
            readable_by(unstored(StatusCode::OK).json(tokens), &request, &origins)
        }
        Ok((Err(fault), origins)) => {
            if fault == ExchangeFault::Stolen {
                log::warn!(
                    "a code or refresh token of an app was used twice; what came of it has been ended"
                );
            }
            readable_by(refused(fault.code(), basic), &request, &origins)
        }
    }
}

async fn revoke(state: Data<State>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let headers = request.headers();
    let form = Form::read(headers, &body);
    let Some((form, token)) = form.and_then(|form| form.get("token").map(|token| (form, token)))
    else {
        return refused("invalid_request", false);
    };
    let Some((proof, basic)) = proof(headers, &form) else {
        return refused(
            "invalid_client",
            headers.contains_key(header::AUTHORIZATION),
        );
    };
    let ended = state.identity.give_back(proof, token, Utc::now());
    match ended.await {
        Err(refusal) => unanswered(refusal),
        Ok(Ok(origins)) => readable_by(unstored(StatusCode::OK).finish(), &request, &origins),
        Ok(Err(fault)) => refused(fault.code(), basic),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn form(kind: &str, body: &str) -> Option<Form> {
        let request = TestRequest::post()
            .insert_header((header::CONTENT_TYPE, kind))
            .to_http_request();
        Form::read(request.headers(), body.as_bytes())
    }

    const KIND: &str = "application/x-www-form-urlencoded; charset=utf-8";

    #[test]
    fn forms_name_each_member_once() {
        let read = form(KIND, "grant_type=refresh_token&refresh_token=a%2Bb&empty=").unwrap();
        assert_eq!(read.get("refresh_token").as_deref(), Some("a+b"));
        assert_eq!(read.get("empty"), None);
        assert!(form(KIND, "code=a&code=b").is_none());
        assert!(form(KIND, "code=%00").is_none());
        assert!(form("application/json", "{}").is_none());
    }

    #[test]
    fn an_app_proves_itself_in_one_way() {
        let read = |body: &str, basic: Option<&str>| {
            let mut request = TestRequest::post();
            if let Some(basic) = basic {
                let coded = format!("Basic {}", STANDARD.encode(basic));
                request = request.insert_header((header::AUTHORIZATION, coded));
            }
            let request = request.to_http_request();
            let found = proof(request.headers(), &form(KIND, body).unwrap());
            found.map(|(proof, _)| (proof.client_id, proof.client_secret))
        };
        let both = Some(("a".to_owned(), Some("s".to_owned())));
        assert_eq!(read("client_id=a", None), Some(("a".to_owned(), None)));
        assert_eq!(read("client_id=a&client_secret=s", None), both);
        assert_eq!(read("x=1", Some("a:s")), both);
        assert_eq!(read("client_id=a", Some("a:s")), both);
        assert_eq!(read("client_id=b", Some("a:s")), None);
        assert_eq!(read("client_secret=s", Some("a:s")), None);
        assert_eq!(read("x=1", None), None);
    }
}
