//! Messages as rows, and as those see them who may.

use chrono::{DateTime, Utc};
use relasi_domain::{people::contact, sales::lead};
use relasi_persistence::{Conn, Row, Statement, StoreError, sql::Value as Sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::privacy::{Privacy, Seen, seen};
use crate::{
    commerce::quote_mail,
    interaction::activity,
    records::Work,
    refusal::Result,
    sales::{lead::response, score},
    timeline,
};

/// The most characters of a subject.
pub(super) const MAX_SUBJECT: usize = 250;
/// The most characters of a Message-ID that are kept.
const MAX_MESSAGE_ID: usize = 250;
/// Ends of conversations in subjects that mean the same one.
const MAX_KEY: usize = 120;

/// Somebody that a message goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// The name beside it.
    #[serde(default)]
    pub name: String,
    /// `to` or `cc`.
    pub kind: String,
}

/// A file that came or goes with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is called.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The file that goes, or that it became; none when it was too large or is nobody else's business.
    pub file_id: Option<Uuid>,
    /// The version of it that goes; none when it came.
    #[serde(default)]
    pub number: Option<i64>,
}

/// A message.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_field_names,
    reason = "a Message-ID is called by its name"
)]
pub struct Message {
    pub(super) id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) thread_id: Uuid,
    pub(super) direction: String,
    pub(super) state: String,
    pub(super) privacy: Privacy,
    pub(super) owner_id: Option<Uuid>,
    pub(super) message_id: String,
    pub(super) in_reply_to: Option<String>,
    pub(super) sender: String,
    pub(super) sender_name: String,
    pub(super) recipients: Vec<Recipient>,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) html: Option<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) attempts: i64,
    pub(super) last_error: Option<String>,
    pub(super) last_reply: Option<String>,
    pub(super) at: DateTime<Utc>,
    pub(super) sent_at: Option<DateTime<Utc>>,
    pub(super) created_by: Option<Uuid>,
    /// The quote whose link its text brings.
    pub(super) quote_id: Option<Uuid>,
}

const COLUMNS: &str = "id, account_id, thread_id, direction, state, privacy, owner_id, message_id, in_reply_to, sender, \
    sender_name, recipients, subject, body, html, attachments, attempts, last_error, last_reply, at, sent_at, created_by, \
    quote_id";

impl Message {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            account_id: row.id(1)?,
            thread_id: row.id(2)?,
            direction: row.text(3)?,
            state: row.text(4)?,
            privacy: Privacy::of(&row.text(5)?),
            owner_id: row.opt_id(6)?,
            message_id: row.text(7)?,
            in_reply_to: row.opt_text(8)?,
            sender: row.text(9)?,
            sender_name: row.text(10)?,
            recipients: row.json(11)?,
            subject: row.text(12)?,
            body: row.text(13)?,
            html: row.opt_text(14)?,
            attachments: row.json(15)?,
            attempts: row.int(16)?,
            last_error: row.opt_text(17)?,
            last_reply: row.opt_text(18)?,
            at: row.at(19)?,
            sent_at: row.opt_at(20)?,
            created_by: row.opt_id(21)?,
            quote_id: row.opt_id(22)?,
        })
    }

    pub(super) fn seen_by(&self, who: Uuid) -> Seen {
        seen(self.privacy, self.owner_id, self.created_by, who)
    }

    /// Whether it can be sent once more.
    pub(super) fn is_retryable(&self) -> bool {
        self.direction == "outbound"
            && matches!(self.state.as_str(), "failed" | "cancelled" | "bounced")
    }

    /// As the API shows it to somebody; nothing of it for whom it is not.
    pub fn json(&self, who: Uuid) -> Option<Value> {
        let seen = self.seen_by(who);
        if seen == Seen::Nothing {
            return None;
        }
        let all = seen == Seen::All;
        let of_kind = |kind: &str| -> Vec<Value> {
            let some = self.recipients.iter().filter(|one| one.kind == kind);
            some.map(|one| json!({"address": one.address, "name": one.name}))
                .collect()
        };
        Some(json!({
            "id": self.id,
            "account_id": self.account_id,
            "thread_id": self.thread_id,
            "direction": self.direction,
            "state": self.state,
            "privacy": self.privacy,
            "readable": all,
            "from": {"address": self.sender, "name": self.sender_name},
            "to": of_kind("to"),
            "cc": of_kind("cc"),
            "subject": all.then_some(&self.subject),
            "text": all.then(|| quote_mail::shown(&self.body, self.quote_id)),
            "html": self.html.as_ref().filter(|_| all),
            "attachments": if all { json!(self.attachments) } else { json!([]) },
            "attempts": self.attempts,
            "last_error": self.last_error,
            "last_reply": self.last_reply.as_ref().filter(|_| all),
            "at": self.at,
            "sent_at": self.sent_at,
            "created_by": self.created_by,
            "quote_id": self.quote_id,
            "retryable": all && self.is_retryable(),
        }))
    }
}

