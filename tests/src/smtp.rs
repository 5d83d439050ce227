//! A mail server that keeps what it is given, and answers as it is told.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};

/// How it answers one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Taken.
    Take,
    /// Refused at the address, for good (550) or for now (421, 451).
    Refuse(u16),
    /// Refused at the address: nobody reads there (550 5.1.1).
    Nobody,
    /// Refused at the address for now: too much of it, or too fast (451 4.7.1).
    Slow,
    /// Taken, but the line is cut before that is said.
    CutAfterData,
}

/// A message as it came over the line.
#[derive(Debug, Clone)]
pub struct Received {
    /// Where it would come back to.
    pub from: String,
    /// To whom; the last of them.
    pub to: String,
    /// To whom, all of them.
    pub all: Vec<String>,
    /// Headers and body.
    pub raw: String,
    /// When its sender was named.
    pub at: Instant,
}

#[derive(Debug, Default)]
struct Kept {
    lines: usize,
    script: VecDeque<Answer>,
    received: Vec<Received>,
    seen: usize,
}

/// The server; it ends with the test's process.
#[derive(Debug, Clone)]
pub struct Sink {
    /// What `--smtp-url` says.
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

impl Default for Sink {
    fn default() -> Self {
        Self::start()
    }
}

impl Sink {
    /// Listens on a port of its own.
    ///
    /// # Panics
    /// When there is no port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let kept = Arc::<Mutex<Kept>>::default();
        let shared = kept.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = shared.clone();
                thread::spawn(move || serve(stream, &kept));
            }
        });
        Self {
            url: format!("smtp://127.0.0.1:{port}?tls=none"),
            kept,
        }
    }

    /// How the next messages are answered; those after them are taken.
    pub fn answer(&self, script: &[Answer]) {
        lock(&self.kept).script = script.iter().copied().collect();
    }

    /// Tries that came so far, taken or not.
    pub fn tries(&self) -> usize {
        lock(&self.kept).seen
    }

    /// Lines that were opened so far.
    pub fn lines(&self) -> usize {
        lock(&self.kept).lines
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        let port = self
            .url
            .split(['?', ':'])
            .nth(2)
            .and_then(|port| port.parse().ok());
        port.unwrap_or_default()
    }

    /// Everything that was taken.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.kept).received.clone()
    }

    /// Waits until as many messages have come to an address.
    ///
    /// # Panics
    /// After a minute.
    #[track_caller]
    pub fn wait_for(&self, to: &str, count: usize) -> Vec<Received> {
        let limit = Instant::now() + Duration::from_mins(1);
        loop {
            let all = self.received();
            let found: Vec<Received> = all.into_iter().filter(|one| one.to == to).collect();
            if found.len() >= count {
                return found;
            }
            assert!(
                Instant::now() < limit,
                "{} of {count} messages to {to}",
                found.len()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Received {
    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        let prefix = format!("{name}: ");
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        let unfolded = head.replace("\r\n ", " ");
        let line = unfolded.lines().find_map(|line| line.strip_prefix(&prefix));
        line.unwrap_or_default().to_owned()
    }

    /// The plain part.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// The part for browsers.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    fn part(&self, kind: &str) -> String {
        let Some((_, from)) = self.raw.split_once(&format!("Content-Type: {kind}")) else {
            return String::new();
        };
        let (head, body) = from.split_once("\r\n\r\n").unwrap_or_default();
        let body = body.split("\r\n--").next().unwrap_or_default();
        if head.contains("base64") {
            let packed: String = body.split_whitespace().collect();
            let bytes = STANDARD.decode(packed).unwrap_or_default();
            return String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        }
        if head.contains("quoted-printable") {
            return unquoted(body);
        }
        body.replace("\r\n", "\n")
    }

    /// The path and token of the link to a page of the app.
    ///
    /// # Panics
    /// Without one.
    #[track_caller]
    pub fn token(&self, page: &str) -> String {
        let text = self.text();
        let (_, rest) = text
            .split_once(&format!("/{page}/"))
            .unwrap_or_else(|| panic!("no link to {page} in {text}"));
        rest.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

fn unquoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "").replace("\r\n", "\n");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = code.and_then(|two| u8::from_str_radix(two, 16).ok());
        if let (b'=', Some(byte)) = (first, code) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn lock(kept: &Mutex<Kept>) -> std::sync::MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One conversation. A line that ends early ends it.
fn serve(mut stream: TcpStream, kept: &Mutex<Kept>) {
    let Ok(reading) = stream.try_clone() else {
        return;
    };
    let mut lines = BufReader::new(reading);
    let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).is_ok();
    let mut answer = Answer::Take;
    let (mut from, mut to, mut all) = (String::new(), String::new(), Vec::new());
    let mut at = Instant::now();
    lock(kept).lines += 1;
    if !say("220 sink") {
        return;
    }
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let verb: String = line.chars().take(4).collect::<String>().to_uppercase();
        let went_on = match verb.as_str() {
            "EHLO" => say("250-sink\r\n250 8BITMIME"),
            "MAIL" => {
                let mut kept = lock(kept);
                kept.seen += 1;
                at = Instant::now();
                line.split(['<', '>'])
                    .nth(1)
                    .unwrap_or_default()
                    .clone_into(&mut from);
                all.clear();
                answer = kept.script.pop_front().unwrap_or(Answer::Take);
                drop(kept);
                say("250 ok")
            }
            "RCPT" => {
                let inside = line.split(['<', '>']).nth(1).unwrap_or_default();
                inside.clone_into(&mut to);
                all.push(to.clone());
                match answer {
                    Answer::Refuse(code) => say(&format!("{code} not now, not you")),
                    Answer::Nobody => say("550 5.1.1 no such mailbox"),
                    Answer::Slow => say("451 4.7.1 too fast"),
                    _ => say("250 ok"),
                }
            }
            "DATA" => {
                if !say("354 go on") {
                    return;
                }
                let mut raw = String::new();
                loop {
                    let mut line = String::new();
                    if lines.read_line(&mut line).unwrap_or(0) == 0 {
                        return;
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                lock(kept).received.push(Received {
                    from: from.clone(),
                    to: to.clone(),
                    all: all.clone(),
                    raw,
                    at,
                });
                if answer == Answer::CutAfterData {
                    return;
                }
                say("250 taken")
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => say("250 ok"),
        };
        if !went_on {
            return;
        }
    }
}
