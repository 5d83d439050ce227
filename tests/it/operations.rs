//! What an operator relies on.

use std::{collections::BTreeSet, process::Command, sync::Mutex};

use relasi_tests::{Client, Empty, Method, TestApp, on_both};
use serde_json::{Value, json};

on_both! {
    fn probes_answer_without_a_session(app: Empty) {
        for path in ["/livez", "/readyz"] {
            assert_eq!(app.client().get(path).status, 200, "{path}");
        }
    }

    fn set_up_works_once(app: Empty) {
        assert_eq!(app.client().get("setup").ok(200)["needed"], true);
        let owner = relasi_tests::Member::set_up(&app.client());
        assert_eq!(app.client().get("setup").ok(200)["needed"], false);
        let again = app.client().post("setup", &json!({
            "workspace_name": "Other", "language": "en", "currency": "IDR", "time_zone": "Asia/Jakarta",
            "full_name": "Mallory", "email": "mallory@relasi.example", "password": relasi_tests::PASSWORD,
        }));
        again.problem(409, "already_set_up");
        owner.client.get("me").ok(200);
    }

    fn answers_carry_security_headers(app: TestApp) {
        for reply in [app.client().get("contacts"), app.anonymous().get("/"), app.anonymous().get("nothing")] {
            let policy = reply.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{}", reply.request);
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{}", reply.request);
            assert!(!reply.header("x-request-id").is_empty(), "{}", reply.request);
        }
        assert_eq!(app.client().get("contacts").header("cache-control"), "no-store");
        let named = app.client().send(Method::GET, "contacts", &[("x-request-id", "from-the-proxy-1")], &[]);
        assert_eq!(named.header("x-request-id"), "from-the-proxy-1");
    }

    fn sigterm_ends_gracefully_and_data_stays(app: TestApp) {
        let mut app = app;
        let made = app.client().create("contacts", &json!({"full_name": "Malee Srisuk"}));
        assert_eq!(app.at.terminate(), Some(0));
        app.crash_and_restart();
        app.client().get(&format!("contacts/{}", made["id"].as_str().unwrap())).ok(200);
    }

    fn a_killed_server_loses_nothing_it_acknowledged(app: TestApp) {
        let mut app = app;
        let acknowledged = Mutex::new(Vec::new());
        for round in 0..10 {
            let before = acknowledged.lock().unwrap().len();
            let (writer, acknowledged) = (app.client().clone(), &acknowledged);
            let pid = app.at.server().pid().to_string();
            std::thread::scope(|scope| {
                for lane in 0..4 {
                    let writer = &writer;
                    scope.spawn(move || write_until_it_fails(writer, &format!("Round {round} lane {lane}"), acknowledged));
                }
                // The moment differs from round to round.
                while acknowledged.lock().unwrap().len() < before + 5 + round * 7 {
                    std::thread::yield_now();
                }
                Command::new("kill").args(["-KILL", &pid]).status().unwrap();
            });
            app.crash_and_restart();
        }
        let text = |id: &Value| id.as_str().unwrap().to_owned();
        let kept = app.client().all("contacts", &[("limit", "200"), ("fields", "full_name")], "id");
        let kept: BTreeSet<String> = kept.iter().map(text).collect();
        let acknowledged = acknowledged.into_inner().unwrap();
        let lost = acknowledged.iter().filter(|id| !kept.contains(*id)).count();
        assert_eq!(lost, 0, "of {} acknowledged", acknowledged.len());
        app.at.kill();
        app.at.settings.run(&["check"]);
    }
}

/// Creates contacts and notes the id of each that was answered with 201, until the connection breaks.
fn write_until_it_fails(writer: &Client, name: &str, acknowledged: &Mutex<Vec<String>>) {
    for n in 0.. {
        let body = json!({"full_name": format!("{name} number {n}")}).to_string();
        let headers = [("content-type", "application/json")];
        match writer.try_send(Method::POST, "contacts", &headers, body.as_bytes()) {
            Ok(reply) if reply.status == 201 => {
                let id = reply.body()["id"].as_str().unwrap().to_owned();
                acknowledged.lock().unwrap().push(id);
            }
            _ => return,
        }
    }
}
