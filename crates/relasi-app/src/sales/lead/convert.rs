//! A lead becomes a contact, with the company and a deal where there are such.

use relasi_domain::{
    fault::Fault,
    identity::access::Action,
    people::{company, contact},
    record::{Document, Object},
    sales::{
        deal,
        lead::{self, CONVERTED},
    },
};
use relasi_persistence::store::{instant_text, text_of};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub use super::deal_of::NewDeal;
use super::{
    deal_of::deal_body,
    matches,
    matches::{additions, person},
    members,
    moves::{self, Filled, Made, Moved, Way, version_of},
    verbs::refuse_converted,
};
use crate::{
    records::{Work, in_trash, member_id},
    refusal::{Refusal, Result},
    timeline,
};

/// What a lead is to become.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    /// The person; a new one when none is named.
    pub contact: Which,
    /// Their company; none when it is left out.
    pub company: Option<Firm>,
    /// A deal; none when it is left out.
    pub deal: Option<NewDeal>,
    /// Makes a new contact and company even when they look like ones that are there.
    pub allow_duplicates: bool,
}

/// A contact that is there, or a new one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Which {
    /// The one that is there.
    pub id: Option<Uuid>,
}

/// A company that is there, or a new one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Firm {
    /// The one that is there.
    pub id: Option<Uuid>,
    /// What a new one is called; as the lead says when it is left out.
    pub name: Option<String>,
}

/// Converts a lead, for those who may change it and make what it becomes.
pub fn convert(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    order: &Order,
) -> Result<Document> {
    let mut moved = Moved::default();
    let mut way = None;
    let mut former = Document::new();
    let after = work.change(&lead::OBJECT, id, version, "converted", |work, lead| {
        refuse_converted(lead)?;
        if text_of(lead, "status") == "unqualified" {
            return Err(Refusal::Conflict("lead_is_unqualified"));
        }
        let becomes = become_of(work, id, lead, order, &mut moved)?;
        way = Some(becomes);
        let changed = members([
            ("status", json!(CONVERTED)),
            ("converted_at", json!(instant_text(work.micros()))),
            ("contact_id", json!(becomes.contact)),
            ("company_id", json!(becomes.company)),
            ("deal_id", json!(becomes.deal)),
        ]);
        for name in changed.keys() {
            let value = lead.get(name).cloned().unwrap_or(Value::Null);
            former.insert(name.clone(), value);
        }
        Ok(changed)
    })?;
    let way = way.ok_or(Refusal::NotFound)?;
    moves::over(work, way, &mut moved)?;
    for made in &mut moved.made {
        let object = relasi_domain::object(&made.object).ok_or(Refusal::NotFound)?;
        if let Some((version, _)) = version_of(work, object, made.id)? {
            made.version = version;
        }
    }
    keep(work, way, &former, &moved)?;
    tell(work, way, "lead.converted")?;
    Ok(after)
}

/// Makes or finds the records that a lead becomes.
fn become_of(
    work: &mut Work<'_>,
    id: Uuid,
    lead: &Document,
    order: &Order,
    moved: &mut Moved,
) -> Result<Way> {
    let known = match order.contact.id {
        Some(id) => Some(existing(work, &contact::OBJECT, id, "/contact/id")?),
        None => None,
    };
    let company = match &order.company {
        Some(firm) => Some(company_of(work, lead, firm, order.allow_duplicates, moved)?),
        None => known
            .as_ref()
            .and_then(|contact| member_id(contact, "company_id")),
    };
    let contact = if let Some(contact) = known {
        fill(work, lead, contact, company, moved)?
    } else {
        let mut body = person(lead);
        owned_like(lead, &mut body);
        body.insert("company_id".into(), json!(company));
        let stage = if order.deal.is_some() {
            "opportunity"
        } else {
            "sql"
        };
        body.insert("lifecycle_stage".into(), json!(stage));
        let given = ("/contact", order.allow_duplicates);
        make(work, &contact::OBJECT, body, given, moved)?
    };
    let deal = match &order.deal {
        None => None,
        Some(deal) => {
            let body = deal_body(work, lead, deal, (contact, company))?;
            Some(make(work, &deal::OBJECT, body, ("/deal", true), moved)?)
        }
    };
    Ok(Way {
        lead: id,
        contact,
        company,
        deal,
    })
}

/// A living record that the caller may see, for the fault at `pointer` else.
pub(super) fn existing(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    pointer: &str,
) -> Result<Document> {
    let found = match work.visible(object, id) {
        Ok(found) => Some(found).filter(|found| !in_trash(found)),
        Err(Refusal::NotFound) => None,
        Err(other) => return Err(other),
    };
    found.ok_or_else(|| Fault::at(pointer, "no_such_record").into())
}

