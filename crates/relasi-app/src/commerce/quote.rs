//! Rules and verbs of quotes: number, versions, states.

use chrono::Days;
use relasi_domain::{
    commerce::quote::{self, OBJECT, PRINTED, Quote, State},
    fault::{Fault, Faults},
    record::Document,
    sales::deal,
};
use relasi_persistence::store::{instant_text, text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{approval, lines, lines::Owner, number, pricing, settings, version, workspace::seller};
use crate::{
    platform::vault::Vault,
    records::{Change, Draft, Rules, Work, member_id, validate_as},
    refusal::{Refusal, Result},
    timeline,
};

/// What is special to quotes.
pub struct QuoteRules;

impl Rules for QuoteRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Quote>(document, faults);
    }

    /// A new quote gets its number and what is usual. One that was sent becomes another version when something printed
    /// changes, and one that is accepted stays.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        match before {
            None => begin(work, draft)?,
            Some(before) => follow(work, draft, before)?,
        }
        let changed = |name: &str| before.is_none_or(|before| before.get(name) != draft.get(name));
        let book = member_id(draft, "price_book_id");
        if let (Some(book), true) = (book, changed("price_book_id") || changed("currency")) {
            let currency = pricing::currency_of(work, book)?;
            if currency.is_some_and(|currency| currency != text_of(draft, "currency")) {
                return Err(Fault::field("price_book_id", "other_book_currency").into());
            }
        }
        Ok(())
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        let mut told = Vec::new();
        for change in changes.iter().filter(|change| change.touched("status")) {
            let status = change.is("status").as_str().unwrap_or_default();
            let kind = match (status, change.before.is_some()) {
                (_, false) => "quote.created",
                ("sent", _) => "quote.sent",
                ("accepted", _) => "quote.accepted",
                ("declined", _) => "quote.declined",
                _ => continue,
            };
            for subject in ["deal", "company", "contact"] {
                let id = member_id(&change.after, &format!("{subject}_id"));
                told.extend(id.map(|id| timeline::Event {
                    subject: (subject, id),
                    kind,
                    at: work.micros(),
                    about: (OBJECT.name, change.id),
                    data: json!({"number": change.is("number"), "revision": change.is("revision")}),
                }));
            }
        }
        timeline::add(work, &told)
    }
}

fn is_none(document: &Document, name: &str) -> bool {
    document.get(name).is_none_or(Value::is_null)
}

/// What a new quote begins with. A quote that brings its past keeps what it has.
fn begin(work: &mut Work<'_>, draft: &mut Draft<'_>) -> Result<()> {
    let usual = settings::of(work.conn, work.access.workspace_id)?;
    let seller = seller(work.conn, work.access.workspace_id)?;
    if let Some(deal) = member_id(draft, "deal_id") {
        let deal = work.store().find(&deal::OBJECT, deal)?.unwrap_or_default();
        for name in ["company_id", "contact_id", "currency"] {
            let from_deal = deal.get(name).filter(|value| !value.is_null()).cloned();
            if let (Some(value), true) = (from_deal, is_none(draft, name)) {
                draft.to_mut().insert(name.to_owned(), value);
            }
        }
    }
    let until = seller
        .day(work.now)
        .checked_add_days(Days::new(usual.valid_days.into()));
    let mut given = vec![
        ("status", json!("draft")),
        ("revision", json!(1)),
        ("currency", json!(seller.currency)),
        ("language", json!(seller.language)),
        ("valid_until", json!(until)),
        ("terms", json!(usual.terms)),
        ("subtotal", json!(0)),
        ("discount", json!(0)),
        ("tax", json!(0)),
        ("total", json!(0)),
    ];
    if is_none(draft, "number") {
        let count = number::next(work, OBJECT.name)?;
        given.push(("number", json!(quote::number(count))));
    }
    for (name, value) in given {
        if is_none(draft, name) {
            draft.to_mut().insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// What a change of something printed means for a quote.
fn follow(work: &mut Work<'_>, draft: &mut Draft<'_>, before: &Document) -> Result<()> {
    if is_none(draft, "currency") {
        let currency = before.get("currency").cloned().unwrap_or_default();
        draft.to_mut().insert("currency".to_owned(), currency);
    }
    let changed = |name: &str| before.get(name) != draft.get(name);
    if !PRINTED.into_iter().any(changed) {
        return Ok(());
    }
    if changed("currency") {
        let id = member_id(before, "id").unwrap_or_default();
        if lines::has(work, Owner::Quote, id)? {
            return Err(Fault::field("currency", "currency_has_lines").into());
        }
    }
    let members = edited(before)?;
    draft.to_mut().extend(members);
    Ok(())
}

/// What becomes of a quote whose content changes.
pub(super) fn edited(before: &Document) -> Result<Document> {
    let status = text_of(before, "status");
    let state = State::of(&status);
    if state == State::Accepted {
        return Err(Refusal::Conflict("quote_accepted"));
    }
    let mut members = Document::new();
    if state == State::Draft {
        return Ok(members);
    }
    members.insert("status".to_owned(), json!("draft"));
    for name in ["approver_id", "asked_by", "reason"] {
        members.insert(name.to_owned(), Value::Null);
    }
    if state.makes_another_version() {
        let revision = before.get("revision").and_then(Value::as_i64).unwrap_or(1);
        members.insert("revision".to_owned(), json!(revision + 1));
        for name in ["sent_at", "viewed_at", "decided_at"] {
            members.insert(name.to_owned(), Value::Null);
        }
    }
    Ok(members)
}

/// Freezes a quote as the version that the customer gets, and gives it a link. A version that is out already gets another
/// link, and the one before is no longer good.
pub fn send(
    work: &mut Work<'_>,
    vault: &Vault,
    id: Uuid,
    version: Option<i64>,
) -> Result<Document> {
    work.change(&OBJECT, id, version, "sent", |work, quote| {
        let state = State::of(&text_of(quote, "status"));
        match state {
            State::Waiting => return Err(Refusal::Conflict("quote_waits")),
            State::Accepted => return Err(Refusal::Conflict("quote_accepted")),
            State::Over => return Err(Refusal::Conflict("quote_over")),
            State::Draft | State::Approved | State::Out => {}
        }
        let seller = seller(work.conn, work.access.workspace_id)?;
        let until = quote.get("valid_until").and_then(Value::as_str);
        let until = until.and_then(|day| day.parse::<chrono::NaiveDate>().ok());
        if until.is_some_and(|until| until < seller.day(work.now)) {
            return Err(Refusal::Conflict("quote_expired"));
        }
        let lines = lines::of(work.conn, work.access.workspace_id, Owner::Quote, id)?;
        if lines.is_empty() {
            return Err(Refusal::Conflict("quote_without_lines"));
        }
        let share = lines::largest_share(&lines);
        let own = approval::limit_of(work.conn, work.access)?;
        if state == State::Draft && share > own {
            return Err(Refusal::Conflict("approval_needed"));
        }
        version::freeze(work, vault, quote, &seller, lines)?;
        let status = if state == State::Out {
            text_of(quote, "status")
        } else {
            "sent".to_owned()
        };
        Ok(members(&[
            ("status", json!(status)),
            ("sent_at", json!(instant_text(work.micros()))),
        ]))
    })
}

pub(super) fn members(pairs: &[(&str, Value)]) -> Document {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}
