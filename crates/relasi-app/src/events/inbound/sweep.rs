//! Requests are kept for 30 days, as deliveries are.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Database, Statement};
use uuid::Uuid;

use super::super::KEPT;
use crate::{audit::first_id_before, refusal::Result};

/// Rows removed in one transaction.
const BATCH: u32 = 1_000;

/// Removes what is over, some in each transaction; what still waits as well.
pub async fn sweep(database: &Database, now: DateTime<Utc>) -> Result<()> {
    let before = first_id_before(now - KEPT);
    for hook in database.across().read(hooks).await? {
        let some = move |conn: &mut Conn| remove(conn, hook, before);
        while database.across().write(some).await? {}
    }
    Ok(())
}

fn hooks(conn: &mut Conn) -> Result<Vec<(Uuid, Uuid)>> {
    let all = Statement::new("SELECT workspace_id, id FROM inbound_hooks");
    Ok(conn.rows(&all, |row| Ok((row.id(0)?, row.id(1)?)))?)
}

/// Whether there may be more to remove.
fn remove(conn: &mut Conn, (workspace, hook): (Uuid, Uuid), before: Uuid) -> Result<bool> {
    let own = |statement: &mut Statement| {
        statement.push(" WHERE workspace_id = ").bind(workspace);
        statement.push(" AND hook_id = ").bind(hook);
    };
    let mut statement = Statement::new("DELETE FROM inbound_requests");
    own(&mut statement);
    statement.push(" AND id IN (SELECT id FROM inbound_requests");
    own(&mut statement);
    statement.push(" AND id < ").bind(before);
    statement.push(" ORDER BY id").limit(BATCH).push(")");
    Ok(conn.execute(&statement)? == BATCH as usize)
}
