//! Sign-ins that wait for their second step, links in messages, and what else is good once.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::Conn;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use uuid::Uuid;

use super::{
    secret::{Secret, sha256},
    sql,
};
use crate::{Refusal, Result};

/// How long the second step may take.
pub(super) const PATIENCE: TimeDelta = TimeDelta::minutes(5);

const SECOND_FACTOR: &str = "second_factor";
const ELSEWHERE: &str = "elsewhere";
const USED: &str = "used";

/// The first step of a sign-in is done: a token for the second one. It is no session and opens nothing else.
pub(super) fn make(
    conn: &mut Conn,
    user: Uuid,
    state: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<String> {
    issue(conn, SECOND_FACTOR, Some(user), state, now + PATIENCE)
}

/// A sign-in goes on at a service: a token for who began it.
pub(super) fn wait_elsewhere(
    conn: &mut Conn,
    state: &impl Serialize,
    until: DateTime<Utc>,
) -> Result<String> {
    issue(conn, ELSEWHERE, None, state, until)
}

/// What was noted of a sign-in at a service, once; [`Refusal::NotFound`] when none waits (any more).
pub(super) fn take_elsewhere<S: DeserializeOwned>(
    conn: &mut Conn,
    token: &str,
    now: DateTime<Utc>,
) -> Result<S> {
    let statement = sql(
        "SELECT state FROM sign_in_challenges WHERE token_hash = ? AND kind = ? AND expires_at > ?",
        [hash(token)?.into(), ELSEWHERE.into(), now.into()],
    );
    let found = conn.row(&statement, |row| row.json(0))?;
    take(conn, ELSEWHERE, token)?;
    found.ok_or(Refusal::NotFound)
}

/// A token of a kind for somebody, good until then.
fn issue(
    conn: &mut Conn,
    kind: &'static str,
    user: Option<Uuid>,
    state: &impl Serialize,
    until: DateTime<Utc>,
) -> Result<String> {
    let token = Secret::new(Uuid::nil());
    conn.execute(&sql(
        "INSERT INTO sign_in_challenges (token_hash, kind, user_id, state, expires_at) VALUES (?, ?, ?, ?, ?)",
        [
            token.hash().into(),
            kind.into(),
            user.into(),
            json!(state).to_string().into(),
            until.into(),
        ],
    ))?;
    Ok(token.reveal())
}

/// What a link in a message is good for, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// To set a new password.
    PasswordReset,
    /// To confirm a new address.
    EmailChange,
}

impl Link {
    const fn code(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
        }
    }

    /// For how long.
    pub(super) const fn lifetime(self) -> TimeDelta {
        match self {
            Self::PasswordReset => TimeDelta::hours(1),
            Self::EmailChange => TimeDelta::hours(24),
        }
    }

    /// A new one for somebody; those before are no longer good.
    pub(super) fn make(
        self,
        conn: &mut Conn,
        user: Uuid,
        state: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<String> {
        self.end(conn, user)?;
        issue(conn, self.code(), Some(user), state, now + self.lifetime())
    }

    /// Whose one is, what was noted of it, and until when it is good.
    pub(super) fn find<S: DeserializeOwned>(
        self,
        conn: &mut Conn,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(Uuid, S, DateTime<Utc>)> {
        let statement = sql(
            "SELECT user_id, state, expires_at FROM sign_in_challenges WHERE token_hash = ? AND kind = ? AND expires_at > ?",
            [hash(token)?.into(), self.code().into(), now.into()],
        );
        let found = conn.row(&statement, |row| Ok((row.id(0)?, row.json(1)?, row.at(2)?)))?;
        found.ok_or(Refusal::NotFound)
    }

    /// Uses one up; [`Refusal::NotFound`] when somebody was faster.
    pub(super) fn use_up(self, conn: &mut Conn, token: &str) -> Result<()> {
        take(conn, self.code(), token)
    }

    /// Ends those of somebody.
    pub(super) fn end(self, conn: &mut Conn, user: Uuid) -> Result<()> {
        conn.execute(&sql(
            "DELETE FROM sign_in_challenges WHERE user_id = ? AND kind = ?",
            [user.into(), self.code().into()],
        ))?;
        Ok(())
    }
}

fn hash(token: &str) -> Result<String> {
    let token = Secret::parse(token).ok_or(Refusal::NotFound)?;
    Ok(token.hash())
}

/// Whose sign-in waits, and what was noted of it; [`Refusal::NotFound`] when none does (any more).
pub(super) fn find<S: DeserializeOwned>(
    conn: &mut Conn,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(Uuid, S)> {
    let statement = sql(
        "SELECT user_id, state FROM sign_in_challenges WHERE token_hash = ? AND kind = ? AND expires_at > ?",
        [hash(token)?.into(), SECOND_FACTOR.into(), now.into()],
    );
    let found = conn.row(&statement, |row| Ok((row.id(0)?, row.json(1)?)))?;
    found.ok_or(Refusal::NotFound)
}

/// Uses it up; [`Refusal::NotFound`] when somebody was faster.
pub(super) fn use_up(conn: &mut Conn, token: &str) -> Result<()> {
    take(conn, SECOND_FACTOR, token)
}

fn take(conn: &mut Conn, kind: &'static str, token: &str) -> Result<()> {
    let gone = conn.execute(&sql(
        "DELETE FROM sign_in_challenges WHERE token_hash = ? AND kind = ?",
        [hash(token)?.into(), kind.into()],
    ))?;
    if gone == 0 {
        return Err(Refusal::NotFound);
    }
    Ok(())
}

/// Notes that a signed token was used; [`Refusal::Unauthorized`] when it was used before.
pub(super) fn once(conn: &mut Conn, token: &str, until: DateTime<Utc>) -> Result<()> {
    let noted = conn.execute(&sql(
        "INSERT INTO sign_in_challenges (token_hash, kind, state, expires_at) VALUES (?, ?, '{}', ?) \
         ON CONFLICT (token_hash) DO NOTHING",
        [sha256(token.as_bytes()).into(), USED.into(), until.into()],
    ))?;
    if noted == 0 {
        return Err(Refusal::Unauthorized);
    }
    Ok(())
}

/// Forgets what is over.
pub(super) fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize> {
    let statement = sql(
        "DELETE FROM sign_in_challenges WHERE expires_at < ?",
        [now.into()],
    );
    Ok(conn.execute(&statement)?)
}
