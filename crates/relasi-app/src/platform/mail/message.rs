//! Messages as rows.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Database, Row as Found, Statement, StoreError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Office, Post, letter::Purpose};
use crate::{
    Refusal, Result,
    platform::{
        jobs::{self, NewJob},
        vault::{Row, Vault},
    },
};

/// How long messages are listed.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Tries before a message is given up: most of a day.
const TRIES: u32 = 30;

pub(super) const KIND: &str = "mail.send";

/// Something to write to somebody.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// The address.
    pub to: &'a str,
    /// The language of who reads it.
    pub language: &'a str,
    /// What its text names.
    pub values: Value,
    /// For how long it makes sense to send it.
    pub good_for: TimeDelta,
}

/// A message on its way.
pub(super) struct Waiting {
    pub(super) workspace: Uuid,
    pub(super) id: Uuid,
    pub(super) purpose: String,
    pub(super) recipient: String,
    pub(super) language: String,
    pub(super) sealed: Option<String>,
    pub(super) message_id: String,
    pub(super) state: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

const COLUMNS: &str = "workspace_id, id, purpose, recipient, language, sealed, message_id, state, created_at, expires_at";

impl Waiting {
    fn read(row: &Found<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            workspace: row.id(0)?,
            id: row.id(1)?,
            purpose: row.text(2)?,
            recipient: row.text(3)?,
            language: row.text(4)?,
            sealed: row.opt_text(5)?,
            message_id: row.text(6)?,
            state: row.text(7)?,
            created_at: row.at(8)?,
            expires_at: row.at(9)?,
        })
    }
}

fn place(workspace: Uuid, id: Uuid) -> Row {
    Row {
        column: "mail_messages.sealed",
        id,
        workspace,
    }
}

impl Office {
    /// What a message's text is made of.
    pub(super) fn open(&self, waiting: &Waiting) -> Option<Value> {
        let row = place(waiting.workspace, waiting.id);
        let text = self.vault.reveal(row, waiting.sealed.as_deref()?).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

impl Post {
    /// Writes a message in the caller's transaction; none where there is no mail account.
    pub fn write(
        &self,
        conn: &mut Conn,
        workspace: Uuid,
        letter: &Letter<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<Uuid>> {
        let Some(office) = &self.0 else {
            return Ok(None);
        };
        let id = Uuid::now_v7();
        let host = office.site.host_str().unwrap_or("localhost");
        let values = letter.values.to_string();
        let sealed = office.vault.seal(place(workspace, id), values.as_bytes());
        let mut insert = Statement::new(
            "INSERT INTO mail_messages (workspace_id, id, purpose, recipient, language, sealed, message_id, state, attempts, \
             created_at, expires_at) VALUES (",
        );
        insert.bind(workspace).push(", ").bind(id);
        insert.push(", ").bind(letter.purpose.code());
        insert.push(", ").bind(letter.to);
        insert.push(", ").bind(letter.language);
        insert.push(", ").bind(sealed);
        insert.push(", ").bind(format!("<{}@{host}>", id.simple()));
        insert.push(", 'queued', 0, ").bind(now);
        insert.push(", ").bind(now + letter.good_for).push(")");
        conn.execute(&insert)?;
        put_in(conn, workspace, id)?;
        Ok(Some(id))
    }
}

/// Puts the job in that sends a message.
pub(super) fn put_in(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<()> {
    let job = NewJob {
        dedupe_key: Some(id.to_string()),
        max_attempts: TRIES,
        ..NewJob::new(KIND, "mail", json!({"message": id}))
    };
    jobs::enqueue(conn, workspace, job)?;
    Ok(())
}

/// A message by its id.
pub(super) fn find(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
) -> std::result::Result<Option<Waiting>, StoreError> {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM mail_messages WHERE workspace_id = "
    ));
    statement.bind(workspace).push(" AND id = ").bind(id);
    conn.row(&statement, Waiting::read)
}

/// Says that a try begins.
pub(super) fn begin(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new(
        "UPDATE mail_messages SET state = 'sending', attempts = attempts + 1 WHERE workspace_id = ",
    );
    statement.bind(workspace).push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}

/// Says that it has been handed over; its text is forgotten.
pub(super) fn sent(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new(
        "UPDATE mail_messages SET state = 'sent', sealed = NULL, last_error = NULL, last_reply = NULL, sent_at = ",
    );
    statement
        .bind(now)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}

/// Says what went wrong, and whether it is tried again.
pub(super) fn stuck(
    conn: &mut Conn,
    (workspace, id): (Uuid, Uuid),
    state: &'static str,
    error: &str,
    reply: Option<&str>,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new("UPDATE mail_messages SET state = ");
    statement.bind(state).push(", last_error = ").bind(error);
    if let Some(reply) = reply {
        statement.push(", last_reply = ").bind(reply);
    }
    statement
        .push(" WHERE state <> 'sent' AND workspace_id = ")
        .bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}

/// Forgets texts that are no longer good, and messages that are old. Call it about hourly.
pub fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let mut texts = Statement::new(
        "UPDATE mail_messages SET sealed = NULL WHERE sealed IS NOT NULL AND expires_at < ",
    );
    texts.bind(now);
    conn.execute(&texts)?;
    let mut old = Statement::new("DELETE FROM mail_messages WHERE created_at < ");
    old.bind(now - KEPT);
    conn.execute(&old)?;
    Ok(())
}

/// Encrypts every text that waits with the newest key; how many there are.
pub fn reseal(database: &Database, vault: &Vault) -> Result<usize> {
    let vault = vault.clone();
    database.across().write_blocking(move |conn| {
        let all = Statement::new(format!(
            "SELECT {COLUMNS} FROM mail_messages WHERE sealed IS NOT NULL"
        ));
        let all = conn.rows(&all, Waiting::read)?;
        for waiting in &all {
            let row = place(waiting.workspace, waiting.id);
            let text = vault.reveal(row, waiting.sealed.as_deref().unwrap_or_default());
            let text = text.map_err(|error| {
                log::error!("the text of a message: {error}");
                Refusal::Conflict("secret_unreadable")
            })?;
            let mut update = Statement::new("UPDATE mail_messages SET sealed = ");
            update.bind(vault.seal(row, &text));
            update
                .push(" WHERE workspace_id = ")
                .bind(waiting.workspace);
            update.push(" AND id = ").bind(waiting.id);
            conn.execute(&update)?;
        }
        Ok(all.len())
    })
}
