//! PostgreSQL: pools of native connections, each driven by the thread that uses it.

use std::{cell::Cell, sync::Arc, time::Duration};

use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection,
    async_connection_wrapper::{AsyncConnectionWrapper, BlockOn},
};
use tokio::runtime::{Builder, Runtime};

use super::{
    Conn, Options,
    pool::{Lease, Pool},
    replica::{Replica, place_of_primary},
    scope::Scope,
    server::{Purpose, Server},
};
use crate::error::StoreError;

/// How often a write is tried before its caller hears of the conflict.
const ATTEMPTS: u32 = 6;

pub(super) struct Postgres {
    server: Arc<Server>,
    pub(super) readers: Pool,
    pub(super) writers: Pool,
    pub(super) replica: Option<Arc<Replica>>,
    pub(super) pooler: bool,
    read_timeout: Duration,
    write_timeout: Duration,
}

impl Postgres {
    pub(super) fn open(address: &str, options: &Options) -> Result<Self, StoreError> {
        let server = Arc::new(Server::parse(address)?);
        let pooler = options.pooler || server.pooler;
        let (reading, writing) = if pooler {
            (None, None)
        } else {
            (Some(options.read_timeout), Some(options.write_timeout))
        };
        let replica = options
            .replica
            .as_deref()
            .map(|address| Replica::open(address, Arc::clone(&server), options));
        let reader = Arc::clone(&server);
        let writer = Arc::clone(&server);
        let opened = Self {
            server,
            readers: Pool::new("read", options.readers, options.wait_timeout, move || {
                Ok(Conn::postgres(
                    reader.connect(reading, Purpose::Read)?,
                    !pooler,
                ))
            }),
            writers: Pool::new("write", options.writers, options.wait_timeout, move || {
                Ok(Conn::postgres(
                    writer.connect(writing, Purpose::Write)?,
                    !pooler,
                ))
            }),
            replica: replica.transpose()?,
            pooler,
            read_timeout: options.read_timeout,
            write_timeout: options.write_timeout,
        };
        off_runtime(|| opened.readers.take().map(drop))?;
        Ok(opened)
    }

    /// A connection without limits of time.
    pub(super) fn connect_for_schema(&self) -> Result<Conn, StoreError> {
        let limit = (!self.pooler).then_some(Duration::ZERO);
        Ok(Conn::postgres(
            self.server.connect(limit, Purpose::Schema)?,
            false,
        ))
    }

    pub(super) fn read<T, E>(
        &self,
        scope: Scope,
        manner: Manner,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let isolation = manner.isolation.words();
        let limit = if manner.unhurried {
            Some(self.write_timeout)
        } else {
            // Else the connection has it.
            self.pooler.then_some(self.read_timeout)
        };
        let begin = match limit.map(|limit| limit.as_millis()) {
            Some(limit) => {
                format!("BEGIN {isolation} READ ONLY; SET LOCAL statement_timeout = {limit}")
            }
            None => format!("BEGIN {isolation} READ ONLY"),
        };
        let mut conn = self.reader(manner.may_lag)?;
        within(&mut conn, scope, &begin, work)
    }

    /// A connection for reading, to the copy when it may be a moment behind and is there.
    fn reader(&self, may_lag: bool) -> Result<Lease<'_>, StoreError> {
        let replica = self
            .replica
            .as_ref()
            .filter(|replica| may_lag && replica.is_near());
        if let Some(replica) = replica
            && let Ok(conn) = replica.pool.take()
        {
            metrics::counter!("relasi_db_replica_reads_total").increment(1);
            return Ok(conn);
        }
        self.readers.take()
    }

    /// Waits until the copy has what is committed by now; `false` when there is none or it does not come that far in time.
    pub(super) fn replica_follows(&self, within: Duration) -> bool {
        let Some(replica) = self.replica.as_ref().filter(|replica| replica.is_near()) else {
            return false;
        };
        let place = self
            .readers
            .take()
            .and_then(|mut conn| place_of_primary(&mut conn));
        matches!(place, Ok(Some(place)) if replica.reaches(place, within))
    }

    pub(super) fn write<T, E>(
        &self,
        scope: Scope,
        work: &dyn Fn(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut conn = self.writers.take()?;
        for attempt in 1..=ATTEMPTS {
            conn.take_conflict();
            let result = within(&mut conn, scope, "BEGIN", work);
            let conflict = conn.take_conflict();
            if result.is_ok() || !conflict {
                return result;
            }
            metrics::counter!("relasi_db_retries_total").increment(1);
            pause(attempt);
        }
        Err(StoreError::Conflict.into())
    }
}

/// How something is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) isolation: Isolation,
    /// What was committed in the last seconds may be missing.
    pub(super) may_lag: bool,
    /// A statement may take as long as one that writes.
    pub(super) unhurried: bool,
}

/// What a read sees of others who write meanwhile.
#[derive(Debug, Clone, Copy)]
pub(super) enum Isolation {
    /// Each statement what was committed before it.
    Usual,
    /// All statements the same moment.
    OneMoment,
}

