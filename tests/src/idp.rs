//! A sign-in service (`OpenID` Connect) of the tests' own, which does wrong when it is told to.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::{SecretKey, elliptic_curve::sec1::ToEncodedPoint, pkcs8::EncodePrivateKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What we are to the service.
pub const CLIENT_ID: &str = "relasi";
/// What we prove it by; long enough to be the key of an HS256 signature.
pub const CLIENT_SECRET: &str = "rahasia dapur kopi nusantara 2026 sekali";

/// What is wrong with the next ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing.
    Nothing,
    /// The nonce of another sign-in.
    Nonce,
    /// None at all.
    NoNonce,
    /// Another issuer.
    Issuer,
    /// The issuer with a slash more.
    IssuerSlash,
    /// For another client.
    Audience,
    /// For us and for another client.
    Audiences,
    /// It was good an hour ago.
    Expired,
    /// Not signed, `alg` none.
    Unsigned,
    /// Signed with our own secret.
    ClientSecret,
    /// Signed with another key under the name of the right one.
    Key,
    /// The body was changed after signing.
    Body,
    /// There is no ID token.
    Missing,
}

/// Somebody at the service.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// The subject.
    pub sub: String,
    /// The address.
    pub email: String,
    /// Whether the service has checked it; none when it does not say.
    pub verified: Option<bool>,
}

