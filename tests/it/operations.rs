//! What an operator relies on.

use std::process::Command;

use relasi_tests::{Empty, Method, TestApp, on_both};
use serde_json::json;

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
        let mut acknowledged = Vec::new();
        for round in 0..10 {
            let writer = app.client().clone();
            let pid = app.at.server().pid().to_string();
            let made = std::thread::scope(|scope| {
                let writers: Vec<_> = (0..4).map(|lane| { let writer = &writer; scope.spawn(move || {
                    let mut made = Vec::new();
                    for n in 0.. {
                        let body = json!({"full_name": format!("Round {round} lane {lane} number {n}")}).to_string();
                        let headers = [("content-type", "application/json")];
                        let Ok(reply) = writer.try_send(Method::POST, "contacts", &headers, body.as_bytes()) else { break };
                        if reply.status != 201 { break }
                        made.push(reply.body()["id"].as_str().unwrap().to_owned());
                    }
                    made
                })}).collect();
                // The moment differs from round to round: after so many answers to somebody else.
                for _ in 0..(5 + round * 7) {
                    writer.get("contacts?limit=1").ok(200);
                }
                Command::new("kill").args(["-KILL", &pid]).status().unwrap();
                writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
            });
            assert!(!made.is_empty(), "round {round} wrote nothing");
            acknowledged.extend(made);
            app.crash_and_restart();
        }
        let mut kept: Vec<String> =
            app.client().all("contacts", &[("limit", "200"), ("fields", "id")], "id").iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        kept.sort();
        let lost: Vec<_> = acknowledged.iter().filter(|id| kept.binary_search(id).is_err()).collect();
        assert!(lost.is_empty(), "{} of {} lost", lost.len(), acknowledged.len());
        app.at.kill();
        app.at.settings.run(&["check"]);
    }
}
