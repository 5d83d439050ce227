//! What every active member may do, found with a few statements however many they are.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{identity::access::Access, text::sort_key};
use relasi_persistence::Conn;
use uuid::Uuid;

use super::{
    place::{self, STANDING_COLUMNS as AFTER},
    sql,
};
use crate::Result;

/// A member with their access, without the fields that the workspace has added.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    pub(crate) name: String,
    pub(crate) role: Option<String>,
    pub(crate) access: Access,
}

/// All active members by name.
pub(crate) fn everybody(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Somebody>> {
    let statement = sql(
        "SELECT m.id, m.role, p.role_id, m.team_id, r.rights, m.user_id, u.full_name, r.name FROM memberships m \
         JOIN users u ON u.id = m.user_id \
         LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
         LEFT JOIN roles r ON r.workspace_id = p.workspace_id AND r.id = p.role_id \
         WHERE m.workspace_id = ? AND m.active = ?",
        [workspace.into(), true.into()],
    );
    let rows = conn.rows(&statement, |row| {
        let person = (
            row.id(AFTER)?,
            row.text(AFTER + 1)?,
            row.opt_text(AFTER + 2)?,
        );
        Ok((place::standing(row)?, person))
    })?;
    let mut teams = place::all_more_teams(conn, workspace)?;
    let tree = Tree::read(conn, workspace)?;
    let mut all = Vec::with_capacity(rows.len());
    for (standing, (user, name, role)) in rows {
        let membership = standing.membership();
        let more = teams.remove(&membership).unwrap_or_default();
        let access = place::access_of(workspace, user, standing, more)?;
        let access = access.with_reports(tree.below(membership));
        all.push(Somebody { name, role, access });
    }
    all.sort_by_cached_key(|one| (sort_key(&one.name), one.access.membership_id));
    Ok(all)
}

/// Who reports to whom, the deactivated included: their people are still below those above them.
struct Tree {
    /// Memberships by the one that they report to.
    under: BTreeMap<Uuid, Vec<Uuid>>,
    users: BTreeMap<Uuid, Uuid>,
}

impl Tree {
    fn read(conn: &mut Conn, workspace: Uuid) -> Result<Self> {
        let statement = sql(
            "SELECT m.id, m.user_id, p.manager_id FROM memberships m \
             JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
             WHERE m.workspace_id = ? AND p.manager_id IS NOT NULL",
            [workspace.into()],
        );
        let mut tree = Self {
            under: BTreeMap::new(),
            users: BTreeMap::new(),
        };
        let rows = conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?, row.id(2)?)))?;
        for (membership, user, manager) in rows {
            tree.under.entry(manager).or_default().push(membership);
            tree.users.insert(membership, user);
        }
        Ok(tree)
    }

    /// The people who report to a member, directly or further.
    fn below(&self, membership: Uuid) -> Vec<Uuid> {
        let mut seen = BTreeSet::new();
        let mut open = vec![membership];
        while let Some(next) = open.pop() {
            let under = self.under.get(&next).into_iter().flatten();
            open.extend(under.filter(|one| seen.insert(**one)));
        }
        seen.iter()
            .filter_map(|one| self.users.get(one).copied())
            .collect()
    }
}
