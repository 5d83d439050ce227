//! What a handler sees of its job.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use relasi_persistence::{Conn, Database, Scoped};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Job, JobError, Lease, Rate,
    lease::{self, Renewal},
    rate::{self, Grant, Permits},
};
use crate::platform::recent;

/// Flags that a lease's keeper raises for its holder.
#[derive(Debug, Default)]
pub(super) struct Flags {
    /// Somebody asked the job to stop.
    pub(super) cancel: AtomicBool,
    /// What the job belongs to stands still.
    pub(super) paused: AtomicBool,
    /// The lease belongs to another worker.
    pub(super) lost: AtomicBool,
}

/// What a chunk leaves behind besides its effects.
#[derive(Debug)]
pub struct Step<T> {
    /// For the handler itself.
    pub value: T,
    /// Where to go on after this chunk.
    pub checkpoint: Value,
    /// Units done so far.
    pub done: i64,
    /// Units in all; 0 while unknown.
    pub total: i64,
}

/// A running job: what it is, how far it has come, and the only way to write on its behalf.
pub struct JobContext {
    pub(super) job: Job,
    pub(super) lease: Lease,
    pub(super) lease_length: Duration,
    pub(super) database: Database,
    pub(super) flags: Arc<Flags>,
    pub(super) stopping: Arc<AtomicBool>,
    pub(super) told: Option<Instant>,
    /// Units done and units in all, whether written already or not.
    pub(super) reached: (i64, i64),
    /// A chunk was committed since the job was taken.
    pub(super) advanced: bool,
    /// What may be done in the next second at most, by name.
    pub(super) permits: HashMap<String, Permits>,
}

/// Progress without a chunk is written no more often than this.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// A replica that is further behind is not waited for.
const FOLLOWS: Duration = Duration::from_secs(5);

