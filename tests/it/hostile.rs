//! Requests that try to break something: too large, too deep, no text, out of the folder.

use relasi_tests::{Backend, Method, Reply, Start as _, TestApp, on_both};
use serde_json::{Value, json};

use crate::{bodies, raw::Connection, security::explains_itself};

#[test]
fn what_is_too_large_is_refused_early() {
    let app = TestApp::start(Backend::Sqlite);
    let body = json!({"full_name": "a".repeat(1 << 20)});
    app.client()
        .post("contacts", &body)
        .problem(413, "too_large");
    assert_eq!(
        app.client()
            .get(&format!("contacts?q={}", "a".repeat(60_000)))
            .status,
        200,
        "nothing is called so"
    );
    let address = app.at.server().address();
    // Announced only: refused before it is sent.
    let token = app.client().token.clone().unwrap();
    let head = format!(
        "POST /api/v1/contacts HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n"
    );
    let announced = Connection::open(address)
        .send(format!("{head}content-length: 99999999999\r\n\r\n").as_bytes())
        .answer()
        .unwrap();
    assert_eq!(
        (announced.status, &announced.json()["code"]),
        (413, &json!("too_large"))
    );
    // Without end.
    let mut endless = Connection::open(address);
    endless.send(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes());
    for _ in 0..40 {
        endless.send(format!("10000\r\n{}\r\n", " ".repeat(1 << 16)).as_bytes());
    }
    assert_eq!(endless.answer().map_or(413, |answer| answer.status), 413);
    for request in [
        format!(
            "GET /api/v1/contacts HTTP/1.1\r\nx-long: {}\r\n\r\n",
            "a".repeat(1 << 20)
        ),
        format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(200_000)),
        format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(50_000)),
        "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n".to_owned(),
        "\0\0\0\r\n\r\n".to_owned(),
    ] {
        let answer = Connection::open(address).send(request.as_bytes()).answer();
        assert!(
            answer
                .as_ref()
                .is_none_or(|answer| (400..500).contains(&answer.status)),
            "{answer:?}"
        );
    }
    app.client().get("contacts").ok(200);
}

#[test]
fn who_sends_nothing_is_hung_up_on() {
    let app = TestApp::start(Backend::Sqlite);
    let mut slow = Connection::open(app.at.server().address());
    let answer = slow.send(b"GET / HTTP/1.1\r\nx-slow: a").answer();
    assert!(
        answer.as_ref().is_none_or(|answer| answer.status == 408),
        "{answer:?}"
    );
    assert!(slow.answer().is_none(), "the connection is closed");
}

#[test]
fn no_path_leads_out_of_the_app() {
    let app = TestApp::start(Backend::Sqlite);
    let address = app.at.server().address();
    for up in [
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..%5c",
        "..\\",
        "%252e%252e%252f",
        "./..//",
        "....//",
    ] {
        for base in ["/", "/assets/", "/api/docs/", "/api/v1/contacts/"] {
            for target in ["Cargo.toml", "etc/passwd", "data/relasi.db"] {
                let path = format!("{base}{}{target}", up.repeat(8));
                let answer = Connection::open(address).get(&path);
                let body = String::from_utf8_lossy(&answer.body);
                let page = answer.status == 200 && body.starts_with("<!doctype html>");
                assert!(
                    page || (400..500).contains(&answer.status),
                    "{path}: {} {body}",
                    answer.status
                );
            }
        }
    }
}

