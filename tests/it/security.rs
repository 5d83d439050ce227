//! What browsers are told, whom the server believes, and how it refuses.

use relasi_tests::{Backend, Client, Method, PASSWORD, Reply, Start as _, TestApp};
use serde_json::{Value, json};

use crate::bodies;

const LANGUAGES: [&str; 3] = ["en", "id", "th"];

/// Every rule of an answer that refuses.
#[track_caller]
pub fn explains_itself(reply: &Reply, language: &str) {
    let text = reply.text();
    let at = format!("{}: {} {text}", reply.request, reply.status);
    assert!(
        reply
            .header("content-type")
            .starts_with("application/problem+json"),
        "{at}"
    );
    assert_eq!(reply.header("cache-control"), "no-store", "{at}");
    let problem = reply.body();
    assert_eq!(problem["status"], reply.status, "{at}");
    assert_eq!(problem["request_id"], reply.header("x-request-id"), "{at}");
    let code = problem["code"]
        .as_str()
        .unwrap_or_else(|| panic!("no code: {at}"));
    assert_eq!(
        problem["type"],
        format!("urn:relasi:problem:{code}"),
        "{at}"
    );
    said_in(
        language,
        &problem["title"],
        &format!("problem.{code}"),
        &at,
        &Value::Null,
    );
    for error in problem["errors"].as_array().into_iter().flatten() {
        assert!(error["pointer"].is_string(), "{at}");
        said_in(
            language,
            &error["detail"],
            &format!("fault.{}", error["code"].as_str().unwrap_or_default()),
            &at,
            &error["params"],
        );
    }
}

#[track_caller]
fn said_in(language: &str, text: &Value, key: &str, at: &str, quoted: &Value) {
    let text = text.as_str().unwrap_or_default();
    assert!(!text.is_empty() && text != key, "no text for {key}: {at}");
    let thai = |text: &str| {
        text.chars()
            .any(|letter| ('\u{e00}'..='\u{e7f}').contains(&letter))
    };
    // A text in another language may quote Thai from the request.
    assert!(
        if language == "th" {
            thai(text)
        } else {
            !thai(text) || thai(&quoted.to_string())
        },
        "{key} in {language}: {at}"
    );
}

/// Answers of every kind: records, refusals, pages, files, probes.
fn answers(app: &TestApp) -> Vec<Reply> {
    let asset = crate::spa::asset(&app.anonymous(), ".css");
    let (client, nobody) = (app.client(), app.anonymous());
    let mut all = vec![
        client.get("contacts"),
        client.post("contacts", &json!({})),
        nobody.get("contacts"),
        nobody.get("/api/none"),
    ];
    all.extend(
        [
            "/",
            "/contacts/1",
            "/none.js",
            "/livez",
            "/readyz",
            "/api/docs",
            "/api/docs/docs.js",
            "/api/openapi.json",
            &asset,
        ]
        .map(|path| nobody.get(path)),
    );
    all.push(nobody.send(Method::POST, "/", &[], b"a"));
    all.push(nobody.send(
        Method::OPTIONS,
        "contacts",
        &[("origin", "https://evil.example")],
        &[],
    ));
    all.push(nobody.post(
        "sessions",
        &json!({"email": app.owner.email, "password": PASSWORD}),
    ));
    all
}

#[test]
fn every_answer_tells_browsers_to_be_careful() {
    let app = TestApp::start(Backend::Sqlite);
    for reply in answers(&app) {
        let at = format!("{} {}", reply.request, reply.status);
        let policy = reply.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
        ] {
            assert!(policy.contains(part), "{part}: {at}");
        }
        assert!(
            !policy.contains("unsafe-inline")
                && !policy.contains("'unsafe-eval'")
                && !policy.contains('*'),
            "{policy}: {at}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), value, "{name}: {at}");
        }
        for name in [
            "server",
            "x-powered-by",
            "access-control-allow-origin",
            "strict-transport-security",
        ] {
            assert_eq!(reply.header(name), "", "{name}: {at}");
        }
        if reply.request.contains("contacts") && !reply.request.contains("/contacts/")
            || reply.request.contains("sessions")
        {
            assert_eq!(reply.header("cache-control"), "no-store", "{at}");
        }
        assert!(
            !reply.header("x-request-id").is_empty() && reply.status < 500,
            "{at}"
        );
    }
}

#[test]
fn over_https_browsers_stay_with_it_and_cookies_are_secure() {
    let app = TestApp::with(Backend::Sqlite, &[("RELASI_HTTPS", "true")]);
    for reply in answers(&app) {
        assert_eq!(
            reply.header("strict-transport-security"),
            "max-age=63072000; includeSubDomains",
            "{}",
            reply.request
        );
    }
    let session = app.anonymous().post(
        "sessions",
        &json!({"email": app.owner.email, "password": PASSWORD}),
    );
    let cookie = session.header("set-cookie");
    for part in [
        "__Host-relasi_rt=",
        "; Secure",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
    ] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
}

#[test]
fn only_a_trusted_proxy_says_where_people_are() {
    for (trusted, expected) in [
        ("", "127.0.0.1"),
        ("192.0.2.1", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7"),
    ] {
        let environment = [("RELASI_TRUSTED_PROXIES", trusted)];
        let app = TestApp::with(
            Backend::Sqlite,
            if trusted.is_empty() {
                &[]
            } else {
                &environment
            },
        );
        let headers = [
            ("x-forwarded-for", "203.0.113.1, 198.51.100.7"),
            ("content-type", "application/json"),
        ];
        let body = json!({"email": app.owner.email, "password": PASSWORD}).to_string();
        let session = app
            .anonymous()
            .send(Method::POST, "sessions", &headers, body.as_bytes())
            .ok(200);
        let client = app
            .anonymous()
            .with_token(session["access_token"].as_str().unwrap());
        let sessions = client.get("sessions").ok(200);
        let current = sessions["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["current"] == true)
            .unwrap();
        assert_eq!(current["ip"], expected, "trusted: {trusted}");
    }
}

#[test]
fn methods_that_nobody_offers_are_refused_with_those_that_are() {
    let app = TestApp::start(Backend::Sqlite);
    let id = bodies::id(&bodies::make(app.client(), "contact"));
    for (path, offered) in [
        ("contacts", "GET, HEAD, POST"),
        (&format!("contacts/{id}"), "DELETE, GET, HEAD, PATCH, PUT"),
        ("sessions/current", "DELETE"),
        ("/", "GET, HEAD"),
    ] {
        for method in ["TRACE", "BREW", "PROPFIND", "OPTIONS"] {
            let reply = app.client().send(method.parse().unwrap(), path, &[], &[]);
            assert_eq!(reply.header("allow"), offered, "{method} {path}");
            reply.problem(405, "method_not_allowed");
        }
    }
    for language in LANGUAGES {
        let client = app.client().in_language(language);
        for reply in [
            client.get("none"),
            client.get("/api/none"),
            client.get("/assets/none.js"),
            client.send(Method::DELETE, "contacts", &[], &[]),
            client.get("contacts?nonsense=1"),
        ] {
            explains_itself(&reply, language);
        }
    }
}

/// A client that speaks one of the languages, and which.
pub fn speaking(client: &Client, number: usize) -> (Client, &'static str) {
    let language = LANGUAGES[number % LANGUAGES.len()];
    (client.in_language(language), language)
}
