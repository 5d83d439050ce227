//! Messages as those see them who may change the settings.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::access::Action;
use relasi_persistence::{Row, Statement, StoreError};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    Post,
    letter::Purpose,
    message::{self, Letter},
};
use crate::{Refusal, Result, audit, records::Work};

/// A message as the API shows it. What it says is not told: there are keys in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// What it is for: a code of [`Purpose`].
    pub purpose: String,
    /// To whom.
    pub recipient: String,
    /// `queued`, `sending`, `sent`, `failed`, `cancelled`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// Code of what went wrong last.
    pub last_error: Option<String>,
    /// What the mail server said to it.
    pub last_reply: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Whether it can be sent again.
    pub retryable: bool,
}

/// The mail account as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailState {
    /// Whether there is one.
    pub configured: bool,
    /// The sender.
    pub from: Option<String>,
    /// The mail server.
    pub server: Option<String>,
}

fn allowed(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// The mail account, for those who may change settings.
pub fn state(work: &Work<'_>, post: &Post) -> Result<MailState> {
    allowed(work)?;
    let account = post.0.as_ref().map(|office| &office.account);
    Ok(MailState {
        configured: account.is_some(),
        from: account.map(|account| account.from.to_string()),
        server: account.map(|account| account.server.clone()),
    })
}

const COLUMNS: &str = "id, purpose, recipient, state, attempts, last_error, last_reply, created_at, sent_at, \
    sealed, expires_at";

fn read(row: &Row<'_>, now: DateTime<Utc>) -> std::result::Result<Message, StoreError> {
    let state = row.text(3)?;
    let stopped = matches!(state.as_str(), "failed" | "cancelled");
    Ok(Message {
        id: row.id(0)?,
        purpose: row.text(1)?,
        recipient: row.text(2)?,
        attempts: row.int(4)?,
        last_error: row.opt_text(5)?,
        last_reply: row.opt_text(6)?,
        created_at: row.at(7)?,
        sent_at: row.opt_at(8)?,
        retryable: stopped && row.opt_text(9)?.is_some() && row.at(10)? > now,
        state,
    })
}

/// Messages from the newest on, those before `before` when it is given.
pub fn list(work: &mut Work<'_>, before: Option<Uuid>, limit: u32) -> Result<Vec<Message>> {
    allowed(work)?;
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM mail_messages WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    let now = work.now;
    Ok(work.conn.rows(&statement, |row| read(row, now))?)
}

fn find(work: &mut Work<'_>, id: Uuid) -> Result<Message> {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM mail_messages WHERE workspace_id = "
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    let now = work.now;
    let found = work.conn.row(&statement, |row| read(row, now))?;
    found.ok_or(Refusal::NotFound)
}

/// Tries a message again that was given up; a conflict while it is on its way, and when it is no longer good.
pub fn send_again(work: &mut Work<'_>, post: &Post, id: Uuid) -> Result<Message> {
    allowed(work)?;
    let message = find(work, id)?;
    if !post.is_open() {
        return Err(Refusal::Conflict("mail_off"));
    }
    if !message.retryable {
        return Err(Refusal::Conflict("mail_not_retryable"));
    }
    let workspace = work.access.workspace_id;
    let mut update = Statement::new(
        "UPDATE mail_messages SET state = 'queued' WHERE state IN ('failed', 'cancelled') AND workspace_id = ",
    );
    update.bind(workspace).push(" AND id = ").bind(id);
    if work.conn.execute(&update)? == 0 {
        return Err(Refusal::Conflict("mail_not_retryable"));
    }
    message::put_in(work.conn, workspace, id)?;
    audit::note(work, "sent_again", "mail_message", id, json!([]))?;
    find(work, id)
}

/// Writes to who asks, to see whether messages arrive.
pub fn send_test(
    work: &mut Work<'_>,
    post: &Post,
    (to, name, language): (&str, &str, &str),
) -> Result<Message> {
    allowed(work)?;
    let letter = Letter {
        purpose: Purpose::Test,
        to,
        language,
        values: json!({"name": name}),
        good_for: TimeDelta::hours(1),
    };
    let written = post.write(work.conn, work.access.workspace_id, &letter, work.now)?;
    let id = written.ok_or(Refusal::Conflict("mail_off"))?;
    audit::note(work, "test_sent", "mail_message", id, json!([]))?;
    find(work, id)
}
