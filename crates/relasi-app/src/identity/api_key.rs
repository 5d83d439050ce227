//! API keys: how programs call the API for a member, with a part of what the member may do.
//!
//! A key is the member's own: it never reaches further than its member does at that moment, and ends with the
//! membership. It is told once and kept as a hash.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action, RecordScope, Rights},
};
use relasi_persistence::{Conn, Row, Statement, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Identity, Principal, Stored, audit::Entry, key_log::Seen, person, principal, secret::Secret,
    sql,
};
use crate::{Refusal, Result};

/// What a key begins with, so that people and scanners of leaked secrets know one when they see it.
const PREFIX: &str = "rlk_";

/// So many open keys a member has at most.
const MOST: usize = 50;

/// A key is said to be used at most this often: each request would otherwise be a write.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// What a new key is to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// What it may do, as far as its member may.
    pub scopes: Vec<Action>,
    /// When it ends; never by itself when left out.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// For whom it calls.
    pub user_id: Uuid,
    /// What it may do, as far as its member may.
    pub scopes: Vec<Action>,
    /// Its last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From which address.
    pub last_used_ip: Option<String>,
}

/// A new key: the only time that it is told.
#[derive(Clone, Serialize)]
pub struct MadeKey {
    /// What is listed of it.
    #[serde(flatten)]
    pub key: KeyView,
    /// The key itself.
    pub token: String,
}

const COLUMNS: &str = "SELECT id, name, user_id, scopes, hint, created_at, expires_at, last_used_at, last_used_ip \
     FROM api_keys WHERE workspace_id = ";

fn read(row: &Row<'_>) -> Stored<KeyView> {
    Ok(KeyView {
        id: row.id(0)?,
        name: row.text(1)?,
        user_id: row.id(2)?,
        scopes: scopes(&row.text(3)?)?,
        hint: row.text(4)?,
        created_at: row.at(5)?,
        expires_at: row.opt_at(6)?,
        last_used_at: row.opt_at(7)?,
        last_used_ip: row.opt_text(8)?,
    })
}

fn scopes(text: &str) -> Stored<Vec<Action>> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Other(format!("scopes of a key: {error}")))
}

/// Whether somebody may see and end the keys of others.
fn may_manage(access: &Access) -> bool {
    access.may(Action::Members)
}

impl NewKey {
    fn check(&self, access: &Access, now: DateTime<Utc>) -> Result<()> {
        let mut faults = Faults::default();
        person::check_name("name", &self.name, &mut faults);
        if self.scopes.is_empty() {
            faults.push(Fault::field("scopes", "required"));
        }
        for (place, scope) in self.scopes.iter().enumerate() {
            if self.scopes[..place].contains(scope) {
                faults.push(Fault::at(format!("/scopes/{place}"), "named_twice"));
            } else if access.rights().reach(*scope) == RecordScope::None {
                faults.push(Fault::at(format!("/scopes/{place}"), "scope_beyond_own"));
            }
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            faults.push(Fault::field("expires_at", "in_the_past"));
        }
        Ok(faults.into_result()?)
    }
}

fn create(conn: &mut Conn, access: &Access, new: &NewKey, now: DateTime<Utc>) -> Result<MadeKey> {
    new.check(access, now)?;
    let (workspace, user) = (access.workspace_id, access.user_id);
    if list_of(conn, workspace, Some(user))?.len() >= MOST {
        return Err(Refusal::Conflict("too_many_keys"));
    }
    let (id, secret) = (Uuid::now_v7(), Secret::new(workspace));
    let token = format!("{PREFIX}{}", secret.reveal());
    let hint = token[token.len() - 4..].to_owned();
    let scopes = serde_json::json!(new.scopes).to_string();
    conn.execute(&sql(
        "INSERT INTO api_keys (workspace_id, id, user_id, name, token_hash, hint, scopes, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            id.into(),
            user.into(),
            new.name.trim().into(),
            secret.hash().into(),
            (&hint).into(),
            scopes.into(),
            now.into(),
            new.expires_at.into(),
        ],
    ))?;
    Entry::new(workspace, Some(user), "created", "api_key", id)
        .change("name", serde_json::Value::Null, new.name.trim())
        .write(conn, now)?;
    let key = find(conn, access, id)?;
    Ok(MadeKey { key, token })
}

/// An open key that somebody may know of.
pub(super) fn find(conn: &mut Conn, access: &Access, id: Uuid) -> Result<KeyView> {
    let mut statement = Statement::new(COLUMNS);
    statement
        .bind(access.workspace_id)
        .push(" AND id = ")
        .bind(id)
        .push(" AND revoked_at IS NULL");
    let found = conn.row(&statement, read)?;
    found
        .filter(|key| key.user_id == access.user_id || may_manage(access))
        .ok_or(Refusal::NotFound)
}

