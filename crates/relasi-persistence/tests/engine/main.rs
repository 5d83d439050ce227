//! The engine under the store, on both databases: what is promised about commits, failures, waiting
//! and the schema.

#![expect(
    clippy::unwrap_used,
    reason = "what a test prepares must work, or it fails"
)]

mod cluster;
mod lane;
mod months;
mod postgres;
mod reading;
mod schema;
mod writing;

use std::{future::Future, path::PathBuf};

use relasi_persistence::{Database, Options, StoreError};
use tempfile::TempDir;

/// A fresh database; its folder or server goes with it.
struct Fixture {
    database: Database,
    address: String,
    folder: TempDir,
}

impl Fixture {
    fn sqlite(options: &Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("test.db").display());
        let database = Database::open(&address, options).unwrap();
        Self {
            database,
            address,
            folder,
        }
    }

    fn postgres(options: &Options) -> Option<Self> {
        let address = cluster::shared()?.create_database();
        let database = Database::open(&address, options).unwrap();
        Some(Self {
            database,
            address,
            folder: tempfile::tempdir().unwrap(),
        })
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    /// A table for the tests to write to.
    fn with_items(self) -> Self {
        self.database
            .across()
            .write_blocking::<_, StoreError, _>(|conn| {
                conn.execute_batch(
                    "CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
                     flag BOOLEAN, UNIQUE (flag, name)); \
                     CREATE TABLE parts (item BIGINT NOT NULL REFERENCES items (id))",
                )
            })
            .unwrap();
        self
    }

    fn count(&self) -> i64 {
        let count = relasi_persistence::Statement::new("SELECT COUNT(*) FROM items");
        self.database
            .across()
            .read_blocking(|conn| conn.row(&count, |row| row.int(0)))
            .unwrap()
            .unwrap()
    }
}

/// The same test on SQLite and, where the machine has it, on PostgreSQL.
fn on_both(test: impl Fn(Fixture)) {
    test(Fixture::sqlite(&Options::default()));
    if let Some(fixture) = Fixture::postgres(&Options::default()) {
        test(fixture);
    }
}

/// Runs asynchronous code the way a web worker does: on one thread.
fn on_worker<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}
