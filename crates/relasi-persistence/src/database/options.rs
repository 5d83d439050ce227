//! How a database is opened.

use std::time::Duration;

use crate::error::StoreError;

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded library, one file.
    Sqlite,
    /// A server.
    Postgres,
}

/// What an operator may tune. The defaults suit a small machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most read connections: on PostgreSQL of the pool, on SQLite of the long queries (short ones
    /// that run on the caller's thread have their own).
    pub readers: usize,
    /// Most write connections on PostgreSQL; SQLite has one by nature.
    pub writers: usize,
    /// Longest run of one statement of a read on PostgreSQL.
    pub read_timeout: Duration,
    /// Longest run of one statement of a write on PostgreSQL, and of a read that nobody waits for.
    pub write_timeout: Duration,
    /// Longest wait for a free connection before the caller is told that the store is busy.
    pub wait_timeout: Duration,
    /// A pooler in transaction mode stands before PostgreSQL: no prepared statements are kept and
    /// every read is a transaction of its own.
    pub pooler: bool,
    /// Writes that may wait on SQLite before callers are told that the store is busy.
    pub queue: usize,
    /// Writes that share one commit on SQLite at most.
    pub batch: usize,
    /// Page cache of each SQLite connection that reads, in KiB.
    pub cache_kib: u32,
    /// Page cache of the SQLite connection that writes, in KiB.
    pub writer_cache_kib: u32,
    /// How much of the SQLite file is mapped into memory, in bytes. A point read costs half the
    /// processor time on mapped pages; those in use count as memory of the process.
    pub mmap_bytes: u64,
    /// The address of a copy that follows the PostgreSQL server, for reads that may be a moment behind.
    pub replica: Option<String>,
    /// For tests of PostgreSQL's row-level security: whatever workspace work is for, the server is told this one.
    pub pinned_scope: Option<uuid::Uuid>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 8,
            writers: 8,
            read_timeout: Duration::from_secs(5),
            write_timeout: Duration::from_mins(1),
            wait_timeout: Duration::from_secs(5),
            pooler: false,
            queue: 4096,
            batch: 256,
            cache_kib: 2_048,
            writer_cache_kib: 16_384,
            mmap_bytes: 32 << 20,
            replica: None,
            pinned_scope: None,
        }
    }
}

/// Where a database is, read from its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The path of an SQLite file.
    Sqlite(std::path::PathBuf),
    /// The address of a PostgreSQL database.
    Postgres(String),
}

impl Target {
    /// Reads `sqlite:PATH`, a plain path, or `postgres://…` (also `postgresql://…`).
    pub fn parse(address: &str) -> Result<Self, StoreError> {
        let address = address.trim();
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Ok(Self::Postgres(address.to_owned()));
        }
        let path = address.strip_prefix("sqlite:").unwrap_or(address);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains(":memory:") {
            return Err(StoreError::Other(
                "an SQLite database needs the path of a file".to_owned(),
            ));
        }
        if path.contains("://") {
            let scheme = path.split("://").next().unwrap_or_default();
            return Err(StoreError::Other(format!(
                "databases of the kind {scheme} are not known"
            )));
        }
        Ok(Self::Sqlite(path.into()))
    }

    /// Which SQL is spoken there.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_a_file_or_a_server() {
        let sqlite = |path: &str| Ok(Target::Sqlite(path.into()));
        assert_eq!(Target::parse("data/relasi.db"), sqlite("data/relasi.db"));
        assert_eq!(
            Target::parse("sqlite:data/relasi.db"),
            sqlite("data/relasi.db")
        );
        assert_eq!(
            Target::parse("sqlite:///var/relasi.db"),
            sqlite("/var/relasi.db")
        );
        assert_eq!(
            Target::parse("postgresql://u@h/d").map(|target| target.dialect()),
            Ok(Dialect::Postgres)
        );
        assert!(Target::parse("mysql://u@h/d").is_err());
        assert!(Target::parse("sqlite::memory:").is_err());
    }
}
