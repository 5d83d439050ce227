//! Writing messages: into the outbox, in the transaction of who writes.

use lettre::message::Mailbox;
use relasi_domain::{
    fault::{Fault, Faults},
    field::is_email,
    record::{Document, Object},
    sales::lead,
};
use relasi_persistence::{Conn, Statement, store::text_of};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Emails,
    account::{self, Account},
    enclosed,
    message::{self, Attachment, MAX_SUBJECT, Message, Recipient},
    people,
    send::KIND,
    suppression, token,
};
use crate::{
    audit,
    interaction::{living, may_edit},
    platform::{
        jobs::{self, NewJob},
        mail::test_words,
    },
    records::Work,
    refusal::{Refusal, Result},
};

/// The most addresses of a message.
const MAX_RECIPIENTS: usize = 20;
/// The most characters of a text.
const MAX_TEXT: usize = 50_000;
/// Tries before a message is given up: most of a day.
const TRIES: u32 = 30;

/// A message to be sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    /// The account; the default one when left out.
    pub account_id: Option<Uuid>,
    /// To whom; the first address of the person when left out.
    pub to: Vec<String>,
    /// Who is to know.
    pub cc: Vec<String>,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The message that it answers.
    pub reply_to: Option<Uuid>,
    /// Files that go with it.
    pub file_ids: Vec<Uuid>,
    /// The quote whose link stands in its text; set by who mails a quote.
    #[serde(skip)]
    pub(crate) quote_id: Option<Uuid>,
}

/// What of a draft was looked at.
struct Checked {
    recipients: Vec<Recipient>,
    files: Vec<Attachment>,
}