fn company_of(
    work: &mut Work<'_>,
    lead: &Document,
    firm: &Firm,
    anyway: bool,
    moved: &mut Moved,
) -> Result<Uuid> {
    if let Some(id) = firm.id {
        existing(work, &company::OBJECT, id, "/company/id")?;
        return Ok(id);
    }
    let mut body = matches::firm(lead);
    if let Some(name) = &firm.name {
        body.insert("name".into(), json!(name));
    }
    owned_like(lead, &mut body);
    make(work, &company::OBJECT, body, ("/company", anyway), moved)
}

/// Whose it is follows the lead.
pub(super) fn owned_like(lead: &Document, body: &mut Document) {
    for name in ["owner_id", "team_id"] {
        let value = lead.get(name).filter(|value| !value.is_null());
        body.extend(value.map(|value| (name.to_owned(), value.clone())));
    }
}

/// Makes a record and notes that; faults point below `at`.
fn make(
    work: &mut Work<'_>,
    object: &'static Object,
    mut body: Document,
    (at, anyway): (&str, bool),
    moved: &mut Moved,
) -> Result<Uuid> {
    // What the role may not write is left out, as it is of any form that it fills in.
    let shape = work.access.shape(object);
    body.retain(|name, value| {
        !value.is_null()
            && shape
                .field(name)
                .is_some_and(|field| field.write != relasi_domain::field::Write::Never)
    });
    let made = if anyway {
        work.create_anyway(object, body)
    } else {
        work.create(object, body)
    };
    let made = made.map_err(|refusal| refusal.pointing(|below| format!("{at}{below}")))?;
    let id = member_id(&made, "id").ok_or(Refusal::NotFound)?;
    moved.made.push(Made {
        object: object.name.to_owned(),
        id,
        version: 1,
    });
    Ok(id)
}

/// Fills in what a contact that was there lacks.
fn fill(
    work: &mut Work<'_>,
    lead: &Document,
    contact: Document,
    company: Option<Uuid>,
    moved: &mut Moved,
) -> Result<Uuid> {
    let id = member_id(&contact, "id").ok_or(Refusal::NotFound)?;
    if !work.may(&contact::OBJECT, Action::Edit, &contact)? {
        return Err(Fault::at("/contact/id", "may_not_change").into());
    }
    let mut patch = additions(lead, &contact);
    if company.is_some() && contact.get("company_id").is_none_or(Value::is_null) {
        patch.insert("company_id".into(), json!(company));
    }
    let shape = work.access.shape(&contact::OBJECT);
    patch.retain(|name, _| {
        shape
            .field(name)
            .is_some_and(|field| field.write != relasi_domain::field::Write::Never)
    });
    if patch.is_empty() {
        return Ok(id);
    }
    let names: Vec<String> = patch.keys().cloned().collect();
    let before = contact.clone();
    let after = work
        .alter(&contact::OBJECT, contact, patch, "updated")
        .map_err(|refusal| refusal.pointing(|below| format!("/contact{below}")))?;
    let filled = names.into_iter().map(|field| Filled {
        old: before.get(&field).cloned().unwrap_or(Value::Null),
        new: after.get(&field).cloned().unwrap_or(Value::Null),
        field,
    });
    moved.filled.extend(filled);
    Ok(id)
}

fn keep(work: &mut Work<'_>, way: Way, former: &Document, moved: &Moved) -> Result<()> {
    let columns = [
        "workspace_id",
        "id",
        "lead_id",
        "at",
        "by_id",
        "contact_id",
        "former",
        "moved",
    ];
    let row = vec![
        work.access.workspace_id.into(),
        Uuid::now_v7().into(),
        way.lead.into(),
        work.now.into(),
        work.access.user_id.into(),
        way.contact.into(),
        json!(former).to_string().into(),
        json!(moved).to_string().into(),
    ];
    work.store()
        .insert_rows("lead_conversions", &columns, &[row])?;
    Ok(())
}

/// Puts it on the timelines of what the lead became.
pub(super) fn tell(work: &mut Work<'_>, way: Way, kind: &str) -> Result<()> {
    let subjects = [
        (contact::OBJECT.name, Some(way.contact)),
        (company::OBJECT.name, way.company),
        (deal::OBJECT.name, way.deal),
    ];
    let at = work.micros();
    let events = subjects.into_iter().filter_map(|(object, id)| {
        Some(timeline::Event {
            subject: (object, id?),
            kind,
            at,
            about: (lead::OBJECT.name, way.lead),
            data: json!({}),
        })
    });
    let events: Vec<timeline::Event<'_>> = events.collect();
    timeline::add(work, &events)
}
