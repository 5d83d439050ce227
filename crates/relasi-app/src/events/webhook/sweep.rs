//! Deliveries are kept as long as the events that they are of.

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
    for endpoint in database.across().read(endpoints).await? {
        let some = move |conn: &mut Conn| remove(conn, endpoint, before);
        while database.across().write(some).await? {}
    }
    Ok(())
}

fn endpoints(conn: &mut Conn) -> Result<Vec<(Uuid, Uuid)>> {
    let all = Statement::new("SELECT workspace_id, id FROM webhook_endpoints");
    Ok(conn.rows(&all, |row| Ok((row.id(0)?, row.id(1)?)))?)
}

/// Whether there may be more to remove.
fn remove(conn: &mut Conn, (workspace, endpoint): (Uuid, Uuid), before: Uuid) -> Result<bool> {
    let own = |statement: &mut Statement| {
        statement.push(" WHERE workspace_id = ").bind(workspace);
        statement.push(" AND endpoint_id = ").bind(endpoint);
    };
    let mut statement = Statement::new("DELETE FROM webhook_deliveries");
    own(&mut statement);
    statement.push(" AND id IN (SELECT id FROM webhook_deliveries");
    own(&mut statement);
    statement.push(" AND id < ").bind(before);
    statement.push(" ORDER BY id").limit(BATCH).push(")");
    Ok(conn.execute(&statement)? == BATCH as usize)
}
