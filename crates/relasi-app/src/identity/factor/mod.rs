//! Second factors of people: codes from an app, passkeys, and recovery codes for when those are lost.
//!
//! They belong to a person and not to a workspace, as the password does.

mod manage;
mod passkey;
mod passkey_rows;
mod recovery;
mod totp;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use relasi_domain::fault::Fault;
use relasi_persistence::{Conn, Database};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub use manage::{MadePasskey, NewPasskey, SecurityView, TotpOn};
pub use passkey::{PasskeyOptions, Site};
pub use passkey_rows::PasskeyView;
pub use totp::{Qr, TotpSetUp};

pub(super) use passkey::{finish as finish_passkey, options as passkey_options};

use super::{
    Identity, Principal, account_key, audit::Entry, history::Method, notice, provider, session,
    throttle::Attempt,
};
use crate::{
    Refusal, Result,
    platform::{
        mail::{Post, Purpose},
        vault::Vault,
    },
};

/// What somebody has.
pub(super) struct Factors {
    pub(super) totp_since: Option<DateTime<Utc>>,
    pub(super) passkeys: i64,
    pub(super) codes_left: i64,
}

impl Factors {
    /// Whether the password alone is not enough.
    pub(super) fn any(&self) -> bool {
        self.totp_since.is_some() || self.passkeys > 0
    }

    /// By what a sign-in can go on.
    pub(super) fn methods(&self) -> Vec<&'static str> {
        let all = [
            ("totp", self.totp_since.is_some()),
            ("passkey", self.passkeys > 0),
            ("recovery_code", self.codes_left > 0),
        ];
        let there = all.into_iter().filter(|(_, there)| *there);
        there.map(|(name, _)| name).collect()
    }
}

/// The second factors of somebody.
pub(super) fn of(conn: &mut Conn, user: Uuid) -> Result<Factors> {
    Ok(Factors {
        totp_since: totp::since(conn, user)?,
        passkeys: passkey_rows::count(conn, user)?,
        codes_left: recovery::left(conn, user)?,
    })
}

/// The passkeys of somebody.
pub(super) fn passkeys(conn: &mut Conn, user: Uuid) -> Result<Vec<webauthn_rs::prelude::Passkey>> {
    let all = passkey_rows::of(conn, user)?;
    Ok(all.into_iter().map(|(_, key)| key).collect())
}

/// Takes a code of the app or a recovery code, once; none when it is neither, or was taken before.
pub(super) fn take_code(
    conn: &mut Conn,
    vault: &Vault,
    user: Uuid,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<Method>> {
    let digits: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let taken = totp::take(conn, vault, user, &digits, now)?;
        return Ok(taken.then_some(Method::Totp));
    }
    let taken = recovery::take(conn, user, code, now)?;
    Ok(taken.then_some(Method::RecoveryCode))
}

/// Takes all second factors away; whether there were any.
pub(super) fn remove_all(conn: &mut Conn, user: Uuid) -> Result<bool> {
    let there = of(conn, user)?.any();
    totp::remove(conn, user)?;
    passkey_rows::remove_all(conn, user)?;
    recovery::remove(conn, user)?;
    Ok(there)
}

/// Encrypts every secret of second factors and of sign-in services with the newest key; how many there are.
pub fn reseal_factors(database: &Database, vault: &Vault) -> Result<usize> {
    let vault = vault.clone();
    database.across().write_blocking(move |conn| {
        Ok(totp::reseal(conn, &vault)? + provider::reseal(conn, &vault)?)
    })
}

/// By what somebody who is signed in shows again that it is her: the password, or a code.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Proof {
    /// The password.
    pub password: Option<String>,
    /// A code of the app, or a recovery code.
    pub code: Option<String>,
}

impl Identity {
    /// The vault, without which there are no secrets to read again.
    pub(super) fn vault(&self) -> Result<Vault> {
        self.vault
            .clone()
            .ok_or(Refusal::Conflict("secret_unreadable"))
    }

    /// Checks a code under the throttle of second factors; [`Refusal::Unauthorized`] when it is wrong.
    pub(super) async fn prove_code(
        &self,
        user: Uuid,
        code: String,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Method> {
        let vault = self.vault()?;
        let attempt = Attempt::factor(user, ip);
        let begun = attempt.clone();
        self.db
            .across()
            .write(move |conn| begun.begin(conn, now))
            .await?;
        let taken = self.db.across().write(move |conn| {
            let taken = take_code(conn, &vault, user, &code, now)?;
            if taken.is_some() {
                attempt.succeed(conn)?;
            }
            Ok::<_, Refusal>(taken)
        });
        taken.await?.ok_or(Refusal::Unauthorized)
    }

    /// Checks that whoever asks is still the person who signed in. What is wrong is a fault at its field.
    pub(super) async fn proved(
        &self,
        principal: &Principal,
        proof: Proof,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let at = |field, code| {
            move |refusal| match refusal {
                Refusal::Unauthorized => Fault::field(field, code).into(),
                other => other,
            }
        };
        match (proof.password, proof.code) {
            (Some(password), _) => {
                let key = account_key(&principal.user.email);
                let attempt = Attempt::new(&key, ip);
                self.prove(&attempt, key, password, now)
                    .await
                    .map_err(at("password", "wrong_password"))?;
                self.db
                    .across()
                    .write(move |conn| attempt.succeed(conn))
                    .await
            }
            (None, Some(code)) => self
                .prove_code(principal.access.user_id, code, ip, now)
                .await
                .map(drop)
                .map_err(at("code", "wrong_code")),
            (None, None) => Err(Fault::field("password", "required").into()),
        }
    }
}

/// Notes a change of somebody's factors in the workspace where it was made, and ends her other sessions everywhere.
fn changed(
    conn: &mut Conn,
    post: &Post,
    (workspace, user, session): (Uuid, Uuid, Uuid),
    action: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    session::end_everywhere(conn, user, Some(session), "factors_changed", now)?;
    tell(conn, post, (workspace, user), action, now)?;
    Entry::new(workspace, Some(user), action, "user", user).write(conn, now)
}

/// Writes to somebody whose factors have changed.
pub(super) fn tell(
    conn: &mut Conn,
    post: &Post,
    at: (Uuid, Uuid),
    what: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    let values = json!({"what": what, "link": post.link("/app/settings/security")});
    notice::send(conn, post, at, Purpose::FactorsChanged, values, now)
}
