//! The public page on which somebody books time, `/b/<slug>`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use relasi_app::marketing::{
    booking::{Chosen, Open, Outcome, Slot, book, open, public_slots, seal},
    form::{MAX_BODY, Post},
};
use relasi_domain::{fault::Faults, filter::start_of_day, locale::Language, marketing::form::Sent};
use relasi_persistence::Conn;

use super::{
    booking_html::{self as html, View},
    booking_link,
    html::Filled,
    page::{page, parameter, post, texts, too_much, wished},
};
use crate::{api::reading, identity::address_of, problem::Problem, state::State};

/// Months ahead in which something free is looked for when nobody asks for one.
const LOOKED_AT: u32 = 2;

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    let nothing_else = || {
        web::to(|| async {
            Err::<HttpResponse, _>(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        })
    };
    booking_link::configure(config);
    config.service(
        web::resource("/b/{slug}")
            .route(reading().to(show))
            .route(web::post().to(take))
            .default_service(nothing_else()),
    );
}

fn missing(language: Option<Language>) -> HttpResponse {
    let body = html::missing(language.unwrap_or_default());
    shown(StatusCode::NOT_FOUND, body)
}

pub(super) fn shown(status: StatusCode, body: String) -> HttpResponse {
    page(status, None, body)
}

/// What of a page is asked for; what cannot be read is as nobody had asked.
pub(super) fn view(
    request: &HttpRequest,
    open: &Open,
    language: Language,
    now: DateTime<Utc>,
) -> View {
    let asked = |name: &str| parameter(request, name);
    let zone = asked("tz").and_then(|zone| zone.parse().ok());
    let zone = zone.unwrap_or(open.zone);
    let lengths = &open.page.design.lengths;
    let minutes = asked("len").and_then(|text| text.parse().ok());
    let minutes = minutes.filter(|minutes| lengths.contains(minutes));
    let at = asked("at").and_then(|at| at.parse::<DateTime<Utc>>().ok());
    let day = asked("day").and_then(|day| day.parse::<NaiveDate>().ok());
    let named = asked("month").and_then(|month| format!("{month}-01").parse().ok());
    let today = now.with_timezone(&zone).date_naive();
    let first = day.or(named).unwrap_or(today);
    // Far from today nothing can be booked, and no calendar ends.
    let near = (first.year() - today.year()).abs() <= 2;
    let first = if near { first } else { today };
    View {
        language,
        zone,
        minutes: minutes.or(lengths.first().copied()).unwrap_or(30),
        month: first.with_day(1).unwrap_or(first),
        day: day.filter(|_| near),
        at,
        moves: false,
    }
}

/// The beginning of a month and of the next one.
pub(super) fn range(view: &View) -> (DateTime<Utc>, DateTime<Utc>) {
    let next = view.month.checked_add_months(Months::new(1));
    let edge = |day| start_of_day(view.zone, day);
    (edge(view.month), edge(next.unwrap_or(view.month)))
}

async fn find(state: &Data<State>, slug: String) -> Result<Option<Open>, Problem> {
    let rows = state.database.across();
    Ok(rows.read(move |conn| open(conn, &slug)).await?)
}

async fn slots(
    state: &Data<State>,
    open: &Open,
    view: &View,
    now: DateTime<Utc>,
) -> Result<Vec<Slot>, Problem> {
    let (page, minutes, range) = (open.page.clone(), view.minutes, range(view));
    let rows = state.database.within(page.workspace_id);
    let found = rows.read(move |conn| public_slots(conn, &page, minutes, range, now));
    Ok(found.await?)
}

async fn show(
    request: HttpRequest,
    state: Data<State>,
    slug: Path<String>,
) -> Result<HttpResponse, Problem> {
    state.limits.admit_visitor(address_of(&request))?;
    let (wish, now) = (wished(&request), Utc::now());
    let Some(open) = find(&state, slug.into_inner()).await? else {
        return Ok(missing(wish));
    };
    let language = wish.unwrap_or(open.language);
    let mut view = view(&request, &open, language, now);
    if let Some(at) = view.at {
        let sent = (&Sent::new(), &Faults::default(), false);
        let body = asked(&state, &open, (&view, at), sent, None);
        return Ok(shown(StatusCode::OK, body));
    }
    let mut found = slots(&state, &open, &view, now).await?;
    let free_choice = view.day.is_none() && parameter(&request, "month").is_none();
    for _ in 0..LOOKED_AT {
        let Some(next) = view.month.checked_add_months(Months::new(1)) else {
            break;
        };
        if !free_choice || !found.is_empty() {
            break;
        }
        view.month = next;
        found = slots(&state, &open, &view, now).await?;
    }
    Ok(shown(
        StatusCode::OK,
        html::choose(&open, &view, &found, None),
    ))
}

