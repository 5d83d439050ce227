//! A blocking HTTP client that keeps a token, a language and cookies, and answers that explain themselves when a test fails.

use std::time::Duration;

use serde_json::Value;
pub use ureq::http::Method;
use ureq::{Agent, http};

use crate::path::{encoded, query};

/// Somebody who talks to a server.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    pub(crate) base: String,
    /// Access token, sent with every request when there is one.
    pub token: Option<String>,
    /// `Accept-Language` of every request.
    pub language: &'static str,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The request in short, for messages.
    pub request: String,
    /// Status code.
    pub status: u16,
    /// All headers.
    pub headers: http::HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Client {
    /// A client without a token for the server at `base`, for example `http://127.0.0.1:7300`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        Self {
            agent: config.new_agent(),
            base: base.to_owned(),
            token: None,
            language: "en",
        }
    }

    /// The same connection settings with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same in another language: `en`, `id` or `th`.
    pub fn in_language(&self, language: &'static str) -> Self {
        Self {
            language,
            ..self.clone()
        }
    }

    /// The same without a token.
    pub fn anonymous(&self) -> Self {
        Self {
            token: None,
            ..self.clone()
        }
    }

    /// Sends a request with any headers and body. Paths beginning with `/` are taken from the root of the server,
    /// others from `/api/v1/`.
    ///
    /// # Panics
    /// When the server cannot be reached.
    #[track_caller]
    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_send(method, path, headers, body)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Like [`Self::send`], for tests in which the server may die.
    ///
    /// # Errors
    /// When the connection fails before the answer is complete.
    pub fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Reply, String> {
        let request = format!("{method} {path}");
        let url = if path.starts_with('/') {
            format!("{}{}", self.base, encoded(path))
        } else {
            format!("{}/api/v1/{}", self.base, encoded(path))
        };
        let mut builder = http::Request::builder()
            .method(method)
            .uri(url)
            .header("accept-language", self.language);
        if let Some(token) = &self.token {
            builder = builder.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let fault = |error: &dyn std::fmt::Display| format!("{request}: {error}");
        // A GET with an empty body must have no body at all.
        let mut response = if body.is_empty() {
            self.agent.run(builder.body(()).map_err(|e| fault(&e))?)
        } else {
            let request = builder.body(body).map_err(|e| fault(&e))?;
            self.agent.run(request)
        }
        .map_err(|e| fault(&e))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_vec()
            .map_err(|e| fault(&e))?;
        Ok(Reply {
            request,
            status,
            headers,
            bytes,
        })
    }

    /// A request with a JSON body.
    #[track_caller]
    pub fn json(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Reply {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send(method, path, &all, body.to_string().as_bytes())
    }

    /// `GET`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], &[])
    }

    /// `POST` of a JSON body.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.json(Method::POST, path, &[], body)
    }

    /// A verb of a record: `POST` with `If-Match`.
    #[track_caller]
    pub fn verb(&self, path: &str, version: i64, body: &Value) -> Reply {
        self.json(Method::POST, path, &[("if-match", &etag(version))], body)
    }

    /// `PATCH` of the record as it was read or made, with its version.
    #[track_caller]
    pub fn patch(&self, path: &str, version: i64, body: &Value) -> Reply {
        self.json(Method::PATCH, path, &[("if-match", &etag(version))], body)
    }

    /// `DELETE` with a version.
    #[track_caller]
    pub fn delete(&self, path: &str, version: i64) -> Reply {
        self.send(Method::DELETE, path, &[("if-match", &etag(version))], &[])
    }

    /// Makes a record and returns it.
    #[track_caller]
    pub fn create(&self, plural: &str, body: &Value) -> Value {
        self.post(plural, body).ok(201)
    }

    /// A list with parameters, which are encoded: `client.list("contacts", &[("filter", "city = \"Bandung\"")])`.
    #[track_caller]
    pub fn list(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        self.get(&query(path, parameters))
    }

    /// The value of `field` of each record of all pages of a list.
    #[track_caller]
    pub fn all(&self, path: &str, parameters: &[(&str, &str)], field: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut page = parameters.to_vec();
            if let Some(cursor) = &cursor {
                page.push(("cursor", cursor));
            }
            let answer = self.list(path, &page).ok(200);
            let items = answer["items"].as_array().expect("a list has items");
            found.extend(items.iter().map(|item| item[field].clone()));
            cursor = answer["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return found;
            }
        }
    }
}

impl Reply {
    /// A header as text, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON, `null` when there is none.
    #[track_caller]
    pub fn body(&self) -> Value {
        if self.bytes.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|e| panic!("{}: not JSON ({e}): {}", self.request, self.text()))
    }

    /// The body, when the status is the expected one.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.request, self.text());
        self.body()
    }

    /// The body of an RFC 9457 problem with this status and code; every rule for problems is checked on the way.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let text = self.text();
        assert_eq!(self.status, status, "{}: {text}", self.request);
        assert!(
            self.header("content-type")
                .starts_with("application/problem+json"),
            "{}: {text}",
            self.request
        );
        let problem = self.body();
        assert_eq!(problem["code"], code, "{}: {text}", self.request);
        assert_eq!(
            problem["type"],
            format!("urn:relasi:problem:{code}"),
            "{text}"
        );
        assert_eq!(problem["status"], status, "{text}");
        for member in ["title", "request_id"] {
            assert!(
                problem[member].as_str().is_some_and(|v| !v.is_empty()),
                "{}: no {member}: {text}",
                self.request
            );
        }
        problem
    }

    /// The codes of a validation problem by their pointers, sorted: `["/emails/0 not_email"]`.
    #[track_caller]
    pub fn faults(self) -> Vec<String> {
        assert_eq!(self.status, 422, "{}: {}", self.request, self.text());
        let body = self.body();
        let errors = body["errors"]
            .as_array()
            .expect("a validation problem has errors");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut faults: Vec<_> = errors
            .iter()
            .map(|e| format!("{} {}", text(&e["pointer"]), text(&e["code"])))
            .collect();
        faults.sort();
        faults
    }
}

/// The `ETag` of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}
