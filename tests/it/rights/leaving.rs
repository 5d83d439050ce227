//! What belongs to somebody who leaves goes to others.

use relasi_tests::{Client, Member, TestApp, on_both};
use serde_json::{Value, json};

use super::member_with;
use crate::{
    bodies::{id, make_with, membership, place, version},
    commerce::{limits, quote_with},
};

fn member_id(client: &Client, member: &Member) -> String {
    id(&membership(client, &member.email))
}

fn counted(client: &Client, at: &str) -> [i64; 14] {
    let found = client.get(&format!("{at}/belongings")).ok(200);
    let of = |object: &str| found["records"][object].as_i64().unwrap();
    let records = [
        "contact",
        "company",
        "deal",
        "product",
        "quote",
        "activity",
        "contact_role",
        "relationship",
        "tag",
        "saved_view",
        "price_book",
        "quote_approval",
        "call_list",
    ];
    let mut all = records.map(of).to_vec();
    all.push(found["reports"].as_i64().unwrap());
    all.try_into().unwrap()
}

/// A quote of somebody below a member whose discount waits for that member's approval.
#[track_caller]
fn waiting_for(app: &TestApp, approver: &str) -> Value {
    limits(app.client(), &json!({"member": 10, "manager": 50}));
    let asker = app.member("member");
    place(app.client(), &asker.email, &json!({"manager_id": approver}));
    let quote = quote_with(&asker.client, json!({}), 20);
    let path = format!("quotes/{}/request-approval", id(&quote));
    asker
        .client
        .verb(&path, version(&quote), &json!({}))
        .ok(200)
}

