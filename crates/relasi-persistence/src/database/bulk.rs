//! Room for writing much in a short time.

use super::{Database, Dialect};
use crate::error::StoreError;

/// While bulk work goes on: the pages of a large transaction stay in memory until its commit, and several transactions
/// share a checkpoint.
const MUCH: &str = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 16000";

/// Room for many pages with the SQLite writer; given back when dropped.
pub struct Bulk(Database);

impl Database {
    /// Gives the SQLite writer room for bulk work ([`write_bulk`](Self::write_bulk)) until the answer is dropped. On
    /// PostgreSQL there is nothing to do.
    ///
    /// # Errors
    /// Those of any write.
    pub fn expect_bulk(&self) -> Result<Bulk, StoreError> {
        self.tune(MUCH.to_owned())?;
        Ok(Bulk(self.clone()))
    }

    fn tune(&self, pragmas: String) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Postgres {
            return Ok(());
        }
        self.write_blocking(move |conn| conn.execute_batch(&pragmas))
    }
}

impl Drop for Bulk {
    fn drop(&mut self) {
        let usual = self.0.0.options.writer_cache_kib;
        let pragmas = format!(
            "PRAGMA cache_size = -{usual}; PRAGMA wal_autocheckpoint = 4000; PRAGMA shrink_memory"
        );
        if let Err(error) = self.0.tune(pragmas) {
            log::warn!("the writer keeps its memory: {error}");
        }
    }
}
