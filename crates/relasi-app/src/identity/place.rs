//! Where a member stands in a workspace: role, teams, and whom they report to.

use std::collections::BTreeMap;

use relasi_domain::{
    fault::Fault,
    identity::{
        access::{Access, RecordScope, Rights},
        role::{MemberRole, Role},
    },
};
use relasi_persistence::{Conn, Row, StoreError};
use uuid::Uuid;

use super::{Stored, sql};
use crate::Result;

/// In the database, the role of a member whose role the workspace made.
const MADE: &str = "made";

/// What the row of a membership says of its rights.
pub(super) struct Standing {
    membership: Uuid,
    role: MemberRole,
    team: Option<Uuid>,
    rights: Option<String>,
}

impl Standing {
    pub(super) const fn membership(&self) -> Uuid {
        self.membership
    }
}

/// How many columns of a row [`standing`] reads.
pub(super) const STANDING_COLUMNS: usize = 5;

/// From the first columns of a row: membership, its role, the role of the workspace's own, main team, rights of that role.
pub(super) fn standing(row: &Row<'_>) -> Stored<Standing> {
    Ok(Standing {
        membership: row.id(0)?,
        role: role(&row.text(1)?, row.opt_id(2)?)?,
        team: row.opt_id(3)?,
        rights: row.opt_text(4)?,
    })
}

/// The role of a member, out of `memberships.role` and `member_places.role_id`.
pub(super) fn role(code: &str, made: Option<Uuid>) -> Stored<MemberRole> {
    let role = match made.filter(|_| code == MADE) {
        Some(id) => Some(MemberRole::Made(id)),
        None => Role::from_code(code).map(MemberRole::Built),
    };
    role.ok_or_else(|| StoreError::Other(format!("unknown role {code}")))
}

/// The rights of a stored role.
pub(super) fn rights(json: &str) -> Stored<Rights> {
    serde_json::from_str(json).map_err(|error| StoreError::Other(format!("rights: {error}")))
}

/// What a member may do.
pub(super) fn access(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    standing: Standing,
) -> Result<Access> {
    let membership = standing.membership;
    let more = more_teams(conn, workspace, membership)?;
    let access = access_of(workspace, user, standing, more)?;
    if access.rights().mentions(RecordScope::Tree) {
        let reports = reports(conn, workspace, membership)?;
        return Ok(access.with_reports(reports));
    }
    Ok(access)
}

/// The same without the people below, where the further teams are known.
pub(super) fn access_of(
    workspace: Uuid,
    user: Uuid,
    standing: Standing,
    more_teams: Vec<Uuid>,
) -> Result<Access> {
    let membership = standing.membership;
    let mut teams: Vec<Uuid> = standing.team.into_iter().collect();
    teams.extend(
        more_teams
            .into_iter()
            .filter(|team| Some(*team) != standing.team),
    );
    Ok(match standing.role {
        MemberRole::Built(role) => Access::new(workspace, user, membership, teams, role),
        MemberRole::Made(id) => {
            let rights = rights(standing.rights.as_deref().unwrap_or_default())?;
            Access::new(workspace, user, membership, teams, Role::ReadOnly).with_role(id, rights)
        }
    })
}

/// The teams of a member besides the main one.
pub(super) fn more_teams(conn: &mut Conn, workspace: Uuid, membership: Uuid) -> Result<Vec<Uuid>> {
    let statement = sql(
        "SELECT team_id FROM member_teams WHERE workspace_id = ? AND membership_id = ? ORDER BY team_id",
        [workspace.into(), membership.into()],
    );
    Ok(conn.rows(&statement, |row| row.id(0))?)
}

/// The teams of every member besides the main ones.
pub(super) fn all_more_teams(
    conn: &mut Conn,
    workspace: Uuid,
) -> Result<BTreeMap<Uuid, Vec<Uuid>>> {
    let statement = sql(
        "SELECT membership_id, team_id FROM member_teams WHERE workspace_id = ? ORDER BY membership_id, team_id",
        [workspace.into()],
    );
    let mut teams: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (membership, team) in conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))? {
        teams.entry(membership).or_default().push(team);
    }
    Ok(teams)
}