on_both! {
    fn everything_goes_to_who_goes_on_and_can_be_taken_back(app: TestApp) {
        let client = app.client();
        let [leaving, heir, report] = [(); 3].map(|()| app.member("manager"));
        let at = format!("members/{}", member_id(client, &leaving));
        place(client, &leaving.email, &json!({"manager_id": member_id(client, &app.owner)}));
        for under in [&heir, &report] {
            place(client, &under.email, &json!({"manager_id": at.trim_start_matches("members/")}));
        }
        let owned = json!({"owner_id": leaving.id});
        let mut contacts: Vec<Value> = (0..3).map(|_| make_with(client, "contact", owned.clone())).collect();
        make_with(client, "company", owned.clone());
        make_with(client, "deal", owned.clone());
        let sold = ["product", "quote", "price_book"].map(|object| make_with(client, object, owned.clone()));
        let waiting = waiting_for(&app, at.trim_start_matches("members/"));
        let open = make_with(client, "activity", json!({"owner_id": leaving.id, "kind": "task"}));
        let done = make_with(client, "activity", json!({"owner_id": leaving.id, "kind": "note", "done_at": "2026-01-01T00:00:00Z"}));
        client.delete(&format!("contacts/{}", id(&contacts.pop().unwrap())), 1).ok(204);
        let more = ["contact_role", "relationship", "tag"].map(|object| make_with(client, object, owned.clone()));
        let view = json!({"name": "Solo", "object": "contact", "visibility": "everyone"});
        let view = leaving.client.post("saved-views", &view).ok(201);
        leaving.client.post("saved-views", &json!({"name": "Sendiri", "object": "contact"})).ok(201);
        let called = json!({"name": "Panggilan", "object": "contact", "owner_id": leaving.id, "members": [report.id]});
        let called = client.post("call-lists", &called).ok(201);
        assert_eq!(counted(client, &at), [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3]);
        assert_eq!(client.get("hand-overs").ok(200)["items"], json!([]));

        place(client, &leaving.email, &json!({"active": false}));
        let left = client.get("hand-overs").ok(200)["items"].clone();
        assert_eq!((&left[0]["user_id"], &left[0]["records"]), (&json!(leaving.id), &json!(10)));
        let to = json!({"contact": heir.id, "company": heir.id, "deal": heir.id, "activity": report.id, "saved_view": heir.id,
            "product": heir.id, "quote": heir.id, "price_book": heir.id, "quote_approval": heir.id, "call_list": heir.id, "contact_role": heir.id, "relationship": heir.id, "tag": heir.id});
        let order = json!({"to": to, "manager_id": member_id(client, &heir)});
        let begun = client.post(&format!("{at}/hand-over"), &order).ok(202);
        let operations = begun["operations"].as_array().unwrap();
        assert_eq!(operations.len(), 9);
        for operation in operations {
            assert_eq!(app.finished(operation["job_id"].as_str().unwrap())["state"], "done");
        }
        assert_eq!(counted(client, &at), [0; 14]);
        assert_eq!(client.get("hand-overs").ok(200)["items"], json!([]));
        let owner = |path: &str, record: &Value| client.get(&format!("{path}/{}", id(record))).ok(200)["owner_id"].clone();
        assert_eq!(owner("contacts", &contacts[0]), heir.id.as_str());
        assert_eq!(owner("activities", &open), report.id.as_str());
        assert_eq!(owner("activities", &done), leaving.id.as_str());
        assert_eq!(owner("saved-views", &view), heir.id.as_str());
        for (plural, record) in ["contact-roles", "relationships", "tags"].into_iter().zip(&more) {
            assert_eq!(owner(plural, record), heir.id.as_str(), "{plural}");
        }
        for (plural, record) in ["products", "quotes", "price-books"].into_iter().zip(&sold) {
            assert_eq!(owner(plural, record), heir.id.as_str(), "{plural}");
        }
        let list = heir.client.get(&format!("call-lists/{}", id(&called))).ok(200);
        assert_eq!((&list["owner_id"], &list["members"]), (&json!(heir.id), &json!([report.id])));
        let now = client.get(&format!("quotes/{}", id(&waiting))).ok(200);
        assert_eq!((&now["status"], &now["approver_id"]), (&json!("waiting"), &json!(heir.id)));
        let told = heir.client.get("notifications").ok(200);
        let told = told["items"].as_array().unwrap();
        assert!(told.iter().any(|one| one["kind"] == "quote_approval" && one["record_id"] == now["id"]), "{told:?}");
        let managers = [&heir, &report].map(|one| membership(client, &one.email)["manager_id"].clone());
        assert_eq!(managers, [json!(member_id(client, &app.owner)), json!(member_id(client, &heir))]);
        let log = client.get("audit-entries?action=handed_over").ok(200);
        assert_eq!(log["items"][0]["object"], "member");

        // Records belong to active members: who is to get them back is brought back first.
        place(client, &leaving.email, &json!({"active": true}));
        let contacts_back = operations.iter().find(|one| one["object"] == "contact").unwrap();
        let undone = client.post(&format!("bulk-operations/{}/undo", id(contacts_back)), &json!({})).ok(202);
        app.finished(undone["job_id"].as_str().unwrap());
        assert_eq!(owner("contacts", &contacts[0]), leaving.id.as_str());
        place(client, &leaving.email, &json!({"active": false}));
        assert_eq!(client.get("hand-overs").ok(200)["items"][0]["records"], 2);
    }

    fn what_is_no_hand_over_is_refused(app: TestApp) {
        let client = app.client();
        let [leaving, gone] = [(); 2].map(|()| app.member("member"));
        let at = format!("members/{}/hand-over", member_id(client, &leaving));
        place(client, &gone.email, &json!({"active": false}));
        for (order, fault) in [
            (json!({}), "/to required"),
            (json!({"to": {"contact": gone.id}}), "/to/contact no_such_record"),
            (json!({"to": {"contact": leaving.id}}), "/to/contact no_such_record"),
            (json!({"to": {"stage": app.owner.id}}), "/to/stage unknown_member"),
            (json!({"manager_id": member_id(client, &gone)}), "/manager_id no_such_record"),
        ] {
            assert_eq!(client.post(&at, &order).faults(), [fault]);
        }
        // Nobody hands over records that they may not change.
        let people = member_with(&app, &json!({"records": {"see": "all", "edit": "own"}, "workspace": ["members"]}), None);
        let contact = make_with(client, "contact", json!({"owner_id": leaving.id}));
        // Views need no right to the settings.
        let view = json!({"name": "Solo", "object": "contact", "visibility": "everyone"});
        let view = leaving.client.post("saved-views", &view).ok(201);
        people.client.post(&at, &json!({"to": {"saved_view": app.owner.id}})).ok(202);
        assert_eq!(client.get(&format!("saved-views/{}", id(&view))).ok(200)["owner_id"], app.owner.id.as_str());
        let begun = people.client.post(&at, &json!({"to": {"contact": app.owner.id}})).ok(202);
        app.finished(begun["operations"][0]["job_id"].as_str().unwrap());
        assert_eq!(client.get(&format!("contacts/{}", id(&contact))).ok(200)["owner_id"], leaving.id.as_str());
    }
}
