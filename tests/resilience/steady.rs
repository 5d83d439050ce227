//! Writers that do not give up: what got no answer, or "try again", is sent again with its key.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Client, Method};
use serde_json::json;

use crate::bodies;

/// What was acknowledged, and when writers are to stop.
#[derive(Default)]
pub(super) struct Book {
    /// Id of each contact by its name.
    acknowledged: Mutex<BTreeMap<String, String>>,
    ended: AtomicBool,
}

impl Book {
    pub(super) fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Waits until so many more are acknowledged.
    pub(super) fn wait_for(&self, more: usize) {
        let enough = self.count() + more;
        let limit = Instant::now() + Duration::from_mins(2);
        while self.count() < enough {
            assert!(Instant::now() < limit, "{} of {enough}", self.count());
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// After the end, for further writers.
    pub(super) fn again(&self) {
        self.ended.store(false, Ordering::SeqCst);
    }

    /// Writes until the end. `clients` are the nodes: the one after the other is asked, as a balancer does.
    pub(super) fn write(&self, lane: &str, clients: &[Client]) {
        let mut node = 0;
        for n in 0.. {
            if self.ended.load(Ordering::SeqCst) {
                return;
            }
            let name = format!("{lane} number {n}");
            let body = json!({"full_name": name}).to_string();
            let headers = [
                ("content-type", "application/json"),
                ("idempotency-key", name.as_str()),
            ];
            let limit = Instant::now() + Duration::from_mins(1);
            let id = loop {
                assert!(Instant::now() < limit, "{name} is not taken");
                let client = &clients[node % clients.len()];
                match client.try_send(Method::POST, "contacts", &headers, body.as_bytes()) {
                    Ok(reply) if reply.status == 201 => break bodies::id(&reply.ok(201)),
                    // In doubt, or not now: C3 makes the next attempt safe.
                    Ok(reply) => assert!(
                        [409, 503].contains(&reply.status),
                        "{}: {}",
                        reply.status,
                        reply.text()
                    ),
                    Err(_) => {}
                }
                node += 1;
                thread::sleep(Duration::from_millis(20));
            };
            self.acknowledged.lock().unwrap().insert(name, id);
        }
    }

    /// Everything acknowledged is there once under its id, and nothing else of these writers.
    pub(super) fn compare(&self, client: &Client) {
        let all = |field: &str| client.all("contacts", &[("limit", "200")], field);
        let mut there = BTreeMap::new();
        for (id, name) in all("id").iter().zip(all("full_name")) {
            let [id, name] = [id, &name].map(|value| value.as_str().expect("a text").to_owned());
            if name.contains(" number ") {
                let before = there.insert(name.clone(), id);
                assert_eq!(before, None, "{name} is there twice");
            }
        }
        assert_eq!(there, *self.acknowledged.lock().unwrap());
    }
}
