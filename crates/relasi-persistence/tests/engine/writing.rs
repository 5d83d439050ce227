//! Writes on both databases.

use std::{sync::Arc, thread};

use relasi_persistence::{Statement, StoreError};

use crate::{Fixture, on_both, on_worker};

#[test]
fn sixteen_threads_lose_no_write() {
    const THREADS: i64 = 16;
    const EACH: i64 = 40;
    on_both(|fixture| {
        let fixture = Arc::new(fixture.with_items());
        fixture
            .database
            .across()
            .write_blocking(|conn| {
                conn.execute(&Statement::new(
                    "INSERT INTO items (id, name) VALUES (0, '0')",
                ))
            })
            .unwrap();
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let fixture = Arc::clone(&fixture);
                thread::spawn(move || {
                    for number in 0..EACH {
                        let id = 1 + thread * EACH + number;
                        fixture
                            .database
                            .across()
                            .write_blocking(move |conn| add_one(conn, id))
                            .unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(fixture.count(), THREADS * EACH + 1);
        assert_eq!(name_of(&fixture, 0), (THREADS * EACH).to_string());
    });
}

fn add_one(conn: &mut relasi_persistence::Conn, id: i64) -> Result<(), StoreError> {
    conn.execute(
        Statement::new("INSERT INTO items (id, name) VALUES (")
            .bind(id)
            .push(", 'x')"),
    )?;
    let raise = "UPDATE items SET name = CAST(CAST(name AS BIGINT) + 1 AS TEXT) WHERE id = 0";
    conn.execute(&Statement::new(raise)).map(drop)
}

fn name_of(fixture: &Fixture, id: i64) -> String {
    let mut name = Statement::new("SELECT name FROM items WHERE id = ");
    name.bind(id);
    fixture
        .database
        .across()
        .read_blocking(|conn| conn.row(&name, |row| row.text(0)))
        .unwrap()
        .unwrap()
}

#[test]
fn a_failed_part_is_undone_alone_and_the_work_goes_on() {
    on_both(|fixture| {
        let fixture = fixture.with_items();
        let refused = fixture
            .database
            .across()
            .write_blocking::<_, StoreError, _>(|conn| {
                let mut refused = 0;
                for id in [1_i64, 2, 2, 3, 1] {
                    let part = conn.transaction(|conn| {
                        let mut insert = Statement::new("INSERT INTO items (id, name) VALUES (");
                        conn.execute(insert.bind(id).push(", ").bind(id.to_string()).push(")"))
                    });
                    refused += i64::from(part.is_err_and(|error| error.is_unique_on(&["id"])));
                }
                Ok(refused)
            })
            .unwrap();
        assert_eq!((refused, fixture.count()), (2, 3));
    });
}

#[test]
fn refusals_of_the_schema_are_told_apart() {
    on_both(|fixture| {
        let fixture = fixture.with_items();
        let run = |sql: &'static str| {
            fixture
                .database
                .across()
                .write_blocking(move |conn| conn.execute(&Statement::new(sql)))
        };
        run("INSERT INTO items (id, name, flag) VALUES (1, 'a', TRUE)").unwrap();
        let twice = run("INSERT INTO items (id, name, flag) VALUES (2, 'a', TRUE)").unwrap_err();
        assert!(twice.is_unique_on(&["name", "flag"]), "{twice}");
        assert!(matches!(&twice, StoreError::Unique { table, .. } if table == "items"));
        let dangling = run("INSERT INTO parts (item) VALUES (99)");
        assert_eq!(dangling, Err(StoreError::ForeignKey));
        let empty = run("INSERT INTO items (id) VALUES (3)");
        assert!(matches!(empty, Err(StoreError::Constraint(_))), "{empty:?}");
    });
}

#[test]
fn an_error_of_the_caller_undoes_the_write_and_comes_back_as_it_is() {
    #[derive(Debug, PartialEq)]
    enum Refusal {
        TooLate(u32),
        Store(StoreError),
    }
    impl From<StoreError> for Refusal {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }
    on_both(|fixture| {
        let fixture = fixture.with_items();
        let refused: Result<(), _> = on_worker(fixture.database.across().write(|conn| {
            conn.execute(&Statement::new(
                "INSERT INTO items (id, name) VALUES (1, 'a')",
            ))?;
            Err(Refusal::TooLate(7))
        }));
        assert_eq!(refused, Err(Refusal::TooLate(7)));
        let panicked: Result<(), Refusal> = on_worker(fixture.database.across().write(|conn| {
            conn.execute(&Statement::new(
                "INSERT INTO items (id, name) VALUES (1, 'a')",
            ))?;
            panic!("over")
        }));
        assert!(
            matches!(panicked, Err(Refusal::Store(StoreError::Other(_)))),
            "{panicked:?}"
        );
        assert_eq!(fixture.count(), 0);
    });
}

#[test]
fn a_write_runs_to_its_end_when_the_caller_leaves() {
    on_both(|fixture| {
        let fixture = fixture.with_items();
        let database = fixture.database.clone();
        let (done, is_done) = std::sync::mpsc::channel();
        on_worker(async {
            let write = database.across().write::<_, StoreError, _>(move |conn| {
                thread::sleep(std::time::Duration::from_millis(60));
                conn.execute(&Statement::new(
                    "INSERT INTO items (id, name) VALUES (1, 'a')",
                ))?;
                done.send(()).unwrap();
                Ok(())
            });
            let patience = std::time::Duration::from_millis(10);
            assert!(tokio::time::timeout(patience, write).await.is_err());
            tokio::task::yield_now().await;
        });
        is_done.recv().unwrap();
        // A write behind it proves that it was committed and left nothing open.
        fixture
            .database
            .across()
            .write_blocking(|conn| conn.execute(&Statement::new("UPDATE items SET name = 'b'")))
            .unwrap();
        assert_eq!(name_of(&fixture, 1), "b");
    });
}