/// Keys that were not ended, the newest first: of one member, or of all.
fn list_of(conn: &mut Conn, workspace: Uuid, user: Option<Uuid>) -> Result<Vec<KeyView>> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace).push(" AND revoked_at IS NULL");
    if let Some(user) = user {
        statement.push(" AND user_id = ").bind(user);
    }
    statement.push(" ORDER BY id DESC");
    Ok(conn.rows(&statement, read)?)
}

fn revoke(conn: &mut Conn, access: &Access, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    let key = find(conn, access, id)?;
    let revoked = conn.execute(&sql(
        "UPDATE api_keys SET revoked_at = ? WHERE workspace_id = ? AND id = ? AND revoked_at IS NULL",
        [now.into(), access.workspace_id.into(), id.into()],
    ))?;
    if revoked == 0 {
        return Err(Refusal::NotFound);
    }
    Entry::new(
        access.workspace_id,
        Some(access.user_id),
        "revoked",
        "api_key",
        id,
    )
    .change("name", key.name, serde_json::Value::Null)
    .write(conn, now)
}

/// A key that is good, and whom it stands for.
pub(super) struct Held {
    /// The key.
    pub key: Uuid,
    /// The member, with what both the member and the key may.
    pub principal: Principal,
    /// When the key ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether its use was noted a moment ago.
    pub noted: bool,
}

/// The member behind a key, with what both the member and the key may; none when the key or the membership is over.
pub(super) fn principal_of(
    conn: &mut Conn,
    token: &Secret,
    ip: &str,
    now: DateTime<Utc>,
) -> Result<Option<Held>> {
    let workspace = token.workspace_id();
    let statement = sql(
        "SELECT id, user_id, scopes, expires_at, last_used_at, last_used_ip FROM api_keys \
         WHERE workspace_id = ? AND token_hash = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
        [workspace.into(), token.hash().into(), now.into()],
    );
    let found = conn.row(&statement, |row| {
        let used = row.opt_at(4)?;
        let known =
            used.is_some_and(|used| now - used < NOTED) && row.opt_text(5)?.as_deref() == Some(ip);
        Ok((
            row.id(0)?,
            row.id(1)?,
            scopes(&row.text(2)?)?,
            row.opt_at(3)?,
            known,
        ))
    })?;
    let Some((key, user, scopes, expires_at, noted)) = found else {
        return Ok(None);
    };
    let Some(mut principal) = principal::of_member(conn, workspace, user)? else {
        return Ok(None);
    };
    let rights = Rights::clone(principal.access.rights()).only(&scopes);
    principal.access = principal.access.with_rights(Arc::new(rights));
    principal.key_id = Some(key);
    Ok(Some(Held {
        key,
        principal,
        expires_at,
        noted,
    }))
}

/// Notes that a key was used.
pub(super) fn note_use(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    ip: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    conn.execute(&sql(
        "UPDATE api_keys SET last_used_at = ?, last_used_ip = ? WHERE workspace_id = ? AND id = ?",
        [now.into(), ip.into(), workspace.into(), id.into()],
    ))?;
    Ok(())
}

/// What of a token is the secret of a key; none for any other token.
pub(super) fn secret_in(token: &str) -> Option<&str> {
    token.strip_prefix(PREFIX)
}

impl Identity {
    /// Makes a key for who asks; the answer alone holds it.
    pub async fn create_key(
        &self,
        principal: &Principal,
        new: NewKey,
        now: DateTime<Utc>,
    ) -> Result<MadeKey> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| create(conn, &access, &new, now))
            .await
    }

    /// One's own keys; all of the workspace for those who manage members.
    pub async fn keys(&self, principal: &Principal) -> Result<Vec<KeyView>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| {
                let user = (!may_manage(&access)).then_some(access.user_id);
                list_of(conn, access.workspace_id, user)
            })
            .await
    }

    /// Ends a key at once.
    pub async fn revoke_key(
        &self,
        principal: &Principal,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| revoke(conn, &access, id, now))
            .await?;
        self.principals.forget();
        Ok(())
    }

    /// What a key was used for, newest first.
    pub async fn key_requests(
        &self,
        principal: &Principal,
        id: Uuid,
        before: Option<Uuid>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<Seen>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| {
                find(conn, &access, id)?;
                let of = super::key_log::Of::Key(id);
                super::key_log::list(conn, access.workspace_id, of, before, limit, now)
            })
            .await
    }
}
