//! Rubbish for every operation of the document: no failure of the server, and every refusal explains itself.

use relasi_tests::{Client, Member, Method, Reply, TestApp, on_both};
use serde_json::{Map, Value, json};

use crate::{bodies, security};

/// Requests for each operation, unless `RELASI_FUZZ_ROUNDS` says otherwise.
const ROUNDS: usize = 12;
/// Values that somebody once forgot to think of.
const ODD: [&str; 20] = [
    "",
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "1e999",
    "NaN",
    "null",
    "true",
    "'",
    "\"",
    "%",
    "\\",
    "\u{0}",
    "\u{202e}abc",
    "สวัสดี",
    "🦀",
    "' OR 1=1 --",
    "${jndi:ldap://a}",
    "2026-02-30",
];

/// Numbers that look like chance and are the same in every run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % limit
    }

    fn odd(&mut self) -> String {
        match self.below(8) {
            0 => "a".repeat(self.below(3_000)),
            1 => (0..self.below(40))
                .filter_map(|_| char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap_or(0)))
                .collect(),
            _ => ODD[self.below(ODD.len())].to_owned(),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 5 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.0.cast_signed() >> self.below(63)),
            3 => json!(1.5e300),
            4 | 5 => json!(self.odd()),
            6 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => (0..self.below(4))
                .map(|_| (self.odd(), self.value(depth + 1)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
}

/// One documented operation.
struct Operation<'d> {
    method: Method,
    path: &'d str,
    /// Names of query parameters.
    queries: Vec<&'d str>,
    /// Names of the members of its body.
    members: Vec<&'d str>,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            // These would end the session, or take long and say nothing.
            if matches!(
                operation["operationId"].as_str(),
                Some("sign_out" | "load_sample_data")
            ) {
                continue;
            }
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let queries = parameters
                .filter(|one| one["in"] == "query")
                .filter_map(|one| one["name"].as_str())
                .collect();
            let mut schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if let Some(name) = schema["$ref"]
                .as_str()
                .and_then(|name| name.rsplit('/').next())
            {
                schema = &document["components"]["schemas"][name];
            }
            let members = schema["properties"]
                .as_object()
                .into_iter()
                .flat_map(Map::keys)
                .map(String::as_str)
                .collect();
            found.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path,
                queries,
                members,
            });
        }
    }
    found
}

impl Operation<'_> {
    fn send(&self, client: &Client, chance: &mut Chance, ids: &[String]) -> Reply {
        let part = |chance: &mut Chance| match chance.below(3) {
            0 => ids[chance.below(ids.len())].clone(),
            1 => "0198c0de-0000-7000-8000-000000000000".to_owned(),
            _ => escaped(&chance.odd()),
        };
        let filled: Vec<String> = self
            .path
            .split('/')
            .map(|text| {
                if text.starts_with('{') {
                    part(chance)
                } else {
                    text.to_owned()
                }
            })
            .collect();
        let mut queries: Vec<String> = Vec::new();
        for name in self.queries.iter().copied().chain(["nonsense"]) {
            if chance.below(3) == 0 {
                queries.push(format!("{name}={}", escaped(&chance.odd())));
            }
        }
        let path = format!("{}?{}", filled.join("/"), queries.join("&"));
        let body = if self.method == Method::GET {
            Vec::new()
        } else {
            self.body(chance)
        };
        let etag = ["\"1\"", "1", "*", "\"\"", "W/\"9223372036854775808\""][chance.below(5)];
        let kind = [
            "application/json",
            "application/json",
            "application/merge-patch+json",
            "text/plain",
        ][chance.below(4)];
        client.send(
            self.method.clone(),
            &path,
            &[
                ("if-match", etag),
                ("if-none-match", etag),
                ("content-type", kind),
            ],
            &body,
        )
    }

    fn body(&self, chance: &mut Chance) -> Vec<u8> {
        match chance.below(5) {
            0 => (0..chance.below(200))
                .map(|_| u8::try_from(chance.below(256)).unwrap_or(0))
                .collect(),
            1 => chance.value(0).to_string().into_bytes(),
            _ => {
                let chosen: Vec<&str> = self
                    .members
                    .iter()
                    .copied()
                    .filter(|_| chance.below(3) == 0)
                    .collect();
                let body: Map<String, Value> = chosen
                    .into_iter()
                    .map(|name| (name.to_owned(), chance.value(1)))
                    .collect();
                Value::Object(body).to_string().into_bytes()
            }
        }
    }
}

/// Every byte escaped that is not a plain letter or digit, so that any text can be a parameter.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

on_both! {
    fn rubbish_is_refused_in_the_callers_language(app: TestApp) {
        let document = app.client().get("/api/openapi.json").ok(200);
        let ids: Vec<String> = relasi_domain::OBJECTS.iter().map(|object| bodies::id(&bodies::make(app.client(), object.name))).collect();
        let rounds = std::env::var("RELASI_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
        let (mut chance, mut refused) = (Chance(0x5eed_2026), 0);
        let mut sender = app.owner.client.clone();
        for operation in operations(&document) {
            for round in 0..rounds {
                let (client, language) = security::speaking(&sender, round);
                let reply = operation.send(&client, &mut chance, &ids);
                assert!(reply.status < 500, "{}: {} {}", reply.request, reply.status, reply.text());
                if reply.status >= 400 {
                    security::explains_itself(&reply, language);
                    refused += 1;
                }
                if reply.status == 401 && operation.path != "/api/v1/sessions" {
                    sender = Member::sign_in(&app.anonymous(), &app.owner.email).client;
                }
            }
        }
        assert!(refused > 200, "only {refused} requests were refused");
        assert_eq!(app.client().get("/readyz").status, 200);
    }
}
