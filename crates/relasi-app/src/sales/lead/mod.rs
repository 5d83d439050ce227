//! Leads: what is special to them, and their life from the first touch to a contact.

pub mod checklist;
pub mod convert;
mod deal_of;
pub mod hand_off;
pub mod matches;
mod moves;
pub mod report;
pub(crate) mod response;
pub mod undo;
pub mod verbs;

use relasi_domain::{
    fault::{Fault, Faults},
    field::Write,
    record::Document,
    sales::lead::{self, CONVERTED, Lead},
    text,
};
use relasi_persistence::store::text_of;
use serde_json::{Value, json};

use crate::{
    people::{duplicate::same_by_phone, mark_problems},
    records::{Change, Draft, Rules, Work, validate_as},
    refusal::{Refusal, Result},
    sales::{routing, score, speed},
};

/// What is special to leads.
pub struct LeadRules;

impl Rules for LeadRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Lead>(document, faults);
    }

    /// Another lead with whom somebody is still at work: with the same e-mail address, or as certainly with the same
    /// phone number and name.
    fn duplicates(&self, work: &mut Work<'_>, draft: &Document) -> Result<Faults> {
        let mut faults = same_address(work, draft)?;
        if faults.0.is_empty() {
            let same = same_by_phone(work, &lead::OBJECT, draft)?;
            faults.0.extend(same);
        }
        Ok(faults)
    }

    fn finds_owner(&self) -> bool {
        true
    }

    /// Nobody's leads go to whom the routing rules give them, and their time begins.
    fn welcome(&self, work: &mut Work<'_>, drafts: &mut [Draft<'_>]) -> Result<()> {
        score::begin(work, drafts)?;
        routing::place(work, drafts)?;
        speed::begin(work, drafts)
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        routing::tell(work, changes)?;
        speed::watch(work, changes)?;
        score::written(work, changes)
    }

    /// A new lead begins its life with the time at which we first met; one that became a contact stays as it is.
    fn prepare(
        &self,
        _work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        mark_problems(draft);
        if let Some(before) = before {
            return refuse_converted(before, draft);
        }
        let missing = |name: &str, draft: &Document| draft.get(name).is_none_or(Value::is_null);
        if missing("status", draft) {
            draft.to_mut().insert("status".into(), json!("new"));
        }
        if missing("first_touch_at", draft) {
            let made = draft.get("created_at").cloned().unwrap_or(Value::Null);
            draft.to_mut().insert("first_touch_at".into(), made);
        }
        Ok(())
    }

    /// What became a contact is part of its history.
    fn before_trash(&self, _work: &mut Work<'_>, document: &Document) -> Result<()> {
        if text_of(document, "status") == CONVERTED {
            return Err(Refusal::Conflict("lead_is_converted"));
        }
        Ok(())
    }
}

/// Leads with one of the e-mail addresses of a draft with whom somebody is still at work.
fn same_address(work: &mut Work<'_>, draft: &Document) -> Result<Faults> {
    let points = draft.get("emails").and_then(Value::as_array);
    let keys = points.into_iter().flatten();
    let keys: Vec<String> = keys
        .map(|point| text::email_key(point["value"].as_str().unwrap_or_default()))
        .collect();
    let mut faults = Faults::default();
    if keys.is_empty() {
        return Ok(faults);
    }
    let found = work
        .store()
        .some_matches(&lead::OBJECT, "emails", &keys, SAME)?;
    let ids: Vec<String> = found.iter().map(|(_, id)| id.clone()).collect();
    let known = work.store().find_all(&lead::OBJECT, &ids)?;
    for (key, id) in found {
        let Some(other) = known.iter().find(|one| text_of(one, "id") == id) else {
            continue;
        };
        if !is_open(other) {
            continue;
        }
        let index = keys.iter().position(|one| *one == key).unwrap_or(0);
        faults.push(
            Fault::at(format!("/emails/{index}"), "duplicate")
                .with("id", id)
                .with("title", text_of(other, lead::OBJECT.title)),
        );
    }
    Ok(faults)
}

/// Leads with the same address that are looked at.
const SAME: u32 = 20;

/// Whether somebody is still at work with a lead.
pub(crate) fn is_open(document: &Document) -> bool {
    !matches!(
        text_of(document, "status").as_str(),
        CONVERTED | "unqualified"
    )
}

/// Nothing that people write changes in a lead that became a contact, but for whose it is: people leave.
fn refuse_converted(before: &Document, after: &Document) -> Result<()> {
    let stays = |document: &Document| text_of(document, "status") == CONVERTED;
    if !stays(before) || !stays(after) {
        return Ok(());
    }
    let written = lead::OBJECT.fields.iter();
    let written = written.filter(|field| field.write != Write::Never);
    let mut names = written.map(|field| field.name.as_ref()).chain(["custom"]);
    if names.any(|name| before.get(name) != after.get(name)) {
        return Err(Fault::field("status", "lead_is_converted").into());
    }
    Ok(())
}

/// Members by their names.
fn members<const N: usize>(pairs: [(&str, Value); N]) -> Document {
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
