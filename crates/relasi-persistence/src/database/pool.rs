//! Connections kept open between uses.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Conn;
use crate::error::StoreError;

/// A connection that nobody wanted for so long is closed.
const IDLE: Duration = Duration::from_mins(5);
/// After a failed connect nobody tries again for this long; callers are told at once.
const PAUSE: Duration = Duration::from_millis(250);

/// A bounded stack of connections. The one used last is used next, so spare ones grow old and go.
pub(super) struct Pool {
    name: &'static str,
    state: Mutex<State>,
    freed: Condvar,
    /// Where asynchronous callers wait, so that they don't hold a thread meanwhile.
    permits: Arc<Semaphore>,
    max: usize,
    wait: Duration,
    connect: Box<dyn Fn() -> Result<Conn, StoreError> + Send + Sync>,
}

#[derive(Default)]
struct State {
    idle: Vec<(Conn, Instant)>,
    /// Connections that are idle, in use or being opened.
    open: usize,
    failure: Option<(Instant, StoreError)>,
}

impl Pool {
    pub(super) fn new(
        name: &'static str,
        max: usize,
        wait: Duration,
        connect: impl Fn() -> Result<Conn, StoreError> + Send + Sync + 'static,
    ) -> Self {
        let max = max.max(1);
        Self {
            name,
            state: Mutex::default(),
            freed: Condvar::new(),
            permits: Arc::new(Semaphore::new(max)),
            max,
            wait,
            connect: Box::new(connect),
        }
    }

    /// Waits its turn without holding a thread; take a connection while holding the permit.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let started = Instant::now();
        let permit = tokio::time::timeout(self.wait, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Unavailable("the pool is closed".to_owned()))?;
        self.waited(started);
        Ok(permit)
    }

    /// A connection, waiting for one on this thread when all are in use.
    pub(super) fn take(&self) -> Result<Lease<'_>, StoreError> {
        let started = Instant::now();
        let mut state = self.lock();
        loop {
            while let Some((mut conn, _)) = state.idle.pop() {
                if conn.is_sound() {
                    drop(state);
                    self.waited(started);
                    return Ok(Lease {
                        pool: self,
                        conn: Some(conn),
                    });
                }
                state.open -= 1;
            }
            if state.open < self.max {
                return self.open(state);
            }
            let left = self
                .wait
                .checked_sub(started.elapsed())
                .ok_or(StoreError::Busy)?;
            let waited = self.freed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Closes the idle connections.
    pub(super) fn clear(&self) {
        let mut state = self.lock();
        let idle = std::mem::take(&mut state.idle);
        state.open -= idle.len();
        drop(state);
        drop(idle);
    }

    fn open(&self, mut state: MutexGuard<'_, State>) -> Result<Lease<'_>, StoreError> {
        if let Some((at, error)) = &state.failure
            && at.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        state.open += 1;
        drop(state);
        let opened = (self.connect)();
        let mut state = self.lock();
        match opened {
            Ok(conn) => {
                state.failure = None;
                drop(state);
                Ok(Lease {
                    pool: self,
                    conn: Some(conn),
                })
            }
            Err(error) => {
                log::warn!(pool = self.name, error = error.to_string().as_str(); "no connection");
                state.open -= 1;
                state.failure = Some((Instant::now(), error.clone()));
                drop(state);
                self.freed.notify_one();
                Err(error)
            }
        }
    }

    fn put(&self, mut conn: Conn) {
        let sound = !std::thread::panicking() && conn.is_sound();
        let mut state = self.lock();
        let gone = if sound {
            state.idle.push((conn, Instant::now()));
            let stale = state
                .idle
                .first()
                .is_some_and(|(_, since)| since.elapsed() > IDLE);
            stale.then(|| state.idle.remove(0).0)
        } else {
            Some(conn)
        };
        state.open -= usize::from(gone.is_some());
        drop(state);
        self.freed.notify_one();
        drop(gone);
    }

    fn waited(&self, since: Instant) {
        metrics::histogram!("relasi_db_pool_wait_seconds", "pool" => self.name)
            .record(since.elapsed());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan.
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    conn: Option<Conn>,
}

impl Deref for Lease<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
            .as_ref()
            .expect("a lease has its connection until it is dropped")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
            .as_mut()
            .expect("a lease has its connection until it is dropped")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.pool.put(conn);
        }
    }
}
