//! The one writer of an SQLite file: a thread that commits many callers' work at once.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{Conn, checkpoint::Commits};
use crate::error::StoreError;

/// A batch that has worked for this long is committed although more is waiting.
const LONGEST: Duration = Duration::from_millis(50);

/// Work for the writer. It answers its caller itself, once it knows how the commit went.
trait Job: Send {
    /// Does the work; an error undoes this job's changes alone.
    fn run(&mut self, conn: &mut Conn) -> Result<(), Undo>;
    /// Whether it wants a transaction of its own.
    fn is_bulk(&self) -> bool;
    /// Tells the caller how it ended.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// The job's changes must go; it keeps the reason for its caller.
struct Undo;

struct Work<F, T, E, A> {
    run: F,
    bulk: bool,
    done: Option<Result<T, E>>,
    reply: A,
}

impl<F, T, E, A> Job for Work<F, T, E, A>
where
    F: Fn(&mut Conn) -> Result<T, E> + Send,
    E: From<StoreError> + Send,
    T: Send,
    A: FnOnce(Result<T, E>) + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Result<(), Undo> {
        let done = catch_unwind(AssertUnwindSafe(|| (self.run)(conn)))
            .unwrap_or_else(|payload| Err(StoreError::panicked(&*payload).into()));
        let failed = done.is_err();
        self.done = Some(done);
        if failed { Err(Undo) } else { Ok(()) }
    }

    fn is_bulk(&self) -> bool {
        self.bulk
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self {
            run, done, reply, ..
        } = *self;
        let result = match (done, committed) {
            // Its own failure is what the caller wants to hear, whatever became of the others.
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(StoreError::Other("the work was not run".to_owned()).into()),
        };
        // What the work holds is the caller's to free, not the writer's.
        drop(run);
        reply(result);
    }
}

struct Queued {
    job: Box<dyn Job>,
    since: Instant,
}

/// The way to the writer.
pub(super) struct Lane {
    queue: Option<SyncSender<Queued>>,
    depth: Arc<AtomicUsize>,
    writer: Option<JoinHandle<()>>,
}

impl Lane {
    /// Starts the writer. `commits` hears of each commit; `connect` opens its connection, and another one should the first break.
    pub(super) fn start(
        queue: usize,
        batch: usize,
        commits: Commits,
        connect: impl Fn() -> Result<Conn, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (sender, receiver) = sync_channel(queue.max(1));
        let depth = Arc::new(AtomicUsize::new(0));
        let writer = Writer {
            conn: Some(connect()?),
            connect: Box::new(connect),
            commits,
            queue: receiver,
            depth: Arc::clone(&depth),
            batch: batch.max(1),
            held: None,
        };
        let writer = std::thread::Builder::new()
            .name("relasi-writer".to_owned())
            .spawn(move || writer.serve())?;
        Ok(Self {
            queue: Some(sender),
            depth,
            writer: Some(writer),
        })
    }

    /// Queues `work`; `reply` gets the result after the commit, on the writer's thread. Bulk work has a transaction of
    /// its own: without a savepoint around it SQLite need not keep the former content of every page it touches, which
    /// makes thousands of rows about twice as fast.
    ///
    /// # Errors
    /// [`StoreError::Busy`] at once when the queue is full; `reply` is not called then.
    pub(super) fn submit<F, T, E, A>(&self, work: F, bulk: bool, reply: A) -> Result<(), StoreError>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        A: FnOnce(Result<T, E>) + Send + 'static,
    {
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        let job = Box::new(Work {
            run: work,
            bulk,
            done: None,
            reply,
        });
        self.depth.fetch_add(1, Ordering::Relaxed);
        queue
            .try_send(Queued {
                job,
                since: Instant::now(),
            })
            .map_err(|error| {
                self.depth.fetch_sub(1, Ordering::Relaxed);
                match error {
                    TrySendError::Full(_) => StoreError::Busy,
                    TrySendError::Disconnected(_) => ended(),
                }
            })
    }
}

fn ended() -> StoreError {
    StoreError::Unavailable("the writer has ended".to_owned())
}

impl Drop for Lane {
    /// Lets the writer finish what is queued and close the file.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // The last handle may have gone with a job, on the writer's own thread.
            if writer.thread().id() != std::thread::current().id() && writer.join().is_err() {
                log::error!("the writer panicked");
            }
        }
    }
}

