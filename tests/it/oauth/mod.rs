//! Apps of others: registered, let in by people, and what they may do then.

mod apps;
mod family;
mod protocol;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use relasi_tests::{Client, Method, Reply};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::bodies::fresh;

/// Where the apps of the tests are sent back to.
pub const BACK: &str = "https://kopi.example/back?from=relasi";

/// The example of RFC 7636.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// An app as its maker has it.
#[derive(Clone)]
pub struct App {
    pub id: String,
    pub client_id: String,
    pub secret: Option<String>,
}

/// Registers an app.
#[track_caller]
pub fn app(admin: &Client, confidential: bool, scopes: &[&str]) -> App {
    let body = json!({
        "name": fresh("Aplikasi"), "confidential": confidential, "redirect_uris": [BACK, "http://127.0.0.1/back"], "scopes": scopes,
    });
    let made = admin.post("apps", &body).ok(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    App {
        id: text("id"),
        client_id: text("client_id"),
        secret: made["client_secret"].as_str().map(str::to_owned),
    }
}

/// Members of a form or query.
pub fn coded(members: &[(&str, &str)]) -> String {
    let part = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs = members
        .iter()
        .map(|(name, value)| format!("{}={}", part(name), part(value)));
    pairs.collect::<Vec<_>>().join("&")
}

impl App {
    /// The query with which it sends people, with some members other than usual; an empty one is left out.
    pub fn query(&self, other: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut all = vec![
            ("response_type", "code"),
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", BACK),
            ("state", "s&1"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        all.retain(|(name, _)| other.iter().all(|(given, _)| given != name));
        all.extend(other.iter().filter(|(_, value)| !value.is_empty()));
        coded(&all)
    }

    /// Somebody decides; where they are sent then.
    #[track_caller]
    pub fn decided(&self, person: &Client, allow: bool, other: &[(&str, &str)]) -> String {
        let body = json!({"request": self.query(other), "allow": allow});
        let answer = person.post("oauth/authorization", &body).ok(200);
        answer["redirect_to"].as_str().unwrap().to_owned()
    }

    /// The code that somebody's consent gives.
    #[track_caller]
    pub fn code(&self, person: &Client, other: &[(&str, &str)]) -> String {
        let to = self.decided(person, true, other);
        parameter(&to, "code").unwrap_or_else(|| panic!("no code in {to}"))
    }

    /// Sends a form to the server, with the app's own members added.
    pub fn send(&self, at: &Client, path: &str, members: &[(&str, &str)]) -> Reply {
        let mut all = vec![("client_id", self.client_id.as_str())];
        all.extend(
            self.secret
                .as_deref()
                .map(|secret| ("client_secret", secret)),
        );
        all.retain(|(name, _)| members.iter().all(|(given, _)| given != name));
        all.extend(members);
        form(at, path, &[], &coded(&all))
    }

    /// Exchanges a code, with some members other than usual.
    pub fn exchange(&self, at: &Client, code: &str, other: &[(&str, &str)]) -> Reply {
        let mut all = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        all.retain(|(name, _)| other.iter().all(|(given, _)| given != name));
        all.extend(other);
        self.send(at, "/oauth/token", &all)
    }

    /// Exchanges a refresh token.
    pub fn refresh(&self, at: &Client, token: &str) -> Reply {
        let all = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.send(at, "/oauth/token", &all)
    }

    /// The tokens that somebody's consent leads to.
    #[track_caller]
    pub fn tokens(&self, person: &Client) -> Value {
        let code = self.code(person, &[]);
        self.exchange(person, &code, &[]).ok(200)
    }

    /// A client that calls with what somebody's consent leads to.
    #[track_caller]
    pub fn caller(&self, person: &Client) -> Client {
        person.with_token(token(&self.tokens(person), "access_token"))
    }
}

/// A token of an answer.
pub fn token<'v>(answer: &'v Value, name: &str) -> &'v str {
    answer[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {answer}"))
}

/// Sends a form without a session.
pub fn form(at: &Client, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend(headers);
    at.anonymous()
        .send(Method::POST, path, &all, body.as_bytes())
}

/// A parameter of an address, as it stands there.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(key, _)| *key == name);
    found.next().map(|(_, value)| value.to_owned())
}

/// The error of RFC 6749 that an answer tells, when it is one as it must be.
#[track_caller]
pub fn error(reply: Reply) -> String {
    assert_eq!(
        reply.header("cache-control"),
        "no-store",
        "{}",
        reply.text()
    );
    assert_eq!(reply.header("content-type"), "application/json");
    let body = reply.body();
    let code = token(&body, "error").to_owned();
    let status = if code == "invalid_client" { 401 } else { 400 };
    assert_eq!(reply.status, status, "{}", reply.text());
    code
}