on_both! {
    fn no_parameter_carries_what_a_database_cannot_store(app: TestApp) {
        let client = app.client();
        let upload = client.send(Method::POST, "imports?file_name=a%00.csv", &[], b"Name\nSiti\n");
        assert_eq!(upload.faults(), ["?file_name control_character"]);
        assert_eq!(client.get("audit-entries?object=%00").faults(), ["?object control_character"]);
        assert_eq!(client.get("contacts?limit=1%00").status, 422);
        assert_eq!(client.get("contacts?%00=1").status, 422);
    }

    fn text_that_no_database_holds_is_refused(app: TestApp) {
        let client = app.client();
        for object in relasi_domain::OBJECTS {
            for field in bodies::writable(object).filter(|field| matches!(field.kind, relasi_domain::field::Kind::Text { .. } | relasi_domain::field::Kind::LongText { .. })) {
                let body = bodies::merged(bodies::minimal(client, object.name), &json!({&*field.name: "a\0b"}));
                let faults = client.post(object.plural, &body).faults();
                assert!(faults[0].starts_with(&format!("/{} ", field.name)), "{}.{}: {faults:?}", object.name, field.name);
            }
        }
        let nested = json!({"full_name": "Siti", "emails": [{"value": "a@b.example", "label": "a\0b"}], "phones": [{"value": "0812\0 345678"}]});
        refused(&client.post("contacts", &nested), 422);
        let view = json!({"name": "a", "object": "contact", "columns": [{"field": "a\0b", "width": 5}], "filter": "city = \"a\0b\""});
        refused(&client.post("saved-views", &view), 422);
        for body in [json!({"full_name": "a\0b"}), json!({"language": "a\0b"})] {
            refused(&client.json(Method::PATCH, "me", &[], &body), 422);
        }
        for body in [json!({"name": "a\0b"}), json!({"time_zone": "a\0b"})] {
            refused(&client.json(Method::PATCH, "workspace", &[], &body), 422);
        }
        refused(&client.post("invitations", &json!({"email": "a\0b@kopi.example", "role": "member"})), 422);
        refused(&app.anonymous().post("sessions", &json!({"email": "a\0b@kopi.example", "password": "a\0b"})), 422);
        let named = client.send(Method::POST, "contacts", &[("content-type", "application/json")], b"{\"full_name\": \"backslash \\\\u0000\"}");
        assert_eq!(named.ok(201)["full_name"], "backslash \\u0000", "only looks like it");
        for path in ["contacts/%00", "contacts?filter=city = \"a%00b\"", "contacts?sort=%00", "contacts?cursor=%00", "contacts?fields=%00", "invitations/a%00b/preview", "sessions/%00"] {
            let reply = client.send(if path == "sessions/%00" { Method::DELETE } else { Method::GET }, path, &[], &[]);
            assert!(matches!(reply.status, 404 | 422), "{path}: {}", reply.text());
        }
        for path in ["contacts?q=a%00b", "search?q=a%00b", "contacts?q=%00", "contacts/count?q=a%00"] {
            let reply = client.get(path);
            assert!(matches!(reply.status, 200 | 422), "{path}: {}", reply.text());
        }
    }

    fn bytes_that_are_no_text_are_refused(app: TestApp) {
        let client = app.client();
        let json = [("content-type", "application/json")];
        for body in [&b"{\"full_name\": \"\xff\xfe\"}"[..], b"{\"full_name\": \"\\ud800\"}", b"\xff", b"[1]", b"null", b"\"a\"", b"{", b"{\"full_name\":\"a\"}}", b"{\"full_name\":\"a\",\"full_name\":\"b\"}x"] {
            let reply = client.send(Method::POST, "contacts", &json, body);
            assert!(matches!(reply.status, 400 | 422), "{}: {}", String::from_utf8_lossy(body), reply.text());
            explains_itself(&reply, "en");
        }
        for query in ["contacts?filter=%ff%fe", "contacts?q=%ff", "search?q=%ed%a0%80", "contacts/%ff%fe"] {
            let reply = client.get(query);
            assert!(reply.status < 500, "{query}: {}", reply.text());
        }
        refused(&client.send(Method::POST, "contacts", &[("content-type", "text/plain")], b"{}"), 415);
        let latin: &[u8] = b"GET /api/v1/contacts HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \xff\xfe\r\naccept-language: \xff\r\n\r\n";
        let answer = Connection::open(app.at.server().address()).send(latin).answer().unwrap();
        assert_eq!(answer.status, 401);
    }

    fn bombs_do_not_go_off(app: TestApp) {
        let client = app.client();
        let json = [("content-type", "application/json")];
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let depth = 500_000 / open.len();
            let bomb = format!("{{\"full_name\": {}1{}}}", open.repeat(depth), close.repeat(depth));
            refused(&client.send(Method::POST, "contacts", &json, bomb.as_bytes()), 400);
            let shallow = format!("{{\"full_name\": {}1{}}}", open.repeat(100), close.repeat(100));
            refused(&client.send(Method::POST, "contacts", &json, shallow.as_bytes()), 422);
        }
        let many: Vec<Value> = (0..20_000).map(|n| json!({"value": format!("{n}@a.example")})).collect();
        refused(&client.post("contacts", &json!({"full_name": "Siti", "emails": many})), 422);
        let deep = |depth: usize| format!("{}city = a{}", "not (".repeat(depth), ")".repeat(depth));
        let long = format!("city in ({})", vec!["a"; 1_000].join(","));
        let wide = vec!["city = a"; 300].join(" or ");
        let hops = format!("{}name = a", "parent.".repeat(1_000));
        for filter in [&deep(6), &deep(600), &long, &wide, &hops, &"(".repeat(4_000), &"a".repeat(30_000), &format!("city = \"{}\"", "\\\\".repeat(1_500))] {
            let reply = client.list("contacts", &[("filter", filter)]);
            assert!(matches!(reply.status, 200 | 422), "{}", reply.text());
            if reply.status == 422 { explains_itself(&reply, "en") }
        }
        refused(&client.list("contacts", &[("filter", &deep(6))]), 422);
        let keys: Vec<&str> = vec!["city"; 3_000];
        for name in ["sort", "fields", "include"] {
            let reply = client.list("contacts", &[(name, &keys.join(","))]);
            assert!(matches!(reply.status, 200 | 422), "{name}: {}", reply.text());
        }
    }

    fn a_cursor_that_was_changed_is_refused_or_harmless(app: TestApp) {
        let client = app.client();
        for _ in 0..4 {
            bodies::make(client, "contact");
        }
        let sorted = |sort: &str, cursor: &str| client.list("contacts", &[("limit", "2"), ("sort", sort), ("cursor", cursor)]);
        let page = client.list("contacts", &[("limit", "2"), ("sort", "full_name")]).ok(200);
        let cursor = page["next_cursor"].as_str().unwrap().to_owned();
        assert_eq!(sorted("full_name", &cursor).ok(200)["items"].as_array().unwrap().len(), 2);
        refused(&sorted("-created_at", &cursor), 422);
        for at in 0..cursor.len() {
            for other in ["A", "_", "%", "é", ""] {
                let changed = format!("{}{other}{}", &cursor[..at], &cursor[at + 1..]);
                let reply = sorted("full_name", &changed);
                assert!(matches!(reply.status, 200 | 422), "{changed}: {}", reply.text());
            }
        }
        for cursor in ["x", "e30", "W10", "bnVsbA", "null", "[]", &"A".repeat(20_000)] {
            refused(&sorted("full_name", cursor), 422);
        }
    }
}

#[track_caller]
fn refused(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}: {}", reply.request, reply.text());
    explains_itself(reply, "en");
}
