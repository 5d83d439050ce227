//! Who somebody is that books.

use relasi_domain::{people::contact, text::email_key};
use relasi_persistence::store::text_of;
use uuid::Uuid;

use super::row::BookingPage;
use crate::{
    marketing::form::{Kept, agree, keys, lead_of},
    people::consent,
    records::{Work, in_trash, member_id},
    refusal::{Refusal, Result},
};

/// The contact of the address, else a lead; none where the rules of the workspace refuse the lead: the time is booked all
/// the same.
pub(super) fn of(
    work: &mut Work<'_>,
    page: &BookingPage,
    kept: &Kept,
) -> Result<Option<(&'static str, Uuid)>> {
    let (subject, id) = if let Some(id) = known(work, kept)? {
        (consent::CONTACT, id)
    } else {
        let design = page.design.form();
        let (access, now, cause) = (work.access, work.now, work.cause.clone());
        let made = work.conn.transaction(|conn| {
            let mut work = Work {
                conn,
                access,
                now,
                cause,
            };
            lead_of(&mut work, &design, kept)
        });
        match made {
            Ok(taken) => (consent::LEAD, taken.lead),
            Err(Refusal::Invalid(_) | Refusal::Conflict(_) | Refusal::Forbidden) => {
                return Ok(None);
            }
            Err(other) => return Err(other),
        }
    };
    agree(work, (subject, id), &page.name, kept)?;
    Ok(Some((subject.object.name, id)))
}

/// The newest contact of the address.
fn known(work: &mut Work<'_>, kept: &Kept) -> Result<Option<Uuid>> {
    let emails = keys(&kept.answers, "emails", email_key);
    if emails.is_empty() {
        return Ok(None);
    }
    let found = work
        .store()
        .some_matches(&contact::OBJECT, "emails", &emails, 20)?;
    let mut ids: Vec<String> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut contacts = work.store().find_all(&contact::OBJECT, &ids)?;
    contacts.retain(|contact| !in_trash(contact));
    contacts.sort_by_key(|contact| text_of(contact, "created_at"));
    Ok(contacts.pop().and_then(|contact| member_id(&contact, "id")))
}
