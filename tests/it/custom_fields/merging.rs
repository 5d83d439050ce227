//! Merges of records with custom fields, and their undoing.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{change, contact, define};
use crate::bodies::{id, make, make_with, version};

#[track_caller]
fn merge(client: &Client, survivor: &Value, loser: &Value, fields: &Value) -> Value {
    let order = json!({"loser_id": loser["id"], "loser_version": version(loser), "fields": fields});
    let path = format!("contacts/{}/merge", id(survivor));
    client.verb(&path, version(survivor), &order).ok(200)
}

#[track_caller]
fn undone(client: &Client, merged: &Value) -> Value {
    let path = format!("merges/{}/undo", id(&merged["merge"]));
    client.post(&path, &json!({})).ok(200)
}

#[track_caller]
fn custom(client: &Client, record: &Value) -> Value {
    client.get(&format!("contacts/{}", id(record))).ok(200)["custom"].clone()
}

on_both! {
    fn custom_values_go_along_and_come_back(app: TestApp) {
        let client = app.client();
        for kind in ["text", "number", "date", "choices"] {
            define(client, "contact", kind, json!({}));
        }
        let mine = json!({"text": "Kopi", "number": 1, "choices": ["gold"]});
        let theirs = json!({"text": "Teh", "number": 2, "date": "2026-11-22", "choices": ["basic", "gold"]});
        let (siti, sti) = (contact(client, "Siti", &mine), contact(client, "Sti", &theirs));
        let wrong = json!({"custom.colour": "loser", "custom.text": "both"});
        let order = json!({"loser_id": sti["id"], "loser_version": 1, "fields": wrong});
        let refused = client.verb(&format!("contacts/{}/merge", id(&siti)), 1, &order).faults();
        assert_eq!(refused, ["/fields/custom.colour unknown_member", "/fields/custom.text one_value_only"]);

        let done = merge(client, &siti, &sti, &json!({"custom.number": "loser"}));
        let both = json!({"text": "Kopi", "number": 2, "date": "2026-11-22", "choices": ["gold", "basic"]});
        assert_eq!(done["record"]["custom"], both);
        // What somebody changes afterwards stays, the rest has its former values.
        let path = format!("contacts/{}", id(&siti));
        client.patch(&path, 2, &json!({"custom": {"date": "2027-01-01"}})).ok(200);
        let back = undone(client, &done);
        assert_eq!(back["left"].as_array().map(Vec::len), Some(1), "{back}");
        assert_eq!(back["left"][0]["field"], "custom.date");
        assert_eq!(custom(client, &siti), json!({"text": "Kopi", "number": 1, "date": "2027-01-01", "choices": ["gold"]}));
        assert_eq!(custom(client, &sti), theirs);
    }

    fn a_value_that_no_two_may_have_goes_over_and_back(app: TestApp) {
        let client = app.client();
        define(client, "contact", "text", json!({"is_unique": true}));
        let (siti, sti) = (contact(client, "Siti", &json!({})), contact(client, "Sti", &json!({"text": "A-1"})));
        let done = merge(client, &siti, &sti, &json!({}));
        assert_eq!(done["record"]["custom"], json!({"text": "A-1"}));
        let taken = json!({"full_name": "Budi", "custom": {"text": "a-1"}});
        assert_eq!(client.post("contacts", &taken).faults(), ["/custom/text not_unique"]);
        undone(client, &done);
        assert_eq!([custom(client, &siti), custom(client, &sti)], [json!({}), json!({"text": "A-1"})]);
        assert_eq!(client.post("contacts", &taken).faults(), ["/custom/text not_unique"]);
        let path = format!("contacts/{}", id(&sti));
        let now = client.get(&path).ok(200);
        client.patch(&path, version(&now), &json!({"custom": {"text": null}})).ok(200);
        client.post("contacts", &taken).ok(201);
    }

    fn relations_lead_to_the_record_that_stays(app: TestApp) {
        let client = app.client();
        define(client, "company", "relation", json!({"name": "adviser", "target": "contact"}));
        define(client, "contact", "relation", json!({"name": "mentor", "target": "contact"}));
        let (siti, sti) = (contact(client, "Siti", &json!({})), contact(client, "Sti", &json!({})));
        let company = make_with(client, "company", json!({"custom": {"adviser": sti["id"]}}));
        let pupil = contact(client, "Budi", &json!({"mentor": sti["id"]}));
        let siti = client.patch(&format!("contacts/{}", id(&siti)), 1, &json!({"custom": {"mentor": sti["id"]}})).ok(200);
        let done = merge(client, &siti, &sti, &json!({}));
        let adviser = || client.get(&format!("companies/{}", id(&company))).ok(200)["custom"]["adviser"].clone();
        assert_eq!((adviser(), custom(client, &pupil)), (siti["id"].clone(), json!({"mentor": siti["id"]})));
        assert_eq!(done["record"]["custom"], json!({}), "nobody is one's own mentor");
        let filter = format!("custom.adviser = \"{}\"", id(&siti));
        assert_eq!(client.list("companies/count", &[("filter", &filter)]).ok(200)["count"], 1);
        undone(client, &done);
        assert_eq!((adviser(), custom(client, &pupil)), (sti["id"].clone(), json!({"mentor": sti["id"]})));
        assert_eq!(custom(client, &siti), json!({"mentor": sti["id"]}));
    }

    fn a_merge_is_undone_though_its_field_has_gone_or_changed(app: TestApp) {
        let client = app.client();
        let (text, size) = (define(client, "contact", "text", json!({})), define(client, "contact", "number", json!({"name": "size"})));
        let (siti, sti) = (contact(client, "Siti", &json!({})), contact(client, "Sti", &json!({"text": "Teh", "size": 7})));
        let done = merge(client, &siti, &sti, &json!({}));
        client.delete(&format!("custom-fields/{}", id(&text)), 1).ok(204);
        change(client, &size, &json!({"kind": "date"}));
        let back = undone(client, &done);
        let left: Vec<&str> = back["left"].as_array().unwrap().iter().filter_map(|one| one["field"].as_str()).collect();
        assert_eq!(left, ["custom.size", "custom.text"], "{back}");
        assert_eq!(client.get(&format!("contacts/{}", id(&sti))).ok(200)["deleted_at"], Value::Null);
    }

    fn records_that_lie_in_the_trash_keep_their_values(app: TestApp) {
        let client = app.client();
        define(client, "deal", "text", json!({}));
        let deal = make(client, "deal");
        let path = format!("deals/{}", id(&deal));
        client.patch(&path, 1, &json!({"custom": {"text": "Teh"}})).ok(200);
        client.delete(&path, 2).ok(204);
        client.post(&format!("{path}/restore"), &json!({})).ok(200);
        assert_eq!(client.get(&path).ok(200)["custom"], json!({"text": "Teh"}));
        let found = client.list("deals", &[("filter", "custom.text = teh")]).ok(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
    }
}
