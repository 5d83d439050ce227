//! Passkeys as they are stored.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Row};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{AuthenticationResult, Passkey};

use super::super::{Stored, sql};
use crate::{Refusal, Result};

/// The most passkeys of one person.
const MOST: usize = 20;

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PasskeyView {
    /// Its id.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The keys of somebody, with their ids.
pub(super) fn of(conn: &mut Conn, user: Uuid) -> Result<Vec<(Uuid, Passkey)>> {
    let statement = sql(
        "SELECT id, credential FROM passkeys WHERE user_id = ? ORDER BY id",
        [user.into()],
    );
    Ok(conn.rows(&statement, |row| Ok((row.id(0)?, row.json(1)?)))?)
}

/// How many somebody has.
pub(super) fn count(conn: &mut Conn, user: Uuid) -> Result<i64> {
    let statement = sql(
        "SELECT COUNT(*) FROM passkeys WHERE user_id = ?",
        [user.into()],
    );
    Ok(conn.row(&statement, |row| row.int(0))?.unwrap_or_default())
}

/// Stores a new key of somebody; each key belongs to one person.
pub(super) fn add(
    conn: &mut Conn,
    user: Uuid,
    name: &str,
    key: &Passkey,
    now: DateTime<Utc>,
) -> Result<PasskeyView> {
    if of(conn, user)?.len() >= MOST {
        return Err(Refusal::Conflict("too_many_passkeys"));
    }
    let id = Uuid::now_v7();
    let credential_id = json!(key.cred_id());
    let made = conn.execute(&sql(
        "INSERT INTO passkeys (user_id, id, credential_id, credential, name, created_at) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (credential_id) DO NOTHING",
        [
            user.into(),
            id.into(),
            credential_id.as_str().unwrap_or_default().into(),
            stored(key).into(),
            name.into(),
            now.into(),
        ],
    ))?;
    if made == 0 {
        return Err(Refusal::Conflict("already_exists"));
    }
    find(conn, user, id)
}

const COLUMNS: &str = "SELECT id, name, created_at, last_used_at FROM passkeys WHERE user_id = ?";

fn read(row: &Row<'_>) -> Stored<PasskeyView> {
    Ok(PasskeyView {
        id: row.id(0)?,
        name: row.text(1)?,
        created_at: row.at(2)?,
        last_used_at: row.opt_at(3)?,
    })
}

/// A key of somebody.
pub(super) fn find(conn: &mut Conn, user: Uuid, id: Uuid) -> Result<PasskeyView> {
    let all = list(conn, user)?;
    all.into_iter()
        .find(|key| key.id == id)
        .ok_or(Refusal::NotFound)
}

/// The keys of somebody, the oldest first.
pub(super) fn list(conn: &mut Conn, user: Uuid) -> Result<Vec<PasskeyView>> {
    let mut keys = conn.rows(&sql(COLUMNS, [user.into()]), read)?;
    keys.sort_by_key(|key| key.id);
    Ok(keys)
}

/// Calls one otherwise.
pub(super) fn rename(conn: &mut Conn, user: Uuid, id: Uuid, name: &str) -> Result<PasskeyView> {
    conn.execute(&sql(
        "UPDATE passkeys SET name = ? WHERE user_id = ? AND id = ?",
        [name.into(), user.into(), id.into()],
    ))?;
    find(conn, user, id)
}

/// Takes one away.
pub(super) fn remove(conn: &mut Conn, user: Uuid, id: Uuid) -> Result<()> {
    let gone = conn.execute(&sql(
        "DELETE FROM passkeys WHERE user_id = ? AND id = ?",
        [user.into(), id.into()],
    ))?;
    if gone == 0 {
        return Err(Refusal::NotFound);
    }
    Ok(())
}

/// Takes all away.
pub(super) fn remove_all(conn: &mut Conn, user: Uuid) -> Result<()> {
    conn.execute(&sql(
        "DELETE FROM passkeys WHERE user_id = ?",
        [user.into()],
    ))?;
    Ok(())
}

/// Notes that one was used, with its counter, where it has one.
pub(super) fn used(
    conn: &mut Conn,
    user: Uuid,
    id: Uuid,
    key: &mut Passkey,
    signed: &AuthenticationResult,
    now: DateTime<Utc>,
) -> Result<()> {
    key.update_credential(signed);
    conn.execute(&sql(
        "UPDATE passkeys SET credential = ?, last_used_at = ? WHERE user_id = ? AND id = ?",
        [stored(key).into(), now.into(), user.into(), id.into()],
    ))?;
    Ok(())
}

fn stored(key: &Passkey) -> String {
    json!(key).to_string()
}
