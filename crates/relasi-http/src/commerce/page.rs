//! `/q/{token}`: what the customer sees of a quote, without signing in and without scripts.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use chrono::Utc;
use relasi_app::{
    Refusal,
    commerce::{
        link::{self, Said, Shown},
        page::{self, Typed},
    },
    identity::Secret,
};
use relasi_domain::{locale::Language, record::Document};
use serde_json::Value;

use super::quotes::as_pdf;
use crate::{
    api::reading, body::read_object, envelope::OwnBody, identity::address_of, problem::Problem,
    state::State,
};

/// The largest form in bytes.
const MAX_FORM: usize = 32 * 1024;

/// Mounts the page with its forms.
pub fn configure(config: &mut ServiceConfig) {
    let nothing_else = || {
        web::to(|| async {
            Err::<HttpResponse, _>(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        })
    };
    config.service(
        web::resource("/q/{token}")
            .route(reading().to(show))
            .default_service(nothing_else()),
    );
    config.service(
        web::resource("/q/{token}/pdf")
            .route(reading().to(pdf))
            .default_service(nothing_else()),
    );
    config.service(
        web::resource("/q/{token}/accept")
            .route(web::post().to(accept))
            .default_service(nothing_else()),
    );
    config.service(
        web::resource("/q/{token}/decline")
            .route(web::post().to(decline))
            .default_service(nothing_else()),
    );
}

/// The language that the address names, else the one that the browser likes best, else that of the quote.
fn language(request: &HttpRequest, shown: Option<&Shown>) -> Language {
    let named = web::Query::<BTreeMap<String, String>>::from_query(request.query_string());
    let named = named
        .ok()
        .and_then(|all| Language::from_tag(all.get("lang")?));
    let liked = || {
        let header = request.headers().get(header::ACCEPT_LANGUAGE)?;
        Language::accepted(header.to_str().ok()?)
    };
    named
        .or_else(|| shown.map(|shown| shown.printed.language))
        .or_else(liked)
        .unwrap_or_default()
}

/// Counts the request and reads the token; none for what is no token.
fn admitted(state: &State, request: &HttpRequest, token: &str) -> Result<Option<Secret>, Problem> {
    state.limits.admit_visitor(address_of(request))?;
    Ok(Secret::parse(token))
}

fn html(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, page::policy()))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-robots-tag", "noindex, nofollow"));
    response
}

fn own(response: HttpResponse) -> HttpResponse {
    let mut response = response;
    response.extensions_mut().insert(OwnBody);
    response
}

fn gone(request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let page = page::gone(language(request, None)).map_err(Problem::from)?;
    Ok(own(html(StatusCode::NOT_FOUND).body(page)))
}

fn shown(
    request: &HttpRequest,
    (status, token): (StatusCode, &str),
    found: &Shown,
    typed: &Typed,
) -> Result<HttpResponse, Problem> {
    let language = language(request, Some(found));
    let made = page::render(found, language, &format!("/q/{token}"), typed);
    let page = made.map_err(Problem::from)?;
    Ok(own(html(status).body(page)))
}

async fn show(
    request: HttpRequest,
    state: Data<State>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = admitted(&state, &request, &path)? else {
        return gone(&request);
    };
    let rows = state.database.within(token.workspace_id());
    let found = rows
        .write(move |conn| link::view(conn, &token, Utc::now()))
        .await;
    match found {
        Ok(found) => {
            state.live.ring();
            shown(&request, (StatusCode::OK, &path), &found, &Typed::default())
        }
        Err(Refusal::NotFound) => gone(&request),
        Err(other) => Err(other.into()),
    }
}

async fn pdf(
    request: HttpRequest,
    state: Data<State>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = admitted(&state, &request, &path)? else {
        return gone(&request);
    };
    let rows = state.database.within(token.workspace_id());
    let found = rows
        .read_short(move |conn| link::read(conn, &token, Utc::now()))
        .await;
    match found {
        Ok(found) => {
            let mut response = as_pdf(found.printed).await?;
            let headers = response.headers_mut();
            let no_store = header::HeaderValue::from_static("no-store");
            headers.insert(header::CACHE_CONTROL, no_store);
            Ok(response)
        }
        Err(Refusal::NotFound) => gone(&request),
        Err(other) => Err(other.into()),
    }
}

async fn accept(
    request: HttpRequest,
    state: Data<State>,
    path: Path<String>,
    bytes: Bytes,
) -> Result<HttpResponse, Problem> {
    let form = form(&request, &bytes)?;
    let (name, comment) = (field(&form, "name"), field(&form, "comment"));
    let values = BTreeMap::from([("name", name.clone()), ("comment", comment.clone())]);
    let comment = Some(comment).filter(|text| !text.trim().is_empty());
    say(&request, &state, &path, Said::Yes(name, comment), values).await
}

async fn decline(
    request: HttpRequest,
    state: Data<State>,
    path: Path<String>,
    bytes: Bytes,
) -> Result<HttpResponse, Problem> {
    let form = form(&request, &bytes)?;
    let reason = field(&form, "reason");
    let values = BTreeMap::from([("reason", reason.clone())]);
    say(&request, &state, &path, Said::No(reason), values).await
}

fn form(request: &HttpRequest, bytes: &[u8]) -> Result<Document, Problem> {
    if bytes.len() > MAX_FORM {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    read_object(request, bytes)
}

fn field(form: &Document, name: &str) -> String {
    let text = form.get(name).and_then(Value::as_str);
    text.unwrap_or_default().replace("\r\n", "\n")
}

async fn say(
    request: &HttpRequest,
    state: &State,
    path: &str,
    said: Said,
    values: BTreeMap<&'static str, String>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = admitted(state, request, path)? else {
        return gone(request);
    };
    let workspace = token.workspace_id();
    let address = address_of(request).to_string();
    let marks = state.webhooks.vault.marks(workspace, "address", &address);
    let address = marks.into_iter().next().unwrap_or_default();
    let again = token.clone();
    let rows = || state.database.within(workspace);
    let done = rows()
        .write(move |conn| link::answer(conn, &token, &said, &address, Utc::now()))
        .await;
    match done {
        Ok(found) => {
            state.live.ring();
            state.wake.ring();
            shown(request, (StatusCode::OK, path), &found, &Typed::default())
        }
        Err(Refusal::NotFound) => gone(request),
        Err(Refusal::Invalid(faults)) => {
            let found = rows()
                .read_short(move |conn| link::read(conn, &again, Utc::now()))
                .await;
            let Ok(found) = found else {
                return gone(request);
            };
            let typed = Typed { values, faults };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            shown(request, (status, path), &found, &typed)
        }
        Err(other) => Err(other.into()),
    }
}
