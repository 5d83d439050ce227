//! The public pages of forms, `/f/<slug>`, outside the API and the app.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use relasi_app::marketing::form::{MAX_BODY, Outcome, Page, Post, Shown, open, submit};
use relasi_domain::{fault::Faults, locale::Language, marketing::form::Sent};
use relasi_persistence::Conn;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    booking_page,
    html::{self, Filled},
};
use crate::{
    api::reading, body::read_object, envelope::OwnBody, identity::address_of, problem::Problem,
    state::State,
};

/// The longest address of a page that is kept.
const MAX_REFERRER: usize = 500;

/// Mounts the pages.
pub fn configure(config: &mut ServiceConfig) {
    let all = web::resource("/f/{slug}")
        .route(reading().to(show))
        .route(web::post().to(take))
        .default_service(web::to(|| async {
            Err::<HttpResponse, _>(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        }));
    config.service(all);
    booking_page::configure(config);
}

/// A parameter of the query by its name.
pub(super) fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?;
    let mut pairs = pairs.into_inner().into_iter();
    pairs.find_map(|(known, value)| (known == name).then_some(value))
}

/// The language that was chosen, else the one that the browser likes best.
pub(super) fn wished(request: &HttpRequest) -> Option<Language> {
    let chosen = parameter(request, "lang").and_then(|tag| Language::from_tag(&tag));
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
    let accepted = || accepted?.to_str().ok().and_then(Language::accepted);
    chosen.or_else(accepted)
}

async fn find(state: &Data<State>, slug: String) -> Result<Option<Shown>, Problem> {
    let found = state
        .database
        .across()
        .read(move |conn| open(conn, &slug))
        .await?;
    Ok(found.filter(|shown| shown.form.active))
}

/// A page with its policy: no script, nothing from elsewhere, shown by whom the form names.
pub(super) fn page(status: StatusCode, shown: Option<&Shown>, body: String) -> HttpResponse {
    let style = STANDARD.encode(Sha256::digest(html::STYLE));
    let design = shown.map(|shown| &shown.form.design);
    let origins = design.map_or(String::new(), |design| design.origins.join(" "));
    // A browser asks the policy of the form about the place that it is led to afterwards, too.
    let led = design.and_then(|design| design.redirect_url.as_deref());
    let led = led.and_then(origin_of).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self' 'sha256-{style}'; font-src 'self'; form-action 'self' {led}; base-uri 'none'; \
         frame-ancestors 'self' {origins}"
    );
    let mut response = HttpResponse::build(status);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header((header::CONTENT_SECURITY_POLICY, policy));
    }
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::REFERRER_POLICY, "strict-origin-when-cross-origin"));
    let mut response = response.content_type("text/html; charset=utf-8").body(body);
    response.extensions_mut().insert(OwnBody);
    response
}

/// `https://kopi.example/danke?x` begins with `https://kopi.example`.
fn origin_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    host.chars().all(plain).then(|| format!("https://{host}"))
}

fn missing(language: Option<Language>) -> HttpResponse {
    let language = language.unwrap_or_default();
    page(StatusCode::NOT_FOUND, None, html::missing(language))
}

async fn show(
    request: HttpRequest,
    state: Data<State>,
    slug: Path<String>,
) -> Result<HttpResponse, Problem> {
    let language = wished(&request);
    let Some(shown) = find(&state, slug.into_inner()).await? else {
        return Ok(missing(language));
    };
    let language = language.unwrap_or(shown.language);
    if parameter(&request, "done").is_some() {
        let thanks = html::thanks(&shown, language);
        return Ok(page(StatusCode::OK, Some(&shown), thanks));
    }
    let referrer = referrer(&request);
    let empty = (Sent::new(), Faults::default());
    let body = drawn(
        &state,
        &shown,
        language,
        (&empty.0, &empty.1, false),
        &referrer,
    );
    Ok(page(StatusCode::OK, Some(&shown), body))
}

