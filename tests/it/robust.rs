//! No request, however odd, is answered with a fault of the server.

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Map, Value, json};

use crate::bodies::{id, make, minimal, version};

/// Text that trips parsers, databases and clocks.
const ODD_TEXTS: [&str; 16] = [
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "\u{feff}",
    "\u{200b}",
    "\u{10ffff}",
    "'; DROP TABLE contacts; --",
    "%",
    "\\",
    "\"",
    "NaN",
    "-1",
    "99999999999999999999999",
    "0001-01-01",
    "9999-12-31T23:59:59.999999999Z",
];

/// Filters that parse, or nearly, and reach far.
const ODD_FILTERS: [&str; 14] = [
    "created_at > today+999999999y",
    "created_at > now-9999999999999h",
    "created_at < this_week-9999mo",
    "created_at = 0001-01-01",
    "created_at >= 9999-12-31",
    "version > 99999999999999999999",
    "version = -9223372036854775808",
    "full_name = \"\u{0}\"",
    "source = \"a\u{0}b\"",
    "full_name ~ \"\u{200b}\"",
    "tags has \"x\"",
    "owner_id in (me, me, me)",
    "((((city = a))))",
    "city = a and",
];

fn odd_values() -> Vec<Value> {
    let mut odd: Vec<Value> = ODD_TEXTS.iter().map(|text| json!(text)).collect();
    odd.extend([
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
    ]);
    odd.extend([
        json!([]),
        json!({}),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!([{"value": "\u{0}"}]),
        json!({"value": 5}),
    ]);
    odd.extend([json!("x".repeat(70_000)), json!(vec!["a"; 300])]);
    odd
}

#[track_caller]
fn sound(reply: &relasi_tests::Reply, about: &str) {
    assert!(
        reply.status < 500,
        "{} {about}: {} {}",
        reply.request,
        reply.status,
        reply.text()
    );
    if reply.status >= 400 {
        assert!(
            reply
                .header("content-type")
                .starts_with("application/problem+json"),
            "{} {about}",
            reply.request
        );
    }
}

/// The properties of a body, references followed.
fn properties(document: &Value, operation: &Value) -> Map<String, Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let named = schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix('#'))
        .and_then(|at| document.pointer(at));
    named.unwrap_or(schema)["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default()
}

/// The same path with ids that exist where the tests know one.
fn filled(client: &Client, path: &str) -> String {
    let plural = path
        .trim_start_matches("/api/v1/")
        .split('/')
        .next()
        .unwrap();
    let object = relasi_domain::OBJECTS
        .iter()
        .find(|object| object.plural == plural);
    let known = object
        .filter(|_| path.contains("{id}"))
        .map(|object| id(&make(client, object.name)));
    let known = known.unwrap_or_else(|| "0198c0de-0000-7000-8000-000000000000".to_owned());
    path.replace("{id}", &known).replace("{token}", "\u{e0}odd")
}

