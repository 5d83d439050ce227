//! The workspaces of one person, and the way from one into another.

use chrono::{DateTime, Utc};
use relasi_domain::{identity::role::MemberRole, text::sort_key};
use relasi_persistence::Conn;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Client, Identity, Principal, SignedIn,
    audit::Entry,
    place, principal,
    session::{self, Place},
    sql,
};
use crate::{Refusal, Result};

/// A workspace as one of its members sees it from anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnWorkspace {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What the person is there.
    pub role: MemberRole,
    /// Its name, where the workspace made it.
    pub role_name: Option<String>,
    /// The workspace of the request itself.
    pub current: bool,
}

impl Identity {
    /// The workspaces in which who asks is an active member, by name.
    pub async fn workspaces(&self, principal: &Principal) -> Result<Vec<OwnWorkspace>> {
        let (user, current) = (principal.access.user_id, principal.access.workspace_id);
        let mut all = self
            .db
            .across()
            .read_short(move |conn| list(conn, user, current))
            .await?;
        // Who lets people into one workspace does not learn by it where else they work.
        all.retain(|one| one.current || !principal.by_provider);
        Ok(all)
    }

    /// Ends the session of who asks and opens one in another workspace, which ends no later than the one before would
    /// have: nobody has proved anew who it is. [`Refusal::NotFound`] where the person is no active member,
    /// [`Refusal::Barred`] from a session that the workspace's own service has opened.
    pub async fn switch(
        &self,
        principal: &Principal,
        workspace: Uuid,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<SignedIn> {
        if principal.by_provider {
            return Err(Refusal::Barred("provider_session_stays"));
        }
        let user = principal.access.user_id;
        let (former, session) = (principal.access.workspace_id, principal.session_id);
        let work = move |conn: &mut Conn| {
            principal::access_of(conn, workspace, user)?.ok_or(Refusal::NotFound)?;
            let until = session::leave(conn, former, session, now)?;
            let until = until.ok_or(Refusal::Unauthorized)?;
            // Neither workspace learns which the other one is.
            Entry::new(former, Some(user), "signed_out", "user", user).write(conn, now)?;
            Entry::new(workspace, Some(user), "signed_in", "user", user).write(conn, now)?;
            Ok(Place {
                workspace,
                user,
                until,
                by_provider: false,
            })
        };
        self.go_on(work, client, now).await
    }
}

fn list(conn: &mut Conn, user: Uuid, current: Uuid) -> Result<Vec<OwnWorkspace>> {
    let statement = sql(
        "SELECT w.id, w.name, m.role, p.role_id, r.name FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
         LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
         LEFT JOIN roles r ON r.workspace_id = p.workspace_id AND r.id = p.role_id \
         WHERE m.user_id = ? AND m.active = ?",
        [user.into(), true.into()],
    );
    let mut found = conn.rows(&statement, |row| {
        let id = row.id(0)?;
        Ok(OwnWorkspace {
            id,
            name: row.text(1)?,
            role: place::role(&row.text(2)?, row.opt_id(3)?)?,
            role_name: row.opt_text(4)?,
            current: id == current,
        })
    })?;
    found.sort_by_cached_key(|workspace| (sort_key(&workspace.name), workspace.id));
    Ok(found)
}
