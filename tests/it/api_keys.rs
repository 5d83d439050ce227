//! API keys over HTTP: what they may do, how they end, how often they may call, and what is told of them.

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use relasi_tests::{Backend, Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id},
    isolation::second_workspace,
};

/// A new key and a client that calls with it.
fn key(client: &Client, scopes: &[&str]) -> (Value, Client) {
    let body = json!({"name": fresh("Kunci"), "scopes": scopes});
    let made = client.post("api-keys", &body).ok(201);
    let caller = client.with_token(made["token"].as_str().expect("the key"));
    (made, caller)
}

fn listed(client: &Client) -> Vec<Value> {
    client.get("api-keys").ok(200)["items"]
        .as_array()
        .expect("a list")
        .clone()
}

/// Waits until something holds: uses are noted about a second later.
fn soon<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(100));
    }
}

on_both! {
    fn a_key_does_what_its_scopes_name_and_no_more(app: TestApp) {
        let owner = app.client();
        let contact = owner.create("contacts", &json!({"full_name": "Siti Rahma"}));
        let path = format!("contacts/{}", id(&contact));
        let (made, reader) = key(owner, &["see"]);
        assert!(made["token"].as_str().is_some_and(|token| token.starts_with("rlk_") && token.len() == 68), "{made}");
        assert_eq!(reader.get(&path).ok(200)["full_name"], "Siti Rahma");
        reader.post("contacts", &json!({"full_name": "Budi"})).problem(403, "forbidden");
        reader.patch(&path, 1, &json!({"city": "Solo"})).problem(403, "forbidden");
        reader.delete(&path, 1).problem(403, "forbidden");
        reader.send(Method::PATCH, "workspace", &[("content-type", "application/json")], b"{\"name\": \"X\"}").problem(403, "forbidden");
        reader.get("audit-entries").problem(403, "forbidden");
        assert_eq!(reader.get("me").ok(200)["rights"]["edit"], "none");
        let (_, writer) = key(owner, &["see", "add", "edit"]);
        let answer = writer.post("contacts", &json!({"full_name": "Budi Santoso"})).ok(201);
        writer.patch(&format!("contacts/{}", id(&answer)), 1, &json!({"city": "Solo"})).ok(200);
        writer.delete(&format!("contacts/{}", id(&answer)), 2).problem(403, "forbidden");
    }

    fn work_that_goes_on_without_a_key_does_no_more_than_the_key_may(app: TestApp) {
        let owner = app.client();
        let contact = owner.create("contacts", &json!({"full_name": "Siti Rahma"}));
        let order = |action: &str| json!({"object": "contact", "action": action, "target": {"ids": [contact["id"]]}});
        let (_, reader) = key(owner, &["see"]);
        for action in ["delete", "export"] {
            reader.post("bulk-operations", &order(action)).problem(403, "forbidden");
        }
        let done = owner.post("bulk-operations", &order("delete")).ok(202);
        app.finished(done["job_id"].as_str().expect("a job"));
        reader.post(&format!("bulk-operations/{}/undo", id(&done)), &json!({})).problem(403, "forbidden");
        // Without reading, nothing is taken out, by file or by webhook.
        let (_, blind) = key(owner, &["export", "edit", "settings"]);
        blind.post("bulk-operations", &order("export")).problem(403, "forbidden");
        blind.post("webhook-endpoints", &json!({"url": "https://kopi.invalid/hook"})).problem(403, "forbidden");
        let (_, setter) = key(owner, &["see", "settings"]);
        setter.post("webhook-endpoints", &json!({"url": "https://kopi.invalid/hook"})).ok(201);
    }

    fn a_key_may_not_touch_sessions_passwords_and_keys(app: TestApp) {
        let all = ["see", "add", "edit", "delete", "export", "import", "settings", "members", "audit", "erase"];
        let (made, caller) = key(app.client(), &all);
        caller.post("api-keys", &json!({"name": "Anak", "scopes": ["see"]})).problem(403, "not_for_keys");
        caller.send(Method::DELETE, &format!("api-keys/{}", id(&made)), &[], &[]).problem(403, "not_for_keys");
        caller.get("sessions").problem(403, "not_for_keys");
        caller.send(Method::DELETE, "sessions/current", &[], &[]).problem(403, "not_for_keys");
        caller.get("me/workspaces").problem(403, "not_for_keys");
        caller.post("me/password", &json!({"current_password": "x", "new_password": "y"})).problem(403, "not_for_keys");
        let switch = json!({"workspace_id": app.client().get("workspace").ok(200)["id"]});
        caller.post("sessions/switch", &switch).problem(403, "not_for_keys");
        caller.send(Method::PATCH, "me", &[("content-type", "application/json")], b"{\"full_name\": \"X\"}").problem(403, "not_for_keys");
        assert_eq!(listed(&caller).len(), 1);
    }

    fn a_key_reaches_no_further_than_its_member_and_ends_with_it(app: TestApp) {
        let mate = app.member("member");
        let body = json!({"name": "Terlalu jauh", "scopes": ["see", "settings"]});
        assert_eq!(mate.client.post("api-keys", &body).faults(), ["/scopes/1 scope_beyond_own"]);
        let (_, caller) = key(&mate.client, &["see", "add"]);
        caller.post("contacts", &json!({"full_name": "Budi Santoso"})).ok(201);
        let members = app.client().get("members").ok(200);
        let member = members["items"].as_array().expect("a list").iter().find(|m| m["user_id"] == mate.id.as_str()).expect("the mate").clone();
        let path = format!("members/{}", id(&member));
        let change = |body: Value| app.client().send(Method::PATCH, &path, &[("content-type", "application/json")], body.to_string().as_bytes());
        change(json!({"role": "read_only"})).ok(200);
        caller.post("contacts", &json!({"full_name": "Agus"})).problem(403, "forbidden");
        caller.get("contacts").ok(200);
        change(json!({"active": false})).ok(200);
        caller.get("contacts").problem(401, "unauthorized");
    }

    fn a_key_ends_at_once_when_it_is_revoked_and_by_itself_at_its_time(app: TestApp) {
        let owner = app.client();
        let (made, caller) = key(owner, &["see"]);
        caller.get("contacts").ok(200);
        let path = format!("api-keys/{}", id(&made));
        owner.send(Method::DELETE, &path, &[], &[]).ok(204);
        caller.get("contacts").problem(401, "unauthorized");
        owner.send(Method::DELETE, &path, &[], &[]).problem(404, "not_found");
        assert!(listed(owner).iter().all(|one| one["id"] != made["id"]));
        let soon = Utc::now() + TimeDelta::milliseconds(1500);
        let made = owner.post("api-keys", &json!({"name": "Sebentar", "scopes": ["see"], "expires_at": soon})).ok(201);
        let caller = owner.with_token(made["token"].as_str().expect("the key"));
        caller.get("contacts").ok(200);
        thread::sleep(Duration::from_millis(2600));
        caller.get("contacts").problem(401, "unauthorized");
        for wrong in ["rlk_", "rlk_abc", &format!("{}A", made["token"].as_str().expect("the key"))] {
            owner.with_token(wrong).get("contacts").problem(401, "unauthorized");
        }
    }

    fn what_a_key_is_to_be_is_checked(app: TestApp) {
        let faults = |body: Value| app.client().post("api-keys", &body).faults();
        let past = Utc::now() - TimeDelta::days(1);
        assert_eq!(faults(json!({"name": " ", "scopes": [], "expires_at": past})), ["/expires_at in_the_past", "/name required", "/scopes required"]);
        assert_eq!(faults(json!({"name": "Ganda", "scopes": ["see", "see"]})), ["/scopes/1 named_twice"]);
        app.client().post("api-keys", &json!({"name": "Aneh", "scopes": ["fly"]})).problem(422, "invalid");
        for _ in 0..50 {
            key(app.client(), &["see"]);
        }
        app.client().post("api-keys", &json!({"name": "Lagi", "scopes": ["see"]})).problem(409, "too_many_keys");
    }

    fn members_know_their_own_keys_and_managers_of_members_all(app: TestApp) {
        let mate = app.member("member");
        let (own, _) = key(&mate.client, &["see"]);
        let (other, _) = key(app.client(), &["see"]);
        assert_eq!(listed(&mate.client).iter().map(id).collect::<Vec<_>>(), [id(&own)]);
        assert_eq!(listed(app.client()).len(), 2);
        assert!(listed(app.client()).iter().all(|one| one.get("token").is_none()));
        for method in [Method::DELETE, Method::GET] {
            let path = format!("api-keys/{}{}", id(&other), if method == Method::GET { "/requests" } else { "" });
            mate.client.send(method, &path, &[], &[]).problem(404, "not_found");
        }
        app.client().send(Method::DELETE, &format!("api-keys/{}", id(&own)), &[], &[]).ok(204);
        assert!(listed(&mate.client).is_empty());
    }

    fn keys_stay_within_their_workspace(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let owner = app.client().clone();
        let contact = owner.create("contacts", &json!({"full_name": "Rahasia"}));
        let (_, theirs) = key(&neighbour.client, &["see", "edit", "members"]);
        theirs.get(&format!("contacts/{}", id(&contact))).problem(404, "not_found");
        theirs.patch(&format!("contacts/{}", id(&contact)), 1, &json!({"city": "Solo"})).problem(404, "not_found");
        let (ours, _) = key(&owner, &["see"]);
        neighbour.client.get(&format!("api-keys/{}/requests", id(&ours))).problem(404, "not_found");
        neighbour.client.send(Method::DELETE, &format!("api-keys/{}", id(&ours)), &[], &[]).problem(404, "not_found");
    }

    fn each_request_of_a_key_is_noted_and_each_write_names_the_key(app: TestApp) {
        let owner = app.client();
        let (made, caller) = key(owner, &["see", "add"]);
        let contact = caller.create("contacts", &json!({"full_name": "Siti Rahma"}));
        caller.get(&format!("contacts/{}?fields=full_name", id(&contact))).ok(200);
        caller.get("contacts/nobody").problem(404, "not_found");
        let path = format!("api-keys/{}/requests?limit=2", id(&made));
        let first = soon("three requests are noted", || {
            let page = owner.get(&path).ok(200);
            (page["items"].as_array().map_or(0, Vec::len) == 2).then_some(page)
        });
        let all = soon("all are noted", || {
            let page = owner.get(&format!("api-keys/{}/requests", id(&made))).ok(200);
            let items = page["items"].as_array().expect("a list").clone();
            (items.len() == 3).then_some(items)
        });
        let told: Vec<String> = all.iter().map(|one| format!("{} {} {}", one["method"].as_str().unwrap(), one["route"].as_str().unwrap(), one["status"])).collect();
        assert_eq!(told, ["GET /api/v1/contacts/{id} 404", "GET /api/v1/contacts/{id} 200", "POST /api/v1/contacts 201"]);
        assert_eq!(first["items"].as_array().map(Vec::len), Some(2));
        let next = owner.get(&format!("{path}&cursor={}", id(&all[1]))).ok(200);
        assert_eq!(next["items"], json!([all[2]]));
        let listed = listed(owner);
        assert!(listed[0]["last_used_at"].is_string() && listed[0]["last_used_ip"] == "127.0.0.1", "{listed:?}");
        let written = owner.list("audit-entries", &[("cause", "key"), ("object", "contact")]).ok(200);
        let cause = written["items"][0]["cause"].as_str().expect("a cause").to_owned();
        assert!(cause.starts_with(&format!("key:{}:", id(&made))), "{cause}");
        assert_eq!(written["items"].as_array().map(Vec::len), Some(1));
        let kept = owner.list("audit-entries", &[("object", "api_key")]).ok(200);
        assert_eq!(kept["items"][0]["action"], "created");
    }
}