/// A thread waits no longer than this for a permit.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl JobContext {
    /// The job as it was when it was taken.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// The rows of the job's workspace, for reads; writes go through [`JobContext::chunk`].
    pub fn rows(&self) -> Scoped {
        self.database.within(self.job.workspace_id).unhurried()
    }

    /// The same for reading much: from a replica once it has what is committed by now.
    pub fn rows_to_read(&self) -> Scoped {
        if self.database.replica_follows(FOLLOWS) {
            self.rows().lately()
        } else {
            self.rows()
        }
    }

    /// The database itself.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The payload as the type it was made from.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_value(self.job.payload.clone())
            .map_err(|_| JobError::Failed("payload_unreadable"))
    }

    /// Where the last committed chunk ended; none when it starts from the beginning.
    pub fn checkpoint<T: DeserializeOwned>(&self) -> Result<Option<T>, JobError> {
        let value = self.job.checkpoint.clone().map(serde_json::from_value);
        value
            .transpose()
            .map_err(|_| JobError::Failed("checkpoint_unreadable"))
    }

    /// Whether to stop: cancelled, lease lost or process stopping. Cheap; ask it in long calculations.
    pub fn cancelled(&self) -> Result<(), JobError> {
        if self.flags.lost.load(Ordering::Relaxed) {
            Err(JobError::Lost)
        } else if self.flags.cancel.load(Ordering::Relaxed) {
            Err(JobError::Cancelled)
        } else if self.flags.paused.load(Ordering::Relaxed) {
            Err(JobError::Paused)
        } else if self.stopping.load(Ordering::Relaxed) {
            Err(JobError::Stopped)
        } else {
            Ok(())
        }
    }

    /// Runs one chunk: its effects, the checkpoint and the progress are committed together, and only while the lease
    /// is held and nobody asked to stop. `step` may be run more than once before its one commit.
    pub fn chunk<T, F>(&mut self, step: F) -> Result<T, JobError>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<Step<T>, JobError> + Send + 'static,
    {
        self.cancelled()?;
        let (held, length, flags) = (self.lease, self.lease_length, Arc::clone(&self.flags));
        let behalf = self.job.created_by.filter(|_| self.database.has_replica());
        let workspace = self.job.workspace_id;
        let (value, reached) = self.rows().write_bulk(move |conn| {
            match lease::renew(conn, &held, length)? {
                Renewal::Lost => return Err(lost(&flags)),
                Renewal::CancelRequested => return Err(JobError::Cancelled),
                Renewal::Paused => return Err(JobError::Paused),
                Renewal::Held => {}
            }
            let step = step(conn)?;
            let progress = (step.done, step.total);
            if let Some(user) = behalf {
                recent::note(conn, workspace, user)?;
            }
            if lease::advance(conn, &held, length, Some(&step.checkpoint), progress)? {
                Ok((step.value, progress))
            } else {
                Err(lost(&flags))
            }
        })?;
        self.advanced = true;
        self.reached = reached;
        Ok(value)
    }

    /// Notes where to go on, for a job whose effects lie outside the database.
    pub fn note(
        &mut self,
        checkpoint: &impl Serialize,
        done: i64,
        total: i64,
    ) -> Result<(), JobError> {
        let checkpoint = serde_json::to_value(checkpoint)
            .map_err(|_| JobError::Failed("checkpoint_unwritable"))?;
        self.chunk(move |_| {
            Ok(Step {
                value: (),
                checkpoint: checkpoint.clone(),
                done,
                total,
            })
        })
    }

    /// Shows progress; written at most twice a second and at the end. Also learns whether to stop.
    pub fn progress(&mut self, done: i64, total: i64) -> Result<(), JobError> {
        self.reached = (done, total);
        self.cancelled()?;
        if self
            .told
            .is_some_and(|told| told.elapsed() < PROGRESS_EVERY)
        {
            return Ok(());
        }
        self.told = Some(Instant::now());
        let (held, length, flags) = (self.lease, self.lease_length, Arc::clone(&self.flags));
        self.rows().write_blocking(move |conn| {
            if !lease::advance(conn, &held, length, None, (done, total))? {
                return Err(lost(&flags));
            }
            match lease::renew(conn, &held, length)? {
                Renewal::Lost => Err(lost(&flags)),
                Renewal::CancelRequested => Err(JobError::Cancelled),
                Renewal::Paused => Err(JobError::Paused),
                Renewal::Held => Ok(()),
            }
        })
    }

    /// Waits until one more thing of this name may be done in the workspace: not more than `rate`, whichever processes do
    /// it. Do it at once afterwards.
    ///
    /// # Errors
    /// [`JobError::Later`] when that is further away than a thread should wait; those of [`JobContext::cancelled`].
    pub fn permit(&mut self, name: &str, rate: Rate) -> Result<(), JobError> {
        loop {
            self.cancelled()?;
            let next = self.permits.get_mut(name).and_then(Permits::pop);
            let wait = match next {
                Some(at) => {
                    self.sleep_until(at)?;
                    if at.elapsed() <= rate::LATEST {
                        return Ok(());
                    }
                    // Too late for this one: by now others may be at it.
                    continue;
                }
                None => match self.grant(name, rate)? {
                    Grant::Permits(permits) => {
                        self.permits.insert(name.to_owned(), permits);
                        continue;
                    }
                    Grant::NotBefore(wait) => wait,
                },
            };
            if wait > LONGEST_WAIT {
                return Err(JobError::Later(wait));
            }
            self.sleep_until(Instant::now() + wait)?;
        }
    }

    /// Waits until one more thing may be done that counts in several buckets, as [`JobContext::permit`] does for one. Do it
    /// at once afterwards. `first` is done once it is known that the moment is near, and before it.
    ///
    /// # Errors
    /// [`JobError::Later`] when that is further away than a thread should wait; those of [`JobContext::cancelled`].
    pub fn permit_of_all(
        &mut self,
        buckets: &[(String, Rate)],
        first: impl FnOnce() -> Result<(), JobError>,
    ) -> Result<(), JobError> {
        let mut first = Some(first);
        loop {
            self.cancelled()?;
            let (workspace, wanted) = (self.job.workspace_id, buckets.to_vec());
            let grant = self
                .rows()
                .write_blocking(move |conn| rate::take_from_all(conn, workspace, &wanted))?;
            match grant {
                Grant::Permits(mut permits) => {
                    let at = permits.pop();
                    if let Some(first) = first.take() {
                        first()?;
                    }
                    let Some(at) = at else { continue };
                    self.sleep_until(at)?;
                    if at.elapsed() <= rate::LATEST {
                        return Ok(());
                    }
                }
                Grant::NotBefore(wait) if wait > LONGEST_WAIT => return Err(JobError::Later(wait)),
                Grant::NotBefore(wait) => self.sleep_until(Instant::now() + wait)?,
            }
        }
    }

    /// Lets nothing of this name be done for a while, each time in a row for longer, up to a cap.
    pub fn back_off(
        &mut self,
        (name, rate): (&str, Rate),
        lengths: (Duration, Duration),
    ) -> Result<(), JobError> {
        self.permits.remove(name);
        let (workspace, name) = (self.job.workspace_id, name.to_owned());
        self.rows()
            .write_blocking(move |conn| rate::back_off(conn, workspace, (&name, rate), lengths))?;
        Ok(())
    }

    /// Lets nothing of this name be done for a while, by anybody: whoever it is done to asked for it.
    pub fn close(&mut self, name: &str, wait: Duration) -> Result<(), JobError> {
        self.permits.remove(name);
        let (workspace, name) = (self.job.workspace_id, name.to_owned());
        self.database
            .within(workspace)
            .write_blocking(move |conn| rate::close(conn, workspace, &name, wait))?;
        Ok(())
    }

    fn grant(&self, name: &str, rate: Rate) -> Result<Grant, JobError> {
        let (workspace, name) = (self.job.workspace_id, name.to_owned());
        let grant = self
            .database
            .within(workspace)
            .write_blocking(move |conn| rate::take(conn, workspace, &name, rate, rate.block()))?;
        Ok(grant)
    }

    /// Sleeps, and wakes when the job is to stop.
    fn sleep_until(&self, at: Instant) -> Result<(), JobError> {
        const NAP: Duration = Duration::from_millis(50);
        loop {
            self.cancelled()?;
            let left = at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(NAP));
        }
    }
}

fn lost(flags: &Flags) -> JobError {
    flags.lost.store(true, Ordering::Relaxed);
    JobError::Lost
}
