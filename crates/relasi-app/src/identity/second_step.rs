//! The second step of a sign-in, and signing in by a passkey without a first one.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use relasi_domain::fault::Fault;
use relasi_persistence::Conn;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Client, Entered, Identity, Method, PasskeyOptions, Site, challenge,
    entrance::let_in,
    factor,
    history::{self, Note, Outcome},
    throttle::Attempt,
};
use crate::{Refusal, Result};

/// The second step by a code.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondStep {
    /// What the first step answered.
    pub challenge: String,
    /// A code of the app, or a recovery code.
    pub code: String,
}

/// A wish to sign in by a passkey.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasskeyWish {
    /// What the first step answered; none to sign in by the passkey alone.
    pub challenge: Option<String>,
}

/// The browser's answer to [`PasskeyOptions`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyAnswer {
    /// What came with the options.
    pub token: String,
    /// The answer.
    pub credential: Value,
}

/// Notes that a second step was refused.
fn note_refused(
    conn: &mut Conn,
    noted: Note,
    method: Method,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<()> {
    let at = (noted.workspace, noted.user);
    history::note(conn, at, method, Outcome::WrongFactor, client, now)?;
    Ok(())
}

impl Identity {
    /// Ends a sign-in by a code. [`Refusal::NotFound`] when no sign-in waits (any more), [`Refusal::Unauthorized`] when the
    /// code is wrong.
    pub async fn second_step(
        &self,
        step: SecondStep,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<Entered> {
        let token = step.challenge.clone();
        let (user, noted) = self
            .db
            .across()
            .read_short(move |conn| challenge::find::<Note>(conn, &token, now))
            .await?;
        let method = match self.prove_code(user, step.code, client.ip, now).await {
            Err(Refusal::Unauthorized) => {
                self.db
                    .across()
                    .write(move |conn| note_refused(conn, noted, Method::Totp, &client, now))
                    .await?;
                return Err(Refusal::Unauthorized);
            }
            proved => proved?,
        };
        let post = self.post.clone();
        let done = self.db.across().write(move |conn| {
            challenge::use_up(conn, &step.challenge)?;
            let_in(conn, &post, user, (method, Some(noted)), &client, now)
        });
        let done = done.await?;
        self.entered(done, now)
    }

    /// What the browser is asked for a passkey with.
    pub async fn passkey_options(
        &self,
        site: &Site,
        wish: PasskeyWish,
        now: DateTime<Utc>,
    ) -> Result<PasskeyOptions> {
        let Some(token) = wish.challenge else {
            return factor::passkey_options(self, site, None, now);
        };
        let known = token.clone();
        let keys = self
            .db
            .across()
            .read_short(move |conn| {
                let (user, _) = challenge::find::<Note>(conn, &known, now)?;
                factor::passkeys(conn, user)
            })
            .await?;
        factor::passkey_options(self, site, Some((token, keys)), now)
    }

    /// Signs in by a passkey, or ends a sign-in by one. [`Refusal::Unauthorized`] when it is not good.
    pub async fn passkey_step(
        &self,
        site: &Site,
        answer: PasskeyAnswer,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<Entered> {
        let PasskeyAnswer { token, credential } = answer;
        let answer = factor::finish_passkey(self, site, token, credential, now)?;
        let waiting = answer.challenge().map(str::to_owned);
        let noted = match waiting.clone() {
            None => None,
            Some(waiting) => {
                let found = self
                    .db
                    .across()
                    .read_short(move |conn| challenge::find::<Note>(conn, &waiting, now));
                Some(found.await?)
            }
        };
        let user = noted.map(|(user, _)| user);
        // Whoever guesses keys is slowed down by address; there is no account to count for yet.
        let attempt = Attempt::factor(user.unwrap_or(Uuid::nil()), client.ip);
        if user.is_some() {
            let begun = attempt.clone();
            self.db
                .across()
                .write(move |conn| begun.begin(conn, now))
                .await?;
        }
        let tried = client.clone();
        let post = self.post.clone();
        let done = self.db.across().write(move |conn| {
            let owner = answer.clone().owner(conn, user, now)?;
            if let Some(waiting) = &waiting {
                challenge::use_up(conn, waiting)?;
                attempt.succeed(conn)?;
            }
            let noted = noted.map(|(_, noted)| noted);
            let_in(conn, &post, owner, (Method::Passkey, noted), &tried, now)
        });
        match (done.await, noted) {
            (Err(Refusal::Unauthorized), Some((_, noted))) => {
                self.db
                    .across()
                    .write(move |conn| note_refused(conn, noted, Method::Passkey, &client, now))
                    .await?;
                Err(Refusal::Unauthorized)
            }
            (done, _) => self.entered(done?, now),
        }
    }

    /// The second factor of somebody whose password was right, in one request: what is missing or wrong is a fault at
    /// `/code`.
    pub(super) async fn prove_further(
        &self,
        user: Uuid,
        code: Option<String>,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let factors = self
            .db
            .across()
            .read_short(move |conn| factor::of(conn, user))
            .await?;
        if !factors.any() {
            return Ok(());
        }
        let code = code.filter(|code| !code.trim().is_empty());
        let code = code.ok_or_else(|| Fault::field("code", "second_factor_needed"))?;
        match self.prove_code(user, code, ip, now).await {
            Ok(_) => Ok(()),
            Err(Refusal::Unauthorized) => Err(Fault::field("code", "wrong_code").into()),
            Err(other) => Err(other),
        }
    }
}
