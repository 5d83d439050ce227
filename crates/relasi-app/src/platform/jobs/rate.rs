//! How often something may be done, whichever processes do it.
//!
//! A bucket is a row with the time from which the next permit is to be had. Whoever wants to do something takes permits
//! for the next second at most with one statement, each for a moment of its own, so that a burst of one process is no
//! burst of all together.

use std::time::{Duration, Instant};

use relasi_persistence::{Conn, Dialect, Statement, StoreError};
use uuid::Uuid;

use super::{lease::micros, queue};

/// So much later than its moment a permit may still be used. The moments are as much further apart, so that no second
/// sees more than it should.
pub const LATEST: Duration = Duration::from_millis(50);

/// Permits are taken for this long at most, and this long ahead.
const BLOCK: Duration = Duration::from_secs(1);

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many times ...
    pub times: u32,
    /// ... in so much time.
    pub per: Duration,
}

impl Rate {
    /// So many times a second.
    pub const fn per_second(times: u32) -> Self {
        Self {
            times,
            per: Duration::from_secs(1),
        }
    }

    /// Between one permit and the next: a little longer than the rate says, for those that are used late.
    fn spacing(self) -> Duration {
        (self.per + LATEST + LATEST / 5) / self.times.max(1)
    }

    /// Permits of one block.
    pub fn block(self) -> u32 {
        let many = BLOCK.as_micros() / self.spacing().as_micros().max(1);
        u32::try_from(many).unwrap_or(u32::MAX).max(1)
    }
}

/// Permits in hand, each for a moment.
#[derive(Debug)]
pub struct Permits {
    next: Instant,
    spacing: Duration,
    left: u32,
}

impl Permits {
    /// How many are left.
    pub fn left(&self) -> u32 {
        self.left
    }

    /// The moment of the next one that is not over; none when all are used.
    pub fn pop(&mut self) -> Option<Instant> {
        while self.left > 0 {
            let at = self.next;
            self.left -= 1;
            self.next += self.spacing;
            if at.elapsed() <= LATEST {
                return Some(at);
            }
        }
        None
    }
}

/// What came of asking for permits.
#[derive(Debug)]
pub enum Grant {
    /// These.
    Permits(Permits),
    /// None for now; ask again then.
    NotBefore(Duration),
}

/// Takes up to `most` permits, those of a second at most.
pub fn take(
    conn: &mut Conn,
    workspace: Uuid,
    name: &str,
    rate: Rate,
    most: u32,
) -> Result<Grant, StoreError> {
    let count = most.min(rate.block()).max(1);
    let spacing = rate.spacing();
    let length = micros(spacing * count);
    let now = queue::now(conn)?;
    let mut statement =
        Statement::new("INSERT INTO rate_buckets (workspace_id, name, free_at) VALUES (");
    statement.bind(workspace).push(", ").bind(name).push(", ");
    statement.bind(now.saturating_add(length));
    statement.push(") ON CONFLICT (workspace_id, name) DO UPDATE SET free_at = CASE WHEN rate_buckets.free_at > ");
    // The row may have been waited for: by then it is later.
    clock(&mut statement, conn.dialect(), now);
    statement.push(" THEN rate_buckets.free_at ELSE ");
    clock(&mut statement, conn.dialect(), now);
    statement.push(" END + ").bind(length);
    statement
        .push(" WHERE rate_buckets.free_at <= ")
        .bind(now.saturating_add(micros(BLOCK)));
    statement.push(" RETURNING free_at");
    let taken = conn.row(&statement, |row| row.int(0))?;
    let until = |at: i64, now: i64| {
        Duration::from_micros(u64::try_from(at.saturating_sub(now)).unwrap_or_default())
    };
    if let Some(free) = taken {
        // Moments of the database's clock by the clock of this machine, which must not be off by more than is left over.
        let clocks = clocks(conn)?;
        let grant = clocks.map(|(here, there)| Permits {
            next: here + until(free - length, there),
            spacing,
            left: count,
        });
        let soon = Grant::NotBefore(Duration::from_millis(10));
        return Ok(grant.map_or(soon, Grant::Permits));
    }
    let mut free = Statement::new("SELECT free_at FROM rate_buckets WHERE workspace_id = ");
    free.bind(workspace).push(" AND name = ").bind(name);
    let free = conn.row(&free, |row| row.int(0))?.unwrap_or(now);
    let wait = until(free.saturating_sub(micros(BLOCK)), now);
    Ok(Grant::NotBefore(wait.max(Duration::from_millis(10))))
}

/// How far ahead a moment of several buckets may lie. What waits for one of them takes nothing from the others meanwhile.
const AHEAD: Duration = Duration::from_millis(250);

