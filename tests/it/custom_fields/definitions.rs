//! Definitions of fields: what is refused, whose they are, who changes them at the same time.

use std::thread;

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::{changes::followed, contact, define};
use crate::{
    bodies::{id, merged, version},
    isolation::second_workspace,
};

on_both! {
    fn a_definition_that_makes_no_sense_is_refused_by_its_member(app: TestApp) {
        let client = app.client();
        let long = "x".repeat(81);
        for (members, fault) in [
            (json!({"label": ""}), "/label required"),
            (json!({"label": long}), "/label too_long"),
            (json!({"label": 5}), "/label not_text"),
            (json!({"object": "tag"}), "/object not_a_choice"),
            (json!({"object": null}), "/object required"),
            (json!({"kind": "colour"}), "/kind not_a_choice"),
            (json!({"name": "Tier"}), "/name not_name"),
            (json!({"name": "2nd"}), "/name not_name"),
            (json!({"kind": "choice"}), "/options required"),
            (json!({"kind": "choice", "options": [{"code": "a b", "label": "A"}]}), "/options/0/code not_name"),
            (json!({"kind": "choice", "options": [{"code": "a", "label": ""}]}), "/options/0/label required"),
            (json!({"kind": "choice", "options": [{"code": "a", "label": "A"}, {"code": "a", "label": "B"}]}), "/options/1/code already_exists"),
            (json!({"kind": "money"}), "/currency required"),
            (json!({"kind": "money", "currency": "XX1"}), "/currency not_currency"),
            (json!({"kind": "relation"}), "/target required"),
            (json!({"kind": "relation", "target": "user"}), "/target not_a_choice"),
            (json!({"kind": "choices", "options": [{"code": "a", "label": "A"}], "is_unique": true}), "/is_unique not_for_this_type"),
            (json!({"kind": "number", "default_value": "five"}), "/default_value not_number"),
            (json!({"kind": "choice", "options": [{"code": "a", "label": "A"}], "default_value": "b"}), "/default_value not_a_choice"),
            (json!({"labels": {"de": "Stufe"}}), "/labels/de unknown_member"),
            (json!({"help": {"en": "x".repeat(501)}}), "/help/en too_long"),
            (json!({"labels": "Tingkat"}), "/labels not_an_object"),
            (json!({"labels": {"id": 5}}), "/labels/id not_text"),
            (json!({"kind": "choice", "options": "gold"}), "/options not_list"),
            (json!({"kind": "choice", "options": [{"code": "a", "label": "A"}, "b"]}), "/options/1 malformed"),
            (json!({"kind": "choice", "options": [{"code": "a", "label": "A", "colour": "red"}]}), "/options/0 malformed"),
            (json!({"storage_key": "c1"}), "/storage_key read_only_member"),
            (json!({"colour": "red"}), "/colour unknown_member"),
        ] {
            let body = merged(json!({"object": "contact", "kind": "text", "label": "Tier"}), &members);
            assert_eq!(client.post("custom-fields", &body).faults(), [fault], "{members}");
        }
        assert_eq!(client.list("custom-fields/count", &[]).ok(200)["count"], 0);
    }

    fn two_workspaces_have_fields_of_their_own(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let (here, there) = (app.client(), &neighbour.client);
        let field = define(here, "contact", "text", json!({"name": "tier", "is_unique": true}));
        define(there, "contact", "number", json!({"name": "tier"}));
        let mine = contact(here, "Siti", &json!({"tier": "gold"}));
        let theirs = contact(there, "Budi", &json!({"tier": 5}));
        contact(there, "Ani", &json!({"tier": 5}));
        assert_eq!(here.list("contacts", &[("filter", "custom.tier = gold")]).ok(200)["items"][0]["id"], mine["id"]);
        assert_eq!(there.list("contacts/count", &[("filter", "custom.tier > 4")]).ok(200)["count"], 2);
        assert_eq!(there.list("contacts", &[("filter", "custom.tier = gold")]).faults(), ["?filter not_number"]);
        assert_eq!(there.list("custom-fields", &[]).ok(200)["items"].as_array().map(Vec::len), Some(1));
        let path = format!("custom-fields/{}", id(&field));
        there.get(&path).problem(404, "not_found");
        there.patch(&path, 1, &json!({"label": "x"})).problem(404, "not_found");
        there.delete(&path, 1).problem(404, "not_found");
        let versions = [here, there].map(|client| client.get("workspace").ok(200)["fields_version"].clone());
        assert_eq!(versions, [json!(1), json!(1)]);
        assert_eq!(there.get(&format!("contacts/{}", id(&theirs))).ok(200)["custom"], json!({"tier": 5}));
    }

    fn definitions_that_come_together_all_hold(app: TestApp) {
        let client = app.client();
        let body = |label: String| json!({"object": "contact", "kind": "text", "label": label});
        let names: Vec<Value> = thread::scope(|scope| {
            let writer = |_| scope.spawn(|| client.post("custom-fields", &body("Tier".into())).ok(201)["name"].clone());
            let writers: Vec<_> = (0..6).map(writer).collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        let mut sorted: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        sorted.sort_unstable();
        assert_eq!(sorted, ["tier", "tier_2", "tier_3", "tier_4", "tier_5", "tier_6"]);
        let siti = contact(client, "Siti", &json!({"tier": "a", "tier_6": "f"}));
        assert_eq!(siti["custom"], json!({"tier": "a", "tier_6": "f"}));
        let positions = client.all("custom-fields", &[("sort", "position")], "position");
        assert_eq!(positions, (0..6).map(Value::from).collect::<Vec<_>>());

        // Of two who change the same definition, the second has to look again.
        let all = client.list("custom-fields", &[("sort", "position")]).ok(200);
        let path = format!("custom-fields/{}", id(&all["items"][0]));
        let statuses: Vec<u16> = thread::scope(|scope| {
            let writer = |n: u32| { let path = &path; scope.spawn(move || client.patch(path, 1, &json!({"label": format!("Tier {n}")})).status) };
            let writers: Vec<_> = (0..4).map(writer).collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 3, "{statuses:?}");
    }

    fn values_are_written_while_their_field_changes_its_type(app: TestApp) {
        let client = app.client();
        let field = define(client, "contact", "text", json!({"name": "size"}));
        let statuses = thread::scope(|scope| {
            let writer = |n: u32| move || client.post("contacts", &json!({"full_name": format!("{n}"), "custom": {"size": format!("{n}")}})).status;
            let writers: Vec<_> = (0..30).map(|n| scope.spawn(writer(n))).collect();
            client.patch(&format!("custom-fields/{}", id(&field)), version(&field), &json!({"kind": "number"})).ok(200);
            writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<u16>>()
        });
        followed(client);
        // What was written as text before the change is a number by now; a text after it was refused.
        let written = statuses.iter().filter(|status| **status == 201).count();
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 30 - written, "{statuses:?}");
        let numbers = client.list("contacts/count", &[("filter", "custom.size >= 0")]).ok(200);
        assert_eq!(numbers["count"], written);
    }
}
