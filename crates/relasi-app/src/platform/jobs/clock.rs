//! What a worker does by the clock: puts in what is due, removes what is old, tells how much waits.

use std::{
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use relasi_persistence::{Conn, Statement, StoreError};

use super::{backoff, lease, queue, rate, schedule, worker::Shared};

/// Between two looks for schedules of new workspaces.
const FURNISH_EVERY: Duration = Duration::from_secs(5);
/// Between two looks for old jobs.
const SWEEP_EVERY: Duration = Duration::from_mins(10);
/// Between two counts.
const TELL_EVERY: Duration = Duration::from_secs(15);

/// Something that is done now and then.
struct Every {
    length: Duration,
    last: Option<Instant>,
}

impl Every {
    fn new(length: Duration) -> Self {
        Self { length, last: None }
    }

    fn is_due(&mut self) -> bool {
        let due = self.last.is_none_or(|at| at.elapsed() >= self.length);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }
}

impl Shared {
    /// Goes on until the worker stops.
    pub(super) fn watch(&self) {
        let mut furnish = Every::new(FURNISH_EVERY);
        let mut sweep = Every::new(SWEEP_EVERY);
        let mut tell = Every::new(TELL_EVERY);
        let mut tick = Every::new(self.options.poll);
        while !self.is_stopping() {
            let plans = self.registry.plans();
            if furnish.is_due() {
                warned(
                    "schedules were not made",
                    schedule::furnish(&self.database, plans),
                );
            }
            if tick.is_due() {
                let made = warned(
                    "schedules were not looked at",
                    schedule::tick(&self.database, plans),
                );
                if made.is_some_and(|made| made > 0) {
                    self.wake.ring();
                }
            }
            if sweep.is_due() {
                self.sweep();
                let buckets = self.database.across().write_blocking(rate::sweep);
                warned("buckets were not removed", buckets);
            }
            if tell.is_due() {
                warned(
                    "jobs were not counted",
                    self.database.across().read_blocking(count),
                );
            }
            let nap = self.options.poll.min(Duration::from_millis(200));
            thread::sleep(nap / 2 + backoff::jitter(nap / 2));
        }
    }

    fn sweep(&self) {
        let (good, bad) = (self.options.keep_good, self.options.keep_bad);
        while !self.stopping.load(Ordering::Relaxed) {
            match self
                .database
                .across()
                .write_blocking(move |conn| lease::sweep(conn, good, bad))
            {
                Ok(0) => return,
                Ok(removed) => log::debug!("{removed} old jobs removed"),
                Err(error) => return log::warn!("old jobs could not be removed: {error}"),
            }
        }
    }
}

fn warned<T>(what: &str, result: Result<T, StoreError>) -> Option<T> {
    result
        .inspect_err(|error| log::warn!("{what}: {error}"))
        .ok()
}

/// Tells how many jobs of each queue wait, since when, and how many were given up.
fn count(conn: &mut Conn) -> Result<(), StoreError> {
    let now = queue::now(conn)?;
    let mut waiting = Statement::new(
        "SELECT l.queue, COUNT(j.id), MIN(j.due_at) FROM (SELECT DISTINCT queue FROM job_lanes) l \
         LEFT JOIN jobs j ON j.queue = l.queue AND j.state = 'ready' AND j.due_at <= ",
    );
    waiting.bind(now).push(" GROUP BY l.queue");
    let waiting = conn.rows(&waiting, |row| {
        Ok((row.text(0)?, row.int(1)?, row.opt_int(2)?))
    })?;
    for (queue, ready, oldest) in waiting {
        let age = Duration::from_micros(
            u64::try_from(oldest.map_or(0, |oldest| now - oldest)).unwrap_or_default(),
        );
        metrics::gauge!("relasi_jobs_ready", "queue" => queue.clone()).set(float(ready));
        metrics::gauge!("relasi_jobs_oldest_ready_seconds", "queue" => queue)
            .set(age.as_secs_f64());
    }
    let dead = Statement::new("SELECT COUNT(*) FROM jobs WHERE state = 'dead'");
    let dead = conn.row(&dead, |row| row.int(0))?.unwrap_or_default();
    metrics::gauge!("relasi_jobs_dead").set(float(dead));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "no table holds 2^52 jobs")]
fn float(count: i64) -> f64 {
    count as f64
}
