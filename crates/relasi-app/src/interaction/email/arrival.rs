//! Messages that came in, stored where they belong.

use relasi_domain::{
    field::is_email,
    interaction::file::tidy_name,
    people::contact,
    record::{Document, Object},
    sales::lead,
};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::{
    Emails,
    account::Account,
    bounce,
    inbound::{Arrived, short},
    message::{self, Attachment, Message, tidy_id},
    privacy::Privacy,
    suppression, thread,
};
use crate::{
    interaction::file,
    platform::storage::Content,
    records::Work,
    refusal::{Refusal, Result},
};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is there.
    Stored,
    /// It was there.
    Known,
    /// It reported that another one came back.
    Report,
    /// It is nobody's business.
    Left,
}

/// Stores a message where it belongs. `contents` are those of its files, as far as they are kept.
pub(super) fn store(
    work: &mut Work<'_>,
    emails: &Emails,
    account: &Account,
    arrived: &Arrived,
    contents: &[(String, Uuid, Content)],
) -> Result<Outcome> {
    if let Some(report) = &arrived.report {
        bounce::take(work, emails, arrived, report)?;
        return Ok(Outcome::Report);
    }
    // Our own messages that come back to us, and answers of programs, would go round for ever.
    if is_known(work, account, arrived)? {
        return Ok(Outcome::Known);
    }
    if arrived.is_automatic {
        return Ok(Outcome::Left);
    }
    let is_own = suppression::key(&arrived.sender) == suppression::key(&account.address);
    let others = [arrived.sender.as_str()].into_iter();
    let others = others.chain(arrived.recipients.iter().map(|one| one.address.as_str()));
    let others: Vec<&str> = others
        .filter(|one| suppression::key(one) != suppression::key(&account.address))
        .collect();
    let mut contacts = thread::contacts(work, others.iter().copied())?;
    let mut leads = thread::leads(work, others.into_iter())?;
    let answered = thread::answered(work, emails, arrived, (&contacts, &leads))?;
    if let (true, Some(answered)) = (contacts.is_empty(), &answered) {
        contacts = thread::linked(work, answered.id)?;
        if leads.is_empty() {
            leads = thread::answering_leads(work, answered.id)?;
        }
    }
    // Who is a lead is known already.
    if contacts.is_empty() && leads.is_empty() && account.stores_unknown && !is_own {
        contacts.extend(made_of(work, arrived)?);
    }
    if contacts.is_empty() && leads.is_empty() {
        return Ok(Outcome::Left);
    }
    let id = Uuid::now_v7();
    let to = first_of(&contacts, &leads);
    let attachments = attach(work, account, arrived, to, contents)?;
    let made = Message {
        quote_id: None,
        id,
        account_id: account.id,
        thread_id: answered.as_ref().map_or(id, |one| one.thread_id),
        direction: if is_own { "outbound" } else { "inbound" }.to_owned(),
        state: if is_own { "sent" } else { "received" }.to_owned(),
        privacy: account.privacy,
        owner_id: account.user_id,
        message_id: arrived.message_id.clone(),
        in_reply_to: arrived.in_reply_to.as_deref().map(tidy_id),
        sender: arrived.sender.clone(),
        sender_name: arrived.sender_name.clone(),
        recipients: arrived.recipients.clone(),
        subject: arrived.subject.clone(),
        body: arrived.text.clone(),
        html: arrived.html.clone(),
        attachments,
        attempts: 0,
        last_error: None,
        last_reply: None,
        at: arrived.at,
        sent_at: is_own.then_some(arrived.at),
        created_by: None,
    };
    message::insert(work, &made, (&contacts, &leads))?;
    suppression::reached(work.conn, work.access.workspace_id, &arrived.sender)?;
    Ok(Outcome::Stored)
}

fn is_known(work: &mut Work<'_>, account: &Account, arrived: &Arrived) -> Result<bool> {
    let mut statement = Statement::new("SELECT COUNT(*) FROM email_messages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND message_id = ")
        .bind(arrived.message_id.as_str());
    statement
        .push(" AND (direction = 'outbound' OR account_id = ")
        .bind(account.id)
        .push(")");
    let found = work.conn.row(&statement, |row| row.int(0))?;
    Ok(found.unwrap_or_default() > 0)
}

/// A contact for somebody who wrote for the first time, where the account's owner may make one.
fn made_of(work: &mut Work<'_>, arrived: &Arrived) -> Result<Option<Uuid>> {
    if !is_email(&arrived.sender) {
        return Ok(None);
    }
    let name = Some(&arrived.sender_name).filter(|name| !name.is_empty());
    let body = json!({
        "full_name": name.unwrap_or(&arrived.sender),
        "emails": [{"value": arrived.sender}],
    });
    let body: Document = serde_json::from_value(body).unwrap_or_default();
    match work.create_anyway(&contact::OBJECT, body) {
        Ok(made) => Ok(crate::records::member_id(&made, "id")),
        // Somebody who may not make contacts, or fields that a contact must have: the message is left.
        Err(Refusal::Forbidden | Refusal::Invalid(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The first of the people whom a message concerns, contacts before leads.
fn first_of(contacts: &[Uuid], leads: &[Uuid]) -> Option<(&'static Object, Uuid)> {
    let contact = contacts.first().map(|id| (&contact::OBJECT, *id));
    contact.or_else(|| leads.first().map(|id| (&lead::OBJECT, *id)))
}

/// Files of a message that everybody may read become files of the first of its people.
fn attach(
    work: &mut Work<'_>,
    account: &Account,
    arrived: &Arrived,
    to: Option<(&'static Object, Uuid)>,
    contents: &[(String, Uuid, Content)],
) -> Result<Vec<Attachment>> {
    let mut kept: Vec<(String, u64, Uuid)> = Vec::new();
    let first = to.filter(|_| account.privacy == Privacy::Everyone);
    for (name, content_id, content) in contents.iter().filter(|_| first.is_some()) {
        let Some((object, person)) = first else {
            continue;
        };
        let name = tidy_name(name, "name").unwrap_or_else(|_| "attachment".to_owned());
        let arrived = file::Arrived {
            name: name.clone(),
            content_id: *content_id,
            content: content.clone(),
        };
        match file::add(work, object, person, &arrived) {
            Ok(made) => kept.push((name, content.size, made.id())),
            Err(Refusal::Forbidden | Refusal::NotFound | Refusal::Invalid(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let all = arrived.enclosed.iter().map(|one| {
        let name = short(&one.name, 200);
        let size = one.bytes.len() as u64;
        let file_id = kept
            .iter()
            .find(|(of, bytes, _)| *bytes == size && (*of == name || of.as_str() == "attachment"))
            .map(|(_, _, id)| *id);
        Attachment {
            name,
            size,
            file_id,
            number: None,
        }
    });
    Ok(all.collect())
}
