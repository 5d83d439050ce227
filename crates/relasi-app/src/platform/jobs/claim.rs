//! Leases: taken, renewed, given back.

use std::time::Duration;

use relasi_persistence::{Conn, Dialect, Statement, StoreError};
use serde_json::Value;
use uuid::Uuid;

use super::queue::{self, Job, State};

/// How long a worker may be silent before its job is taken from it.
pub const LEASE: Duration = Duration::from_mins(1);

/// The right to work on a job, as long as its token is the one in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The job's workspace.
    pub workspace_id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// Fencing token: new with each take.
    pub token: Uuid,
}

impl Lease {
    fn guard(&self, statement: &mut Statement) {
        statement
            .push(" WHERE workspace_id = ")
            .bind(self.workspace_id);
        statement.push(" AND id = ").bind(self.job_id);
        statement.push(" AND lease_token = ").bind(self.token);
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Takes the job that has waited longest in the line that was served longest ago.
///
/// A line with `per_lane` running jobs is passed over. Each statement but the choice of the line stays within one
/// workspace.
pub fn claim(
    conn: &mut Conn,
    lease: Duration,
    per_lane: i64,
) -> Result<Option<(Lease, Job)>, StoreError> {
    let now = queue::now(conn)?;
    let Some((workspace, queue)) = next_lane(conn, now, per_lane)? else {
        return Ok(None);
    };
    // The lane is locked by now; whoever held it before may have filled it.
    if running(conn, &workspace, &queue, now)? >= per_lane {
        return Ok(None);
    }
    let mut oldest = Statement::new("SELECT id FROM jobs WHERE workspace_id = ");
    oldest
        .bind(workspace.as_str())
        .push(" AND queue = ")
        .bind(queue.as_str());
    oldest
        .push(" AND due_at <= ")
        .bind(now)
        .push(" ORDER BY due_at, id")
        .limit(1);
    skip_locked(&mut oldest, conn.dialect(), " FOR UPDATE SKIP LOCKED");
    let Some(id) = conn.row(&oldest, |row| row.text(0))? else {
        return Ok(None);
    };

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
        .push(" AND id = ")
        .bind(id.as_str());
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
    let (workspace_id, job_id) = (parse(&workspace)?, parse(&id)?);
    let job = queue::find(conn, workspace_id, job_id)?.ok_or(StoreError::NotFound)?;
    Ok(Some((
        Lease {
            workspace_id,
            job_id,
            token,
        },
        job,
    )))
}

fn next_lane(
    conn: &mut Conn,
    now: i64,
    per_lane: i64,
) -> Result<Option<(String, String)>, StoreError> {
    let mut lane = Statement::new(
        "SELECT l.workspace_id, l.queue FROM job_lanes l WHERE EXISTS (SELECT 1 FROM jobs j \
         WHERE j.workspace_id = l.workspace_id AND j.queue = l.queue AND j.due_at <= ",
    );
    lane.bind(now);
    lane.push(
        ") AND (SELECT COUNT(*) FROM jobs r WHERE r.workspace_id = l.workspace_id AND r.queue = l.queue \
         AND r.state = 'running' AND r.due_at > ",
    );
    lane.bind(now)
        .push(") < ")
        .bind(per_lane)
        .push(" ORDER BY l.served_at")
        .limit(1);
    skip_locked(&mut lane, conn.dialect(), " FOR UPDATE OF l SKIP LOCKED");
    conn.row(&lane, |row| Ok((row.text(0)?, row.text(1)?)))
}

/// SQLite has one writer and so nothing to lock.
fn skip_locked(statement: &mut Statement, dialect: Dialect, clause: &str) {
    if dialect == Dialect::Postgres {
        statement.push(clause);
    }
}

fn running(conn: &mut Conn, workspace: &str, queue: &str, now: i64) -> Result<i64, StoreError> {
    let mut count =
        Statement::new("SELECT COUNT(*) FROM jobs WHERE state = 'running' AND workspace_id = ");
    count
        .bind(workspace)
        .push(" AND queue = ")
        .bind(queue)
        .push(" AND due_at > ")
        .bind(now);
    Ok(conn.row(&count, |row| row.int(0))?.unwrap_or_default())
}

/// What a renewed lease tells its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// Go on.
    Held,
    /// Go on, but somebody wants it stopped.
    CancelRequested,
    /// Another worker has the job, or it was removed.
    Lost,
}

/// Prolongs a lease from now on.
pub(super) fn renew(
    conn: &mut Conn,
    lease: &Lease,
    length: Duration,
) -> Result<Renewal, StoreError> {
    let due = queue::now(conn)?.saturating_add(micros(length));
    let mut statement = Statement::new("UPDATE jobs SET due_at = ");
    statement.bind(due);
    lease.guard(&mut statement);
    statement.push(" RETURNING cancel_requested");
    Ok(match conn.row(&statement, |row| row.bool(0))? {
        None => Renewal::Lost,
        Some(true) => Renewal::CancelRequested,
        Some(false) => Renewal::Held,
    })
}

/// Prolongs a lease and notes how far its job has come; `false` when the lease is lost.
pub(super) fn advance(
    conn: &mut Conn,
    lease: &Lease,
    length: Duration,
    checkpoint: Option<&Value>,
    (done, total): (i64, i64),
) -> Result<bool, StoreError> {
    let due = queue::now(conn)?.saturating_add(micros(length));
    let mut statement = Statement::new("UPDATE jobs SET due_at = ");
    statement
        .bind(due)
        .push(", progress_done = ")
        .bind(done)
        .push(", progress_total = ")
        .bind(total);
    if let Some(checkpoint) = checkpoint {
        // Progress was made: what went wrong before it no longer counts.
        statement
            .push(", attempts = 1, checkpoint = ")
            .bind(checkpoint.to_string());
    }
    lease.guard(&mut statement);
    Ok(conn.execute(&statement)? == 1)
}

/// How a worker parts from a job.
#[derive(Debug)]
pub(super) enum Parting {
    /// It is over.
    Final {
        /// One of the final states.
        state: State,
        /// What came of it.
        result: Option<Value>,
        /// Code of the error.
        error: Option<String>,
        /// Units done and units in all; none when it was not run now.
        reached: Option<(i64, i64)>,
    },
    /// It will be tried again after this time.
    Retry {
        /// From now on.
        wait: Duration,
        /// Code of the error.
        error: String,
    },
    /// The worker stops; another one goes on at once, and this try doesn't count.
    Released,
}

/// Parts from a job; `false` when the lease is lost and so nothing was written.
pub(super) fn part(conn: &mut Conn, lease: &Lease, parting: &Parting) -> Result<bool, StoreError> {
    let now = queue::now(conn)?;
    let mut statement = Statement::new("UPDATE jobs SET lease_token = NULL");
    match parting {
        Parting::Final {
            state,
            result,
            error,
            reached,
        } => {
            statement
                .push(", due_at = NULL, state = ")
                .bind(state.code());
            statement.push(", finished_at = ").bind(now);
            statement
                .push(", result = ")
                .bind(result.as_ref().map(Value::to_string));
            statement.push(", last_error = ").bind(error.clone());
            if let Some((done, total)) = *reached {
                // What was done is all there was to do.
                let total = if *state == State::Done { done } else { total };
                statement.push(", progress_done = ").bind(done);
                statement.push(", progress_total = ").bind(total);
            }
        }
        Parting::Retry { wait, error } => {
            statement
                .push(", state = 'ready', due_at = ")
                .bind(now.saturating_add(micros(*wait)));
            statement.push(", last_error = ").bind(error.as_str());
        }
        Parting::Released => {
            statement
                .push(", state = 'ready', attempts = attempts - 1, due_at = ")
                .bind(now);
        }
    }
    lease.guard(&mut statement);
    Ok(conn.execute(&statement)? == 1)
}

/// Ends the leases of all running jobs, for a process that owns the database alone and has just started: whoever held
/// them is gone. Their tries still count.
pub fn free_leases(conn: &mut Conn) -> Result<usize, StoreError> {
    let now = queue::now(conn)?;
    let mut statement = Statement::new("UPDATE jobs SET lease_token = NULL, due_at = ");
    statement.bind(now).push(" WHERE state = 'running'");
    conn.execute(&statement)
}

/// Removes finished jobs whose time is over, at most a thousand at a time; answers how many.
pub(super) fn sweep(conn: &mut Conn, good: Duration, bad: Duration) -> Result<usize, StoreError> {
    let now = queue::now(conn)?;
    let mut statement = Statement::new(
        "DELETE FROM jobs WHERE finished_at IS NOT NULL AND (workspace_id, id) IN (SELECT workspace_id, id FROM jobs \
         WHERE finished_at <= CASE WHEN state IN ('done', 'cancelled') THEN ",
    );
    statement
        .bind(now - micros(good))
        .push(" ELSE ")
        .bind(now - micros(bad))
        .push(" END")
        .limit(1000);
    statement.push(")");
    conn.execute(&statement)
}
