//! Messages as they come in: read, judged, stored.

use chrono::{DateTime, Utc};
use mail_parser::{Address as Line, HeaderValue, Message as Mime, MessageParser, MimeHeaders};
use relasi_domain::{
    field::is_email, interaction::file::tidy_name, people::contact, record::Document,
};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use super::{
    Emails,
    account::Account,
    bounce::{self, Report},
    message::{self, Attachment, MAX_SUBJECT, Message, Recipient, tidy_id},
    privacy::Privacy,
    suppression, thread,
};
use crate::{
    interaction::file,
    platform::{import::hexadecimal, storage::Content},
    records::Work,
    refusal::{Refusal, Result},
};

/// The most characters of a text that are kept.
const MAX_TEXT: usize = 50_000;
/// The most characters of a page that are kept.
const MAX_HTML: usize = 200_000;
/// The most recipients that are kept.
const MOST_RECIPIENTS: usize = 50;
/// The most attachments that are kept.
pub(super) const MOST_ATTACHMENTS: usize = 20;
/// The largest attachment that is kept.
pub(super) const MAX_ATTACHMENT: usize = 25 << 20;
/// The most parts of a message; one with more is made to cost.
const MOST_PARTS: usize = 200;

/// A file in a message.
#[derive(Clone)]
pub(super) struct Enclosed {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A message as it came, read but not yet stored.
#[derive(Clone)]
pub(super) struct Arrived {
    pub(super) message_id: String,
    pub(super) in_reply_to: Option<String>,
    pub(super) references: Vec<String>,
    pub(super) sender: String,
    pub(super) sender_name: String,
    pub(super) recipients: Vec<Recipient>,
    /// Further addresses that it was delivered to.
    delivered: Vec<String>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: Option<String>,
    pub(super) enclosed: Vec<Enclosed>,
    pub(super) at: DateTime<Utc>,
    /// Written by a program, to nobody in particular or as an answer by itself.
    is_automatic: bool,
    pub(super) report: Option<Report>,
}

impl Arrived {
    /// All addresses that it came to.
    pub(super) fn reached(&self) -> impl Iterator<Item = &str> {
        let all = self.recipients.iter().map(|one| one.address.as_str());
        all.chain(self.delivered.iter().map(String::as_str))
    }
}

/// Reads a message; none when it is none, or made to cost.
pub(super) fn read(raw: &[u8], now: DateTime<Utc>) -> Option<Arrived> {
    let mime = MessageParser::default().parse(raw)?;
    if mime.parts.len() > MOST_PARTS {
        return None;
    }
    let from = mime.from().and_then(Line::first);
    let sender = from.and_then(|one| one.address()).unwrap_or_default();
    let name = from.and_then(|one| one.name()).unwrap_or_default();
    let mut recipients = Vec::new();
    add(&mut recipients, mime.to(), "to");
    add(&mut recipients, mime.cc(), "cc");
    let at = mime
        .date()
        .and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0));
    let html = mime.html_bodies().next().filter(|part| part.is_text_html());
    let html = html.and_then(|part| part.text_contents()).map(clean);
    let enclosed = mime.attachments().take(MOST_ATTACHMENTS);
    let enclosed = enclosed.filter(|part| part.contents().len() <= MAX_ATTACHMENT);
    Some(Arrived {
        message_id: mime.message_id().map_or_else(|| unnamed(raw), tidy_id),
        in_reply_to: texts(mime.in_reply_to()).into_iter().next(),
        references: texts(mime.references()),
        sender: short(sender, 320),
        sender_name: short(name, 200),
        recipients,
        delivered: delivered(&mime),
        subject: short(mime.subject().unwrap_or_default(), MAX_SUBJECT),
        text: mime
            .body_text(0)
            .map(|text| cut(&text.replace("\r\n", "\n"), MAX_TEXT))
            .unwrap_or_default(),
        html: html.filter(|html| html.chars().count() <= MAX_HTML),
        enclosed: enclosed
            .map(|part| Enclosed {
                name: part.attachment_name().unwrap_or("attachment").to_owned(),
                bytes: part.contents().to_vec(),
            })
            .collect(),
        // A clock that is ahead would put it above everything that comes later.
        at: at.unwrap_or(now).min(now),
        is_automatic: is_automatic(&mime),
        report: bounce::report(&mime),
    })
}

/// What may stand in a page of a stranger: words and their form, and links that tell nobody where one comes from. Pictures
/// are left out, since they tell who reads.
fn clean(html: &str) -> String {
    ammonia::Builder::default()
        .rm_tags(["img", "map", "area"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .set_tag_attribute_value("a", "target", "_blank")
        .clean(html)
        .to_string()
}

/// A message without a name has one made of its content, so that it is told again.
fn unnamed(raw: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    format!("<{}@unnamed.invalid>", hexadecimal(&Sha256::digest(raw)))
}

fn short(text: &str, most: usize) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(most).collect::<String>().trim().to_owned()
}

/// Without what the databases do not store.
fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}

