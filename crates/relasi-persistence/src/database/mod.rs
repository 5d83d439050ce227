//! Opening a database, and the two ways in: reads and writes.

mod bulk;
mod checkpoint;
mod conn;
mod lane;
mod options;
mod pool;
mod postgres;
mod search_rows;
mod server;
mod sqlite;
mod tls;
mod transaction;

use std::sync::Arc;

pub use self::{
    bulk::Bulk,
    conn::Conn,
    options::{Dialect, Options, Target},
};
use self::{pool::Pool, postgres::Postgres, sqlite::Sqlite};
use crate::{error::StoreError, sql::Statement};

/// A database that is open. Cheap to clone; the last clone closes it.
///
/// `work` gets a [`Conn`] and may fail with any error that a [`StoreError`] turns into. Reads see
/// what was committed; never call back into the database from within `work`, use the connection.
#[derive(Clone)]
pub struct Database(Arc<Opened>);

struct Opened {
    target: Target,
    options: Options,
    inner: Inner,
}

enum Inner {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
}

impl Database {
    /// Opens the database at `sqlite:PATH`, a plain path, or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it can't be reached or another process has the file.
    pub fn open(address: &str, options: &Options) -> Result<Self, StoreError> {
        let target = Target::parse(address)?;
        let inner = match &target {
            Target::Sqlite(path) => Inner::Sqlite(Box::new(Sqlite::open(path, options)?)),
            Target::Postgres(address) => {
                Inner::Postgres(Box::new(Postgres::open(address, options)?))
            }
        };
        Ok(Self(Arc::new(Opened {
            target,
            options: options.clone(),
            inner,
        })))
    }

    /// Which SQL it speaks.
    pub fn dialect(&self) -> Dialect {
        self.0.target.dialect()
    }

