//! Invitations: a link that makes one person a member, once, within 14 days.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    fault::Faults,
    identity::{
        access::{Access, Action},
        email::Address,
        role::MemberRole,
    },
};
use relasi_persistence::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Stored, audit::Entry, member, notice, person, place, secret::Secret, sql};
use crate::{Refusal, Result, platform::mail::Post};

/// How long a link is good.
pub const LIFETIME: TimeDelta = TimeDelta::days(14);

/// Whom to invite.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// The address.
    pub email: String,
    /// The role to come.
    pub role: MemberRole,
    /// The team to come.
    #[serde(default)]
    pub team_id: Option<Uuid>,
}

/// What somebody with a link tells of herself.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The name; an account that exists keeps its own.
    pub full_name: String,
    /// A new password, or the one of the account that exists.
    pub password: String,
    /// en, id or th; an account that exists keeps its own.
    pub language: String,
    /// A code of the app or a recovery code; for an account that exists and has a second factor.
    #[serde(default)]
    pub code: Option<String>,
}

/// A new invitation: the only time that its link is told.
#[derive(Clone, Serialize)]
pub struct Invited {
    /// Its id.
    pub id: Uuid,
    /// The secret of the link.
    pub token: String,
    /// Path of the link in the browser app.
    pub path: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// Whether the link goes to the address by e-mail.
    pub mailed: bool,
}

/// An invitation that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvitationView {
    /// Its id.
    pub id: Uuid,
    /// The address.
    pub email: String,
    /// The role to come.
    pub role: MemberRole,
    /// The team to come.
    pub team_id: Option<Uuid>,
    /// Who invited.
    pub invited_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when the link is good.
    pub expires_at: DateTime<Utc>,
}

/// What the holder of a link sees before accepting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Name of the workspace.
    pub workspace_name: String,
    /// Its language.
    pub language: String,
    /// The invited address.
    pub email: String,
    /// The role to come.
    pub role: MemberRole,
    /// Its name, where the workspace made it.
    pub role_name: Option<String>,
    /// Name of who invited.
    pub invited_by: String,
    /// Until when the link is good.
    pub expires_at: DateTime<Utc>,
    /// The address has an account already: its password is asked for instead of a new one.
    pub has_account: bool,
}

/// An open invitation, found by its link.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub id: Uuid,
    pub address: Address,
    pub role: MemberRole,
    pub team_id: Option<Uuid>,
}

/// Invites; an earlier open invitation of the same address is revoked.
pub(super) fn create(
    conn: &mut Conn,
    post: &Post,
    access: &Access,
    invite: &Invite,
    now: DateTime<Utc>,
) -> Result<Invited> {
    if !access.may(Action::Members) {
        return Err(Refusal::Forbidden);
    }
    let rights = place::rights_of(conn, access.workspace_id, invite.role)?;
    if !access.may_give(invite.role, &rights) {
        return Err(Refusal::Forbidden);
    }
    let mut faults = Faults::default();
    let Some(address) = person::check_email(&invite.email, &mut faults) else {
        return Err(faults.into());
    };
    let workspace = access.workspace_id;
    member::check_team(conn, workspace, invite.team_id)?;
    if is_member(conn, workspace, &address.key)? {
        return Err(Refusal::Conflict("already_member"));
    }
    conn.execute(&sql(
        "UPDATE invitations SET revoked_at = ? WHERE workspace_id = ? AND email_key = ? AND accepted_at IS NULL AND revoked_at IS NULL",
        [now.into(), workspace.into(), (&address.key).into()],
    ))?;
    let (id, secret, expires_at) = (Uuid::now_v7(), Secret::new(workspace), now + LIFETIME);
    conn.execute(&sql(
        "INSERT INTO invitations (workspace_id, id, email, email_key, role, team_id, token_hash, invited_by, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            id.into(),
            (&address.shown).into(),
            (&address.key).into(),
            invite.role.to_string().into(),
            invite.team_id.into(),
            secret.hash().into(),
            access.user_id.into(),
            now.into(),
            expires_at.into(),
        ],
    ))?;
    Entry::new(workspace, Some(access.user_id), "created", "invitation", id).write(conn, now)?;
    invited(conn, post, access, (id, &address), &secret, now)
}