/// A subject without what conversations put in front of it.
pub(super) fn subject_key(subject: &str) -> String {
    const PREFIXES: [&str; 9] = ["re", "fw", "fwd", "aw", "wg", "bls", "trs", "ตอบ", "ส่งต่อ"];
    let mut rest = subject.trim();
    while let Some((first, more)) = rest.split_once(':') {
        if !PREFIXES.contains(&first.trim().to_lowercase().as_str()) {
            break;
        }
        rest = more.trim_start();
    }
    let words: Vec<String> = rest.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").chars().take(MAX_KEY).collect()
}

/// A Message-ID as it is kept: with its brackets, and not longer than the index has room for.
pub(super) fn tidy_id(text: &str) -> String {
    let inner = text.trim().trim_start_matches('<').trim_end_matches('>');
    let inner: String = inner.chars().take(MAX_MESSAGE_ID).collect();
    format!("<{inner}>")
}

pub(super) fn select(workspace: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM email_messages WHERE workspace_id = "
    ));
    statement.bind(workspace);
    statement
}

/// The first of the messages that a statement selects.
pub(super) fn first(
    conn: &mut Conn,
    statement: &Statement,
) -> std::result::Result<Option<Message>, StoreError> {
    conn.row(statement, Message::read)
}

/// A message by its id.
pub(super) fn by_id(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
) -> std::result::Result<Option<Message>, StoreError> {
    let mut statement = select(workspace);
    statement.push(" AND id = ").bind(id);
    first(conn, &statement)
}

