//! What visitors are told by e-mail: a job, so that whoever changes a booking waits for nothing and needs no mail account.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::locale::Language;
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    book::link,
    row::{Booking, BookingPage, booking, by_id},
    words,
};
use crate::{
    platform::{
        bulk::Invitation,
        jobs::{self, Handler, JobContext, JobError, NewJob, Registry, Step},
        mail::{Letter, Post, Purpose},
    },
    refusal::Result,
};

const KIND: &str = "bookings.tell";
const QUEUE: &str = "bookings";

/// What happened to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Made,
    Moved,
    Cancelled,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Payload {
    booking_id: Uuid,
    what: What,
}

/// Adds the handler of such jobs.
pub fn handlers(registry: Registry, post: &Post) -> Registry {
    registry.with(Tell(post.clone()))
}

/// Has the visitor told, in the transaction of what happened.
pub(super) fn enqueue(conn: &mut Conn, workspace: Uuid, booking: Uuid, what: What) -> Result<()> {
    let payload = Payload {
        booking_id: booking,
        what,
    };
    jobs::enqueue(conn, workspace, NewJob::new(KIND, QUEUE, json!(payload)))?;
    Ok(())
}

struct Tell(Post);

impl Handler for Tell {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let payload: Payload = context.payload()?;
        let workspace = context.job().workspace_id;
        let post = self.0.clone();
        let written = context.chunk(move |conn| {
            let now: DateTime<Utc> = std::time::SystemTime::now().into();
            let value = write(conn, &post, (workspace, payload), now)?;
            Ok(Step {
                value,
                checkpoint: json!({}),
                done: 1,
                total: 1,
            })
        })?;
        Ok(json!({"written": written}))
    }
}

/// Writes the message; none where there is no mail account, or when it is too late to say it.
fn write(
    conn: &mut Conn,
    post: &Post,
    (workspace, payload): (Uuid, Payload),
    now: DateTime<Utc>,
) -> Result<bool> {
    let found = booking(conn, workspace, payload.booking_id)?;
    let Some(found) = found.filter(|_| post.is_open()) else {
        return Ok(false);
    };
    let Some(page) = by_id(conn, workspace, found.page_id)? else {
        return Ok(false);
    };
    let over = found.end() <= now;
    // Of several changes in a row the last one alone is worth a message.
    let outdated = (payload.what == What::Cancelled) == found.is_booked();
    if over || outdated {
        return Ok(false);
    }
    let path = match payload.what {
        What::Cancelled => format!("/b/{}", page.slug),
        What::Made | What::Moved => {
            let secret = link(conn, workspace, found.id)?;
            format!("/b/manage/{}", secret.reveal())
        }
    };
    let language = Language::from_tag(&found.language).unwrap_or_default();
    let link = post.link(&format!("{path}?lang={}", language.tag()));
    let host = hosts(&page, &found);
    let summary = format!("{} · {host}", title(&page, language));
    let event = event(&page, &found, (&summary, &link), now);
    let values = json!({
        "name": found.name,
        "page": title(&page, language),
        "host": host,
        "when": words::when((found.start(), found.end()), zone(&found), language),
        "place": page.design.place,
        "link": link,
        "calendar": {"file": event.file(), "method": event.method()},
    });
    let letter = Letter {
        purpose: match payload.what {
            What::Made => Purpose::BookingMade,
            What::Moved => Purpose::BookingMoved,
            What::Cancelled => Purpose::BookingCancelled,
        },
        to: &found.email,
        language: language.tag(),
        values,
        good_for: (found.end() - now).min(TimeDelta::days(3)),
    };
    Ok(post.write(conn, workspace, &letter, now)?.is_some())
}

/// By whose clocks the visitor chose.
pub(super) fn zone(booking: &Booking) -> chrono_tz::Tz {
    booking.time_zone.parse().unwrap_or(chrono_tz::UTC)
}

pub(super) fn title(page: &BookingPage, language: Language) -> String {
    let title = page.design.title.of(language);
    title.unwrap_or(&page.name).to_owned()
}

fn hosts(page: &BookingPage, booking: &Booking) -> String {
    let users = booking.user_ids.iter();
    let names: Vec<&str> = users
        .filter_map(|user| page.names.get(user).map(String::as_str))
        .collect();
    names.join(", ")
}

/// The event for the visitor's calendar.
fn event<'e>(
    page: &'e BookingPage,
    booking: &Booking,
    (summary, link): (&'e str, &'e str),
    changed: DateTime<Utc>,
) -> Invitation<'e> {
    Invitation {
        uid: booking.id.to_string(),
        sequence: booking.version - 1,
        changed,
        from: booking.start(),
        until: booking.end(),
        summary,
        description: link,
        location: page.design.place.as_deref().unwrap_or_default(),
        is_cancelled: !booking.is_booked(),
    }
}

/// The file for the visitor's calendar, as the page behind the link gives it.
pub fn calendar_file(managed: &super::Managed, language: Language, link: &str) -> String {
    let (page, booking) = (&managed.open.page, &managed.booking);
    let host = format!("{} · {}", title(page, language), managed.hosts().join(", "));
    let changed = DateTime::parse_from_rfc3339(&booking.updated_at);
    let changed = changed.map_or_else(|_| booking.start(), |at| at.with_timezone(&Utc));
    event(page, booking, (&host, link), changed).file()
}
