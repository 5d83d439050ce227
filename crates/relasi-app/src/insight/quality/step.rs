//! The steps of a review.

use chrono::NaiveDate;
use relasi_domain::{
    fault::{Fault, Faults},
    insight::quality::STATES,
};
use relasi_persistence::{Row, Statement, StoreError, sql::Value as Sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    audit::{self as reviews, check_owner, may_change},
    row::Member,
};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences, same_version, update},
};

const MAX_REASON: usize = 500;

/// A step.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// `UUIDv7`.
    pub id: Uuid,
    /// The review.
    pub audit_id: Uuid,
    /// Its place, from 1 on.
    pub number: i64,
    /// What is done in it.
    #[serde(rename = "step")]
    pub task: &'static str,
    /// Counts up on every change.
    pub version: i64,
    /// open, done or skipped.
    pub state: String,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// Who does it.
    pub owner_id: Option<Uuid>,
    /// When it should be done.
    pub due_date: Option<String>,
}

/// What changes a step; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepPatch {
    /// open, done or skipped.
    pub state: Option<String>,
    /// Why it is skipped.
    pub reason: Member<String>,
    /// Who does it; null for nobody.
    pub owner_id: Member<Uuid>,
    /// When it should be done; null for no day.
    pub due_date: Member<NaiveDate>,
}

const COLUMNS: &str = "id, audit_id, number, version, state, reason, owner_id, due_date";

fn read(row: &Row<'_>) -> std::result::Result<Step, StoreError> {
    let number = row.int(2)?;
    let place = usize::try_from(number - 1).unwrap_or_default();
    Ok(Step {
        id: row.id(0)?,
        audit_id: row.id(1)?,
        number,
        task: relasi_domain::insight::quality::STEPS
            .get(place)
            .copied()
            .unwrap_or_default(),
        version: row.int(3)?,
        state: row.text(4)?,
        reason: row.opt_text(5)?,
        owner_id: row.opt_id(6)?,
        due_date: row.opt_text(7)?,
    })
}

fn of_workspace(work: &Work<'_>) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM quality_steps WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    statement
}

/// The steps of a review in their order.
pub(super) fn of_audit(work: &mut Work<'_>, audit: Uuid) -> Result<Vec<Step>> {
    let mut statement = of_workspace(work);
    statement
        .push(" AND audit_id = ")
        .bind(audit)
        .push(" ORDER BY number");
    Ok(work.conn.rows(&statement, read)?)
}

/// Whether a step of a review is open.
pub(super) fn any_open(work: &mut Work<'_>, audit: Uuid) -> Result<bool> {
    let steps = of_audit(work, audit)?;
    Ok(steps.iter().any(|step| step.state == "open"))
}

/// Makes the steps of a new review.
pub(super) fn make(work: &mut Work<'_>, audit: Uuid, owner: Uuid, steps: &[&str]) -> Result<()> {
    let columns = [
        "workspace_id",
        "id",
        "audit_id",
        "number",
        "version",
        "updated_at",
        "state",
        "owner_id",
    ];
    let row = |number: i64| -> Vec<Sql> {
        vec![
            work.access.workspace_id.into(),
            Uuid::now_v7().into(),
            audit.into(),
            number.into(),
            1_i64.into(),
            work.now.into(),
            "open".into(),
            owner.into(),
        ]
    };
    let rows: Vec<Vec<Sql>> = (1_i64..)
        .zip(steps)
        .map(|(number, _)| row(number))
        .collect();
    work.store().insert_rows("quality_steps", &columns, &rows)?;
    Ok(())
}

/// A step of an open review that the caller may work on: who may change the review, and who does the step.
pub(super) fn workable(work: &mut Work<'_>, id: Uuid) -> Result<Step> {
    let mut statement = of_workspace(work);
    statement.push(" AND id = ").bind(id);
    let step = work.conn.row(&statement, read)?.ok_or(Refusal::NotFound)?;
    let audit = reviews::find(work, step.audit_id)?;
    if !may_change(work, &audit) && step.owner_id != Some(work.access.user_id) {
        return Err(Refusal::Forbidden);
    }
    reviews::open(work, step.audit_id)?;
    Ok(step)
}

/// Changes a step of an open review.
pub fn change_step(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &StepPatch,
) -> Result<Step> {
    let old = workable(work, id)?;
    same_version(version, old.version, &old)?;
    let new = changed(work, &old, patch)?;
    let changes = differences(&json!(old), &json!(new));
    if changes.is_empty() {
        return Ok(old);
    }
    let values: [(&str, Sql); 5] = [
        ("state", new.state.as_str().into()),
        ("reason", new.reason.as_deref().into()),
        ("owner_id", new.owner_id.into()),
        ("due_date", new.due_date.as_deref().into()),
        ("updated_at", work.now.into()),
    ];
    update(work, "quality_steps", (id, old.version), &values)?;
    audit::note(work, "updated", "quality_step", id, Value::Array(changes))?;
    Ok(Step {
        version: old.version + 1,
        ..new
    })
}

fn changed(work: &mut Work<'_>, old: &Step, patch: &StepPatch) -> Result<Step> {
    let mut new = old.clone();
    let mut faults = Faults::default();
    if let Some(state) = &patch.state {
        if !STATES.contains(&state.as_str()) {
            let fault = Fault::field("state", "not_a_choice");
            faults.push(fault.with("choices", STATES.join(", ")));
        }
        new.state.clone_from(state);
    }
    if let Member::Given(reason) = &patch.reason {
        let reason = reason.as_deref().map(str::trim).unwrap_or_default();
        if reason.chars().count() > MAX_REASON {
            faults.push(Fault::field("reason", "too_long").with("max", MAX_REASON));
        }
        new.reason = (!reason.is_empty()).then(|| reason.to_owned());
    }
    if new.state != "skipped" {
        new.reason = None;
    }
    let unsaid = new.state == "skipped" && new.reason.is_none();
    faults.check(unsaid, "reason", "required");
    if let Member::Given(owner) = &patch.owner_id {
        if let Some(owner) = owner {
            check_owner(work, *owner, &mut faults)?;
        }
        new.owner_id = *owner;
    }
    if let Member::Given(day) = &patch.due_date {
        new.due_date = day.map(|day| day.to_string());
    }
    faults.into_result()?;
    Ok(new)
}
