//! Copies of a database in use, and looking for damage.

use std::{
    ffi::OsStr,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    database::{Conn, Database, Options, Target, connect_sqlite, server_environment},
    error::StoreError,
    months,
    sql::Statement,
};

/// Copies the database at `target` to the new file `to`, also while a server works with it.
///
/// SQLite: a compact copy, checked. PostgreSQL: what `pg_dump --format=custom` writes. The file
/// appears under its name only when it is whole.
///
/// # Errors
/// [`StoreError::Other`] when the file exists already or `pg_dump` is missing or fails.
pub fn backup(target: &Target, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Other(format!(
            "{} exists already",
            to.display()
        )));
    }
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    if partial.exists() {
        std::fs::remove_file(&partial)?;
    }
    let copied = match target {
        Target::Sqlite(path) => copy_sqlite(path, &partial),
        Target::Postgres(address) => dump_postgres(address, &partial),
    }
    .and_then(|()| publish(&partial, to));
    if copied.is_err() {
        // What is left of a failed copy is of no use; the failure itself is what matters.
        drop(std::fs::remove_file(&partial));
    }
    copied
}

/// Reads from the database at `target` as it is at one moment, also while a server works with it.
///
/// # Errors
/// [`StoreError::Other`] when there is no such file; those of `work`.
pub fn beside<T, E: From<StoreError>>(
    target: &Target,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    match target {
        Target::Sqlite(path) if path.exists() => {
            Conn::sqlite(connect_sqlite(path, &Options::default())?).transaction(work)
        }
        Target::Sqlite(path) => {
            Err(StoreError::Other(format!("{} does not exist", path.display())).into())
        }
        Target::Postgres(address) => Database::open(address, &Options::default())?
            .across()
            .snapshot(work),
    }
}

/// Looks for damage in the database at `target`, also while a server works with it.
///
/// # Errors
/// Those of [`beside`].
pub fn check_at(target: &Target) -> Result<Vec<String>, StoreError> {
    beside(target, check)
}

/// Looks for damage; every finding as a line of text, none when all is well.
///
/// SQLite: pages, indexes, full-text tables and foreign keys. PostgreSQL: indexes and constraints
/// that are not valid, and months that are not there.
pub fn check(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    match conn.dialect() {
        crate::database::Dialect::Sqlite => check_sqlite(conn),
        crate::database::Dialect::Postgres => check_postgres(conn),
    }
}

fn check_sqlite(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let mut found = conn.rows(Statement::new("PRAGMA integrity_check").uncached(), |row| {
        row.text(0)
    })?;
    found.retain(|line| line != "ok");
    let broken = Statement::new(
        "SELECT \"table\", COALESCE(rowid, 0), parent FROM pragma_foreign_key_check",
    );
    found.extend(conn.rows(&broken, |row| {
        let (table, rowid, parent) = (row.text(0)?, row.int(1)?, row.text(2)?);
        Ok(format!(
            "row {rowid} of {table} points at a row of {parent} that is missing"
        ))
    })?);
    Ok(found)
}

fn check_postgres(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let broken = Statement::new(
        "SELECT 'index ' || CAST(indexrelid AS regclass) || ' is not valid' FROM pg_index \
         WHERE NOT indisvalid UNION ALL \
         SELECT 'constraint ' || conname || ' is not validated' FROM pg_constraint \
         WHERE NOT convalidated",
    );
    let mut found = conn.rows(&broken, |row| row.text(0))?;
    found.extend(months::check(conn, std::time::SystemTime::now().into())?);
    Ok(found)
}

fn copy_sqlite(path: &Path, to: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Err(StoreError::Other(format!(
            "{} does not exist",
            path.display()
        )));
    }
    let name = to
        .to_str()
        .ok_or_else(|| StoreError::Other("the path of the copy is not valid Unicode".to_owned()))?;
    let mut conn = Conn::sqlite(connect_sqlite(path, &Options::default())?);
    conn.execute(Statement::new("VACUUM INTO ").bind(name).uncached())?;
    let mut copy = Conn::bare_sqlite(to)?;
    match check_sqlite(&mut copy)?.first() {
        None => Ok(()),
        Some(fault) => Err(StoreError::Corrupt(fault.clone())),
    }
}

fn dump_postgres(address: &str, to: &Path) -> Result<(), StoreError> {
    let program = pg_dump().ok_or_else(|| {
        StoreError::Other("pg_dump was not found; install PostgreSQL's client programs".to_owned())
    })?;
    let output = Command::new(program)
        .args([
            OsStr::new("--format=custom"),
            OsStr::new("--enable-row-security"),
            OsStr::new("--no-password"),
            OsStr::new("--file"),
        ])
        .arg(to)
        .envs(server_environment(address)?)
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(StoreError::Other(format!(
        "pg_dump failed: {}",
        said.trim()
    )))
}

/// The newest `pg_dump` of the usual places: one older than the server refuses to work.
fn pg_dump() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin/pg_dump")))
        })
        .filter(|(_, program)| program.is_file())
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, program)| program);
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|folder| folder.join("pg_dump"))
            .find(|p| p.is_file())
    })
}

/// Gives a finished file its name, durably.
fn publish(partial: &Path, to: &Path) -> Result<(), StoreError> {
    File::open(partial)?.sync_all()?;
    std::fs::rename(partial, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Some systems can't open folders; the rename has happened all the same.
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        folder.sync_all()?;
    }
    Ok(())
}