/// Writes to a contact, or to a lead that is none yet.
pub fn send(
    work: &mut Work<'_>,
    emails: &Emails,
    (object, id): (&'static Object, Uuid),
    draft: &Draft,
) -> Result<Value> {
    let person = living(work, object, id)?;
    if !may_edit(work, object, &person)? {
        return Err(Refusal::Forbidden);
    }
    let is_lead = object.name == lead::OBJECT.name;
    if is_lead && text_of(&person, "status") == lead::CONVERTED {
        return Err(Refusal::Conflict("lead_is_contact"));
    }
    let account = account_for(work, draft.account_id)?;
    let mut draft = draft.clone();
    if draft.to.is_empty() {
        draft.to.extend(first_address(&person));
    }
    let checked = check(work, emails, &draft)?;
    let answered = draft.reply_to.map(|id| people::visible(work, id));
    let answered = answered.transpose()?.map(|(answered, _)| answered);
    let (mut concerned, mut leads) = (Vec::new(), Vec::new());
    if is_lead { &mut leads } else { &mut concerned }.push(id);
    with_recipients(work, &mut concerned, &checked.recipients)?;
    let made = put(
        work,
        emails,
        &account,
        &draft,
        checked,
        answered.as_ref(),
        (&concerned, &leads),
    )?;
    let field = format!("{}_id", object.name);
    let mut what = vec![json!({"field": field, "old": null, "new": id})];
    if !draft.file_ids.is_empty() {
        what.push(json!({"field": "file_ids", "old": null, "new": draft.file_ids}));
    }
    audit::note(work, "sent", "email", made, json!(what))?;
    people::get(work, made)
}

/// Adds those of the recipients that are contacts which the caller sees.
fn with_recipients(
    work: &mut Work<'_>,
    contacts: &mut Vec<Uuid>,
    recipients: &[Recipient],
) -> Result<()> {
    let addresses = recipients.iter().map(|one| one.address.as_str());
    for other in super::thread::contacts(work, addresses)? {
        if !contacts.contains(&other) {
            contacts.push(other);
        }
    }
    Ok(())
}

/// Writes to who asks by an account, to see whether messages arrive.
pub fn send_test(
    work: &mut Work<'_>,
    emails: &Emails,
    id: Uuid,
    (to, name, language): (&str, &str, &str),
) -> Result<Value> {
    let account = account::mine(work, id)?;
    let (subject, text) = test_words(name, language).ok_or(Refusal::NotFound)?;
    let draft = Draft {
        subject,
        text,
        ..Draft::default()
    };
    let recipients = vec![Recipient {
        address: to.to_owned(),
        name: name.to_owned(),
        kind: "to".to_owned(),
    }];
    let checked = Checked {
        recipients,
        files: Vec::new(),
    };
    let made = put(work, emails, &account, &draft, checked, None, (&[], &[]))?;
    audit::note(work, "test_sent", "email_account", id, json!([]))?;
    people::get(work, made)
}

/// Tries a message again that was given up or came back.
pub fn send_again(work: &mut Work<'_>, id: Uuid) -> Result<Value> {
    let (found, people) = people::visible(work, id)?;
    let me = work.access.user_id;
    let own = found.created_by == Some(me) || found.owner_id == Some(me);
    let mut allowed = own;
    for (object, person) in people.all() {
        allowed = allowed || may_edit(work, object, person)?;
    }
    if !allowed {
        return Err(Refusal::Forbidden);
    }
    if !found.is_retryable() {
        return Err(Refusal::Conflict("mail_not_retryable"));
    }
    account::by_id(work.conn, work.access.workspace_id, found.account_id)?
        .ok_or(Refusal::Conflict("email_account_gone"))?;
    let mut update = Statement::new(
        "UPDATE email_messages SET state = 'queued' WHERE state IN ('failed', 'cancelled', 'bounced') AND workspace_id = ",
    );
    let workspace = work.access.workspace_id;
    update.bind(workspace).push(" AND id = ").bind(id);
    if work.conn.execute(&update)? == 0 {
        return Err(Refusal::Conflict("mail_not_retryable"));
    }
    enqueue(work.conn, workspace, id)?;
    audit::note(work, "sent_again", "email", id, json!([]))?;
    people::get(work, id)
}

fn account_for(work: &mut Work<'_>, wanted: Option<Uuid>) -> Result<Account> {
    let account = if let Some(id) = wanted {
        account::find(work, id)
            .map_err(|_| Refusal::from(Fault::field("account_id", "no_such_record")))?
    } else {
        let all = account::usable(work)?;
        let me = work.access.user_id;
        let own = all
            .iter()
            .find(|one| one.user_id == Some(me) && one.is_default);
        let chosen = own.or_else(|| all.iter().find(|one| one.user_id.is_none()));
        let chosen = chosen.or(all.first()).cloned();
        chosen.ok_or(Refusal::Conflict("no_email_account"))?
    };
    if account.state == "active" {
        Ok(account)
    } else {
        Err(Refusal::Conflict("email_account_paused"))
    }
}

fn first_address(person: &Document) -> Option<String> {
    let first = person.get("emails")?.as_array()?.first()?;
    Some(first["value"].as_str()?.to_owned())
}

fn check(work: &mut Work<'_>, emails: &Emails, draft: &Draft) -> Result<Checked> {
    let mut faults = Faults::default();
    faults.check(draft.to.is_empty(), "to", "required");
    if draft.to.len() + draft.cc.len() > MAX_RECIPIENTS {
        faults.push(Fault::field("to", "too_many").with("max", MAX_RECIPIENTS));
    }
    let lines = [("to", &draft.to), ("cc", &draft.cc)];
    let mut recipients: Vec<Recipient> = Vec::new();
    for (kind, all) in lines {
        for (place, text) in all.iter().enumerate() {
            let mailbox: Option<Mailbox> = text.trim().parse().ok();
            let mailbox = mailbox.filter(|one| is_email(one.email.as_ref()));
            let Some(mailbox) = mailbox else {
                faults.push(Fault::at(format!("/{kind}/{place}"), "not_email"));
                continue;
            };
            let address = mailbox.email.to_string();
            if !recipients.iter().any(|one| one.address == address) {
                recipients.push(Recipient {
                    address,
                    name: mailbox.name.unwrap_or_default(),
                    kind: kind.to_owned(),
                });
            }
        }
    }
    let subject = draft.subject.trim();
    faults.check(subject.is_empty(), "subject", "required");
    if subject.chars().count() > MAX_SUBJECT {
        faults.push(Fault::field("subject", "too_long").with("max", MAX_SUBJECT));
    }
    let odd = subject.chars().any(char::is_control);
    faults.check(odd, "subject", "control_character");
    faults.check(draft.text.trim().is_empty(), "text", "required");
    if draft.text.chars().count() > MAX_TEXT {
        faults.push(Fault::field("text", "too_long").with("max", MAX_TEXT));
    }
    let files = enclosed::chosen(work, &draft.file_ids, &mut faults)?;
    faults.into_result()?;
    refuse_suppressed(work, emails, &recipients)?;
    Ok(Checked { recipients, files })
}

/// Who writes is told at once; it is looked at again when the message is sent.
fn refuse_suppressed(work: &mut Work<'_>, emails: &Emails, recipients: &[Recipient]) -> Result<()> {
    let keys: Vec<String> = recipients
        .iter()
        .map(|one| suppression::key(&one.address))
        .collect();
    let barred = suppression::among(work.conn, &emails.0.vault, work.access.workspace_id, &keys)?;
    let mut faults = Faults::default();
    for (kind, of_kind) in [("to", "to"), ("cc", "cc")] {
        let all = recipients.iter().filter(|one| one.kind == of_kind);
        for (place, one) in all.enumerate() {
            let no = barred.contains(&suppression::key(&one.address));
            faults.wrong(no, || format!("/{kind}/{place}"), "email_suppressed");
        }
    }
    Ok(faults.into_result()?)
}

fn put(
    work: &mut Work<'_>,
    emails: &Emails,
    account: &Account,
    draft: &Draft,
    checked: Checked,
    answered: Option<&Message>,
    concerned: (&[Uuid], &[Uuid]),
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let secrets = account.secrets(emails)?;
    let name = token::of(&secrets.token_key, id);
    let made = Message {
        id,
        account_id: account.id,
        thread_id: answered.map_or(id, |answered| answered.thread_id),
        direction: "outbound".to_owned(),
        state: "queued".to_owned(),
        privacy: account.privacy,
        owner_id: account.user_id,
        message_id: format!("<{name}@{}>", account.domain()),
        in_reply_to: answered.map(|answered| answered.message_id.clone()),
        sender: account.address.clone(),
        sender_name: account.sender_name.clone(),
        recipients: checked.recipients,
        subject: draft.subject.trim().to_owned(),
        body: draft.text.trim().to_owned(),
        html: None,
        attachments: checked.files,
        attempts: 0,
        last_error: None,
        last_reply: None,
        at: work.now,
        sent_at: None,
        created_by: Some(work.access.user_id),
        quote_id: draft.quote_id,
    };
    message::insert(work, &made, concerned)?;
    enqueue(work.conn, work.access.workspace_id, id)?;
    Ok(id)
}

fn enqueue(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<()> {
    let job = NewJob {
        dedupe_key: Some(id.to_string()),
        max_attempts: TRIES,
        ..NewJob::new(KIND, "mail", json!({"message": id}))
    };
    jobs::enqueue(conn, workspace, job)?;
    Ok(())
}
