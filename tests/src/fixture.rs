//! Databases of earlier programs, kept in `tests/fixtures/`.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read as _,
    path::Path,
};

use flate2::read::GzDecoder;
use relasi_persistence::{Database as Opened, Options, Statement, StoreError};

use crate::{
    app::Backend,
    postgres::{self, Database},
    server::Settings,
};

/// A data folder and a database as an earlier program left them. The database is dropped with its handle.
///
/// # Panics
/// When the fixture is not whole.
pub fn restored(from: &Path, to: &Path, backend: Backend) -> (Settings, Option<Database>) {
    let mut settings = Settings {
        data_dir: to.to_owned(),
        ..Settings::default()
    };
    fs::copy(from.join("secret-keys"), to.join("secret-keys")).expect("the fixture has keys");
    if backend == Backend::Postgres {
        let database = postgres::empty_database();
        database.restore(&from.join("database"));
        settings.database_url = Some(database.url.clone());
        return (settings, Some(database));
    }
    let mut bytes = Vec::new();
    let packed = File::open(from.join("database.gz")).expect("the fixture has a database");
    GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("the database can be unpacked");
    fs::write(to.join("relasi.db"), bytes).expect("the database can be written");
    (settings, None)
}

/// How many rows each table has, whatever program the database is of. On SQLite no server may run.
///
/// # Panics
/// When the database cannot be read.
pub fn rows(settings: &Settings, database: Option<&Database>) -> BTreeMap<String, i64> {
    let count = |table: &str| format!("SELECT '{table}', count(*) FROM \"{table}\"");
    let all = |tables: Vec<String>| {
        let counts: Vec<String> = tables.iter().map(|table| count(table)).collect();
        counts.join(" UNION ALL ")
    };
    if let Some(database) = database {
        // As a superuser, from whom no row is hidden.
        let tables = database.sql(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') \
             AND NOT relispartition AND relname NOT LIKE '\\_\\_%'",
        );
        let found = database.sql(&all(tables.lines().map(str::to_owned).collect()));
        let row = |line: &str| {
            let (table, count) = line.split_once('|').expect("two columns");
            (table.to_owned(), count.parse().expect("a number"))
        };
        return found.lines().map(row).collect();
    }
    let path = settings.data_dir.join("relasi.db");
    let opened = Opened::open(&path.to_string_lossy(), &Options::default());
    let opened = opened.expect("the database can be opened");
    let read = opened.across().read_now(|conn| {
        let tables = Statement::new(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' \
             ESCAPE '\\' AND name NOT LIKE 'search\\_fragments%' ESCAPE '\\'",
        );
        let tables = conn.rows(&tables, |row| row.text(0))?;
        let found = conn.rows(&Statement::new(all(tables)), |row| Ok((row.text(0)?, row.int(1)?)))?;
        Ok::<BTreeMap<String, i64>, StoreError>(found.into_iter().collect())
    });
    read.expect("the tables can be counted")
}
