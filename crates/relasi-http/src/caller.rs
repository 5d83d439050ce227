//! Who sent a request, and the unit of work done for them.

use std::{fmt::Write as _, future::Future, net::IpAddr, pin::Pin, sync::Arc};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::Data,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use relasi_app::{
    Refusal,
    idempotency::{self, Answer, Key},
    identity::Principal,
    records::Work,
};
use relasi_domain::{fault::Fault, locale::Language};
use relasi_persistence::Conn;
use sha2::{Digest, Sha256};

use crate::{envelope::RequestId, identity::address_of, machine, problem::Problem, state::State};

mod rows;
mod versioned;

/// A signed-in caller.
#[derive(Clone)]
pub struct Caller {
    /// Who it is.
    pub principal: Arc<Principal>,
    /// The server.
    pub state: Data<State>,
    /// The time of the request.
    pub now: DateTime<Utc>,
    token: String,
    ip: IpAddr,
    request_id: String,
    route: String,
    query: String,
    idempotency_key: Option<String>,
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await?.complete() })
    }
}

impl Caller {
    async fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request
            .app_data::<Data<State>>()
            .ok_or_else(|| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal"))?;
        let header = |name| {
            request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let token = header(header::AUTHORIZATION)
            .and_then(bearer)
            .ok_or(Refusal::Unauthorized)?;
        let now = Utc::now();
        let ip = address_of(request);
        let principal = principal_of(state, token, ip, now).await?;
        machine::admit(request, state, &principal, ip, now).await?;
        admitted(&principal, ip)?;
        if header(header::ACCEPT_LANGUAGE).is_none()
            && let Some(language) = Language::from_tag(&principal.user.language)
        {
            request.extensions_mut().insert(language);
        }
        let request_id = request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default();
        Ok(Self {
            principal,
            state: state.clone(),
            now,
            token: token.to_owned(),
            ip,
            request_id,
            route: format!("{} {}", request.method(), request.path()),
            query: request.query_string().to_owned(),
            idempotency_key: idempotency_key(request)?,
        })
    }

    /// The caller, who has the second factor that the workspace asks for.
    fn complete(self) -> Result<Self, Problem> {
        if self.principal.lacks_second_factor() {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "second_factor_required",
            ));
        }
        Ok(self)
    }

    /// The caller, who is there in person.
    fn in_person(self) -> Result<Self, Problem> {
        if self.principal.key_id.is_some() {
            return Err(Problem::new(StatusCode::FORBIDDEN, "not_for_keys"));
        }
        if self.principal.app.is_some() {
            return Err(Problem::new(StatusCode::FORBIDDEN, "not_for_apps"));
        }
        Ok(self)
    }

    /// The address that the request came from.
    pub fn ip(&self) -> IpAddr {
        self.ip
    }

    /// The time zone of the caller's workspace.
    pub fn zone(&self) -> Option<Tz> {
        self.principal.workspace.time_zone.parse().ok()
    }

    /// The language in which the caller reads.
    pub fn language(&self, request: &HttpRequest) -> Language {
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
        accepted
            .and_then(|value| value.to_str().ok())
            .and_then(Language::accepted)
            .or_else(|| Language::from_tag(&self.principal.user.language))
            .unwrap_or_default()
    }

    /// What the audit log says is behind the caller's writes: the request, and the key that it came with or the app that
    /// it is from.
    fn cause(&self) -> String {
        match (self.principal.key_id, &self.principal.app) {
            (Some(key), _) => format!("key:{key}:{}", self.request_id),
            (None, Some(app)) => format!("app:{}:{}", app.app_id, self.request_id),
            (None, None) => self.request_id.clone(),
        }
    }

    /// Runs `work` as the caller on a connection.
    pub fn work_on<T>(&self, conn: &mut Conn, work: impl FnOnce(&mut Work<'_>) -> T) -> T {
        work(&mut Work {
            conn,
            access: &self.principal.access,
            now: self.now,
            cause: Some(self.cause()),
        })
    }

    /// Writes in one transaction; with an `Idempotency-Key`, once for all repetitions of the request.
    pub async fn write(
        &self,
        body: &[u8],
        work: impl Fn(&mut Work<'_>) -> relasi_app::Result<Answer> + Send + Sync + 'static,
    ) -> Result<HttpResponse, Problem> {
        let work = Arc::new(work);
        match self.try_write(body, Arc::clone(&work)).await {
            // Another server, or a moment ago this one, has changed what is known of the workspace's fields.
            Err(Refusal::FieldsChanged) => {
                let again = self.anew().await?;
                Ok(again.try_write(body, work).await?)
            }
            answer => Ok(answer?),
        }
    }

    /// The caller as they are by now, some time after the request came: still signed in, and where they may be.
    pub async fn still(&self) -> Result<Self, Problem> {
        let now = Utc::now();
        let principal = principal_of(&self.state, &self.token, self.ip, now).await?;
        admitted(&principal, self.ip)?;
        let caller = Self {
            principal,
            now,
            ..self.clone()
        };
        caller.complete()
    }

    /// The same request by what is known of its caller from now on.
    async fn anew(&self) -> Result<Self, Problem> {
        self.state.identity.forget();
        let identity = &self.state.identity;
        Ok(Self {
            principal: identity
                .authenticate(&self.token, self.ip, self.now)
                .await?,
            ..self.clone()
        })
    }

    async fn try_write(
        &self,
        body: &[u8],
        work: Arc<impl Fn(&mut Work<'_>) -> relasi_app::Result<Answer> + Send + Sync + 'static>,
    ) -> relasi_app::Result<HttpResponse> {
        let caller = self.clone();
        let key = self.idempotency_key.clone().map(|key| Key {
            key,
            route: self.route.clone(),
            fingerprint: fingerprint(&self.query, body),
        });
        let answer = self
            .rows()
            .write(move |conn| {
                caller.work_on(conn, |unit| idempotency::once(unit, key.as_ref(), &*work))
            })
            .await?;
        self.state.live.ring();
        let access = &self.principal.access;
        let noted =
            self.state
                .recent
                .wrote(&self.state.database, access.workspace_id, access.user_id);
        // What is written is written; at worst a list shows it a moment later.
        if let Err(error) = noted.await {
            log::warn!("who wrote was not noted: {error}");
        }
        Ok(respond(answer))
    }
}

async fn principal_of(
    state: &State,
    token: &str,
    ip: IpAddr,
    now: DateTime<Utc>,
) -> Result<Arc<Principal>, Problem> {
    match state.identity.authenticated(token, now) {
        Some(principal) => Ok(principal),
        None => Ok(state.identity.authenticate(token, ip, now).await?),
    }
}

fn admitted(principal: &Principal, ip: IpAddr) -> Result<(), Problem> {
    if principal.policy.admits(ip) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "network_not_allowed"))
}