struct Writer {
    conn: Option<Conn>,
    connect: Box<dyn Fn() -> Result<Conn, StoreError> + Send>,
    commits: Commits,
    queue: Receiver<Queued>,
    depth: Arc<AtomicUsize>,
    batch: usize,
    /// Bulk work that came while a batch was under way, and is next.
    held: Option<Queued>,
}

impl Writer {
    fn serve(mut self) {
        while let Some(first) = self.held.take().or_else(|| self.queue.recv().ok()) {
            let mut jobs = Vec::new();
            let outcome = self.commit_batch(first, &mut jobs);
            for job in jobs {
                let outcome = outcome.clone();
                // The reply is the caller's code too.
                if catch_unwind(AssertUnwindSafe(|| job.answer(outcome))).is_err() {
                    log::error!("answering a write panicked");
                }
            }
            if let Some(conn) = &mut self.conn {
                self.commits.committed(conn);
            }
        }
    }

    /// Runs the first job and those that wait behind it, and commits them together.
    fn commit_batch(
        &mut self,
        first: Queued,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), StoreError> {
        let started = Instant::now();
        let outcome = self.run_batch(first, jobs, started);
        if outcome.is_err() {
            self.recover();
        }
        metrics::histogram!("relasi_db_lane_batch_jobs").record(count(jobs.len()));
        metrics::histogram!("relasi_db_lane_batch_seconds").record(started.elapsed());
        outcome
    }

    fn run_batch(
        &mut self,
        first: Queued,
        jobs: &mut Vec<Box<dyn Job>>,
        started: Instant,
    ) -> Result<(), StoreError> {
        let mut next = Some(first);
        let mut begun = begin(&mut self.conn, &*self.connect);
        while let Some(Queued { mut job, since }) = next {
            let depth = self.depth.fetch_sub(1, Ordering::Relaxed) - 1;
            metrics::histogram!("relasi_db_lane_wait_seconds").record(since.elapsed());
            metrics::gauge!("relasi_db_lane_depth").set(count(depth));
            let bulk = job.is_bulk();
            let ran = match &mut begun {
                Ok(conn) if bulk => run_alone(conn, &mut *job),
                Ok(conn) => run_in_savepoint(conn, &mut *job),
                Err(error) => Err(error.clone()),
            };
            jobs.push(job);
            ran?;
            let more = !bulk && jobs.len() < self.batch && started.elapsed() < LONGEST;
            next = more.then(|| self.queue.try_recv().ok()).flatten();
            if next.as_ref().is_some_and(|next| next.job.is_bulk()) {
                self.held = next.take();
            }
        }
        let conn = begun?;
        // Bulk work that failed has ended its transaction already.
        if conn.depth() == 0 {
            Ok(())
        } else {
            conn.commit()
        }
    }

    /// Brings the connection back to outside of a transaction, or opens a new one with the next job.
    fn recover(&mut self) {
        if let Some(conn) = &mut self.conn
            && (conn.unwind_to(0).is_err() || !conn.is_sound())
        {
            log::warn!("the writer opens its connection anew");
            self.conn = None;
        }
    }
}

/// A small number as metrics want it.
fn count(value: usize) -> f64 {
    f64::from(u32::try_from(value).unwrap_or(u32::MAX))
}

/// Begins a transaction, on a new connection when the last one was given up.
fn begin<'a>(
    slot: &'a mut Option<Conn>,
    connect: &(dyn Fn() -> Result<Conn, StoreError> + Send),
) -> Result<&'a mut Conn, StoreError> {
    let conn = match slot {
        Some(conn) => conn,
        None => slot.insert(connect()?),
    };
    conn.begin_immediate()?;
    Ok(conn)
}

/// Runs a job straight in the transaction, which goes with it when it fails. An error means that not even that worked.
fn run_alone(conn: &mut Conn, job: &mut dyn Job) -> Result<(), StoreError> {
    let inside = conn.depth();
    match job.run(conn) {
        Ok(()) if conn.depth() == inside => Ok(()),
        Ok(()) => Err(StoreError::Other(
            "the work left a transaction open".to_owned(),
        )),
        Err(Undo) => conn.unwind_to(0),
    }
}

/// Runs a job in a savepoint of its own. An error means that the batch as a whole is lost.
fn run_in_savepoint(conn: &mut Conn, job: &mut dyn Job) -> Result<(), StoreError> {
    let outside = conn.depth();
    conn.begin()?;
    match job.run(conn) {
        Ok(()) if conn.depth() == outside + 1 => conn.commit(),
        Ok(()) => Err(StoreError::Other(
            "the work left a transaction open".to_owned(),
        )),
        Err(Undo) => conn.unwind_to(outside),
    }
}
