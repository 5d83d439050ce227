//! Jobs taken: from the line that was served longest ago, as many as a short while may be enough for.

use std::time::Duration;

use relasi_persistence::{Conn, Dialect, Statement, StoreError};
use uuid::Uuid;

use super::{
    lease::{Lease, micros},
    pause,
    queue::{self, Job},
};

/// How much may be at work at a time, in all processes together.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Threads that work for one workspace and queue.
    pub per_lane: i64,
    /// Threads that work for one workspace.
    pub per_workspace: i64,
    /// Jobs of these kinds, whatever the workspace.
    pub kinds: Vec<(&'static str, i64)>,
    /// Jobs taken in one go.
    pub batch: u32,
}

/// Jobs that one thread has in hand at most.
pub const BATCH: u32 = 10;

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_lane: 1,
            per_workspace: 4,
            kinds: Vec::new(),
            batch: BATCH,
        }
    }
}

/// A job in hand.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The right to work on it.
    pub lease: Lease,
    /// What it is.
    pub job: Job,
    /// Since when it was due: it gets its place back when it is not begun.
    pub(super) due: i64,
}

/// What came of looking for work.
#[derive(Debug)]
pub enum Claim {
    /// Jobs of one workspace and queue, to be done one after the other; all under one token.
    Jobs(Vec<Taken>),
    /// There is nothing to do.
    Nothing,
    /// Another worker takes something of the same workspace or kind just now; look again.
    Contended,
}

impl Claim {
    /// The jobs; none without any.
    pub fn jobs(self) -> Vec<Taken> {
        match self {
            Self::Jobs(jobs) => jobs,
            Self::Nothing | Self::Contended => Vec::new(),
        }
    }
}

/// Takes the jobs that have waited longest in the line that was served longest ago.
///
/// A line at its limit is passed over, and so is what is paused. A job that was tried before is taken alone: if it kills
/// its worker, it takes no other one along. Each statement but the choice of the line stays within one workspace.
pub fn claim(conn: &mut Conn, lease: Duration, limits: &Limits) -> Result<Claim, StoreError> {
    let now = queue::now(conn)?;
    let full = full_kinds(conn, now, limits)?;
    let Some(lane) = next_lane(conn, now, limits, &full)? else {
        return Ok(Claim::Nothing);
    };
    if !alone(conn, &lane, now, limits)? {
        return Ok(Claim::Contended);
    }
    let ripe = ripe(conn, &lane, now, limits, &full)?;
    let Some(first) = ripe.first() else {
        return Ok(Claim::Nothing);
    };
    if let Some((kind, most)) = limits.kinds.iter().find(|(kind, _)| *kind == first.kind)
        && !kind_has_room(conn, kind, *most, now)?
    {
        return Ok(Claim::Contended);
    }
    let single = |one: &Ripe| one.tried || limits.kinds.iter().any(|(kind, _)| *kind == one.kind);
    let many = if single(first) {
        1
    } else {
        let others = ripe.iter().position(single);
        others.unwrap_or(ripe.len())
    };
    take(conn, lease, now, &lane, &ripe[..many]).map(Claim::Jobs)
}

/// A workspace and a queue.
type Lane = (String, String);

/// A job that may be taken.
struct Ripe {
    id: String,
    due: i64,
    kind: String,
    tried: bool,
}

/// Kinds of which as many run as may.
fn full_kinds(conn: &mut Conn, now: i64, limits: &Limits) -> Result<Vec<&'static str>, StoreError> {
    if limits.kinds.is_empty() {
        return Ok(Vec::new());
    }
    let mut running =
        Statement::new("SELECT kind, COUNT(*) FROM jobs WHERE state = 'running' AND kind IN (");
    running.bind_all(limits.kinds.iter().map(|(kind, _)| *kind));
    running
        .push(") AND due_at > ")
        .bind(now)
        .push(" GROUP BY kind");
    let running = conn.rows(&running, |row| Ok((row.text(0)?, row.int(1)?)))?;
    let full = limits.kinds.iter().filter(|(kind, most)| {
        let count = running.iter().find(|(running, _)| running == kind);
        count.is_some_and(|(_, count)| count >= most)
    });
    Ok(full.map(|(kind, _)| *kind).collect())
}

