//! Keeps the leases of this process alive while their jobs run.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};

use relasi_persistence::{Database, StoreError};

use super::{
    Lease,
    context::Flags,
    lease::{self, Renewal},
};

/// The leases that this process holds.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<Vec<(Lease, Arc<Flags>)>>);

impl Held {
    pub(super) fn add(&self, lease: Lease) -> Arc<Flags> {
        let flags = Arc::new(Flags::default());
        self.list().push((lease, Arc::clone(&flags)));
        flags
    }

    pub(super) fn remove(&self, lease: &Lease) {
        self.list().retain(|(held, _)| held != lease);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list().is_empty()
    }

    /// Renews every lease; one that can't be reached now gets another chance before it ends.
    pub(super) fn renew_all(&self, database: &Database, length: Duration) {
        let held = self.list().clone();
        for (lease, flags) in held {
            match database
                .across()
                .write_blocking(move |conn| lease::renew(conn, &lease, length))
            {
                Ok(Renewal::Held) => {}
                Ok(Renewal::CancelRequested) => flags.cancel.store(true, Ordering::Relaxed),
                Ok(Renewal::Paused) => flags.paused.store(true, Ordering::Relaxed),
                Ok(Renewal::Lost) => flags.lost.store(true, Ordering::Relaxed),
                Err(error) => warn(&error),
            }
        }
    }

    fn list(&self) -> MutexGuard<'_, Vec<(Lease, Arc<Flags>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn warn(error: &StoreError) {
    log::warn!("a lease could not be renewed: {error}");
}
