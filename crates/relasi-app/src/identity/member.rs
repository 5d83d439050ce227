//! Members of a workspace: their roles, their teams, and their end.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Fault,
    identity::{
        access::{Access, Action},
        role::Role,
    },
};
use relasi_persistence::Conn;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::{Stored, audit::Entry, principal, same_version, session, sql};
use crate::{Refusal, Result};

/// A member as all members see one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberView {
    /// The membership.
    pub id: Uuid,
    /// The person; records name their owner by it.
    pub user_id: Uuid,
    /// The name.
    pub full_name: String,
    /// The address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// The team.
    pub team_id: Option<Uuid>,
    /// False once deactivated.
    pub active: bool,
    /// Last sign-in or refresh.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Since when a member.
    pub created_at: DateTime<Utc>,
    /// Counts up on every change.
    pub version: i64,
}

/// Changes of a member; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemberPatch {
    /// Another role.
    pub role: Option<Role>,
    /// Another team; `null` for none.
    pub team_id: TeamChange,
    /// False deactivates and ends every session, true brings back.
    pub active: Option<bool>,
}

/// Another team, no team, or nothing said about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TeamChange {
    /// Left out: as it was.
    #[default]
    Keep,
    /// Given: this one, or none for `null`.
    To(Option<Uuid>),
}

impl<'de> Deserialize<'de> for TeamChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::To)
    }
}

const COLUMNS: &str = "SELECT m.id, m.user_id, u.full_name, u.email, m.role, m.team_id, m.active, m.last_seen_at, \
     m.created_at, m.version FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ";

fn read(row: &relasi_persistence::Row<'_>) -> Stored<MemberView> {
    Ok(MemberView {
        id: row.id(0)?,
        user_id: row.id(1)?,
        full_name: row.text(2)?,
        email: row.text(3)?,
        role: principal::role(&row.text(4)?)?,
        team_id: row.opt_id(5)?,
        active: row.bool(6)?,
        last_seen_at: row.opt_at(7)?,
        created_at: row.at(8)?,
        version: row.int(9)?,
    })
}

/// Everybody in the workspace, the deactivated too, by name.
pub(super) fn list(conn: &mut Conn, access: &Access) -> Result<Vec<MemberView>> {
    let mut statement = relasi_persistence::Statement::new(COLUMNS);
    statement.bind(access.workspace_id);
    let mut members = conn.rows(&statement, read)?;
    members
        .sort_by_cached_key(|member| (relasi_domain::text::sort_key(&member.full_name), member.id));
    Ok(members)
}

/// One member by the id of the membership.
pub(super) fn find(conn: &mut Conn, access: &Access, id: Uuid) -> Result<MemberView> {
    let mut statement = relasi_persistence::Statement::new(COLUMNS);
    statement
        .bind(access.workspace_id)
        .push(" AND m.id = ")
        .bind(id);
    conn.row(&statement, read)?.ok_or(Refusal::NotFound)
}

/// Changes a member.
///
/// Only those with the right to members may, only owners touch owners, and one active owner must remain. Whoever is
/// deactivated is signed out everywhere in this workspace.
pub(super) fn update(
    conn: &mut Conn,
    access: &Access,
    id: Uuid,
    patch: &MemberPatch,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<MemberView> {
    if !access.may(Action::Members) {
        return Err(Refusal::Forbidden);
    }
    lock_workspace(conn, access.workspace_id)?;
    let old = find(conn, access, id)?;
    same_version(version, old.version, &old)?;
    let mut new = old.clone();
    new.role = patch.role.unwrap_or(old.role);
    if let TeamChange::To(team) = patch.team_id {
        new.team_id = team;
    }
    new.active = patch.active.unwrap_or(old.active);
    if new == old {
        return Ok(old);
    }
    if !access.role.may_assign(old.role) || !access.role.may_assign(new.role) {
        return Err(Refusal::Forbidden);
    }
    if new.team_id != old.team_id {
        check_team(conn, access.workspace_id, new.team_id)?;
    }
    if old.role == Role::Owner && old.active && (new.role != Role::Owner || !new.active) {
        another_owner(conn, access.workspace_id, id)?;
    }
    new.version += 1;
    save(conn, access.workspace_id, &new, now)?;
    if !new.active {
        session::end_in_workspace(
            conn,
            access.workspace_id,
            new.user_id,
            None,
            "deactivated",
            now,
        )?;
    }
    Entry::new(
        access.workspace_id,
        Some(access.user_id),
        "updated",
        "member",
        id,
    )
    .change("role", old.role.code(), new.role.code())
    .change(
        "team_id",
        old.team_id.map(|t| t.to_string()),
        new.team_id.map(|t| t.to_string()),
    )
    .change("active", old.active, new.active)
    .write(conn, now)?;
    Ok(new)
}

fn save(conn: &mut Conn, workspace: Uuid, member: &MemberView, now: DateTime<Utc>) -> Result<()> {
    conn.execute(&sql(
        "UPDATE memberships SET role = ?, team_id = ?, active = ?, updated_at = ?, version = ? WHERE workspace_id = ? AND id = ?",
        [
            member.role.code().into(),
            member.team_id.into(),
            member.active.into(),
            now.into(),
            member.version.into(),
            workspace.into(),
            member.id.into(),
        ],
    ))?;
    Ok(())
}

/// Deactivates a member and ends every session there, for the command line.
pub(super) fn deactivate(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    conn.execute(&sql(
        "UPDATE memberships SET active = ?, updated_at = ?, version = version + 1 WHERE workspace_id = ? AND id = ?",
        [false.into(), now.into(), workspace.into(), id.into()],
    ))?;
    session::end_in_workspace(conn, workspace, user, None, "deactivated", now)?;
    Entry::new(workspace, None, "updated", "member", id)
        .change("active", true, false)
        .write(conn, now)
}

/// Lets changes of members of one workspace happen one after the other, or two owners could step down at once.
pub(super) fn lock_workspace(conn: &mut Conn, workspace: Uuid) -> Result<()> {
    conn.execute(&sql(
        "UPDATE workspaces SET version = version WHERE id = ?",
        [workspace.into()],
    ))?;
    Ok(())
}

/// [`Refusal::Conflict`] when nobody but the member `id` is an active owner.
pub(super) fn another_owner(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<()> {
    let statement = sql(
        "SELECT COUNT(*) FROM memberships WHERE workspace_id = ? AND role = ? AND active = ? AND id <> ?",
        [
            workspace.into(),
            Role::Owner.code().into(),
            true.into(),
            id.into(),
        ],
    );
    match conn.row(&statement, |row| row.int(0))? {
        Some(others) if others > 0 => Ok(()),
        _ => Err(Refusal::Conflict("last_owner")),
    }
}

/// A fault at `/team_id` when the workspace has no such living team.
pub(super) fn check_team(conn: &mut Conn, workspace: Uuid, team: Option<Uuid>) -> Result<()> {
    let Some(team) = team else { return Ok(()) };
    let statement = sql(
        "SELECT id FROM teams WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL",
        [workspace.into(), team.into()],
    );
    if conn.row(&statement, |row| row.text(0))?.is_none() {
        return Err(Fault::field("team_id", "no_such_record").into());
    }
    Ok(())
}
