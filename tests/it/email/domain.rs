//! What the DNS says of an account's domain, as a server of ours tells it.

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, UdpSocket},
    sync::{Arc, Mutex},
    thread,
};

use relasi_tests::{Backend, Client, Start, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::id;

const TXT: u16 = 16;
const MX: u16 = 15;
const A: u16 = 1;

type Zone = Arc<Mutex<HashMap<(String, u16), Vec<Vec<u8>>>>>;

/// A DNS server, over UDP for what is short and over TCP for the rest; it ends with the test's process.
struct Names {
    port: u16,
    zone: Zone,
}

impl Names {
    fn start() -> Self {
        let zone = Zone::default();
        // The same port of both kinds.
        let (udp, tcp) = (0..50)
            .find_map(|_| {
                let tcp = TcpListener::bind("127.0.0.1:0").ok()?;
                let udp = UdpSocket::bind(tcp.local_addr().ok()?).ok()?;
                Some((udp, tcp))
            })
            .expect("a port is free");
        let port = udp.local_addr().expect("it is bound").port();
        let known = zone.clone();
        thread::spawn(move || {
            let mut question = [0; 2_048];
            while let Ok((length, who)) = udp.recv_from(&mut question) {
                let whole = answer(&known, &question[..length]);
                let short = if whole.len() > 512 {
                    truncated(&question[..length])
                } else {
                    whole
                };
                let _ = udp.send_to(&short, who);
            }
        });
        let known = zone.clone();
        thread::spawn(move || {
            for mut line in tcp.incoming().flatten() {
                let known = known.clone();
                thread::spawn(move || {
                    let mut length = [0; 2];
                    while line.read_exact(&mut length).is_ok() {
                        let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
                        if line.read_exact(&mut question).is_err() {
                            return;
                        }
                        let whole = answer(&known, &question);
                        let length = u16::try_from(whole.len()).expect("it is short");
                        let framed = [&length.to_be_bytes()[..], &whole].concat();
                        if line.write_all(&framed).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { port, zone }
    }

    fn set(&self, name: &str, kind: u16, data: Vec<Vec<u8>>) {
        let mut zone = self.zone.lock().expect("nobody panics with it");
        zone.insert((name.to_owned(), kind), data);
    }

    fn texts(&self, name: &str, texts: &[&str]) {
        // Strings of 255 bytes at most.
        let one = |text: &&str| {
            let parts = text.as_bytes().chunks(255);
            parts
                .flat_map(|part| [&[u8::try_from(part.len()).expect("short")], part].concat())
                .collect()
        };
        self.set(name, TXT, texts.iter().map(one).collect());
    }

    fn takers(&self, name: &str, takers: &[(u16, &str)]) {
        let one = |(preference, host): &(u16, &str)| {
            [&preference.to_be_bytes()[..], &labels(host)].concat()
        };
        self.set(name, MX, takers.iter().map(one).collect());
    }

    fn address(&self, name: &str, address: Ipv4Addr) {
        self.set(name, A, vec![address.octets().to_vec()]);
    }
}

fn labels(name: &str) -> Vec<u8> {
    let parts = name.split('.').filter(|part| !part.is_empty());
    let mut all: Vec<u8> = parts
        .flat_map(|part| [&[u8::try_from(part.len()).expect("short")], part.as_bytes()].concat())
        .collect();
    all.push(0);
    all
}

/// The name and type of a question, and where it ends.
fn asked(question: &[u8]) -> (String, u16, usize) {
    let mut at = 12;
    let mut parts = Vec::new();
    while question[at] > 0 {
        let length = usize::from(question[at]);
        let part = String::from_utf8_lossy(&question[at + 1..=at + length]);
        parts.push(part.to_lowercase());
        at += length + 1;
    }
    let kind = u16::from_be_bytes([question[at + 1], question[at + 2]]);
    (parts.join("."), kind, at + 5)
}

fn head(question: &[u8], flags: u16, answers: usize) -> Vec<u8> {
    let (_, _, end) = asked(question);
    let answers = u16::try_from(answers).expect("few");
    let mut head = question[..2].to_vec();
    head.extend(flags.to_be_bytes());
    head.extend([0, 1]);
    head.extend(answers.to_be_bytes());
    head.extend([0; 4]);
    head.extend(&question[12..end]);
    head
}

fn answer(zone: &Zone, question: &[u8]) -> Vec<u8> {
    let (name, kind, _) = asked(question);
    let zone = zone.lock().expect("nobody panics with it");
    let Some(found) = zone.get(&(name.clone(), kind)) else {
        let is_known = zone.keys().any(|(known, _)| *known == name);
        return head(question, if is_known { 0x8180 } else { 0x8183 }, 0);
    };
    let mut whole = head(question, 0x8180, found.len());
    for data in found {
        // The name of the question, this type, of the internet, for a minute.
        whole.extend([0xc0, 0x0c]);
        whole.extend(kind.to_be_bytes());
        whole.extend([0, 1, 0, 0, 0, 60]);
        whole.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        whole.extend(data);
    }
    whole
}

fn truncated(question: &[u8]) -> Vec<u8> {
    head(question, 0x8380, 0)
}

struct Asking {
    app: TestApp,
    names: Names,
}

impl Start for Asking {
    fn start(backend: Backend) -> Self {
        let names = Names::start();
        let server = format!("127.0.0.1:{}", names.port);
        let app = TestApp::with(backend, &[("RELASI_DNS", server.as_str())]);
        Self { app, names }
    }
}

fn record(client: &Client, account: &Value, kind: &str) -> Value {
    let path = format!("email-accounts/{}/domain", id(account));
    let found = client.get(&path).ok(200);
    let all = found["records"].as_array().expect("records");
    let that = all.iter().find(|one| one["kind"] == kind);
    that.unwrap_or_else(|| panic!("no {kind}: {found}")).clone()
}

#[track_caller]
fn stands(client: &Client, account: &Value, kind: &str, state: &str, code: Value) -> Value {
    let one = record(client, account, kind);
    assert_eq!(
        (&one["state"], &one["code"]),
        (&json!(state), &code),
        "{one}"
    );
    one
}

on_both! {
    fn what_is_missing_is_published_and_then_found(at: Asking) {
        let client = at.app.client();
        let account = crate::email::account(client, 465);
        let path = format!("email-accounts/{}", id(&account));
        let whole = client.get(&format!("{path}/domain")).ok(200);
        assert_eq!(whole["domain"], "kopi.example");
        let spf = stands(client, &account, "spf", "missing", Value::Null);
        assert_eq!(spf["wanted"], "v=spf1 a:mail.kopi.invalid ~all");
        stands(client, &account, "dkim", "missing", json!("dkim_no_key"));
        let dmarc = stands(client, &account, "dmarc", "missing", Value::Null);
        assert_eq!((&dmarc["name"], &dmarc["wanted"]), (&json!("_dmarc.kopi.example"), &json!("v=DMARC1; p=none; rua=mailto:kantor@kopi.example")));
        stands(client, &account, "mx", "missing", Value::Null);
        let keyed = client.verb(&format!("{path}/dkim"), 1, &json!({})).ok(200);
        let dkim = stands(client, &keyed, "dkim", "missing", Value::Null);
        // Publish what it says, and look again.
        for one in [&spf, &dkim, &dmarc] {
            at.names.texts(one["name"].as_str().unwrap(), &["google-site-verification=x", one["wanted"].as_str().unwrap()]);
        }
        at.names.takers("kopi.example", &[(20, "b.kopi.example"), (10, "Mail.kopi.example")]);
        for kind in ["spf", "dkim", "dmarc"] {
            stands(client, &keyed, kind, "good", Value::Null);
        }
        let mx = stands(client, &keyed, "mx", "good", Value::Null);
        assert_eq!(mx["found"], json!(["10 mail.kopi.example.", "20 b.kopi.example."]), "the first choice first");
        // A new key is another one than what is published under a name of its own.
        at.names.texts(dkim["name"].as_str().unwrap(), &["v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG"]);
        stands(client, &keyed, "dkim", "wrong", json!("dkim_other_key"));
    }

    fn what_does_harm_is_said(at: Asking) {
        let client = at.app.client();
        // Names below `invalid` are asked for nowhere.
        let mut body = crate::email::plain(465);
        body["smtp"]["host"] = json!("mail.kopi.example");
        let account = client.post("email-accounts", &body).ok(201);
        let spf = |texts: &[&str]| at.names.texts("kopi.example", texts);
        spf(&["v=spf1 ip4:192.0.2.1 -all"]);
        stands(client, &account, "spf", "wrong", json!("spf_without_server"));
        at.names.address("mail.kopi.example", Ipv4Addr::new(192, 0, 2, 1));
        stands(client, &account, "spf", "good", Value::Null);
        spf(&["v=spf1 ip4:192.0.2.1 +all"]);
        stands(client, &account, "spf", "wrong", json!("spf_open"));
        spf(&["v=spf1 -all", "v=spf1 ~all"]);
        stands(client, &account, "spf", "wrong", json!("spf_several"));
        spf(&["v=spf1 include:_spf.kedai.example ~all"]);
        let led = stands(client, &account, "spf", "unclear", json!("spf_by_others"));
        assert_eq!(led["wanted"], "v=spf1 a:mail.kopi.example include:_spf.kedai.example ~all", "what is there stays");
        at.names.texts("_dmarc.kopi.example", &["v=DMARC1; p=nothing"]);
        stands(client, &account, "dmarc", "wrong", json!("dmarc_policy"));
        at.names.takers("kopi.example", &[(0, ".")]);
        stands(client, &account, "mx", "wrong", json!("mx_null"));
    }

    // Nobody answers there.
    fn a_dns_that_is_not_there_is_said(app: TestApp) {
        let client = app.client();
        let account = crate::email::account(client, 465);
        for kind in ["spf", "dmarc", "mx"] {
            stands(client, &account, kind, "unknown", json!("dns_no_answer"));
        }
        let member = app.member("read_only");
        member.client.get(&format!("email-accounts/{}/domain", id(&account))).ok(200);
    }
}
