//! Apps as they are listed, for those who may change settings.

use chrono::{DateTime, Utc};
use relasi_domain::identity::access::{Access, Action};
use relasi_persistence::{Conn, Row, Statement};
use serde::Serialize;
use uuid::Uuid;

use super::{client_id, scopes_of};
use crate::{Refusal, Result, identity::Stored};

/// An app as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppView {
    /// Its id.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// By what it names itself.
    pub client_id: String,
    /// What people know it by.
    pub name: String,
    /// It has a secret.
    pub confidential: bool,
    /// The last four characters of the secret.
    pub secret_hint: Option<String>,
    /// Where people are sent back to.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<Action>,
    /// It may ask and call.
    pub active: bool,
    /// How many people it is connected with.
    pub people: i64,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

const COLUMNS: &str = "SELECT a.id, a.version, a.name, a.confidential, a.secret_hint, a.redirect_uris, a.scopes, a.active, \
     a.created_at, a.created_by, a.updated_at, a.workspace_id, \
     (SELECT COUNT(DISTINCT g.user_id) FROM oauth_grants g WHERE g.workspace_id = a.workspace_id AND g.app_id = a.id \
     AND g.ended_at IS NULL AND g.expires_at > ";

fn select(access: &Access, now: DateTime<Utc>) -> Statement {
    let mut statement = Statement::new(COLUMNS);
    statement
        .bind(now)
        .push(") FROM oauth_apps a WHERE a.workspace_id = ")
        .bind(access.workspace_id);
    statement
}

fn read(row: &Row<'_>) -> Stored<AppView> {
    let id = row.id(0)?;
    Ok(AppView {
        id,
        version: row.int(1)?,
        client_id: client_id(row.id(11)?, id),
        name: row.text(2)?,
        confidential: row.bool(3)?,
        secret_hint: row.opt_text(4)?,
        redirect_uris: row.json(5)?,
        scopes: scopes_of(&row.text(6)?)?,
        active: row.bool(7)?,
        people: row.int(12)?,
        created_at: row.at(8)?,
        created_by: row.id(9)?,
        updated_at: row.at(10)?,
    })
}

pub(super) fn allowed(access: &Access) -> Result<()> {
    if access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

pub(super) fn list(conn: &mut Conn, access: &Access, now: DateTime<Utc>) -> Result<Vec<AppView>> {
    allowed(access)?;
    let mut statement = select(access, now);
    statement.push(" ORDER BY a.id DESC");
    Ok(conn.rows(&statement, read)?)
}

pub(super) fn find(
    conn: &mut Conn,
    access: &Access,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<AppView> {
    allowed(access)?;
    let mut statement = select(access, now);
    statement.push(" AND a.id = ").bind(id);
    conn.row(&statement, read)?.ok_or(Refusal::NotFound)
}
