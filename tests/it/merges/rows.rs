//! What leads to a contact beside the records of objects follows it, and comes back.

use relasi_persistence::{Database, Statement};
use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{at, merge, undone};
use crate::{
    bodies::{id, make},
    booking,
    commerce::{quote_with, send},
    integrity,
};

fn count(database: &Database, table: &str, contact: &Value) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM {table} WHERE contact_id = '{}'",
        id(contact)
    );
    integrity::number(database, &sql)
}

/// What somebody booked a moment ago.
fn booked(database: &Database, page: &Value, contact: &Value) {
    let sql = format!(
        "INSERT INTO bookings (workspace_id, id, version, page_id, page, state, start_at, end_at, room_before, room_after, name, \
         email, answers, language, time_zone, contact_id, moves, created_at, updated_at) SELECT workspace_id, id, 1, '{}', 'x', \
         'booked', 1, 2, 0, 0, 'Siti', 'siti@kopi.example', '{{}}', 'en', 'Asia/Jakarta', id, 0, 1, 1 FROM contacts WHERE id = '{}'",
        id(page),
        id(contact)
    );
    let write =
        move |conn: &mut relasi_persistence::Conn| conn.execute(&Statement::new(sql.clone()));
    assert_eq!(database.across().write_blocking(write).unwrap(), 1);
}

/// Looks into the database while no server has it open.
fn looked<T>(app: &mut TestApp, look: impl FnOnce(&Database) -> T) -> T {
    app.at.terminate();
    let database = integrity::open(&app.at.settings);
    let found = look(&database);
    drop(database);
    app.crash_and_restart();
    found
}

const TABLES: [&str; 3] = ["bookings", "quote_versions", "retention_holds"];

/// How many rows lead to each of two contacts.
fn counts(app: &mut TestApp, contacts: [&Value; 2]) -> [[i64; 3]; 2] {
    looked(app, |database| {
        contacts.map(|contact| TABLES.map(|table| count(database, table, contact)))
    })
}

on_both! {
    fn bookings_sent_quotes_and_holds_follow(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let (survivor, loser) = (make(client, "contact"), make(client, "contact"));
        let both = [&survivor, &loser];
        let quote = quote_with(client, json!({"contact_id": loser["id"]}), 0);
        send(client, &quote);
        let hold = json!({"reason": "Sengketa"});
        client.json(Method::PUT, &format!("{}/hold", at("contacts", &loser)), &[], &hold);
        let page = client.post("booking-pages", &booking::minimal(client)).ok(201);
        looked(&mut app, |database| booked(database, &page, &loser));
        assert_eq!(counts(&mut app, both), [[0; 3], [1; 3]]);
        let merged = merge(app.client(), "contacts", &survivor, &loser, json!({}));
        assert_eq!(counts(&mut app, both), [[1; 3], [0; 3]]);
        assert_eq!(app.client().get(&at("quotes", &quote)).ok(200)["contact_id"], survivor["id"]);
        undone(app.client(), &merged["merge"]);
        assert_eq!(counts(&mut app, both), [[0; 3], [1; 3]]);

        // Where both are held each keeps its own, and what the survivor had stays with it.
        let client = app.client();
        client.json(Method::PUT, &format!("{}/hold", at("contacts", &survivor)), &[], &hold);
        let own = quote_with(client, json!({"contact_id": survivor["id"]}), 0);
        send(client, &own);
        let merged = merge(client, "contacts", &survivor, &loser, json!({}));
        assert_eq!(counts(&mut app, both), [[1, 2, 1], [0, 0, 1]]);
        undone(app.client(), &merged["merge"]);
        assert_eq!(counts(&mut app, both), [[0, 1, 1], [1, 1, 1]]);
    }

    fn a_held_lead_stays_held_by_whoever_it_is_merged_into(app: TestApp) {
        let client = app.client();
        let (survivor, loser) = (make(client, "lead"), make(client, "lead"));
        let hold = json!({"reason": "Sengketa"});
        client.json(Method::PUT, &format!("{}/hold", at("leads", &loser)), &[], &hold);
        let held = || client.get("retention-holds").ok(200)["items"][0]["lead_id"].clone();
        let merged = merge(client, "leads", &survivor, &loser, json!({}));
        assert_eq!(held(), survivor["id"]);
        undone(client, &merged["merge"]);
        assert_eq!(held(), loser["id"]);
    }
}
