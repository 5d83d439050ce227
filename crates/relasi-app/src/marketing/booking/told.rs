//! Who is told of what is booked.

use relasi_domain::interaction::activity;
use relasi_persistence::store::{instant_text, text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{book::Place, row::BookingPage};
use crate::{
    audit,
    marketing::form::Kept,
    platform::notification::{Topic, notify},
    records::Work,
    refusal::Result,
    timeline,
};

/// The log, the timeline of the person, and whoever is met.
pub(super) fn made(
    work: &mut Work<'_>,
    page: &BookingPage,
    (id, meeting, person): (Uuid, Uuid, Option<(&'static str, Uuid)>),
    (place, kept): (&Place, &Kept),
) -> Result<()> {
    let at = instant_text(place.chosen.at.timestamp_micros());
    // Nothing of the person: what is erased must not stand here.
    let said = json!([
        {"field": "page_id", "old": null, "new": page.id},
        {"field": "start_at", "old": null, "new": at},
        {"field": "user_ids", "old": null, "new": place.users},
    ]);
    audit::note(work, "booked", "booking", id, said)?;
    on_timeline(
        work,
        person,
        "booking.made",
        &json!({"page": page.name, "at": at}),
    )?;
    let data = json!({"title": text_of(&kept.answers, "name"), "page": page.name, "at": at});
    for user in &place.users {
        let about = Some((activity::OBJECT.name, meeting));
        notify(work, *user, Topic::You, "booking_made", about, &data)?;
    }
    Ok(())
}

/// Puts something on the timeline of whoever booked.
pub(super) fn on_timeline(
    work: &mut Work<'_>,
    person: Option<(&'static str, Uuid)>,
    kind: &str,
    data: &Value,
) -> Result<()> {
    let Some(person) = person else {
        return Ok(());
    };
    let event = timeline::Event {
        subject: person,
        kind,
        at: work.micros(),
        about: person,
        data: data.clone(),
    };
    timeline::add(work, &[event])
}
