//! What a workspace asks of whoever comes in: a second factor, an end of sessions, networks.

use std::{
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Backend, Client, Member, Method, PASSWORD, Reply, Start, TestApp, on_both};
use serde_json::{Value, json};

use crate::{bodies::fresh, second_factor::Phone};

const ELSEWHERE: (&str, &str) = ("x-forwarded-for", "198.51.100.7");

/// A server behind a proxy that is believed.
struct Proxied(TestApp);

impl Start for Proxied {
    fn start(backend: Backend) -> Self {
        Self(TestApp::with(
            backend,
            &[("RELASI_TRUSTED_PROXIES", "127.0.0.1")],
        ))
    }
}

fn set(client: &Client, change: &Value) -> Reply {
    let mut policy = json!({
        "require_second_factor": false, "session_minutes": null, "session_idle_minutes": null, "allowed_networks": [],
    });
    for (name, value) in change.as_object().expect("an object") {
        policy[name] = value.clone();
    }
    client.json(Method::PUT, "workspace/security", &[], &policy)
}

on_both! {
    fn a_workspace_asks_everybody_for_a_second_factor(app: TestApp) {
        let member = app.member("member");
        let key = json!({"name": fresh("Kunci"), "scopes": ["see"]});
        let key = member.client.post("api-keys", &key).ok(201);
        let machine = app.anonymous().with_token(key["token"].as_str().expect("the key"));
        let required = json!({"require_second_factor": true});
        assert_eq!(set(app.client(), &required).faults(), ["/require_second_factor own_second_factor_missing"]);
        Phone::set_up(app.client());
        set(app.client(), &required).ok(200);
        app.client().get("contacts").ok(200);
        for (method, path) in [
            (Method::GET, "contacts"), (Method::GET, "schema"), (Method::PATCH, "me"), (Method::GET, "sessions"),
            (Method::POST, "api-keys"), (Method::GET, "notifications"),
        ] {
            member.client.json(method, path, &[], &json!({})).problem(403, "second_factor_required");
        }
        machine.get("contacts").ok(200);
        let again = Member::sign_in(&app.anonymous(), &member.email);
        assert_eq!(again.session["second_factor_missing"], true);
        for open in ["me", "me/security", "me/workspaces"] {
            again.client.get(open).ok(200);
        }
        assert_eq!(again.client.get("me/security").ok(200)["required"], true);
        Phone::set_up(&again.client);
        again.client.get("contacts").ok(200);
        assert_eq!(again.client.post("me/totp/remove", &json!({"password": PASSWORD})).status, 204);
        again.client.get("contacts").problem(403, "second_factor_required");
        assert_eq!(again.client.send(Method::DELETE, "sessions/current", &[], &[]).status, 204);
        let log = app.client().get("audit-entries?object=workspace&field=require_second_factor").ok(200);
        assert_eq!(log["items"][0]["changes"][0]["new"], true, "{log}");
    }

    fn sessions_last_no_longer_than_the_workspace_wants(app: TestApp) {
        let wrong = json!({"session_minutes": 29, "session_idle_minutes": 20_161});
        assert_eq!(set(app.client(), &wrong).faults(), ["/session_idle_minutes minutes_between", "/session_minutes minutes_between"]);
        let stored = set(app.client(), &json!({"session_minutes": 60, "session_idle_minutes": 30})).ok(200);
        assert_eq!((&stored["session_minutes"], &stored["version"]), (&json!(60), &json!(1)));
        let reply = app.anonymous().post("sessions", &json!({"email": app.owner.email, "password": PASSWORD}));
        let age = reply.header("set-cookie").split("Max-Age=").nth(1).and_then(|rest| rest.split(';').next()).map(str::to_owned);
        assert_eq!(age.as_deref(), Some("3600"));
        app.client().get("contacts").ok(200);
        let stale = app.client().json(Method::PUT, "workspace/security", &[("if-match", "\"0\"")], &json!({"require_second_factor": false, "allowed_networks": []}));
        stale.problem(412, "stale_version");
        let member = app.member("manager");
        member.client.get("workspace/security").problem(403, "forbidden");
        set(&member.client, &json!({})).problem(403, "forbidden");
    }

    fn requests_come_from_allowed_networks_only(app: Proxied) {
        let mut app = app.0;
        let member = app.member("member");
        let owner = app.client().clone();
        let key = json!({"name": fresh("Kunci"), "scopes": ["see"]});
        let key = member.client.post("api-keys", &key).ok(201);
        let machine = app.anonymous().with_token(key["token"].as_str().expect("the key"));
        let contact = owner.create("contacts", &json!({"full_name": "Siti Rahma"}));
        let file = format!("contacts/{}/files?name=a.txt", contact["id"].as_str().expect("an id"));
        let file = owner.send(Method::POST, &file, &[("content-type", "application/octet-stream")], b"satu").ok(201);
        let content = file["content_url"].as_str().expect("an address").to_owned();
        for (networks, fault) in [
            (json!(["198.51.100.0/24"]), "/allowed_networks own_network_missing"),
            (json!(["127.0.0.0/8", "office"]), "/allowed_networks/1 not_network"),
        ] {
            assert_eq!(set(&owner, &json!({"allowed_networks": networks})).faults(), [fault]);
        }
        let stored = set(&owner, &json!({"allowed_networks": ["127.0.0.1/8", "127.0.0.1/8", "::1"]})).ok(200);
        assert_eq!(stored["allowed_networks"], json!(["127.0.0.0/8", "::1/128"]));
        for inside in [&member.client, &machine] {
            inside.get("contacts").ok(200);
            inside.send(Method::GET, "contacts", &[ELSEWHERE], &[]).problem(403, "network_not_allowed");
        }
        assert_eq!(app.anonymous().get(&content).bytes, b"satu");
        app.anonymous().send(Method::GET, &content, &[ELSEWHERE], &[]).problem(403, "network_not_allowed");
        let right = json!({"email": member.email, "password": PASSWORD});
        let anyone = app.anonymous();
        anyone.json(Method::POST, "sessions", &[ELSEWHERE], &right).problem(403, "network_not_allowed");
        let wrong = json!({"email": member.email, "password": "wrong wrong wrong"});
        anyone.json(Method::POST, "sessions", &[ELSEWHERE], &wrong).problem(401, "wrong_credentials");
        let headers = [("cookie", member.cookie.as_str()), ("x-relasi-refresh", "1")];
        let outside = [headers[0], headers[1], ELSEWHERE];
        anyone.send(Method::POST, "sessions/refresh", &outside, &[]).problem(403, "network_not_allowed");
        anyone.send(Method::POST, "sessions/refresh", &headers, &[]).ok(200);
        let tried = member.client.get("me/sign-ins").ok(200);
        assert_eq!((&tried["items"][1]["result"], &tried["items"][1]["ip"]), (&json!("network_refused"), &json!("198.51.100.7")));
        app.at.terminate();
        app.at.settings.run(&["workspace", "open-networks"]);
        app.crash_and_restart();
        let member = Member::sign_in(&app.anonymous(), &member.email);
        member.client.send(Method::GET, "contacts", &[ELSEWHERE], &[]).ok(200);
    }

    fn the_word_of_a_stranger_about_the_address_does_not_count(app: TestApp) {
        set(app.client(), &json!({"allowed_networks": ["127.0.0.0/8"]})).ok(200);
        app.client().send(Method::GET, "contacts", &[ELSEWHERE], &[]).ok(200);
        let spoofed = [("x-forwarded-for", "198.51.100.7")];
        let policy = json!({"require_second_factor": false, "allowed_networks": ["198.51.100.0/24"]});
        let refused = app.client().json(Method::PUT, "workspace/security", &spoofed, &policy);
        assert_eq!(refused.faults(), ["/allowed_networks own_network_missing"]);
    }
}

/// T5: in force on every server within five seconds.
#[test]
fn t5_another_server_hears_of_a_policy_within_five_seconds() {
    let app = <TestApp as Start>::start(Backend::Postgres);
    let second = app.at.second_server();
    let member = app.member("member");
    let token = member.client.token.clone().expect("signed in");
    let elsewhere = second.client().with_token(&token);
    elsewhere.get("contacts").ok(200);
    Phone::set_up(app.client());
    set(app.client(), &json!({"require_second_factor": true})).ok(200);
    let started = Instant::now();
    while elsewhere.get("contacts").status != 403 {
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "still not asked for"
        );
        thread::sleep(Duration::from_millis(100));
    }
}
