//! Leases: renewed, given back, ended.

use std::time::Duration;

use relasi_persistence::{Conn, Statement, StoreError};
use serde_json::Value;
use uuid::Uuid;

use super::{
    claim::Taken,
    pause,
    queue::{self, State},
};

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

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// What a renewed lease tells its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// Go on.
    Held,
    /// Go on, but somebody wants it stopped.
    CancelRequested,
    /// What it belongs to stands still.
    Paused,
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
    statement.push(" RETURNING cancel_requested, ");
    pause::is_paused(&mut statement, "jobs");
    let told = conn.row(&statement, |row| Ok((row.bool(0)?, row.bool(1)?)))?;
    Ok(match told {
        None => Renewal::Lost,
        Some((true, _)) => Renewal::CancelRequested,
        Some((false, true)) => Renewal::Paused,
        Some((false, false)) => Renewal::Held,
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
    /// It can't be done yet; this try doesn't count.
    Later {
        /// From now on.
        wait: Duration,
    },
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
        Parting::Released | Parting::Later { .. } => {
            let wait = match parting {
                Parting::Later { wait } => micros(*wait),
                _ => 0,
            };
            statement
                .push(", state = 'ready', attempts = attempts - 1, due_at = ")
                .bind(now.saturating_add(wait));
        }
    }
    lease.guard(&mut statement);
    Ok(conn.execute(&statement)? == 1)
}

/// Gives jobs back that were taken and not begun: each gets its place in the line again.
pub(super) fn give_back(conn: &mut Conn, unbegun: &[Taken]) -> Result<(), StoreError> {
    for taken in unbegun {
        let mut statement = Statement::new(
            "UPDATE jobs SET lease_token = NULL, state = 'ready', attempts = attempts - 1, \
             started_at = CASE WHEN attempts = 1 AND checkpoint IS NULL THEN NULL ELSE started_at END, due_at = ",
        );
        statement.bind(taken.due);
        taken.lease.guard(&mut statement);
        conn.execute(&statement)?;
    }
    Ok(())
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
