//! Threads that do the jobs.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use relasi_persistence::{Database, Dialect, StoreError};

use super::{
    Ending, Handler, Job, JobContext, JobError, Lease, Registry, State, Wake, backoff,
    claim::{self, LEASE, Parting},
    keeper::Held,
};

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Jobs at a time in this process.
    pub threads: usize,
    /// Running jobs of one workspace and queue, in all processes together.
    pub per_lane: u16,
    /// How long others wait for a silent worker; renewed at a third of it.
    pub lease: Duration,
    /// Longest time between two looks for work when nobody rings.
    pub poll: Duration,
    /// How long done and cancelled jobs are kept.
    pub keep_good: Duration,
    /// How long failed and dead jobs are kept.
    pub keep_bad: Duration,
}

const DAY: Duration = Duration::from_hours(24);

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 2,
            per_lane: 1,
            lease: LEASE,
            poll: Duration::from_secs(1),
            keep_good: DAY * 7,
            keep_bad: DAY * 30,
        }
    }
}

/// The running worker of a process. Dropping it without [`Worker::stop`] lets the threads end by themselves.
pub struct Worker {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    database: Database,
    registry: Registry,
    options: Options,
    wake: Wake,
    held: Held,
    stopping: Arc<AtomicBool>,
}

impl Worker {
    /// Starts the threads. Ring `wake` after commits that enqueue.
    ///
    /// A process on SQLite owns the file, so jobs left running by a former process are free at once.
    pub fn start(
        database: Database,
        registry: Registry,
        wake: Wake,
        options: Options,
    ) -> Result<Self, StoreError> {
        if database.dialect() == Dialect::Sqlite {
            let freed = database.write_blocking(claim::free_leases)?;
            if freed > 0 {
                log::info!("{freed} interrupted jobs go on");
            }
        }
        let shared = Arc::new(Shared {
            database,
            registry,
            options,
            wake,
            held: Held::default(),
            stopping: Arc::default(),
        });
        let mut threads = Vec::with_capacity(options.threads + 1);
        for number in 0..options.threads {
            threads.push(spawn(&shared, format!("job-{number}"), Shared::work)?);
        }
        threads.push(spawn(&shared, "job-keeper".to_owned(), Shared::keep)?);
        Ok(Self { shared, threads })
    }

    /// Stops taking jobs, lets running ones end their chunk and gives their leases back. Waits at most `patience`;
    /// `false` when a job did not stop in time, whose lease then runs out by itself.
    pub fn stop(self, patience: Duration) -> bool {
        self.shared.stop();
        let end = Instant::now() + patience;
        while self.threads.iter().any(|thread| !thread.is_finished()) {
            if Instant::now() >= end {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

fn spawn(
    shared: &Arc<Shared>,
    name: String,
    body: fn(&Shared),
) -> Result<JoinHandle<()>, StoreError> {
    let shared = Arc::clone(shared);
    Ok(thread::Builder::new()
        .name(name)
        .spawn(move || body(&shared))?)
}

impl Shared {
    fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.wake.ring();
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Takes and does jobs until the worker stops.
    fn work(&self) {
        while !self.is_stopping() {
            let rings = self.wake.count();
            let (lease, per_lane) = (self.options.lease, i64::from(self.options.per_lane));
            match self
                .database
                .write_blocking(move |conn| claim::claim(conn, lease, per_lane))
            {
                Ok(Some((lease, job))) => self.do_job(lease, job),
                Ok(None) => self.doze(rings),
                Err(error) => {
                    log::warn!("no job could be taken: {error}");
                    self.doze(rings);
                }
            }
        }
    }

    fn doze(&self, rings: u64) {
        if !self.is_stopping() {
            let half = self.options.poll / 2;
            self.wake.wait(rings, half + backoff::jitter(half));
        }
    }

    fn do_job(&self, lease: Lease, job: Job) {
        let started = Instant::now();
        let handler = self.registry.handler(&job.kind);
        let parting = match &handler {
            None => Parting::Final {
                state: State::Failed,
                result: None,
                error: Some("unknown_kind".to_owned()),
                reached: None,
            },
            Some(handler) => self.run(handler.as_ref(), lease, &job),
        };
        tell(&job, &parting, started.elapsed());
        self.part(lease, job, handler, parting);
    }

    /// Runs a job that may still be run, and says how to part from it.
    fn run(&self, handler: &dyn Handler, lease: Lease, job: &Job) -> Parting {
        if job.cancel_requested {
            return ended(State::Cancelled, "cancelled", None);
        }
        if job.attempts > job.max_attempts {
            return ended(State::Dead, "abandoned", None);
        }
        let flags = self.held.add(lease);
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
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| handler.run(&mut context)));
        self.held.remove(&lease);
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
        let parted = self.database.write_blocking(move |conn| {
            if !claim::part(conn, &lease, &parting)? {
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

    /// Renews leases and removes old jobs until the worker stops and holds none.
    fn keep(&self) {
        const SWEEP_EVERY: Duration = Duration::from_mins(10);
        let mut renewed = Instant::now();
        let mut swept: Option<Instant> = None;
        while !self.is_stopping() || !self.held.is_empty() {
            if renewed.elapsed() >= self.options.lease / 3 {
                renewed = Instant::now();
                self.held.renew_all(&self.database, self.options.lease);
            }
            if !self.is_stopping() && swept.is_none_or(|at| at.elapsed() >= SWEEP_EVERY) {
                swept = Some(Instant::now());
                self.sweep();
            }
            thread::sleep((self.options.lease / 30).min(Duration::from_millis(200)));
        }
    }

    fn sweep(&self) {
        let (good, bad) = (self.options.keep_good, self.options.keep_bad);
        while !self.is_stopping() {
            match self
                .database
                .write_blocking(move |conn| claim::sweep(conn, good, bad))
            {
                Ok(0) => return,
                Ok(removed) => log::debug!("{removed} old jobs removed"),
                Err(error) => return log::warn!("old jobs could not be removed: {error}"),
            }
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
        JobError::Stopped | JobError::Lost => Parting::Released,
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
    };
    log::info!(job = job.id.to_string().as_str(), kind = job.kind.as_str(), state; "job left after {took:?}");
    metrics::counter!("relasi_jobs_total", "kind" => job.kind.clone(), "state" => state)
        .increment(1);
    metrics::histogram!("relasi_job_seconds", "kind" => job.kind.clone())
        .record(took.as_secs_f64());
}
