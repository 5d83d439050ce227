//! A record as it stood.

use relasi_domain::OBJECTS;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, make, make_with, path, version},
    custom_fields::{changes::followed, define},
    isolation::second_workspace,
};

/// A record as it stood at the time of its last change in this form.
#[track_caller]
pub fn then(client: &Client, at: &str, record: &Value) -> Value {
    let updated = record["updated_at"].as_str().unwrap();
    client
        .list(&format!("{at}/as-of"), &[("at", updated)])
        .ok(200)
}

/// What a record tells of itself, without what follows from other records.
pub fn told(mut record: Value) -> Value {
    for name in [
        "next_step_at",
        "last_activity_at",
        "contact_roles",
        "competitors",
    ] {
        if record.get(name).is_some() {
            record[name] = Value::Null;
        }
    }
    record
}

on_both! {
    fn a_record_is_told_as_it_stood(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            let made = make(client, object.name);
            let at = path(object, &made);
            let changed = client.patch(&at, 1, &json!({object.title: fresh("Changed")})).ok(200);
            client.delete(&at, 2).ok(204);
            let trashed = client.get(&at).ok(200);
            let back = client.post(&format!("{at}/restore"), &json!({})).ok(200);
            for (state, in_trash) in [(&made, false), (&changed, false), (&trashed, true), (&back, false)] {
                let found = then(client, &at, state);
                assert_eq!(found["record"], told(state.clone()), "{}", object.name);
                assert_eq!((&found["in_trash"], &found["since"]), (&json!(in_trash), &state["updated_at"]), "{}", object.name);
            }
            let history = client.get(&format!("{at}/history")).ok(200);
            let entries = history["items"].as_array().unwrap();
            assert_eq!(entries.len(), 4, "{}", object.name);
            for (entry, state) in entries.iter().zip([&trashed, &changed, &made]) {
                let found = client.list(&format!("{at}/as-of"), &[("before", entry["id"].as_str().unwrap())]).ok(200);
                assert_eq!(found["record"], told(state.clone()), "before {entry}");
            }
            let found = then(client, &at, &made);
            let names: Vec<&str> = found["differences"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
            assert_eq!(names, [object.title], "{found}");
        }
    }

    fn before_it_was_made_there_is_no_record(app: TestApp) {
        let client = app.client();
        let made = make(client, "company");
        let at = format!("companies/{}/as-of", id(&made));
        client.list(&at, &[("at", "2020-01-01")]).problem(404, "record_not_yet");
        let history = client.get(&format!("companies/{}/history", id(&made))).ok(200);
        let first = history["items"][0]["id"].as_str().unwrap();
        client.list(&at, &[("before", first)]).problem(404, "record_not_yet");
        let today = client.list(&at, &[("at", "2199-12-31")]).ok(200);
        assert_eq!(today["record"], told(made), "a time to come shows what is");
        assert_eq!(today["differences"], json!([]));
    }

    fn a_time_that_cannot_be_read_is_refused(app: TestApp) {
        let client = app.client();
        let made = make(client, "contact");
        let at = format!("contacts/{}/as-of", id(&made));
        for (parameters, fault) in [
            (vec![], "?at required"),
            (vec![("at", "yesterday")], "?at not_instant"),
            (vec![("at", "2026-13-01")], "?at not_instant"),
            (vec![("at", "2026-11-22T25:00:00Z")], "?at not_instant"),
            (vec![("at", "2026-11-22"), ("before", &*id(&made))], "?before one_value_only"),
            (vec![("as", "1")], "?as unknown_parameter"),
        ] {
            assert_eq!(client.list(&at, &parameters).faults(), [fault], "{parameters:?}");
        }
        client.list(&at, &[("before", &id(&made))]).problem(404, "not_found");
    }

    fn the_past_is_seen_by_who_sees_the_record(app: TestApp) {
        let mut app = app;
        let stranger = second_workspace(&mut app);
        let author = app.member("member");
        let view = make(&author.client, "saved_view");
        let contact = make(app.client(), "contact");
        let [view, contact] = [format!("saved-views/{}/as-of", id(&view)), format!("contacts/{}/as-of", id(&contact))];
        let reader = app.member("read_only");
        let now = [("at", "2199-01-01")];
        author.client.list(&view, &now).ok(200);
        reader.client.list(&contact, &now).ok(200);
        app.client().list(&view, &now).problem(404, "not_found");
        app.client().get(&view).problem(404, "not_found");
        stranger.client.list(&contact, &now).problem(404, "not_found");
        app.anonymous().list(&contact, &now).problem(401, "unauthorized");
    }

    fn custom_fields_are_told_where_they_are_known(app: TestApp) {
        let client = app.client();
        let early = make_with(client, "contact", json!({"full_name": "Siti"}));
        let at = format!("contacts/{}", id(&early));
        let tier = define(client, "contact", "text", json!({"name": "tier"}));
        let second = client.patch(&at, 1, &json!({"custom": {"tier": "gold"}})).ok(200);
        let third = client.patch(&at, 2, &json!({"custom": {"tier": null}, "city": "Solo"})).ok(200);
        assert_eq!(then(client, &at, &second)["record"], told(second.clone()));
        let found = then(client, &at, &early);
        assert_eq!(found["record"], told(early));
        assert!(found["unknown"].as_array().unwrap().contains(&json!("custom.tier")), "it was not there yet: {found}");

        // As a number its words are lost; what it had can't be told then, and nothing else is hidden.
        let definition = format!("custom-fields/{}", id(&tier));
        let number = client.patch(&definition, 1, &json!({"kind": "number"})).ok(200);
        followed(client);
        let found = then(client, &at, &second);
        assert_eq!(found["record"]["custom"], json!({}));
        assert!(found["unknown"].as_array().unwrap().contains(&json!("custom.tier")), "{found}");
        assert_eq!(then(client, &at, &third)["record"]["city"], "Solo");
        client.patch(&definition, version(&number), &json!({"kind": "text"})).ok(200);
        followed(client);
        assert_eq!(then(client, &at, &second)["record"]["custom"], json!({"tier": "gold"}));

        // A field that is gone is not told of.
        client.delete(&definition, 3).ok(204);
        followed(client);
        let found = then(client, &at, &second);
        assert_eq!((&found["record"]["custom"], &found["record"]["full_name"]), (&json!({}), &json!("Siti")));
    }

    fn merges_and_moves_leave_their_traces(app: TestApp) {
        let client = app.client();
        let [kept, gone] = [0, 1].map(|_| make(client, "company"));
        let contact = make_with(client, "contact", json!({"company_id": gone["id"]}));
        let deal = make(client, "deal");
        let won = client.verb(&format!("deals/{}/win", id(&deal)), 1, &json!({})).ok(200);
        let order = json!({"loser_id": gone["id"], "loser_version": 1});
        client.verb(&format!("companies/{}/merge", id(&kept)), 1, &order).ok(200);
        let moved = client.get(&format!("contacts/{}", id(&contact))).ok(200);
        assert_eq!(moved["company_id"], kept["id"]);
        assert_eq!(then(client, &format!("contacts/{}", id(&contact)), &contact)["record"], told(contact));
        assert_eq!(then(client, &format!("companies/{}", id(&gone)), &gone)["record"], told(gone));
        let at = format!("deals/{}", id(&deal));
        assert_eq!(then(client, &at, &won)["record"], told(won));
        assert_eq!(then(client, &at, &deal)["record"], told(deal));
    }
}