/// The page with what is asked, under a new seal.
fn asked(
    state: &Data<State>,
    open: &Open,
    (view, at): (&View, DateTime<Utc>),
    (sent, faults, is_old): (&Sent, &Faults, bool),
    again: Option<(&str, &str)>,
) -> String {
    // Who was too fast is not made to wait anew.
    let (seal, wrong) = match again {
        Some((seal, wrong)) => (seal.to_owned(), Some(wrong)),
        None => (seal(&state.webhooks.vault, &open.page, Utc::now()), None),
    };
    let filled = Filled {
        language: view.language,
        sent,
        faults,
        is_old,
        page: &seal,
        referrer: "",
    };
    html::details(open, (view, at), &filled, wrong)
}

async fn take(
    request: HttpRequest,
    state: Data<State>,
    slug: Path<String>,
    bytes: Bytes,
) -> Result<HttpResponse, Problem> {
    let (wish, now) = (wished(&request), Utc::now());
    if let Err(wait) = state.limits.admit_form(address_of(&request)) {
        return Ok(too_much(wish.unwrap_or_default(), wait));
    }
    if bytes.len() > MAX_BODY {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let Some(open) = find(&state, slug.into_inner()).await? else {
        return Ok(missing(wish));
    };
    let workspace = open.page.workspace_id;
    let known = state
        .limits
        .admit_known_form(workspace, address_of(&request));
    if let Err(wait) = known.await? {
        return Ok(too_much(wish.unwrap_or_default(), wait));
    }
    let language = wish.unwrap_or(open.language);
    let view = view(&request, &open, language, now);
    let post = post(&request, language, texts(&request, &bytes)?);
    let Some(at) = view.at else {
        return gone(&state, &open, view, now).await;
    };
    let chosen = Chosen {
        at,
        minutes: view.minutes,
        zone: view.zone,
    };
    let none = Faults::default();
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match booked(&state, &open, &post, chosen).await? {
        Outcome::Booked(secret) => {
            state.wake.ring();
            state.live.ring();
            see(&secret.reveal(), language)
        }
        Outcome::Faulty(faults) => {
            let sent = (&post.sent, &faults, false);
            shown(unprocessable, asked(&state, &open, (&view, at), sent, None))
        }
        Outcome::Old => {
            let sent = (&post.sent, &none, true);
            shown(unprocessable, asked(&state, &open, (&view, at), sent, None))
        }
        Outcome::Suspect => {
            let sent = (&post.sent, &none, false);
            let again = Some((post.page.as_str(), "suspect"));
            shown(
                unprocessable,
                asked(&state, &open, (&view, at), sent, again),
            )
        }
        Outcome::Gone => return gone(&state, &open, view, now).await,
    })
}

async fn booked(
    state: &Data<State>,
    open: &Open,
    post: &Post,
    chosen: Chosen,
) -> Result<Outcome, Problem> {
    let (vault, open, post) = (state.webhooks.vault.clone(), open.clone(), post.clone());
    let rows = state.database.within(open.page.workspace_id);
    let work = move |conn: &mut Conn| book(conn, &vault, &open, (&post, chosen), Utc::now());
    Ok(rows.write(work).await?)
}

/// Says that the time is taken, and shows what else there is.
async fn gone(
    state: &Data<State>,
    open: &Open,
    mut view: View,
    now: DateTime<Utc>,
) -> Result<HttpResponse, Problem> {
    let at = view.at.take();
    view.day = view
        .day
        .or(at.map(|at| at.with_timezone(&view.zone).date_naive()));
    let found = slots(state, open, &view, now).await?;
    let body = html::choose(open, &view, &found, Some("taken"));
    Ok(shown(StatusCode::CONFLICT, body))
}

/// Leads to the page of a booking, so that nothing is sent again by going back.
pub(super) fn see(token: &str, language: Language) -> HttpResponse {
    let place = format!("/b/manage/{token}?lang={}", language.tag());
    let mut response = shown(StatusCode::SEE_OTHER, String::new());
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
