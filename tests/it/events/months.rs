//! Events and requests of API keys that are over: the same on both databases, whatever becomes of whole months.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_app::{
    events,
    identity::{Cost, Identity},
};
use relasi_persistence::{
    Conn, Database, Statement,
    months::{self, Month},
};
use relasi_tests::{Backend, TestApp, on_both};
use serde_json::json;

use super::{
    reading::{now, page, settled},
    receiver::until,
};
use crate::{
    bodies::{id, make},
    integrity,
};

/// As old as something of a month that is over.
fn long_ago() -> DateTime<Utc> {
    Utc::now() - TimeDelta::days(100)
}

/// Makes all rows of a table so old, in a month of that time.
fn age(database: &Database, table: &str) {
    months::make(database, long_ago()).expect("months can be made");
    let mut age = Statement::new(format!("UPDATE {table} SET at = "));
    age.bind(long_ago());
    let aged = database
        .across()
        .write_blocking(move |conn| conn.execute(&age))
        .expect("rows can be changed");
    assert!(aged > 0, "{table}");
}

fn months_of(database: &Database, table: &str) -> Vec<Month> {
    let read = |conn: &mut Conn| months::months(conn, table);
    database.across().read_blocking(read).expect("months")
}

on_both! {
    fn a_month_of_events_goes_but_for_the_newest_one(app: TestApp) {
        let mut app = app;
        let mut places = Vec::new();
        for _ in 0..3 {
            make(app.client(), "tag");
            places.push(now(&app, app.client()));
        }
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        age(&database, "outbox_events");
        let old = Month::of(long_ago());
        assert_eq!(months_of(&database, "outbox_events").contains(&old), app.at.backend == Backend::Postgres);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(events::sweep(&database, Utc::now())).unwrap();
        let there = integrity::number(&database, "SELECT count(*) FROM outbox_events");
        assert_eq!(there, 1, "the newest one stays");
        assert!(!months_of(&database, "outbox_events").contains(&old));
        let outside = |conn: &mut Conn| months::outside(conn, "outbox_events");
        assert_eq!(database.across().read_blocking(outside).unwrap(), 0);
        drop(database);
        app.crash_and_restart();
        let client = app.client();
        for gone in &places[..2] {
            client.list("events", &[("cursor", gone)]).problem(409, "events_expired");
        }
        // Who had read everything has missed nothing and goes on.
        let tag = make(client, "tag");
        settled(&app);
        let since = page(client, &[("cursor", &places[2])]);
        assert_eq!((&since["items"][0]["record_id"], since["items"].as_array().map(Vec::len)), (&tag["id"], Some(1)));
    }

    fn requests_of_keys_are_shown_for_thirty_days_and_then_gone(app: TestApp) {
        let mut app = app;
        let key = app.client().post("api-keys", &json!({"name": "Kunci", "scopes": ["see"]})).ok(201);
        let listed = format!("api-keys/{}/requests", id(&key));
        let caller = app.client().with_token(key["token"].as_str().unwrap());
        caller.get("contacts").ok(200);
        until("the request to be noted", || {
            let seen = app.client().get(&listed).ok(200);
            (!seen["items"][0].is_null()).then_some(())
        });
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        age(&database, "api_key_requests");
        drop(database);
        app.crash_and_restart();
        // Not shown from the first moment on, whether the sweep of the start has come to it or not.
        assert_eq!(app.client().get(&listed).ok(200)["items"], json!([]));
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let identity = Identity::open(database.clone(), Cost::default(), Utc::now()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(identity.sweep(Utc::now())).unwrap();
        assert_eq!(integrity::number(&database, "SELECT count(*) FROM api_key_requests"), 0);
        assert!(!months_of(&database, "api_key_requests").contains(&Month::of(long_ago())));
    }
}