on_both! {
    fn odd_members_are_refused_or_taken(app: TestApp) {
        let client = app.client();
        let document = app.anonymous().get("/api/openapi.json").ok(200);
        for (path, operations) in document["paths"].as_object().unwrap() {
            // Wrong passwords would be throttled, and nothing here may sign the caller out.
            if path.contains("sessions") || path.ends_with("/password") || path.contains("sample-data") {
                continue;
            }
            for (method, operation) in operations.as_object().unwrap() {
                let properties = properties(&document, operation);
                if properties.is_empty() {
                    continue;
                }
                let method: Method = method.to_uppercase().parse().unwrap();
                let at = filled(client, path);
                let plural = path.trim_start_matches("/api/v1/");
                let object = relasi_domain::OBJECTS.iter().find(|object| object.plural == plural);
                let base = object.map_or_else(|| json!({}), |object| minimal(client, object.name));
                for name in properties.keys() {
                    for value in odd_values() {
                        let mut body = base.clone();
                        body[name] = value.clone();
                        let about = format!("{name} = {}", value.to_string().chars().take(80).collect::<String>());
                        let reply = client.json(method.clone(), &at, &[("if-match", "\"1\"")], &body);
                        sound(&reply, &about);
                    }
                }
            }
            // Some are required from now on, and the records of later paths have no value for them.
            if path.contains("custom-fields") {
                for field in client.all("custom-fields", &[("limit", "200")], "id") {
                    let at = format!("custom-fields/{}", field.as_str().unwrap());
                    client.delete(&at, version(&client.get(&at).ok(200))).ok(204);
                }
            }
        }
    }

    fn odd_parameters_are_refused_or_taken(app: TestApp) {
        let client = app.client();
        make(client, "contact");
        let document = app.anonymous().get("/api/openapi.json").ok(200);
        for (path, operations) in document["paths"].as_object().unwrap() {
            let at = filled(client, path);
            for parameter in operations["get"]["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                for value in ODD_TEXTS.iter().chain(&ODD_FILTERS) {
                    sound(&client.list(&at, &[(name, value)]), &format!("{name} = {value}"));
                }
                sound(&client.list(&at, &[(name, &"x".repeat(6_000))]), name);
            }
        }
        for broken in ["contacts?q=%ff%fe", "contacts?q=%", "contacts?filter=%00", "contacts?=&&&", "search?q=%00", "contacts?limit=1&limit=2"] {
            sound(&client.get(broken), broken);
        }
        for path in ["contacts/%00", "contacts/..%2f..", "contacts/%ff", "contacts//", "contacts/0198C0DE-0000-7000-8000-000000000000", "%00"] {
            sound(&client.get(path), path);
        }
    }

    fn odd_headers_are_refused_or_overlooked(app: TestApp) {
        let client = app.client();
        let at = format!("contacts/{}", id(&make(client, "contact")));
        let long = "9".repeat(3_000);
        for tag in ["", "*", "\"\"", "W/\"1\"", "\"1", "1", "\"-1\"", "\"99999999999999999999\"", "\"a\"", "\"1\", \"2\"", &long] {
            sound(&client.send(Method::GET, &at, &[("if-none-match", tag)], &[]), tag);
            sound(&client.json(Method::PATCH, &at, &[("if-match", tag)], &json!({"city": "x"})), tag);
        }
        for key in ["", " ", "a b", &"k".repeat(255), &"k".repeat(256), &long] {
            sound(&client.json(Method::POST, "contacts", &[("idempotency-key", key)], &json!({"full_name": "Siti"})), key);
        }
        for language in ["", "*", "th;q=abc", "xx-YY,zz", &long] {
            sound(&client.send(Method::GET, "contacts/x", &[("accept-language", language)], &[]), language);
        }
        for token in ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c"] {
            let reply = app.anonymous().send(Method::GET, "contacts", &[("authorization", token)], &[]);
            assert_eq!(reply.status, 401, "{token}");
        }
        let wrong = client.send(Method::PATCH, "contacts", &[], &[]);
        assert_eq!(wrong.header("allow"), "GET, HEAD, POST", "what would be allowed is said");
        wrong.problem(405, "method_not_allowed");
    }

    fn cursors_that_somebody_wrote_are_refused(app: TestApp) {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as CODE};
        let client = app.client();
        for _ in 0..3 {
            make(client, "contact");
        }
        let page = client.list("contacts", &[("limit", "1"), ("sort", "full_name")]).ok(200);
        let honest = CODE.decode(page["next_cursor"].as_str().unwrap()).unwrap();
        let honest: Value = serde_json::from_slice(&honest).unwrap();
        let written = |last: Value| CODE.encode(json!([honest[0], last]).to_string());
        for last in [json!([]), json!(["a"]), json!(["a", "b", "c"]), json!([1, 2]), json!([null, null]), json!([{}, []]), json!(["\u{0}", "\u{0}"])] {
            let reply = client.list("contacts", &[("sort", "full_name"), ("cursor", &written(last.clone()))]);
            assert_eq!(reply.status, 422, "{last}: {}", reply.text());
            assert_eq!(reply.faults(), ["?cursor bad_cursor"], "{last}");
        }
        let at = format!("contacts/{}", page["items"][0]["id"].as_str().unwrap());
        for last in [json!([1, "\u{0}"]), json!(["a", 1]), json!([]), json!(5)] {
            let cursor = CODE.encode(last.to_string());
            for path in [format!("{at}/timeline"), format!("{at}/history"), "notifications".to_owned()] {
                sound(&client.list(&path, &[("cursor", &cursor)]), &last.to_string());
            }
        }
    }
}
