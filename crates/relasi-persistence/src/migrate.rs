//! The schema: migrations of both dialects, embedded, with the same names.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{
    backup,
    database::{Conn, Database, Dialect, Target},
    error::StoreError,
    months,
    sql::Statement,
};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Backups made before migrations that are kept beside an SQLite file.
const KEPT: usize = 5;
/// Names the lock under which servers that start together migrate one after the other.
const LOCK: i64 = 0x7265_6c61_7369;

/// Migrations that the database still lacks, in their order, for example `0002_records`.
///
/// # Errors
/// [`StoreError::Schema`] when the database has migrations that this program doesn't know, or when
/// PostgreSQL's trigrams are blind to other scripts than Latin.
pub fn pending(database: &Database) -> Result<Vec<String>, StoreError> {
    database.off_runtime(|| {
        let known = known(database.dialect())?;
        let applied = database.across().read_blocking(applied)?;
        refuse_newer(&known, &applied)?;
        let missing: Vec<String> = known
            .into_iter()
            .filter(|(version, _)| !applied.contains(version))
            .map(|(_, name)| name)
            .collect();
        if missing.is_empty() && database.dialect() == Dialect::Postgres {
            database.across().read_blocking(|conn| {
                check_role(conn)?;
                check_trigrams(conn)
            })?;
        }
        Ok(missing)
    })
}

/// Applies what is pending and answers its names. An SQLite file with data is copied beside
/// itself first. On PostgreSQL any number of servers may do so at once.
///
/// # Errors
/// Those of [`pending`]; on SQLite nothing is changed then.
pub fn run(database: &Database) -> Result<Vec<String>, StoreError> {
    let applied = database.off_runtime(|| match database.target() {
        Target::Sqlite(path) => run_sqlite(database, path),
        Target::Postgres(_) => run_postgres(database),
    })?;
    // Nothing depends on it: what has no month yet lies in the rest, and the next hour tries again.
    if let Err(error) = months::make(database, std::time::SystemTime::now().into()) {
        log::warn!(error = error.to_string().as_str(); "the months ahead could not be made");
    }
    database.forget_connections();
    Ok(applied)
}

/// Takes every migration back, the last one first, and all data with it. For tests of the schema.
pub fn revert_all(database: &Database) -> Result<usize, StoreError> {
    let reverted = database.off_runtime(|| {
        let mut conn = database.connect_for_schema()?;
        if let Some(inner) = conn.as_sqlite() {
            inner
                .revert_all_migrations(SQLITE)
                .map(|all| all.len())
                .map_err(failed)
        } else if let Some(inner) = conn.as_postgres() {
            inner
                .revert_all_migrations(POSTGRES)
                .map(|all| all.len())
                .map_err(failed)
        } else {
            Ok(0)
        }
    })?;
    database.forget_connections();
    Ok(reverted)
}

fn run_sqlite(database: &Database, path: &Path) -> Result<Vec<String>, StoreError> {
    let mut conn = database.connect_for_schema()?;
    let applied = applied(&mut conn)?;
    let known = known(Dialect::Sqlite)?;
    refuse_newer(&known, &applied)?;
    if let Some(version) = applied.last().filter(|_| applied.len() < known.len()) {
        let copy = backup_name(path, version);
        backup::backup(database.target(), &copy)?;
        log::info!(file:? = copy; "copied the database before it is migrated");
        forget_old_backups(path)?;
    }
    let inner = conn
        .as_sqlite()
        .ok_or_else(|| failed("not an SQLite database"))?;
    inner
        .immediate_transaction(|conn| {
            let todo = conn.pending_migrations(SQLITE).map_err(Failure)?;
            conn.run_migrations(&todo).map_err(Failure)?;
            Ok::<_, Failure>(names(&todo))
        })
        .map_err(|Failure(error)| failed(error))
}

fn run_postgres(database: &Database) -> Result<Vec<String>, StoreError> {
    // A lock of a transaction rather than of a session: poolers lose the latter. It is held by a
    // connection of its own because migrations have transactions of their own.
    let mut guard = database.connect_for_schema()?;
    let mut conn = database.connect_for_schema()?;
    guard.transaction(|guard| {
        guard.row(
            Statement::new("SELECT 1 FROM pg_advisory_xact_lock(")
                .bind(LOCK)
                .push(")"),
            |_| Ok(()),
        )?;
        if database.is_pooled() {
            // Only a transaction keeps to one session there, so that all become one.
            conn.transaction(|conn| {
                conn.execute_batch("SET LOCAL app.workspace = '*'")?;
                apply_postgres(conn)
            })
        } else {
            apply_postgres(&mut conn)
        }
    })
}

fn apply_postgres(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    refuse_newer(&known(Dialect::Postgres)?, &applied(conn)?)?;
    check_role(conn)?;
    create_trigrams(conn)?;
    let inner = conn
        .as_postgres()
        .ok_or_else(|| failed("not a PostgreSQL database"))?;
    let todo = inner.pending_migrations(POSTGRES).map_err(failed)?;
    inner.run_migrations(&todo).map_err(failed)?;
    Ok(names(&todo))
}

