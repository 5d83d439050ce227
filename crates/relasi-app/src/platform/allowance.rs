//! How many requests somebody may make within a minute, whichever processes of the installation answer them.
//!
//! A bucket is a row with the time at which the whole limit is there again. Each process takes some requests at once, and
//! gives back with the next ones what it did not use, so that a busy caller costs about one statement a second.

use std::{num::NonZeroU32, time::Duration};

use relasi_persistence::{Conn, Statement, StoreError};
use uuid::Uuid;

use super::jobs;

/// The window of every limit in microseconds.
const WINDOW: i64 = 60_000_000;

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// So many requests may be made; none when the limit is used up.
    pub count: u32,
    /// When the whole limit is there again, if nothing more is taken.
    pub whole_in: Duration,
}

/// How long one request takes to come back.
pub fn spacing(a_minute: NonZeroU32) -> Duration {
    Duration::from_micros(u64::try_from(micros(a_minute)).unwrap_or(1))
}

fn micros(a_minute: NonZeroU32) -> i64 {
    (WINDOW / i64::from(a_minute.get())).max(1)
}

/// Takes up to `wish` requests of a bucket, after `back` of those taken before were given back. On PostgreSQL, which
/// several processes share.
///
/// # Errors
/// When the database can't.
pub fn take(
    conn: &mut Conn,
    (workspace, name): (Uuid, &str),
    a_minute: NonZeroU32,
    (wish, back): (u32, u32),
) -> Result<Granted, StoreError> {
    let mut begin =
        Statement::new("INSERT INTO rate_buckets (workspace_id, name, free_at) VALUES (");
    begin.bind(workspace).push(", ").bind(name).push(", ");
    begin
        .bind(0_i64)
        .push(") ON CONFLICT (workspace_id, name) DO NOTHING");
    conn.execute(&begin)?;
    let mut locked = Statement::new("SELECT free_at FROM rate_buckets WHERE workspace_id = ");
    locked
        .bind(workspace)
        .push(" AND name = ")
        .bind(name)
        .push(" FOR UPDATE");
    let free_at = conn.row(&locked, |row| row.int(0))?;
    // The row may have been waited for.
    let now = jobs::now(conn)?;
    let spacing = micros(a_minute);
    let (count, free_at) = grant(free_at.unwrap_or(now), now, spacing, (wish, back));
    let mut kept = Statement::new("UPDATE rate_buckets SET free_at = ");
    kept.bind(free_at)
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND name = ")
        .bind(name);
    conn.execute(&kept)?;
    Ok(Granted {
        count,
        whole_in: Duration::from_micros(u64::try_from(free_at - now).unwrap_or_default()),
    })
}

/// How many are granted, and when the whole limit is there again.
fn grant(free_at: i64, now: i64, spacing: i64, (wish, back): (u32, u32)) -> (u32, i64) {
    // What comes back late is there again by itself.
    let base = (free_at - i64::from(back) * spacing).max(now);
    let room = (now + WINDOW - base).max(0) / spacing;
    let count = wish.min(u32::try_from(room).unwrap_or(u32::MAX));
    (count, base + i64::from(count) * spacing)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000_000;

    #[test]
    fn no_more_are_granted_than_a_minute_has() {
        let spacing = micros(NonZeroU32::new(600).unwrap());
        let (first, free_at) = grant(0, NOW, spacing, (400, 0));
        let (second, free_at) = grant(free_at, NOW, spacing, (400, 0));
        assert_eq!((first, second, free_at), (400, 200, NOW + WINDOW));
        assert_eq!(grant(free_at, NOW, spacing, (1, 0)).0, 0);
        // One comes back after a tenth of a second.
        assert_eq!(grant(free_at, NOW + spacing, spacing, (5, 0)).0, 1);
    }

    #[test]
    fn what_was_not_used_is_there_for_others() {
        let spacing = micros(NonZeroU32::new(60).unwrap());
        let (all, free_at) = grant(0, NOW, spacing, (60, 0));
        assert_eq!(all, 60);
        assert_eq!(grant(free_at, NOW, spacing, (10, 4)), (4, NOW + WINDOW));
        // Never more than the limit, however late it comes back.
        let later = NOW + 2 * WINDOW;
        assert_eq!(grant(free_at, later, spacing, (100, 30)).0, 60);
    }

    #[test]
    fn a_limit_of_very_many_is_one_all_the_same() {
        assert_eq!(micros(NonZeroU32::MAX), 1);
    }
}
