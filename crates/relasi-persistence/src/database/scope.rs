//! Whose rows a piece of work may touch, and the ways in: reads and writes.

use uuid::Uuid;

use super::{
    Conn, Database, Inner, on_blocking_thread,
    postgres::{Isolation, Manner},
    unanswered,
};
use crate::error::StoreError;

/// Whose rows work may touch. On PostgreSQL each transaction says so to the server, whose row-level security then shows
/// nothing else; without it, it shows nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Workspace(Uuid),
    All,
}

impl Scope {
    /// As the policies of migration `0044_row_security` read it.
    pub(super) fn setting(self) -> String {
        match self {
            Self::Workspace(id) => id.to_string(),
            Self::All => "*".to_owned(),
        }
    }
}

/// A database within one workspace, or across all of them.
///
/// `work` gets a [`Conn`] and may fail with any error that a [`StoreError`] turns into. Reads see
/// what was committed; never call back into the database from within `work`, use the connection.
#[derive(Clone)]
pub struct Scoped {
    database: Database,
    scope: Scope,
    may_lag: bool,
    unhurried: bool,
}

impl Scoped {
    pub(super) fn new(database: Database, scope: Scope) -> Self {
        Self {
            database,
            scope,
            may_lag: false,
            unhurried: false,
        }
    }

    /// For lists, searches, reports and exports: reads may lack what was committed in the last seconds, and come from a
    /// replica where there is one.
    #[must_use]
    pub fn lately(mut self) -> Self {
        self.may_lag = true;
        self
    }

    /// For work that nobody waits for: a statement that reads may take as long as one that writes.
    #[must_use]
    pub fn unhurried(mut self) -> Self {
        self.unhurried = true;
        self
    }

    fn manner(&self, isolation: Isolation) -> Manner {
        Manner {
            isolation,
            may_lag: self.may_lag,
            unhurried: self.unhurried,
        }
    }

    /// Reads on a blocking thread; for anything that may take longer than a point read.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] when no connection came free in time.
    pub async fn read<T, E, F>(self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turn = self.database.long_readers().turn().await?;
        on_blocking_thread(move || {
            let _turn = turn;
            self.read_blocking(work)
        })
        .await
    }

    /// Reads a little: on SQLite at once on this thread (microseconds), on PostgreSQL like
    /// [`read`](Self::read).
    pub async fn read_short<T, E, F>(self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.database.0.inner {
            Inner::Sqlite(_) => self.read_now(work),
            Inner::Postgres(_) => self.read(work).await,
        }
    }

    /// Reads on this thread. On PostgreSQL the thread must not be driving asynchronous tasks.
    pub fn read_now<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &self.database.0.inner {
            Inner::Sqlite(sqlite) => work(&mut *sqlite.short.take()?),
            Inner::Postgres(postgres) => {
                postgres.read(self.scope, self.manner(Isolation::Usual), work)
            }
        }
    }

    /// Like [`read_now`](Self::read_now), from the connections for long reads.
    pub fn read_blocking<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &self.database.0.inner {
            Inner::Sqlite(sqlite) => work(&mut *sqlite.long.take()?),
            Inner::Postgres(postgres) => {
                postgres.read(self.scope, self.manner(Isolation::Usual), work)
            }
        }
    }

    /// Like [`read_blocking`](Self::read_blocking), and everything that `work` reads comes from one moment.
    pub fn snapshot<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &self.database.0.inner {
            Inner::Sqlite(sqlite) => sqlite.long.take()?.transaction(work),
            Inner::Postgres(postgres) => {
                postgres.read(self.scope, self.manner(Isolation::OneMoment), work)
            }
        }
    }

    /// Writes in one transaction; answered when the change is durable. An error of `work` undoes
    /// what it did. It runs to its end even when the caller leaves, and on PostgreSQL runs again
    /// after a conflict with others, so it must not change anything but the database.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] when too much is waiting already.
    pub async fn write<T, E, F>(self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.database.0.inner {
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
                let scoped = self.clone();
                on_blocking_thread(move || {
                    let _turn = turn;
                    scoped.write_blocking(work)
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
        match &self.database.0.inner {
            Inner::Sqlite(sqlite) => {
                let (reply, answer) = std::sync::mpsc::sync_channel(1);
                sqlite
                    .lane
                    .submit(work, bulk, move |result| drop(reply.send(result)))?;
                answer.recv().unwrap_or_else(|_| Err(unanswered()))
            }
            Inner::Postgres(postgres) => postgres.write(self.scope, &work),
        }
    }
}
