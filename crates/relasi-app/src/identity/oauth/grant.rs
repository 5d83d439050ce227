//! What a person has let an app do: the family of its tokens, and whom a token stands for.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::access::{Action, Rights};
use relasi_persistence::Conn;
use uuid::Uuid;

use super::{ACCESS, REFRESH, address, common, scopes_of, stored};
use crate::{
    Result,
    identity::{Principal, principal, secret::Secret, sql},
};

/// How long an access token is good.
pub(super) const ACCESS_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How long a refresh token is good when it is not used.
const REFRESH_LIFETIME: TimeDelta = TimeDelta::days(90);
/// After this time the person is asked again, however often the app called.
const ABSOLUTE: TimeDelta = TimeDelta::days(365);
/// A used refresh token is still taken for this time: an answer that got lost.
pub(super) const GRACE: TimeDelta = TimeDelta::seconds(10);
/// The use is noted at most this often: each request would otherwise be a write.
const NOTED: TimeDelta = TimeDelta::minutes(1);
/// How long what is over is kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// The app behind a request, and what it was let by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppGrant {
    /// The app.
    pub app_id: Uuid,
    /// What its person let it do.
    pub grant_id: Uuid,
    /// The origins of pages that it may call from.
    pub origins: Vec<String>,
}

/// Two tokens of a family, told once.
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
}

/// Begins a family.
pub(super) fn open(
    conn: &mut Conn,
    workspace: Uuid,
    (app, user): (Uuid, Uuid),
    scopes: &[Action],
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    conn.execute(&sql(
        "INSERT INTO oauth_grants (workspace_id, id, app_id, user_id, scopes, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            id.into(),
            app.into(),
            user.into(),
            stored(scopes).into(),
            now.into(),
            (now + ABSOLUTE).into(),
        ],
    ))?;
    Ok(id)
}

fn token(
    conn: &mut Conn,
    (workspace, grant): (Uuid, Uuid),
    (kind, begins): (&'static str, &str),
    scopes: &[Action],
    until: DateTime<Utc>,
) -> Result<String> {
    let token = Secret::new(workspace);
    conn.execute(&sql(
        "INSERT INTO oauth_tokens (workspace_id, token_hash, grant_id, kind, scopes, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            token.hash().into(),
            grant.into(),
            kind.into(),
            stored(scopes).into(),
            until.into(),
        ],
    ))?;
    Ok(format!("{begins}{}", token.reveal()))
}

/// The next two tokens of a family: the access token with some of its scopes, the refresh token with all.
pub(super) fn issue(
    conn: &mut Conn,
    at: (Uuid, Uuid),
    (some, all): (&[Action], &[Action]),
    now: DateTime<Utc>,
) -> Result<Pair> {
    Ok(Pair {
        access: token(conn, at, ("access", ACCESS), some, now + ACCESS_LIFETIME)?,
        refresh: token(conn, at, ("refresh", REFRESH), all, now + REFRESH_LIFETIME)?,
    })
}

/// Ends a family; nothing happens to one that is over.
pub(super) fn end(
    conn: &mut Conn,
    workspace: Uuid,
    grant: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = conn.execute(&sql(
        "UPDATE oauth_grants SET ended_at = ?, end_reason = ? WHERE workspace_id = ? AND id = ? AND ended_at IS NULL",
        [now.into(), reason.into(), workspace.into(), grant.into()],
    ))?;
    Ok(ended > 0)
}

/// Ends everything that somebody let apps do in a workspace, codes that were not exchanged yet among it.
pub(in super::super) fn end_of_member(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    conn.execute(&sql(
        "UPDATE oauth_grants SET ended_at = ?, end_reason = ? WHERE workspace_id = ? AND user_id = ? AND ended_at IS NULL",
        [now.into(), reason.into(), workspace.into(), user.into()],
    ))?;
    conn.execute(&sql(
        "DELETE FROM oauth_codes WHERE workspace_id = ? AND user_id = ? AND used_at IS NULL",
        [workspace.into(), user.into()],
    ))?;
    Ok(())
}

