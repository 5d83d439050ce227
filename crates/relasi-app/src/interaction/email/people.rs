//! Whom a message concerns, and who sees it by that.

use relasi_domain::{
    identity::access::Action,
    people::contact,
    record::{Document, Object},
    sales::lead,
};
use relasi_persistence::Statement;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    message::{Message, by_id},
    privacy::Seen,
    thread::linked_leads,
};
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// The contacts that a message concerns, as far as the caller sees them.
fn contacts_of(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Document>> {
    let mut statement = Statement::new("SELECT contact_id FROM email_links WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND email_id = ")
        .bind(id)
        .limit(100);
    let ids = work.conn.rows(&statement, |row| row.text(0))?;
    let found = work.store().find_all(&contact::OBJECT, &ids)?;
    work.reached(&contact::OBJECT, Action::See, found)
}

/// The people whom a message concerns, as far as the caller sees them.
pub(super) struct People {
    contacts: Vec<Document>,
    leads: Vec<Document>,
}

impl People {
    /// Each with its object.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static Object, &Document)> {
        let contacts = self.contacts.iter().map(|one| (&contact::OBJECT, one));
        contacts.chain(self.leads.iter().map(|one| (&lead::OBJECT, one)))
    }
}

/// The leads on whose timelines a message stands, as far as the caller sees them.
fn leads_of(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Document>> {
    let ids = linked_leads(work, id)?;
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let found = work.store().find_all(&lead::OBJECT, &ids)?;
    work.reached(&lead::OBJECT, Action::See, found)
}

/// A message that the caller sees: of a contact or lead that they see, or of their own.
pub(super) fn visible(work: &mut Work<'_>, id: Uuid) -> Result<(Message, People)> {
    let found = by_id(work.conn, work.access.workspace_id, id)?.ok_or(Refusal::NotFound)?;
    let people = People {
        contacts: contacts_of(work, id)?,
        leads: leads_of(work, id)?,
    };
    let me = work.access.user_id;
    let own = found.owner_id == Some(me) || found.created_by == Some(me);
    let nobody = people.all().next().is_none();
    if found.seen_by(me) == Seen::Nothing || (nobody && !own) {
        return Err(Refusal::NotFound);
    }
    Ok((found, people))
}

/// A message as the API shows it.
pub fn get(work: &mut Work<'_>, id: Uuid) -> Result<Value> {
    let (found, people) = visible(work, id)?;
    let mut json = found.json(work.access.user_id).ok_or(Refusal::NotFound)?;
    for (name, of) in [
        ("contact_ids", &people.contacts),
        ("lead_ids", &people.leads),
    ] {
        let ids: Vec<Value> = of.iter().map(|one| one["id"].clone()).collect();
        json[name] = json!(ids);
    }
    Ok(json)
}
