//! Two records become one, and two again.

mod rows;

use relasi_domain::{
    OBJECTS,
    field::{Field, Item, Kind, Write},
    record::Object,
};
use relasi_persistence::Statement;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{first_stage, id, make, make_with, merged, minimal, version},
    integrity,
    isolation::second_workspace,
};

fn at(plural: &str, record: &Value) -> String {
    format!("{plural}/{}", id(record))
}

/// Merges the loser into the survivor, both as they are now.
#[track_caller]
fn merge(client: &Client, plural: &str, survivor: &Value, loser: &Value, fields: Value) -> Value {
    let now = client.get(&at(plural, survivor)).ok(200);
    let gone = client.get(&at(plural, loser)).ok(200);
    let order = json!({"loser_id": gone["id"], "loser_version": gone["version"], "fields": fields});
    client
        .verb(
            &format!("{}/merge", at(plural, survivor)),
            version(&now),
            &order,
        )
        .ok(200)
}

#[track_caller]
fn undone(client: &Client, merge: &Value) -> Value {
    client
        .post(&format!("merges/{}/undo", id(merge)), &json!({}))
        .ok(200)
}

fn order(loser: &Value) -> Value {
    json!({"loser_id": loser["id"], "loser_version": loser["version"]})
}

/// Every field of every object that refers to the named one and can be set; the product's own fields apart.
fn referring(target: &str) -> Vec<(&'static Object, &'static Field)> {
    let refers = |field: &Field| match &field.kind {
        Kind::Reference(name) | Kind::Many(Item::Reference(name)) => name == target,
        _ => false,
    };
    OBJECTS
        .iter()
        .flat_map(|object| {
            object
                .all_fields()
                .filter(|field| field.write != Write::Never && refers(field))
                .map(|field| (*object, field))
        })
        .collect()
}

