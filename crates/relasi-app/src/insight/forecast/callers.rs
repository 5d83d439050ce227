//! What those who lead others had said by some days: of everything that they lead.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use relasi_domain::insight::forecast::{months_of, period_of};
use uuid::Uuid;

use super::{
    Asked,
    calls::{Call, read, span, standing},
    people::below,
};
use crate::{records::Work, refusal::Result};

/// What somebody had said of a period by some moments.
pub(super) struct Caller {
    pub(super) id: Uuid,
    pub(super) label: String,
    /// Whose deals they lead; none for everybody's.
    pub(super) leads: Option<BTreeSet<Uuid>>,
    /// What stood at each moment.
    pub(super) stood: Vec<Option<i64>>,
}

/// Everybody who said what their own people will win in a period.
pub(super) fn callers(
    work: &mut Work<'_>,
    asked: &Asked,
    moments: &[DateTime<Utc>],
) -> Result<Vec<Caller>> {
    let months = period_of(asked.period.from, asked.period.to).and_then(|name| months_of(&name));
    let Some(span) = months.as_deref().and_then(span) else {
        return Ok(Vec::new());
    };
    let standing = standing(work)?;
    let all = read(work, &standing, span, None)?;
    let own = |call: &&Call| call.kind == "workspace" || call.subject_id == call.caller_id;
    let mut found: Vec<Caller> = Vec::new();
    for call in all.iter().filter(own) {
        // Who said a number for everything is not measured by their own people too.
        let known = |one: &Caller| one.id == call.caller_id;
        if found.iter().any(known) {
            continue;
        }
        let same =
            |one: &&Call| one.caller_id == call.caller_id && one.subject_id == call.subject_id;
        let stood = moments.iter().map(|at| {
            let before = all.iter().filter(same).find(|one| one.created_at < *at);
            before.and_then(|one| one.amount)
        });
        let leads = (call.kind == "person").then(|| {
            let mut people = below(&standing.members, call.caller_id);
            people.insert(call.caller_id);
            people
        });
        found.push(Caller {
            id: call.caller_id,
            label: call.caller.clone(),
            leads,
            stood: stood.collect(),
        });
    }
    found.sort_by(|one, other| (&one.label, one.id).cmp(&(&other.label, other.id)));
    Ok(found)
}
