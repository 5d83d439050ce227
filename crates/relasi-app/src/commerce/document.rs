//! A quote as it is printed and shown to the customer: everything that is needed, and nothing that can change later.

use chrono::NaiveDate;
use relasi_domain::{
    commerce::{
        line::{Line, Totals, totals},
        quote::OBJECT,
    },
    fault::Faults,
    locale::Language,
    people::{company, contact},
    record::Document,
};
use relasi_persistence::store::text_of;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{lines, lines::Owner, version, workspace::Seller};
use crate::{
    platform::import::hexadecimal,
    records::{Work, member_id},
    refusal::{Refusal, Result},
};

/// Somebody as they stand on paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The company, or the person where there is none.
    pub name: String,
    /// The person at the company.
    pub person: Option<String>,
    /// Lines of the address.
    pub address: Vec<String>,
    /// Tax number.
    pub tax_id: Option<String>,
}

/// The printed quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Its number.
    pub number: String,
    /// Its version.
    pub revision: i64,
    /// What it is about.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// ISO 4217.
    pub currency: String,
    /// The day it was sent; none for a draft.
    pub day: Option<NaiveDate>,
    /// Last day on which it can be accepted.
    pub valid_until: Option<NaiveDate>,
    /// Who sells.
    pub seller: String,
    /// The person who answers for it.
    pub contact: Option<String>,
    /// Who would buy.
    pub buyer: Party,
    /// The lines.
    pub lines: Vec<Line>,
    /// What they come to.
    pub totals: Totals,
    /// Terms.
    pub terms: Option<String>,
}

impl Printed {
    /// SHA-256 of its JSON, in hexadecimal: what somebody agreed to.
    pub fn digest(json: &str) -> String {
        hexadecimal(&Sha256::digest(json.as_bytes()))
    }
}

fn day(document: &Document, name: &str) -> Option<NaiveDate> {
    document.get(name).and_then(Value::as_str)?.parse().ok()
}

/// A quote as it stands now.
pub(super) fn printed(
    work: &mut Work<'_>,
    quote: &Document,
    seller: &Seller,
    lines: Vec<Line>,
    sent: Option<NaiveDate>,
) -> Result<Printed> {
    let owner = member_id(quote, "owner_id").map(|id| id.to_string());
    let names = work
        .store()
        .user_names(&owner.into_iter().collect::<Vec<_>>())?;
    let language = Language::from_tag(&text_of(quote, "language")).unwrap_or(seller.language);
    let text = |name: &str| Some(text_of(quote, name)).filter(|text| !text.is_empty());
    let totals = totals(&lines).map_err(Faults::from)?;
    // What is earned is nothing for a document.
    let bare = |line: Line| Line {
        unit_cost: None,
        ..line
    };
    let lines = lines.into_iter().map(bare).collect();
    Ok(Printed {
        number: text_of(quote, "number"),
        revision: quote.get("revision").and_then(Value::as_i64).unwrap_or(1),
        name: text_of(quote, "name"),
        language,
        currency: text_of(quote, "currency"),
        day: sent,
        valid_until: day(quote, "valid_until"),
        seller: seller.name.clone(),
        contact: names.into_iter().next().map(|name| name.title),
        buyer: buyer(work, quote)?,
        totals,
        lines,
        terms: text("terms"),
    })
}

/// The company and the person of a quote; what is in the trash is still who they are.
fn buyer(work: &mut Work<'_>, quote: &Document) -> Result<Party> {
    let company = match member_id(quote, "company_id") {
        Some(id) => work.store().find(&company::OBJECT, id)?,
        None => None,
    };
    let person = match member_id(quote, "contact_id") {
        Some(id) => work.store().find(&contact::OBJECT, id)?,
        None => None,
    };
    let person_name = person.as_ref().map(|person| text_of(person, "full_name"));
    let Some(company) = company else {
        return Ok(Party {
            name: person_name.unwrap_or_default(),
            address: person.as_ref().map(address).unwrap_or_default(),
            ..Party::default()
        });
    };
    Ok(Party {
        name: text_of(&company, "name"),
        person: person_name,
        address: address(&company),
        tax_id: Some(text_of(&company, "tax_id")).filter(|id| !id.is_empty()),
    })
}

fn address(record: &Document) -> Vec<String> {
    let part = |name: &str| text_of(record, name);
    let place = [part("city"), part("province"), part("postal_code")];
    let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let mut lines: Vec<String> = part("address").lines().map(str::to_owned).collect();
    lines.push(place.join(", "));
    lines.retain(|line| !line.trim().is_empty());
    lines
}

/// The quote that the caller sees, as it would be printed now; once its version is out, as it was sent.
pub fn current(work: &mut Work<'_>, id: Uuid) -> Result<Printed> {
    let quote = work.visible(&OBJECT, id)?;
    lines::get(work, Owner::Quote, id)?;
    let revision = quote.get("revision").and_then(Value::as_i64).unwrap_or(1);
    match version::document(work.conn, work.access.workspace_id, (id, revision)) {
        Err(Refusal::NotFound) => {}
        sent => return sent,
    }
    let lines = lines::of(work.conn, work.access.workspace_id, Owner::Quote, id)?;
    let seller = super::workspace::seller(work.conn, work.access.workspace_id)?;
    printed(work, &quote, &seller, lines, None)
}
