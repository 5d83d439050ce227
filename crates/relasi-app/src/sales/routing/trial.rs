//! What would become of a lead, without giving it to anybody.

use relasi_domain::{identity::access::Action, record::Document, sales::lead};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::desk::{Desk, Passed, Reason};
use crate::{
    platform::business_hours::may,
    records::{Batch, UNROUTED, Work, member_id},
    refusal::{Refusal, Result},
};

/// Which lead is tried.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Trial {
    /// One that is there.
    pub lead_id: Option<Uuid>,
    /// Members of one that is not: language, country, city, source, whatever filters ask for.
    pub lead: Document,
}

/// Who would get it.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Who.
    pub owner_id: Uuid,
    /// The rule that decides; none when no rule takes it.
    pub rule_id: Option<Uuid>,
    /// Why they.
    pub reason: Reason,
    /// The rules that are asked, up to the one that decides.
    pub passed: Vec<Passed>,
}

/// Says who would get a lead and why the others do not.
pub fn trial(work: &mut Work<'_>, wanted: Trial) -> Result<Outcome> {
    may(work)?;
    let document = match wanted.lead_id {
        Some(id) => work.visible(&lead::OBJECT, id)?,
        None => made_up(work, wanted.lead)?,
    };
    let maker = Some(work.access.user_id);
    let Some(mut desk) = Desk::open(work)? else {
        return Ok(Outcome {
            owner_id: member_id(&document, "owner_id").unwrap_or(work.access.user_id),
            rule_id: None,
            reason: Reason::Maker,
            passed: Vec::new(),
        });
    };
    let decision = desk.decide(work, &document, maker)?;
    Ok(Outcome {
        owner_id: decision.owner,
        rule_id: decision.rule.map(|place| desk.rules[place].id),
        reason: decision.reason,
        passed: decision.passed,
    })
}

/// The lead that these members would make; a name need not be thought of.
fn made_up(work: &mut Work<'_>, mut members: Document) -> Result<Document> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    members.entry("name").or_insert_with(|| json!("?"));
    let mut document = work.checked(&lead::OBJECT, members, Batch::default())?;
    document.remove(UNROUTED);
    document.entry("status").or_insert_with(|| json!("new"));
    Ok(document)
}
