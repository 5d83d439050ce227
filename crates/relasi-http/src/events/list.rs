//! Catching up: pages of events from a place on.

use actix_web::HttpResponse;
use relasi_app::events::{self, Event, Place, Wanted};
use relasi_domain::{fault::Fault, platform::event::Pattern};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::page;
use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::entries::{EntriesQuery, next_cursor},
};

/// The most patterns in one request.
const MAX_KINDS: usize = 50;

pub(super) fn register(api: &mut Api) {
    let operation = Operation::get("/events", "events", "list_events", "What happened, in order")
        .about(
            "The oldest first. Each event comes once: `next_cursor` is where to go on, also when there is nothing more for \
             now, and nothing appears before it later. Events are kept for 30 days; a cursor older than that, or from \
             before a restored backup, is refused with 409, `events_expired`: read what you need anew and begin with \
             `begin=now`. Events of records that the caller may not see are left out. One request looks at 5,000 events, \
             so that with a filter a page may be short while `more` is true.",
        )
        .query("kind", "Kinds by comma: `contact.updated`, `contact.*`, `*`. All when left out.", json!({"type": "string"}))
        .query("object", "About this object only, for example `contact`.", json!({"type": "string"}))
        .query("begin", "Without a cursor: from the oldest event kept, or from now on.", json!({"type": "string", "enum": ["oldest", "now"], "default": "oldest"}))
        .query("limit", "Events per page.", json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}))
        .query("cursor", "`next_cursor` of the page before.", json!({"type": "string"}))
        .returns(200, "A page.", page());
    api.add(operation, list);
}

/// Query parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventQuery {
    kind: Option<String>,
    object: Option<String>,
    begin: Option<Begin>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Begin {
    Oldest,
    Now,
}

/// Patterns by comma.
pub(super) fn kinds(text: Option<&str>) -> Result<Vec<Pattern>, Problem> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let kinds: Option<Vec<Pattern>> = text
        .split(',')
        .map(|kind| Pattern::parse(kind.trim()))
        .collect();
    kinds
        .filter(|kinds| kinds.len() <= MAX_KINDS)
        .ok_or_else(|| Problem::fault(Fault::at("?kind", "not_event_kind")))
}

/// The place that a cursor names.
pub(super) fn place_in(cursor: Option<String>) -> Result<Option<Place>, Problem> {
    let (after, _) = EntriesQuery::new(None, cursor).limits()?;
    after.map(place).transpose()
}

/// The cursor of a place; none before the first event.
pub(super) fn cursor_of(place: Place) -> Option<String> {
    let known = (place != Place::START).then(|| (place.seq, place.id.to_string()));
    next_cursor(known)
}

fn place((seq, id): (i64, String)) -> Result<Place, Problem> {
    let id =
        Uuid::try_parse(&id).map_err(|_| Problem::fault(Fault::at("?cursor", "bad_cursor")))?;
    Ok(Place { seq, id })
}

fn shown(items: &[Event], next: Place, more: bool) -> Value {
    let items: Vec<Value> = items.iter().map(Event::shown).collect();
    json!({"items": items, "next_cursor": cursor_of(next), "more": more})
}

async fn list(caller: Caller, Query(query): Query<EventQuery>) -> Result<HttpResponse, Problem> {
    let (after, limit) = EntriesQuery::new(query.limit, query.cursor).limits()?;
    let from_now = after.is_none() && query.begin == Some(Begin::Now);
    let wanted = Wanted {
        kinds: kinds(query.kind.as_deref())?,
        object: query.object,
        after: after.map(place).transpose()?.unwrap_or(Place::START),
        limit: limit as usize,
    };
    let found = caller.read(move |work| {
        if from_now {
            let end = events::newest(work.conn, work.access.workspace_id)?;
            return Ok(shown(&[], end, false));
        }
        let page = events::page(work, &wanted)?;
        Ok(shown(&page.items, page.next, page.more))
    });
    Ok(HttpResponse::Ok().json(found.await?))
}
