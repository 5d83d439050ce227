//! What leads to a contact beside the records of objects follows it, and comes back.

use relasi_persistence::{Database, Statement};
use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{at, merge, undone};
use crate::{
    bodies::{id, make, version},
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

on_both! {
    fn bookings_sent_quotes_and_holds_follow(app: TestApp) {
        let client = app.client();
        let (survivor, loser) = (make(client, "contact"), make(client, "contact"));
        let quote = quote_with(client, json!({"contact_id": loser["id"]}), 0);
        send(client, &quote);
        let hold = json!({"reason": "Sengketa"});
        client.json(Method::PUT, &format!("{}/hold", at("contacts", &loser)), &[], &hold);
        let page = client.post("booking-pages", &booking::minimal(client)).ok(201);
        let database = integrity::open(&app.at.settings);
        booked(&database, &page, &loser);
        let tables = ["bookings", "quote_versions", "retention_holds"];
        let counts = |contact: &Value| tables.map(|table| count(&database, table, contact));
        assert_eq!((counts(&survivor), counts(&loser)), ([0; 3], [1; 3]));
        let merged = merge(client, "contacts", &survivor, &loser, json!({}));
        assert_eq!((counts(&survivor), counts(&loser)), ([1; 3], [0; 3]));
        assert_eq!(client.get(&at("quotes", &quote)).ok(200)["contact_id"], survivor["id"]);
        undone(client, &merged["merge"]);
        assert_eq!((counts(&survivor), counts(&loser)), ([0; 3], [1; 3]));

        // Where both are held each keeps its own, and what the survivor had stays with it.
        client.json(Method::PUT, &format!("{}/hold", at("contacts", &survivor)), &[], &hold);
        let own = quote_with(client, json!({"contact_id": survivor["id"]}), 0);
        send(client, &own);
        let merged = merge(client, "contacts", &survivor, &loser, json!({}));
        assert_eq!((counts(&survivor), counts(&loser)), ([1, 2, 1], [0, 0, 1]));
        undone(client, &merged["merge"]);
        assert_eq!((counts(&survivor), counts(&loser)), ([0, 1, 1], [1, 1, 1]));
        assert!(version(&client.get(&at("contacts", &loser)).ok(200)) > 1);
    }
}
