//! Talking to a service: only to addresses that may be called, and only as the standard has it.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata},
    http,
};
use reqwest::Client;

use crate::events::webhook::{Reach, checked_client};

/// The largest answer in bytes.
const MAX_ANSWER: usize = 1 << 20;
/// How long what a service says of itself is taken for true when a sign-in begins.
const KNOWN: Duration = Duration::from_mins(5);
/// So many services are known at most.
const MOST_KNOWN: usize = 200;

/// Algorithms that ID tokens may be signed with: none without a key of the service's own.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 6] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
];

/// Why a service did not let somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// It does not answer, or not as it must.
    #[error("the service does not answer")]
    Away,
    /// What it said is not good.
    #[error("the service did not prove who somebody is")]
    Refused,
}

/// What we are to a service.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) secret: Option<String>,
    pub(super) redirect_uri: String,
}

/// A sign-in that has begun: where to, and what its end is checked against.
pub(super) struct Opening {
    pub(super) url: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// Who somebody is, as the service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proved {
    pub(super) subject: String,
    /// The address, when the service says that it was checked.
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
}

/// Talks to services. Its clients are made when they are first needed.
#[derive(Default)]
pub struct Speaker {
    reach: Reach,
    encrypted: OnceLock<Option<Client>>,
    plain: OnceLock<Option<Client>>,
    known: Mutex<HashMap<String, (Instant, CoreProviderMetadata)>>,
}

impl Speaker {
    /// To public addresses, and those that may be called all the same.
    pub fn new(reach: Reach) -> Self {
        Self {
            reach,
            ..Self::default()
        }
    }

    /// Whether an address can be one of a service; the code of the fault when not.
    pub(super) fn check(&self, issuer: &str) -> Result<(), &'static str> {
        let url = self.reach.check(issuer).map_err(|no| no.0)?;
        // Issuers have no query (OpenID Connect Discovery, section 3).
        if url.query().is_some() || IssuerUrl::new(issuer.to_owned()).is_err() {
            return Err("not_url");
        }
        Ok(())
    }

    fn client(&self, encrypted: bool) -> Option<&Client> {
        let place = if encrypted {
            &self.encrypted
        } else {
            &self.plain
        };
        let made = place.get_or_init(|| {
            let client = checked_client(self.reach.clone(), encrypted);
            client
                .inspect_err(|error| log::error!("sign-in services can't be called: {error}"))
                .ok()
        });
        made.as_ref()
    }

    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let (parts, body) = request.into_parts();
        let url = self.reach.check(&parts.uri.to_string());
        let url = url.map_err(|error| {
            log::warn!("a sign-in service names an address that is not called: {error}");
            Fault::Away
        })?;
        let client = self.client(url.scheme() == "https").ok_or(Fault::Away)?;
        let sent = client
            .request(parts.method, url)
            .headers(parts.headers)
            .body(body)
            .send();
        let mut answer = sent.await.map_err(|error| {
            log::warn!("a sign-in service does not answer: {error}");
            Fault::Away
        })?;
        let mut whole = http::Response::builder().status(answer.status());
        if let Some(kind) = answer.headers().get(http::header::CONTENT_TYPE) {
            whole = whole.header(http::header::CONTENT_TYPE, kind);
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|_| Fault::Away)? {
            if body.len() + piece.len() > MAX_ANSWER {
                return Err(Fault::Away);
            }
            body.extend_from_slice(&piece);
        }
        whole.body(body).map_err(|_| Fault::Away)
    }

    async fn discovered(&self, issuer: &str) -> Result<CoreProviderMetadata, Fault> {
        let url = IssuerUrl::new(issuer.to_owned()).map_err(|_| Fault::Away)?;
        let http = |request| self.call(request);
        let found = CoreProviderMetadata::discover_async(url, &http).await;
        let found = found.map_err(|error| {
            log::warn!("a sign-in service can't be read: {error}");
            Fault::Away
        })?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(issuer.to_owned(), (Instant::now(), found.clone()));
        Ok(found)
    }

    fn recent(&self, issuer: &str) -> Option<CoreProviderMetadata> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, found) = known.get(issuer)?;
        (at.elapsed() < KNOWN).then(|| found.clone())
    }

    /// Begins a sign-in.
    pub(super) async fn begin(&self, us: Known) -> Result<Opening, Fault> {
        // Strangers begin sign-ins as often as they like: the service does not hear of each.
        let metadata = match self.recent(&us.issuer) {
            Some(known) => known,
            None => self.discovered(&us.issuer).await?,
        };
        let redirect = RedirectUrl::new(us.redirect_uri).map_err(|_| Fault::Away)?;
        let secret = us.secret.map(ClientSecret::new);
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(us.client_id), secret)
                .set_redirect_uri(redirect);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        self.reach.check(url.as_str()).map_err(|_| Fault::Away)?;
        Ok(Opening {
            url: url.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Exchanges the code of a sign-in and checks what the service says: signature, algorithm, issuer, audience, time and
    /// nonce. Its keys are read anew.
    pub(super) async fn finish(
        &self,
        us: Known,
        code: String,
        (verifier, nonce): (String, String),
    ) -> Result<Proved, Fault> {
        let metadata = self.discovered(&us.issuer).await?;
        let redirect = RedirectUrl::new(us.redirect_uri).map_err(|_| Fault::Away)?;
        let secret = us.secret.map(ClientSecret::new);
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(us.client_id), secret)
                .set_redirect_uri(redirect);
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|_| Fault::Away)?;
        let http = |request| self.call(request);
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let answer = request.request_async(&http).await.map_err(|error| {
            log::warn!("a sign-in service refused a code: {error}");
            match error {
                RequestTokenError::Request(fault) => fault,
                _ => Fault::Refused,
            }
        })?;
        let token = answer.id_token().ok_or(Fault::Refused)?;
        let checks = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = token.claims(&checks, &Nonce::new(nonce)).map_err(|error| {
            log::warn!("an ID token is not good: {error}");
            Fault::Refused
        })?;
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > 255 || subject.contains('\0') {
            return Err(Fault::Refused);
        }
        let email = claims.email().map(|email| email.as_str().to_owned());
        let name = claims.name().and_then(|name| name.get(None));
        Ok(Proved {
            subject: subject.to_owned(),
            email: email.filter(|_| claims.email_verified() == Some(true)),
            name: name.map(|name| name.as_str().to_owned()),
        })
    }
}
