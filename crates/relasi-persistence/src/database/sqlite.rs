//! The embedded database: one file, one process, one writer, many readers.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use diesel::{Connection, SqliteConnection};

use super::{Conn, Options, checkpoint::Checkpoints, lane::Lane, pool::Pool, sight};
use crate::{error::StoreError, sql::Statement};

/// Older libraries can damage a file in WAL mode.
const OLDEST: [u32; 3] = [3, 51, 3];
/// Connections for short reads on callers' threads; a thread waits for none of them in practice.
const SHORT_READERS: usize = 64;

/// A checkpoint copies pages past the cache.
const CHECKPOINT_CACHE_KIB: u32 = 64;

/// The fields drop in this order: readers and writer close the file before the lock goes.
pub(super) struct Sqlite {
    pub(super) short: Pool,
    pub(super) long: Pool,
    pub(super) lane: Lane,
    pub(super) checkpoints: Checkpoints,
    _lock: File,
}

impl Sqlite {
    pub(super) fn open(path: &Path, options: &Options) -> Result<Self, StoreError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)?;
        }
        let lock = lock(path)?;
        let writer = opener(path, options, Access::Lane);
        let reader = opener(path, options, Access::Read);
        let beside = opener(path, options, Access::Checkpoint)()?;
        let checkpoints = Checkpoints::start(Conn::sqlite(beside))?;
        let commits = checkpoints.commits();
        let lane = Lane::start(options.queue, options.batch, commits, move || {
            writer().map(Conn::sqlite)
        })?;
        let wait = options.wait_timeout;
        let short = reader.clone();
        Ok(Self {
            short: Pool::new("short", SHORT_READERS, wait, move || {
                short().map(Conn::sqlite)
            }),
            long: Pool::new("read", options.readers, wait, move || {
                reader().map(Conn::sqlite)
            }),
            lane,
            checkpoints,
            _lock: lock,
        })
    }
}

/// What a connection may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    /// Like writing, by the one writer, beside which a thread tends the log.
    Lane,
    /// Tending the log.
    Checkpoint,
}

/// Puts everything of the log into the file and empties the log. `false` when readers were in the way.
pub(super) fn empty_log(path: &Path, options: &Options) -> Result<bool, StoreError> {
    let mut conn = Conn::sqlite(connect(path, options, Access::Checkpoint)?);
    let emptied = Statement::new("PRAGMA wal_checkpoint(TRUNCATE)");
    let busy = conn.row(&emptied, |row| row.int(0))?;
    Ok(busy == Some(0))
}

fn opener(
    path: &Path,
    options: &Options,
    access: Access,
) -> impl Fn() -> Result<SqliteConnection, StoreError> + Clone + Send + Sync + 'static {
    let path = path.to_owned();
    let options = options.clone();
    move || connect(&path, &options, access)
}

/// Opens a connection and sets it up. The order matters: without the timeout first, changing to
/// WAL fails when several do it at once.
pub(crate) fn connect(
    path: &Path,
    options: &Options,
    access: Access,
) -> Result<SqliteConnection, StoreError> {
    use diesel::connection::SimpleConnection;

    let name = path.to_str().ok_or_else(|| {
        StoreError::Other("the path of the database is not valid Unicode".to_owned())
    })?;
    let mut conn = SqliteConnection::establish(name)?;
    check_version(&mut conn)?;
    sight::register(&mut conn)?;
    let cache = match access {
        Access::Read => options.cache_kib,
        Access::Write | Access::Lane => options.writer_cache_kib,
        Access::Checkpoint => CHECKPOINT_CACHE_KIB,
    };
    let autocheckpoint = if access == Access::Write { 4_000 } else { 0 };
    let mapped = options.mmap_bytes;
    for pragma in [
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "temp_store = MEMORY",
        "journal_size_limit = 67108864",
        &format!("wal_autocheckpoint = {autocheckpoint}"),
        &format!("cache_size = -{cache}"),
        &format!("mmap_size = {mapped}"),
    ] {
        conn.batch_execute(&format!("PRAGMA {pragma}"))?;
    }
    if access == Access::Read {
        conn.batch_execute("PRAGMA query_only = ON")?;
    } else {
        // What is deleted is overwritten at once, so that erased people are in no free page of the file.
        conn.batch_execute("PRAGMA secure_delete = ON")?;
    }
    Ok(conn)
}

fn check_version(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut found = String::new();
    super::conn::load(
        conn,
        super::conn::running(&Statement::new("SELECT sqlite_version()")),
        &mut |row| {
            found = row.text(0)?;
            Ok(false)
        },
    )?;
    let mut parts = found
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let version = [(); 3].map(|()| parts.next().unwrap_or(0));
    if version < OLDEST {
        let [major, minor, patch] = OLDEST;
        return Err(StoreError::Other(format!(
            "SQLite {found} can damage its files; {major}.{minor}.{patch} or newer is needed"
        )));
    }
    Ok(())
}

/// Makes sure that no other process writes to the file. The lock is on a file beside it: closing a
/// second handle on the database itself would drop SQLite's own locks.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Unavailable(format!(
            "another process has {} open",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
