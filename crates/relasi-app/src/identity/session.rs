//! Sessions: families of refresh tokens. Each token is good once; one that comes back betrays a theft.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Statement};
use serde::Serialize;
use uuid::Uuid;

use super::{audit::Entry, oauth, policy::Policy, secret::Secret, sql};
use crate::{Refusal, Result};

/// A session ends at the latest after this time.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(30);
/// It ends when it was not used for this time.
pub const IDLE: TimeDelta = TimeDelta::days(14);
/// A used refresh token is still taken for this time: two tabs, or an answer that got lost.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its address; that of the client itself when a trusted proxy names it.
    pub ip: IpAddr,
    /// The `User-Agent` header.
    pub user_agent: String,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Its id.
    pub id: Uuid,
    /// The session of the request itself.
    pub current: bool,
    /// The `User-Agent` header of the last refresh.
    pub user_agent: String,
    /// The address of the last refresh.
    pub ip: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// The last refresh.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}

/// What came of a refresh token.
pub(super) enum Rotation {
    /// It was good: here is the next one.
    Next {
        user_id: Uuid,
        session_id: Uuid,
        refresh: Secret,
        expires_at: DateTime<Utc>,
    },
    /// It had been used before: the session has been ended.
    Stolen,
    /// It is unknown, or its session is over.
    Refused,
}

/// What a session must still be, with the policy of its workspace as `y`: open, not over, not idle. Asks for the time
/// three times.
const LIVE: &str = " AND s.ended_at IS NULL AND s.expires_at > ? \
     AND s.created_at > ? - COALESCE(y.session_minutes, 43200) * 60000000 \
     AND s.last_seen_at > ? - COALESCE(y.session_idle_minutes, 20160) * 60000000";

/// Whose session it is, where, and when it ends at the latest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) workspace: Uuid,
    pub(super) user: Uuid,
    pub(super) until: DateTime<Utc>,
    /// The workspace's own service has said who it is: the session stays there.
    pub(super) by_provider: bool,
}

impl Place {
    /// For somebody who has just proved who it is.
    pub(super) fn new(workspace: Uuid, user: Uuid, now: DateTime<Utc>) -> Self {
        Self {
            workspace,
            user,
            until: now + ABSOLUTE,
            by_provider: false,
        }
    }

    /// As long as the workspace lets it be.
    pub(super) fn within(self, policy: &Policy, now: DateTime<Utc>) -> Self {
        Self {
            until: self.until.min(policy.end(now)),
            ..self
        }
    }
}

/// Opens a session and returns its id and its first refresh token.
pub(super) fn open(
    conn: &mut Conn,
    place: Place,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<(Uuid, Secret)> {
    let Place {
        workspace,
        user,
        until,
        by_provider,
    } = place;
    let id = Uuid::now_v7();
    conn.execute(&sql(
        "INSERT INTO sessions (workspace_id, id, user_id, created_at, last_seen_at, expires_at, user_agent, ip, by_provider) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            id.into(),
            user.into(),
            now.into(),
            now.into(),
            until.into(),
            shortened(&client.user_agent).into(),
            client.ip.to_canonical().to_string().into(),
            by_provider.into(),
        ],
    ))?;
    let refresh = issue(conn, workspace, id, now)?;
    seen(conn, workspace, user, now)?;
    Ok((id, refresh))
}

fn issue(conn: &mut Conn, workspace: Uuid, session: Uuid, now: DateTime<Utc>) -> Result<Secret> {
    let refresh = Secret::new(workspace);
    conn.execute(&sql(
        "INSERT INTO refresh_tokens (workspace_id, token_hash, session_id, issued_at) VALUES (?, ?, ?, ?)",
        [workspace.into(), refresh.hash().into(), session.into(), now.into()],
    ))?;
    Ok(refresh)
}

fn seen(conn: &mut Conn, workspace: Uuid, user: Uuid, now: DateTime<Utc>) -> Result<()> {
    conn.execute(&sql(
        "UPDATE memberships SET last_seen_at = ? WHERE workspace_id = ? AND user_id = ?",
        [now.into(), workspace.into(), user.into()],
    ))?;
    Ok(())
}

