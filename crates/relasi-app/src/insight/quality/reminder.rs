//! The next review is due: who answered for the last one is told, once.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Statement};
use serde_json::json;

use crate::{platform::notification, refusal::Result};

/// Reminders of one go.
const MOST: u32 = 200;

/// Tells the owners of finished reviews whose next one is due; answers how many were told.
pub fn remind(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize> {
    let mut due = Statement::new(
        "SELECT workspace_id, id, owner_id, name, reaudit_date FROM quality_audits WHERE reminded_at IS NULL \
         AND reaudit_date IS NOT NULL AND reaudit_date <= ",
    );
    due.bind(now.date_naive())
        .push(" ORDER BY reaudit_date")
        .limit(MOST);
    let due = conn.rows(&due, |row| {
        Ok((
            row.id(0)?,
            row.id(1)?,
            row.id(2)?,
            row.text(3)?,
            row.text(4)?,
        ))
    })?;
    for (workspace, id, owner, name, day) in &due {
        let data = json!({"title": name, "day": day});
        let about = Some(("quality_audit", *id));
        notification::tell(
            conn,
            (*workspace, *owner),
            "quality_audit_due",
            about,
            &data,
            now.into(),
        )?;
        let mut told = Statement::new("UPDATE quality_audits SET reminded_at = ");
        told.bind(now)
            .push(" WHERE workspace_id = ")
            .bind(*workspace);
        told.push(" AND id = ").bind(*id);
        conn.execute(&told)?;
    }
    Ok(due.len())
}