/// The answer with the link, which goes out by e-mail too where there is a mail account.
fn invited(
    conn: &mut Conn,
    post: &Post,
    access: &Access,
    (id, address): (Uuid, &Address),
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Invited> {
    let token = secret.reveal();
    let path = format!("/invite/{token}");
    let mailed = notice::invite(conn, post, access, (address, &path), now)?;
    Ok(Invited {
        id,
        token,
        path,
        expires_at: now + LIFETIME,
        mailed,
    })
}

/// Sends an open invitation again, with a new link for another 14 days; the one before is no longer good.
/// [`Refusal::NotFound`] when it was accepted or revoked.
pub(super) fn resend(
    conn: &mut Conn,
    post: &Post,
    access: &Access,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Invited> {
    if !access.may(Action::Members) {
        return Err(Refusal::Forbidden);
    }
    let workspace = access.workspace_id;
    let statement = sql(
        "SELECT email, email_key, role FROM invitations \
         WHERE workspace_id = ? AND id = ? AND accepted_at IS NULL AND revoked_at IS NULL",
        [workspace.into(), id.into()],
    );
    let found = conn.row(&statement, |row| {
        let address = Address {
            shown: row.text(0)?,
            key: row.text(1)?,
        };
        Ok((address, role(&row.text(2)?)?))
    })?;
    let (address, role) = found.ok_or(Refusal::NotFound)?;
    let rights = place::rights_of(conn, workspace, role)?;
    if !access.may_give(role, &rights) {
        return Err(Refusal::Forbidden);
    }
    let secret = Secret::new(workspace);
    conn.execute(&sql(
        "UPDATE invitations SET token_hash = ?, expires_at = ? \
         WHERE workspace_id = ? AND id = ? AND accepted_at IS NULL AND revoked_at IS NULL",
        [
            secret.hash().into(),
            (now + LIFETIME).into(),
            workspace.into(),
            id.into(),
        ],
    ))?;
    Entry::new(
        workspace,
        Some(access.user_id),
        "sent_again",
        "invitation",
        id,
    )
    .write(conn, now)?;
    invited(conn, post, access, (id, &address), &secret, now)
}

fn role(text: &str) -> Stored<MemberRole> {
    MemberRole::parse(text).ok_or_else(|| StoreError::Other(format!("unknown role {text}")))
}

fn is_member(conn: &mut Conn, workspace: Uuid, email_key: &str) -> Result<bool> {
    let statement = sql(
        "SELECT m.id FROM memberships m JOIN users u ON u.id = m.user_id \
         WHERE m.workspace_id = ? AND m.active = ? AND u.email_key = ?",
        [workspace.into(), true.into(), email_key.into()],
    );
    Ok(conn.row(&statement, |row| row.text(0))?.is_some())
}

/// The open invitations, the newest first; for those with the right to members.
pub(super) fn list(
    conn: &mut Conn,
    access: &Access,
    now: DateTime<Utc>,
) -> Result<Vec<InvitationView>> {
    if !access.may(Action::Members) {
        return Err(Refusal::Forbidden);
    }
    let statement = sql(
        "SELECT id, email, role, team_id, invited_by, created_at, expires_at FROM invitations \
         WHERE workspace_id = ? AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ? ORDER BY id DESC",
        [access.workspace_id.into(), now.into()],
    );
    Ok(conn.rows(&statement, |row| {
        Ok(InvitationView {
            id: row.id(0)?,
            email: row.text(1)?,
            role: role(&row.text(2)?)?,
            team_id: row.opt_id(3)?,
            invited_by: row.id(4)?,
            created_at: row.at(5)?,
            expires_at: row.at(6)?,
        })
    })?)
}

/// Makes a link useless; [`Refusal::NotFound`] when it is so already.
pub(super) fn revoke(conn: &mut Conn, access: &Access, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    if !access.may(Action::Members) {
        return Err(Refusal::Forbidden);
    }
    let revoked = conn.execute(&sql(
        "UPDATE invitations SET revoked_at = ? WHERE workspace_id = ? AND id = ? AND accepted_at IS NULL AND revoked_at IS NULL",
        [now.into(), access.workspace_id.into(), id.into()],
    ))?;
    if revoked == 0 {
        return Err(Refusal::NotFound);
    }
    Entry::new(
        access.workspace_id,
        Some(access.user_id),
        "revoked",
        "invitation",
        id,
    )
    .write(conn, now)
}

/// What a link is about; [`Refusal::NotFound`] when it is not good (any more).
pub(super) fn preview(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Preview> {
    let statement = sql(
        "SELECT w.name, w.language, i.email, i.role, u.full_name, i.expires_at, a.id, r.name FROM invitations i \
         LEFT JOIN roles r ON r.workspace_id = i.workspace_id AND r.id = i.role \
         JOIN workspaces w ON w.id = i.workspace_id JOIN users u ON u.id = i.invited_by \
         LEFT JOIN users a ON a.email_key = i.email_key AND a.password_hash IS NOT NULL \
         WHERE i.workspace_id = ? AND i.token_hash = ? AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?",
        [token.workspace_id().into(), token.hash().into(), now.into()],
    );
    let found = conn.row(&statement, |row| {
        Ok(Preview {
            workspace_name: row.text(0)?,
            language: row.text(1)?,
            email: row.text(2)?,
            role: role(&row.text(3)?)?,
            role_name: row.opt_text(7)?,
            invited_by: row.text(4)?,
            expires_at: row.at(5)?,
            has_account: row.opt_text(6)?.is_some(),
        })
    })?;
    found.ok_or(Refusal::NotFound)
}

/// The open invitation of a link.
pub(super) fn open(conn: &mut Conn, token: &Secret, now: DateTime<Utc>) -> Result<Open> {
    let statement = sql(
        "SELECT id, email, email_key, role, team_id FROM invitations \
         WHERE workspace_id = ? AND token_hash = ? AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?",
        [token.workspace_id().into(), token.hash().into(), now.into()],
    );
    let found = conn.row(&statement, |row| {
        Ok(Open {
            id: row.id(0)?,
            address: Address {
                shown: row.text(1)?,
                key: row.text(2)?,
            },
            role: role(&row.text(3)?)?,
            team_id: row.opt_id(4)?,
        })
    })?;
    found.ok_or(Refusal::NotFound)
}

/// Makes `user` a member by the invitation and uses it up; [`Refusal::NotFound`] when somebody was faster.
pub(super) fn accept(
    conn: &mut Conn,
    workspace: Uuid,
    open: &Open,
    user: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    member::lock_workspace(conn, workspace)?;
    if is_member(conn, workspace, &open.address.key)? {
        return Err(Refusal::Conflict("already_member"));
    }
    place::rights_of(conn, workspace, open.role)?;
    person::join(conn, workspace, user, open.role, open.team_id, now)?;
    let used = conn.execute(&sql(
        "UPDATE invitations SET accepted_at = ?, accepted_by = ? \
         WHERE workspace_id = ? AND id = ? AND accepted_at IS NULL AND revoked_at IS NULL",
        [now.into(), user.into(), workspace.into(), open.id.into()],
    ))?;
    if used == 0 {
        return Err(Refusal::NotFound);
    }
    Entry::new(workspace, Some(user), "accepted", "invitation", open.id).write(conn, now)
}
