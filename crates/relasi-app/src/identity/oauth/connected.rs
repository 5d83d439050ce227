//! The apps that a person has let in, and the end of it.

use chrono::{DateTime, Utc};
use relasi_domain::identity::access::{Access, Action};
use relasi_persistence::Conn;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::scopes_of;
use crate::{
    Refusal, Result,
    identity::{Identity, Principal, audit::Entry, sql},
};

/// An app as who let it in sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectedApp {
    /// The app.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Whether it may call now.
    pub active: bool,
    /// What it was let do, over all its connections.
    pub scopes: Vec<Action>,
    /// Since when.
    pub connected_at: DateTime<Utc>,
    /// When it last called, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From which address.
    pub last_used_ip: Option<String>,
}

pub(super) fn list(
    conn: &mut Conn,
    access: &Access,
    now: DateTime<Utc>,
) -> Result<Vec<ConnectedApp>> {
    let statement = sql(
        "SELECT a.id, a.name, a.active, g.scopes, g.created_at, g.last_used_at, g.last_used_ip FROM oauth_grants g \
         JOIN oauth_apps a ON a.workspace_id = g.workspace_id AND a.id = g.app_id \
         WHERE g.workspace_id = ? AND g.user_id = ? AND g.ended_at IS NULL AND g.expires_at > ? ORDER BY a.id DESC, g.id",
        [
            access.workspace_id.into(),
            access.user_id.into(),
            now.into(),
        ],
    );
    let connections = conn.rows(&statement, |row| {
        Ok(ConnectedApp {
            id: row.id(0)?,
            name: row.text(1)?,
            active: row.bool(2)?,
            scopes: scopes_of(&row.text(3)?)?,
            connected_at: row.at(4)?,
            last_used_at: row.opt_at(5)?,
            last_used_ip: row.opt_text(6)?,
        })
    })?;
    let mut apps: Vec<ConnectedApp> = Vec::new();
    for one in connections {
        match apps.last_mut().filter(|app| app.id == one.id) {
            None => apps.push(one),
            Some(app) => {
                let more = one
                    .scopes
                    .iter()
                    .filter(|scope| !app.scopes.contains(scope));
                let more: Vec<Action> = more.copied().collect();
                app.scopes.extend(more);
                if one.last_used_at > app.last_used_at {
                    app.last_used_at = one.last_used_at;
                    app.last_used_ip = one.last_used_ip;
                }
            }
        }
    }
    Ok(apps)
}

fn disconnect(conn: &mut Conn, access: &Access, app: Uuid, now: DateTime<Utc>) -> Result<()> {
    let (workspace, user) = (access.workspace_id, access.user_id);
    let known = list(conn, access, now)?;
    let known = known.into_iter().find(|one| one.id == app);
    let known = known.ok_or(Refusal::NotFound)?;
    conn.execute(&sql(
        "UPDATE oauth_grants SET ended_at = ?, end_reason = 'disconnected' \
         WHERE workspace_id = ? AND user_id = ? AND app_id = ? AND ended_at IS NULL",
        [now.into(), workspace.into(), user.into(), app.into()],
    ))?;
    conn.execute(&sql(
        "DELETE FROM oauth_codes WHERE workspace_id = ? AND user_id = ? AND app_id = ? AND used_at IS NULL",
        [workspace.into(), user.into(), app.into()],
    ))?;
    Entry::new(workspace, Some(user), "disconnected", "app", app)
        .change("name", known.name, json!(null))
        .write(conn, now)
}

impl Identity {
    /// The apps that who asks has let in here.
    pub async fn connected_apps(
        &self,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Vec<ConnectedApp>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| list(conn, &access, now))
            .await
    }

    /// Ends all of one's own connections with an app, at once.
    pub async fn disconnect_app(
        &self,
        principal: &Principal,
        app: Uuid,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| disconnect(conn, &access, app, now))
            .await?;
        self.principals.forget();
        Ok(())
    }
}
