//! Requests byte by byte, for what no HTTP client would send.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// A connection to a server.
pub struct Connection(BufReader<TcpStream>);

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The head in lower case, without the status line.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects to `http://host:port`.
    pub fn open(address: &str) -> Self {
        let address = address.trim_start_matches("http://");
        let stream = TcpStream::connect(address).expect("the server listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a limit can be set");
        Self(BufReader::new(stream))
    }

    /// Sends bytes; a server that has hung up is no failure, its answer counts.
    pub fn send(&mut self, bytes: &[u8]) -> &mut Self {
        // The answer, or its absence, tells what the server made of it.
        let _ = self.0.get_mut().write_all(bytes);
        self
    }

    /// The next answer, or none when the server hung up without one.
    pub fn answer(&mut self) -> Option<Answer> {
        let mut line = String::new();
        self.0.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut head = String::new();
        loop {
            let before = head.len();
            self.0.read_line(&mut head).ok()?;
            if head[before..].trim().is_empty() {
                break;
            }
        }
        let head = head.to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|text| text.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).ok()?;
        Some(Answer { status, head, body })
    }

    /// One request and its answer on this connection.
    #[track_caller]
    pub fn get(&mut self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: relasi.example\r\n\r\n").as_bytes());
        self.answer().expect("an answer")
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
