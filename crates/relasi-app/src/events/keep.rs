//! How long events are kept, and what becomes of their numbers in another database.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Database, Dialect, Statement, StoreError, months};
use uuid::Uuid;

use super::{Place, order};
use crate::refusal::Result;

/// How long events are kept at least. On PostgreSQL they go by month.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// Clocks of servers differ: a month is over when nothing of it can be younger than what is kept, by whichever clock.
const SLACK: TimeDelta = TimeDelta::days(1);

/// Events looked at in one transaction of the sweep.
const BATCH: u32 = 1_000;

const TABLE: &str = "outbox_events";

/// All workspaces.
fn workspaces(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let all = Statement::new("SELECT id FROM workspaces ORDER BY id");
    Ok(conn.rows(&all, |row| row.id(0))?)
}

/// Removes events that are over: months as a whole, the rest some in each transaction. The newest of them stays: who has
/// read it, and nothing since, has missed nothing.
pub async fn sweep(database: &Database, now: DateTime<Utc>) -> Result<()> {
    let before = now - KEPT;
    let over = move |conn: &mut Conn| months::over(conn, TABLE, before - SLACK);
    for month in database.across().read(over).await? {
        let remove = move |conn: &mut Conn| months::remove(conn, TABLE, month, keep_newest);
        database.across().write(remove).await?;
        log::info!("events of {month} removed");
    }
    for workspace in database.across().read(workspaces).await? {
        while database
            .across()
            .write(move |conn| sweep_some(conn, workspace, before))
            .await?
        {}
    }
    Ok(())
}

/// Puts the newest event of each workspace back before its month is dropped. What was before it elsewhere goes with the
/// next sweep of the rest.
fn keep_newest(conn: &mut Conn, part: &str) -> std::result::Result<(), StoreError> {
    const COLUMNS: &str = "workspace_id, id, at, kind, object, record_id, payload, seq";
    let newest = Statement::new(format!(
        "INSERT INTO {TABLE} ({COLUMNS}) SELECT e.* FROM workspaces w CROSS JOIN LATERAL \
         (SELECT {COLUMNS} FROM {part} p WHERE p.workspace_id = w.id ORDER BY seq DESC, id DESC LIMIT 1) e"
    ));
    conn.execute(&newest)?;
    Ok(())
}

/// Whether there may be more to remove.
fn sweep_some(conn: &mut Conn, workspace: Uuid, before: DateTime<Utc>) -> Result<bool> {
    let by_month = months::is_parted(conn, TABLE)?;
    let table = if by_month {
        months::rest(TABLE)
    } else {
        TABLE.to_owned()
    };
    let mut oldest = Statement::new(format!(
        "SELECT seq, id, at FROM {table} WHERE workspace_id = "
    ));
    oldest
        .bind(workspace)
        .push(" ORDER BY seq, id")
        .limit(BATCH);
    let rows = conn.rows(&oldest, |row| Ok((order::place(row)?, row.int(2)?)))?;
    let before = before.timestamp_micros();
    let over = rows.iter().take_while(|(_, at)| *at < before).count();
    let Some((last, _)) = over.checked_sub(1).and_then(|last| rows.get(last)) else {
        return Ok(false);
    };
    // One whose clock was far behind may stand among new ones: nothing before it goes while those are kept.
    if by_month && has_kept_before(conn, workspace, *last, before)? {
        return Ok(false);
    }
    remove_before(conn, workspace, *last)?;
    Ok(over > 1 && over == rows.len())
}

/// Whether an event that is to be kept is before a place.
fn has_kept_before(conn: &mut Conn, workspace: Uuid, place: Place, kept: i64) -> Result<bool> {
    let mut statement = Statement::new("SELECT 1 FROM outbox_events WHERE workspace_id = ");
    statement.bind(workspace);
    statement.push(" AND (seq, id) < (").bind(place.seq);
    statement.push(", ").bind(place.id);
    statement.push(") AND at >= ").bind(kept).limit(1);
    Ok(conn.row(&statement, |_| Ok(()))?.is_some())
}

fn remove_before(conn: &mut Conn, workspace: Uuid, place: Place) -> Result<()> {
    let mut statement = Statement::new("DELETE FROM outbox_events WHERE workspace_id = ");
    statement.bind(workspace);
    statement.push(" AND (seq, id) < (").bind(place.seq);
    statement.push(", ").bind(place.id).push(")");
    conn.execute(&statement)?;
    Ok(())
}

/// Numbers events anew that came from another server's database, whose transactions had counted further: they come
/// before all that follow. Call it before anything is written.
pub fn settle(database: &Database) -> Result<()> {
    if database.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    for workspace in database.across().read_blocking(workspaces)? {
        database
            .across()
            .write_bulk(move |conn| settle_one(conn, workspace))?;
    }
    Ok(())
}

fn settle_one(conn: &mut Conn, workspace: Uuid) -> Result<()> {
    let mut newest = Statement::new(
        "SELECT seq - pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM outbox_events WHERE workspace_id = ",
    );
    newest
        .bind(workspace)
        .push(" ORDER BY seq DESC, id DESC")
        .limit(1);
    let ahead = conn.row(&newest, |row| row.int(0))?;
    let Some(ahead) = ahead.filter(|ahead| *ahead >= 0) else {
        return Ok(());
    };
    log::info!("events of workspace {workspace} are numbered anew");
    for set in [
        "outbox_events SET seq = seq",
        "webhook_endpoints SET place_seq = place_seq",
    ] {
        let mut statement = Statement::new(format!("UPDATE {set} - "));
        statement
            .bind(ahead + 1)
            .push(" WHERE workspace_id = ")
            .bind(workspace);
        conn.execute(&statement)?;
    }
    Ok(())
}