    /// Reads on a blocking thread; for anything that may take longer than a point read.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] when no connection came free in time.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turn = self.long_readers().turn().await?;
        let database = self.clone();
        on_blocking_thread(move || {
            let _turn = turn;
            database.read_blocking(work)
        })
        .await
    }

    /// Reads a little: on SQLite at once on this thread (microseconds), on PostgreSQL like
    /// [`read`](Self::read).
    pub async fn read_short<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.inner {
            Inner::Sqlite(_) => self.read_now(work),
            Inner::Postgres(_) => self.read(work).await,
        }
    }

    /// Reads on this thread. On PostgreSQL the thread must not be driving asynchronous tasks.
    pub fn read_now<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &self.0.inner {
            Inner::Sqlite(sqlite) => work(&mut *sqlite.short.take()?),
            Inner::Postgres(postgres) => postgres.read(work),
        }
    }

    /// Like [`read_now`](Self::read_now), from the connections for long reads.
    pub fn read_blocking<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &self.0.inner {
            Inner::Sqlite(sqlite) => work(&mut *sqlite.long.take()?),
            Inner::Postgres(postgres) => postgres.read(work),
        }
    }

    /// Writes in one transaction; answered when the change is durable. An error of `work` undoes
    /// what it did. It runs to its end even when the caller leaves, and on PostgreSQL runs again
    /// after a conflict with others, so it must not change anything but the database.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] when too much is waiting already.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.inner {
            Inner::Sqlite(sqlite) => {
                let (reply, answer) = tokio::sync::oneshot::channel();
                // A caller who left has no ear for the answer; the work is done all the same.
                sqlite
                    .lane
                    .submit(work, false, move |result| drop(reply.send(result)))?;
                answer.await.unwrap_or_else(|_| Err(unanswered()))
            }
            Inner::Postgres(postgres) => {
                let turn = postgres.writers.turn().await?;
                let database = self.clone();
                on_blocking_thread(move || {
                    let _turn = turn;
                    database.write_blocking(work)
                })
                .await
            }
        }
    }

    /// Like [`write`](Self::write), waiting on this thread, which must not be driving asynchronous
    /// tasks.
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_waiting(work, false)
    }

    /// Like [`write_blocking`](Self::write_blocking), for hundreds of rows at a time: on SQLite it
    /// shares its transaction with no other write, which spares much of the work.
    pub fn write_bulk<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_waiting(work, true)
    }

    fn write_waiting<T, E, F>(&self, work: F, bulk: bool) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.inner {
            Inner::Sqlite(sqlite) => {
                let (reply, answer) = std::sync::mpsc::sync_channel(1);
                sqlite
                    .lane
                    .submit(work, bulk, move |result| drop(reply.send(result)))?;
                answer.recv().unwrap_or_else(|_| Err(unanswered()))
            }
            Inner::Postgres(postgres) => postgres.write(&work),
        }
    }

    /// Where it is.
    pub fn target(&self) -> &Target {
        &self.0.target
    }

    /// Asks for one row, to see whether the database answers. Blocks like
    /// [`read_blocking`](Self::read_blocking).
    pub fn ping(&self) -> Result<(), StoreError> {
        self.read_blocking(|conn| conn.row(&Statement::new("SELECT 1"), |_| Ok(())).map(drop))
    }

    /// Lets SQLite renew the statistics its plans go by: daily, and after much was written.
    /// PostgreSQL does so by itself.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        match self.dialect() {
            Dialect::Sqlite => {
                self.write(|conn| conn.execute_batch("PRAGMA optimize"))
                    .await
            }
            Dialect::Postgres => Ok(()),
        }
    }

    /// Lets nothing that was deleted stay outside the rows of SQLite: not in its full-text index, where removed texts
    /// wait for a merge, nor in its log. PostgreSQL's own vacuum does it there. Blocks like
    /// [`write_blocking`](Self::write_blocking). `false` when readers kept the log from being emptied; ask again.
    pub fn leave_no_trace(&self) -> Result<bool, StoreError> {
        let Target::Sqlite(path) = &self.0.target else {
            return Ok(true);
        };
        self.write_blocking(|conn| {
            conn.execute_batch(
                "INSERT INTO search_fragments (search_fragments) VALUES ('optimize')",
            )
        })?;
        sqlite::empty_log(path, &self.0.options)
    }

    /// A connection of its own for changing the schema, without limits of time.
    pub(crate) fn connect_for_schema(&self) -> Result<Conn, StoreError> {
        match (&self.0.inner, &self.0.target) {
            (Inner::Postgres(postgres), _) => postgres.connect_for_schema(),
            (Inner::Sqlite(_), Target::Sqlite(path)) => {
                Ok(Conn::sqlite(connect_sqlite(path, &self.0.options)?))
            }
            (Inner::Sqlite(_), Target::Postgres(_)) => Err(StoreError::Other(
                "the address and the database differ".to_owned(),
            )),
        }
    }

    /// Whether a pooler in transaction mode stands before the server.
    pub(crate) fn is_pooled(&self) -> bool {
        match &self.0.inner {
            Inner::Sqlite(_) => false,
            Inner::Postgres(postgres) => postgres.pooler,
        }
    }

    /// Closes idle connections: what they prepared may not fit a changed schema.
    pub(crate) fn forget_connections(&self) {
        match &self.0.inner {
            Inner::Sqlite(sqlite) => {
                sqlite.short.clear();
                sqlite.long.clear();
            }
            Inner::Postgres(postgres) => {
                postgres.readers.clear();
                postgres.writers.clear();
            }
        }
    }

    /// Runs blocking work wherever it is called, also on a thread that drives asynchronous tasks.
    pub(crate) fn off_runtime<T: Send>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send,
    ) -> Result<T, StoreError> {
        match &self.0.inner {
            Inner::Sqlite(_) => work(),
            Inner::Postgres(_) => postgres::off_runtime(work),
        }
    }

    fn long_readers(&self) -> &Pool {
        match &self.0.inner {
            Inner::Sqlite(sqlite) => &sqlite.long,
            Inner::Postgres(postgres) => &postgres.readers,
        }
    }
}

/// A connection that may write, set up like all others.
pub(crate) fn connect_sqlite(
    path: &std::path::Path,
    options: &Options,
) -> Result<diesel::SqliteConnection, StoreError> {
    sqlite::connect(path, options, sqlite::Access::Write)
}

/// What PostgreSQL's own programs need in their environment to reach the database at `address`.
pub(crate) fn server_environment(address: &str) -> Result<Vec<(&'static str, String)>, StoreError> {
    Ok(server::Server::parse(address)?.environment())
}

fn unanswered<E: From<StoreError>>() -> E {
    StoreError::Unavailable("the writer ended before it answered".to_owned()).into()
}

async fn on_blocking_thread<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(match error.try_into_panic() {
            Ok(payload) => StoreError::panicked(&*payload),
            Err(error) => StoreError::Unavailable(error.to_string()),
        }
        .into()),
    }
}
