//! Contacts and companies that a lead may be.

use relasi_domain::{
    identity::access::Action,
    people::{company, contact},
    platform::import::company_domain,
    record::{Document, Object},
    sales::lead,
};
use relasi_persistence::store::text_of;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::members;
use crate::{
    people::duplicate::{self, Similar},
    records::Work,
    refusal::Result,
};

/// Whom a lead looks like, the likest first.
#[derive(Debug, Clone, Serialize)]
pub struct Matches {
    /// People.
    pub contacts: Vec<Similar>,
    /// Companies.
    pub companies: Vec<Similar>,
}

/// Records like a lead that is not saved yet: other leads, and people who are contacts already; the likest first.
pub fn of_draft(work: &mut Work<'_>, draft: &Document) -> Result<Vec<Similar>> {
    let mut found = duplicate::similar(work, &lead::OBJECT, draft)?;
    if work.access.allows_some(&contact::OBJECT, Action::See) {
        let person = as_contact(work, draft);
        found.extend(duplicate::similar(work, &contact::OBJECT, &person)?);
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.score));
    found.truncate(SHOWN);
    Ok(found)
}

/// Records like a contact that is not saved yet: other contacts, and leads who may be the same person; the likest first.
pub fn of_contact_draft(work: &mut Work<'_>, draft: &Document) -> Result<Vec<Similar>> {
    let mut found = duplicate::similar(work, &contact::OBJECT, draft)?;
    if work.access.allows_some(&lead::OBJECT, Action::See) {
        let person = as_lead(work, draft);
        found.extend(duplicate::similar(work, &lead::OBJECT, &person)?);
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.score));
    found.truncate(SHOWN);
    Ok(found)
}

/// Records shown for one draft at most.
const SHOWN: usize = 10;

/// What contacts and leads are compared by, as each calls it.
const COMPARED: [(&str, &str); 5] = [
    ("full_name", "name"),
    ("emails", "emails"),
    ("phones", "phones"),
    ("city", "city"),
    ("country", "country"),
];

/// A lead as the contact that it would be, as far as contacts are compared by it and the caller knows of it.
fn as_contact(work: &Work<'_>, lead: &Document) -> Document {
    taken_over(work, &contact::OBJECT, lead, COMPARED)
}

/// A contact as the lead that it may have been.
fn as_lead(work: &Work<'_>, contact: &Document) -> Document {
    let names = COMPARED.map(|(contact, lead)| (lead, contact));
    taken_over(work, &lead::OBJECT, contact, names)
}

fn taken_over(
    work: &Work<'_>,
    object: &'static Object,
    of: &Document,
    names: [(&str, &str); 5],
) -> Document {
    let mut person = Document::new();
    let known = work.access.shape(object);
    for (name, from) in names {
        let value = of.get(from).filter(|value| !value.is_null());
        let value = value.filter(|_| known.field(name).is_some());
        person.extend(value.map(|value| (name.to_owned(), value.clone())));
    }
    person
}

/// Whom a lead that the caller sees looks like, by the rules for duplicates.
pub fn of_lead(work: &mut Work<'_>, id: Uuid) -> Result<Matches> {
    let lead = work.visible(&lead::OBJECT, id)?;
    let lead = work.access.seen(&lead::OBJECT, lead);
    let person = as_contact(work, &lead);
    let contacts = duplicate::similar(work, &contact::OBJECT, &person)?;
    let firm = firm(&lead);
    let known = work.access.shape(&company::OBJECT);
    let firm: Document = firm
        .into_iter()
        .filter(|(name, value)| !value.is_null() && known.field(name).is_some())
        .collect();
    let companies = if firm.is_empty() {
        Vec::new()
    } else {
        duplicate::similar(work, &company::OBJECT, &firm)?
    };
    Ok(Matches {
        contacts,
        companies,
    })
}

/// The company of a lead as far as it is known.
pub(super) fn firm(lead: &Document) -> Document {
    let name = text_of(lead, "company_name");
    let domain = domain(lead);
    members([
        ("name", Some(name).filter(|name| !name.is_empty()).into()),
        ("domain", domain.into()),
        (
            "website",
            lead.get("website").cloned().unwrap_or(Value::Null),
        ),
        ("city", lead.get("city").cloned().unwrap_or(Value::Null)),
        (
            "country",
            lead.get("country").cloned().unwrap_or(Value::Null),
        ),
    ])
}

/// The internet domain of the company: that of its site, else that of an address which is not one of everybody's.
fn domain(lead: &Document) -> Option<String> {
    let site = text_of(lead, "website");
    let addresses = lead.get("emails").and_then(Value::as_array);
    let addresses = addresses.into_iter().flatten();
    let addresses = addresses.filter_map(|point| point["value"].as_str());
    let mut all = [site.as_str()].into_iter().chain(addresses);
    all.find_map(company_domain)
}

/// What a new contact takes over.
pub(super) fn person(lead: &Document) -> Document {
    let named = [
        ("full_name", "name"),
        ("emails", "emails"),
        ("phones", "phones"),
        ("job_title", "job_title"),
        ("language", "language"),
        ("country", "country"),
        ("city", "city"),
        ("source", "source"),
        ("campaign", "campaign"),
        ("first_touch_at", "first_touch_at"),
        ("tags", "tags"),
    ];
    let taken = named.into_iter().filter_map(|(name, from)| {
        let value = lead.get(from).filter(|value| !value.is_null())?;
        Some((name.to_owned(), value.clone()))
    });
    taken.collect()
}

/// What a contact that was there gets from a lead: what it lacks, and the addresses, numbers and tags that are new.
pub(super) fn additions(lead: &Document, contact: &Document) -> Document {
    let mut patch = Document::new();
    for (name, value) in person(lead) {
        let had = contact.get(&name).unwrap_or(&Value::Null);
        match (had, &value) {
            (Value::Null, _) => {
                patch.insert(name, value);
            }
            (Value::Array(had), Value::Array(more)) => {
                let missing: Vec<Value> = more
                    .iter()
                    .filter(|one| !had.iter().any(|known| same_item(known, one)))
                    .cloned()
                    .collect();
                if !missing.is_empty() {
                    let all: Vec<Value> = had.iter().cloned().chain(missing).collect();
                    patch.insert(name, json!(all));
                }
            }
            _ => {}
        }
    }
    patch
}

/// Whether two addresses, numbers or tags are the same, whatever they are for.
fn same_item(one: &Value, other: &Value) -> bool {
    let key = |value: &Value| {
        let text = value.as_str().or_else(|| value["value"].as_str());
        text.unwrap_or_default()
            .trim()
            .to_lowercase()
            .replace([' ', '-'], "")
    };
    key(one) == key(other)
}
