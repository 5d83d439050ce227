//! Two nodes on one PostgreSQL count the requests of machines together.

use std::time::Instant;

use relasi_tests::{Backend, Client, Reply, TestApp};
use serde_json::json;

/// Requests of one key in a minute.
const LIMIT: u64 = 40;

fn key(owner: &Client) -> String {
    let body = json!({"name": "Mesin", "scopes": ["see"]});
    let made = owner.post("api-keys", &body).ok(201);
    made["token"].as_str().expect("shown once").to_owned()
}

/// What `RateLimit` says is left of the limit of this name.
fn left(reply: &Reply, name: &str) -> u64 {
    let header = reply.header("ratelimit").to_owned();
    let one = header
        .split(", ")
        .find_map(|one| one.strip_prefix(&format!("\"{name}\";r=")));
    let number = one.and_then(|rest| rest.split(';').next());
    number.and_then(|text| text.parse().ok()).expect(&header)
}

fn nodes(environment: &[(&str, &str)]) -> (TestApp, relasi_tests::Server) {
    let app = TestApp::with(Backend::Postgres, environment);
    let second = app.at.settings.serve();
    (app, second)
}

#[test]
fn c4_two_nodes_let_no_more_through_than_one_limit() {
    let limit = LIMIT.to_string();
    let (app, second) = nodes(&[("RELASI_KEY_RATE", &limit)]);
    let token = key(app.client());
    let callers = [
        app.anonymous().with_token(&token),
        second.client().with_token(&token),
    ];
    // Who calls a single time is told the same by both.
    let first = callers[0].get("contacts");
    assert_eq!(left(&first, "key"), LIMIT - 1);
    first.ok(200);
    let begun = Instant::now();
    let mut passed = 1;
    let mut told = Vec::new();
    for n in 0..2 * LIMIT {
        let reply = callers[usize::try_from(n % 2).expect("0 or 1")].get("contacts");
        if reply.status == 429 {
            let wait: u64 = reply.header("retry-after").parse().expect("seconds");
            assert!((1..=3).contains(&wait), "{wait}");
            assert_eq!(left(&reply, "key"), 0);
            reply.problem(429, "throttled");
        } else {
            told.push(left(&reply, "key"));
            reply.ok(200);
            passed += 1;
        }
    }
    // What came back within the time may be used as well.
    let back = begun.elapsed().as_millis() * u128::from(LIMIT) / 60_000;
    let most = LIMIT + u64::try_from(back).expect("few") + 1;
    assert!(passed <= most, "{passed} of {most} passed");
    assert!(passed >= LIMIT - 2, "{passed} passed");
    // Neither node promises much more than there is: the other one has a twentieth in hand at most.
    let after: Vec<u64> = (0..).zip(&told).map(|(n, told)| told + n).collect();
    let promised = after.iter().max().expect("some");
    assert!(*promised <= most + 2, "{told:?}");
}

#[test]
fn c4_keys_of_a_workspace_share_a_limit_on_all_nodes() {
    let (app, second) = nodes(&[
        ("RELASI_KEY_RATE", "30"),
        ("RELASI_WORKSPACE_KEY_RATE", "20"),
    ]);
    let callers = [
        app.anonymous().with_token(&key(app.client())),
        second.client().with_token(&key(app.client())),
    ];
    let begun = Instant::now();
    let count = |caller: &Client| {
        (0..15)
            .filter(|_| caller.get("contacts").status == 200)
            .count()
    };
    let passed: usize = callers.iter().map(count).sum();
    let back = usize::try_from(begun.elapsed().as_millis() / 3_000).expect("few");
    assert!((20..=21 + back).contains(&passed), "{passed} passed");
}

#[test]
fn c4_an_inbound_hook_has_one_limit_on_all_nodes() {
    let (app, second) = nodes(&[("RELASI_KEY_RATE", "20")]);
    let hook = json!({"name": "Web", "object": "contact", "mapping": [{"field": "full_name", "from": ["/name"]}]});
    let made = app.client().post("inbound-hooks", &hook).ok(201);
    let token = made["token"].as_str().expect("shown once");
    let begun = Instant::now();
    let mut passed = 0;
    for n in 0..40 {
        let node = [app.anonymous(), second.client()];
        let reply = node[n % 2].post(&format!("inbound/{token}"), &json!({"name": "Siti"}));
        match reply.status {
            202 => passed += 1,
            _ => drop(reply.problem(429, "throttled")),
        }
    }
    let back = usize::try_from(begun.elapsed().as_millis() / 3_000).expect("few");
    assert!((18..=21 + back).contains(&passed), "{passed} passed");
}
