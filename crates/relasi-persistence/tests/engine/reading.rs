//! Reads on both databases.

use std::time::Duration;

use relasi_persistence::{Dialect, Options, Statement, StoreError, Value};
use uuid::Uuid;

use crate::{Fixture, on_both, on_worker};

#[test]
fn values_come_back_as_they_went_in() {
    on_both(|fixture| {
        let id = Uuid::from_u128(7);
        let mut select = Statement::new("SELECT ");
        let values: [Value; 9] = [
            "สมชาย 'quoted' ?".into(),
            i64::MAX.into(),
            true.into(),
            false.into(),
            id.into(),
            None::<String>.into(),
            None::<i64>.into(),
            None::<bool>.into(),
            i64::MIN.into(),
        ];
        select
            .bind_all(&values)
            .push(", 1, CAST(2 AS SMALLINT), COUNT(*)");
        let read = fixture.database.across().read_blocking(|conn| {
            conn.row(&select, |row| {
                assert_eq!(row.len(), 12);
                assert_eq!(row.text(0)?, "สมชาย 'quoted' ?");
                assert_eq!((row.int(1)?, row.int(8)?), (i64::MAX, i64::MIN));
                assert_eq!((row.bool(2)?, row.bool(3)?), (true, false));
                assert_eq!(row.text(4)?, id.to_string());
                assert_eq!((row.opt_text(5)?, row.opt_int(6)?), (None, None));
                assert_eq!(row.opt_bool(7)?, None);
                assert_eq!((row.int(9)?, row.int(10)?, row.int(11)?), (1, 2, 1));
                assert!(row.int(5).is_err() && row.text(12).is_err());
                Ok(())
            })
        });
        assert_eq!(read, Ok(Some(())));
    });
}

#[test]
fn readers_cannot_write() {
    on_both(|fixture| {
        let fixture = fixture.with_items();
        let insert = Statement::new("INSERT INTO items (id, name) VALUES (1, 'a')");
        assert!(
            fixture
                .database
                .across()
                .read_blocking(|conn| conn.execute(&insert))
                .is_err()
        );
        assert!(
            fixture
                .database
                .across()
                .read_now(|conn| conn.execute(&insert))
                .is_err()
        );
        assert_eq!(fixture.count(), 0);
    });
}

#[test]
fn reads_run_on_a_worker_thread_and_a_database_may_be_dropped_there() {
    on_both(|fixture| {
        on_worker(async move {
            let one = Statement::new("SELECT 1");
            let short = one.clone();
            let read = move |conn: &mut relasi_persistence::Conn| conn.row(&one, |row| row.int(0));
            assert_eq!(fixture.database.across().read(read).await, Ok(Some(1)));
            let read =
                move |conn: &mut relasi_persistence::Conn| conn.row(&short, |row| row.int(0));
            assert_eq!(
                fixture.database.across().read_short(read).await,
                Ok(Some(1))
            );
            drop(fixture);
        });
    });
}

#[test]
fn a_panic_in_a_read_is_told_and_spoils_nothing() {
    on_both(|fixture| {
        let panicked: Result<(), StoreError> =
            on_worker(fixture.database.across().read(|_| panic!("while reading")));
        assert!(panicked.unwrap_err().to_string().contains("while reading"));
        fixture.database.ping().unwrap();
    });
}

#[test]
fn whoever_waits_too_long_for_a_connection_hears_that_the_store_is_busy() {
    let options = Options {
        readers: 1,
        wait_timeout: Duration::from_millis(50),
        ..Options::default()
    };
    let fixtures = [Some(Fixture::sqlite(&options)), Fixture::postgres(&options)];
    for fixture in fixtures.into_iter().flatten() {
        fixture
            .database
            .across()
            .read_blocking::<_, StoreError>(|_| {
                assert_eq!(fixture.database.ping(), Err(StoreError::Busy));
                Ok(())
            })
            .unwrap();
        fixture.database.ping().unwrap();
    }
}

#[test]
fn equal_texts_share_a_prepared_statement_and_there_are_never_too_many() {
    on_both(|fixture| {
        fixture
            .database
            .across()
            .read_blocking(|conn| {
                let before = conn.kept_statements();
                for number in 0..50_i64 {
                    conn.row(Statement::new("SELECT 1 + ").bind(number), |row| row.int(0))?;
                    let mut odd = Statement::new(format!("SELECT {number} + "));
                    conn.row(odd.bind(number).uncached(), |row| row.int(0))?;
                }
                assert_eq!(conn.kept_statements() - before, 1);
                for number in 0..2_000_i64 {
                    conn.row(&Statement::new(format!("SELECT {number}")), |row| {
                        row.int(0)
                    })?;
                    assert!(conn.kept_statements() <= 400);
                }
                if conn.dialect() == Dialect::Postgres {
                    let prepared = Statement::new("SELECT COUNT(*) FROM pg_prepared_statements");
                    let held = conn.row(&prepared, |row| row.int(0))?.unwrap();
                    assert!(held <= 400, "the server holds {held}");
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

/// Without the guarantee SQLite plans a statement anew for every value bound to it.
#[test]
fn sqlite_keeps_its_plans() {
    let fixture = Fixture::sqlite(&Options::default());
    let options = Statement::new("PRAGMA compile_options");
    let options = fixture
        .database
        .across()
        .read_now(|conn| conn.rows(&options, |row| row.text(0)));
    assert!(options.unwrap().contains(&"ENABLE_QPSG".to_owned()));
}
