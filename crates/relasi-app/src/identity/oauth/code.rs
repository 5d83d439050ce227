//! Codes as rows.

use chrono::{DateTime, Utc};
use relasi_domain::identity::access::Action;
use relasi_persistence::Conn;
use uuid::Uuid;

use super::scopes_of;
use crate::{Result, identity::sql};

/// A code and what it was bound to.
pub(super) struct Code {
    pub(super) user: Uuid,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) scopes: Vec<Action>,
    pub(super) grant: Option<Uuid>,
}

/// A code that is good, or was.
pub(super) fn find_code(
    conn: &mut Conn,
    workspace: Uuid,
    app: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Code>> {
    let statement = sql(
        "SELECT user_id, redirect_uri, challenge, scopes, grant_id FROM oauth_codes \
         WHERE workspace_id = ? AND code_hash = ? AND app_id = ? AND (expires_at > ? OR used_at IS NOT NULL)",
        [workspace.into(), hash.into(), app.into(), now.into()],
    );
    Ok(conn.row(&statement, |row| {
        Ok(Code {
            user: row.id(0)?,
            redirect_uri: row.text(1)?,
            challenge: row.text(2)?,
            scopes: scopes_of(&row.text(3)?)?,
            grant: row.opt_id(4)?,
        })
    })?)
}
