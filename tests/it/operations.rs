//! What an operator relies on.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use relasi_tests::{Backend, Empty, Method, Start as _, TestApp, on_both};
use serde_json::{Value, json};

use crate::{bodies, raw::Connection};

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

    fn a_request_under_way_comes_to_its_end(app: TestApp) {
        let mut app = app;
        app.at.settings.environment.push(("RELASI_DRAIN".to_owned(), "3".to_owned()));
        app.crash_and_restart();
        let address = app.at.server().address().to_owned();
        let token = app.client().token.clone().unwrap();
        let body = json!({"full_name": "Somchai Jaidee"}).to_string();
        let (first, rest) = body.split_at(9);
        let mut writer = Connection::open(&address);
        writer.send(format!(
            "POST /api/v1/contacts HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{first}", body.len(),
        ).as_bytes());
        let pid = app.at.server().pid().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        let limit = Instant::now() + Duration::from_secs(10);
        let told = loop {
            let answer = Connection::open(&address).get("/readyz");
            if answer.status == 503 || Instant::now() > limit {
                break answer;
            }
        };
        assert_eq!((told.status, &told.json()["code"]), (503, &json!("unavailable")));
        assert!(told.head.contains("retry-after:"), "{}", told.head);
        writer.send(rest.as_bytes());
        let made = writer.answer().expect("an answer");
        assert_eq!(made.status, 201, "{made:?}");
        drop(writer);
        let asked = Instant::now();
        assert_eq!(app.at.terminate(), Some(0));
        assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
        app.crash_and_restart();
        app.client().get(&format!("contacts/{}", bodies::id(&made.json()))).ok(200);
    }
}

#[test]
fn a_client_that_never_ends_its_request_does_not_hold_the_server() {
    let mut app = TestApp::start(Backend::Sqlite);
    let mut stuck = Connection::open(app.at.server().address());
    stuck.send(b"POST /api/v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{");
    let asked = Instant::now();
    assert_eq!(app.at.terminate(), Some(0));
    assert!(
        asked.elapsed() < Duration::from_secs(35),
        "{:?}",
        asked.elapsed()
    );
}

/// Everything the server of these settings has logged.
fn logged(app: &TestApp) -> String {
    std::fs::read_to_string(app.at.settings.data_dir.join("server.log")).unwrap()
}

/// A day's work with names that nobody else has, good and bad; the id of one request.
fn a_scenario(app: &TestApp) -> String {
    let client = app.client();
    let secret = |name: &str| format!("canary-{name}@relasi.example");
    let contact = json!({"full_name": "Canary Person", "emails": [{"value": secret("contact")}], "phones": [{"value": "+6281298765432"}]});
    let made = client.send(
        Method::POST,
        "contacts",
        &[
            ("x-request-id", "request-of-the-test"),
            ("content-type", "application/json"),
        ],
        contact.to_string().as_bytes(),
    );
    let id = bodies::id(&made.ok(201));
    client
        .patch(
            &format!("contacts/{id}"),
            1,
            &json!({"description": "canary note"}),
        )
        .ok(200);
    client
        .list(
            "contacts",
            &[
                ("filter", "full_name ~ \"canary\""),
                ("q", &secret("query")),
            ],
        )
        .ok(200);
    client.list("search", &[("q", &secret("search"))]).ok(200);
    client
        .post(
            "contacts",
            &json!({"full_name": 5, "emails": [{"value": "canary-invalid"}]}),
        )
        .problem(422, "invalid");
    let invited = client
        .post(
            "invitations",
            &json!({"email": secret("invited"), "role": "member"}),
        )
        .ok(201);
    let accept = format!("invitations/{}/accept", invited["token"].as_str().unwrap());
    app.anonymous().post(&accept, &json!({"full_name": "Canary Member", "password": "canary hujan sore", "language": "en"})).ok(200);
    for password in ["canary wrong word", "canary hujan sore"] {
        app.anonymous().post(
            "sessions",
            &json!({"email": secret("invited"), "password": password}),
        );
    }
    client
        .send(
            Method::POST,
            "imports?file_name=canary.csv",
            &[],
            b"Name,E-mail\nCanary,canary-import@relasi.example\n",
        )
        .ok(201);
    app.anonymous()
        .with_token("canary.token.abc")
        .get("me")
        .problem(401, "unauthorized");
    app.anonymous()
        .send(
            Method::POST,
            "sessions/refresh",
            &[("x-relasi-refresh", "1"), ("cookie", &app.owner.cookie)],
            &[],
        )
        .ok(200);
    client.get("none").problem(404, "not_found");
    invited["token"].as_str().unwrap().to_owned()
}

#[test]
fn logs_name_requests_and_no_secrets() {
    for (backend, form) in [
        (Backend::Sqlite, "text"),
        (Backend::Sqlite, "json"),
        (Backend::Postgres, "json"),
    ] {
        let app = TestApp::with(
            backend,
            &[("RELASI_LOG", "debug"), ("RELASI_LOG_FORMAT", form)],
        );
        let invitation = a_scenario(&app);
        let log = logged(&app);
        let token = app.client().token.clone().unwrap();
        let cookie = app.owner.cookie.split_once('=').unwrap().1;
        for secret in [
            "canary",
            "Canary",
            relasi_tests::PASSWORD,
            "6281298765432",
            &app.owner.email,
            &token,
            cookie,
            &invitation,
        ] {
            let line = log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{backend:?} {form}: {secret}");
        }
        let line = log
            .lines()
            .find(|line| line.contains("request-of-the-test"))
            .expect("a line for the request");
        if form == "json" {
            let lines: Vec<Value> = log
                .lines()
                .filter(|line| !line.starts_with("Relasi is ready"))
                .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
                .collect();
            assert!(lines.iter().all(|line| {
                ["time", "level", "target", "message"]
                    .iter()
                    .all(|name| line[name].is_string())
            }));
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(
                (&line["request_id"], &line["status"], &line["path"]),
                (
                    &json!("request-of-the-test"),
                    &json!(201),
                    &json!("/api/v1/contacts")
                )
            );
        } else {
            assert!(
                line.contains("request_id=\"request-of-the-test\" status=201")
                    || line.contains("status=201"),
                "{line}"
            );
        }
    }
}
