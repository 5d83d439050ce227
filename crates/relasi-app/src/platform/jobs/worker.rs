//! Threads that do the jobs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use relasi_persistence::{Database, Dialect, StoreError};

use super::{
    Registry, Wake, backoff,
    claim::{self, Claim, Limits, Taken},
    keeper::Held,
    lease::{self, LEASE},
};

/// A thread begins no further one of the jobs it has in hand after this time; others may be free by then.
const IN_HAND: Duration = Duration::from_millis(250);

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Jobs at a time in this process.
    pub threads: usize,
    /// Running jobs of one workspace and queue, in all processes together.
    pub per_lane: u16,
    /// Running jobs of one workspace, in all processes together.
    pub per_workspace: u16,
    /// How long others wait for a silent worker; renewed at a third of it.
    pub lease: Duration,
    /// Longest time between two looks for work when nobody rings.
    pub poll: Duration,
    /// How long done and cancelled jobs are kept.
    pub keep_good: Duration,
    /// How long failed and dead jobs are kept.
    pub keep_bad: Duration,
}

/// Who meets another worker at a lane looks again after so long at most.
const CONTENDED: Duration = Duration::from_millis(5);

const DAY: Duration = Duration::from_hours(24);

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 2,
            per_lane: 1,
            per_workspace: 4,
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

pub(super) struct Shared {
    pub(super) database: Database,
    pub(super) registry: Registry,
    pub(super) options: Options,
    limits: Limits,
    pub(super) wake: Wake,
    pub(super) held: Held,
    pub(super) stopping: Arc<AtomicBool>,
}

/// Tells a worker to stop while somebody else holds it.
#[derive(Clone)]
pub struct Stopper(Arc<Shared>);

impl Stopper {
    /// Takes no further jobs from now on; running ones end their chunk.
    pub fn stop(&self) {
        self.0.stop();
    }
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
            let freed = database.across().write_blocking(lease::free_leases)?;
            if freed > 0 {
                log::info!("{freed} interrupted jobs go on");
            }
        }
        let limits = Limits {
            per_lane: options.per_lane.into(),
            per_workspace: options.per_workspace.into(),
            kinds: registry.caps(),
            ..Limits::default()
        };
        let shared = Arc::new(Shared {
            database,
            registry,
            options,
            limits,
            wake,
            held: Held::default(),
            stopping: Arc::default(),
        });
        let mut threads = Vec::with_capacity(options.threads + 2);
        for number in 0..options.threads {
            threads.push(spawn(&shared, format!("job-{number}"), Shared::work)?);
        }
        threads.push(spawn(&shared, "job-keeper".to_owned(), Shared::keep)?);
        threads.push(spawn(&shared, "job-clock".to_owned(), Shared::watch)?);
        Ok(Self { shared, threads })
    }

    /// What tells it to stop.
    pub fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.shared))
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

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Takes and does jobs until the worker stops.
    fn work(&self) {
        while !self.is_stopping() {
            let rings = self.wake.count();
            let (lease, limits) = (self.options.lease, self.limits.clone());
            match self
                .database
                .across()
                .write_blocking(move |conn| claim::claim(conn, lease, &limits))
            {
                Ok(Claim::Jobs(jobs)) => self.do_jobs(jobs),
                Ok(Claim::Nothing) => self.doze(rings),
                Ok(Claim::Contended) => {
                    thread::sleep(Duration::from_millis(1) + backoff::jitter(CONTENDED));
                }
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

    /// Does jobs one after the other, and gives back what it has not begun in time.
    fn do_jobs(&self, jobs: Vec<Taken>) {
        let began = Instant::now();
        let jobs = jobs.into_iter().map(|taken| {
            let flags = self.held.add(taken.lease);
            (taken, flags)
        });
        let mut left = jobs.collect::<Vec<_>>().into_iter();
        while let Some((taken, flags)) = left.next() {
            self.do_job(taken, flags);
            if left.len() > 0 && (self.is_stopping() || began.elapsed() > IN_HAND) {
                break;
            }
        }
        let unbegun: Vec<Taken> = left.map(|(taken, _)| taken).collect();
        if unbegun.is_empty() {
            return;
        }
        for taken in &unbegun {
            self.held.remove(&taken.lease);
        }
        let given = self
            .database
            .across()
            .write_blocking(move |conn| lease::give_back(conn, &unbegun));
        if let Err(error) = given {
            // Their lease runs out, and somebody else takes them.
            log::warn!("jobs could not be given back: {error}");
        }
        self.wake.ring();
    }

    /// Renews leases until the worker stops and holds none.
    fn keep(&self) {
        let mut renewed = Instant::now();
        while !self.is_stopping() || !self.held.is_empty() {
            if renewed.elapsed() >= self.options.lease / 3 {
                renewed = Instant::now();
                self.held.renew_all(&self.database, self.options.lease);
            }
            thread::sleep((self.options.lease / 30).min(Duration::from_millis(200)));
        }
    }
}
