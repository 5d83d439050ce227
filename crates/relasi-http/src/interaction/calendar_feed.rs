//! The calendar feed: switched on and off by its person, read by whoever has its address.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Data, Path, ServiceConfig},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use relasi_app::{
    Refusal,
    idempotency::Answer,
    identity::Secret,
    interaction::calendar_feed::{self as feed, NewFeed},
    records::Work,
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    api::{Api, Operation, reading},
    body::Body,
    caller::Person,
    envelope::OwnBody,
    events::schema::{object, some_time},
    identity::address_of,
    problem::Problem,
    records::schema::reference,
    state::State,
};

const TAG: &str = "calendar feed";
const PATH: &str = "/calendar-feed";

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Registers the settings of the feed.
pub fn register(api: &mut Api) {
    let on = json!({"type": "boolean", "description": "Whether there is one."});
    let busy = json!({"type": "boolean", "description": "Whether it tells when somebody is busy, and nothing of with whom."});
    let mut view = object(
        "The calendar feed of the caller.",
        json!({"on": on, "busy_only": busy, "created_at": some_time("Since when its address is good.")}),
    );
    view["properties"]["path"] = json!({"type": "string", "description": "`/calendar/<secret>.ics`, in the answer that makes it and never again."});
    api.schema("CalendarFeed", view);
    let new = json!({"type": "object", "description": "How the feed is wanted.", "required": ["on"], "additionalProperties": false, "properties": {"on": on, "busy_only": busy}});
    api.schema("NewCalendarFeed", new);
    let get = Operation::get(PATH, TAG, "get_calendar_feed", "Your calendar feed").returns(
        200,
        "The feed.",
        reference("CalendarFeed"),
    );
    api.add(get, show);
    let put = Operation::put(PATH, TAG, "set_calendar_feed", "Switch your calendar feed on or off")
        .about("An iCalendar file of the own meetings, calls and tasks from 90 days back to 365 ahead, under an address that is told once. For people, not for keys and apps.")
        .body(reference("NewCalendarFeed"))
        .returns(200, "The feed.", reference("CalendarFeed"));
    api.add(put, set);
    let anew = Operation::post(
        &format!("{PATH}/renew"),
        TAG,
        "renew_calendar_feed",
        "Give your calendar feed another address",
    )
    .about("The former one is good no more. 409 `calendar_feed_off` when there is none.")
    .body(json!({"type": "object", "description": "Nothing.", "additionalProperties": false}))
    .returns(200, "The feed.", reference("CalendarFeed"));
    api.add(anew, renew);
}

async fn show(Person(caller): Person) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(feed::get).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn set(Person(caller): Person, body: Body<NewFeed>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        Ok(Answer {
            status: 200,
            body: json!(feed::set(work, new)?).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}

async fn renew(Person(caller): Person, body: Body<Nothing>) -> Result<HttpResponse, Problem> {
    let work = move |work: &mut Work<'_>| {
        Ok(Answer {
            status: 200,
            body: json!(feed::renew(work)?).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}

/// Mounts the feed, outside the API.
pub fn configure(config: &mut ServiceConfig) {
    let all = web::resource("/calendar/{file}")
        .route(reading().to(read))
        .default_service(web::to(|| async {
            Err::<HttpResponse, _>(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        }));
    config.service(all);
}

async fn read(
    request: HttpRequest,
    state: Data<State>,
    file: Path<String>,
) -> Result<HttpResponse, Problem> {
    state.limits.admit_visitor(address_of(&request))?;
    let token = file.strip_suffix(".ics").and_then(Secret::parse);
    let token = token.ok_or(Refusal::NotFound)?;
    // Whoever guesses costs nothing; whoever knows is counted by what they know.
    state.limits.admit_hook(token.name())?;
    let rows = state.database.within(token.workspace_id());
    let text = rows
        .read(move |conn| feed::read(conn, &token, Utc::now()))
        .await?;
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&text)));
    let known = request.headers().get(header::IF_NONE_MATCH);
    let known = known.and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|tags| {
        let mut tags = tags
            .split(',')
            .map(|one| one.trim().trim_start_matches("W/"));
        tags.any(|one| one == tag)
    });
    let mut response = HttpResponse::build(if same {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(("x-robots-tag", "noindex, nofollow"));
    let mut response = if same {
        response.finish()
    } else {
        let kind = "text/calendar; charset=utf-8";
        response.content_type(kind).body(text)
    };
    response.extensions_mut().insert(OwnBody);
    Ok(response)
}
