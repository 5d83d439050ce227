//! Workspaces, people, sessions: who is asking, and what changes about that.
//!
//! [`Identity`] is the way in for HTTP, jobs and the command line. Below it lie synchronous functions over a connection
//! and a time, one file per subject. Passwords are hashed outside of transactions, and whatever changes people ends with
//! forgetting whoever was read before, so that the next request sees it.

mod address;
mod api_key;
mod audit;
mod challenge;
mod console;
mod email_change;
mod entrance;
mod everybody;
mod factor;
mod furnish;
mod given_at_once;
pub mod hand_over;
mod hashing;
mod history;
mod invitation;
mod key_log;
mod manage;
mod member;
mod notice;
mod oauth;
mod person;
mod place;
mod policy;
mod principal;
mod profile;
mod provider;
mod reset;
pub mod roles;
mod seats;
mod second_step;
mod secret;
mod session;
mod setup;
mod sign_in;
#[cfg(test)]
mod tests;
mod throttle;
mod token;
mod workspaces;

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::email::Address;
use relasi_persistence::{Database, Dialect, Statement, StoreError, Value};
use serde::Serialize;
use serde_json::Value as Json;

pub use api_key::{KeyView, MadeKey, NewKey};
pub use console::{NewMember, UserLine};
pub use email_change::{EmailChange, NewEmail};
pub use entrance::{Challenge, Entered};
pub(crate) use everybody::{Somebody, everybody};
pub use factor::{
    MadePasskey, NewPasskey, PasskeyOptions, PasskeyView, Proof, Qr, SecurityView, Site, TotpOn,
    TotpSetUp, reseal_factors,
};
pub use furnish::furnish;
pub use hashing::{Cost, Hasher};
pub use history::{Method, SignInView};
pub use invitation::{Acceptance, InvitationView, Invite, Invited, Preview};
pub use key_log::{CalledBy, KeyLog, KeyRequest, Seen};
pub use manage::{Granted, Me};
pub use member::{MemberPatch, MemberView, Other};
pub(crate) use notice::send as send_notice;
pub use oauth::{
    AppGrant, AppPatch, AppView, Asking, ClientProof, ConnectedApp, Decision, ExchangeFault,
    MadeApp, NewApp, TokenRequest, Tokens,
};
pub use policy::{NewPolicy, Policy};
pub use principal::{Principal, UserView, WorkspaceView, access_of};
pub(crate) use principal::{acting_for, product_access};
pub use profile::{ProfilePatch, WorkspacePatch};
pub use provider::{
    Begun, Finish, Link, Links, NewProvider, OpenProvider, ProviderView, Speaker, Unlink,
};
pub use reset::{ForgottenPassword, NewPassword, OpenReset};
pub use seats::seat;
pub use second_step::{PasskeyAnswer, PasskeyWish, SecondStep};
pub use session::{ABSOLUTE as SESSION_LIFETIME, Client, SessionView};
pub use setup::Founding;
pub use sign_in::{Credentials, PasswordChange, SignedIn};
pub use token::LIFETIME as TOKEN_LIFETIME;
pub use workspaces::OwnWorkspace;

use crate::{
    Refusal, Result,
    platform::{custom_field::Known, mail::Post, vault::Vault},
};
use principal::Principals;
pub use secret::Secret;
use token::{KeyRing, TokenFault};

/// What the rows of this module are read with.
type Stored<T> = std::result::Result<T, StoreError>;

/// Everything about who is asking.
pub struct Identity {
    db: Database,
    keys: KeyRing,
    keys_read_at: tokio::sync::Mutex<i64>,
    hasher: Hasher,
    principals: Principals,
    fields: Arc<Known>,
    vault: Option<Vault>,
    post: Post,
    speaker: Speaker,
}