struct Code {
    somebody: Somebody,
    wrong: Wrong,
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

#[derive(Default)]
struct Shared {
    codes: Mutex<HashMap<String, Code>>,
    /// What stands in the document of discovery in another way.
    says: Mutex<Vec<(String, Value)>>,
    made: Mutex<u32>,
}

/// The service. It ends with the process.
#[derive(Clone)]
pub struct Idp {
    /// Its issuer.
    pub issuer: String,
    shared: Arc<Shared>,
}

fn key() -> SecretKey {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("random bytes");
    SecretKey::from_slice(&bytes).expect("nearly all of them are keys")
}

fn signing(key: &SecretKey) -> EncodingKey {
    let der = key.to_pkcs8_der().expect("it has a PKCS #8 form");
    EncodingKey::from_ec_der(der.as_bytes())
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs()
}

impl Default for Idp {
    fn default() -> Self {
        Self::start()
    }
}

impl Idp {
    /// Starts it.
    ///
    /// # Panics
    /// When no port is free.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has one");
        let idp = Self {
            issuer: format!("http://{address}"),
            shared: Arc::default(),
        };
        let (right, other) = (key(), key());
        let serving = idp.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (serving, right, other) = (serving.clone(), right.clone(), other.clone());
                thread::spawn(move || serving.answer(stream, &right, &other));
            }
        });
        idp
    }

    /// Says something else of itself from now on.
    ///
    /// # Panics
    /// Never.
    pub fn say(&self, name: &str, value: Value) {
        let mut says = self.shared.says.lock().expect("no panic");
        says.push((name.to_owned(), value));
    }

    /// Lets somebody in who was sent to `url`; the code and the state that they come back with.
    ///
    /// # Panics
    /// When the address is none that a service takes.
    pub fn approve(&self, url: &str, somebody: &Somebody, wrong: Wrong) -> (String, String) {
        let (at, query) = url.split_once('?').expect("a query");
        assert_eq!(at, format!("{}/authorize", self.issuer));
        let asked = members(query);
        let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
        assert_eq!(get("client_id"), CLIENT_ID);
        assert_eq!(get("response_type"), "code");
        assert_eq!(get("code_challenge_method"), "S256");
        assert!(get("scope").split(' ').any(|scope| scope == "openid"));
        assert!(get("state").len() >= 16 && get("nonce").len() >= 16);
        let mut made = self.shared.made.lock().expect("no panic");
        *made += 1;
        let code = format!("code-{made}");
        let noted = Code {
            somebody: somebody.clone(),
            wrong,
            nonce: get("nonce"),
            challenge: get("code_challenge"),
            redirect_uri: get("redirect_uri"),
        };
        let mut codes = self.shared.codes.lock().expect("no panic");
        codes.insert(code.clone(), noted);
        (code, get("state"))
    }

    fn answer(&self, stream: TcpStream, right: &SecretKey, other: &SecretKey) {
        let Some((path, headers, body)) = request(&stream) else {
            return;
        };
        let (status, answer) = match path.as_str() {
            "/.well-known/openid-configuration" => (200, self.about()),
            "/jwks" => (200, keys(right)),
            "/token" => self.token(&headers, &members(&body), right, other),
            _ => (404, json!({})),
        };
        let text = answer.to_string();
        let mut stream = stream;
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            text.len()
        );
        // Who asked may have gone away.
        let _ = stream.write_all(format!("{head}{text}").as_bytes());
    }

    fn about(&self) -> Value {
        let issuer = &self.issuer;
        let mut about = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        });
        for (name, value) in self.shared.says.lock().expect("no panic").iter() {
            about[name] = value.clone();
        }
        about
    }

    fn token(
        &self,
        headers: &HashMap<String, String>,
        form: &HashMap<String, String>,
        right: &SecretKey,
        other: &SecretKey,
    ) -> (u16, Value) {
        let get = |name: &str| form.get(name).cloned().unwrap_or_default();
        let basic = headers
            .get("authorization")
            .and_then(|header| header.strip_prefix("Basic "))
            .and_then(|coded| STANDARD.decode(coded).ok())
            .map(|bytes| String::from_utf8_lossy(&bytes).replace('+', "%20"));
        let secret = CLIENT_SECRET.replace(' ', "%20");
        if basic != Some(format!("{CLIENT_ID}:{secret}")) {
            return (401, json!({"error": "invalid_client"}));
        }
        // A code is good once, whatever comes of it.
        let code = self
            .shared
            .codes
            .lock()
            .expect("no panic")
            .remove(&get("code"));
        let made = URL_SAFE_NO_PAD.encode(Sha256::digest(get("code_verifier")));
        let fits = |code: &Code| code.challenge == made && code.redirect_uri == get("redirect_uri");
        let Some(code) = code.filter(fits) else {
            return (400, json!({"error": "invalid_grant"}));
        };
        let mut answer = json!({"access_token": "x", "token_type": "Bearer", "expires_in": 60});
        if code.wrong != Wrong::Missing {
            answer["id_token"] = json!(self.id_token(&code, right, other));
        }
        (200, answer)
    }

    fn id_token(&self, code: &Code, right: &SecretKey, other: &SecretKey) -> String {
        let Code {
            somebody, wrong, ..
        } = code;
        let expires = if *wrong == Wrong::Expired {
            now() - 3600
        } else {
            now() + 300
        };
        let mut claims = json!({
            "iss": self.issuer, "sub": somebody.sub, "aud": CLIENT_ID, "exp": expires, "iat": now() - 7000, "nonce": code.nonce,
            "email": somebody.email, "name": "Siti dari Layanan",
        });
        if let Some(verified) = somebody.verified {
            claims["email_verified"] = json!(verified);
        }
        match wrong {
            Wrong::Nonce => claims["nonce"] = json!("another-nonce-of-somebody-else"),
            Wrong::NoNonce => _ = claims.as_object_mut().expect("an object").remove("nonce"),
            Wrong::Issuer => claims["iss"] = json!("https://evil.example"),
            Wrong::IssuerSlash => claims["iss"] = json!(format!("{}/", self.issuer)),
            Wrong::Audience => claims["aud"] = json!("another"),
            Wrong::Audiences => claims["aud"] = json!([CLIENT_ID, "another"]),
            _ => {}
        }
        let header = |alg| Header {
            kid: Some("satu".to_owned()),
            ..Header::new(alg)
        };
        let signed = |key: &SecretKey| {
            jsonwebtoken::encode(&header(Algorithm::ES256), &claims, &signing(key)).expect("signs")
        };
        match wrong {
            Wrong::Unsigned => {
                let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
                format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims))
            }
            Wrong::ClientSecret => {
                let key = EncodingKey::from_secret(CLIENT_SECRET.as_bytes());
                jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).expect("signs")
            }
            Wrong::Key => signed(other),
            Wrong::Body => {
                let token = signed(right);
                let parts: Vec<&str> = token.split('.').collect();
                claims["sub"] = json!("somebody-else");
                let body = URL_SAFE_NO_PAD.encode(claims.to_string());
                format!("{}.{body}.{}", parts[0], parts[2])
            }
            _ => signed(right),
        }
    }
}

fn keys(key: &SecretKey) -> Value {
    let point = key.public_key().to_encoded_point(false);
    let part = |bytes: Option<&[u8]>| URL_SAFE_NO_PAD.encode(bytes.expect("a whole point"));
    let x = part(point.x().map(AsRef::as_ref));
    let y = part(point.y().map(AsRef::as_ref));
    json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "satu", "x": x, "y": y}]})
}

/// The members of a form or query.
pub fn members(text: &str) -> HashMap<String, String> {
    let plain = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            let coded = || -> Option<u8> {
                let digits = [rest.clone().next()?, rest.clone().nth(1)?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()
            };
            match byte {
                b'+' => bytes.push(b' '),
                b'%' => {
                    bytes.extend(coded());
                    rest.nth(1);
                }
                other => bytes.push(other),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

fn request(stream: &TcpStream) -> Option<(String, HashMap<String, String>, String)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length: usize = headers
        .get("content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, headers, String::from_utf8_lossy(&body).into_owned()))
}
