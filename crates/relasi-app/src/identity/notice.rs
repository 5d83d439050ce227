//! What people are told of by e-mail when it happens to their accounts.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::Conn;
use serde_json::Value;
use uuid::Uuid;

use super::person::{self, Reader};
use crate::{
    Result,
    platform::mail::{Letter, Post, Purpose},
};

/// For how long it makes sense to tell of it.
const NEWS: TimeDelta = TimeDelta::days(3);

/// Tells somebody at her own address.
pub(super) fn send(
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
