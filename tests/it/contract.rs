//! The OpenAPI document and the server say the same.

use relasi_tests::{Backend, Client, Method, Start, TestApp, on_both};
use serde_json::{Value, json};

/// An id that no record has.
const NOBODY: &str = "0198c0de-0000-7000-8000-000000000000";

/// Method, path as documented, operation.
fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let paths = document["paths"].as_object().expect("a document has paths");
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("a path has operations") {
            let method = method.to_uppercase().parse().expect("a method");
            found.push((method, path.clone(), operation.clone()));
        }
    }
    found
}

/// The path with every parameter filled in.
fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { NOBODY } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn is_public(operation: &Value) -> bool {
    let open = |scheme: &Value| scheme.as_object().is_some_and(serde_json::Map::is_empty);
    operation["security"]
        .as_array()
        .is_none_or(|schemes| schemes.iter().all(open))
}

fn document(client: &Client) -> Value {
    client.get("/api/openapi.json").ok(200)
}

/// A request to an operation that has no business with a real record.
fn attempt(client: &Client, method: &Method, path: &str, body: &Value) -> relasi_tests::Reply {
    if *method == Method::GET {
        client.get(path)
    } else {
        client.json(method.clone(), path, &[("if-match", "\"1\"")], body)
    }
}

#[test]
fn the_committed_document_is_the_served_one() {
    let app = TestApp::start(Backend::Sqlite);
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
    let committed: Value =
        serde_json::from_str(&std::fs::read_to_string(committed).unwrap()).unwrap();
    assert_eq!(committed, document(&app.anonymous()), "make openapi");
}

#[test]
fn every_operation_and_every_property_is_explained() {
    let app = TestApp::start(Backend::Sqlite);
    let document = document(&app.anonymous());
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = Vec::new();
    for (method, path, operation) in operations(&document) {
        let text = |member: &str| operation[member].as_str().unwrap_or_default().to_owned();
        assert!(
            !text("summary").is_empty(),
            "{method} {path} has no summary"
        );
        assert!(
            !operation["tags"][0].as_str().unwrap_or_default().is_empty(),
            "{method} {path} has no tag"
        );
        ids.push(text("operationId"));
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let about = parameter["description"].as_str().unwrap_or_default();
            assert!(
                !about.is_empty(),
                "{method} {path}: {} is not described",
                parameter["name"]
            );
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert!(
        ids.len() == count && !ids.contains(&String::new()),
        "operation ids repeat or are missing"
    );
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name} is not described");
        for (property, about) in schema["properties"].as_object().into_iter().flatten() {
            let explained = about["description"].is_string() || about["$ref"].is_string();
            assert!(explained, "{name}.{property} is not described");
        }
    }
}

on_both! {
    fn nothing_but_the_documented_entrances_is_open_to_strangers(app: TestApp) {
        let stranger = app.anonymous();
        for (method, path, operation) in operations(&document(&stranger)) {
            if is_public(&operation) {
                continue;
            }
            let reply = attempt(&stranger, &method, &filled(&path), &json!({}));
            assert!(reply.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
            reply.problem(401, "unauthorized");
        }
        let garbage = stranger.with_token("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.");
        garbage.get("contacts").problem(401, "unauthorized");
    }

    fn documented_methods_are_known_and_others_are_refused(app: TestApp) {
        let document = document(app.client());
        let documented = operations(&document);
        // Signing out would end what follows.
        let last = |path: &str| path.ends_with("/sessions/current");
        for path in document["paths"].as_object().unwrap().keys() {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let method: Method = method.parse().unwrap();
                if documented.iter().any(|(m, p, _)| *m == method && p == path) || last(path) {
                    continue;
                }
                // A path with an id may take the request in, as it does for /contacts/{id} and /contacts/count.
                let reply = attempt(app.client(), &method, &filled(path), &json!({}));
                assert!(matches!(reply.status, 404 | 405), "{}: {} {}", reply.request, reply.status, reply.text());
                assert!(reply.header("content-type").starts_with("application/problem+json"), "{}", reply.request);
            }
        }
        for (method, path, _) in documented {
            let reply = attempt(app.client(), &method, &filled(&path), &json!({}));
            assert!(reply.status != 405 && reply.status < 500, "{}: {} {}", reply.request, reply.status, reply.text());
            if reply.status >= 400 {
                assert!(reply.header("content-type").starts_with("application/problem+json"), "{}", reply.request);
                assert!(!reply.header("x-request-id").is_empty(), "{}", reply.request);
            }
            if last(&path) {
                return;
            }
        }
    }

    fn unknown_parameters_and_members_are_refused(app: TestApp) {
        for (method, path, operation) in operations(&document(app.client())) {
            if method == Method::GET && !path.starts_with("/api/v1/setup") {
                let reply = app.client().get(&format!("{}?surprise=1", filled(&path)));
                let takes = operation["parameters"].as_array().into_iter().flatten().any(|p| p["in"] == "query");
                if takes {
                    assert_eq!(reply.status, 422, "{}: {}", reply.request, reply.text());
                    assert_eq!(reply.body()["errors"][0]["pointer"], "?surprise");
                }
            }
            let body = operation["requestBody"]["content"]["application/json"].is_object();
            if body && method == Method::POST && !path.contains('{') {
                let reply = app.client().post(&filled(&path), &json!({"surprise": 1}));
                assert!(matches!(reply.status, 400 | 422), "{}: {} {}", reply.request, reply.status, reply.text());
                assert!(reply.text().contains("surprise") || reply.text().contains("required"), "{}", reply.text());
            }
        }
    }

    fn unknown_paths_are_problems_not_pages(app: TestApp) {
        app.client().get("nothing-here").problem(404, "not_found");
        app.client().get("/api/nothing-here").problem(404, "not_found");
        let reply = app.client().send(Method::POST, "contacts", &[("content-type", "text/plain")], b"hello");
        reply.problem(415, "unsupported_media_type");
        let reply = app.client().send(Method::POST, "contacts", &[("content-type", "application/json")], b"{\"full_name\": ");
        reply.problem(400, "malformed");
        let large = json!({"full_name": "x", "description": "x".repeat(1_200_000)});
        app.client().post("contacts", &large).problem(413, "too_large");
    }
}
