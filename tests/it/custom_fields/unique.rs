//! Values that no two records may have.

use std::thread;

use relasi_tests::{Backend, TestApp, on_both};
use serde_json::json;

use super::{change, contact, define};
use crate::bodies::{id, version};

on_both! {
    fn no_two_living_records_have_the_same_value(app: TestApp) {
        let client = app.client();
        define(client, "contact", "text", json!({"is_unique": true}));
        let siti = contact(client, "Siti", &json!({"text": "A-1"}));
        let body = json!({"full_name": "Budi", "custom": {"text": "a-1"}});
        let refused = client.post("contacts", &body).problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/custom/text");
        assert_eq!(refused["errors"][0]["code"], "not_unique");
        assert_eq!(refused["errors"][0]["params"]["title"], "Siti");
        let budi = contact(client, "Budi", &json!({"text": "A-2"}));
        let path = format!("contacts/{}", id(&budi));
        assert_eq!(client.patch(&path, 1, &json!({"custom": {"text": "A-1"}})).faults(), ["/custom/text not_unique"]);

        let first = format!("contacts/{}", id(&siti));
        client.patch(&first, 1, &json!({"custom": {"text": "A-3"}})).ok(200);
        client.patch(&path, 1, &json!({"custom": {"text": "A-1"}})).ok(200);
        client.delete(&path, 2).ok(204);
        client.patch(&first, 2, &json!({"custom": {"text": "A-1"}})).ok(200);
        assert_eq!(client.post(&format!("{path}/restore"), &json!({})).faults(), ["/custom/text not_unique"]);
        client.patch(&first, 3, &json!({"custom": {"text": null}})).ok(200);
        client.post(&format!("{path}/restore"), &json!({})).ok(200);
    }

    fn a_field_becomes_unique_when_its_values_are(app: TestApp) {
        let client = app.client();
        let field = define(client, "contact", "number", json!({}));
        contact(client, "Siti", &json!({"number": 1}));
        let budi = contact(client, "Budi", &json!({"number": 1}));
        let path = format!("custom-fields/{}", id(&field));
        assert_eq!(client.patch(&path, 1, &json!({"is_unique": true})).faults(), ["/is_unique has_duplicates"]);
        client.patch(&format!("contacts/{}", id(&budi)), 1, &json!({"custom": {"number": 2}})).ok(200);
        change(client, &field, &json!({"is_unique": true}));
        let body = json!({"full_name": "Ani", "custom": {"number": 2}});
        assert_eq!(client.post("contacts", &body).faults(), ["/custom/number not_unique"]);
        change(client, &field, &json!({"is_unique": false}));
        client.post("contacts", &body).ok(201);
    }

    fn of_those_who_write_the_same_value_together_one_succeeds(app: TestApp) {
        let client = app.client();
        define(client, "contact", "text", json!({"is_unique": true}));
        let body = json!({"full_name": "Siti", "custom": {"text": "A-1"}});
        let statuses: Vec<u16> = thread::scope(|scope| {
            let writers: Vec<_> = (0..8).map(|_| scope.spawn(|| client.post("contacts", &body).status)).collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 7, "{statuses:?}");
    }

    fn records_are_written_while_a_field_becomes_unique(app: TestApp) {
        let client = app.client();
        let field = define(client, "contact", "text", json!({}));
        let outcome = thread::scope(|scope| {
            let writer = |n: u32| move || {
                let body = json!({"full_name": format!("{n}"), "custom": {"text": format!("{}", n % 20)}});
                client.post("contacts", &body).status
            };
            let writers: Vec<_> = (0..40).map(|n| scope.spawn(writer(n))).collect();
            let path = format!("custom-fields/{}", id(&field));
            let changed = client.patch(&path, version(&field), &json!({"is_unique": true})).status;
            let written = writers.into_iter().map(|writer| writer.join().unwrap());
            (changed, written.filter(|status| *status == 201).count())
        });
        match outcome {
            (200, written) => assert_eq!(written, 20),
            (422, written) => assert_eq!(written, 40, "it was refused because two had the same by then"),
            other => panic!("{other:?}"),
        }
    }

    fn another_server_learns_of_a_field_at_its_first_write(app: TestApp) {
        if app.at.backend == Backend::Sqlite {
            return;
        }
        let second = app.at.second_server();
        let there = second.client().with_token(app.client().token.as_deref().unwrap());
        there.get("me").ok(200);
        define(app.client(), "contact", "text", json!({"is_unique": true}));
        let body = json!({"full_name": "Siti", "custom": {"text": "A-1"}});
        there.post("contacts", &body).ok(201);
        define(app.client(), "contact", "number", json!({"required": true}));
        assert_eq!(there.post("contacts", &json!({"full_name": "Budi"})).faults(), ["/custom/number required"]);
        let body = json!({"full_name": "Siti", "custom": {"text": "A-1", "number": 1}});
        assert_eq!(app.client().post("contacts", &body).faults(), ["/custom/text not_unique"]);
    }
}