/// Adds that a job `j` may be run. What somebody asked to stop is told so, whatever else stands still.
fn may_run(statement: &mut Statement, full: &[&'static str]) {
    statement.push(" AND (j.cancel_requested OR (NOT ");
    pause::is_paused(statement, "j");
    if !full.is_empty() {
        statement
            .push(" AND j.kind NOT IN (")
            .bind_all(full.iter().copied())
            .push(")");
    }
    statement.push("))");
}

fn next_lane(
    conn: &mut Conn,
    now: i64,
    limits: &Limits,
    full: &[&'static str],
) -> Result<Option<Lane>, StoreError> {
    let mut lane = Statement::new(
        "SELECT l.workspace_id, l.queue FROM job_lanes l WHERE EXISTS (SELECT 1 FROM jobs j \
         WHERE j.workspace_id = l.workspace_id AND j.queue = l.queue AND j.due_at <= ",
    );
    lane.bind(now);
    may_run(&mut lane, full);
    lane.push(
        ") AND (SELECT COUNT(DISTINCT r.lease_token) FROM jobs r WHERE r.workspace_id = l.workspace_id \
         AND r.queue = l.queue AND r.state = 'running' AND r.due_at > ",
    );
    lane.bind(now).push(") < ").bind(limits.per_lane);
    lane.push(
        " AND (SELECT COUNT(DISTINCT r.lease_token) FROM jobs r WHERE r.workspace_id = l.workspace_id \
         AND r.state = 'running' AND r.due_at > ",
    );
    lane.bind(now).push(") < ").bind(limits.per_workspace);
    lane.push(" ORDER BY l.served_at").limit(1);
    skip_locked(&mut lane, conn.dialect(), " FOR UPDATE OF l SKIP LOCKED");
    conn.row(&lane, |row| Ok((row.text(0)?, row.text(1)?)))
}

/// Whether nobody else is taking jobs of the workspace, and it is still below its limits. The lane is locked by now;
/// whoever held it before may have filled it.
fn alone(conn: &mut Conn, lane: &Lane, now: i64, limits: &Limits) -> Result<bool, StoreError> {
    let (workspace, queue) = lane;
    if conn.dialect() == Dialect::Postgres {
        let mut all = Statement::new("SELECT COUNT(*) FROM job_lanes WHERE workspace_id = ");
        all.bind(workspace.as_str());
        let all = conn.row(&all, |row| row.int(0))?.unwrap_or_default();
        let mut free = Statement::new("SELECT queue FROM job_lanes WHERE workspace_id = ");
        free.bind(workspace.as_str())
            .push(" ORDER BY queue FOR UPDATE SKIP LOCKED");
        let free = conn.rows(&free, |row| row.text(0))?.len();
        if i64::try_from(free).unwrap_or_default() < all {
            return Ok(false);
        }
    }
    let mut running =
        Statement::new("SELECT COUNT(DISTINCT lease_token), COUNT(DISTINCT CASE WHEN queue = ");
    running.bind(queue.as_str());
    running.push(" THEN lease_token END) FROM jobs WHERE state = 'running' AND workspace_id = ");
    running
        .bind(workspace.as_str())
        .push(" AND due_at > ")
        .bind(now);
    let counts = conn.row(&running, |row| Ok((row.int(0)?, row.int(1)?)))?;
    let (all, own) = counts.unwrap_or_default();
    Ok(all < limits.per_workspace && own < limits.per_lane)
}

fn ripe(
    conn: &mut Conn,
    (workspace, queue): &Lane,
    now: i64,
    limits: &Limits,
    full: &[&'static str],
) -> Result<Vec<Ripe>, StoreError> {
    let mut oldest = Statement::new(
        "SELECT j.id, j.due_at, j.kind, j.attempts FROM jobs j WHERE j.workspace_id = ",
    );
    oldest
        .bind(workspace.as_str())
        .push(" AND j.queue = ")
        .bind(queue.as_str());
    oldest.push(" AND j.due_at <= ").bind(now);
    may_run(&mut oldest, full);
    oldest
        .push(" ORDER BY j.due_at, j.id")
        .limit(limits.batch.clamp(1, BATCH));
    skip_locked(&mut oldest, conn.dialect(), " FOR UPDATE OF j SKIP LOCKED");
    conn.rows(&oldest, |row| {
        Ok(Ripe {
            id: row.text(0)?,
            due: row.int(1)?,
            kind: row.text(2)?,
            tried: row.int(3)? > 0,
        })
    })
}

/// Whether one more of a kind may run; whoever asks next waits until this transaction has ended.
fn kind_has_room(conn: &mut Conn, kind: &str, most: i64, now: i64) -> Result<bool, StoreError> {
    let mut lock = Statement::new("INSERT INTO job_kinds (kind, served_at) VALUES (");
    lock.bind(kind).push(", ").bind(now);
    lock.push(") ON CONFLICT (kind) DO UPDATE SET served_at = excluded.served_at");
    conn.execute(&lock)?;
    let mut count = Statement::new("SELECT COUNT(*) FROM jobs WHERE state = 'running' AND kind = ");
    count.bind(kind).push(" AND due_at > ").bind(now);
    Ok(conn.row(&count, |row| row.int(0))?.unwrap_or_default() < most)
}

fn take(
    conn: &mut Conn,
    lease: Duration,
    now: i64,
    (workspace, queue): &Lane,
    ripe: &[Ripe],
) -> Result<Vec<Taken>, StoreError> {
    let token = Uuid::now_v7();
    let mut take = Statement::new(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_token = ",
    );
    take.bind(token)
        .push(", due_at = ")
        .bind(now.saturating_add(micros(lease)));
    take.push(", started_at = COALESCE(started_at, ").bind(now);
    take.push(") WHERE workspace_id = ")
        .bind(workspace.as_str())
        .push(" AND id IN (")
        .bind_all(ripe.iter().map(|one| one.id.as_str()))
        .push(")");
    conn.execute(&take)?;
    let mut served = Statement::new("UPDATE job_lanes SET served_at = ");
    served
        .bind(now)
        .push(" WHERE workspace_id = ")
        .bind(workspace.as_str());
    served.push(" AND queue = ").bind(queue.as_str());
    conn.execute(&served)?;

    let parse =
        |text: &str| Uuid::try_parse(text).map_err(|error| StoreError::Other(error.to_string()));
    let workspace_id = parse(workspace)?;
    let taken = ripe.iter().map(|one| {
        let job_id = parse(&one.id)?;
        let job = queue::find(conn, workspace_id, job_id)?.ok_or(StoreError::NotFound)?;
        let lease = Lease {
            workspace_id,
            job_id,
            token,
        };
        Ok(Taken {
            lease,
            job,
            due: one.due,
        })
    });
    taken.collect()
}

/// SQLite has one writer and so nothing to lock.
fn skip_locked(statement: &mut Statement, dialect: Dialect, clause: &str) {
    if dialect == Dialect::Postgres {
        statement.push(clause);
    }
}