impl Identity {
    /// Reads the signing keys, and makes the first. Blocks: call it before the runtime runs, or on a blocking thread.
    pub fn open(db: Database, cost: Cost, now: DateTime<Utc>) -> Result<Self> {
        // One process has a SQLite file to itself, so that it hears of every change; sessions also end by time alone.
        let max_age = match db.dialect() {
            Dialect::Sqlite => TimeDelta::minutes(1),
            Dialect::Postgres => TimeDelta::seconds(2),
        };
        let identity = Self {
            db,
            keys: KeyRing::default(),
            keys_read_at: tokio::sync::Mutex::new(0),
            hasher: Hasher::new(cost),
            principals: Principals::new(max_age),
            fields: Arc::default(),
            vault: None,
            post: Post::default(),
            speaker: Speaker::default(),
        };
        identity
            .keys
            .replace(identity.db.across().read_now(token::read_keys)?);
        if identity.keys.needs_key(now) {
            identity
                .db
                .across()
                .write_blocking(move |conn| token::make_key(conn, now))?;
            identity
                .keys
                .replace(identity.db.across().read_now(token::read_keys)?);
        }
        Ok(identity)
    }

    /// With the keys of secrets, without which nobody signs in by codes of an app.
    pub fn with_vault(self, vault: Vault) -> Self {
        Self {
            vault: Some(vault),
            ..self
        }
    }

    /// With a way to write to people.
    pub fn with_post(self, post: Post) -> Self {
        Self { post, ..self }
    }

    /// With a way to talk to sign-in services.
    pub fn with_speaker(self, speaker: Speaker) -> Self {
        Self { speaker, ..self }
    }

    /// The way to write to people.
    pub fn post(&self) -> &Post {
        &self.post
    }

