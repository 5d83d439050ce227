//! One connection, alike for both databases.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use diesel::{
    connection::{
        CacheSize, Connection, Instrumentation, InstrumentationEvent, LoadConnection,
        SimpleConnection,
    },
    expression::QueryMetadata,
    pg::Pg,
    query_builder::{QueryFragment, QueryId},
    sql_types::Untyped,
    sqlite::{Sqlite, SqliteConnection},
};

use super::{Dialect, common::is_common, postgres::PgLink, sight::seeing};
use crate::{
    error::StoreError,
    row::{Decode, Row, Typed},
    sql::{Insert, Keep, Running, Statement},
};

/// Prepared statements that one connection keeps at most; all are dropped when there are more.
const MAX_CACHED: usize = 400;

/// A connection to either database. Had from [`Database`](super::Database) only.
pub struct Conn {
    pub(super) link: Link,
    /// How many statements diesel cached since the cache was last emptied.
    cached: Arc<AtomicUsize>,
    caches: bool,
    /// A statement failed in a way that running the whole transaction again may mend.
    pub(super) conflict: bool,
    /// A statement failed in a way that leaves the connection useless.
    pub(super) broken: bool,
    /// This transaction made rows of `search_documents`.
    pub(super) made_search_rows: bool,
}

pub(super) enum Link {
    Sqlite(SqliteConnection),
    Postgres(Box<PgLink>),
}

/// Runs the same expression on the diesel connection of either database.
macro_rules! on_link {
    ($self:expr, $conn:ident => $body:expr) => {
        match &mut $self.link {
            Link::Sqlite($conn) => $body,
            Link::Postgres(link) => {
                let $conn = link.connection();
                $body
            }
        }
    };
}
pub(super) use on_link;

impl Conn {
    pub(crate) fn sqlite(conn: SqliteConnection) -> Self {
        Self::over(Link::Sqlite(conn), true)
    }

    /// A connection to an SQLite file as it is, without our settings.
    pub(crate) fn bare_sqlite(path: &std::path::Path) -> Result<Self, StoreError> {
        Ok(Self::sqlite(SqliteConnection::establish(
            &path.to_string_lossy(),
        )?))
    }

    pub(super) fn postgres(link: PgLink, caches: bool) -> Self {
        Self::over(Link::Postgres(Box::new(link)), caches)
    }

    fn over(link: Link, caches: bool) -> Self {
        let cached = Arc::new(AtomicUsize::new(0));
        let mut conn = Self {
            link,
            cached: Arc::clone(&cached),
            caches,
            conflict: false,
            broken: false,
            made_search_rows: false,
        };
        on_link!(conn, inner => {
            inner.set_instrumentation(CacheCounter(cached));
            if !caches {
                inner.set_prepared_statement_cache_size(CacheSize::Disabled);
            }
        });
        conn
    }

    /// Which SQL it speaks.
    pub fn dialect(&self) -> Dialect {
        match self.link {
            Link::Sqlite(_) => Dialect::Sqlite,
            Link::Postgres(_) => Dialect::Postgres,
        }
    }

    /// How many prepared statements it keeps.
    pub fn kept_statements(&self) -> usize {
        self.cached.load(Ordering::Relaxed)
    }

    /// Every row of the answer through `read`.
    pub fn rows<T>(
        &mut self,
        statement: &Statement,
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        self.load(statement, &mut |row| {
            all.push(read(row)?);
            Ok(true)
        })?;
        Ok(all)
    }

    /// The first row of the answer through `read`, `None` when there is none.
    pub fn row<T>(
        &mut self,
        statement: &Statement,
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.load(statement, &mut |row| {
            first = Some(read(row)?);
            Ok(false)
        })?;
        Ok(first)
    }

    /// Each row of the answer through `take`, without keeping any.
    pub fn for_each(
        &mut self,
        statement: &Statement,
        mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.load(statement, &mut |row| take(row).map(|()| true))
    }

    /// Runs a statement without an answer; the number of rows it touched.
    pub fn execute(&mut self, statement: &Statement) -> Result<usize, StoreError> {
        let running = running(statement);
        seeing(statement.sight(), || self.run(&running))
    }