fn texts(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(one) => vec![one.to_string()],
        HeaderValue::TextList(all) => all.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn add(recipients: &mut Vec<Recipient>, line: Option<&Line<'_>>, kind: &str) {
    let all = line.into_iter().flat_map(|line| line.iter());
    for one in all.take(MOST_RECIPIENTS) {
        if let Some(address) = one.address() {
            recipients.push(Recipient {
                address: short(address, 320),
                name: short(one.name().unwrap_or_default(), 200),
                kind: kind.to_owned(),
            });
        }
    }
}

fn delivered(mime: &Mime<'_>) -> Vec<String> {
    let all = ["Delivered-To", "X-Original-To", "Envelope-To"].into_iter();
    let all = all.filter_map(|name| mime.header_raw(name));
    all.map(|text| short(text, 320)).collect()
}

fn is_automatic(mime: &Mime<'_>) -> bool {
    let header = |name: &'static str| {
        let value = mime.header_raw(name).unwrap_or_default();
        value.trim().to_lowercase()
    };
    let answered = header("Auto-Submitted");
    let precedence = header("Precedence");
    !(answered.is_empty() || answered.starts_with("no"))
        || matches!(precedence.as_str(), "bulk" | "junk" | "list" | "auto_reply")
        || mime.header_raw("X-Autoreply").is_some()
        || mime.header_raw("List-Id").is_some()
}

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
    let mut contacts = thread::contacts(work, others.into_iter())?;
    let answered = thread::answered(work, emails, arrived, &contacts)?;
    if let (true, Some(answered)) = (contacts.is_empty(), &answered) {
        contacts = thread::linked(work, answered.id)?;
    }
    if contacts.is_empty() && account.stores_unknown && !is_own {
        contacts.extend(made_of(work, arrived)?);
    }
    if contacts.is_empty() {
        return Ok(Outcome::Left);
    }
    let id = Uuid::now_v7();
    let attachments = attach(work, account, arrived, &contacts, contents)?;
    let made = Message {
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
    message::insert(work, &made, &contacts)?;
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

/// Files of a message that everybody may read become files of its first contact.
fn attach(
    work: &mut Work<'_>,
    account: &Account,
    arrived: &Arrived,
    contacts: &[Uuid],
    contents: &[(String, Uuid, Content)],
) -> Result<Vec<Attachment>> {
    let mut kept: Vec<(String, u64, Uuid)> = Vec::new();
    let first = contacts
        .first()
        .filter(|_| account.privacy == Privacy::Everyone);
    for (name, content_id, content) in contents.iter().filter(|_| first.is_some()) {
        let Some(contact) = first else { continue };
        let name = tidy_name(name, "name").unwrap_or_else(|_| "attachment".to_owned());
        let arrived = file::Arrived {
            name: name.clone(),
            content_id: *content_id,
            content: content.clone(),
        };
        match file::add(work, &contact::OBJECT, *contact, &arrived) {
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
        }
    });
    Ok(all.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways into a page that others have tried.
    const CORPUS: [&str; 16] = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=javascript:alert(1)></iframe>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\" &#106;avascript:alert(1)\">x</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
        "<body onload=alert(1)>",
        "<div style=\"background:url(javascript:alert(1))\">x</div>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<form action=https://evil.example><input name=password></form>",
        "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
        "<base href=https://evil.example>",
        "<object data=https://evil.example></object><embed src=https://evil.example>",
    ];

    // B3: pages of strangers.
    #[test]
    fn nothing_of_a_strangers_page_runs_loads_or_leads_astray() {
        for page in CORPUS {
            let clean = clean(page).to_lowercase();
            for bad in [
                "<script",
                "onerror=",
                "onload=",
                "javascript:",
                "<iframe",
                "<svg",
                "<img",
                "<form",
                "<input",
                "<meta",
                "<base",
                "<object",
                "<embed",
                "<style",
                "style=",
                "data:text",
            ] {
                let quoted = clean.contains("title=");
                assert!(quoted || !clean.contains(bad), "{page} became {clean}");
            }
        }
        let kept = clean("<p>Halo <b>Siti</b> <a href=\"https://kopi.example\">kopi</a></p>");
        assert!(
            kept.contains("<b>Siti</b>") && kept.contains("noopener"),
            "{kept}"
        );
    }

    #[test]
    fn a_message_is_read_whole() {
        let raw = "From: Siti Rahayu <siti@kopi.example>\r\nTo: a@x.example, B <b@x.example>\r\nCc: c@x.example\r\n\
            Subject: =?utf-8?B?4Liq4Lin4Lix4Liq4LiU4Li1?=\r\nMessage-ID: <1@kopi.example>\r\n\
            In-Reply-To: <0@x.example>\r\nReferences: <y@x.example> <0@x.example>\r\n\
            Date: Mon, 2 Nov 2026 10:00:00 +0700\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHalo\r\n";
        let read = read(raw.as_bytes(), Utc::now()).unwrap();
        assert_eq!(
            (read.sender.as_str(), read.sender_name.as_str()),
            ("siti@kopi.example", "Siti Rahayu")
        );
        assert_eq!(
            read.reached().collect::<Vec<_>>(),
            ["a@x.example", "b@x.example", "c@x.example"]
        );
        assert_eq!(read.subject, "สวัสดี");
        assert_eq!(read.in_reply_to.as_deref(), Some("0@x.example"));
        assert_eq!(read.references.len(), 2);
        assert_eq!(read.text.trim(), "Halo");
        assert!(!read.is_automatic && read.report.is_none());
    }

    #[test]
    fn programs_are_told_by_what_they_say_of_themselves() {
        for (header, automatic) in [
            ("Auto-Submitted: auto-replied", true),
            ("Auto-Submitted: no", false),
            ("Precedence: bulk", true),
            ("List-Id: <news.kopi.example>", true),
            ("X-Mailer: Kopi", false),
        ] {
            let raw = format!("From: a@kopi.example\r\n{header}\r\n\r\nx");
            let read = read(raw.as_bytes(), Utc::now()).unwrap();
            assert_eq!(read.is_automatic, automatic, "{header}");
        }
    }
}
