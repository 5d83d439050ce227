//! What people do with their own second factors, and administrators with those of members.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Factors, Proof, changed, of,
    passkey::{PasskeyOptions, Site},
    passkey_rows::{self, PasskeyView},
    recovery, remove_all, tell,
    totp::{self, TotpSetUp},
};
use crate::{
    Refusal, Result,
    identity::{
        Identity, Principal, audit::Entry, member, person::check_name, place, session, sql,
    },
};

/// What somebody signs in with, as shown to herself.
#[derive(Debug, Clone, Serialize)]
pub struct SecurityView {
    /// Since when codes of an app are asked for.
    pub totp_since: Option<DateTime<Utc>>,
    /// Recovery codes that are left.
    pub recovery_codes_left: i64,
    /// Passkeys, the oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// Whether the workspace asks for a second factor.
    pub required: bool,
}

/// Codes of an app are asked for from now on.
#[derive(Clone, Serialize)]
pub struct TotpOn {
    /// New recovery codes, told this once; none when there were some.
    pub recovery_codes: Vec<String>,
}

/// The browser's answer to [`PasskeyOptions`], and a name for the key.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// What came with the options.
    pub token: String,
    /// What to call it.
    pub name: String,
    /// The answer.
    pub credential: Value,
}

/// A passkey that was added.
#[derive(Clone, Serialize)]
pub struct MadePasskey {
    /// The passkey.
    #[serde(flatten)]
    pub passkey: PasskeyView,
    /// New recovery codes, told this once; none when there were some.
    pub recovery_codes: Vec<String>,
}

/// Recovery codes for somebody who has none.
fn codes_if_none(conn: &mut Conn, user: Uuid, now: DateTime<Utc>) -> Result<Vec<String>> {
    if recovery::left(conn, user)? > 0 {
        return Ok(Vec::new());
    }
    recovery::make(conn, user, now)
}

/// Without a factor there is nothing to recover.
fn tidy(conn: &mut Conn, user: Uuid) -> Result<()> {
    if !of(conn, user)?.any() {
        recovery::remove(conn, user)?;
    }
    Ok(())
}

fn named(name: &str) -> Result<String> {
    let mut faults = Faults::default();
    check_name("name", name, &mut faults);
    faults.into_result()?;
    Ok(name.trim().to_owned())
}

fn place_of(principal: &Principal) -> (Uuid, Uuid, Uuid) {
    let access = &principal.access;
    (access.workspace_id, access.user_id, principal.session_id)
}

impl Identity {
    /// What who asks signs in with.
    pub async fn security(&self, principal: &Principal) -> Result<SecurityView> {
        let user = principal.access.user_id;
        let required = principal.policy.require_second_factor;
        self.db
            .across()
            .read_short(move |conn| {
                let Factors {
                    totp_since,
                    codes_left,
                    ..
                } = of(conn, user)?;
                Ok(SecurityView {
                    totp_since,
                    recovery_codes_left: codes_left,
                    passkeys: passkey_rows::list(conn, user)?,
                    required,
                })
            })
            .await
    }