/// A signed-in caller who is there in person: what concerns sessions, passwords and keys is not for keys.
pub struct Person(pub Caller);

impl FromRequest for Person {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = Caller::of(&request).await?;
            Ok(Self(caller.in_person()?.complete()?))
        })
    }
}

/// A caller who may still lack the second factor that the workspace asks for: for what tells of it and sets it up, and
/// for going elsewhere.
pub struct Newcomer(pub Caller);

impl FromRequest for Newcomer {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(Caller::of(&request).await?)) })
    }
}

/// A [`Newcomer`] who is there in person.
pub struct NewPerson(pub Caller);

impl FromRequest for NewPerson {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(Caller::of(&request).await?.in_person()?)) })
    }
}

/// The client's name for one effect. One that can't be kept is refused: who sends it counts on it.
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| Problem::fault(Fault::at("Idempotency-Key", "invalid_key")))?;
    Ok(Some(key.to_owned()))
}

/// What tells a request from another one to the same route. The query can't have the byte between the two.
fn fingerprint(query: &str, body: &[u8]) -> String {
    let digest = Sha256::new()
        .chain_update(query)
        .chain_update([0])
        .chain_update(body);
    hexadecimal(&digest.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The token of a `Bearer` header; the scheme's case does not matter.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token.trim())
}

/// An answer as HTTP.
pub fn respond(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    if let Some(version) = answer.version {
        response.insert_header((header::ETAG, etag(version)));
    }
    if let Some(location) = answer.location {
        response.insert_header((header::LOCATION, location));
    }
    if answer.body.is_empty() {
        return response.finish();
    }
    response.insert_header((
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    ));
    response.body(answer.body)
}

/// The `ETag` of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version that `If-Match` names.
pub struct IfMatch(pub Option<i64>);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request
            .headers()
            .get(header::IF_MATCH)
            .and_then(|value| value.to_str().ok());
        std::future::ready(Ok(Self(header.and_then(version_of))))
    }
}

/// The version in an `ETag`, weak or not.
pub fn version_of(etag: &str) -> Option<i64> {
    etag.trim()
        .trim_start_matches("W/")
        .trim_matches('"')
        .parse()
        .ok()
}
