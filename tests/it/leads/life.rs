//! States, the checklist, and what is refused.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{added, asked, go, kinds, set};
use crate::bodies::{id, make, make_with, version};

on_both! {
    fn a_lead_begins_new_with_its_first_touch(app: TestApp) {
        let client = app.client();
        let lead = make(client, "lead");
        assert_eq!((&lead["status"], &lead["first_touch_at"]), (&json!("new"), &lead["created_at"]));
        assert_eq!(lead["owner_id"], app.owner.id);
        let met = "2026-01-02T03:04:05Z";
        let body = json!({"first_touch_at": met, "emails": [{"value": "nobody@gmail.con"}]});
        let earlier = make_with(client, "lead", body);
        assert_eq!(earlier["first_touch_at"], "2026-01-02T03:04:05.000000Z");
        assert_eq!(earlier["problems"], json!(["bad_email"]));
        // What verbs set is not written by a patch.
        let at = format!("leads/{}", id(&lead));
        for (name, value) in [("status", json!("qualified")), ("score", json!(5)), ("mql_at", json!(met)), ("contact_id", json!(Uuid::now_v7()))] {
            assert_eq!(client.patch(&at, 1, &json!({name: value})).faults(), [format!("/{name} read_only_member")]);
        }
        assert_eq!(client.patch(&at, 1, &json!({"first_touch_at": met})).faults(), ["/first_touch_at read_only_member"]);
        assert_eq!(client.patch(&at, 1, &json!({"website": "kopi", "country": "id"})).faults().len(), 2);
    }

    fn open_leads_with_an_address_are_found_before_another_is_made(app: TestApp) {
        let client = app.client();
        let body = json!({"name": "Dewi", "emails": [{"value": "dewi@kopi.example"}]});
        let first = client.create("leads", &body);
        let again = client.post("leads", &body);
        assert_eq!(again.faults(), ["/emails/0 duplicate"]);
        client.post("leads?duplicates=allow", &body).ok(201);
        for lead in client.list("leads", &[("filter", "emails has \"dewi@kopi.example\"")]).ok(200)["items"].as_array().unwrap() {
            go(client, &id(lead), "disqualify", &json!({"reason": "early"})).ok(200);
        }
        client.create("leads", &body);
        assert_eq!(client.get(&format!("leads/{}", id(&first))).ok(200)["status"], "unqualified");
    }

    fn states_change_by_verbs(app: TestApp) {
        let client = app.client();
        let lead = id(&make(client, "lead"));
        let at = format!("leads/{lead}");
        let moved = go(client, &lead, "move", &json!({"status": "nurturing"})).ok(200);
        assert_eq!(moved["status"], "nurturing");
        for status in ["qualified", "converted", "x"] {
            assert_eq!(go(client, &lead, "move", &json!({"status": status})).faults(), ["/status not_a_choice"]);
        }
        assert_eq!(go(client, &lead, "disqualify", &json!({"reason": " "})).faults(), ["/reason required"]);
        assert_eq!(go(client, &lead, "disqualify", &json!({"reason": "x".repeat(251)})).faults(), ["/reason too_long"]);
        go(client, &lead, "reopen", &json!({})).problem(409, "lead_is_open");
        let done = go(client, &lead, "disqualify", &json!({"reason": " No budget "})).ok(200);
        assert_eq!((&done["status"], &done["unqualified_reason"]), (&json!("unqualified"), &json!("No budget")));
        go(client, &lead, "convert", &json!({})).problem(409, "lead_is_unqualified");
        go(client, &lead, "hand-off", &json!({"owner_id": app.owner.id})).problem(409, "lead_is_unqualified");
        let open = go(client, &lead, "reopen", &json!({})).ok(200);
        assert_eq!((&open["status"], &open["unqualified_reason"]), (&json!("working"), &Value::Null));
        client.verb(&format!("{at}/move"), 1, &json!({"status": "new"})).problem(412, "stale_version");
        client.post(&format!("{at}/move"), &json!({"status": "new"})).problem(428, "version_required");
        for body in [json!({}), json!({"status": 5}), json!({"status": "new", "more": 1})] {
            assert_eq!(client.verb(&format!("{at}/move"), version(&open), &body).status, 422);
        }
        assert_eq!(kinds(client, &at), ["lead.reopened", "lead.disqualified", "lead.moved", "lead.created"]);
        let actions = client.all(&format!("{at}/history"), &[], "action");
        assert_eq!(actions, ["reopened", "disqualified", "moved", "created"]);
    }

    fn qualifying_waits_for_what_is_required(app: TestApp) {
        let client = app.client();
        let items = asked(client, &[("mql", "Has a budget", true), ("mql", "Nice to have", false), ("sql", "Met in person", true)]);
        let by_filter = json!({"stage": "mql", "label": "Can be reached", "required": true, "filter": "emails is not empty"});
        let reach = added(client, vec![by_filter]);
        let lead = id(&make(client, "lead"));
        let at = format!("leads/{lead}");
        let refused = go(client, &lead, "qualify", &json!({"stage": "mql"}));
        let text = refused.text();
        assert!(text.contains("Has a budget") && text.contains("Can be reached") && !text.contains("Nice to have"), "{text}");
        let wanted = [&items[0], &reach[0]].map(|item| format!("/checklist/{item} checklist_item_open"));
        assert_eq!(refused.faults(), wanted);
        let ticked = client.post(&format!("{at}/tick"), &json!({"item_id": items[0], "done": true})).ok(200);
        let standing = &ticked["items"][0];
        assert_eq!((&standing["done"], &standing["by"]), (&json!(true), &json!(app.owner.id)));
        client.post(&format!("{at}/tick"), &json!({"item_id": reach[0], "done": true})).problem(409, "checklist_item_by_filter");
        client.post(&format!("{at}/tick"), &json!({"item_id": Uuid::now_v7(), "done": true})).problem(404, "not_found");
        let version = version(&client.get(&at).ok(200));
        client.patch(&at, version, &json!({"emails": [{"value": "dewi@kopi.example"}]})).ok(200);
        let items_now = client.get(&format!("{at}/checklist")).ok(200)["items"].clone();
        let done: Vec<_> = items_now.as_array().unwrap().iter().map(|item| item["done"].clone()).collect();
        assert_eq!(done, [true, false, false, true]);
        let mql = go(client, &lead, "qualify", &json!({"stage": "mql"})).ok(200);
        assert_eq!((mql["mql_at"].is_string(), &mql["sql_at"], &mql["status"]), (true, &Value::Null, &json!("working")));
        go(client, &lead, "qualify", &json!({"stage": "mql"})).problem(409, "lead_is_qualified");
        assert_eq!(go(client, &lead, "qualify", &json!({"stage": "sql"})).faults(), [format!("/checklist/{} checklist_item_open", items[2])]);
        client.post(&format!("{at}/tick"), &json!({"item_id": items[2], "done": true})).ok(200);
        client.post(&format!("{at}/tick"), &json!({"item_id": items[2], "done": false})).ok(200);
        client.post(&format!("{at}/tick"), &json!({"item_id": items[2], "done": true})).ok(200);
        let sql = go(client, &lead, "qualify", &json!({"stage": "sql"})).ok(200);
        assert_eq!((sql["sql_at"].is_string(), &sql["status"]), (true, &json!("qualified")));
        assert_eq!(go(client, &lead, "qualify", &json!({"stage": "hot"})).status, 422);
        // Who sees the lead only does not tick.
        let reader = app.member("read_only");
        reader.client.post(&format!("{at}/tick"), &json!({"item_id": items[1], "done": true})).problem(403, "forbidden");
        reader.client.get(&format!("{at}/checklist")).ok(200);
    }

    fn the_checklist_is_the_workspaces_own(app: TestApp) {
        let client = app.client();
        let none = client.get("lead-checklist").ok(200);
        assert_eq!(none, json!({"version": 0, "items": []}));
        let one = json!({"stage": "mql", "label": " Budget ", "required": true, "filter": " "});
        client.json(relasi_tests::Method::PUT, "lead-checklist", &[], &json!({"items": []})).problem(428, "version_required");
        let made = set(client, 0, &json!({"items": [one]})).ok(200);
        assert_eq!((&made["version"], &made["items"][0]["label"], &made["items"][0]["filter"]), (&json!(1), &json!("Budget"), &Value::Null));
        set(client, 0, &json!({"items": []})).problem(412, "stale_version");
        let item = made["items"][0].clone();
        let wrong = json!({"items": [
            item, item, {"stage": "mql", "label": ""}, {"stage": "sql", "label": "x", "filter": "colour = red"},
            {"id": Uuid::now_v7(), "stage": "sql", "label": "y"},
        ]});
        let faults = set(client, 1, &wrong).faults();
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults.contains(&"/items/1/id named_twice".to_owned()) && faults.contains(&"/items/2/label required".to_owned()), "{faults:?}");
        let many: Vec<Value> = (0..41).map(|n| json!({"stage": "mql", "label": n.to_string()})).collect();
        assert_eq!(set(client, 1, &json!({"items": many})).faults(), ["/items too_many"]);
        let member = app.member("member");
        set(&member.client, 1, &json!({"items": []})).problem(403, "forbidden");
        member.client.get("lead-checklist").ok(200);
        let entry = client.get("audit-entries?object=lead_checklist").ok(200);
        assert_eq!(entry["items"][0]["action"], "updated");
    }
}