impl Isolation {
    fn words(self) -> &'static str {
        match self {
            Self::Usual => "ISOLATION LEVEL READ COMMITTED",
            Self::OneMoment => "ISOLATION LEVEL REPEATABLE READ",
        }
    }
}

/// Runs `work` in a transaction that tells the server whose rows it is about. The setting ends with the transaction, so
/// that it never reaches the next user of a session, behind a pooler either.
fn within<T, E>(
    conn: &mut Conn,
    scope: Scope,
    begin: &str,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    // In one message, since the way to the server is what costs.
    let setting = scope.setting();
    conn.begin_with(&format!("{begin}; SET LOCAL app.workspace = '{setting}'"))?;
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(conn)));
    let failure = match done {
        Ok(Ok(value)) => match conn.commit() {
            Ok(()) => return Ok(value),
            Err(error) => error.into(),
        },
        Ok(Err(error)) => error,
        Err(payload) => StoreError::panicked(&*payload).into(),
    };
    // A connection that can't be brought back is not returned to the pool; the cause is told.
    if let Err(error) = conn.unwind_to(0) {
        log::warn!(error = error.to_string().as_str(); "a transaction could not be undone");
    }
    Err(failure)
}

/// Waits longer with each attempt and never the same, so that two writers get out of step.
fn pause(attempt: u32) {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.subsec_nanos());
    let most = 4_000_u32 << attempt.min(6);
    std::thread::sleep(Duration::from_micros(u64::from(nanos % most)));
}

/// Runs blocking work on a thread of its own, since driving a connection is not allowed on a
/// thread that already drives asynchronous tasks.
pub(super) fn off_runtime<T: Send>(
    work: impl FnOnce() -> Result<T, StoreError> + Send,
) -> Result<T, StoreError> {
    std::thread::scope(|scope| {
        scope
            .spawn(work)
            .join()
            .unwrap_or_else(|payload| Err(StoreError::panicked(&*payload)))
    })
}

/// A connection as diesel's blocking half sees it.
pub(crate) type PgConn = AsyncConnectionWrapper<AsyncPgConnection, Driver>;

/// A connection with the runtime that drives it.
pub(super) struct PgLink {
    conn: Option<PgConn>,
    runtime: Option<Arc<Runtime>>,
    socket: tokio::task::JoinHandle<()>,
}

impl PgLink {
    /// Opens a connection by `connect`, which also answers the task that serves its socket.
    pub(super) fn open<F>(connect: F) -> Result<Self, StoreError>
    where
        F: AsyncFnOnce() -> Result<(AsyncPgConnection, tokio::task::JoinHandle<()>), StoreError>,
    {
        let runtime = Arc::new(Builder::new_current_thread().enable_all().build()?);
        let opened = runtime.block_on(connect());
        match opened {
            Ok((conn, socket)) => {
                HANDED.set(Some(Arc::clone(&runtime)));
                Ok(Self {
                    conn: Some(PgConn::from(conn)),
                    runtime: Some(runtime),
                    socket,
                })
            }
            Err(error) => {
                close(Some(runtime));
                Err(error)
            }
        }
    }

    pub(super) fn connection(&mut self) -> &mut PgConn {
        self.conn
            .as_mut()
            .expect("a link has its connection until it is dropped")
    }

    /// Begins a transaction by a text of one's own, which diesel then knows of.
    pub(super) fn begin(&mut self, text: &str) -> Result<(), StoreError> {
        let runtime = self.runtime.clone();
        let runtime = runtime.expect("a link has its runtime until it is dropped");
        let conn: &mut AsyncPgConnection = self.connection();
        let begun = AnsiTransactionManager::begin_transaction_sql(conn, text);
        runtime.block_on(begun).map_err(StoreError::from)
    }

    /// Lets the socket's task see what came in since the last use, such as the server's goodbye.
    pub(super) fn is_connected(&self) -> bool {
        if let Some(runtime) = &self.runtime {
            runtime.block_on(async {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
            });
        }
        !self.socket.is_finished()
    }
}

impl Drop for PgLink {
    fn drop(&mut self) {
        drop(self.conn.take());
        close(self.runtime.take());
    }
}

/// Ends a runtime without waiting, which is allowed on every thread.
fn close(runtime: Option<Arc<Runtime>>) {
    if let Some(runtime) = runtime.and_then(Arc::into_inner) {
        runtime.shutdown_background();
    }
}

thread_local! {
    /// The runtime that the next connection of this thread belongs to: diesel-async makes the
    /// driver itself and offers no other way to pass one in.
    static HANDED: Cell<Option<Arc<Runtime>>> = const { Cell::new(None) };
}

/// Drives a connection on the calling thread, in and out of a surrounding runtime's blocking pool.
pub(crate) struct Driver(Arc<Runtime>);

impl BlockOn for Driver {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn get_runtime() -> Self {
        Self(
            HANDED
                .take()
                .expect("connections are opened by PgLink::open only"),
        )
    }
}
