//! Members of a workspace: their roles, their teams, and their end.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Fault,
    identity::{
        access::{Access, Action},
        role::{MemberRole, Role},
    },
};
use relasi_persistence::Conn;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::{Stored, audit::Entry, place, same_version, session, sql};
use crate::{Refusal, Result, marketing::booking};

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
    /// The role: a built-in one, or one of the workspace's own.
    pub role: MemberRole,
    /// The team that new records of the member go to.
    pub team_id: Option<Uuid>,
    /// Further teams.
    pub more_team_ids: Vec<Uuid>,
    /// The membership that this one reports to.
    pub manager_id: Option<Uuid>,
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
    pub role: Option<MemberRole>,
    /// Another team; `null` for none.
    pub team_id: Other,
    /// All further teams.
    pub more_team_ids: Option<Vec<Uuid>>,
    /// Somebody else to report to, by the membership; `null` for nobody.
    pub manager_id: Other,
    /// False deactivates and ends every session, true brings back.
    pub active: Option<bool>,
}

/// Another one, none, or nothing said about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Other {
    /// Left out: as it was.
    #[default]
    Keep,
    /// Given: this one, or none for `null`.
    To(Option<Uuid>),
}

impl<'de> Deserialize<'de> for Other {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::To)
    }
}

impl Other {
    fn or(self, old: Option<Uuid>) -> Option<Uuid> {
        match self {
            Self::Keep => old,
            Self::To(new) => new,
        }
    }
}

const COLUMNS: &str = "SELECT m.id, m.user_id, u.full_name, u.email, m.role, m.team_id, m.active, m.last_seen_at, \
     m.created_at, m.version, p.role_id, p.manager_id FROM memberships m JOIN users u ON u.id = m.user_id \
     LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id WHERE m.workspace_id = ";

fn read(row: &relasi_persistence::Row<'_>) -> Stored<MemberView> {
    Ok(MemberView {
        id: row.id(0)?,
        user_id: row.id(1)?,
        full_name: row.text(2)?,
        email: row.text(3)?,
        role: place::role(&row.text(4)?, row.opt_id(10)?)?,
        team_id: row.opt_id(5)?,
        more_team_ids: Vec::new(),
        manager_id: row.opt_id(11)?,
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
    let mut teams = place::all_more_teams(conn, access.workspace_id)?;
    for member in &mut members {
        member.more_team_ids = teams.remove(&member.id).unwrap_or_default();
    }
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
    let mut member = conn.row(&statement, read)?.ok_or(Refusal::NotFound)?;
    member.more_team_ids = place::more_teams(conn, access.workspace_id, id)?;
    Ok(member)
}

/// Changes a member.
///
/// Only those with the right to members may, nobody gives or takes rights that they don't have, only owners touch owners,
/// and one active owner must remain. Whoever is deactivated is signed out everywhere in this workspace.
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
    let mut new = patched(&old, patch);
    if new == old {
        return Ok(old);
    }
    check(conn, access, &old, &new)?;
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
        booking::left(conn, access.workspace_id, new.user_id, now)?;
    }
    audit(access, &old, &new).write(conn, now)?;
    Ok(new)
}

fn patched(old: &MemberView, patch: &MemberPatch) -> MemberView {
    let mut new = old.clone();
    new.role = patch.role.unwrap_or(old.role);
    new.team_id = patch.team_id.or(old.team_id);
    new.manager_id = patch.manager_id.or(old.manager_id);
    if let Some(more) = &patch.more_team_ids {
        new.more_team_ids.clone_from(more);
    }
    new.more_team_ids.sort_unstable();
    new.more_team_ids.dedup();
    new.more_team_ids.retain(|team| Some(*team) != new.team_id);
    new.active = patch.active.unwrap_or(old.active);
    new
}

/// Whether the one may become the other by whoever has this access.
fn check(conn: &mut Conn, access: &Access, old: &MemberView, new: &MemberView) -> Result<()> {
    let workspace = access.workspace_id;
    for role in [old.role, new.role] {
        let rights = place::rights_of(conn, workspace, role)?;
        if !access.may_give(role, &rights) {
            return Err(Refusal::Forbidden);
        }
    }
    let teams = |member: &MemberView| (member.team_id, member.more_team_ids.clone());
    let own_teams = new.id == access.membership_id && teams(new) != teams(old);
    let own_reports =
        new.manager_id == Some(access.membership_id) && new.manager_id != old.manager_id;
    // Who sees only some records could see more by it.
    if (own_teams || own_reports) && !access.sees_everything() {
        return Err(Refusal::Forbidden);
    }
    if new.team_id != old.team_id {
        check_team(conn, workspace, new.team_id)?;
    }
    if new.more_team_ids != old.more_team_ids {
        check_more_teams(conn, workspace, &new.more_team_ids)?;
    }
    if let Some(manager) = new.manager_id.filter(|_| new.manager_id != old.manager_id) {
        place::check_manager(conn, workspace, new.id, manager)?;
    }
    let owner = MemberRole::Built(Role::Owner);
    if old.role == owner && old.active && (new.role != owner || !new.active) {
        another_owner(conn, workspace, new.id)?;
    }
    Ok(())
}

fn audit(access: &Access, old: &MemberView, new: &MemberView) -> Entry {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string());
    let texts = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>();
    Entry::new(
        access.workspace_id,
        Some(access.user_id),
        "updated",
        "member",
        new.id,
    )
    .change("role", old.role.to_string(), new.role.to_string())
    .change("team_id", text(old.team_id), text(new.team_id))
    .change(
        "more_team_ids",
        texts(&old.more_team_ids),
        texts(&new.more_team_ids),
    )
    .change("manager_id", text(old.manager_id), text(new.manager_id))
    .change("active", old.active, new.active)
}

fn save(conn: &mut Conn, workspace: Uuid, member: &MemberView, now: DateTime<Utc>) -> Result<()> {
    conn.execute(&sql(
        "UPDATE memberships SET role = ?, team_id = ?, active = ?, updated_at = ?, version = ? WHERE workspace_id = ? AND id = ?",
        [
            place::code(member.role).into(),
            member.team_id.into(),
            member.active.into(),
            now.into(),
            member.version.into(),
            workspace.into(),
            member.id.into(),
        ],
    ))?;
    place::put(conn, workspace, member.id, member.manager_id, member.role)?;
    place::put_teams(conn, workspace, member.id, &member.more_team_ids)
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
    booking::left(conn, workspace, user, now)?;
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
    match team {
        Some(team) if !is_team(conn, workspace, team)? => {
            Err(Fault::field("team_id", "no_such_record").into())
        }
        _ => Ok(()),
    }
}

/// The most further teams of one member.
const MOST_TEAMS: usize = 1_000;

fn check_more_teams(conn: &mut Conn, workspace: Uuid, teams: &[Uuid]) -> Result<()> {
    if teams.len() > MOST_TEAMS {
        return Err(Fault::field("more_team_ids", "too_many")
            .with("max", MOST_TEAMS)
            .into());
    }
    for (place, team) in teams.iter().enumerate() {
        if !is_team(conn, workspace, *team)? {
            return Err(Fault::at(format!("/more_team_ids/{place}"), "no_such_record").into());
        }
    }
    Ok(())
}

fn is_team(conn: &mut Conn, workspace: Uuid, team: Uuid) -> Result<bool> {
    let statement = sql(
        "SELECT id FROM teams WHERE workspace_id = ? AND id = ? AND deleted_at IS NULL",
        [workspace.into(), team.into()],
    );
    Ok(conn.row(&statement, |row| row.text(0))?.is_some())
}