/// A server on which a key may call four times a minute, and all keys of a workspace six times.
struct Strict;

impl Strict {
    fn start(backend: Backend) -> TestApp {
        TestApp::with(
            backend,
            &[("RELASI_KEY_RATE", "4"), ("RELASI_WORKSPACE_KEY_RATE", "6")],
        )
    }
}

#[test]
fn keys_are_told_what_is_left_and_to_wait_when_nothing_is() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = Strict::start(backend);
        let ((_, one), (_, other)) = (key(app.client(), &["see"]), key(app.client(), &["see"]));
        let first = one.get("contacts");
        assert_eq!(
            first.header("ratelimit-policy"),
            "\"key\";q=4;w=60, \"workspace\";q=6;w=60"
        );
        assert_eq!(
            first.header("ratelimit"),
            "\"key\";r=3;t=15, \"workspace\";r=5;t=10"
        );
        for _ in 0..3 {
            one.get("contacts").ok(200);
        }
        let late = one.get("contacts");
        let wait: u64 = late.header("retry-after").parse().expect("seconds");
        assert!((1..=16).contains(&wait), "{wait}");
        assert!(late.header("ratelimit").starts_with("\"key\";r=0;"));
        late.problem(429, "throttled");
        // What was refused to one key takes nothing from the others.
        other.get("contacts").ok(200);
        other.get("contacts").ok(200);
        other.get("contacts").problem(429, "throttled");
        // People have no such limit.
        for _ in 0..10 {
            let free = app.client().get("contacts");
            assert_eq!(free.header("ratelimit"), "");
            free.ok(200);
        }
    }
}
