//! Audit entries of changes to people, members, sessions and the workspace.

use chrono::{DateTime, Utc};
use relasi_persistence::Conn;
use serde_json::{Value, json};
use uuid::Uuid;

use super::sql;
use crate::Result;

/// One entry in the making.
pub(super) struct Entry {
    workspace: Uuid,
    actor: Option<Uuid>,
    action: &'static str,
    object: &'static str,
    record: Uuid,
    changes: Vec<Value>,
}

impl Entry {
    /// `actor` did `action` to the `object` of the id `record`; no actor stands for the product or the command line.
    pub(super) fn new(
        workspace: Uuid,
        actor: Option<Uuid>,
        action: &'static str,
        object: &'static str,
        record: Uuid,
    ) -> Self {
        Self {
            workspace,
            actor,
            action,
            object,
            record,
            changes: Vec::new(),
        }
    }

    /// Adds a field whose value became another one; equal values are left out.
    pub(super) fn change(
        mut self,
        field: &str,
        old: impl Into<Value>,
        new: impl Into<Value>,
    ) -> Self {
        let (old, new) = (old.into(), new.into());
        if old != new {
            self.changes
                .push(json!({"field": field, "old": old, "new": new}));
        }
        self
    }

    /// Writes it, in the transaction of the change.
    pub(super) fn write(self, conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
        conn.execute(&sql(
            "INSERT INTO audit_entries (workspace_id, id, at, action, object, record_id, actor_id, changes) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self.workspace.into(),
                Uuid::now_v7().into(),
                now.into(),
                self.action.into(),
                self.object.into(),
                self.record.into(),
                self.actor.into(),
                Value::Array(self.changes).to_string().into(),
            ],
        ))?;
        Ok(())
    }
}
