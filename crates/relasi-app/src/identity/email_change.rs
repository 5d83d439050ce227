//! Another address to sign in with, once a message to it has been answered.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::email::Address,
};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Identity, Principal, account_key, audit::Entry, challenge::Link, notice, person, sql,
    throttle::Attempt,
};
use crate::{Refusal, Result, platform::mail::Purpose};

/// The address to come, and the password.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailChange {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// What a link confirms.
#[derive(Debug, Clone, Serialize)]
pub struct NewEmail {
    /// The address to come.
    pub email: String,
    /// Until when the link is good.
    pub expires_at: DateTime<Utc>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Asked {
    workspace: Uuid,
    shown: String,
    key: String,
}

impl Identity {
    /// Sends a link to the new address and tells the present one. Whether the new one is somebody else's is not told:
    /// only who reads its messages learns of that.
    pub async fn change_email(
        &self,
        principal: &Principal,
        change: EmailChange,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if !self.post.is_open() {
            return Err(Refusal::Conflict("mail_off"));
        }
        let mut faults = Faults::default();
        let Some(address) = person::check_email(&change.email, &mut faults) else {
            return Err(faults.into());
        };
        let key = account_key(&principal.user.email);
        let attempt = Attempt::new(&key, ip);
        let proved = self.prove(&attempt, key.clone(), change.password, now);
        proved.await.map_err(|refusal| match refusal {
            Refusal::Unauthorized => Fault::field("password", "wrong_password").into(),
            other => other,
        })?;
        if key == address.key {
            self.db
                .across()
                .write(move |conn| attempt.succeed(conn))
                .await?;
            return Err(Fault::field("email", "already_yours").into());
        }
        let slowed = Attempt::reset(&address.key, ip);
        let (workspace, user) = (principal.access.workspace_id, principal.access.user_id);
        let post = self.post.clone();
        let asked = self.db.within(workspace).write(move |conn| {
            attempt.succeed(conn)?;
            slowed.begin(conn, now)?;
            let asked = Asked {
                workspace,
                shown: address.shown.clone(),
                key: address.key.clone(),
            };
            let token = Link::EmailChange.make(conn, user, &asked, now)?;
            let reader = person::reader(conn, user)?;
            let link = post.link(&format!("/confirm-email/{token}"));
            let values = json!({"new": address.shown, "link": link});
            let letter = (Purpose::EmailChange, values, Link::EmailChange.lifetime());
            notice::send_to(
                conn,
                &post,
                workspace,
                (&reader, &address.shown),
                letter,
                now,
            )?;
            let values = json!({"new": address.shown, "link": post.link("/app/settings/password")});
            notice::send(
                conn,
                &post,
                (workspace, user),
                Purpose::EmailChangeAsked,
                values,
                now,
            )?;
            Entry::new(workspace, Some(user), "email_change_asked", "user", user).write(conn, now)
        });
        asked.await
    }

    /// What a link confirms; [`Refusal::NotFound`] when it is not good (any more).
    pub async fn email_change(&self, token: String, now: DateTime<Utc>) -> Result<NewEmail> {
        self.db
            .across()
            .read_short(move |conn| {
                let (_, asked, expires_at) = Link::EmailChange.find::<Asked>(conn, &token, now)?;
                Ok(NewEmail {
                    email: asked.shown,
                    expires_at,
                })
            })
            .await
    }

    /// Takes the new address by its link. [`Refusal::Conflict`] `email_taken` when it is somebody else's.
    pub async fn confirm_email(&self, token: String, now: DateTime<Utc>) -> Result<()> {
        let post = self.post.clone();
        let done = self.db.across().write(move |conn| {
            let (user, asked, _) = Link::EmailChange.find::<Asked>(conn, &token, now)?;
            Link::EmailChange.use_up(conn, &token)?;
            // A link for a new password lies in the former mailbox.
            Link::PasswordReset.end(conn, user)?;
            let reader = person::reader(conn, user)?;
            let address = Address {
                shown: asked.shown.clone(),
                key: asked.key.clone(),
            };
            set_email(conn, user, &address, now)?;
            let letter = (
                Purpose::EmailChanged,
                json!({"new": asked.shown}),
                Link::EmailChange.lifetime(),
            );
            notice::send_to(
                conn,
                &post,
                asked.workspace,
                (&reader, &reader.email),
                letter,
                now,
            )?;
            Entry::new(asked.workspace, Some(user), "email_changed", "user", user)
                .change("email", reader.email.clone(), asked.shown)
                .write(conn, now)
        });
        done.await?;
        self.principals.forget();
        Ok(())
    }
}

fn set_email(conn: &mut Conn, user: Uuid, address: &Address, now: DateTime<Utc>) -> Result<()> {
    let other = person::account(conn, &address.key)?.is_some_and(|account| account.id != user);
    if other {
        return Err(Refusal::Conflict("email_taken"));
    }
    conn.execute(&sql(
        "UPDATE users SET email = ?, email_key = ?, updated_at = ?, version = version + 1 WHERE id = ?",
        [
            (&address.shown).into(),
            (&address.key).into(),
            now.into(),
            user.into(),
        ],
    ))?;
    Ok(())
}
