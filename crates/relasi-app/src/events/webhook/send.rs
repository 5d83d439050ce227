//! One attempt: a signed request, and what came back.

use std::{
    error::Error,
    sync::OnceLock,
    time::{Duration, Instant},
};

use chrono::Utc;
use reqwest::{Client, RequestBuilder, Response, header, redirect::Policy};

use super::{
    lease::Leased,
    outcome::Outcome,
    reach::{Checking, Reach, Unreachable},
    retry,
};

/// How long an attempt may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long of it for the connection.
const CONNECT: Duration = Duration::from_secs(15);
/// How much of an answer is kept, in bytes.
const KEPT: usize = 1 << 10;

/// Sends requests. Its clients are made when they are first needed: they read the authorities that the system trusts.
pub(super) struct Sender {
    reach: Reach,
    encrypted: OnceLock<Option<Client>>,
    plain: OnceLock<Option<Client>>,
}

/// A request that can be sent, or why it can't.
pub(super) struct Prepared(Result<RequestBuilder, &'static str>);

impl Sender {
    pub(super) fn new(reach: Reach) -> Self {
        Self {
            reach,
            encrypted: OnceLock::new(),
            plain: OnceLock::new(),
        }
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
                .inspect_err(|error| log::error!("webhooks can't be sent: {error}"))
                .ok()
        });
        made.as_ref()
    }

    /// Makes the request of a delivery, so that nothing else is to be done when its moment has come.
    pub(super) fn prepare(&self, leased: &Leased) -> Prepared {
        Prepared(self.request(leased))
    }

    /// Sends what was prepared.
    pub(super) async fn send(&self, prepared: Prepared) -> Outcome {
        let started = Instant::now();
        let outcome = match prepared.0 {
            Ok(request) => attempt(request).await,
            Err(code) => failed(code),
        };
        Outcome {
            duration: started.elapsed(),
            ..outcome
        }
    }

    fn request(&self, leased: &Leased) -> Result<RequestBuilder, &'static str> {
        let url = self.reach.check(&leased.url).map_err(|no| no.0)?;
        let client = self
            .client(url.scheme() == "https")
            .ok_or("webhook_unsendable")?;
        let request = client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", leased.id.to_string())
            .header("webhook-timestamp", leased.timestamp)
            .header("webhook-signature", &leased.signature)
            .body(leased.body.clone());
        Ok(request)
    }
}

/// A client that calls only addresses that were looked at, and follows nobody elsewhere.
pub fn checked_client(reach: Reach, encrypted: bool) -> Result<Client, reqwest::Error> {
    // The client asks for it; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("Relasi/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .https_only(encrypted)
        .connect_timeout(CONNECT)
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(2)
        .dns_resolver(Checking { reach, encrypted })
        .build()
}

fn failed(code: &'static str) -> Outcome {
    Outcome {
        error: Some(code),
        ..Outcome::default()
    }
}

async fn attempt(request: RequestBuilder) -> Outcome {
    match request.send().await {
        Err(error) => failed(code(&error)),
        Ok(response) => answered(response).await,
    }
}

async fn answered(mut response: Response) -> Outcome {
    let status = response.status().as_u16();
    let asked = response.headers().get(header::RETRY_AFTER);
    let asked = asked
        .and_then(|value| value.to_str().ok())
        .and_then(|text| retry::asked(text, Utc::now()));
    let mut kept = Vec::new();
    // What follows is not read: the connection is closed with it. An answer that breaks off was an answer.
    while kept.len() < KEPT
        && let Ok(Some(piece)) = response.chunk().await
    {
        kept.extend_from_slice(&piece[..piece.len().min(KEPT - kept.len())]);
    }
    // PostgreSQL can't store U+0000.
    let text = String::from_utf8_lossy(&kept).replace('\0', "\u{fffd}");
    Outcome {
        status: Some(status),
        response: Some(text),
        asked,
        ..Outcome::default()
    }
}

/// What went wrong, as a code that says nothing of the inside of our network.
fn code(error: &reqwest::Error) -> &'static str {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if inner.is::<Unreachable>() || inner.to_string() == "webhook_address_refused" {
            return "webhook_address_refused";
        }
        source = inner.source();
    }
    if error.is_timeout() {
        "webhook_timeout"
    } else if error.is_connect() {
        "webhook_unreachable"
    } else {
        "webhook_broken_off"
    }
}
