//! Migrations, backups and looking for damage.

use std::{fs, thread};

use relasi_persistence::{
    Database, Dialect, Options, Statement, StoreError, Target, backup, migrate,
};

use crate::{Fixture, cluster, on_both, on_worker};

#[test]
fn the_schema_goes_up_down_and_up_again() {
    on_both(|fixture| {
        let all = migrate::pending(&fixture.database).unwrap();
        assert!(!all.is_empty());
        assert_eq!(migrate::run(&fixture.database).unwrap(), all);
        assert_eq!(migrate::pending(&fixture.database).unwrap(), [""; 0]);
        assert_eq!(migrate::run(&fixture.database).unwrap(), [""; 0]);
        on_worker(fixture.database.optimize()).unwrap();
        let target = Target::parse(&fixture.address).unwrap();
        assert_eq!(backup::check_at(&target).unwrap(), [""; 0]);
        let found = fixture
            .database
            .across()
            .read_blocking(backup::check)
            .unwrap();
        assert_eq!(found, [""; 0]);
        assert_eq!(migrate::revert_all(&fixture.database).unwrap(), all.len());
        assert_eq!(tables(&fixture.database), [""; 0]);
        assert_eq!(migrate::run(&fixture.database).unwrap(), all);
    });
}

/// Tables left, besides the list of migrations.
fn tables(database: &Database) -> Vec<String> {
    let list = Statement::new(match database.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE \
             'sqlite_%' AND name <> '__diesel_schema_migrations'"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = \
             'public' AND table_name <> '__diesel_schema_migrations'"
        }
    });
    database
        .across()
        .read_blocking(|conn| conn.rows(&list, |row| row.text(0)))
        .unwrap()
}

#[test]
fn both_dialects_have_the_same_migrations() {
    let names = |dialect: &str| {
        let folder = format!("{}/../../migrations/{dialect}", env!("CARGO_MANIFEST_DIR"));
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn servers_that_start_together_migrate_once() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let address = cluster.create_database();
    let servers: Vec<_> = (0..4)
        .map(|_| {
            let address = address.clone();
            thread::spawn(move || {
                let database = Database::open(&address, &Options::default())?;
                // As a program does it, from within its runtime.
                on_worker(async { migrate::run(&database) }).map(|names| names.len())
            })
        })
        .collect();
    let applied: Vec<_> = servers
        .into_iter()
        .map(|one| one.join().unwrap().unwrap())
        .collect();
    assert_eq!(
        applied.iter().filter(|count| **count > 0).count(),
        1,
        "{applied:?}"
    );
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    on_both(|fixture| {
        migrate::run(&fixture.database).unwrap();
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";
        fixture
            .database
            .across()
            .write_blocking(move |conn| conn.execute_batch(newer))
            .unwrap();
        let refused = migrate::pending(&fixture.database).unwrap_err();
        assert!(
            matches!(&refused, StoreError::Schema(why) if why.contains("9999")),
            "{refused}"
        );
        assert!(matches!(
            migrate::run(&fixture.database),
            Err(StoreError::Schema(_))
        ));
    });
}

#[test]
fn a_database_in_which_search_is_blind_to_thai_is_refused_before_anything_is_made() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let address = cluster
        .create_database_with("TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING 'UTF8'");
    let database = Database::open(&address, &Options::default()).unwrap();
    let refused = migrate::run(&database).unwrap_err();
    assert!(refused.to_string().contains("Thai"), "{refused}");
    assert_eq!(tables(&database), [""; 0]);
}

#[test]
fn an_sqlite_file_with_data_is_copied_before_it_is_migrated() {
    let fixture = Fixture::sqlite(&Options::default());
    migrate::run(&fixture.database).unwrap();
    assert_eq!(backups(&fixture), 0);
    for _ in 0..7 {
        // As if the second migration were new. Its tables are there already, so that it fails.
        let forget = "DELETE FROM __diesel_schema_migrations WHERE version = '0002'";
        fixture
            .database
            .across()
            .write_blocking(move |conn| conn.execute_batch(forget))
            .unwrap();
        assert!(matches!(
            migrate::run(&fixture.database),
            Err(StoreError::Schema(_))
        ));
        let again = "INSERT INTO __diesel_schema_migrations (version) VALUES ('0002')";
        fixture
            .database
            .across()
            .write_blocking(move |conn| conn.execute_batch(again))
            .unwrap();
    }
    assert_eq!(backups(&fixture), 5);
}

fn backups(fixture: &Fixture) -> usize {
    let entries = fs::read_dir(fixture.folder.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with("test.db.") && name.ends_with(".backup"))
        .count()
}

#[test]
fn a_copy_made_while_writing_is_whole() {
    on_both(|fixture| {
        let fixture = fixture.with_items();
        let copy = fixture.folder.path().join("copies/copy");
        let target = Target::parse(&fixture.address).unwrap();
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for id in 0..300_i64 {
                    fixture
                        .database
                        .across()
                        .write_blocking(move |conn| {
                            let mut insert = Statement::new("INSERT INTO items VALUES (");
                            conn.execute(insert.bind(id).push(", 'x', NULL)"))
                        })
                        .unwrap();
                }
            });
            backup::backup(&target, &copy).unwrap();
            writer.join().unwrap();
        });
        assert!(fs::metadata(&copy).unwrap().len() > 1_000);
        assert!(
            backup::backup(&target, &copy).is_err(),
            "a copy is never overwritten"
        );
        let left = fs::read_dir(copy.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "nothing is left beside the copy");
        if fixture.database.dialect() == Dialect::Sqlite {
            let restored = Database::open(copy.to_str().unwrap(), &Options::default()).unwrap();
            restored.across().read_blocking(backup::check).unwrap();
        }
    });
}

#[test]
fn rows_that_point_at_nothing_are_found() {
    let fixture = Fixture::sqlite(&Options::default()).with_items();
    // The key is added behind SQLite's back.
    let damage = "CREATE TABLE loose (item BIGINT); INSERT INTO loose VALUES (5); \
                  PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = \
                  'CREATE TABLE loose (item BIGINT REFERENCES items (id))' WHERE name = 'loose'";
    fixture
        .database
        .across()
        .write_blocking(move |conn| conn.execute_batch(damage))
        .unwrap();
    let Fixture {
        database,
        address,
        folder: _folder,
    } = fixture;
    drop(database);
    let database = Database::open(&address, &Options::default()).unwrap();
    let found = database.across().read_blocking(backup::check).unwrap();
    assert_eq!(
        found,
        ["row 1 of loose points at a row of items that is missing"]
    );
}

#[test]
fn damaged_pages_are_found_and_not_copied() {
    let fixture = Fixture::sqlite(&Options::default()).with_items();
    let file = fixture.file();
    let Fixture {
        database,
        address,
        folder,
    } = fixture;
    drop(database);
    let mut bytes = fs::read(&file).unwrap();
    bytes[4096..4096 + 16].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let copy = folder.path().join("copy");
    assert!(backup::backup(&Target::parse(&address).unwrap(), &copy).is_err());
    assert!(!copy.exists());
    let database = Database::open(&address, &Options::default()).unwrap();
    match database.across().read_blocking(backup::check) {
        Ok(found) => assert_ne!(found, [""; 0]),
        Err(error) => assert!(matches!(error, StoreError::Corrupt(_)), "{error}"),
    }
}
