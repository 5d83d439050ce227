//! What is asked before a deal enters a stage. There is one rule, whatever the door: a move on a screen, the API, work
//! on many records, an import.

use relasi_domain::{
    fault::{Fault, Faults},
    record::Document,
    sales::{deal, facts, pipeline, texts},
};
use relasi_persistence::store::text_of;
use serde_json::Value;

use crate::{
    records::{Work, member_id},
    refusal::Result,
};

/// Reasons by the status that they belong to, with the list that they are chosen from.
const REASONS: [(&str, &str, &str); 2] = [
    ("lost", "lost_reason", "lost_reasons"),
    ("won", "won_reason", "won_reasons"),
];

/// Refuses a deal that does not tell what the stage asks for; every missing fact at once.
pub(super) fn check(work: &mut Work<'_>, deal: &Document, stage: &Document) -> Result<()> {
    let name = text_of(stage, "name");
    let shape = work.access.shape(&deal::OBJECT);
    let mut faults = Faults::default();
    let mut hidden = false;
    for fact in facts::missing(stage, deal, work.access.whole(&deal::OBJECT)) {
        let field = fact
            .strip_prefix(facts::ROLE)
            .map_or(fact, |_| "contact_roles");
        if shape.field(field).is_none() {
            // Its name is nothing for this role.
            hidden = true;
            continue;
        }
        let fault = Fault::at(facts::pointer(fact), "required_in_stage");
        faults.push(fault.with("stage", &name).with("fact", fact));
    }
    if hidden {
        faults.push(Fault::field("stage_id", "stage_needs_more").with("stage", &name));
    }
    Ok(faults.into_result()?)
}

/// Refuses a new reason that is none of the pipeline's, where those are listed, and to win without a reason where one
/// is wanted.
pub(super) fn check_reasons(
    work: &mut Work<'_>,
    deal: &Document,
    before: Option<&Document>,
    moved: bool,
) -> Result<()> {
    let status = text_of(deal, "status");
    let Some((_, field, list)) = REASONS.into_iter().find(|(of, _, _)| *of == status) else {
        return Ok(());
    };
    let given = deal.get(field).filter(|reason| !reason.is_null());
    let fresh = given.filter(|_| before.and_then(|before| before.get(field)) != given);
    let owed = moved && before.is_some() && status == "won" && given.is_none();
    // What is taken back is what it was, whatever the lists say by now.
    let undone = work
        .cause
        .as_deref()
        .is_some_and(|cause| cause.starts_with("undo:"));
    if undone || (fresh.is_none() && !owed) {
        return Ok(());
    }
    let id = member_id(deal, "pipeline_id").unwrap_or_default();
    let pipeline = work
        .store()
        .find(&pipeline::OBJECT, id)?
        .unwrap_or_default();
    if owed && pipeline.get("win_reason_required") == Some(&Value::Bool(true)) {
        return Err(Fault::field(field, "required").into());
    }
    let known: Vec<&str> = texts(pipeline.get(list)).collect();
    let reason = fresh.and_then(Value::as_str);
    match reason.filter(|reason| !known.is_empty() && !known.contains(reason)) {
        Some(_) => {
            let fault = Fault::field(field, "reason_not_listed");
            Err(fault.with("choices", known.join(", ")).into())
        }
        None => Ok(()),
    }
}