    /// Puts rows into a table.
    pub(crate) fn insert(&mut self, rows: Insert<'_>) -> Result<(), StoreError> {
        self.run(&rows).map(drop)
    }

    fn run<S>(&mut self, statement: &S) -> Result<usize, StoreError>
    where
        S: QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId,
    {
        self.bound_cache();
        let result = on_link!(self, conn => conn.execute_returning_count(statement));
        self.noted(result.map_err(StoreError::from))
    }

    /// Runs several statements without values, separated by semicolons.
    pub fn execute_batch(&mut self, text: &str) -> Result<(), StoreError> {
        let result = on_link!(self, conn => conn.batch_execute(text));
        self.noted(result.map_err(StoreError::from))
    }

    /// Runs `work` so that its changes stay or go together; within a transaction as a savepoint.
    ///
    /// An error of `work` undoes its changes and leaves those before it alone. On PostgreSQL that
    /// is the only way to go on after a failed statement.
    pub fn transaction<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.begin()?;
        match work(self) {
            Ok(value) => {
                self.commit()?;
                Ok(value)
            }
            Err(error) => {
                self.rollback()?;
                Err(error)
            }
        }
    }

    fn load(
        &mut self,
        statement: &Statement,
        take: &mut dyn FnMut(&Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.bound_cache();
        let (sight, running) = (statement.sight(), running(statement));
        let result = on_link!(self, conn => seeing(sight, || load(conn, running, take)));
        self.noted(result)
    }

    /// Keeps the cache of prepared statements from growing with the number of distinct texts.
    fn bound_cache(&mut self) {
        if self.caches && self.cached.load(Ordering::Relaxed) >= MAX_CACHED {
            self.cached.store(0, Ordering::Relaxed);
            on_link!(self, conn => {
                conn.set_prepared_statement_cache_size(CacheSize::Disabled);
                conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
            });
        }
    }

    /// The error of who wrote to a row that somebody else was quicker with: the transaction is tried again, and finds what
    /// the other one left.
    pub fn overtaken(&mut self) -> StoreError {
        self.conflict = true;
        StoreError::Conflict
    }

    pub(super) fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.conflict |= matches!(error, StoreError::Conflict);
            self.broken |= error.breaks_connection();
        }
        result
    }
}

/// The diesel connections, for migrations.
impl Conn {
    /// The diesel connection of SQLite, for migrations.
    pub(crate) fn as_sqlite(&mut self) -> Option<&mut SqliteConnection> {
        match &mut self.link {
            Link::Sqlite(conn) => Some(conn),
            Link::Postgres(_) => None,
        }
    }

    /// The diesel connection of PostgreSQL, for migrations.
    pub(crate) fn as_postgres(&mut self) -> Option<&mut super::postgres::PgConn> {
        match &mut self.link {
            Link::Sqlite(_) => None,
            Link::Postgres(link) => Some(link.connection()),
        }
    }
}

/// A statement with whether it is kept.
pub(super) fn running(statement: &Statement) -> Running<'_> {
    let kept = match statement.keep() {
        Keep::Always => true,
        Keep::IfCommon => is_common(statement.text()),
        Keep::Never => false,
    };
    Running { statement, kept }
}

pub(super) fn load<C, DB>(
    conn: &mut C,
    running: Running<'_>,
    take: &mut dyn FnMut(&Row<'_>) -> Result<bool, StoreError>,
) -> Result<(), StoreError>
where
    C: LoadConnection<Backend = DB>,
    DB: Decode + QueryMetadata<Untyped> + 'static,
    for<'s> Running<'s>: QueryFragment<DB>,
{
    for row in conn.load(running)? {
        let row = row?;
        if !take(&Row::new(&Typed::<_, DB>::new(&row)))? {
            break;
        }
    }
    Ok(())
}

/// Counts what diesel puts into the cache of prepared statements, which has no bound of its own.
struct CacheCounter(Arc<AtomicUsize>);

impl Instrumentation for CacheCounter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
