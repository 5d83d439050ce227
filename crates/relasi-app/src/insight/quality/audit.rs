//! Guided reviews of all data: seven steps with owner and due day, what came to light, and the scores at the end.

use chrono::{Months, NaiveDate};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    insight::quality::STEPS,
};
use relasi_persistence::{Row, Statement, StoreError, sql::Value as Sql, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{finding, may_look, row::Member, scores, step};
use crate::{
    audit,
    platform::notification,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences, same_version, update},
};

/// Reviews told in one list.
const MOST: u32 = 100;
/// Months until the next one, unless somebody says otherwise.
const AGAIN: Months = Months::new(12);
const MAX_NAME: usize = 200;

/// A review.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change of the review itself.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// Who answers for it.
    pub owner_id: Uuid,
    /// When it should be finished.
    pub due_date: Option<String>,
    /// When it was begun.
    pub created_at: String,
    /// By whom.
    pub created_by: Option<Uuid>,
    /// When it was finished; none while it is open.
    pub finished_at: Option<String>,
    /// By whom.
    pub finished_by: Option<Uuid>,
    /// The scores when it was finished, by object.
    pub scores: Option<Value>,
    /// When the next one is due.
    pub reaudit_date: Option<String>,
    /// Its steps; none in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Value>>,
}

/// What makes a review.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAudit {
    /// What it is called.
    pub name: String,
    /// Who answers for it; who begins it, when left out.
    #[serde(default)]
    pub owner_id: Option<Uuid>,
    /// When it should be finished.
    #[serde(default)]
    pub due_date: Option<NaiveDate>,
}

/// What changes a review; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditPatch {
    /// What it is called.
    pub name: Option<String>,
    /// Who answers for it.
    pub owner_id: Option<Uuid>,
    /// When it should be finished; null for no day.
    pub due_date: Member<NaiveDate>,
    /// When the next one is due, of a finished one; null for never.
    pub reaudit_date: Member<NaiveDate>,
}

/// How a review is finished.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Finish {
    /// When the next one is due; in a year when left out.
    pub reaudit_date: Option<NaiveDate>,
}

const COLUMNS: &str = "id, version, name, owner_id, due_date, created_at, created_by, finished_at, finished_by, scores, reaudit_date";

fn read(row: &Row<'_>) -> std::result::Result<Audit, StoreError> {
    Ok(Audit {
        id: row.id(0)?,
        version: row.int(1)?,
        name: row.text(2)?,
        owner_id: row.id(3)?,
        due_date: row.opt_text(4)?,
        created_at: instant_text(row.int(5)?),
        created_by: row.opt_id(6)?,
        finished_at: row.opt_int(7)?.map(instant_text),
        finished_by: row.opt_id(8)?,
        scores: row.opt_json(9)?,
        reaudit_date: row.opt_text(10)?,
        steps: None,
    })
}

fn of_workspace(work: &Work<'_>) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM quality_audits WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    statement
}

/// The reviews, the newest first.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Audit>> {
    may_look(work)?;
    let mut statement = of_workspace(work);
    statement.push(" ORDER BY id DESC").limit(MOST);
    Ok(work.conn.rows(&statement, read)?)
}

/// A review without its steps.
pub(super) fn find(work: &mut Work<'_>, id: Uuid) -> Result<Audit> {
    may_look(work)?;
    let mut statement = of_workspace(work);
    statement.push(" AND id = ").bind(id);
    work.conn.row(&statement, read)?.ok_or(Refusal::NotFound)
}

/// A review with its steps and their findings.
pub fn show(work: &mut Work<'_>, id: Uuid) -> Result<Audit> {
    let mut audit = find(work, id)?;
    let findings = finding::of_audit(work, id)?;
    let steps = step::of_audit(work, id)?.into_iter().map(|step| {
        let own = findings.iter().filter(|finding| finding.step_id == step.id);
        let own: Vec<Value> = own.map(|finding| json!(finding)).collect();
        let mut told = json!(step);
        told["findings"] = json!(own);
        told
    });
    audit.steps = Some(steps.collect());
    Ok(audit)
}

/// Whether the caller may change a review: those who may work on the base as a whole, and who answers for it.
pub(super) fn may_change(work: &Work<'_>, audit: &Audit) -> bool {
    work.access.may(Action::Import) || audit.owner_id == work.access.user_id
}

/// An open review that the caller may change.
pub(super) fn open(work: &mut Work<'_>, id: Uuid) -> Result<Audit> {
    let audit = find(work, id)?;
    if audit.finished_at.is_some() {
        return Err(Refusal::Conflict("audit_is_finished"));
    }
    Ok(audit)
}