/// The page that led here, unless it is this one.
fn referrer(request: &HttpRequest) -> String {
    let value = request.headers().get(header::REFERER);
    let text = value.and_then(|value| value.to_str().ok());
    let text = text.filter(|text| !text.contains("/f/"));
    text.unwrap_or_default()
        .chars()
        .take(MAX_REFERRER)
        .collect()
}

fn drawn(
    state: &Data<State>,
    shown: &Shown,
    language: Language,
    (sent, faults, is_old): (&Sent, &Faults, bool),
    referrer: &str,
) -> String {
    let seal = Page::new(Utc::now()).seal(&state.webhooks.vault, &shown.form);
    let filled = Filled {
        language,
        sent,
        faults,
        is_old,
        page: &seal,
        referrer,
    };
    html::form(shown, &filled)
}

/// What was sent as texts by their names; of several with a name, all.
pub(super) fn texts(request: &HttpRequest, bytes: &[u8]) -> Result<Sent, Problem> {
    let fields = read_object(request, bytes)?.into_iter();
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Array(items) => {
            let items = items.iter().filter_map(Value::as_str);
            items.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    Ok(fields.map(|(name, value)| (name, text(value))).collect())
}

async fn take(
    request: HttpRequest,
    state: Data<State>,
    slug: Path<String>,
    bytes: Bytes,
) -> Result<HttpResponse, Problem> {
    let wish = wished(&request);
    if let Err(wait) = state.limits.admit_form(address_of(&request)) {
        return Ok(too_much(wish.unwrap_or_default(), wait));
    }
    if bytes.len() > MAX_BODY {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let Some(shown) = find(&state, slug.into_inner()).await? else {
        return Ok(missing(wish));
    };
    let language = wish.unwrap_or(shown.language);
    let post = post(&request, language, texts(&request, &bytes)?);
    match judged(&state, &shown, &post).await? {
        Outcome::Taken => Ok(taken(&state, &shown, language)),
        Outcome::Faulty(faults) => Ok(again(&state, &shown, &post, (&faults, false))),
        Outcome::Old => Ok(again(&state, &shown, &post, (&Faults::default(), true))),
    }
}

/// What was sent, apart from what the page itself sends along.
pub(super) fn post(request: &HttpRequest, language: Language, mut sent: Sent) -> Post {
    let mut own = |name: &str| sent.remove(name).unwrap_or_default();
    let from: String = own("from").chars().take(MAX_REFERRER).collect();
    let (page, trap) = (own("page"), own("url"));
    Post {
        sent,
        page,
        trap,
        language,
        referrer: Some(from).filter(|from| !from.is_empty()),
        ip: address_of(request),
    }
}

async fn judged(state: &Data<State>, shown: &Shown, post: &Post) -> Result<Outcome, Problem> {
    let (vault, shown, post) = (state.webhooks.vault.clone(), shown.clone(), post.clone());
    let rows = state.database.within(shown.form.workspace_id);
    let work = move |conn: &mut Conn| submit(conn, &vault, &shown, &post, Utc::now());
    Ok(rows.write(work).await?)
}

/// The page once more, with what was written and what is wrong with it.
fn again(
    state: &Data<State>,
    shown: &Shown,
    post: &Post,
    (faults, is_old): (&Faults, bool),
) -> HttpResponse {
    let from = post.referrer.as_deref().unwrap_or_default();
    let body = drawn(
        state,
        shown,
        post.language,
        (&post.sent, faults, is_old),
        from,
    );
    page(StatusCode::UNPROCESSABLE_ENTITY, Some(shown), body)
}

pub(super) fn too_much(language: Language, wait: u64) -> HttpResponse {
    let body = html::throttled(language);
    let mut response = page(StatusCode::TOO_MANY_REQUESTS, None, body);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// Leads to the thanks, so that the form is not sent again by going back.
fn taken(state: &Data<State>, shown: &Shown, language: Language) -> HttpResponse {
    state.wake.ring();
    state.live.ring();
    let own = format!("/f/{}?done=1&lang={}", shown.form.slug, language.tag());
    let place = shown.form.design.redirect_url.clone().unwrap_or(own);
    let mut response = page(StatusCode::SEE_OTHER, Some(shown), String::new());
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
