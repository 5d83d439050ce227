//! Each event comes exactly once, however writers and readers meet.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use relasi_persistence::Statement;
use relasi_tests::{Backend, Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{
    reading::{now, page, settled},
    receiver::{Hooked, Receiver, endpoint},
};
use crate::{
    bodies::{id, make},
    integrity,
};

/// Reads on from a place until `done` and nothing more comes; the records of the events in the order in which they came.
fn follow(client: &Client, start: &str, done: &AtomicBool) -> Vec<String> {
    let mut cursor = start.to_owned();
    let mut seen = Vec::new();
    let limit = Instant::now() + Duration::from_mins(2);
    loop {
        let was_done = done.load(Ordering::SeqCst);
        let next = page(
            client,
            &[("cursor", &cursor), ("limit", "7"), ("kind", "tag.created")],
        );
        let items = next["items"].as_array().unwrap();
        seen.extend(
            items
                .iter()
                .map(|item| item["record_id"].as_str().unwrap().to_owned()),
        );
        next["next_cursor"]
            .as_str()
            .unwrap()
            .clone_into(&mut cursor);
        if was_done && items.is_empty() && next["more"] == false {
            return seen;
        }
        assert!(Instant::now() < limit, "the events do not end");
    }
}

on_both! {
    fn a_reader_beside_writers_gets_each_event_once(app: TestApp) {
        let client = app.client();
        let start = now(&app, client);
        let done = AtomicBool::new(false);
        let (seen, made) = thread::scope(|scope| {
            let reader = scope.spawn(|| follow(client, &start, &done));
            let writers: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| (0..25).map(|_| id(&make(client, "tag"))).collect::<Vec<_>>()))
                .collect();
            let made: Vec<String> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            settled(&app);
            done.store(true, Ordering::SeqCst);
            (reader.join().unwrap(), made)
        });
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(once.len(), seen.len(), "none twice");
        assert_eq!(once, made.iter().collect(), "none left out");
        // Who comes later sees the same order.
        assert_eq!(follow(client, &start, &AtomicBool::new(true)), seen);
    }

    fn one_that_is_committed_late_comes_after_what_was_read(app: TestApp) {
        if app.at.backend == Backend::Sqlite {
            // There is one writer, whose order the test above looks at.
            return;
        }
        let client = app.client();
        let start = now(&app, client);
        let late = uuid::Uuid::nil().to_string();
        let database = app.at.database().unwrap();
        let insert = format!(
            "INSERT INTO outbox_events (workspace_id, id, at, kind, object, record_id, payload) \
             SELECT id, '{late}', 0, 'tag.created', 'tag', '{late}', '{{}}' FROM workspaces; SELECT pg_sleep(2)"
        );
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let slow = scope.spawn(|| database.sql(&format!("BEGIN; {insert}; COMMIT")));
            let under_way = || database.sql("SELECT count(*) FROM pg_locks WHERE mode = 'RowExclusiveLock' AND relation = 'outbox_events'::regclass") != "0";
            while !under_way() {
                thread::sleep(Duration::from_millis(5));
            }
            let made = id(&make(client, "tag"));
            let meanwhile = page(client, &[("cursor", &start)]);
            assert_eq!(meanwhile["items"], json!([]), "what is behind an open transaction waits for it");
            let reader = scope.spawn(|| follow(client, &start, &done));
            slow.join().unwrap();
            settled(&app);
            done.store(true, Ordering::SeqCst);
            assert_eq!(reader.join().unwrap(), [late.clone(), made]);
        });
    }

    fn what_was_before_an_endpoint_is_not_sent_however_late_it_settles(app: Hooked) {
        let Some(database) = app.0.at.database() else {
            // What is committed there is settled.
            return;
        };
        let client = app.0.client();
        let receiver = Receiver::start();
        thread::scope(|scope| {
            // A transaction with a number, of anybody: what comes after it is not settled before it ends.
            let slow = scope.spawn(|| database.sql("BEGIN; SELECT pg_current_xact_id(); SELECT pg_sleep(3); COMMIT"));
            let under_way = || database.sql("SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid()") != "0";
            while !under_way() {
                thread::sleep(Duration::from_millis(5));
            }
            make(client, "tag");
            endpoint(client, &receiver, &["tag.*"]);
            let after = make(client, "tag");
            assert!(!slow.is_finished());
            slow.join().unwrap();
            assert_eq!(receiver.wait_for(1)[0].body["data"]["id"], after["id"]);
        });
    }

    fn a_database_from_another_server_goes_on_with_its_events(app: TestApp) {
        let mut app = app;
        make(app.client(), "tag");
        let before = now(&app, app.client());
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        // As if the transactions of the former server had counted much further.
        let further = Statement::new("UPDATE outbox_events SET seq = seq + 1000000000000");
        database.across().write_blocking(move |conn| conn.execute(&further)).unwrap();
        drop(database);
        app.crash_and_restart();
        let client = app.client();
        client.list("events", &[("cursor", &before)]).problem(409, "events_expired");
        let made = make(client, "tag");
        settled(&app);
        let all = page(client, &[("limit", "200")]);
        let last = all["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["record_id"], &all["more"]), (&made["id"], &Value::Bool(false)));
    }
}
