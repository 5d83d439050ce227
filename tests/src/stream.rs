//! A stream of server-sent events, read beside the test.

use std::{
    io::{BufRead as _, BufReader},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use ureq::Agent;

use crate::{Client, client::Reply};

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// `begin`, `reset`, `end`; empty for something that happened.
    pub name: String,
    /// Where to go on.
    pub id: String,
    /// What it says.
    pub data: Value,
}

/// A stream that is open until it is dropped or the server ends it.
#[derive(Debug)]
pub struct Listening {
    /// Of the answer.
    pub headers: ureq::http::HeaderMap,
    frames: Receiver<Frame>,
}

impl Client {
    /// Opens `GET /events/stream` with these parameters (`?kind=…`), going on from `last` when there is one.
    ///
    /// # Errors
    /// The refusal, when there is no stream.
    ///
    /// # Panics
    /// When nobody answers.
    pub fn listen(&self, parameters: &str, last: Option<&str>) -> Result<Listening, Box<Reply>> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        let path = format!("/api/v1/events/stream{parameters}");
        let mut request = config
            .new_agent()
            .get(format!("{}{path}", self.base))
            .header("accept", "text/event-stream");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.call().expect("an answer");
        let (head, mut body) = response.into_parts();
        if head.status != 200 {
            return Err(Box::new(Reply {
                request: format!("GET {path}"),
                status: head.status.as_u16(),
                headers: head.headers,
                bytes: body.read_to_vec().expect("the body of a refusal"),
            }));
        }
        let (tell, frames) = channel();
        let lines = BufReader::new(body.into_reader()).lines();
        thread::spawn(move || {
            let mut frame = Frame {
                name: String::new(),
                id: String::new(),
                data: Value::Null,
            };
            for line in lines.map_while(Result::ok) {
                match line.split_once(": ") {
                    Some(("id", id)) => id.clone_into(&mut frame.id),
                    Some(("event", name)) => name.clone_into(&mut frame.name),
                    Some(("data", data)) => frame.data = serde_json::from_str(data).expect("JSON"),
                    _ if line.is_empty() && !frame.data.is_null() => {
                        if tell.send(frame.clone()).is_err() {
                            return;
                        }
                        frame.name.clear();
                        frame.data = Value::Null;
                    }
                    _ => {}
                }
            }
        });
        Ok(Listening {
            headers: head.headers,
            frames,
        })
    }
}

impl Listening {
    /// The next event, which has to come.
    ///
    /// # Panics
    /// When it does not, or the stream ends.
    #[track_caller]
    pub fn next(&self) -> Frame {
        self.frames
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("no event: {error}"))
    }

    /// Whether nothing comes for a while.
    #[must_use]
    pub fn is_quiet_for(&self, time: Duration) -> bool {
        self.frames.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
    }

    /// What comes until the server ends the stream.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn rest(&self) -> Vec<Frame> {
        let (limit, mut rest) = (Instant::now() + PATIENCE, Vec::new());
        loop {
            match self.frames.recv_timeout(PATIENCE) {
                Ok(frame) => rest.push(frame),
                Err(RecvTimeoutError::Disconnected) => return rest,
                Err(RecvTimeoutError::Timeout) => panic!("the stream does not end"),
            }
            assert!(Instant::now() < limit, "the stream does not end: {rest:?}");
        }
    }
}
