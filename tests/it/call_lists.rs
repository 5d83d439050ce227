//! Call lists: who comes onto them, who works on them, and that nobody is called by two.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, make, make_with, version},
    bulk::{counts, done, done_by, ids, order, people, refused, start},
    concurrency::together,
    idempotency::prepared::Request,
    jobs::queue::until,
    rights::member_with,
};

/// What makes a call list.
pub fn minimal() -> Value {
    json!({"name": fresh("Panggilan"), "object": "contact"})
}

/// A list of contacts.
pub fn made(client: &Client) -> Value {
    client.post("call-lists", &minimal()).ok(201)
}

fn at(list: &Value) -> String {
    format!("call-lists/{}", id(list))
}

/// Puts people onto a list.
#[track_caller]
fn put(app: &TestApp, list: &Value, target: Value) -> Value {
    let object = list["object"].as_str().unwrap();
    done(
        app,
        &order(object, "call_list", json!({"list_id": list["id"]}), target),
    )
}

/// A list on which the caller works, with this contact on it: the entry.
pub fn called(client: &Client, contact: &Value) -> Value {
    let me = client.get("me").ok(200)["user"]["id"].clone();
    let body = json!({"name": fresh("Panggilan"), "object": "contact", "members": [me]});
    let list = client.post("call-lists", &body).ok(201);
    let target = json!({"ids": [contact]});
    let order = order(
        "contact",
        "call_list",
        json!({"list_id": list["id"]}),
        target,
    );
    let started = format!("bulk-operations/{}", id(&start(client, &order)));
    until(|| client.get(&started).ok(200)["state"] == "done");
    entries(client, &list, "").remove(0)
}

/// The same with somebody.
pub fn entry(client: &Client) -> Value {
    called(client, &make(client, "contact")["id"])
}

/// A list and its entry as paths name them.
pub(crate) fn known(client: &Client, contact: &str) -> [(String, String); 2] {
    let entry = called(client, &json!(contact));
    let list = entry["list_id"].as_str().unwrap().to_owned();
    [
        ("call-list-entries".to_owned(), id(&entry)),
        ("call-lists".to_owned(), list),
    ]
}

/// A request that the operation carries out.
pub(crate) fn prepared(client: &Client, operation: &str) -> Request {
    if operation == "create_call_list" {
        return Request::new("call-lists").with(&minimal());
    }
    let entry = entry(client);
    match operation {
        "log_call_of_entry" => Request::new(of(&entry, "log")).with(&json!({"outcome": "reached"})),
        "move_call_list_entry" => {
            Request::new(of(&entry, "move")).with(&json!({"state": "skipped"}))
        }
        _ => Request::new(format!(
            "call-lists/{}/next",
            entry["list_id"].as_str().unwrap()
        )),
    }
}

fn entries(client: &Client, list: &Value, query: &str) -> Vec<Value> {
    let found = client.get(&format!("{}/entries{query}", at(list))).ok(200);
    found["items"].as_array().unwrap().clone()
}

#[track_caller]
fn next(client: &Client, list: &Value) -> Value {
    client
        .post(&format!("{}/next", at(list)), &json!({}))
        .ok(200)
}

fn of(entry: &Value, verb: &str) -> String {
    format!("call-list-entries/{}/{verb}", id(entry))
}

fn titles(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|one| one["title"].as_str().unwrap())
        .collect()
}

/// total, waiting, later, done, skipped
fn progress(client: &Client, list: &Value) -> [i64; 5] {
    let list = client.get(&at(list)).ok(200);
    ["total", "waiting", "later", "done", "skipped"]
        .map(|name| list["progress"][name].as_i64().unwrap())
}

