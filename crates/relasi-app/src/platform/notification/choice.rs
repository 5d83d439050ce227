//! What somebody wants to be told.

use relasi_domain::platform::notification::Occasion;
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use crate::{records::Work, refusal::Result};

/// Whether a member of a workspace wants to be told things of a kind.
pub(super) fn wants(conn: &mut Conn, (workspace, user): (Uuid, Uuid), kind: &str) -> Result<bool> {
    let Some(occasion) = Occasion::of_kind(kind) else {
        return Ok(true);
    };
    let mut statement = Statement::new("SELECT 1 FROM notification_mutes WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND user_id = ")
        .bind(user)
        .push(" AND occasion = ")
        .bind(occasion.code());
    Ok(conn.row(&statement, |row| row.int(0))?.is_none())
}

/// What the caller does not want to be told.
pub fn muted(work: &mut Work<'_>) -> Result<Vec<Occasion>> {
    let mut statement =
        Statement::new("SELECT occasion FROM notification_mutes WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(work.access.user_id);
    let codes = work.conn.rows(&statement, |row| row.text(0))?;
    let off = |one: &Occasion| codes.iter().any(|code| code == one.code());
    Ok(Occasion::ALL.into_iter().filter(off).collect())
}

/// From now on the caller is told everything but this. What they have been told stays.
pub fn choose(work: &mut Work<'_>, off: &[Occasion]) -> Result<()> {
    let (workspace, user) = (work.access.workspace_id, work.access.user_id);
    let mut statement = Statement::new("DELETE FROM notification_mutes WHERE workspace_id = ");
    statement.bind(workspace).push(" AND user_id = ").bind(user);
    work.conn.execute(&statement)?;
    for occasion in off {
        let mut statement = Statement::new(
            "INSERT INTO notification_mutes (workspace_id, user_id, occasion) VALUES (",
        );
        statement
            .bind(workspace)
            .push(", ")
            .bind(user)
            .push(", ")
            .bind(occasion.code())
            .push(") ON CONFLICT DO NOTHING");
        work.conn.execute(&statement)?;
    }
    Ok(())
}
