//! What people are told of by e-mail when it happens to their accounts.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::{access::Access, email::Address};
use relasi_persistence::Conn;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    invitation,
    person::{self, Reader},
    sql,
};
use crate::{
    Refusal, Result,
    platform::mail::{Letter, Post, Purpose},
};

/// For how long it makes sense to tell of it.
const NEWS: TimeDelta = TimeDelta::days(3);

/// Tells somebody at her own address.
pub(crate) fn send(
    conn: &mut Conn,
    post: &Post,
    (workspace, user): (Uuid, Uuid),
    purpose: Purpose,
    values: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    if !post.is_open() {
        return Ok(());
    }
    let reader = person::reader(conn, user)?;
    let to = reader.email.clone();
    send_to(
        conn,
        post,
        workspace,
        (&reader, &to),
        (purpose, values, NEWS),
        now,
    )
}

/// Writes to somebody at an address, by name and in her language.
pub(super) fn send_to(
    conn: &mut Conn,
    post: &Post,
    workspace: Uuid,
    (reader, to): (&Reader, &str),
    (purpose, mut values, good_for): (Purpose, Value, TimeDelta),
    now: DateTime<Utc>,
) -> Result<()> {
    values["name"] = reader.full_name.clone().into();
    let letter = Letter {
        purpose,
        to,
        language: &reader.language,
        values,
        good_for,
    };
    post.write(conn, workspace, &letter, now)?;
    Ok(())
}

/// Writes to who is invited: in her own language where she has an account, or else in that of the workspace.
pub(super) fn invite(
    conn: &mut Conn,
    post: &Post,
    access: &Access,
    (address, path): (&Address, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    if !post.is_open() {
        return Ok(false);
    }
    let statement = sql(
        "SELECT w.name, COALESCE(a.language, w.language), u.full_name FROM workspaces w \
         JOIN users u ON u.id = ? LEFT JOIN users a ON a.email_key = ? WHERE w.id = ?",
        [
            access.user_id.into(),
            (&address.key).into(),
            access.workspace_id.into(),
        ],
    );
    let found = conn.row(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, row.text(2)?))
    })?;
    let (workspace, language, by) = found.ok_or(Refusal::NotFound)?;
    let letter = Letter {
        purpose: Purpose::Invitation,
        to: &address.shown,
        language: &language,
        values: json!({"workspace": workspace, "by": by, "link": post.link(path)}),
        good_for: invitation::LIFETIME,
    };
    let written = post.write(conn, access.workspace_id, &letter, now)?;
    Ok(written.is_some())
}
