//! Room for writing much in a short time.

use super::{Database, Inner};
use crate::error::StoreError;

/// Page cache of the writer in KiB while bulk work goes on: the pages of a large transaction stay in memory until its
/// commit.
const MUCH_KIB: u32 = 32_768;

/// Room for many pages with the SQLite writer; given back when dropped.
pub struct Bulk(Database);

impl Database {
    /// Gives the SQLite writer room for bulk work ([`write_bulk`](super::Scoped::write_bulk)) until the answer is dropped. On
    /// PostgreSQL there is nothing to do.
    ///
    /// # Errors
    /// Those of any write.
    pub fn expect_bulk(&self) -> Result<Bulk, StoreError> {
        self.tune(true, format!("PRAGMA cache_size = -{MUCH_KIB}"))?;
        Ok(Bulk(self.clone()))
    }

    fn tune(&self, much: bool, pragmas: String) -> Result<(), StoreError> {
        let Inner::Sqlite(sqlite) = &self.0.inner else {
            return Ok(());
        };
        sqlite.checkpoints.expect_bulk(much);
        self.across()
            .write_blocking(move |conn| conn.execute_batch(&pragmas))
    }
}

impl Drop for Bulk {
    fn drop(&mut self) {
        let usual = self.0.0.options.writer_cache_kib;
        let pragmas = format!("PRAGMA cache_size = -{usual}; PRAGMA shrink_memory");
        if let Err(error) = self.0.tune(false, pragmas) {
            log::warn!("the writer keeps its memory: {error}");
        }
    }
}