/// Whether the workspace's own service has opened a session.
pub(super) fn is_by_provider(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<bool> {
    let statement = sql(
        "SELECT by_provider FROM sessions WHERE workspace_id = ? AND id = ?",
        [workspace.into(), id.into()],
    );
    Ok(conn.row(&statement, |row| row.bool(0))?.unwrap_or_default())
}

/// Exchanges a refresh token for the next.
pub(super) fn rotate(
    conn: &mut Conn,
    token: &Secret,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Rotation> {
    let workspace = token.workspace_id();
    let Some((session, user, expires)) = live(conn, token, now)? else {
        return Ok(Rotation::Refused);
    };
    let first_use = conn.execute(&sql(
        "UPDATE refresh_tokens SET used_at = ? WHERE workspace_id = ? AND token_hash = ? AND used_at IS NULL",
        [now.into(), workspace.into(), token.hash().into()],
    ))? == 1;
    if !first_use && used_at(conn, token)?.is_none_or(|used| used < now - GRACE) {
        end(conn, workspace, session, "stolen", now)?;
        Entry::new(workspace, Some(user), "session_stolen", "user", user).write(conn, now)?;
        return Ok(Rotation::Stolen);
    }
    conn.execute(&sql(
        "UPDATE sessions SET last_seen_at = ?, user_agent = ?, ip = ? WHERE workspace_id = ? AND id = ?",
        [
            now.into(),
            shortened(&client.user_agent).into(),
            client.ip.to_canonical().to_string().into(),
            workspace.into(),
            session.into(),
        ],
    ))?;
    seen(conn, workspace, user, now)?;
    Ok(Rotation::Next {
        user_id: user,
        session_id: session,
        refresh: issue(conn, workspace, session, now)?,
        expires_at: expires,
    })
}

/// Session, user and end of a token whose session is not over.
fn live(
    conn: &mut Conn,
    token: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<(Uuid, Uuid, DateTime<Utc>)>> {
    let mut statement = sql(
        "SELECT s.id, s.user_id, s.expires_at FROM refresh_tokens t \
         JOIN sessions s ON s.workspace_id = t.workspace_id AND s.id = t.session_id \
         JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id \
         LEFT JOIN security_policies y ON y.workspace_id = s.workspace_id \
         WHERE t.workspace_id = ? AND t.token_hash = ? AND m.active = ?",
        [
            token.workspace_id().into(),
            token.hash().into(),
            true.into(),
        ],
    );
    still_live(&mut statement, now);
    Ok(conn.row(&statement, |row| Ok((row.id(0)?, row.id(1)?, row.at(2)?)))?)
}

/// Adds [`LIVE`] to the conditions of a statement.
pub(super) fn still_live(statement: &mut Statement, now: DateTime<Utc>) {
    let mut parts = LIVE.split('?');
    statement.push(parts.next().unwrap_or_default());
    for part in parts {
        statement.bind(now).push(part);
    }
}

fn used_at(conn: &mut Conn, token: &Secret) -> Result<Option<DateTime<Utc>>> {
    let statement = sql(
        "SELECT used_at FROM refresh_tokens WHERE workspace_id = ? AND token_hash = ?",
        [token.workspace_id().into(), token.hash().into()],
    );
    Ok(conn.row(&statement, |row| row.opt_at(0))?.flatten())
}

/// The open sessions of somebody, the one last used first.
pub(super) fn list(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    current: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<SessionView>> {
    let mut statement = sql(
        "SELECT s.id, s.user_agent, s.ip, s.created_at, s.last_seen_at, s.expires_at FROM sessions s \
         LEFT JOIN security_policies y ON y.workspace_id = s.workspace_id \
         WHERE s.workspace_id = ? AND s.user_id = ?",
        [workspace.into(), user.into()],
    );
    still_live(&mut statement, now);
    statement.push(" ORDER BY s.last_seen_at DESC, s.id");
    Ok(conn.rows(&statement, |row| {
        let id = row.id(0)?;
        Ok(SessionView {
            id,
            current: id == current,
            user_agent: row.text(1)?,
            ip: row.text(2)?,
            created_at: row.at(3)?,
            last_seen_at: row.at(4)?,
            expires_at: row.at(5)?,
        })
    })?)
}

/// Ends an open session; nothing happens to one that is over.
pub(super) fn end(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    conn.execute(&sql(
        "UPDATE sessions SET ended_at = ?, end_reason = ? WHERE workspace_id = ? AND id = ? AND ended_at IS NULL",
        [now.into(), reason.into(), workspace.into(), id.into()],
    ))?;
    Ok(())
}

/// Ends a session of `user`; [`Refusal::NotFound`] when the user has no such open session.
pub(super) fn end_own(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let ended = conn.execute(&sql(
        "UPDATE sessions SET ended_at = ?, end_reason = 'signed_out' \
         WHERE workspace_id = ? AND id = ? AND user_id = ? AND ended_at IS NULL",
        [now.into(), workspace.into(), id.into(), user.into()],
    ))?;
    if ended == 0 {
        return Err(Refusal::NotFound);
    }
    Entry::new(workspace, Some(user), "signed_out", "user", user).write(conn, now)
}

/// Ends a session for one of the same person in another workspace; its end at the latest, or none when it is over.
pub(super) fn leave(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let statement = sql(
        "UPDATE sessions SET ended_at = ?, end_reason = 'switched' \
         WHERE workspace_id = ? AND id = ? AND ended_at IS NULL RETURNING expires_at",
        [now.into(), workspace.into(), id.into()],
    );
    Ok(conn.row(&statement, |row| row.at(0))?)
}

/// Ends every open session of a user in one workspace, but for `keep`; without one, what apps were let do as well.
pub(super) fn end_in_workspace(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    keep: Option<Uuid>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    conn.execute(&sql(
        "UPDATE sessions SET ended_at = ?, end_reason = ? \
         WHERE workspace_id = ? AND user_id = ? AND ended_at IS NULL AND id <> ?",
        [
            now.into(),
            reason.into(),
            workspace.into(),
            user.into(),
            keep.unwrap_or(Uuid::nil()).into(),
        ],
    ))?;
    // Who is put out everywhere, be it because somebody else got in, is put out by way of apps as well.
    if keep.is_none() {
        oauth::end_of_member(conn, workspace, user, reason, now)?;
    }
    Ok(())
}

/// Ends every open session of a user in every workspace, but for `keep`.
pub(super) fn end_everywhere(
    conn: &mut Conn,
    user: Uuid,
    keep: Option<Uuid>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspaces = sql(
        "SELECT workspace_id FROM memberships WHERE user_id = ?",
        [user.into()],
    );
    for workspace in conn.rows(&workspaces, |row| row.id(0))? {
        end_in_workspace(conn, workspace, user, keep, reason, now)?;
    }
    Ok(())
}

/// Forgets sessions that have been over for as long as they could have lived, with their tokens.
pub(super) fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize> {
    let statement = sql(
        "DELETE FROM sessions WHERE expires_at < ?",
        [(now - ABSOLUTE).into()],
    );
    Ok(conn.execute(&statement)?)
}

/// Headers can be long; what tells a browser stands in front.
pub(super) fn shortened(user_agent: &str) -> String {
    user_agent
        .chars()
        .filter(|c| !c.is_control())
        .take(300)
        .collect()
}
