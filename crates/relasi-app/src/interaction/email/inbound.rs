//! Messages as they come in: read and judged.

use chrono::{DateTime, Utc};
use mail_parser::{Address as Line, HeaderValue, Message as Mime, MessageParser, MimeHeaders};

use super::{
    bounce::{self, Report},
    message::{MAX_SUBJECT, Recipient, tidy_id},
};
use crate::platform::import::hexadecimal;

/// The most characters of a text that are kept.
const MAX_TEXT: usize = 50_000;
/// The most characters of a page that are kept.
const MAX_HTML: usize = 200_000;
/// The most recipients that are kept.
const MOST_RECIPIENTS: usize = 50;
/// The most attachments that are kept.
const MOST_ATTACHMENTS: usize = 20;
/// The largest attachment that is kept.
const MAX_ATTACHMENT: usize = 25 << 20;
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
    pub(super) is_automatic: bool,
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

/// One line of so many characters.
pub(super) fn short(text: &str, most: usize) -> String {
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
