//! How messages on their way stand.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Statement, StoreError};
use uuid::Uuid;

/// Says that a try begins.
pub(super) fn begin(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new(
        "UPDATE email_messages SET state = 'sending', attempts = attempts + 1 WHERE workspace_id = ",
    );
    statement.bind(workspace).push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}

/// Says that it has been handed over.
pub(super) fn sent(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new(
        "UPDATE email_messages SET state = 'sent', last_error = NULL, last_reply = NULL, sent_at = ",
    );
    statement
        .bind(now)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}

/// Says what went wrong, and where the message stands.
pub(super) fn stuck(
    conn: &mut Conn,
    (workspace, id): (Uuid, Uuid),
    state: &'static str,
    error: &str,
    reply: Option<&str>,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new("UPDATE email_messages SET state = ");
    statement.bind(state).push(", last_error = ").bind(error);
    if let Some(reply) = reply {
        statement.push(", last_reply = ").bind(reply);
    }
    statement.push(" WHERE state <> 'bounced'");
    if state != "bounced" {
        statement.push(" AND state <> 'sent'");
    }
    statement.push(" AND workspace_id = ").bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}
