//! The outcomes of activities that a workspace works with.

use relasi_tests::{Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::id,
    bulk::{done, order},
    call_lists::entry,
    isolation::second_workspace,
};

fn now(client: &Client) -> Value {
    client.get("activity-outcomes").ok(200)
}

fn set(client: &Client, version: i64, items: &Value) -> Reply {
    let etag = format!("\"{version}\"");
    client.json(
        Method::PUT,
        "activity-outcomes",
        &[("if-match", &etag)],
        &json!({ "items": items }),
    )
}

/// The usual ones with another one, which counts as reached.
fn with_own(client: &Client) -> Value {
    let mut items = now(client)["items"].clone();
    let own = json!({"label": "Interested", "labels": {"id": "Tertarik"}, "kinds": ["call", "task"], "success": true});
    items.as_array_mut().unwrap().push(own);
    items
}

/// The same, kept.
pub(crate) fn one_more(client: &Client) -> Value {
    set(client, 0, &with_own(client)).ok(200)
}

fn log(client: &Client, kind: &str, outcome: &str) -> Value {
    let activity = json!({"kind": kind, "subject": "Kopi", "outcome": outcome, "done_at": "2026-03-02T03:00:00Z"});
    client.create("activities", &activity)
}

on_both! {
    fn outcomes_of_ones_own_are_logged_found_counted_and_exported(app: TestApp) {
        let client = app.client();
        assert_eq!((&now(client)["version"], now(client)["items"].as_array().map(Vec::len)), (&json!(0), Some(8)));
        assert_eq!(now(client)["items"][0], json!({"code": "reached", "label": null, "labels": {}, "kinds": ["call"], "success": true, "retired": false}));
        let activity = json!({"kind": "call", "subject": "Kopi", "outcome": "interested"});
        assert_eq!(client.post("activities", &activity).faults(), ["/outcome not_a_choice"]);
        let made = one_more(client);
        assert_eq!((&made["version"], &made["items"][8]["code"]), (&json!(1), &json!("interested")));
        let call = log(client, "call", "interested");
        log(client, "call", "no_answer");
        log(client, "task", "interested");
        // As a filter, as a group with its name, in the description of objects, as a figure.
        let found = client.list("activities", &[("filter", "outcome = interested and kind = call")]).ok(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(client.list("activities", &[("filter", "outcome = dreamt")]).faults(), ["?filter not_a_choice"]);
        let groups = client.get("activities/groups?by=outcome").ok(200);
        let groups: Vec<_> = groups["groups"].as_array().unwrap().iter().map(|one| (one["value"].clone(), one["count"].clone())).collect();
        assert_eq!(groups, [(json!("no_answer"), json!(1)), (json!("interested"), json!(2))], "in their order");
        let schema = client.get("schema").ok(200)["objects"].clone();
        let activity = schema.as_array().unwrap().iter().find(|one| one["name"] == "activity").unwrap().clone();
        let field = activity["fields"].as_array().unwrap().iter().find(|one| one["name"] == "outcome").unwrap().clone();
        assert_eq!(field["choices"]["interested"], json!({"main": "Interested", "other": {"id": "Tertarik"}}));
        let period = [("from", "2026-01-01"), ("to", "2027-01-01")];
        let report = client.list("insight/sales/outcomes", &period).ok(200);
        let reached = report["figures"].as_array().unwrap().iter().find(|one| one["name"] == "reached").unwrap().clone();
        assert_eq!((&reached["value"], &reached["n"]), (&json!(6667), &json!(3)));
        let rows = client.list("activities", &[("filter", reached["filter"].as_str().unwrap())]).ok(200);
        assert_eq!(rows["items"].as_array().map(Vec::len), Some(2));
        // A file says what the workspace calls it.
        let parameters = json!({"format": "csv", "columns": ["subject", "outcome"]});
        let export = done(&app, &order("activity", "export", parameters, json!({"filter": "outcome = interested"})));
        let file = client.get(&format!("bulk-operations/{}/file", id(&export))).text();
        assert!(file.contains("Tertarik") || file.contains("Interested"), "{file}");
        // Many at once, and by a call list.
        let edit = json!({"changes": {"outcome": "interested"}});
        done(&app, &order("activity", "edit", edit, json!({"ids": [call["id"]]})));
        let entry = entry(client);
        client.post(&format!("call-list-entries/{}/log", id(&entry)), &json!({"outcome": "interested"})).ok(200);
        let list = client.get(&format!("call-lists/{}", entry["list_id"].as_str().unwrap())).ok(200);
        assert_eq!((&list["progress"]["reached"], &list["progress"]["outcomes"]), (&json!(1), &json!({"interested": 1})));
        let log = client.get("audit-entries?object=activity_outcomes").ok(200);
        assert_eq!(log["items"].as_array().map(Vec::len), Some(1));
        // Next door it is none.
        let mut app = app;
        let other = second_workspace(&mut app);
        assert_eq!(now(&other.client)["version"], 0);
        assert_eq!(other.client.post("activities", &json!({"kind": "call", "subject": "x", "outcome": "interested"})).faults(), ["/outcome not_a_choice"]);
    }

    fn retired_ones_stay_on_what_has_them(app: TestApp) {
        let client = app.client();
        let mut items = set(client, 0, &with_own(client)).ok(200)["items"].clone();
        let call = log(client, "call", "interested");
        let left = log(client, "call", "left_message");
        let at = |one: &Value| format!("activities/{}", id(one));
        items[8]["retired"] = json!(true);
        items[1]["retired"] = json!(true);
        items[1]["label"] = json!("Voicemail");
        set(client, 1, &items).ok(200);
        assert_eq!(client.patch(&at(&call), 1, &json!({"subject": "Teh"})).ok(200)["outcome"], "interested");
        client.patch(&at(&call), 2, &json!({"outcome": "interested"})).ok(200);
        let found = client.list("activities", &[("filter", "outcome in (interested, left_message)")]).ok(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(2));
        for code in ["interested", "left_message"] {
            assert_eq!(client.post("activities", &json!({"kind": "call", "subject": "x", "outcome": code})).faults(), ["/outcome not_a_choice"]);
            assert_eq!(client.patch(&at(&log(client, "call", "reached")), 1, &json!({"outcome": code})).faults(), ["/outcome not_a_choice"]);
        }
        client.delete(&at(&left), 1).ok(204);
        client.post(&format!("{}/restore", at(&left)), &json!({})).ok(200);
        // What nobody has can go, what somebody has can't, and those of the product neither.
        let without = |code: &str| {
            let mut items = now(client)["items"].clone();
            items.as_array_mut().unwrap().retain(|one| one["code"] != code);
            items
        };
        assert_eq!(set(client, 2, &without("interested")).faults(), ["/items outcome_in_use"]);
        assert_eq!(set(client, 2, &without("moved")).faults(), ["/items outcome_stays"]);
        client.patch(&at(&call), 2, &json!({"outcome": "reached"})).ok(200);
        assert_eq!(set(client, 2, &without("interested")).ok(200)["items"].as_array().map(Vec::len), Some(8));
        // A guest can cancel although it is offered to nobody.
        let mut items = now(client)["items"].clone();
        items[7]["retired"] = json!(true);
        set(client, 3, &items).ok(200);
        log(client, "meeting", "cancelled");
    }

    fn who_may_set_them_and_how(app: TestApp) {
        let client = app.client();
        let items = with_own(client);
        client.json(Method::PUT, "activity-outcomes", &[], &json!({"items": items})).problem(428, "version_required");
        set(client, 7, &items).problem(412, "stale_version");
        for role in ["member", "read_only"] {
            let member = app.member(role);
            now(&member.client);
            set(&member.client, 0, &items).problem(403, "forbidden");
        }
        let mut wrong = items.clone();
        wrong[8] = json!({"code": "A b", "kinds": ["note"]});
        assert_eq!(set(client, 0, &wrong).faults(), ["/items/8/code not_name", "/items/8/kinds not_a_choice", "/items/8/label required"]);
        set(client, 0, &json!([{"colour": "red"}])).problem(422, "invalid");
        set(client, 0, &json!("all")).problem(422, "invalid");
        assert_eq!(set(client, 0, &now(client)["items"]).ok(200)["version"], 0, "nothing is changed");
        set(client, 0, &items).ok(200);
        set(client, 0, &items).problem(412, "stale_version");
    }
}
