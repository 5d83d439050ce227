//! What comes to light in the steps of a review.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    insight::quality::{Queue, SEVERITIES},
};
use relasi_persistence::{Row, Statement, StoreError, sql::Value as Sql, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{measured, step};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences, same_version, update},
};

const MAX_TEXT: usize = 2_000;
/// Findings of one step at most.
const MOST: usize = 200;

/// A finding.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// `UUIDv7`.
    pub id: Uuid,
    /// The step.
    pub step_id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// What was found.
    pub text: String,
    /// low, medium or high.
    pub severity: String,
    /// contact, company or deal, with a record or a queue.
    pub object: Option<String>,
    /// The record that shows it.
    pub record_id: Option<Uuid>,
    /// The queue that it is in.
    pub queue: Option<String>,
    /// When it was put right.
    pub resolved_at: Option<String>,
    /// When it was written down.
    pub created_at: String,
    /// By whom.
    pub created_by: Option<Uuid>,
}

/// What makes a finding.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFinding {
    /// What was found.
    pub text: String,
    /// low, medium or high.
    pub severity: String,
    /// contact, company or deal.
    #[serde(default)]
    pub object: Option<String>,
    /// The record that shows it.
    #[serde(default)]
    pub record_id: Option<Uuid>,
    /// The queue that it is in.
    #[serde(default)]
    pub queue: Option<Queue>,
}

/// What changes a finding; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FindingPatch {
    /// What was found.
    pub text: Option<String>,
    /// low, medium or high.
    pub severity: Option<String>,
    /// Whether it is put right.
    pub resolved: Option<bool>,
}

const COLUMNS: &str = "f.id, f.step_id, f.version, f.text, f.severity, f.object, f.record_id, f.queue, f.resolved_at, f.created_at, f.created_by";

fn read(row: &Row<'_>) -> std::result::Result<Finding, StoreError> {
    Ok(Finding {
        id: row.id(0)?,
        step_id: row.id(1)?,
        version: row.int(2)?,
        text: row.text(3)?,
        severity: row.text(4)?,
        object: row.opt_text(5)?,
        record_id: row.opt_id(6)?,
        queue: row.opt_text(7)?,
        resolved_at: row.opt_int(8)?.map(instant_text),
        created_at: instant_text(row.int(9)?),
        created_by: row.opt_id(10)?,
    })
}

fn of_workspace(work: &Work<'_>) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM quality_findings f JOIN quality_steps s ON s.workspace_id = f.workspace_id \
         AND s.id = f.step_id WHERE f.workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    statement
}

/// The findings of a review in the order in which they were written down.
pub(super) fn of_audit(work: &mut Work<'_>, audit: Uuid) -> Result<Vec<Finding>> {
    let mut statement = of_workspace(work);
    statement
        .push(" AND s.audit_id = ")
        .bind(audit)
        .push(" ORDER BY f.id");
    Ok(work.conn.rows(&statement, read)?)
}

/// Writes a finding down in a step of an open review.
pub fn add_finding(work: &mut Work<'_>, step: Uuid, new: &NewFinding) -> Result<Finding> {
    let step = step::workable(work, step)?;
    let mut faults = Faults::default();
    let text = checked(&new.text, &new.severity, &mut faults);
    check_place(work, new, &mut faults)?;
    faults.into_result()?;
    let known = of_audit(work, step.audit_id)?;
    if known
        .iter()
        .filter(|finding| finding.step_id == step.id)
        .count()
        >= MOST
    {
        return Err(Refusal::Conflict("too_many_findings"));
    }
    let id = Uuid::now_v7();
    let columns = [
        "workspace_id",
        "id",
        "step_id",
        "version",
        "created_at",
        "created_by",
        "updated_at",
        "text",
        "severity",
        "object",
        "record_id",
        "queue",
    ];
    let queue = new.queue.map(|queue| json!(queue));
    let row: Vec<Sql> = vec![
        work.access.workspace_id.into(),
        id.into(),
        step.id.into(),
        1_i64.into(),
        work.now.into(),
        work.access.user_id.into(),
        work.now.into(),
        text.into(),
        new.severity.as_str().into(),
        new.object.as_deref().into(),
        new.record_id.into(),
        queue.as_ref().and_then(Value::as_str).into(),
    ];
    work.store()
        .insert_rows("quality_findings", &columns, &[row])?;
    audit::note(work, "created", "quality_finding", id, json!([]))?;
    find(work, id)
}

fn checked(text: &str, severity: &str, faults: &mut Faults) -> String {
    let text = text.trim();
    faults.check(text.is_empty(), "text", "required");
    if text.chars().count() > MAX_TEXT {
        faults.push(Fault::field("text", "too_long").with("max", MAX_TEXT));
    }
    if !SEVERITIES.contains(&severity) {
        let fault = Fault::field("severity", "not_a_choice");
        faults.push(fault.with("choices", SEVERITIES.join(", ")));
    }
    text.to_owned()
}

/// A record or a queue has an object; the record is one that the caller may see.
fn check_place(work: &mut Work<'_>, new: &NewFinding, faults: &mut Faults) -> Result<()> {
    let Some(name) = &new.object else {
        let placed = new.record_id.is_some() || new.queue.is_some();
        faults.check(placed, "object", "required");
        return Ok(());
    };
    let Some(object) = measured(name) else {
        let names = relasi_domain::insight::quality::OBJECTS.map(|object| object.name);
        let fault = Fault::field("object", "not_a_choice");
        faults.push(fault.with("choices", names.join(", ")));
        return Ok(());
    };
    if let Some(queue) = new.queue {
        faults.check(!Queue::of(object).contains(&queue), "queue", "not_a_choice");
    }
    if let Some(id) = new.record_id {
        let seen = match work.store().find(object, id)? {
            Some(found) => work.may(object, Action::See, &found)?,
            None => false,
        };
        faults.check(!seen, "record_id", "no_such_record");
    }
    Ok(())
}

fn find(work: &mut Work<'_>, id: Uuid) -> Result<Finding> {
    let mut statement = of_workspace(work);
    statement.push(" AND f.id = ").bind(id);
    work.conn.row(&statement, read)?.ok_or(Refusal::NotFound)
}

/// Changes a finding of an open review.
pub fn change_finding(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &FindingPatch,
) -> Result<Finding> {
    let old = find(work, id)?;
    step::workable(work, old.step_id)?;
    same_version(version, old.version, &old)?;
    let mut new = old.clone();
    if let Some(severity) = &patch.severity {
        new.severity.clone_from(severity);
    }
    let mut faults = Faults::default();
    new.text = checked(
        patch.text.as_ref().unwrap_or(&old.text),
        &new.severity,
        &mut faults,
    );
    faults.into_result()?;
    match patch.resolved {
        Some(true) if old.resolved_at.is_none() => {
            new.resolved_at = Some(instant_text(work.micros()));
        }
        Some(false) => new.resolved_at = None,
        _ => {}
    }
    let changes = differences(&json!(old), &json!(new));
    if changes.is_empty() {
        return Ok(old);
    }
    let resolved = new.resolved_at.as_deref();
    let values: [(&str, Sql); 4] = [
        ("text", new.text.as_str().into()),
        ("severity", new.severity.as_str().into()),
        (
            "resolved_at",
            resolved
                .and_then(relasi_persistence::store::instant_micros)
                .into(),
        ),
        ("updated_at", work.now.into()),
    ];
    update(work, "quality_findings", (id, old.version), &values)?;
    audit::note(
        work,
        "updated",
        "quality_finding",
        id,
        Value::Array(changes),
    )?;
    find(work, id)
}
