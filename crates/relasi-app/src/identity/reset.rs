//! New passwords for those who have forgotten theirs, by a link in a message.
//!
//! The link sets a password and does nothing else: whoever has a second factor is asked for it as before.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use relasi_domain::fault::Fault;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Identity, account_key, audit::Entry, challenge::Link, entrance::homes, notice, person, session,
    throttle::Attempt,
};
use crate::{Refusal, Result, platform::mail::Purpose};

/// Whose password is forgotten.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// The address.
    pub email: String,
}

/// The password to come.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The password.
    pub new_password: String,
}

/// What a link is for.
#[derive(Debug, Clone, Serialize)]
pub struct OpenReset {
    /// The address that it was sent to.
    pub email: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Where the link was asked for: the log of that workspace tells of it.
#[derive(Serialize, Deserialize)]
struct Asked {
    workspace: Uuid,
}

impl Identity {
    /// Sends a link to the address if somebody has it; nothing tells whether. [`Refusal::Throttled`] by account and by
    /// client, whether there is an account or not.
    pub async fn forgot_password(
        &self,
        forgotten: ForgottenPassword,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if !self.post.is_open() {
            return Err(Refusal::Conflict("mail_off"));
        }
        let key = account_key(&forgotten.email);
        let attempt = Attempt::reset(&key, ip);
        let post = self.post.clone();
        let asked = self.db.across().write(move |conn| {
            attempt.begin(conn, now)?;
            let Some(account) = person::account(conn, &key)? else {
                return Ok(());
            };
            let Some(&workspace) = homes(conn, account.id)?.first() else {
                return Ok(());
            };
            let token = Link::PasswordReset.make(conn, account.id, &Asked { workspace }, now)?;
            let reader = person::reader(conn, account.id)?;
            let values = json!({"link": post.link(&format!("/reset-password/{token}"))});
            let letter = (
                Purpose::PasswordReset,
                values,
                Link::PasswordReset.lifetime(),
            );
            notice::send_to(
                conn,
                &post,
                workspace,
                (&reader, &reader.email),
                letter,
                now,
            )?;
            let entry = Entry::new(workspace, None, "password_reset_asked", "user", account.id);
            entry.write(conn, now)
        });
        asked.await
    }

    /// What a link is for; [`Refusal::NotFound`] when it is not good (any more).
    pub async fn password_reset(&self, token: String, now: DateTime<Utc>) -> Result<OpenReset> {
        self.db
            .across()
            .read_short(move |conn| {
                let (user, _, expires_at) = Link::PasswordReset.find::<Asked>(conn, &token, now)?;
                Ok(OpenReset {
                    email: person::reader(conn, user)?.email,
                    expires_at,
                })
            })
            .await
    }

    /// Sets a password by a link and ends every session. Nobody is signed in by it.
    pub async fn set_forgotten_password(
        &self,
        token: String,
        new: NewPassword,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let link = token.clone();
        let found = self.db.across().read_short(move |conn| {
            let (user, asked, _) = Link::PasswordReset.find::<Asked>(conn, &link, now)?;
            Ok::<_, Refusal>((user, asked.workspace, person::reader(conn, user)?))
        });
        let (user, workspace, reader) = found.await?;
        let context = [reader.full_name.as_str(), reader.email.as_str()];
        person::check_password(&new.new_password, &context).map_err(|fault| Fault {
            pointer: "/new_password".to_owned(),
            ..fault
        })?;
        let hash = self.hasher.hash(new.new_password).await;
        let post = self.post.clone();
        let key = account_key(&reader.email);
        let done = self.db.across().write(move |conn| {
            Link::PasswordReset.use_up(conn, &token)?;
            Link::EmailChange.end(conn, user)?;
            person::set_password(conn, user, &hash, now)?;
            session::end_everywhere(conn, user, None, "password_changed", now)?;
            Attempt::new(&key, ip).forgive_account(conn)?;
            let values = json!({"link": post.link("/login")});
            notice::send(
                conn,
                &post,
                (workspace, user),
                Purpose::PasswordChanged,
                values,
                now,
            )?;
            Entry::new(workspace, Some(user), "password_reset", "user", user).write(conn, now)
        });
        done.await?;
        self.principals.forget();
        Ok(())
    }
}
