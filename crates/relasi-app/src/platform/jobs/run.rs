//! One job done, and parted from.

use std::{
    any::Any,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Ending, Handler, Job, JobContext, JobError, Lease, State, Taken,
    context::Flags,
    lease::{self, Parting},
    worker::Shared,
};

impl Shared {
    /// Does a job that is in hand.
    pub(super) fn do_job(&self, taken: Taken, flags: Arc<Flags>) {
        let Taken { lease, job, .. } = taken;
        let started = Instant::now();
        let handler = self.registry.handler(&job.kind);
        let parting = match &handler {
            None => ended(State::Failed, "unknown_kind", None),
            Some(handler) => self.run(handler.as_ref(), lease, &job, flags),
        };
        self.held.remove(&lease);
        tell(&job, &parting, started.elapsed());
        self.part(lease, job, handler, parting);
    }

    /// Runs a job that may still be run, and says how to part from it.
    fn run(&self, handler: &dyn Handler, lease: Lease, job: &Job, flags: Arc<Flags>) -> Parting {
        if job.cancel_requested {
            return ended(State::Cancelled, "cancelled", None);
        }
        if job.attempts > job.max_attempts {
            return ended(State::Dead, "abandoned", None);
        }
        let mut context = JobContext {
            job: job.clone(),
            lease,
            lease_length: self.options.lease,
            database: self.database.clone(),
            flags,
            stopping: Arc::clone(&self.stopping),
            told: None,
            reached: (job.progress_done, job.progress_total),
            advanced: false,
            permits: HashMap::default(),
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| handler.run(&mut context)));
        // Progress made in this run starts the count of tries anew.
        let attempts = if context.advanced { 1 } else { job.attempts };
        let at = Point {
            attempts,
            reached: context.reached,
        };
        match outcome {
            Ok(Ok(result)) => Parting::Final {
                state: State::Done,
                result: Some(result),
                error: None,
                reached: Some(at.reached),
            },
            Ok(Err(error)) => after(&error, handler, job, at),
            Err(panic) => {
                log::error!(
                    "job {} ({}) panicked: {}",
                    job.id,
                    job.kind,
                    message(&*panic)
                );
                again(handler, job, at, "panicked")
            }
        }
    }

    fn part(&self, lease: Lease, job: Job, handler: Option<Arc<dyn Handler>>, parting: Parting) {
        let id = job.id;
        let (job, parting) = (Arc::new(job), Arc::new(parting));
        let parted = self
            .database
            .within(job.workspace_id)
            .write_blocking(move |conn| {
                if !lease::part(conn, &lease, &parting)? {
                    return Ok(false);
                }
                if let (
                    Some(handler),
                    Parting::Final {
                        state,
                        result,
                        error,
                        ..
                    },
                ) = (&handler, parting.as_ref())
                {
                    let ending = Ending {
                        state: *state,
                        result: result.clone(),
                        error: error.clone(),
                    };
                    handler.ended(conn, &job, &ending)?;
                }
                Ok::<_, JobError>(true)
            });
        match parted {
            Ok(true) => {}
            Ok(false) => log::warn!("job {id}: the lease went to another worker"),
            // The lease runs out, and whoever takes the job then ends it.
            Err(error) => log::error!("job {id} could not be parted from: {error}"),
        }
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy)]
struct Point {
    /// Tries since the last progress.
    attempts: i64,
    /// Units done and units in all.
    reached: (i64, i64),
}

fn ended(state: State, error: &str, reached: Option<(i64, i64)>) -> Parting {
    Parting::Final {
        state,
        result: None,
        error: Some(error.to_owned()),
        reached,
    }
}

fn after(error: &JobError, handler: &dyn Handler, job: &Job, at: Point) -> Parting {
    match error {
        JobError::Stopped | JobError::Paused | JobError::Lost => Parting::Released,
        JobError::Later(wait) => Parting::Later { wait: *wait },
        JobError::Cancelled => ended(State::Cancelled, "cancelled", Some(at.reached)),
        error if error.is_passing() => {
            log::warn!("job {} ({}): {error}", job.id, job.kind);
            again(handler, job, at, error.code())
        }
        error => {
            log::warn!("job {} ({}) failed: {error}", job.id, job.kind);
            ended(State::Failed, error.code(), Some(at.reached))
        }
    }
}

fn again(handler: &dyn Handler, job: &Job, at: Point, error: &str) -> Parting {
    if at.attempts >= job.max_attempts {
        return ended(State::Dead, error, Some(at.reached));
    }
    Parting::Retry {
        wait: handler.backoff().wait(at.attempts),
        error: error.to_owned(),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn tell(job: &Job, parting: &Parting, took: Duration) {
    let state = match parting {
        Parting::Final { state, .. } => state.code(),
        Parting::Retry { .. } => "retry",
        Parting::Released => "released",
        Parting::Later { .. } => "later",
    };
    log::info!(job = job.id.to_string().as_str(), kind = job.kind.as_str(), state; "job left after {took:?}");
    metrics::counter!("relasi_jobs_total", "kind" => job.kind.clone(), "state" => state)
        .increment(1);
    metrics::histogram!("relasi_job_seconds", "kind" => job.kind.clone())
        .record(took.as_secs_f64());
}