/// Writes a message, puts it on the timelines of contacts and leads, and notes that they were in touch.
pub(super) fn insert(
    work: &mut Work<'_>,
    message: &Message,
    (contacts, leads): (&[Uuid], &[Uuid]),
) -> Result<()> {
    let workspace = work.access.workspace_id;
    let row: Vec<(&str, Sql)> = vec![
        ("workspace_id", workspace.into()),
        ("id", message.id.into()),
        ("account_id", message.account_id.into()),
        ("thread_id", message.thread_id.into()),
        ("direction", message.direction.as_str().into()),
        ("state", message.state.as_str().into()),
        ("privacy", message.privacy.code().into()),
        ("owner_id", message.owner_id.into()),
        ("message_id", message.message_id.as_str().into()),
        ("in_reply_to", message.in_reply_to.as_deref().into()),
        ("sender", message.sender.as_str().into()),
        ("sender_name", message.sender_name.as_str().into()),
        ("recipients", json!(message.recipients).to_string().into()),
        ("subject", message.subject.as_str().into()),
        ("subject_key", subject_key(&message.subject).into()),
        ("body", message.body.as_str().into()),
        ("html", message.html.as_deref().into()),
        ("attachments", json!(message.attachments).to_string().into()),
        ("attempts", message.attempts.into()),
        ("at", message.at.into()),
        ("sent_at", message.sent_at.into()),
        ("created_by", message.created_by.into()),
        ("quote_id", message.quote_id.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = row.into_iter().unzip();
    work.store()
        .insert_rows("email_messages", &columns, &[row])?;
    let at = message.at.timestamp_micros();
    let links: Vec<Vec<Sql>> = contacts
        .iter()
        .map(|contact| {
            vec![
                workspace.into(),
                (*contact).into(),
                message.id.into(),
                at.into(),
            ]
        })
        .collect();
    let columns = ["workspace_id", "contact_id", "email_id", "at"];
    work.store().insert_rows("email_links", &columns, &links)?;
    let events: Vec<timeline::Event<'_>> = contacts
        .iter()
        .map(|contact| timeline::Event {
            subject: (contact::OBJECT.name, *contact),
            kind: "email",
            at,
            about: ("email", message.id),
            data: json!({"direction": message.direction}),
        })
        .collect();
    timeline::add(work, &events)?;
    for contact in contacts {
        activity::in_touch(work, *contact)?;
    }
    on_leads(work, message, leads)
}

/// Puts a message on the timelines of these leads and of those that it is from or goes to; one of ours may be the first
/// response to them.
fn on_leads(work: &mut Work<'_>, message: &Message, leads: &[Uuid]) -> Result<()> {
    let others = message.recipients.iter().map(|one| one.address.as_str());
    let others = others.chain([message.sender.as_str()]);
    let mut leads = leads.to_vec();
    for other in super::thread::leads(work, others)? {
        if !leads.contains(&other) {
            leads.push(other);
        }
    }
    if leads.is_empty() {
        return Ok(());
    }
    let told = leads.iter().map(|id| timeline::Event {
        subject: (lead::OBJECT.name, *id),
        kind: "email",
        at: message.at.timestamp_micros(),
        about: ("email", message.id),
        data: json!({"direction": message.direction}),
    });
    let told: Vec<timeline::Event<'_>> = told.collect();
    timeline::add(work, &told)?;
    for id in &leads {
        activity::in_touch_with_lead(work, *id)?;
        response::follow(work.conn, work.access.workspace_id, *id)?;
    }
    let leads = leads.into_iter().collect();
    score::follow(work.conn, work.access.workspace_id, &leads, work.now)
}

/// When the last message from or to a contact was, in microseconds since 1970.
pub(crate) fn latest(conn: &mut Conn, workspace: Uuid, contact: Uuid) -> Result<Option<i64>> {
    let mut statement = Statement::new("SELECT max(at) FROM email_links WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND contact_id = ")
        .bind(contact);
    let found = conn.row(&statement, |row| row.opt_int(0))?;
    Ok(found.flatten())
}

/// When the last message from or to a lead was, in microseconds since 1970.
pub(crate) fn latest_of_lead(conn: &mut Conn, workspace: Uuid, lead: Uuid) -> Result<Option<i64>> {
    let mut statement =
        Statement::new("SELECT at FROM timeline_events WHERE kind = 'email' AND workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND subject_id = ")
        .bind(lead)
        .push(" ORDER BY at DESC")
        .limit(1);
    Ok(conn.row(&statement, |row| row.int(0))?)
}

/// Puts messages into the events of a timeline that are about them, and takes out events about messages that are not the
/// caller's business.
pub(crate) fn attach(work: &mut Work<'_>, items: &mut Vec<Value>) -> Result<()> {
    let is_email = |item: &Value| item["object"] == "email";
    let ids = items.iter().filter(|item| is_email(item));
    let ids: Vec<String> = ids
        .filter_map(|item| item["record_id"].as_str().map(str::to_owned))
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut statement = select(work.access.workspace_id);
    statement.push(" AND id IN (");
    statement
        .bind_all(ids.iter().map(String::as_str))
        .push(")")
        .uncached();
    let me = work.access.user_id;
    let found = work.conn.rows(&statement, Message::read)?;
    let shown: Vec<Value> = found.iter().filter_map(|one| one.json(me)).collect();
    for item in items.iter_mut().filter(|item| is_email(item)) {
        let mut one = shown
            .iter()
            .find(|one| one["id"] == item["record_id"])
            .cloned();
        // The page of a message has it; a timeline with many of them stays small.
        if let Some(one) = one.as_mut().and_then(Value::as_object_mut) {
            one.remove("html");
        }
        item["email"] = one.unwrap_or(Value::Null);
    }
    items.retain(|item| !is_email(item) || !item["email"].is_null());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_of_one_conversation_are_alike() {
        for subject in [
            "Kopi Gayo",
            "Re: Kopi  gayo",
            "RE: Fwd: kopi gayo",
            "ตอบ: Kopi Gayo",
        ] {
            assert_eq!(subject_key(subject), "kopi gayo", "{subject}");
        }
        assert_eq!(subject_key("Order: Kopi"), "order: kopi");
        assert_eq!(tidy_id("abc@x"), "<abc@x>");
        assert_eq!(tidy_id("<abc@x>"), "<abc@x>");
    }
}