on_both! {
    fn whatever_refers_to_the_one_refers_to_the_other(app: TestApp) {
        let client = app.client();
        for (target, plural) in [("contact", "contacts"), ("company", "companies")] {
            let (survivor, loser) = (make(client, target), make(client, target));
            let fields = referring(target);
            assert!(fields.len() >= 3, "{target}: {fields:?}");
            let mut records = Vec::new();
            for (object, field) in fields {
                let value = |whom: &Value| match field.kind {
                    Kind::Many(_) => json!([whom["id"]]),
                    _ => whom["id"].clone(),
                };
                for trashed in [false, true] {
                    let record = make_with(client, object.name, json!({&*field.name: value(&loser)}));
                    let path = at(object.plural, &record);
                    if trashed {
                        client.delete(&path, 1).ok(204);
                    }
                    records.push((path, &*field.name, [value(&survivor), value(&loser)]));
                }
            }
            // What a lead became is set by its conversion alone.
            let lead = make(client, "lead");
            let order = if target == "contact" {
                json!({"contact": {"id": loser["id"]}})
            } else {
                json!({"company": {"id": loser["id"]}, "allow_duplicates": true})
            };
            client.verb(&format!("leads/{}/convert", id(&lead)), 1, &order).ok(200);
            let field = if target == "contact" { "contact_id" } else { "company_id" };
            records.push((at("leads", &lead), field, [survivor["id"].clone(), loser["id"].clone()]));
            let done = merge(client, plural, &survivor, &loser, json!({}));
            assert_eq!(version(&done["record"]), 2);
            assert_eq!((&done["merge"]["survivor_id"], &done["merge"]["loser_id"]), (&survivor["id"], &loser["id"]));
            for (path, field, [kept, _]) in &records {
                assert_eq!(client.get(path).ok(200)[field], *kept, "{path} {field}");
            }
            let gone = client.get(&at(plural, &loser)).ok(200);
            assert!(gone["deleted_at"].is_string());
            let pointer = client.get(&format!("merges?record_id={}", id(&loser))).ok(200);
            assert_eq!(pointer["items"][0], done["merge"]);
            client.post(&format!("{}/restore", at(plural, &loser)), &json!({})).problem(409, "record_is_merged");
            let back = undone(client, &done["merge"]);
            assert_eq!((&back["left"], &back["record"]["id"]), (&json!([]), &survivor["id"]));
            for (path, field, [_, former]) in &records {
                assert_eq!(client.get(path).ok(200)[field], *former, "{path} {field}");
            }
            assert_eq!(client.get(&at(plural, &loser)).ok(200)["deleted_at"], Value::Null);
        }
    }

    fn each_field_has_the_value_that_was_chosen_and_gets_the_former_one_back(app: TestApp) {
        let client = app.client();
        let tags = [0, 1, 2].map(|_| make(client, "tag")["id"].clone());
        let survivor = make_with(client, "contact", json!({"full_name": "Siti Rahmawati", "job_title": "Buyer", "city": "Bandung",
            "emails": [{"value": "siti@kopi.example", "label": "work"}], "tags": [tags[0], tags[1]]}));
        let loser = client.post("contacts?duplicates=allow", &json!({"full_name": "Sti R.", "job_title": "Owner", "city": "Jakarta", "birth_date": "1990-05-05",
            "emails": [{"value": "SITI@kopi.example"}, {"value": "siti@rumah.example"}], "phones": [{"value": "+62 812-1"}], "tags": [tags[1], tags[2]]})).ok(201);
        let done = merge(client, "contacts", &survivor, &loser, json!({"job_title": "loser", "emails": "both", "city": "survivor"}));
        let record = &done["record"];
        assert_eq!(record, &client.get(&at("contacts", &survivor)).ok(200));
        for (field, expected) in [
            ("full_name", json!("Siti Rahmawati")), ("job_title", json!("Owner")), ("city", json!("Bandung")), ("birth_date", json!("1990-05-05")),
            ("emails", json!([{"value": "siti@kopi.example", "label": "work"}, {"value": "siti@rumah.example"}])),
            ("phones", json!([{"value": "+62 812-1"}])), ("tags", json!(tags)),
        ] {
            assert_eq!(record[field], expected, "{field}");
        }
        // Found by what it took over, and only once.
        let found = client.list("search", &[("q", "siti@rumah")]).ok(200);
        assert_eq!((found["items"].as_array().unwrap().len(), &found["items"][0]["id"]), (1, &survivor["id"]));
        let back = undone(client, &done["merge"]);
        for field in ["full_name", "job_title", "city", "birth_date", "emails", "phones", "tags"] {
            assert_eq!(back["record"][field], survivor[field], "{field}");
            assert_eq!(client.get(&at("contacts", &loser)).ok(200)[field], loser[field], "{field}");
        }
        assert_eq!(client.list("contacts/count", &[("filter", &format!("tags has \"{}\"", tags[2].as_str().unwrap()))]).ok(200)["count"], 1);
    }

    fn timeline_history_and_next_step_go_along(app: TestApp) {
        let client = app.client();
        let (survivor, loser) = (make(client, "contact"), make(client, "contact"));
        client.patch(&at("contacts", &loser), 1, &json!({"job_title": "Barista"})).ok(200);
        let call = client.create("activities", &json!({"kind": "call", "subject": "Bertanya harga", "contact_id": loser["id"]}));
        let task = client.create("activities", &json!({"kind": "task", "subject": "Kirim contoh", "contact_id": loser["id"], "due_at": "2031-01-02T03:00:00Z"}));
        let stage = first_stage(client);
        let deal = merged(minimal(client, "deal"), &json!({"contact_id": loser["id"], "amount": 500, "stage_id": stage["id"]}));
        client.create("deals", &deal);
        let totals = || client.get(&format!("pipelines/{}/totals", stage["pipeline_id"].as_str().unwrap())).ok(200);
        let before = totals();
        let kinds = |record: &Value| -> Vec<String> {
            let items = client.get(&format!("{}/timeline", at("contacts", record))).ok(200)["items"].clone();
            let mut kinds: Vec<String> = items.as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
            kinds.sort();
            kinds
        };
        let of_loser = kinds(&loser);
        let done = merge(client, "contacts", &survivor, &loser, json!({}));
        assert_eq!(kinds(&survivor), ["activity", "contact.created", "contact.created", "contact.merged", "contact.updated", "deal.created"]);
        assert_eq!(kinds(&loser), ["contact.created", "contact.trashed", "contact.updated"], "its own story stays");
        assert_eq!((&done["record"]["next_step_at"], done["record"]["last_activity_at"].is_string()), (&task["due_at"], true));
        let history = client.get(&format!("{}/history", at("contacts", &survivor))).ok(200);
        let told: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
        assert_eq!(told, ["trashed", "merged", "updated", "created", "created"]);
        assert_eq!(totals(), before);
        let back = undone(client, &done["merge"]);
        assert_eq!((&back["record"]["next_step_at"], &back["record"]["last_activity_at"]), (&Value::Null, &Value::Null));
        let again = client.get(&at("contacts", &loser)).ok(200);
        assert_eq!((&again["next_step_at"], again["last_activity_at"].is_string()), (&task["due_at"], true));
        let mut expected = of_loser;
        expected.extend(["contact.restored".to_owned(), "contact.trashed".to_owned()]);
        expected.sort();
        assert_eq!(kinds(&loser), expected);
        assert_eq!(kinds(&survivor), ["contact.created", "contact.merged", "contact.unmerged"]);
        assert_eq!(client.get(&at("activities", &call)).ok(200)["contact_id"], loser["id"]);
        assert_eq!(totals(), before);
    }

    fn an_undo_leaves_what_was_changed_since_and_says_so(app: TestApp) {
        let client = app.client();
        let survivor = make_with(client, "company", json!({"city": "Bandung"}));
        let loser = make_with(client, "company", json!({"city": "Jakarta", "industry": "cafe"}));
        let [stays, goes] = [0, 1].map(|_| make_with(client, "contact", json!({"company_id": loser["id"]})));
        let done = merge(client, "companies", &survivor, &loser, json!({"city": "loser"}));
        let third = make(client, "company");
        client.patch(&at("contacts", &stays), 2, &json!({"company_id": third["id"]})).ok(200);
        client.patch(&at("companies", &survivor), 2, &json!({"city": "Medan"})).ok(200);
        let back = undone(client, &done["merge"]);
        let mut left: Vec<(&str, &Value, &str)> = back["left"].as_array().unwrap().iter()
            .map(|one| (one["object"].as_str().unwrap(), &one["id"], one["field"].as_str().unwrap())).collect();
        left.sort_by_key(|one| one.0);
        assert_eq!(left, [("company", &survivor["id"], "city"), ("contact", &stays["id"], "company_id")]);
        assert_eq!((&back["record"]["city"], &back["record"]["industry"]), (&json!("Medan"), &Value::Null));
        assert_eq!(client.get(&at("contacts", &stays)).ok(200)["company_id"], third["id"]);
        assert_eq!(client.get(&at("contacts", &goes)).ok(200)["company_id"], loser["id"]);
        client.post(&format!("merges/{}/undo", id(&done["merge"])), &json!({})).problem(409, "merge_not_undoable");
    }

    fn merges_upon_merges_are_undone_the_last_one_first(app: TestApp) {
        let client = app.client();
        let [a, b, c] = [0, 1, 2].map(|_| make(client, "contact"));
        let note = client.create("activities", &json!({"kind": "note", "subject": "Halo", "contact_id": a["id"]}));
        let first = merge(client, "contacts", &b, &a, json!({}));
        let second = merge(client, "contacts", &c, &b, json!({}));
        let of = || client.get(&at("activities", &note)).ok(200)["contact_id"].clone();
        assert_eq!(of(), c["id"]);
        let history = client.get(&format!("{}/history", at("contacts", &c))).ok(200);
        assert_eq!(history["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == "created").count(), 3);
        client.post(&format!("merges/{}/undo", id(&first["merge"])), &json!({})).problem(409, "merge_not_undoable");
        undone(client, &second["merge"]);
        assert_eq!(of(), b["id"]);
        undone(client, &first["merge"]);
        assert_eq!(of(), a["id"]);
    }

    fn what_is_not_in_order_is_refused_and_changes_nothing(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let client = app.client();
        let (survivor, loser) = (make(client, "contact"), make(client, "contact"));
        let path = format!("{}/merge", at("contacts", &survivor));
        client.post(&path, &order(&loser)).problem(428, "version_required");
        client.verb(&path, 7, &order(&loser)).problem(412, "stale_version");
        let stale = client.verb(&path, 1, &json!({"loser_id": loser["id"], "loser_version": 7})).problem(412, "stale_version");
        assert_eq!(stale["current"]["id"], loser["id"]);
        assert_eq!(client.verb(&path, 1, &order(&survivor)).faults(), ["/loser_id same_record"]);
        let wrong = merged(order(&loser), &json!({"fields": {"shoe_size": "loser", "full_name": "both", "next_step_at": "loser"}}));
        assert_eq!(client.verb(&path, 1, &wrong).faults(), [
            "/fields/full_name one_value_only", "/fields/next_step_at read_only_member", "/fields/shoe_size unknown_member",
        ]);
        client.verb(&path, 1, &order(&make(client, "company"))).problem(404, "not_found");
        client.verb(&path, 1, &order(&make(&neighbour.client, "contact"))).problem(404, "not_found");
        let trashed = make(client, "contact");
        client.delete(&at("contacts", &trashed), 1).ok(204);
        client.verb(&path, 1, &order(&trashed)).problem(404, "not_found");
        for record in [&survivor, &loser] {
            assert_eq!(&client.get(&at("contacts", record)).ok(200), record);
        }
        assert_eq!(client.get("merges").ok(200)["items"], json!([]));
    }

    fn who_may_not_change_the_one_or_delete_the_other_merges_nothing(app: TestApp) {
        let owner = app.client();
        let member = app.member("member");
        let mine = |client: &Client| make(client, "contact");
        let (own, other, foreign) = (mine(&member.client), mine(&member.client), mine(owner));
        let attempt = |client: &Client, survivor: &Value, loser: &Value| client.verb(&format!("{}/merge", at("contacts", survivor)), 1, &order(loser));
        attempt(&member.client, &own, &foreign).problem(403, "forbidden");
        attempt(&member.client, &foreign, &own).problem(403, "forbidden");
        attempt(&app.member("read_only").client, &own, &other).problem(403, "forbidden");
        // The deal of somebody else goes along, though the member could not change it.
        let deal = owner.create("deals", &merged(minimal(owner, "deal"), &json!({"contact_id": other["id"]})));
        let done = attempt(&member.client, &own, &other).ok(200);
        assert_eq!(owner.get(&at("deals", &deal)).ok(200)["contact_id"], own["id"]);
        let undo = format!("merges/{}/undo", id(&done["merge"]));
        app.member("member").client.post(&undo, &json!({})).problem(403, "forbidden");
        member.client.post(&undo, &json!({})).ok(200);
        assert_eq!(owner.get(&at("deals", &deal)).ok(200)["contact_id"], other["id"]);
    }

    fn companies_below_each_other_become_one_without_a_loop(app: TestApp) {
        let client = app.client();
        let top = make(client, "company");
        let upper = make_with(client, "company", json!({"parent_id": top["id"]}));
        let lower = make_with(client, "company", json!({"parent_id": upper["id"]}));
        let beside = make_with(client, "company", json!({"parent_id": upper["id"]}));
        let done = merge(client, "companies", &lower, &upper, json!({}));
        assert_eq!(done["record"]["parent_id"], top["id"]);
        assert_eq!(client.get(&at("companies", &beside)).ok(200)["parent_id"], lower["id"]);
        assert_eq!(undone(client, &done["merge"])["left"], json!([]));
        assert_eq!(client.get(&at("companies", &lower)).ok(200)["parent_id"], upper["id"]);
        let done = merge(client, "companies", &upper, &lower, json!({"parent_id": "loser"}));
        assert_eq!(done["record"]["parent_id"], Value::Null);
    }

    fn a_pair_that_was_merged_is_over_and_everything_is_in_order(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let twin = json!({"full_name": "Dewi Lestari", "phones": [{"value": "+62 812-1000-1000"}]});
        let [a, b] = [0, 1].map(|_| client.post("contacts?duplicates=allow", &twin).ok(201));
        make_with(client, "deal", json!({"contact_id": b["id"]}));
        let job = client.post("duplicates/scan", &json!({"object": "contact"})).ok(202);
        app.finished(&id(&job));
        let done = merge(client, "contacts", &a, &b, json!({}));
        assert_eq!(client.get("duplicates").ok(200)["items"], json!([]));
        undone(client, &done["merge"]);
        assert_eq!(client.get("duplicates").ok(200)["items"][0]["state"], "open");
        let again = merge(client, "contacts", &b, &a, json!({}));
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        assert_eq!(integrity::broken(&database), [""; 0]);
        let told = |kind: &str| integrity::number(&database, &format!("SELECT count(*) FROM outbox_events WHERE kind = '{kind}'"));
        assert_eq!((told("contact.merged"), told("contact.unmerged")), (2, 1));
        // After 30 days it can't be undone any more, and nothing is kept for it; the pointer stays.
        database.across().write_blocking(|conn| conn.execute(&Statement::new("UPDATE merges SET merged_at = merged_at - 2592001000000"))).unwrap();
        drop(database);
        app.crash_and_restart();
        let client = app.client();
        client.post(&format!("merges/{}/undo", id(&again["merge"])), &json!({})).problem(409, "merge_not_undoable");
        assert_eq!(client.get(&format!("merges/{}", id(&again["merge"]))).ok(200)["loser_id"], a["id"]);
        client.post(&format!("{}/restore", at("contacts", &a)), &json!({})).ok(200);
    }
}