/// Begins a review with its seven steps, all open and of who answers for it. For those who may import.
pub fn open_audit(work: &mut Work<'_>, new: &NewAudit) -> Result<Audit> {
    if !work.access.may(Action::Import) {
        return Err(Refusal::Forbidden);
    }
    let owner = new.owner_id.unwrap_or(work.access.user_id);
    let name = new.name.trim();
    let mut faults = Faults::default();
    check_name(name, &mut faults);
    check_owner(work, owner, &mut faults)?;
    faults.into_result()?;
    let id = Uuid::now_v7();
    let columns = [
        "workspace_id",
        "id",
        "version",
        "created_at",
        "created_by",
        "updated_at",
        "name",
        "owner_id",
        "due_date",
    ];
    let row = vec![
        work.access.workspace_id.into(),
        id.into(),
        1_i64.into(),
        work.now.into(),
        work.access.user_id.into(),
        work.now.into(),
        name.into(),
        owner.into(),
        new.due_date.into(),
    ];
    work.store()
        .insert_rows("quality_audits", &columns, &[row])?;
    step::make(work, id, owner, &STEPS)?;
    audit::note(work, "created", "quality_audit", id, json!([]))?;
    tell(work, owner, id, name)?;
    show(work, id)
}

fn check_name(name: &str, faults: &mut Faults) {
    faults.check(name.is_empty(), "name", "required");
    if name.chars().count() > MAX_NAME {
        faults.push(Fault::field("name", "too_long").with("max", MAX_NAME));
    }
}

/// Only members who are active answer for something.
pub(super) fn check_owner(work: &mut Work<'_>, owner: Uuid, faults: &mut Faults) -> Result<()> {
    let mut statement = Statement::new("SELECT 1 FROM memberships WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(owner)
        .push(" AND active = ")
        .bind(true);
    let known = work.conn.row(&statement, |row| row.int(0))?;
    faults.check(known.is_none(), "owner_id", "no_such_record");
    Ok(())
}

fn tell(work: &mut Work<'_>, owner: Uuid, id: Uuid, name: &str) -> Result<()> {
    if owner == work.access.user_id {
        return Ok(());
    }
    let data = json!({"title": name, "by": work.access.user_id});
    notification::notify(
        work,
        owner,
        notification::Topic::You,
        "quality_audit_assigned",
        Some(("quality_audit", id)),
        &data,
    )
}

/// Changes a review.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &AuditPatch,
) -> Result<Audit> {
    let old = find(work, id)?;
    if !may_change(work, &old) {
        return Err(Refusal::Forbidden);
    }
    same_version(version, old.version, &old)?;
    let mut new = old.clone();
    let mut faults = Faults::default();
    if let Some(name) = &patch.name {
        name.trim().clone_into(&mut new.name);
        check_name(&new.name, &mut faults);
    }
    if let Some(owner) = patch.owner_id {
        check_owner(work, owner, &mut faults)?;
        new.owner_id = owner;
    }
    if let Member::Given(day) = &patch.due_date {
        new.due_date = day.map(|day| day.to_string());
    }
    if let Member::Given(day) = &patch.reaudit_date {
        faults.check(old.finished_at.is_none(), "reaudit_date", "not_finished");
        new.reaudit_date = day.map(|day| day.to_string());
    }
    faults.into_result()?;
    save(work, &old, &new, "updated")?;
    if new.owner_id != old.owner_id {
        tell(work, new.owner_id, id, &new.name)?;
    }
    show(work, id)
}

/// Finishes a review: no step may be open. The scores of now are kept with it, and a day for the next one.
pub fn finish(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    order: &Finish,
) -> Result<Audit> {
    let old = open(work, id)?;
    if !may_change(work, &old) {
        return Err(Refusal::Forbidden);
    }
    same_version(version, old.version, &old)?;
    if step::any_open(work, id)? {
        return Err(Refusal::Conflict("audit_has_open_steps"));
    }
    let today = work.now.date_naive();
    let again = order
        .reaudit_date
        .or_else(|| today.checked_add_months(AGAIN));
    if again.is_some_and(|day| day <= today) {
        return Err(Fault::field("reaudit_date", "in_the_past").into());
    }
    let new = Audit {
        finished_at: Some(instant_text(work.micros())),
        finished_by: Some(work.access.user_id),
        scores: Some(scores::frozen(work)?),
        reaudit_date: again.map(|day| day.to_string()),
        ..old.clone()
    };
    save(work, &old, &new, "finished")?;
    show(work, id)
}

fn save(work: &mut Work<'_>, old: &Audit, new: &Audit, action: &str) -> Result<()> {
    let changes = differences(&json!(old), &json!(new));
    if changes.is_empty() {
        return Ok(());
    }
    let finished = new.finished_at.as_deref();
    let values: [(&str, Sql); 9] = [
        ("name", new.name.as_str().into()),
        ("owner_id", new.owner_id.into()),
        ("due_date", new.due_date.as_deref().into()),
        (
            "finished_at",
            finished
                .and_then(relasi_persistence::store::instant_micros)
                .into(),
        ),
        ("finished_by", new.finished_by.into()),
        ("scores", new.scores.as_ref().map(Value::to_string).into()),
        ("reaudit_date", new.reaudit_date.as_deref().into()),
        // Another day is a new reason to remind.
        ("reminded_at", Sql::NULL_INTEGER),
        ("updated_at", work.now.into()),
    ];
    update(work, "quality_audits", (new.id, old.version), &values)?;
    audit::note(work, action, "quality_audit", new.id, Value::Array(changes))
}
