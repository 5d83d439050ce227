//! A sign-in by a service, from its beginning to a session.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    client::{Fault, Known, Proved},
    person,
    settings::{self, ProviderView},
};
use crate::{
    Refusal, Result,
    identity::{
        Challenge, Client, Entered, Identity, Method, challenge,
        entrance::{Step, let_in},
        factor,
        history::{self, Outcome},
    },
    platform::{mail::Post, vault::Vault},
};

/// How long somebody may take at the service.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// A sign-in that has begun.
#[derive(Clone, Serialize)]
pub struct Begun {
    /// Where the person goes.
    pub url: String,
    /// What the page keeps until the person comes back: only the browser that began goes on.
    pub token: String,
}

/// A person who has come back from the service.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// What the page has kept.
    pub token: String,
    /// As it stands in the address.
    pub state: String,
    /// As it stands in the address.
    pub code: String,
    /// As it stands in the address, where the service names itself there (RFC 9207).
    #[serde(default)]
    pub iss: Option<String>,
}

/// What is noted of a sign-in that waits at a service.
#[derive(Clone, Serialize, Deserialize)]
struct Waiting {
    workspace: Uuid,
    issuer: String,
    redirect_uri: String,
    state: String,
    nonce: String,
    verifier: String,
    /// Who links their account by it; nobody where somebody signs in.
    #[serde(default)]
    link: Option<Linking>,
}

/// Who is signed in and links their account: only the session that began goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Linking {
    pub(super) user: Uuid,
    pub(super) session: Uuid,
}

/// Who has come back, as the service says.
pub(super) struct Back {
    pub(super) workspace: Uuid,
    pub(super) issuer: String,
    pub(super) proved: Proved,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Away => Self::Conflict("provider_unreachable"),
            Fault::Refused => Self::Unauthorized,
        }
    }
}

fn us(provider: &ProviderView, vault: &Vault, workspace: Uuid, redirect: &str) -> Result<Known> {
    Ok(Known {
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        secret: provider.secret(vault, workspace)?,
        redirect_uri: redirect.to_owned(),
    })
}

/// Lets somebody in whom the service has proved: into this workspace and no other.
fn enter(
    conn: &mut Conn,
    post: &Post,
    workspace: Uuid,
    (issuer, proved): (&str, &Proved),
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Step> {
    let provider = settings::active(conn, workspace)?;
    if provider.issuer != issuer {
        return Err(Refusal::Unauthorized);
    }
    let user = person::of(conn, post, workspace, &provider, proved, now)?;
    let at = (workspace, user);
    let outcome = Outcome::FactorMissing;
    let note = history::note(conn, at, Method::Provider, outcome, client, now)?.bound();
    let factors = factor::of(conn, user)?;
    if provider.proves_second_factor || !factors.any() {
        return let_in(
            conn,
            post,
            user,
            (Method::Provider, Some(note)),
            client,
            now,
        );
    }
    Ok(Step::Challenged(Challenge {
        challenge: challenge::make(conn, user, &note, now)?,
        expires_in: challenge::PATIENCE.num_seconds(),
        methods: factors.methods(),
    }))
}

impl Identity {
    /// Begins a sign-in by the service of a workspace; the person comes back to `redirect_uri`. [`Refusal::NotFound`] when
    /// it has none, [`Refusal::Conflict`] `provider_unreachable` when it does not answer.
    pub async fn begin_by_provider(
        &self,
        workspace: Uuid,
        redirect_uri: String,
        now: DateTime<Utc>,
    ) -> Result<Begun> {
        self.go_there(workspace, redirect_uri, None, now).await
    }

    /// Sends somebody to the service of a workspace.
    pub(super) async fn go_there(
        &self,
        workspace: Uuid,
        redirect_uri: String,
        link: Option<Linking>,
        now: DateTime<Utc>,
    ) -> Result<Begun> {
        let provider = self
            .db
            .within(workspace)
            .read_short(move |conn| settings::active(conn, workspace))
            .await?;
        let us = us(&provider, &self.vault()?, workspace, &redirect_uri)?;
        let opening = self.speaker.begin(us).await?;
        let waiting = Waiting {
            workspace,
            issuer: provider.issuer,
            redirect_uri,
            state: opening.state,
            nonce: opening.nonce,
            verifier: opening.verifier,
            link,
        };
        let token = self
            .db
            .within(workspace)
            .write(move |conn| challenge::wait_elsewhere(conn, &waiting, now + PATIENCE))
            .await?;
        Ok(Begun {
            url: opening.url,
            token,
        })
    }

    /// Who came back from the service, for what `link` says. [`Refusal::NotFound`] when nobody waits (any more) or for
    /// something else, [`Refusal::Unauthorized`] when it is not proved who came.
    pub(super) async fn come_back(
        &self,
        finish: Finish,
        link: Option<Linking>,
        now: DateTime<Utc>,
    ) -> Result<Back> {
        let token = finish.token.clone();
        // It is over with the first try, whatever comes of it.
        let waiting: Waiting = self
            .db
            .across()
            .write(move |conn| challenge::take_elsewhere(conn, &token, now))
            .await?;
        if waiting.link != link {
            return Err(Refusal::NotFound);
        }
        let same = finish.iss.is_none_or(|issuer| issuer == waiting.issuer);
        if !same || finish.state != waiting.state {
            return Err(Refusal::Unauthorized);
        }
        let workspace = waiting.workspace;
        let provider = self
            .db
            .within(workspace)
            .read_short(move |conn| settings::active(conn, workspace))
            .await?;
        if provider.issuer != waiting.issuer {
            return Err(Refusal::Unauthorized);
        }
        let us = us(&provider, &self.vault()?, workspace, &waiting.redirect_uri)?;
        let checks = (waiting.verifier, waiting.nonce);
        Ok(Back {
            workspace,
            issuer: waiting.issuer,
            proved: self.speaker.finish(us, finish.code, checks).await?,
        })
    }

    /// Ends a sign-in by a service. [`Refusal::NotFound`] when none waits (any more), [`Refusal::Unauthorized`] when it is
    /// not proved who came, [`Refusal::Barred`] when nobody knows them here.
    pub async fn finish_by_provider(
        &self,
        finish: Finish,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<Entered> {
        let back = self.come_back(finish, None, now).await?;
        let post = self.post.clone();
        let step = self.db.within(back.workspace).write(move |conn| {
            let who = (back.issuer.as_str(), &back.proved);
            enter(conn, &post, back.workspace, who, &client, now)
        });
        let step = step.await?;
        self.principals.forget();
        self.entered(step, now)
    }
}