    /// Who an access token, of a session or of an app, or a key belongs to; [`Refusal::Unauthorized`] when it is not good or its session is over.
    pub async fn authenticate(
        &self,
        token: &str,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Arc<Principal>> {
        if let Some(principal) = self.principals.get(token, now) {
            return Ok(principal);
        }
        if let Some(secret) = api_key::secret_in(token) {
            let secret = Secret::parse(secret).ok_or(Refusal::Unauthorized)?;
            return self.authenticate_key(token, secret, ip, now).await;
        }
        if let Some(secret) = oauth::access_in(token) {
            let secret = Secret::parse(secret).ok_or(Refusal::Unauthorized)?;
            return self.authenticate_app(token, secret, ip, now).await;
        }
        let claims = match self.keys.verify(token, now) {
            Err(TokenFault::UnknownKey) => {
                self.look_for_keys(now).await?;
                self.keys.verify(token, now)
            }
            verified => verified,
        };
        let claims = claims.map_err(|_| Refusal::Unauthorized)?;
        let epoch = self.principals.epoch();
        let (workspace, user, session) = (claims.wid, claims.sub, claims.sid);
        let fields = Arc::clone(&self.fields);
        let found = self
            .db
            .within(workspace)
            .read_short(move |conn| {
                principal::read_whole(conn, &fields, workspace, user, session, now)
            })
            .await?;
        let principal = Arc::new(found.ok_or(Refusal::Unauthorized)?);
        self.principals
            .put(token, principal.clone(), claims.exp, epoch, now);
        Ok(principal)
    }

    /// The member behind a key; notes about once a minute that it was used.
    async fn authenticate_key(
        &self,
        token: &str,
        secret: Secret,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Arc<Principal>> {
        let epoch = self.principals.epoch();
        let fields = Arc::clone(&self.fields);
        let ip = ip.to_canonical().to_string();
        let from = ip.clone();
        let found = self.db.across().read_short(move |conn| {
            let Some(mut found) = api_key::principal_of(conn, &secret, &from, now)? else {
                return Err(Refusal::Unauthorized);
            };
            found.principal = principal::with_fields(conn, &fields, found.principal)?;
            Ok(found)
        });
        let found = found.await?;
        let (workspace, key) = (found.principal.workspace.id, found.key);
        if !found.noted {
            self.db
                .within(workspace)
                .write(move |conn| api_key::note_use(conn, workspace, key, &ip, now))
                .await?;
        }
        let principal = Arc::new(found.principal);
        let until = found.expires_at.map_or(i64::MAX, |end| end.timestamp());
        self.principals
            .put(token, principal.clone(), until, epoch, now);
        Ok(principal)
    }

    /// The member behind an access token of an app; notes about once a minute that the app called.
    async fn authenticate_app(
        &self,
        token: &str,
        secret: Secret,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Arc<Principal>> {
        let epoch = self.principals.epoch();
        let fields = Arc::clone(&self.fields);
        let ip = ip.to_canonical().to_string();
        let from = ip.clone();
        let found = self.db.across().read_short(move |conn| {
            let Some(mut found) = oauth::principal_of(conn, &secret, &from, now)? else {
                return Err(Refusal::Unauthorized);
            };
            found.principal = principal::with_fields(conn, &fields, found.principal)?;
            Ok(found)
        });
        let oauth::Held {
            grant,
            principal,
            expires_at,
            noted,
        } = found.await?;
        let workspace = principal.workspace.id;
        if !noted {
            self.db
                .within(workspace)
                .write(move |conn| oauth::note_use(conn, workspace, grant, &ip, now))
                .await?;
        }
        let principal = Arc::new(principal);
        let until = expires_at.timestamp();
        self.principals
            .put(token, principal.clone(), until, epoch, now);
        Ok(principal)
    }

    /// Something has changed that is read with a person, such as a setting: call it after the commit.
    pub fn forget(&self) {
        self.principals.forget();
    }

    /// Who an access token belongs to, when that was read a moment ago; never waits.
    pub fn authenticated(&self, token: &str, now: DateTime<Utc>) -> Option<Arc<Principal>> {
        self.principals.get(token, now)
    }

    /// Reads the keys again, for one that another server has made: at most once a second, or anybody could make us read
    /// for ever. Who comes meanwhile waits for the reading.
    async fn look_for_keys(&self, now: DateTime<Utc>) -> Result<()> {
        let mut read_at = self.keys_read_at.lock().await;
        if *read_at < now.timestamp() {
            let keys = self.db.across().read_short(token::read_keys).await?;
            self.keys.replace(keys);
            *read_at = now.timestamp();
        }
        Ok(())
    }

    /// Forgets what is over: old sessions and tries; follows an old signing key by a new one. Call it about hourly.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<()> {
        self.db
            .across()
            .write(move |conn| {
                session::forget(conn, now)?;
                challenge::forget(conn, now)?;
                history::forget(conn, now)?;
                oauth::forget(conn, now)?;
                throttle::forget(conn, now)
            })
            .await?;
        while self
            .db
            .across()
            .write(move |conn| key_log::forget(conn, now))
            .await?
        {}
        if self.keys.needs_key(now) {
            self.db
                .across()
                .write(move |conn| token::make_key(conn, now))
                .await?;
            let keys = self.db.across().read_short(token::read_keys).await?;
            self.keys.replace(keys);
        }
        Ok(())
    }
}

/// What an e-mail address is counted and looked up by; the text itself where it is none.
fn account_key(email: &str) -> String {
    Address::parse(email).map_or_else(|| email.to_owned(), |address| address.key)
}

/// A statement whose `?` stand for the values, in their order.
fn sql<const N: usize>(text: &'static str, values: [Value; N]) -> Statement {
    let mut parts = text.split('?');
    let mut statement = Statement::new(parts.next().unwrap_or_default());
    for (value, part) in values.into_iter().zip(parts) {
        statement.bind(value).push(part);
    }
    statement
}

/// [`Refusal::Stale`] with the present state when a version was named and is another one by now.
fn same_version(wanted: Option<i64>, found: i64, current: &impl Serialize) -> Result<()> {
    if wanted.is_none_or(|wanted| wanted == found) {
        return Ok(());
    }
    match serde_json::to_value(current) {
        Ok(Json::Object(document)) => Err(Refusal::Stale(Box::new(document))),
        _ => Err(Refusal::Stale(Box::default())),
    }
}
