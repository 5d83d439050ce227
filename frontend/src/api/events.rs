//! What happens meanwhile, whoever does it: one stream of events for the tab, as long as somebody looks at it.
//!
//! A hidden tab gives its connection back, since browsers open only a few to one server, and goes on from where it was
//! when it is looked at again.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ReadableStreamDefaultReader;

use super::{Api, ApiError, Request, use_api};

/// The shortest and longest wait before the next try, in milliseconds.
const WAITS: (u32, u32) = (1_000, 30_000);

/// How often a hidden tab looks whether it is still hidden.
const HIDDEN: Duration = Duration::from_secs(1);

/// Something that happened to a record.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Told {
    /// Object and verb, for example `contact.updated`.
    pub kind: String,
    /// What it is about.
    pub object: String,
    /// Which one.
    pub record_id: String,
    /// Its version from then on.
    pub version: Option<i64>,
    /// Who did it.
    pub actor_id: Option<String>,
    /// The record that a comment or file belongs to.
    pub about: Option<About>,
}

/// A record that something belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct About {
    /// What it is.
    pub object: String,
    /// Which one.
    pub id: String,
}

impl Told {
    /// `created`, `updated`, …
    pub fn verb(&self) -> &str {
        self.kind.split_once('.').map_or("", |(_, verb)| verb)
    }
}

/// What a listener hears.
#[derive(Clone, Debug)]
pub enum News {
    /// Something happened.
    Told(Told),
    /// So much that it is not told one by one.
    Much,
}

type Listeners = Vec<(u64, Callback<News>)>;

/// The stream of the tab as a context: `use_events()`.
#[derive(Clone, Copy)]
pub struct Events {
    api: Api,
    listeners: StoredValue<Listeners>,
    reader: StoredValue<Option<ReadableStreamDefaultReader>, LocalStorage>,
    open: StoredValue<bool>,
}

/// The stream; none outside of the frame.
pub fn use_events() -> Option<Events> {
    use_context()
}

impl Events {
    /// Opens the stream; the frame does it once, and closes it when it goes.
    pub fn provide() {
        let events = Self {
            api: use_api(),
            listeners: StoredValue::default(),
            reader: StoredValue::new_local(None),
            open: StoredValue::new(true),
        };
        provide_context(events);
        let hidden = leptos::ev::Custom::<web_sys::Event>::new("visibilitychange");
        let watch = leptos::prelude::document();
        let turned = window_event_listener(hidden, move |_| {
            if watch.hidden() {
                events.let_go();
            }
        });
        on_cleanup(move || {
            turned.remove();
            events.open.try_set_value(false);
            events.let_go();
        });
        spawn_local(events.follow());
    }

    /// Hears what happens until the caller's owner is gone.
    pub fn on(self, heard: impl Fn(News) + Send + Sync + 'static) {
        let heard = Callback::new(heard);
        let id = self.listeners.try_update_value(|all| {
            let id = all.last().map_or(0, |(last, _)| last + 1);
            all.push((id, heard));
            id
        });
        on_cleanup(move || {
            self.listeners
                .try_update_value(|all| all.retain(|(other, _)| Some(*other) != id));
        });
    }

    fn tell(self, news: &News) {
        let all = self.listeners.try_get_value().unwrap_or_default();
        for (_, heard) in all {
            heard.run(news.clone());
        }
    }

    fn let_go(self) {
        if let Some(reader) = self.reader.try_update_value(Option::take).flatten() {
            // The reading that is under way ends with it.
            let _ = reader.cancel();
        }
    }

    fn is_wanted(self) -> bool {
        self.open.try_get_value() == Some(true)
    }

    async fn follow(self) {
        let mut place = None;
        let mut wait = WAITS.0;
        while self.is_wanted() {
            let signed_in = self.api.session().with_untracked(Option::is_some);
            if !signed_in || document().hidden() {
                sleep(HIDDEN).await;
                continue;
            }
            let before = place.clone();
            match self.once(&mut place).await {
                Err(error) if has_code(&error, "events_expired") => {
                    place = None;
                    self.tell(&News::Much);
                }
                _ if place != before => wait = WAITS.0,
                _ => wait = (wait * 2).min(WAITS.1),
            }
            if self.is_wanted() && !document().hidden() {
                // Spread, so that a server that comes back is not called by all at once.
                let part = 0.5 + js_sys::Math::random() / 2.0;
                sleep(Duration::from_millis(u64::from(wait)).mul_f64(part)).await;
            }
        }
    }