/// Takes one permit from each of several buckets, all for the same moment: the earliest that suits all of them.
pub fn take_from_all(
    conn: &mut Conn,
    workspace: Uuid,
    buckets: &[(String, Rate)],
) -> Result<Grant, StoreError> {
    let mut buckets: Vec<&(String, Rate)> = buckets.iter().collect();
    // Everybody takes them in the same order, so that no two wait for each other.
    buckets.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let begun = queue::now(conn)?;
    let mut moment = begun;
    for (name, _) in &buckets {
        let mut lock =
            Statement::new("INSERT INTO rate_buckets (workspace_id, name, free_at) VALUES (");
        lock.bind(workspace).push(", ").bind(name.as_str());
        lock.push(", ").bind(begun);
        lock.push(
            ") ON CONFLICT (workspace_id, name) DO UPDATE SET free_at = rate_buckets.free_at RETURNING free_at",
        );
        let free = conn.row(&lock, |row| row.int(0))?;
        moment = moment.max(free.unwrap_or_default());
    }
    // The rows may have been waited for: by then it is later.
    let now = queue::now(conn)?;
    moment = moment.max(now);
    let soonest = now.saturating_add(micros(AHEAD));
    if moment > soonest {
        let wait = u64::try_from(moment - soonest).unwrap_or_default();
        let wait = Duration::from_micros(wait).max(Duration::from_millis(10));
        return Ok(Grant::NotBefore(wait));
    }
    for (name, rate) in &buckets {
        let mut taken = Statement::new("UPDATE rate_buckets SET free_at = ");
        taken.bind(moment.saturating_add(micros(rate.spacing())));
        taken.push(" WHERE workspace_id = ").bind(workspace);
        taken.push(" AND name = ").bind(name.as_str());
        conn.execute(&taken)?;
    }
    let Some((here, there)) = clocks(conn)? else {
        return Ok(Grant::NotBefore(Duration::from_millis(10)));
    };
    let ahead = u64::try_from(moment - there).unwrap_or_default();
    Ok(Grant::Permits(Permits {
        next: here + Duration::from_micros(ahead),
        spacing: Duration::ZERO,
        left: 1,
    }))
}

/// The same moment by both clocks; none when the database takes too long to say.
fn clocks(conn: &mut Conn) -> Result<Option<(Instant, i64)>, StoreError> {
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        let asked = Instant::now();
        let there = queue::now(conn)?;
        let here = Instant::now();
        if here.duration_since(asked) <= LATEST / 5 {
            return Ok(Some((here, there)));
        }
    }
    Ok(None)
}

fn clock(statement: &mut Statement, dialect: Dialect, now: i64) {
    match dialect {
        Dialect::Sqlite => statement.bind(now),
        Dialect::Postgres => statement.push(queue::POSTGRES_CLOCK),
    };
}

/// Gives no permits for a while.
pub fn close(
    conn: &mut Conn,
    workspace: Uuid,
    name: &str,
    wait: Duration,
) -> Result<(), StoreError> {
    let until = queue::now(conn)?.saturating_add(micros(wait.saturating_add(BLOCK)));
    let mut statement =
        Statement::new("INSERT INTO rate_buckets (workspace_id, name, free_at) VALUES (");
    statement.bind(workspace).push(", ").bind(name).push(", ");
    statement.bind(until);
    statement.push(
        ") ON CONFLICT (workspace_id, name) DO UPDATE SET free_at = CASE WHEN rate_buckets.free_at > excluded.free_at \
         THEN rate_buckets.free_at ELSE excluded.free_at END",
    );
    conn.execute(&statement)?;
    Ok(())
}

/// Gives no permits for a while, and each time in a row for twice as long: whom the bucket protects has asked for it again.
pub fn back_off(
    conn: &mut Conn,
    workspace: Uuid,
    (name, rate): (&str, Rate),
    (first, cap): (Duration, Duration),
) -> Result<Duration, StoreError> {
    let now = queue::now(conn)?;
    let mut count =
        Statement::new("INSERT INTO rate_buckets (workspace_id, name, free_at, refusals) VALUES (");
    count.bind(workspace).push(", ").bind(name).push(", ");
    count.bind(now);
    // Several that were on their way are refused together, which counts once: the bucket is closed for longer than
    // whoever takes from it moves it.
    let taken = BLOCK + BLOCK.max(rate.spacing());
    count.push(
        ", 1) ON CONFLICT (workspace_id, name) DO UPDATE SET refusals = rate_buckets.refusals + CASE WHEN rate_buckets.free_at > ",
    );
    count.bind(now.saturating_add(micros(taken)));
    count.push(" AND rate_buckets.refusals > 0 THEN 0 ELSE 1 END RETURNING refusals");
    let times = conn.row(&count, |row| row.int(0))?.unwrap_or(1);
    let doubled = u32::try_from(times - 1).unwrap_or_default().min(16);
    let wait = first.saturating_mul(1 << doubled).min(cap);
    close(conn, workspace, name, wait)?;
    Ok(wait)
}

/// Forgets refusals: whom the buckets protect has taken something.
pub fn calm(conn: &mut Conn, workspace: Uuid, names: &[String]) -> Result<(), StoreError> {
    let mut statement =
        Statement::new("UPDATE rate_buckets SET refusals = 0 WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND refusals > 0 AND name IN (");
    statement
        .bind_all(names.iter().map(String::as_str))
        .push(")")
        .uncached();
    conn.execute(&statement)?;
    Ok(())
}

/// Removes buckets that nobody has taken from for a day: a new one begins like they would go on.
pub(super) fn sweep(conn: &mut Conn) -> Result<usize, StoreError> {
    const DAY: i64 = 86_400_000_000;
    let mut statement = Statement::new("DELETE FROM rate_buckets WHERE free_at < ");
    statement.bind(queue::now(conn)? - DAY);
    conn.execute(&statement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_leave_room_for_those_used_late() {
        for times in [1, 7, 50, 100] {
            let rate = Rate::per_second(times);
            // Moments whose permits may be used within one second.
            let window = Duration::from_secs(1) + LATEST;
            assert!(rate.spacing() * times >= window, "{times}");
            assert!(rate.block() <= times);
        }
        assert_eq!(
            Rate {
                times: 1,
                per: Duration::from_mins(1)
            }
            .block(),
            1
        );
    }
}
