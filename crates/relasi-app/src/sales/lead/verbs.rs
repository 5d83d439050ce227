//! Verbs over the state of a lead: working on it, calling it qualified or not.

use chrono_tz::Tz;
use relasi_domain::{
    fault::Fault,
    record::Document,
    sales::{
        checklist::Stage,
        lead::{self, CONVERTED},
    },
};
use relasi_persistence::store::{instant_text, text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{checklist, members};
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// States between which a lead goes without further ado.
pub const WORKABLE: [&str; 3] = ["new", "working", "nurturing"];

/// Refuses what can't be done with what became a contact.
pub(super) fn refuse_converted(lead: &Document) -> Result<()> {
    if text_of(lead, "status") == CONVERTED {
        return Err(Refusal::Conflict("lead_is_converted"));
    }
    Ok(())
}

/// Puts a lead into one of the states in which it is worked on.
pub fn move_to(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    status: &str,
) -> Result<Document> {
    work.change(&lead::OBJECT, id, version, "moved", |_, lead| {
        refuse_converted(lead)?;
        if !WORKABLE.contains(&status) {
            let fault = Fault::field("status", "not_a_choice");
            return Err(fault.with("choices", WORKABLE.join(", ")).into());
        }
        Ok(members([
            ("status", json!(status)),
            ("unqualified_reason", Value::Null),
        ]))
    })
}

/// Calls a lead qualified by marketing or sales, which asks for all required items of the checklist.
pub fn qualify(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    stage: Stage,
    zone: Option<Tz>,
) -> Result<Document> {
    let verb = match stage {
        Stage::Mql => "marketing_qualified",
        Stage::Sql => "sales_qualified",
    };
    work.change(&lead::OBJECT, id, version, verb, |work, lead| {
        refuse_converted(lead)?;
        if lead.get(stage.field()).is_some_and(|at| !at.is_null()) {
            return Err(Refusal::Conflict("lead_is_qualified"));
        }
        checklist::refuse_open(work, id, lead, stage, zone)?;
        let now = json!(instant_text(work.micros()));
        let mut changed = members([
            (stage.field(), now.clone()),
            ("unqualified_reason", Value::Null),
        ]);
        if stage == Stage::Sql {
            changed.insert("status".into(), json!("qualified"));
        } else if text_of(lead, "status") != "qualified" {
            changed.insert("status".into(), json!("working"));
        }
        Ok(changed)
    })
}

/// Says that nothing will come of a lead, and why.
pub fn disqualify(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    reason: &str,
) -> Result<Document> {
    let done = work.change(&lead::OBJECT, id, version, "disqualified", |work, lead| {
        refuse_converted(lead)?;
        let reason = given(work, reason, "unqualified_reason")?;
        Ok(members([
            ("status", json!("unqualified")),
            ("unqualified_reason", json!(reason)),
        ]))
    });
    at_reason(done, "unqualified_reason")
}

/// Works on a lead again that nothing was to come of.
pub fn reopen(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Document> {
    work.change(&lead::OBJECT, id, version, "reopened", |_, lead| {
        refuse_converted(lead)?;
        if text_of(lead, "status") != "unqualified" {
            return Err(Refusal::Conflict("lead_is_open"));
        }
        Ok(members([
            ("status", json!("working")),
            ("unqualified_reason", Value::Null),
        ]))
    })
}

/// The reason that a verb goes by, which is kept in a field that may be closed to the role.
pub(super) fn given(work: &Work<'_>, reason: &str, field: &'static str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Fault::field("reason", "required").into());
    }
    if let Some(code) = work.closed_to_role(&lead::OBJECT, field) {
        return Err(Fault::field("reason", code).into());
    }
    Ok(reason.to_owned())
}

/// Faults of the field that keeps the reason, as such of the member that brought it.
pub(super) fn at_reason(done: Result<Document>, field: &str) -> Result<Document> {
    done.map_err(|refusal| {
        refusal.pointing(|at| {
            if at == format!("/{field}") {
                "/reason".to_owned()
            } else {
                at.to_owned()
            }
        })
    })
}
