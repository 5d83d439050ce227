//! What only PostgreSQL can do to us.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use relasi_persistence::{Conn, Database, Options, Statement, StoreError, Target, backup, migrate};

use crate::{Fixture, cluster::Cluster};

#[test]
fn writes_that_deadlock_are_run_again() {
    let Some(fixture) = Fixture::postgres(&Options::default()) else {
        return;
    };
    let fixture = Arc::new(fixture.with_items());
    let fill = "INSERT INTO items (id, name) VALUES (1, '0'), (2, '0')";
    fixture
        .database
        .across()
        .write_blocking(move |conn| conn.execute(&Statement::new(fill)))
        .unwrap();
    let both_hold_one = Arc::new(Barrier::new(2));
    let threads: Vec<_> = [[1_i64, 2], [2, 1]]
        .into_iter()
        .map(|order| {
            let fixture = Arc::clone(&fixture);
            let both_hold_one = Arc::clone(&both_hold_one);
            let first_try = std::sync::atomic::AtomicBool::new(true);
            thread::spawn(move || {
                fixture
                    .database
                    .across()
                    .write_blocking::<_, StoreError, _>(move |conn| {
                        raise(conn, order[0])?;
                        if first_try.swap(false, std::sync::atomic::Ordering::Relaxed) {
                            both_hold_one.wait();
                        }
                        raise(conn, order[1])
                    })
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    let names = Statement::new("SELECT name FROM items ORDER BY id");
    let names = fixture
        .database
        .across()
        .read_blocking(|conn| conn.rows(&names, |row| row.text(0)));
    assert_eq!(names.unwrap(), ["2", "2"]);
}

fn raise(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    let mut update = Statement::new("UPDATE items SET name = (name::int + 1)::text WHERE id = ");
    conn.execute(update.bind(id)).map(drop)
}

#[test]
fn a_read_that_takes_too_long_is_stopped_but_a_write_may_take_longer() {
    let options = Options {
        read_timeout: Duration::from_millis(100),
        ..Options::default()
    };
    let Some(fixture) = Fixture::postgres(&options) else {
        return;
    };
    let sleep = Statement::new("SELECT 1 FROM pg_sleep(0.4)");
    let slow = fixture
        .database
        .across()
        .read_blocking(|conn| conn.row(&sleep, |row| row.int(0)));
    assert_eq!(slow, Err(StoreError::Timeout));
    let unhurried = fixture
        .database
        .across()
        .unhurried()
        .read_blocking(|conn| conn.row(&sleep, |row| row.int(0)));
    assert_eq!(unhurried, Ok(Some(1)));
    // Only that one.
    let slow = fixture
        .database
        .across()
        .read_blocking(|conn| conn.row(&sleep, |row| row.int(0)));
    assert_eq!(slow, Err(StoreError::Timeout));
    let slow = fixture
        .database
        .across()
        .write_blocking(move |conn| conn.row(&sleep, |row| row.int(0)));
    assert_eq!(slow, Ok(Some(1)));
}

#[test]
fn behind_a_pooler_nothing_outlives_its_transaction() {
    let options = Options {
        read_timeout: Duration::from_millis(100),
        ..Options::default()
    };
    let Some(fixture) = Fixture::postgres(&options) else {
        return;
    };
    let address = format!("{}?pooler=transaction", fixture.address);
    let database = Database::open(&address, &options).unwrap();
    let prepared = Statement::new(
        "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%prepared%'",
    );
    let mut left = 0;
    for _ in 0..3 {
        left = database
            .across()
            .read_blocking::<_, StoreError>(|conn| {
                conn.row(Statement::new("SELECT 1 + ").bind(1_i64), |row| row.int(0))?;
                Ok(conn.row(&prepared, |row| row.int(0))?.unwrap())
            })
            .unwrap();
    }
    assert_eq!(left, 0);
    let sleep = Statement::new("SELECT 1 FROM pg_sleep(0.4)");
    let slow = database
        .across()
        .read_blocking(|conn| conn.row(&sleep, |row| row.int(0)));
    assert_eq!(slow, Err(StoreError::Timeout));
    let write = "CREATE TABLE t (a BIGINT)";
    assert!(
        database
            .across()
            .read_blocking(|conn| conn.execute_batch(write))
            .is_err()
    );
    database
        .across()
        .write_blocking(move |conn| conn.execute_batch(write))
        .unwrap();
    assert!(!migrate::run(&database).unwrap().is_empty());
    assert_eq!(migrate::pending(&database).unwrap(), [""; 0]);
}

#[test]
fn the_pool_heals_after_the_server_was_gone() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let address = cluster.create_database();
    let database = Database::open(&address, &Options::default()).unwrap();
    let write = || {
        database.across().write_blocking(|conn| {
            conn.row(
                &Statement::new("SELECT 1 WHERE pg_sleep(0) IS NOT NULL"),
                |row| row.int(0),
            )
        })
    };
    write().unwrap();

    // The server ends our connections while nobody uses them: nobody notices.
    cluster.sql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'relasi'",
    );
    database.ping().unwrap();
    write().unwrap();

    cluster.control("stop");
    for _ in 0..3 {
        let asked = Instant::now();
        assert!(matches!(database.ping(), Err(StoreError::Unavailable(_))));
        assert!(matches!(write(), Err(StoreError::Unavailable(_))));
        assert!(asked.elapsed() < Duration::from_secs(1));
    }
    cluster.control("start");
    let back = Instant::now();
    while database.ping().is_err() {
        assert!(back.elapsed() < Duration::from_secs(3), "still not healed");
        thread::sleep(Duration::from_millis(20));
    }
    while write().is_err() {
        assert!(back.elapsed() < Duration::from_secs(3), "still not healed");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_connection_lost_within_a_write_is_told_and_replaced() {
    let Some(fixture) = Fixture::postgres(&Options::default()) else {
        return;
    };
    let lost = fixture.database.across().write_blocking(|conn| {
        let own = "SELECT COUNT(pg_terminate_backend(pg_backend_pid()))";
        conn.row(&Statement::new(own), |row| row.int(0))
    });
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    let again = fixture
        .database
        .across()
        .write_blocking(|conn| conn.row(&Statement::new("SELECT 1"), |r| r.int(0)));
    assert_eq!(again, Ok(Some(1)));
}

#[test]
fn encrypted_connections_check_the_certificate() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (address, authority) = cluster.encrypt(&cluster.create_database());
    let open =
        |parameters: &str| Database::open(&format!("{address}?{parameters}"), &Options::default());
    let encrypted = |database: Database| {
        let own = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        database
            .across()
            .read_blocking(|conn| conn.row(&Statement::new(own), |row| row.bool(0)))
    };
    let trusting = format!("sslmode=require&sslrootcert={}", authority.display());
    assert_eq!(encrypted(open(&trusting).unwrap()), Ok(Some(true)));
    assert_eq!(encrypted(open("sslmode=disable").unwrap()), Ok(Some(false)));
    // Nobody the system trusts has signed it, and it is not for this name.
    assert!(matches!(
        open("sslmode=require"),
        Err(StoreError::Unavailable(_))
    ));
    let elsewhere = address.replace("localhost", "127.0.0.1");
    let elsewhere = Database::open(&format!("{elsewhere}?{trusting}"), &Options::default());
    assert!(matches!(elsewhere, Err(StoreError::Unavailable(_))));

    let folder = tempfile::tempdir().unwrap();
    let target = Target::parse(&format!("{address}?{trusting}")).unwrap();
    backup::backup(&target, &folder.path().join("copy")).unwrap();
}

#[test]
fn a_server_that_is_not_there_or_an_address_that_is_none_is_told_at_once() {
    let nobody = "postgres://relasi@127.0.0.1:1/none";
    assert!(matches!(
        Database::open(nobody, &Options::default()),
        Err(StoreError::Unavailable(_))
    ));
    let wrong = "postgres://relasi@localhost/db?pooler=session";
    assert!(matches!(
        Database::open(wrong, &Options::default()),
        Err(StoreError::Other(_))
    ));
}
