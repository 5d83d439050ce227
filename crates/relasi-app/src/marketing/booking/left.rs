//! Somebody leaves who could be met.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Statement};
use serde_json::json;
use uuid::Uuid;

use super::row::{BookingPage, all};
use crate::{platform::notification, refusal::Result};

/// Tells those who own the workspace of the pages that take nothing any more now that this member has left.
pub(crate) fn left(conn: &mut Conn, workspace: Uuid, user: Uuid, now: DateTime<Utc>) -> Result<()> {
    let mut named = Statement::new("SELECT page_id FROM booking_page_hosts WHERE workspace_id = ");
    named.bind(workspace).push(" AND user_id = ").bind(user);
    let named: Vec<Uuid> = conn.rows(&named, |row| row.id(0))?;
    if named.is_empty() {
        return Ok(());
    }
    let empty = all(conn, workspace)?.into_iter();
    let empty = empty.filter(|page| page.active && page.nobody_left && named.contains(&page.id));
    let empty: Vec<BookingPage> = empty.collect();
    let mut owners =
        Statement::new("SELECT user_id FROM memberships WHERE role = 'owner' AND workspace_id = ");
    owners.bind(workspace).push(" AND active = ").bind(true);
    let owners: Vec<Uuid> = conn.rows(&owners, |row| row.id(0))?;
    for page in &empty {
        for owner in &owners {
            let about = Some(("booking_page", page.id));
            let data = json!({"title": page.name});
            let to = (workspace, *owner);
            notification::tell(conn, to, "booking_page_empty", about, &data, now.into())?;
        }
    }
    Ok(())
}