/// A token that is good, and whom it stands for.
pub(in super::super) struct Held {
    /// What it was let by.
    pub(in super::super) grant: Uuid,
    /// The member, with what the member, the app and the token may.
    pub(in super::super) principal: Principal,
    /// When the token ends.
    pub(in super::super) expires_at: DateTime<Utc>,
    /// Whether its use was noted a moment ago.
    pub(in super::super) noted: bool,
}

/// What of a token is the secret of an app's access token; none for any other.
pub(in super::super) fn access_in(token: &str) -> Option<&str> {
    token.strip_prefix(ACCESS)
}

/// The member behind an access token, with what member, app and token all may; none when any of them is over.
pub(in super::super) fn principal_of(
    conn: &mut Conn,
    token: &Secret,
    ip: &str,
    now: DateTime<Utc>,
) -> Result<Option<Held>> {
    let workspace = token.workspace_id();
    let statement = sql(
        "SELECT g.id, g.user_id, g.app_id, t.scopes, a.scopes, a.redirect_uris, t.expires_at, g.last_used_at, g.last_used_ip \
         FROM oauth_tokens t \
         JOIN oauth_grants g ON g.workspace_id = t.workspace_id AND g.id = t.grant_id \
         JOIN oauth_apps a ON a.workspace_id = g.workspace_id AND a.id = g.app_id \
         WHERE t.workspace_id = ? AND t.token_hash = ? AND t.kind = 'access' AND t.expires_at > ? \
         AND g.ended_at IS NULL AND g.expires_at > ? AND a.active = ?",
        [
            workspace.into(),
            token.hash().into(),
            now.into(),
            now.into(),
            true.into(),
        ],
    );
    let found = conn.row(&statement, |row| {
        let used = row.opt_at(7)?;
        let known =
            used.is_some_and(|used| now - used < NOTED) && row.opt_text(8)?.as_deref() == Some(ip);
        let scopes = common(&scopes_of(&row.text(3)?)?, &scopes_of(&row.text(4)?)?);
        let uris: Vec<String> = row.json(5)?;
        let app = AppGrant {
            app_id: row.id(2)?,
            grant_id: row.id(0)?,
            origins: address::origins(&uris),
        };
        Ok((app, row.id(1)?, scopes, row.at(6)?, known))
    })?;
    let Some((app, user, scopes, expires_at, noted)) = found else {
        return Ok(None);
    };
    let Some(mut principal) = principal::of_member(conn, workspace, user)? else {
        return Ok(None);
    };
    let rights = Rights::clone(principal.access.rights()).only(&scopes);
    principal.access = principal.access.with_rights(Arc::new(rights));
    let grant = app.grant_id;
    principal.app = Some(app);
    Ok(Some(Held {
        grant,
        principal,
        expires_at,
        noted,
    }))
}

/// Notes that an app called.
pub(in super::super) fn note_use(
    conn: &mut Conn,
    workspace: Uuid,
    grant: Uuid,
    ip: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    conn.execute(&sql(
        "UPDATE oauth_grants SET last_used_at = ?, last_used_ip = ? WHERE workspace_id = ? AND id = ?",
        [now.into(), ip.into(), workspace.into(), grant.into()],
    ))?;
    Ok(())
}

/// Forgets what is over. Codes are kept for a day, so that one that comes back is known.
pub(in super::super) fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    conn.execute(&sql(
        "DELETE FROM oauth_codes WHERE expires_at < ?",
        [(now - TimeDelta::days(1)).into()],
    ))?;
    conn.execute(&sql(
        "DELETE FROM oauth_tokens WHERE expires_at < ?",
        [now.into()],
    ))?;
    conn.execute(&sql(
        "DELETE FROM oauth_grants WHERE expires_at < ? OR ended_at < ?",
        [(now - KEPT).into(), (now - KEPT).into()],
    ))?;
    Ok(())
}
