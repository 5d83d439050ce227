//! A server that receives webhooks, and an app that may call it.

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use relasi_tests::{Backend, Client, Start, TestApp};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::bodies::id;

/// A server that may call this machine.
pub struct Hooked(pub TestApp);

impl Start for Hooked {
    fn start(backend: Backend) -> Self {
        let (name, value) = Receiver::allowed();
        Self(TestApp::with(backend, &[(&name, &value)]))
    }
}

/// What came.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: HashMap<String, String>,
    pub body: Value,
    /// When it came.
    pub at: Instant,
    bytes: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Whether one of its signatures is made with this secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(
            format!(
                "{}.{}.",
                self.header("webhook-id"),
                self.header("webhook-timestamp")
            )
            .as_bytes(),
        );
        mac.update(&self.bytes);
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature")
            .split(' ')
            .any(|signed| signed == wanted)
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: String,
    pub body: String,
    pub after: Duration,
}

impl Reply {
    pub fn of(status: u16) -> Self {
        Self {
            status,
            headers: String::new(),
            body: String::new(),
            after: Duration::ZERO,
        }
    }
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    replies: Mutex<VecDeque<Reply>>,
    otherwise: Mutex<Option<Reply>>,
}

/// Receives on a port of its own until the test ends.
pub struct Receiver {
    pub url: String,
    shared: Arc<Shared>,
}

impl Receiver {
    /// The setting that lets a server call receivers.
    pub fn allowed() -> (String, String) {
        ("RELASI_WEBHOOK_ALLOW".into(), "127.0.0.1/32".into())
    }

    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let all = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&all);
                thread::spawn(move || serve(&stream, &shared));
            }
        });
        Self { url, shared }
    }

    /// Answers the next requests like this.
    pub fn next(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared.replies.lock().unwrap().extend(replies);
    }

    /// Answers all others like this.
    pub fn otherwise(&self, reply: Reply) {
        *self.shared.otherwise.lock().unwrap() = Some(reply);
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        until(&format!("{count} requests"), || {
            Some(self.received()).filter(|all| all.len() >= count)
        })
    }
}

fn serve(stream: &TcpStream, shared: &Shared) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.trim().split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_owned());
        }
    }
    let mut bytes = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut bytes).ok()?;
    let body = serde_json::from_slice(&bytes).unwrap();
    shared.received.lock().unwrap().push(Received {
        headers,
        body,
        at: Instant::now(),
        bytes,
    });
    let next = shared.replies.lock().unwrap().pop_front();
    let reply = next
        .or_else(|| shared.otherwise.lock().unwrap().clone())
        .unwrap_or_else(|| Reply::of(200));
    thread::sleep(reply.after);
    let text = format!(
        "HTTP/1.1 {} Said\r\nconnection: close\r\ncontent-length: {}\r\n{}\r\n{}",
        reply.status,
        reply.body.len(),
        reply.headers,
        reply.body
    );
    let mut stream = stream;
    stream.write_all(text.as_bytes()).ok()
}

/// Asks until there is an answer.
#[track_caller]
pub fn until<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    let limit = Instant::now() + Duration::from_secs(90);
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < limit, "still waiting for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// An endpoint at a receiver, with its secret.
#[track_caller]
pub fn endpoint(client: &Client, receiver: &Receiver, kinds: &[&str]) -> Value {
    client
        .post(
            "webhook-endpoints",
            &json!({"url": receiver.url, "kinds": kinds}),
        )
        .ok(201)
}

/// The deliveries of an endpoint once the newest is no longer waiting for its first try.
#[track_caller]
pub fn tried(client: &Client, endpoint: &Value, count: usize) -> Vec<Value> {
    let path = format!("webhook-endpoints/{}/deliveries", id(endpoint));
    until(&format!("{count} deliveries to be tried"), || {
        let items = client.get(&path).ok(200)["items"]
            .as_array()
            .unwrap()
            .clone();
        let all = items.len() >= count && items.iter().all(|item| !item["attempted_at"].is_null());
        all.then_some(items)
    })
}

/// The endpoint as it is now.
#[track_caller]
pub fn current(client: &Client, endpoint: &Value) -> Value {
    client
        .get(&format!("webhook-endpoints/{}", id(endpoint)))
        .ok(200)
}
