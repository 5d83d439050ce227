//! What an operator relies on.

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
}