    /// Begins with codes of an app; nothing is asked for before the first one came.
    pub async fn begin_totp(
        &self,
        principal: &Principal,
        proof: Proof,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<TotpSetUp> {
        self.proved(principal, proof, ip, now).await?;
        let vault = self.vault()?;
        let (user, email) = (principal.access.user_id, principal.user.email.clone());
        self.db
            .across()
            .write(move |conn| totp::begin(conn, &vault, user, &email, now))
            .await
    }

    /// Asks for codes of the app from now on, by the first of them.
    pub async fn confirm_totp(
        &self,
        principal: &Principal,
        code: String,
        now: DateTime<Utc>,
    ) -> Result<TotpOn> {
        let vault = self.vault()?;
        let at = place_of(principal);
        let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
        let post = self.post.clone();
        let done = self.db.across().write(move |conn| {
            if !totp::confirm(conn, &vault, at.1, &code, now)? {
                return Err(Fault::field("code", "wrong_code").into());
            }
            changed(conn, &post, at, "second_factor_added", now)?;
            codes_if_none(conn, at.1, now)
        });
        let recovery_codes = done.await?;
        self.principals.forget();
        Ok(TotpOn { recovery_codes })
    }

    /// No longer asks for codes of the app.
    pub async fn remove_totp(
        &self,
        principal: &Principal,
        proof: Proof,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.proved(principal, proof, ip, now).await?;
        let at = place_of(principal);
        let post = self.post.clone();
        let done = self.db.across().write(move |conn| {
            if !totp::remove(conn, at.1)? {
                return Err(Refusal::NotFound);
            }
            tidy(conn, at.1)?;
            changed(conn, &post, at, "second_factor_removed", now)
        });
        done.await?;
        self.principals.forget();
        Ok(())
    }

    /// New recovery codes; those before are no longer good.
    pub async fn make_recovery_codes(
        &self,
        principal: &Principal,
        proof: Proof,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>> {
        self.proved(principal, proof, ip, now).await?;
        let at = place_of(principal);
        let post = self.post.clone();
        let made = self.db.across().write(move |conn| {
            if !of(conn, at.1)?.any() {
                return Err(Refusal::Conflict("no_second_factor"));
            }
            changed(conn, &post, at, "recovery_codes_made", now)?;
            recovery::make(conn, at.1, now)
        });
        let codes = made.await?;
        self.principals.forget();
        Ok(codes)
    }

    /// Begins with a passkey.
    pub async fn begin_passkey(
        &self,
        principal: &Principal,
        site: &Site,
        proof: Proof,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<PasskeyOptions> {
        self.proved(principal, proof, ip, now).await?;
        let user = principal.access.user_id;
        let there = self
            .db
            .across()
            .read_short(move |conn| passkey_rows::of(conn, user))
            .await?;
        let there: Vec<_> = there.into_iter().map(|(_, key)| key).collect();
        let person = (
            user,
            principal.user.email.as_str(),
            principal.user.full_name.as_str(),
        );
        self.passkey_registration(site, person, &there, now)
    }

    /// Adds the passkey that the browser made.
    pub async fn add_passkey(
        &self,
        principal: &Principal,
        site: &Site,
        new: NewPasskey,
        now: DateTime<Utc>,
    ) -> Result<MadePasskey> {
        let name = named(&new.name)?;
        let at = place_of(principal);
        let key = self.registered_passkey(site, at.1, &new.token, new.credential, now);
        let key = key.map_err(|refusal| match refusal {
            Refusal::Unauthorized => Refusal::Conflict("set_up_expired"),
            other => other,
        })?;
        let post = self.post.clone();
        let made = self.db.across().write(move |conn| {
            let passkey = passkey_rows::add(conn, at.1, &name, &key, now)?;
            changed(conn, &post, at, "passkey_added", now)?;
            Ok::<_, Refusal>(MadePasskey {
                passkey,
                recovery_codes: codes_if_none(conn, at.1, now)?,
            })
        });
        let made = made.await?;
        self.principals.forget();
        Ok(made)
    }

    /// Calls a passkey otherwise.
    pub async fn rename_passkey(
        &self,
        principal: &Principal,
        id: Uuid,
        name: String,
    ) -> Result<PasskeyView> {
        let user = principal.access.user_id;
        let name = named(&name)?;
        self.db
            .across()
            .write(move |conn| passkey_rows::rename(conn, user, id, &name))
            .await
    }

    /// Takes a passkey away.
    pub async fn remove_passkey(
        &self,
        principal: &Principal,
        id: Uuid,
        proof: Proof,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let at = place_of(principal);
        self.db
            .across()
            .read_short(move |conn| passkey_rows::find(conn, at.1, id))
            .await?;
        self.proved(principal, proof, ip, now).await?;
        let post = self.post.clone();
        let done = self.db.across().write(move |conn| {
            passkey_rows::remove(conn, at.1, id)?;
            tidy(conn, at.1)?;
            changed(conn, &post, at, "passkey_removed", now)
        });
        done.await?;
        self.principals.forget();
        Ok(())
    }

    /// Takes all second factors of a member away, who has lost them. Not where the person works in other workspaces too:
    /// what protects those is not for this one to take away.
    pub async fn remove_member_factors(
        &self,
        principal: &Principal,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let access = principal.access.clone();
        let post = self.post.clone();
        // Whether they are a member elsewhere too is to be known.
        let done = self.db.across().write(move |conn| {
            let user = touchable(conn, &access, id)?;
            let elsewhere = sql(
                "SELECT id FROM memberships WHERE user_id = ? AND active = ? AND workspace_id <> ? LIMIT 1",
                [user.into(), true.into(), access.workspace_id.into()],
            );
            if conn.row(&elsewhere, |row| row.text(0))?.is_some() {
                return Err(Refusal::Conflict("factors_of_other_workspaces"));
            }
            if remove_all(conn, user)? {
                session::end_everywhere(conn, user, None, "factors_changed", now)?;
                let at = (access.workspace_id, user);
                tell(conn, &post, at, "second_factor_reset", now)?;
                Entry::new(access.workspace_id, Some(access.user_id), "second_factor_reset", "member", id)
                    .write(conn, now)?;
            }
            Ok(())
        });
        done.await?;
        self.principals.forget();
        Ok(())
    }

    /// Signs a member out everywhere in the workspace.
    pub async fn end_member_sessions(
        &self,
        principal: &Principal,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let access = principal.access.clone();
        let done = self.db.within(access.workspace_id).write(move |conn| {
            let user = touchable(conn, &access, id)?;
            let workspace = access.workspace_id;
            session::end_in_workspace(conn, workspace, user, None, "signed_out", now)?;
            Entry::new(
                workspace,
                Some(access.user_id),
                "sessions_ended",
                "member",
                id,
            )
            .write(conn, now)
        });
        done.await?;
        self.principals.forget();
        Ok(())
    }
}

/// The person behind a membership, for somebody who manages members and may touch this one.
fn touchable(
    conn: &mut Conn,
    access: &relasi_domain::identity::access::Access,
    id: Uuid,
) -> Result<Uuid> {
    if !access.may(Action::Members) {
        return Err(Refusal::Forbidden);
    }
    let member = member::find(conn, access, id)?;
    let rights = place::rights_of(conn, access.workspace_id, member.role)?;
    if !access.may_give(member.role, &rights) {
        return Err(Refusal::Forbidden);
    }
    Ok(member.user_id)
}