/// The people who report to a member, directly or further.
fn reports(conn: &mut Conn, workspace: Uuid, membership: Uuid) -> Result<Vec<Uuid>> {
    let statement = sql(
        "WITH RECURSIVE below (id) AS (SELECT p.membership_id FROM member_places p WHERE p.workspace_id = ? AND p.manager_id = ? \
         UNION SELECT p.membership_id FROM below b JOIN member_places p ON p.manager_id = b.id WHERE p.workspace_id = ?) \
         SELECT m.user_id FROM below b JOIN memberships m ON m.id = b.id WHERE m.workspace_id = ?",
        [
            workspace.into(),
            membership.into(),
            workspace.into(),
            workspace.into(),
        ],
    );
    Ok(conn.rows(&statement, |row| row.id(0))?)
}

/// A fault at `/manager_id` when that is nobody active here, or somebody who reports to the member, or the member.
pub(super) fn check_manager(
    conn: &mut Conn,
    workspace: Uuid,
    membership: Uuid,
    manager: Uuid,
) -> Result<()> {
    let statement = sql(
        "SELECT user_id FROM memberships WHERE workspace_id = ? AND id = ? AND active = ?",
        [workspace.into(), manager.into(), true.into()],
    );
    let Some(user) = conn.row(&statement, |row| row.id(0))? else {
        return Err(Fault::field("manager_id", "no_such_record").into());
    };
    if manager == membership || reports(conn, workspace, membership)?.contains(&user) {
        return Err(Fault::field("manager_id", "reports_in_a_circle").into());
    }
    Ok(())
}

/// What `memberships.role` says of a role.
pub(super) fn code(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Built(role) => role.code(),
        MemberRole::Made(_) => MADE,
    }
}

/// Stores whom a member reports to and which role of the workspace's own they have, if any.
pub(super) fn put(
    conn: &mut Conn,
    workspace: Uuid,
    membership: Uuid,
    manager: Option<Uuid>,
    role: MemberRole,
) -> Result<()> {
    let made = match role {
        MemberRole::Made(id) => Some(id),
        MemberRole::Built(_) => None,
    };
    if manager.is_none() && made.is_none() {
        conn.execute(&sql(
            "DELETE FROM member_places WHERE workspace_id = ? AND membership_id = ?",
            [workspace.into(), membership.into()],
        ))?;
        return Ok(());
    }
    conn.execute(&sql(
        "INSERT INTO member_places (workspace_id, membership_id, manager_id, role_id) VALUES (?, ?, ?, ?) \
         ON CONFLICT (workspace_id, membership_id) DO UPDATE SET manager_id = excluded.manager_id, role_id = excluded.role_id",
        [
            workspace.into(),
            membership.into(),
            manager.into(),
            made.into(),
        ],
    ))?;
    Ok(())
}

/// Stores the teams of a member besides the main one.
pub(super) fn put_teams(
    conn: &mut Conn,
    workspace: Uuid,
    membership: Uuid,
    teams: &[Uuid],
) -> Result<()> {
    conn.execute(&sql(
        "DELETE FROM member_teams WHERE workspace_id = ? AND membership_id = ?",
        [workspace.into(), membership.into()],
    ))?;
    for team in teams {
        conn.execute(&sql(
            "INSERT INTO member_teams (workspace_id, membership_id, team_id) VALUES (?, ?, ?)",
            [workspace.into(), membership.into(), team.into()],
        ))?;
    }
    Ok(())
}

/// What a role may do, built in or made by the workspace; a fault at `/role` when there is none of this id.
pub(super) fn rights_of(conn: &mut Conn, workspace: Uuid, role: MemberRole) -> Result<Rights> {
    let id = match role {
        MemberRole::Built(role) => return Ok(role.rights()),
        MemberRole::Made(id) => id,
    };
    let statement = sql(
        "SELECT rights FROM roles WHERE workspace_id = ? AND id = ?",
        [workspace.into(), id.into()],
    );
    let found = conn.row(&statement, |row| rights(&row.text(0)?))?;
    found.ok_or_else(|| Fault::field("role", "no_such_record").into())
}
