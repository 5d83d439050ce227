//! The page of whoever booked, `/b/manage/<token>`: looked at, moved, cancelled.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use chrono::{DateTime, Datelike, Utc};
use relasi_app::{
    Refusal,
    identity::Secret,
    marketing::{
        booking::{Managed, Moved, Slot, calendar_file, cancel, move_to, read},
        form::MAX_BODY,
    },
};
use relasi_domain::locale::Language;

use super::{
    booking_html::View,
    booking_link_html as html,
    booking_page::{range, see, shown, view},
    page::{parameter, texts, too_much, wished},
};
use crate::{
    api::reading, envelope::OwnBody, identity::address_of, problem::Problem, state::State,
};

/// What a link says that leads nowhere.
fn gone(request: &HttpRequest) -> HttpResponse {
    let language = wished(request).unwrap_or_default();
    shown(StatusCode::NOT_FOUND, html::gone(language))
}

/// Mounts the page.
pub(super) fn configure(config: &mut ServiceConfig) {
    let nothing_else = || {
        web::to(|| async {
            Err::<HttpResponse, _>(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        })
    };
    config.service(
        web::resource("/b/manage/{token}/calendar.ics")
            .route(reading().to(file))
            .default_service(nothing_else()),
    );
    config.service(
        web::resource("/b/manage/{token}")
            .route(reading().to(manage))
            .route(web::post().to(change))
            .default_service(nothing_else()),
    );
}

/// A booking by the token of a link; none when it leads nowhere.
async fn managed(state: &Data<State>, token: &str) -> Result<Option<(Secret, Managed)>, Problem> {
    let Some(secret) = Secret::parse(token) else {
        return Ok(None);
    };
    let (rows, own) = (state.database.within(secret.workspace_id()), secret.clone());
    match rows.read(move |conn| read(conn, &own, Utc::now())).await {
        Ok(found) => Ok(Some((secret, found))),
        Err(Refusal::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The language that the address names, else the one it was booked in.
fn language_of(request: &HttpRequest, managed: &Managed) -> Language {
    let named = parameter(request, "lang").and_then(|tag| Language::from_tag(&tag));
    let own = || Language::from_tag(&managed.booking.language);
    named.or_else(own).unwrap_or(managed.open.language)
}

fn view_of(request: &HttpRequest, managed: &Managed, now: DateTime<Utc>) -> View {
    let mut view = view(request, &managed.open, language_of(request, managed), now);
    if parameter(request, "tz").is_none()
        && let Ok(zone) = managed.booking.time_zone.parse()
    {
        view.zone = zone;
    }
    view.minutes = u16::try_from(managed.booking.minutes()).unwrap_or(view.minutes);
    view.moves = parameter(request, "move").is_some() && managed.can_change;
    if view.moves && view.day.is_none() && parameter(request, "month").is_none() {
        let begins = managed
            .booking
            .start()
            .with_timezone(&view.zone)
            .date_naive();
        view.month = begins.with_day(1).unwrap_or(begins);
    }
    view
}

async fn times(
    state: &Data<State>,
    managed: &Managed,
    view: &View,
    now: DateTime<Utc>,
) -> Result<Vec<Slot>, Problem> {
    let (managed, range) = (managed.clone(), range(view));
    let rows = state.database.within(managed.open.page.workspace_id);
    Ok(rows
        .read(move |conn| managed.times(conn, range, now))
        .await?)
}

async fn manage(
    request: HttpRequest,
    state: Data<State>,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    state.limits.admit_visitor(address_of(&request))?;
    let now = Utc::now();
    let Some((_, found)) = managed(&state, &token).await? else {
        return Ok(gone(&request));
    };
    let view = view_of(&request, &found, now);
    let slots = if view.moves {
        Some(times(&state, &found, &view, now).await?)
    } else {
        None
    };
    let body = html::manage(&found, &view, (&token, slots.as_deref()), None);
    Ok(shown(StatusCode::OK, body))
}

async fn change(
    request: HttpRequest,
    state: Data<State>,
    token: Path<String>,
    bytes: Bytes,
) -> Result<HttpResponse, Problem> {
    let now = Utc::now();
    if let Err(wait) = state.limits.admit_form(address_of(&request)) {
        return Ok(too_much(wished(&request).unwrap_or_default(), wait));
    }
    if bytes.len() > MAX_BODY {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let Some((secret, found)) = managed(&state, &token).await? else {
        return Ok(gone(&request));
    };
    let mut view = view_of(&request, &found, now);
    let sent = texts(&request, &bytes)?;
    let rows = state.database.within(secret.workspace_id());
    let moved = match (sent.get("do").map(String::as_str), view.at) {
        (Some("cancel"), _) => {
            let done = rows.write(move |conn| cancel(conn, &secret, Utc::now()));
            Moved::Done(done.await?)
        }
        (Some("move"), Some(at)) => {
            let done = rows.write(move |conn| move_to(conn, &secret, at, Utc::now()));
            done.await?
        }
        _ => Moved::Done(found),
    };
    state.wake.ring();
    state.live.ring();
    match moved {
        Moved::Done(_) => Ok(see(&token, view.language)),
        Moved::Gone(found) => {
            view.at = None;
            let slots = times(&state, &found, &view, now).await?;
            let body = html::manage(&found, &view, (&token, Some(&slots)), Some("taken"));
            Ok(shown(StatusCode::CONFLICT, body))
        }
    }
}

/// The event for the visitor's own calendar.
async fn file(
    request: HttpRequest,
    state: Data<State>,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    state.limits.admit_visitor(address_of(&request))?;
    let Some((_, found)) = managed(&state, &token).await? else {
        return Ok(gone(&request));
    };
    let text = calendar_file(&found, language_of(&request, &found), "");
    let mut response = HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"meeting.ics\"",
        ))
        .body(text);
    response.extensions_mut().insert(OwnBody);
    Ok(response)
}
