//! The one writer of SQLite: many callers share a commit and yet fail alone.

use std::{
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

use relasi_persistence::{Conn, Database, Options, Statement, StoreError};

use crate::{Fixture, on_worker};

fn insert(conn: &mut Conn, id: i64) -> Result<usize, StoreError> {
    conn.execute(
        Statement::new("INSERT INTO items (id, name) VALUES (")
            .bind_all([id])
            .push(", ")
            .bind(id.to_string())
            .push(")"),
    )
}

/// Keeps the writer busy while `queue` puts more work behind it, so that it shares a batch.
fn behind_a_busy_writer(database: &Database, queue: impl FnOnce()) {
    let (started, has_started) = channel();
    let (release, released) = channel::<()>();
    let released = std::sync::Mutex::new(released);
    let gate = database.clone();
    let holder = thread::spawn(move || {
        gate.across().write_blocking::<_, StoreError, _>(move |_| {
            started.send(()).unwrap();
            released.lock().unwrap().recv().unwrap();
            Ok(())
        })
    });
    has_started.recv().unwrap();
    queue();
    release.send(()).unwrap();
    // Its own answer is that of the batch, which some tests let fail.
    drop(holder.join().unwrap());
}

#[test]
fn a_failing_a_panicking_and_an_abandoned_job_leave_the_others_of_their_batch_alone() {
    let fixture = Fixture::sqlite(&Options::default()).with_items();
    let database = fixture.database.clone();
    on_worker(async {
        let mut good = Vec::new();
        let mut failing = None;
        let mut panicking = None;
        let mut careless = None;
        let mut abandoned = None;
        behind_a_busy_writer(&database, || {
            for id in 0..5 {
                good.push(queued(&database, move |conn| insert(conn, id).map(|_| ())));
            }
            failing = Some(queued(&database, |conn| {
                insert(conn, 100)?;
                Err(StoreError::NotFound)
            }));
            panicking = Some(queued(&database, |conn| {
                insert(conn, 200)?;
                conn.transaction(|conn| {
                    insert(conn, 201)?;
                    panic!("in the middle of a savepoint")
                })
            }));
            careless = Some(queued(&database, |conn| {
                insert(conn, 300)?;
                insert(conn, 300).map(|_| ())
            }));
            abandoned = Some(queued(&database, |conn| insert(conn, 400).map(|_| ())));
            for id in 5..10 {
                good.push(queued(&database, move |conn| insert(conn, id).map(|_| ())));
            }
            drop(abandoned.take());
        });
        for answer in good {
            assert_eq!(answer.await, Ok(()));
        }
        assert_eq!(failing.unwrap().await, Err(StoreError::NotFound));
        let panicked = panicking.unwrap().await.unwrap_err();
        assert!(
            panicked
                .to_string()
                .contains("in the middle of a savepoint"),
            "{panicked}"
        );
        assert!(careless.unwrap().await.unwrap_err().is_unique_on(&["id"]));
    });
    let all = Statement::new("SELECT id FROM items ORDER BY id");
    let found = database
        .across()
        .read_now(|conn| conn.rows(&all, |row| row.int(0)))
        .unwrap();
    assert_eq!(found, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 400]);
}

/// A write that is in the queue when this returns.
fn queued(
    database: &Database,
    work: impl Fn(&mut Conn) -> Result<(), StoreError> + Send + 'static,
) -> std::pin::Pin<Box<dyn Future<Output = Result<(), StoreError>>>> {
    let database = database.clone();
    let mut write = Box::pin(async move { database.across().write(work).await });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(write.as_mut().poll(&mut context).is_pending());
    write
}

#[test]
fn when_the_commit_fails_everybody_hears_of_it_and_nothing_is_kept() {
    let fixture = Fixture::sqlite(&Options::default()).with_items();
    let database = fixture.database.clone();
    on_worker(async {
        let mut answers = Vec::new();
        behind_a_busy_writer(&database, || {
            answers.push(queued(&database, |conn| insert(conn, 1).map(|_| ())));
            // Deferred keys are looked at by the commit of the whole batch.
            answers.push(queued(&database, |conn| {
                conn.execute_batch("PRAGMA defer_foreign_keys = ON")?;
                conn.execute(&Statement::new("INSERT INTO parts (item) VALUES (77)"))
                    .map(|_| ())
            }));
            answers.push(queued(&database, |conn| insert(conn, 2).map(|_| ())));
        });
        for answer in answers {
            assert_eq!(answer.await, Err(StoreError::ForeignKey));
        }
        assert_eq!(fixture.count(), 0);
        database
            .across()
            .write(|conn| insert(conn, 3))
            .await
            .unwrap();
    });
    assert_eq!(fixture.count(), 1);
}

#[test]
fn a_full_disk_is_told_and_the_writer_goes_on() {
    let fixture = Fixture::sqlite(&Options::default()).with_items();
    let limit = |pages: u32| {
        let pragma = format!("PRAGMA max_page_count = {pages}");
        fixture
            .database
            .across()
            .write_blocking(move |conn| conn.execute_batch(&pragma))
            .unwrap();
    };
    limit(1);
    let filled = fixture
        .database
        .across()
        .write_blocking(|conn| (0..200_000).try_for_each(|id| insert(conn, id).map(|_| ())));
    assert_eq!(filled, Err(StoreError::Full));
    assert_eq!(fixture.count(), 0);
    limit(1 << 20);
    fixture
        .database
        .across()
        .write_blocking(|conn| insert(conn, 1))
        .unwrap();
    assert_eq!(fixture.count(), 1);
}

#[test]
fn a_full_queue_answers_at_once_that_the_store_is_busy() {
    let fixture = Fixture::sqlite(&Options {
        queue: 2,
        ..Options::default()
    })
    .with_items();
    let database = fixture.database.clone();
    on_worker(async {
        let mut waiting = Vec::new();
        behind_a_busy_writer(&database, || {
            waiting.push(queued(&database, |conn| insert(conn, 1).map(|_| ())));
            waiting.push(queued(&database, |conn| insert(conn, 2).map(|_| ())));
            let asked = Instant::now();
            let refused = database.across().write_blocking(|conn| insert(conn, 3));
            assert_eq!(refused, Err(StoreError::Busy));
            assert!(asked.elapsed() < Duration::from_millis(50));
        });
        for answer in waiting {
            assert_eq!(answer.await, Ok(()));
        }
    });
    assert_eq!(fixture.count(), 2);
}

#[test]
fn one_process_holds_the_file_until_it_closes_it() {
    let fixture = Fixture::sqlite(&Options::default()).with_items();
    let again = Database::open(&fixture.address, &Options::default());
    assert!(matches!(again, Err(StoreError::Unavailable(_))));
    let Fixture {
        database,
        address,
        folder,
    } = fixture;
    let clone = database.clone();
    drop(database);
    clone
        .across()
        .write_blocking(|conn| insert(conn, 1))
        .unwrap();
    drop(clone);
    let database = Database::open(&address, &Options::default()).unwrap();
    assert_eq!(
        Fixture {
            database,
            address,
            folder
        }
        .count(),
        1
    );
}
