//! Opening a database, and the two ways in: reads and writes.

mod bulk;
mod checkpoint;
mod common;
mod conn;
mod lane;
mod options;
mod pool;
mod postgres;
mod replica;
mod scope;
mod search_rows;
mod server;
pub(crate) mod sight;
mod sqlite;
mod tls;
mod transaction;

use std::{sync::Arc, time::Duration};

use uuid::Uuid;

pub use self::{
    bulk::Bulk,
    conn::Conn,
    options::{Dialect, Options, Target},
    scope::Scoped,
};
use self::{pool::Pool, postgres::Postgres, scope::Scope, sqlite::Sqlite};
use crate::{error::StoreError, sql::Statement};

/// A database that is open. Cheap to clone; the last clone closes it.
///
/// What it holds is reached through [`within`](Self::within) or [`across`](Self::across).
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

    /// The rows of one workspace. On PostgreSQL the server itself holds back those of others.
    pub fn within(&self, workspace: Uuid) -> Scoped {
        let workspace = self.0.options.pinned_scope.unwrap_or(workspace);
        Scoped::new(self.clone(), Scope::Workspace(workspace))
    }

    /// The rows of all workspaces: for the product's own work, such as finding out who signs in to where, taking jobs, and
    /// the command line. Who acts for somebody uses [`within`](Self::within).
    pub fn across(&self) -> Scoped {
        Scoped::new(self.clone(), Scope::All)
    }

    /// Whether there may be a copy that lists and reports are read from.
    pub fn has_replica(&self) -> bool {
        matches!(&self.0.inner, Inner::Postgres(postgres) if postgres.replica.is_some())
    }

    /// Waits until the copy has what is committed by now, so that the next reads `lately` find it; `false` when it does not
    /// come that far in time, or there is none. Blocks like [`Scoped::read_blocking`].
    pub fn replica_follows(&self, within: Duration) -> bool {
        match &self.0.inner {
            Inner::Sqlite(_) => false,
            Inner::Postgres(postgres) => postgres.replica_follows(within),
        }
    }

    /// Where it is.
    pub fn target(&self) -> &Target {
        &self.0.target
    }

    /// Asks for one row, to see whether the database answers. Blocks like
    /// [`Scoped::read_blocking`].
    pub fn ping(&self) -> Result<(), StoreError> {
        self.across()
            .read_blocking(|conn| conn.row(&Statement::new("SELECT 1"), |_| Ok(())).map(drop))
    }

    /// Lets SQLite renew the statistics its plans go by: daily, and after much was written.
    /// PostgreSQL does so by itself.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        match self.dialect() {
            Dialect::Sqlite => {
                self.across()
                    .write(|conn| conn.execute_batch("PRAGMA optimize"))
                    .await
            }
            Dialect::Postgres => Ok(()),
        }
    }

    /// Lets nothing that was deleted stay outside the rows of SQLite: not in its full-text index, where removed texts
    /// wait for a merge, nor in its log. PostgreSQL's own vacuum does it there. Blocks like
    /// [`Scoped::write_blocking`]. `false` when readers kept the log from being emptied; ask again.
    pub fn leave_no_trace(&self) -> Result<bool, StoreError> {
        let Target::Sqlite(path) = &self.0.target else {
            return Ok(true);
        };
        self.across().write_blocking(|conn| {
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
                if let Some(replica) = &postgres.replica {
                    replica.pool.clear();
                }
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