    /// One connection from its beginning to its end.
    async fn once(self, place: &mut Option<String>) -> Result<(), ApiError> {
        let mut request = Request::get("/events/stream").header("Accept", "text/event-stream");
        if let Some(place) = place.as_ref() {
            request = request.header("Last-Event-ID", place.clone());
        }
        let stream = request.stream_of(self.api).await?;
        let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
        if self.reader.try_set_value(Some(reader.clone())).is_some() || document().hidden() {
            // Nobody looks any more.
            let _ = reader.cancel();
            return Ok(());
        }
        let mut frames = Frames::default();
        while let Some(bytes) = read(&reader).await {
            for frame in frames.feed(&bytes) {
                if let Some(id) = frame.id {
                    *place = Some(id);
                }
                match frame.name.as_str() {
                    "" => {
                        if let Ok(told) = serde_json::from_str(&frame.data) {
                            self.tell(&News::Told(told));
                        }
                    }
                    "reset" => self.tell(&News::Much),
                    // `begin` says where; after `end` nothing comes.
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// Whether somebody is about to change something where it stands. What others have done is shown afterwards: it would
/// take the words out of their hands, and the version that they have seen with it.
pub fn is_being_edited() -> bool {
    let open = document().query_selector(".cell-edit, .fact-editor");
    open.is_ok_and(|open| open.is_some())
}

fn has_code(error: &ApiError, code: &str) -> bool {
    error.problem().is_some_and(|problem| problem.code == code)
}

/// The next bytes; none at the end, however it came.
async fn read(reader: &ReadableStreamDefaultReader) -> Option<Vec<u8>> {
    let chunk = JsFuture::from(reader.read()).await.ok()?;
    let value = js_sys::Reflect::get(&chunk, &JsValue::from_str("value")).ok()?;
    let bytes: js_sys::Uint8Array = value.dyn_into().ok()?;
    Some(bytes.to_vec())
}

/// One event of the format.
#[derive(PartialEq, Eq, Debug, Default)]
struct Frame {
    name: String,
    id: Option<String>,
    data: String,
}

/// Bytes on their way to frames, which end with an empty line.
#[derive(Default)]
struct Frames(Vec<u8>);

impl Frames {
    fn feed(&mut self, bytes: &[u8]) -> Vec<Frame> {
        self.0.extend_from_slice(bytes);
        let mut whole = Vec::new();
        while let Some(end) = self.0.windows(2).position(|two| two == b"\n\n") {
            let text: Vec<u8> = self.0.drain(..end + 2).collect();
            let frame = frame(&String::from_utf8_lossy(&text));
            if !frame.data.is_empty() {
                whole.push(frame);
            }
        }
        whole
    }
}

fn frame(text: &str) -> Frame {
    let mut frame = Frame::default();
    for line in text.lines() {
        match line.split_once(": ") {
            Some(("id", id)) => frame.id = Some(id.to_owned()),
            Some(("event", name)) => name.clone_into(&mut frame.name),
            Some(("data", data)) => data.clone_into(&mut frame.data),
            // A comment keeps the connection.
            _ => {}
        }
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::{Frame, Frames};

    #[test]
    fn frames_are_put_together_from_pieces() {
        let mut frames = Frames::default();
        assert!(frames.feed(b"id: a\nevent: begin\ndata").is_empty());
        let begin = Frame {
            name: "begin".to_owned(),
            id: Some("a".to_owned()),
            data: "{}".to_owned(),
        };
        assert_eq!(
            frames.feed(": {}\n\n:\n\nid: b\ndata: {\"n\": \"ก\"}\n".as_bytes()),
            [begin]
        );
        let next = frames.feed(b"\n");
        assert_eq!(
            (next[0].id.as_deref(), next[0].data.as_str()),
            (Some("b"), "{\"n\": \"ก\"}")
        );
    }
}
