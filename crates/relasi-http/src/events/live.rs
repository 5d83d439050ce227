//! Events as they come: one answer that does not end, in the format of server-sent events.

use std::{collections::VecDeque, io, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
    web::Bytes,
};
use futures_util::{Stream, stream::unfold};
use relasi_app::events::{self, Event, Listener, News, Place, Wanted};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{sync::broadcast::error::RecvError, time::sleep};

use super::list::{cursor_of, kinds, place_in};
use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
};

const MEDIA: &str = "text/event-stream";

/// So that proxies do not take a quiet connection for a dead one, and we learn of those that are.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Events told one by one to somebody who goes on from a place.
const CATCH_UP: usize = 500;

pub(super) fn register(api: &mut Api) {
    let operation = Operation::get("/events/stream", "events", "stream_events", "What happens, as it comes")
        .about(
            "Server-sent events, for clients that ask for `Accept: text/event-stream`. The first one is `begin`; then each \
             event comes as in the list, its `id` is the cursor to go on from: send the last one as `Last-Event-ID` (or \
             `cursor`). `reset` says that more has happened than is told one by one: read anew what you show. `end` says why \
             the server ends the stream, with `code`; every access token ends it when it is over, so come again with a new one. \
             Lines with a colon in front are there to keep the connection. One person may have 50 streams at a time.",
        )
        .query("kind", "Kinds by comma: `contact.updated`, `contact.*`, `*`. All when left out.", json!({"type": "string"}))
        .query("object", "About this object only, for example `contact`.", json!({"type": "string"}))
        .query("cursor", "Goes on from this place; without one from now on.", json!({"type": "string"}))
        .returns_of(200, "A stream without an end.", MEDIA, json!({"type": "string"}));
    api.add(operation, stream);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamQuery {
    kind: Option<String>,
    object: Option<String>,
    cursor: Option<String>,
}

async fn stream(
    request: HttpRequest,
    caller: Caller,
    Query(query): Query<StreamQuery>,
) -> Result<HttpResponse, Problem> {
    let headers = request.headers();
    if !takes_events(headers) {
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "ask_for_stream"));
    }
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let after = place_in(last.map(str::to_owned).or(query.cursor))?;
    let wanted = Wanted {
        kinds: kinds(query.kind.as_deref())?,
        object: query.object,
        after: Place::START,
        limit: CATCH_UP,
    };
    if request.method() == Method::HEAD {
        return Ok(HttpResponse::Ok().content_type(MEDIA).finish());
    }
    let access = &caller.principal.access;
    let (workspace, user) = (access.workspace_id, access.user_id);
    let live = &caller.state.live;
    let listener = live.listen(&caller.state.database, workspace, user).await?;
    let begin = after.unwrap_or(listener.begin);
    let mut ear = Ear {
        caller,
        listener,
        wanted,
        place: begin,
        ready: VecDeque::new(),
        ended: false,
    };
    ear.ready.push_back(frame("begin", begin, &json!({})));
    if after.is_some() {
        // Before the answer begins, so that a place that is not known any more is refused as in the list.
        ear.catch_up().await?;
    }
    Ok(HttpResponse::Ok()
        .content_type(MEDIA)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Nginx would wait for more.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(ear.frames()))
}

/// Whether a client knows what it is in for: others would wait for the end.
fn takes_events(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT);
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.split(';').next().unwrap_or_default().trim() == MEDIA)
}

/// One who listens, and what is to be told them.
struct Ear {
    caller: Caller,
    listener: Listener,
    wanted: Wanted,
    /// Up to here everything is told.
    place: Place,
    ready: VecDeque<Bytes>,
    ended: bool,
}

enum Heard {
    News(Arc<News>),
    /// More than are kept for one who is slow.
    TooMuch,
    Nothing,
    End,
}

impl Ear {
    fn frames(self) -> impl Stream<Item = io::Result<Bytes>> {
        unfold(self, |mut ear| async move {
            let next = ear.next().await?;
            Some((Ok(next), ear))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(next) = self.ready.pop_front() {
                return Some(next);
            }
            if self.ended {
                return None;
            }
            let told = match self.hear().await {
                Heard::News(news) => self.tell(&news).await,
                Heard::TooMuch => self.catch_up().await,
                Heard::Nothing => self.beat().await,
                Heard::End => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "server_ends")),
            };
            if let Err(problem) = told {
                self.ended = true;
                let why = json!({"code": problem.code});
                self.ready.push_back(frame("end", self.place, &why));
            }
        }
    }

    async fn hear(&mut self) -> Heard {
        if *self.listener.over.borrow() {
            return Heard::End;
        }
        tokio::select! {
            biased;
            _ = self.listener.over.changed() => Heard::End,
            news = self.listener.news.recv() => match news {
                Ok(news) => Heard::News(news),
                Err(RecvError::Lagged(_)) => Heard::TooMuch,
                Err(RecvError::Closed) => Heard::End,
            },
            () = sleep(HEARTBEAT) => Heard::Nothing,
        }
    }

    async fn beat(&mut self) -> Result<(), Problem> {
        self.caller = self.caller.still().await?;
        self.ready.push_back(Bytes::from_static(b":\n\n"));
        Ok(())
    }

    async fn tell(&mut self, news: &News) -> Result<(), Problem> {
        if news.to <= self.place {
            return Ok(());
        }
        if news.from > self.place {
            return self.catch_up().await;
        }
        self.caller = self.caller.still().await?;
        let Some(all) = &news.events else {
            self.reset(news.to);
            return Ok(());
        };
        let place = self.place;
        let fresh = all
            .iter()
            .filter(|event| event.place > place && self.wanted.takes(event));
        let fresh: Vec<Event> = fresh.cloned().collect();
        let fresh = if events::open_to_all(&self.caller.principal.access, &fresh) {
            fresh
        } else {
            self.caller
                .read_short(move |work| events::seen(work, fresh))
                .await?
        };
        self.push(&fresh);
        self.place = news.to;
        Ok(())
    }

    /// Reads on by itself up to now.
    async fn catch_up(&mut self) -> Result<(), Problem> {
        self.caller = self.caller.still().await?;
        let wanted = Wanted {
            after: self.place,
            ..self.wanted.clone()
        };
        let (page, newest) = self
            .caller
            .read(move |work| {
                let page = events::page(work, &wanted)?;
                let newest = events::newest(work.conn, work.access.workspace_id)?;
                Ok((page, newest))
            })
            .await?;
        if page.more {
            self.reset(newest);
        } else {
            self.push(&page.items);
            self.place = page.next;
        }
        Ok(())
    }

    fn push(&mut self, events: &[Event]) {
        let frames = events
            .iter()
            .map(|event| frame("", event.place, &event.shown()));
        self.ready.extend(frames);
    }

    fn reset(&mut self, to: Place) {
        self.ready.push_back(frame("reset", to, &json!({})));
        self.place = to;
    }
}

/// One event of the format; JSON has no line breaks.
fn frame(name: &str, place: Place, data: &Value) -> Bytes {
    let id = cursor_of(place).map_or(String::new(), |cursor| format!("id: {cursor}\n"));
    let name = match name {
        "" => String::new(),
        name => format!("event: {name}\n"),
    };
    format!("{id}{name}data: {data}\n\n").into()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};

    use super::takes_events;

    #[test]
    fn only_who_asks_for_a_stream_gets_one() {
        let with = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            takes_events(&headers)
        };
        assert!(with("text/event-stream") && with("application/json, text/event-stream;q=0.9"));
        assert!(!with("*/*") && !with("text/*") && !with("application/json"));
        assert!(!takes_events(&HeaderMap::new()));
    }
}
