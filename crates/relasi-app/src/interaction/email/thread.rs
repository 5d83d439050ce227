//! Which conversation a message belongs to, and whose it is.

use chrono::TimeDelta;
use relasi_domain::{
    identity::access::Action,
    people::contact,
    record::{Document, Object},
    sales::lead,
};
use relasi_persistence::{Statement, store::text_of};
use uuid::Uuid;

use super::{
    Emails,
    account::by_id,
    inbound::Arrived,
    message::{self, Message, subject_key, tidy_id},
    suppression::key,
    token,
};
use crate::{
    records::{Work, in_trash},
    refusal::Result,
    sales::lead::is_open,
};

/// A conversation that rested for so long is over, when nothing but its subject speaks for it.
const OVER: TimeDelta = TimeDelta::days(30);

/// The most messages that a header may name.
const MOST_REFERENCES: usize = 30;

/// The contacts with one of the addresses, as far as the worker sees them.
pub(super) fn contacts<'a>(
    work: &mut Work<'_>,
    addresses: impl Iterator<Item = &'a str>,
) -> Result<Vec<Uuid>> {
    let found = with_address(work, &contact::OBJECT, addresses)?;
    Ok(found.iter().filter_map(id_of).collect())
}

/// The leads with one of the addresses with whom somebody is at work, as far as the worker sees them.
pub(super) fn leads<'a>(
    work: &mut Work<'_>,
    addresses: impl Iterator<Item = &'a str>,
) -> Result<Vec<Uuid>> {
    let found = with_address(work, &lead::OBJECT, addresses)?;
    let open = found.iter().filter(|one| is_open(one));
    Ok(open.filter_map(id_of).collect())
}

fn id_of(record: &Document) -> Option<Uuid> {
    Uuid::try_parse(&text_of(record, "id")).ok()
}

fn with_address<'a>(
    work: &mut Work<'_>,
    object: &'static Object,
    addresses: impl Iterator<Item = &'a str>,
) -> Result<Vec<Document>> {
    const MOST_OF_ONE: u32 = 5;
    let keys: Vec<String> = addresses.map(key).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let found = work
        .store()
        .some_matches(object, "emails", &keys, MOST_OF_ONE)?;
    let mut ids: Vec<String> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = work.store().find_all(object, &ids)?;
    let mut found = work.reached(object, Action::See, found)?;
    found.retain(|one| !in_trash(one));
    Ok(found)
}

/// The contacts that a message is linked to.
pub(super) fn linked(work: &mut Work<'_>, message: Uuid) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new("SELECT contact_id FROM email_links WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND email_id = ")
        .bind(message)
        .limit(20);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

/// The leads on whose timelines a message stands.
pub(super) fn linked_leads(work: &mut Work<'_>, message: Uuid) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new(
        "SELECT DISTINCT subject_id FROM timeline_events WHERE record_id <> subject_id AND subject_object = 'lead' \
         AND workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND record_id = ")
        .bind(message)
        .limit(20);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

/// The same, of those with whom somebody is at work.
pub(super) fn answering_leads(work: &mut Work<'_>, message: Uuid) -> Result<Vec<Uuid>> {
    let ids = linked_leads(work, message)?;
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let found = work.store().find_all(&lead::OBJECT, &ids)?;
    let found = work.reached(&lead::OBJECT, Action::See, found)?;
    let open = found.iter().filter(|one| is_open(one) && !in_trash(one));
    Ok(open.filter_map(id_of).collect())
}

/// The message that another one answers: by what it refers to, else by a signed address it came to, else by its subject
/// between the same people.
pub(super) fn answered(
    work: &mut Work<'_>,
    emails: &Emails,
    arrived: &Arrived,
    people: (&[Uuid], &[Uuid]),
) -> Result<Option<Message>> {
    if let Some(found) = by_reference(work, arrived)? {
        return Ok(Some(found));
    }
    for address in arrived.reached() {
        if let Some(found) = signed(work, emails, address)? {
            return Ok(Some(found));
        }
    }
    by_subject(work, arrived, people)
}

fn by_reference(work: &mut Work<'_>, arrived: &Arrived) -> Result<Option<Message>> {
    let named = arrived.in_reply_to.iter();
    // The last ones are the nearest.
    let named = named.chain(arrived.references.iter().rev());
    for id in named.take(MOST_REFERENCES) {
        let mut statement = message::select(work.access.workspace_id);
        statement
            .push(" AND message_id = ")
            .bind(tidy_id(id))
            .limit(1);
        if let Some(found) = message::first(work.conn, &statement)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The message whose signed name stands in a text; none when it is forged or of another workspace.
pub(super) fn signed(work: &mut Work<'_>, emails: &Emails, text: &str) -> Result<Option<Message>> {
    let Some((id, signature)) = token::message_in(text) else {
        return Ok(None);
    };
    let workspace = work.access.workspace_id;
    let Some(found) = message::by_id(work.conn, workspace, id)? else {
        return Ok(None);
    };
    let Some(account) = by_id(work.conn, workspace, found.account_id)? else {
        return Ok(None);
    };
    let secrets = account.secrets(emails)?;
    if token::is_good(&secrets.token_key, id, signature) {
        Ok(Some(found))
    } else {
        log::warn!("a forged name of the message {id} was refused");
        Ok(None)
    }
}

fn by_subject(
    work: &mut Work<'_>,
    arrived: &Arrived,
    (contacts, leads): (&[Uuid], &[Uuid]),
) -> Result<Option<Message>> {
    let subject = subject_key(&arrived.subject);
    if subject.is_empty() || (contacts.is_empty() && leads.is_empty()) {
        return Ok(None);
    }
    let mut statement = message::select(work.access.workspace_id);
    statement.push(" AND subject_key = ").bind(subject);
    statement.push(" AND at > ").bind(arrived.at - OVER);
    // An id that nobody has keeps an empty list well formed.
    let ids = |all: &[Uuid]| -> Vec<Uuid> { all.iter().copied().chain([Uuid::nil()]).collect() };
    statement.push(
        " AND (EXISTS (SELECT 1 FROM email_links l WHERE l.workspace_id = email_messages.workspace_id \
         AND l.email_id = email_messages.id AND l.contact_id IN (",
    );
    statement.bind_all(ids(contacts));
    statement.push(
        ")) OR EXISTS (SELECT 1 FROM timeline_events e WHERE e.workspace_id = email_messages.workspace_id \
         AND e.record_id = email_messages.id AND e.record_id <> e.subject_id AND e.subject_id IN (",
    );
    statement.bind_all(ids(leads));
    statement.push("))) ORDER BY at DESC").uncached().limit(1);
    Ok(message::first(work.conn, &statement)?)
}
