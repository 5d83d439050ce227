//! What a reader of events gets, and who may read.

use chrono::{TimeDelta, Utc};
use relasi_app::events;
use relasi_persistence::Statement;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::receiver::until;
use crate::{
    bodies::{id, make, make_with},
    integrity,
    isolation::second_workspace,
};

#[track_caller]
pub fn page(client: &Client, parameters: &[(&str, &str)]) -> Value {
    client.list("events", parameters).ok(200)
}

/// Waits until nothing holds events back any more. On PostgreSQL transactions of other databases do, too, those of other
/// tests among them.
pub fn settled(app: &TestApp) {
    let Some(database) = app.at.database() else {
        return;
    };
    let waiting = "SELECT count(*) FROM outbox_events WHERE seq >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    until("the events to settle", || {
        (database.sql(waiting) == "0").then_some(())
    });
}

/// Where the events end now.
#[track_caller]
pub fn now(app: &TestApp, client: &Client) -> String {
    settled(app);
    let end = page(client, &[("begin", "now")]);
    assert_eq!((&end["items"], &end["more"]), (&json!([]), &json!(false)));
    end["next_cursor"].as_str().unwrap().to_owned()
}

fn kinds(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["kind"].as_str().unwrap()).collect()
}

on_both! {
    fn changes_come_in_order_and_can_be_narrowed(app: TestApp) {
        let client = app.client();
        let start = now(&app, client);
        let siti = make_with(client, "contact", json!({"full_name": "Siti"}));
        let at = format!("contacts/{}", id(&siti));
        client.patch(&at, 1, &json!({"city": "Solo", "job_title": "Buyer"})).ok(200);
        let tag = make(client, "tag");
        let said = client.post(&format!("{at}/comments"), &json!({"body": "Rahasia"})).ok(201);
        client.delete(&at, 2).ok(204);

        settled(&app);
        let all = page(client, &[("cursor", &start)]);
        assert_eq!(kinds(&all), ["contact.created", "contact.updated", "tag.created", "comment.created", "contact.trashed"], "{all}");
        assert_eq!(all["more"], false);
        let updated = &all["items"][1];
        let mut changed: Vec<&str> = updated["changed"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        changed.retain(|name| !matches!(*name, "version" | "updated_at" | "updated_by"));
        assert_eq!(changed, ["city", "job_title"]);
        assert_eq!((&updated["record_id"], &updated["version"], &updated["actor_id"]), (&siti["id"], &json!(2), &json!(app.owner.id)));
        let comment = &all["items"][3];
        assert_eq!((&comment["record_id"], &comment["about"]), (&said["id"], &json!({"object": "contact", "id": siti["id"]})));
        assert!(!all.to_string().contains("Solo") && !all.to_string().contains("Rahasia"), "values stay out: {all}");

        let some = |parameters: &[(&str, &str)]| {
            let mut all = vec![("cursor", start.as_str())];
            all.extend_from_slice(parameters);
            let page = page(client, &all);
            kinds(&page).join(" ")
        };
        assert_eq!(some(&[("object", "tag")]), "tag.created");
        assert_eq!(some(&[("kind", "contact.*")]), "contact.created contact.updated contact.trashed");
        assert_eq!(some(&[("kind", "tag.created, contact.trashed")]), "tag.created contact.trashed");
        assert_eq!(some(&[("kind", "*"), ("object", "comment")]), "comment.created");
        assert_eq!(some(&[("kind", "deal.*")]), "");

        // One by one, and on from the end.
        let mut cursor = start.clone();
        let mut seen = Vec::new();
        loop {
            let one = page(client, &[("cursor", &cursor), ("limit", "1")]);
            seen.extend(one["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
            one["next_cursor"].as_str().unwrap().clone_into(&mut cursor);
            if one["more"] == false {
                break;
            }
        }
        let ids: Vec<Value> = all["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
        assert_eq!(seen, ids);
        client.delete(&format!("tags/{}", id(&tag)), 1).ok(204);
        settled(&app);
        assert_eq!(kinds(&page(client, &[("cursor", &cursor)])), ["tag.trashed"]);
        let first = page(client, &[("limit", "200")]);
        assert!(kinds(&first).len() >= 6, "without a cursor from the oldest on: {first}");
    }

    fn who_does_not_see_a_record_gets_no_event_of_it(app: TestApp) {
        let mut app = app;
        let stranger = second_workspace(&mut app);
        let owner = app.client();
        let mate = app.member("member");
        let start = now(&app, owner);
        let theirs = now(&app, &stranger.client);
        make_with(owner, "saved_view", json!({"name": "Milik pemilik"}));
        let open = make_with(owner, "saved_view", json!({"name": "Untuk semua", "visibility": "everyone"}));
        make_with(owner, "contact", json!({"full_name": "Siti"}));
        settled(&app);
        assert_eq!(kinds(&page(owner, &[("cursor", &start)])), ["saved_view.created", "saved_view.created", "contact.created"]);
        let seen = page(&mate.client, &[("cursor", &start)]);
        assert_eq!(kinds(&seen), ["saved_view.created", "contact.created"], "{seen}");
        assert_eq!(seen["items"][0]["record_id"], open["id"]);
        assert_eq!(page(&stranger.client, &[("cursor", &theirs)])["items"], json!([]));
        // A place in one workspace is none in another.
        stranger.client.list("events", &[("cursor", &start)]).problem(409, "events_expired");
        app.anonymous().get("events").problem(401, "unauthorized");
        let reader = app.member("read_only");
        assert!(!kinds(&page(&reader.client, &[])).is_empty());
    }

    fn what_cannot_be_asked_is_refused(app: TestApp) {
        let client = app.client();
        for (parameter, value, fault) in [
            ("limit", "0", "?limit out_of_range"),
            ("limit", "201", "?limit out_of_range"),
            ("cursor", "x", "?cursor bad_cursor"),
            ("kind", "contact", "?kind not_event_kind"),
            ("kind", "", "?kind not_event_kind"),
            ("kind", "contact.*,%", "?kind not_event_kind"),
            ("who", "me", "?who unknown_parameter"),
        ] {
            assert_eq!(client.list("events", &[(parameter, value)]).faults(), [fault], "{parameter}={value}");
        }
        assert_eq!(client.list("events", &[("begin", "later")]).status, 422);
    }

    fn events_are_kept_for_thirty_days(app: TestApp) {
        let mut app = app;
        let mut places = vec![now(&app, app.client())];
        for _ in 0..4 {
            make(app.client(), "tag");
            places.push(now(&app, app.client()));
        }
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let newest = "SELECT max(at) FROM outbox_events";
        let at = integrity::number(&database, newest);
        // All but the last two are 31 days old.
        let mut age = Statement::new("UPDATE outbox_events SET at = ");
        let old = Utc::now() - TimeDelta::days(31);
        age.bind(old).push(" WHERE at < ").bind(at).push(" AND id NOT IN (SELECT id FROM outbox_events WHERE at < ");
        age.bind(at).push(" ORDER BY at DESC, id DESC LIMIT 1)");
        database.across().write_blocking(move |conn| conn.execute(&age)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(events::sweep(&database, Utc::now())).unwrap();
        assert_eq!(integrity::number(&database, "SELECT count(*) FROM outbox_events"), 3, "the two, and the last one before them");
        drop(database);
        app.crash_and_restart();
        settled(&app);
        let client = app.client();
        for gone in &places[..2] {
            client.list("events", &[("cursor", gone)]).problem(409, "events_expired");
        }
        for (kept, left) in [(&places[2], 2), (&places[3], 1), (&places[4], 0)] {
            assert_eq!(kinds(&page(client, &[("cursor", kept)])).len(), left);
        }
        assert_eq!(kinds(&page(client, &[])).len(), 3);
    }
}
