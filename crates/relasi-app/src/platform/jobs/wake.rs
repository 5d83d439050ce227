//! Tells sleeping workers of this process that there may be work.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A bell that many may ring and many may hear. It is a hint: whoever misses it finds the work by polling.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Bell>);

#[derive(Debug, Default)]
struct Bell {
    rings: Mutex<u64>,
    heard: Condvar,
}

impl Wake {
    /// Wakes all who wait. Call it after the commit that enqueued a job.
    pub fn ring(&self) {
        *self.rings() += 1;
        self.0.heard.notify_all();
    }

    /// How often it rang so far; ask before looking for work, so that no ring in between is lost.
    pub(super) fn count(&self) -> u64 {
        *self.rings()
    }

    /// Waits until it has rung more than `seen` times, or `longest`.
    pub(super) fn wait(&self, seen: u64, longest: Duration) {
        let guard = self.rings();
        let waited = self
            .0
            .heard
            .wait_timeout_while(guard, longest, |rings| *rings == seen);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn rings(&self) -> MutexGuard<'_, u64> {
        self.0.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