/// Version and name of each migration of the program, in their order.
fn known(dialect: Dialect) -> Result<Vec<(String, String)>, StoreError> {
    fn list<DB: Backend>(source: &EmbeddedMigrations) -> Result<Vec<(String, String)>, StoreError> {
        let all = MigrationSource::<DB>::migrations(source).map_err(failed)?;
        Ok(all
            .iter()
            .map(|one| (one.name().version().to_string(), one.name().to_string()))
            .collect())
    }
    match dialect {
        Dialect::Sqlite => list::<Sqlite>(&SQLITE),
        Dialect::Postgres => list::<Pg>(&POSTGRES),
    }
}

/// Versions the database has, in their order; none for an empty one.
fn applied(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let exists = Statement::new(match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT COUNT(*) > 0 FROM sqlite_schema WHERE name = '__diesel_schema_migrations'"
        }
        Dialect::Postgres => "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL",
    });
    if conn.row(&exists, |row| row.bool(0))? != Some(true) {
        return Ok(Vec::new());
    }
    let all = Statement::new("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    conn.rows(&all, |row| row.text(0))
}

fn refuse_newer(known: &[(String, String)], applied: &[String]) -> Result<(), StoreError> {
    match applied
        .iter()
        .find(|version| known.iter().all(|(own, _)| own != *version))
    {
        None => Ok(()),
        Some(version) => Err(StoreError::Schema(format!(
            "a newer version of the program made it (migration {version} is not known here)"
        ))),
    }
}

/// Row-level security is no guard against a role that PostgreSQL lets see everything.
fn check_role(conn: &mut Conn) -> Result<(), StoreError> {
    let sees_all = Statement::new(
        "SELECT CAST(rolname AS text) FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)",
    );
    match conn.row(&sees_all, |row| row.text(0))? {
        None => Ok(()),
        Some(role) => Err(StoreError::Schema(format!(
            "the role {role} is a superuser or has BYPASSRLS, which row-level security does not hold back; sign in as an \
             ordinary role that owns the database: CREATE ROLE relasi LOGIN PASSWORD '...'; CREATE DATABASE relasi OWNER relasi"
        ))),
    }
}

/// The extension comes with the server's contrib package and may be made by the owner of the
/// database, so what hinders it is worth telling in full.
fn create_trigrams(conn: &mut Conn) -> Result<(), StoreError> {
    conn.execute_batch("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        .map_err(|error| {
            StoreError::Schema(format!(
                "search needs the extension pg_trgm, which could not be created ({error}); install \
             PostgreSQL's contrib package, or have a superuser run CREATE EXTENSION pg_trgm"
            ))
        })?;
    check_trigrams(conn)
}

/// Under the character type C the extension sees letters in ASCII only: Thai names would never be
/// found, without any error.
fn check_trigrams(conn: &mut Conn) -> Result<(), StoreError> {
    let count = Statement::new("SELECT CARDINALITY(show_trgm('สมชาย'))");
    match conn.row(&count, |row| row.int(0))? {
        Some(0) | None => Err(StoreError::Schema(
            "search can't see Thai here: the database needs a UTF-8 character type (LC_CTYPE, for \
             example C.UTF-8), which is chosen when it is created"
                .to_owned(),
        )),
        Some(_) => Ok(()),
    }
}

fn names<DB: Backend>(migrations: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    migrations
        .iter()
        .map(|one| one.name().to_string())
        .collect()
}

/// `relasi.db` with the schema 0004 becomes `relasi.db.0004-20260131T081500Z.backup`.
fn backup_name(path: &Path, version: &str) -> PathBuf {
    let now = DateTime::<Utc>::from(std::time::SystemTime::now());
    let mut name = path.as_os_str().to_owned();
    name.push(format!(
        ".{version}-{}.backup",
        now.format("%Y%m%dT%H%M%S%.3fZ")
    ));
    name.into()
}

fn forget_old_backups(path: &Path) -> Result<(), StoreError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let prefix = format!(
        "{}.",
        path.file_name().unwrap_or_default().to_string_lossy()
    );
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(folder.unwrap_or(Path::new(".")))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let middle = name
            .strip_prefix(&prefix)
            .and_then(|rest| rest.strip_suffix(".backup"));
        if let Some((_, time)) = middle.and_then(|middle| middle.split_once('-')) {
            found.push((time.to_owned(), entry.path()));
        }
    }
    found.sort();
    for (_, old) in found.iter().take(found.len().saturating_sub(KEPT)) {
        std::fs::remove_file(old)?;
    }
    Ok(())
}

fn failed(error: impl Display) -> StoreError {
    StoreError::Schema(format!("migrating failed: {error}"))
}

/// Carries the error of a migration through diesel's transaction.
struct Failure(Box<dyn std::error::Error + Send + Sync>);

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self(Box::new(error))
    }
}