on_both! {
    fn people_of_a_filter_come_onto_a_list_once(app: TestApp) {
        let client = app.client();
        let list = made(client);
        people(client, &["Ani", "Budi", "Citra"]);
        let first = put(&app, &list, json!({"filter": "city = Bandung", "sort": "full_name"}));
        assert_eq!((counts(&first), &first["undo_until"]), ([3, 3, 0, 0], &Value::Null));
        let dewi = people(client, &["Dewi"]).remove(0);
        let again = put(&app, &list, json!({"filter": "city = Bandung"}));
        assert_eq!(counts(&again), [4, 1, 3, 0]);
        assert_eq!(titles(&entries(client, &list, "")), ["Ani", "Budi", "Citra", "Dewi"]);
        assert_eq!(titles(&entries(client, &list, "?limit=2&after=2")), ["Citra", "Dewi"]);
        assert_eq!(progress(client, &list), [4, 4, 0, 0, 0]);
        // Who is in the trash is in no list, and back again with what was.
        client.delete(&format!("contacts/{}", id(&dewi)), 1).ok(204);
        assert_eq!(progress(client, &list), [3, 3, 0, 0, 0]);
        assert_eq!(titles(&entries(client, &list, "?state=waiting")).len(), 3);
        client.post(&format!("contacts/{}/restore", id(&dewi)), &json!({})).ok(200);
        assert_eq!(progress(client, &list), [4, 4, 0, 0, 0]);
        let budi = entries(client, &list, "").remove(1);
        client.send(relasi_tests::Method::DELETE, &format!("call-list-entries/{}", id(&budi)), &[], b"").ok(204);
        assert_eq!(titles(&entries(client, &list, "")), ["Ani", "Citra", "Dewi"]);
    }

    fn leads_are_called_and_the_call_is_their_first_response(app: TestApp) {
        let client = app.client();
        let lead = make_with(client, "lead", json!({"name": "Rudi"}));
        let list = client.post("call-lists", &json!({"name": "Baru", "object": "lead", "script": " Halo "})).ok(201);
        assert_eq!(list["script"], "Halo");
        put(&app, &list, ids(std::slice::from_ref(&lead)));
        let taken = next(client, &list);
        assert_eq!((&taken["entry"]["title"], &taken["entry"]["taken_by"]), (&json!("Rudi"), &json!(app.owner.id)));
        assert_eq!(taken["entry"]["id"], next(client, &list)["entry"]["id"], "the same until something was done");
        let due = Utc::now() + TimeDelta::days(2);
        let call = json!({"outcome": "reached", "duration_minutes": 7, "body": "Minta contoh", "next_step": {"subject": "Kirim contoh", "due_at": due}});
        let left = client.post(&of(&taken["entry"], "log"), &call).ok(200);
        let activity = client.get(&format!("activities/{}", id(&left["activity"]))).ok(200);
        for (name, value) in [("kind", json!("call")), ("direction", json!("outbound")), ("subject", json!("Baru")), ("outcome", json!("reached")),
            ("duration_minutes", json!(7)), ("body", json!("Minta contoh")), ("lead_id", lead["id"].clone()), ("owner_id", json!(app.owner.id))] {
            assert_eq!(activity[name], value, "{name}");
        }
        assert!(activity["done_at"].is_string());
        let step = client.get(&format!("activities/{}", id(&left["next_step"]))).ok(200);
        assert_eq!((&step["kind"], &step["subject"], &step["done_at"]), (&json!("task"), &json!("Kirim contoh"), &Value::Null));
        let now = client.get(&format!("leads/{}", id(&lead))).ok(200);
        assert!(now["first_response_at"].is_string() && now["next_step_at"].is_string(), "{now}");
        let timeline = client.get(&format!("leads/{}/timeline", id(&lead))).ok(200);
        assert!(timeline["items"].as_array().unwrap().iter().any(|event| event["record_id"] == activity["id"]));
        let over = next(client, &list);
        assert_eq!((&over["entry"], &over["next_at"]), (&Value::Null, &Value::Null));
        assert_eq!(over["list"]["progress"], json!({"total": 1, "waiting": 0, "later": 0, "done": 1, "skipped": 0, "reached": 1, "outcomes": {"reached": 1}}));
        client.post(&of(&taken["entry"], "log"), &call).problem(409, "call_entry_done");
        let open = client.post(&of(&taken["entry"], "move"), &json!({"state": "waiting"})).ok(200);
        assert_eq!((&open["state"], &open["calls"]), (&json!("waiting"), &json!(1)));
    }

    fn nothing_is_written_when_a_part_is_refused(app: TestApp) {
        let client = app.client();
        let entry = entry(client);
        let count = || client.get("activities/count").ok(200)["count"].clone();
        let before = count();
        for (call, faults) in [
            (json!({}), vec!["/outcome required"]),
            (json!({"outcome": "dreamt"}), vec!["/outcome not_a_choice"]),
            (json!({"outcome": "reached", "duration_minutes": -1}), vec!["/duration_minutes out_of_range"]),
            (json!({"outcome": "no_answer", "call_again_at": "2020-01-01T00:00:00Z"}), vec!["/call_again_at not_ahead"]),
            (json!({"outcome": "reached", "next_step": {"subject": "", "due_at": "2099-01-01T00:00:00Z"}}), vec!["/next_step/subject required"]),
            (json!({"outcome": "reached", "next_step": {"subject": "x"}}), vec!["/next_step/due_at required"]),
            (json!({"outcome": "reached", "next_step": {"kind": "note", "subject": "x", "due_at": "2099-01-01T00:00:00Z"}}), vec!["/next_step/kind not_a_choice"]),
        ] {
            assert_eq!(client.post(&of(&entry, "log"), &call).faults(), faults, "{call}");
        }
        client.post(&of(&entry, "log"), &json!({"outcome": "reached", "more": 1})).problem(422, "invalid");
        assert_eq!(count(), before);
        assert_eq!(client.get(&format!("call-lists/{}/entries", entry["list_id"].as_str().unwrap())).ok(200)["items"][0]["state"], "waiting");
        for (to, fault) in [
            (json!({"state": "done"}), "/state not_a_choice"),
            (json!({"state": "later"}), "/call_at required"),
            (json!({"state": "later", "call_at": "2020-01-01T00:00:00Z"}), "/call_at not_ahead"),
        ] {
            assert_eq!(client.post(&of(&entry, "move"), &to).faults(), [fault]);
        }
    }

    fn who_is_called_again_comes_back_at_the_time(app: TestApp) {
        let client = app.client();
        let list = made(client);
        put(&app, &list, ids(&people(client, &["Ani", "Budi", "Citra"])));
        let first = next(client, &list)["entry"].clone();
        let soon = Utc::now() + TimeDelta::seconds(2);
        let left = client.post(&of(&first, "log"), &json!({"outcome": "no_answer", "call_again_at": soon})).ok(200);
        assert_eq!((&left["entry"]["state"], &left["entry"]["taken_by"]), (&json!("later"), &Value::Null));
        let second = next(client, &list)["entry"].clone();
        assert_ne!(second["id"], first["id"]);
        client.post(&of(&second, "move"), &json!({"state": "skipped"})).ok(200);
        let third = next(client, &list)["entry"].clone();
        assert!(![&first["id"], &second["id"]].contains(&&third["id"]));
        let tomorrow = Utc::now() + TimeDelta::days(1);
        client.post(&of(&third, "move"), &json!({"state": "later", "call_at": tomorrow})).ok(200);
        assert_eq!(progress(client, &list), [3, 0, 2, 0, 1]);
        until(|| next(client, &list)["entry"]["id"] == first["id"]);
        // Given back it stays what is to be called again.
        let back = client.post(&of(&first, "move"), &json!({"state": "waiting"})).ok(200);
        assert_eq!((&back["state"], &back["taken_by"]), (&json!("later"), &Value::Null));
        let again = next(client, &list)["entry"].clone();
        assert_eq!(again["id"], first["id"]);
        client.post(&of(&again, "log"), &json!({"outcome": "reached"})).ok(200);
        let rest = next(client, &list);
        assert_eq!(rest["entry"], Value::Null);
        assert!(rest["next_at"].as_str().unwrap().starts_with(&tomorrow.format("%Y-%m-%dT%H:%M").to_string()), "{rest}");
        assert_eq!(rest["list"]["progress"]["outcomes"], json!({"reached": 1}), "the last call of each counts");
    }

    fn two_never_have_the_same_person_before_them(app: TestApp) {
        let client = app.client();
        let mates: Vec<_> = (0..6).map(|_| app.member("member")).collect();
        let members: Vec<&String> = mates.iter().map(|mate| &mate.id).collect();
        let body = json!({"name": "Bersama", "object": "contact", "members": members});
        let list = client.post("call-lists", &body).ok(201);
        let names: Vec<String> = (0..30).map(|n| format!("Orang {n:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        put(&app, &list, ids(&people(client, &names)));
        let taken = together(mates.len(), |place| id(&next(&mates[place].client, &list)["entry"]));
        assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), mates.len(), "{taken:?}");
        // All of them work it off: each person is called once.
        let called = together(mates.len(), |place| {
            let mut called = Vec::new();
            loop {
                let entry = next(&mates[place].client, &list)["entry"].clone();
                if entry.is_null() {
                    return called;
                }
                let left = mates[place].client.post(&of(&entry, "log"), &json!({"outcome": "reached"})).ok(200);
                called.push(id(&left["entry"]));
            }
        });
        let all: Vec<&String> = called.iter().flatten().collect();
        assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (30, 30));
        assert_eq!(progress(client, &list), [30, 0, 0, 30, 0]);
        assert_eq!(client.get("activities/count").ok(200)["count"], 30);
    }

    fn one_call_of_two_at_once_is_logged(app: TestApp) {
        let client = app.client();
        let entry = entry(client);
        let replies = together(4, |_| client.post(&of(&entry, "log"), &json!({"outcome": "reached"})).status);
        assert_eq!(replies.iter().filter(|status| **status == 200).count(), 1, "{replies:?}");
        assert!(replies.iter().all(|status| matches!(status, 200 | 409)), "{replies:?}");
        assert_eq!(client.get("activities/count").ok(200)["count"], 1);
    }

    fn who_works_on_a_list_sees_it_and_others_do_not(app: TestApp) {
        let client = app.client();
        let team = make(client, "team");
        let (mate, stranger) = (app.owner.invite("member", Some(&id(&team))), app.member("member"));
        let list = made(client);
        put(&app, &list, ids(&people(client, &["Ani", "Budi"])));
        stranger.client.get(&at(&list)).problem(404, "not_found");
        mate.client.get(&at(&list)).problem(404, "not_found");
        assert_eq!(stranger.client.get("call-lists").ok(200)["items"], json!([]));
        let changed = client.patch(&at(&list), 1, &json!({"team_id": team["id"], "members": [stranger.id]})).ok(200);
        client.patch(&at(&list), 1, &json!({"name": "x"})).problem(412, "stale_version");
        for one in [&mate, &stranger] {
            let first = next(&one.client, &list)["entry"].clone();
            assert_eq!(first["taken_by"], json!(one.id));
            one.client.patch(&at(&list), version(&changed), &json!({"name": "x"})).problem(403, "forbidden");
            one.client.delete(&at(&list), version(&changed)).problem(403, "forbidden");
        }
        // What one has before them is not another's to log, move or take off.
        let his = entries(client, &list, "").into_iter().find(|entry| entry["taken_by"] == json!(mate.id)).unwrap();
        stranger.client.post(&of(&his, "log"), &json!({"outcome": "reached"})).problem(409, "call_entry_taken");
        stranger.client.post(&of(&his, "move"), &json!({"state": "skipped"})).problem(409, "call_entry_taken");
        stranger.client.send(relasi_tests::Method::DELETE, &format!("call-list-entries/{}", id(&his)), &[], b"").problem(403, "forbidden");
        // Who only reads calls nobody.
        let reader = app.member("read_only");
        client.patch(&at(&list), version(&changed), &json!({"members": [reader.id]})).ok(200);
        reader.client.get(&at(&list)).ok(200);
        reader.client.post(&format!("{}/next", at(&list)), &json!({})).problem(403, "forbidden");
        reader.client.post("call-lists", &minimal()).problem(403, "forbidden");
        client.delete(&at(&list), version(&changed) + 1).ok(204);
        client.get(&at(&list)).problem(404, "not_found");
    }

    fn people_one_may_not_see_are_in_no_list(app: TestApp) {
        let client = app.client();
        let own = json!({"records": {"see": "own", "add": "own", "edit": "own"}});
        let mate = member_with(&app, &own, None);
        let list = client.post("call-lists", &json!({"name": "Milik", "object": "contact", "members": [mate.id]})).ok(201);
        let theirs = people(client, &["Ani"]);
        let mine = make_with(&mate.client, "contact", json!({"full_name": "Budi", "city": "Bandung"}));
        put(&app, &list, ids(&[theirs[0].clone(), mine.clone()]));
        assert_eq!(titles(&entries(&mate.client, &list, "")), ["Budi"]);
        assert_eq!(progress(&mate.client, &list), [1, 1, 0, 0, 0]);
        let taken = next(&mate.client, &list)["entry"].clone();
        assert_eq!(taken["record_id"], mine["id"]);
        mate.client.post(&of(&taken, "log"), &json!({"outcome": "reached"})).ok(200);
        assert_eq!(next(&mate.client, &list)["entry"], Value::Null);
        let hidden = entries(client, &list, "?state=waiting").remove(0);
        mate.client.post(&of(&hidden, "log"), &json!({"outcome": "reached"})).problem(404, "not_found");
        // Nor do they come onto one by somebody who does not see them.
        let other = mate.client.post("call-lists", &minimal()).ok(201);
        let tried = done_by(&app, &mate.client, &order("contact", "call_list", json!({"list_id": other["id"]}), ids(&theirs)));
        assert_eq!(counts(&tried), [1, 0, 0, 1]);
    }

    fn what_makes_no_list_is_refused(app: TestApp) {
        let client = app.client();
        let list = made(client);
        for (body, faults) in [
            (json!({}), vec!["/name required", "/object not_a_choice"]),
            (json!({"name": " ", "object": "company"}), vec!["/name required", "/object not_a_choice"]),
            (json!({"name": "x".repeat(121), "object": "lead"}), vec!["/name too_long"]),
            (json!({"name": "x", "object": "lead", "script": "x".repeat(10_001)}), vec!["/script too_long"]),
            (json!({"name": "x", "object": "lead", "owner_id": list["id"]}), vec!["/owner_id no_such_record"]),
            (json!({"name": "x", "object": "lead", "team_id": list["id"]}), vec!["/team_id no_such_record"]),
            (json!({"name": "x", "object": "lead", "members": [list["id"], list["id"]]}), vec!["/members/1 named_twice"]),
            (json!({"name": "x", "object": "lead", "members": [list["id"]]}), vec!["/members/0 no_such_record"]),
        ] {
            assert_eq!(client.post("call-lists", &body).faults(), faults, "{body}");
        }
        client.post("call-lists", &json!({"name": "x", "object": "lead", "more": 1})).problem(422, "invalid");
        let lead = make(client, "lead");
        let ask = |object: &str, list: &Value, target: Value| client.post("bulk-operations", &order(object, "call_list", json!({"list_id": list}), target));
        assert_eq!(ask("lead", &list["id"], ids(&[lead])).faults(), ["/parameters/list_id call_list_of_others"]);
        assert_eq!(ask("contact", &json!(uuid::Uuid::now_v7()), json!({"filter": "city = Solo"})).faults(), ["/parameters/list_id no_such_record"]);
        assert_eq!(ask("company", &list["id"], json!({"filter": "city = Solo"})).faults(), ["/action not_for_this_type"]);
        client.get(&format!("{}/entries?state=gone", at(&list))).problem(422, "invalid");
        client.get(&format!("{}/entries?limit=0", at(&list))).problem(422, "invalid");
    }

    fn a_list_is_full_at_its_most(app: TestApp) {
        let mut app = app;
        let list = made(app.client());
        let more = people(app.client(), &["Ani", "Budi"]);
        put(&app, &list, ids(&more[..1]));
        app.at.terminate();
        let database = crate::integrity::open(&app.at.settings);
        let fill = "INSERT INTO call_list_entries (workspace_id, id, list_id, record_id, place, state, calls) \
                    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
                    SELECT e.workspace_id, 'x' || n.i, e.list_id, 'x' || n.i, n.i, 'waiting', 0 FROM call_list_entries e, n";
        for sql in [fill, "UPDATE call_lists SET places = 5000"] {
            database.across().write_blocking(move |conn| conn.execute_batch(sql)).unwrap();
        }
        drop(database);
        app.crash_and_restart();
        let client = app.client();
        let tried = put(&app, &list, ids(&more));
        assert_eq!(counts(&tried), [2, 0, 1, 1]);
        let said = refused(&client.in_language("en"), &tried);
        assert!(said.contains("at most 5,000"), "{said}");
        // A place that became free is given again.
        let first = entries(client, &list, "").remove(0);
        client.send(relasi_tests::Method::DELETE, &format!("call-list-entries/{}", id(&first)), &[], b"").ok(204);
        assert_eq!(counts(&put(&app, &list, ids(&more[1..]))), [1, 1, 0, 0]);
    }

    fn who_becomes_one_is_called_once(app: TestApp) {
        let client = app.client();
        let (both, one) = (made(client), made(client));
        let pair = people(client, &["Ani Lestari", "Ani L"]);
        put(&app, &both, ids(&pair));
        put(&app, &one, ids(&pair[1..]));
        let order = json!({"loser_id": pair[1]["id"], "loser_version": 1});
        let merged = client.verb(&format!("contacts/{}/merge", id(&pair[0])), 1, &order).ok(200);
        assert_eq!(titles(&entries(client, &both, "")), ["Ani Lestari"]);
        assert_eq!(titles(&entries(client, &one, "")), ["Ani Lestari"]);
        client.post(&format!("merges/{}/undo", id(&merged["merge"])), &json!({})).ok(200);
        assert_eq!(titles(&entries(client, &both, "")), ["Ani Lestari", "Ani L"]);
        assert_eq!(titles(&entries(client, &one, "")), ["Ani L"]);
    }
}
