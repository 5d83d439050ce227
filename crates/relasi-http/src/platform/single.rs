//! A contact as a card, an activity as an entry of a calendar.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Path},
};
use futures_util::stream;
use relasi_app::platform::bulk::{Format, single};
use relasi_domain::{interaction::activity, people::contact, record::Object};
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    download,
    problem::Problem,
    records::parse_id,
};

/// Registers the files of one record.
pub fn register(api: &mut Api) {
    let file = json!({"type": "string", "description": "The file."});
    let one = Operation::get(
        "/contacts/{id}/card",
        "contacts",
        "get_contact_card",
        "A contact as a vCard",
    )
    .about("For those who may export the contact. Its own `UID` is the id.")
    .query(
        "version",
        "Version of the form.",
        json!({"type": "string", "enum": ["3.0", "4.0"], "default": "4.0"}),
    )
    .returns_of(200, "A vCard file in UTF-8.", "text/vcard", file.clone());
    api.add(one, card);
    let one = Operation::get(
        "/activities/{id}/calendar",
        "activities",
        "get_activity_calendar",
        "An activity as an entry of a calendar",
    )
    .about(
        "For those who may export the activity. Meetings and calls with a time are events, notes and e-mails entries of a \
         journal, all else tasks. Times are in UTC.",
    )
    .returns_of(200, "An iCalendar file in UTF-8.", "text/calendar", file);
    api.add(one, calendar);
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
enum Version {
    #[serde(rename = "3.0")]
    Three,
    #[default]
    #[serde(rename = "4.0")]
    Four,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardQuery {
    #[serde(default)]
    version: Version,
}

async fn card(
    caller: Caller,
    id: Path<String>,
    query: Query<CardQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let format = match query.0.version {
        Version::Three => Format::Vcard3,
        Version::Four => Format::Vcard,
    };
    of(&caller, &contact::OBJECT, &id, format, &request).await
}

async fn calendar(
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    of(&caller, &activity::OBJECT, &id, Format::Ical, &request).await
}

async fn of(
    caller: &Caller,
    object: &'static Object,
    id: &str,
    format: Format,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (id, language) = (parse_id(id)?, caller.language(request));
    let bytes = caller
        .read_short(move |work| single(work, object, id, format, language))
        .await?;
    let name = format!("{}-{id}.{}", object.name, format.extension());
    let piece = stream::iter([Ok(Bytes::from(bytes))]);
    Ok(download::file(&name, format.media_type(), piece))
}
