//! Messages that came back: what their reports say, and what follows.

use mail_parser::{Message as Mime, MessageParser, MimeHeaders, PartType};
use relasi_persistence::Conn;

use super::{
    Emails,
    inbound::Arrived,
    message::Message,
    outbox,
    suppression::{self, key},
    thread,
};
use crate::{records::Work, refusal::Result};

/// What a report says of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) address: String,
    /// For good: 5.x.x.
    pub(super) is_hard: bool,
    pub(super) status: String,
    pub(super) diagnostic: String,
}

/// A report of a mail server about a message that it could not deliver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) verdicts: Vec<Verdict>,
    /// Message-ID of what came back.
    pub(super) original: Option<String>,
}

/// The most parts that are looked at.
const MOST_PARTS: usize = 20;
/// The most addresses that one report may be about.
const MOST_VERDICTS: usize = 50;

/// The report in a message; none when it is no report.
pub(super) fn report(mime: &Mime<'_>) -> Option<Report> {
    let is_report = mime.content_type().is_some_and(|kind| {
        let of = kind.attribute("report-type").unwrap_or_default();
        kind.c_type.eq_ignore_ascii_case("multipart")
            && kind
                .c_subtype
                .as_deref()
                .is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
            && of.eq_ignore_ascii_case("delivery-status")
    });
    if !is_report {
        return None;
    }
    let mut report = Report::default();
    for part in mime.parts.iter().take(MOST_PARTS) {
        if let PartType::Message(original) = &part.body {
            report.original = report
                .original
                .or_else(|| original.message_id().map(str::to_owned));
        } else if part.is_content_type("message", "delivery-status") {
            let text = String::from_utf8_lossy(part.contents());
            report.verdicts.extend(verdicts(&text));
        } else if part.is_content_type("text", "rfc822-headers")
            || part.is_content_type("message", "rfc822-headers")
        {
            let headers = MessageParser::default().parse(part.contents());
            let named = headers.as_ref().and_then(|headers| headers.message_id());
            report.original = report.original.or_else(|| named.map(str::to_owned));
        }
    }
    report.verdicts.truncate(MOST_VERDICTS);
    Some(report)
}

/// The blocks of a `message/delivery-status` that say that something failed.
fn verdicts(text: &str) -> Vec<Verdict> {
    let unfolded = text
        .replace("\r\n", "\n")
        .replace("\n ", " ")
        .replace("\n\t", " ");
    let blocks = unfolded.split("\n\n").map(|block| {
        let field = |name: &str| {
            let lines = block.lines().filter_map(|line| line.split_once(':'));
            let mut of_name = lines.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
            of_name.next().map(|(_, value)| value.trim().to_owned())
        };
        let bare = |value: String| {
            let value = value
                .split_once(';')
                .map(|(_, rest)| rest.trim().to_owned())
                .unwrap_or(value);
            value.trim_matches(['<', '>']).to_owned()
        };
        // What failed for now may still arrive: only what was given up counts.
        if !field("Action")?.eq_ignore_ascii_case("failed") {
            return None;
        }
        let status = field("Status")?;
        let is_hard = match status.chars().next()? {
            '5' => true,
            '4' => false,
            _ => return None,
        };
        let address = field("Original-Recipient").or_else(|| field("Final-Recipient"))?;
        Some(Verdict {
            address: bare(address),
            is_hard,
            diagnostic: field("Diagnostic-Code").map(bare).unwrap_or_default(),
            status,
        })
    });
    blocks.flatten().collect()
}

/// Carries out what a report says; whether it was about a message of ours. What names none of them, or names it by a forged
/// signature, changes nothing.
pub(super) fn take(
    work: &mut Work<'_>,
    emails: &Emails,
    arrived: &Arrived,
    report: &Report,
) -> Result<bool> {
    let mut found = None;
    for address in arrived.reached() {
        found = found.or(thread::signed(work, emails, address)?);
    }
    if let (None, Some(original)) = (&found, &report.original) {
        found = thread::signed(work, emails, original)?;
    }
    let Some(message) = found.filter(|found| found.direction == "outbound") else {
        return Ok(false);
    };
    for verdict in &report.verdicts {
        came_back(
            work.conn,
            work.access.workspace_id,
            &message,
            verdict,
            work.now,
        )?;
    }
    Ok(true)
}

fn came_back(
    conn: &mut Conn,
    workspace: uuid::Uuid,
    message: &Message,
    verdict: &Verdict,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let named = key(&verdict.address);
    let ours = message
        .recipients
        .iter()
        .find(|one| key(&one.address) == named);
    // A server that forwards reports about another address; with one recipient there is no doubt about whom.
    let ours = ours.or(match message.recipients.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    let Some(recipient) = ours else {
        return Ok(());
    };
    let detail = format!("{} {}", verdict.status, verdict.diagnostic);
    let detail: String = detail.trim().chars().take(300).collect();
    let code = if verdict.is_hard {
        "email_bounced"
    } else {
        "email_bounced_for_now"
    };
    let at = (workspace, message.id);
    outbox::stuck(conn, at, "bounced", code, Some(&detail))?;
    let about = (recipient.address.as_str(), message.id);
    suppression::bounced(conn, workspace, about, (verdict.is_hard, &detail), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTFIX: &str = "From: MAILER-DAEMON@mail.example\r\nTo: b+x@kopi.example\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\r\n\r\n\
        --B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
        --B\r\nContent-Type: message/delivery-status\r\n\r\n\
        Reporting-MTA: dns; mail.example\r\n\r\n\
        Final-Recipient: rfc822; nobody@mail.example\r\nOriginal-Recipient: rfc822;Nobody@mail.example\r\n\
        Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <nobody@mail.example>:\r\n user unknown\r\n\r\n\
        Final-Recipient: rfc822; slow@mail.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n\
        Final-Recipient: rfc822; full@mail.example\r\nAction: failed\r\nStatus: 4.2.2\r\n\
        --B\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <one@kopi.example>\r\nSubject: Kopi\r\n\r\nHalo\r\n--B--\r\n";

    #[test]
    fn a_report_says_what_failed_for_good_and_for_now() {
        let mime = MessageParser::default().parse(POSTFIX).unwrap();
        let report = report(&mime).unwrap();
        assert_eq!(report.original.as_deref(), Some("one@kopi.example"));
        let told: Vec<(&str, bool)> = report
            .verdicts
            .iter()
            .map(|one| (one.address.as_str(), one.is_hard))
            .collect();
        assert_eq!(
            told,
            [("Nobody@mail.example", true), ("full@mail.example", false)]
        );
        assert!(report.verdicts[0].diagnostic.contains("user unknown"));
    }

    #[test]
    fn what_is_no_report_is_none() {
        let plain = MessageParser::default()
            .parse("Subject: Undelivered\r\n\r\n5.1.1")
            .unwrap();
        assert_eq!(report(&plain), None);
        let headers = POSTFIX.replace("message/rfc822\r\n", "text/rfc822-headers\r\n");
        let mime = MessageParser::default().parse(&headers).unwrap();
        assert_eq!(
            report(&mime).unwrap().original.as_deref(),
            Some("one@kopi.example")
        );
    }
}
