//! Rules as rows.

use relasi_domain::{
    fault::{Fault, Faults},
    filter,
    identity::access::Action,
};
use relasi_persistence::{Row, Statement, StoreError, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    audit,
    platform::privacy::{Known, may_erase},
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version},
};

/// Rules that a workspace may have.
pub const MAX_RULES: i64 = 20;

const OBJECTS: [&str; 4] = ["contact", "lead", "activity", "file"];
const ACTIONS: [&str; 3] = ["trash", "erase", "list"];

/// A hundred years.
const MAX_MONTHS: i64 = 1_200;
const MAX_NAME: usize = 120;
const MAX_FILTER: usize = 2_000;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its id.
    pub id: Uuid,
    /// Counts up with each change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// `contact`, `lead`, `activity`, `file`.
    pub object: String,
    /// After how many months without life.
    pub months: i64,
    /// Which contacts or leads; all when empty.
    pub filter: String,
    /// `trash`, `erase` (people only), `list`.
    pub action: String,
    /// It runs each night.
    pub active: bool,
    /// Whose rights hold when it runs.
    pub run_as: Uuid,
    /// When it ran last.
    pub last_run_at: Option<String>,
    /// What came of that: `found`, `done`, `refused`.
    pub last_result: Option<Value>,
}

/// A new rule; it does not run before it is switched on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewRule {
    /// What it is called.
    pub name: String,
    /// `contact`, `lead`, `activity`, `file`.
    pub object: String,
    /// After how many months.
    pub months: i64,
    /// Which contacts or leads.
    pub filter: String,
    /// `trash`, `erase`, `list`.
    pub action: String,
}

/// What changes a rule; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulePatch {
    /// What it is called.
    pub name: Option<String>,
    /// After how many months.
    pub months: Option<i64>,
    /// Which contacts or leads.
    pub filter: Option<String>,
    /// `trash`, `erase`, `list`.
    pub action: Option<String>,
    /// Whether it runs.
    pub active: Option<bool>,
}

const SELECT: &str = "SELECT id, version, name, object, months, filter, action, active, run_as, last_run_at, last_result \
     FROM retention_rules WHERE workspace_id = ";

impl Rule {
    pub(super) fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            name: row.text(2)?,
            object: row.text(3)?,
            months: row.int(4)?,
            filter: row.text(5)?,
            action: row.text(6)?,
            active: row.bool(7)?,
            run_as: row.id(8)?,
            last_run_at: row.opt_int(9)?.map(instant_text),
            last_result: row.opt_json(10)?,
        })
    }
}

/// As what the people of a rule are known; none for rules about other things.
pub(super) fn known(object: &str) -> Option<Known> {
    match object {
        "contact" => Some(Known::Contact),
        "lead" => Some(Known::Lead),
        _ => None,
    }
}

pub(super) fn may(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

impl NewRule {
    fn check(&self, work: &Work<'_>) -> Result<()> {
        let mut faults = Faults::default();
        faults.check(self.name.trim().is_empty(), "name", "required");
        for (field, text, max) in [
            ("name", &self.name, MAX_NAME),
            ("filter", &self.filter, MAX_FILTER),
        ] {
            if text.chars().count() > max {
                faults.push(Fault::field(field, "too_long").with("max", max));
            }
        }
        for (field, code, known) in [
            ("object", &self.object, OBJECTS.as_slice()),
            ("action", &self.action, ACTIONS.as_slice()),
        ] {
            if !known.contains(&code.as_str()) {
                faults.push(Fault::field(field, "not_a_choice").with("choices", known.join(", ")));
            }
        }
        if !(1..=MAX_MONTHS).contains(&self.months) {
            faults.push(Fault::field("months", "out_of_range").with("max", MAX_MONTHS));
        }
        let people = known(&self.object);
        if people.is_none() && self.action == "erase" {
            faults.push(Fault::field("action", "not_a_choice").with("choices", "trash, list"));
        }
        let filter = self.filter.trim();
        match people {
            None => faults.check(!filter.is_empty(), "filter", "read_only_member"),
            Some(people) => filter::check(filter, work.access.shape(people.object()), &mut faults),
        }
        faults.into_result()?;
        // Nobody has done by a rule what they may not do by hand.
        if self.action == "erase" {
            may_erase(work.access)
        } else {
            Ok(())
        }
    }
}

/// All rules by name.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Rule>> {
    may(work)?;
    let mut all = Statement::new(SELECT);
    all.bind(work.access.workspace_id)
        .push(" ORDER BY name, id");
    Ok(work.conn.rows(&all, Rule::read)?)
}

pub(super) fn find(work: &mut Work<'_>, id: Uuid) -> Result<Rule> {
    let mut one = Statement::new(SELECT);
    one.bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.row(&one, Rule::read)?.ok_or(Refusal::NotFound)
}

/// Makes a rule that does not run yet.
pub fn create(work: &mut Work<'_>, new: &NewRule) -> Result<Rule> {
    may(work)?;
    new.check(work)?;
    let mut count = Statement::new("SELECT count(*) FROM retention_rules WHERE workspace_id = ");
    count.bind(work.access.workspace_id);
    if work.conn.row(&count, |row| row.int(0))?.unwrap_or(0) >= MAX_RULES {
        return Err(Refusal::Conflict("too_many_rules"));
    }
    let id = Uuid::now_v7();
    let mut insert = Statement::new(
        "INSERT INTO retention_rules (workspace_id, id, version, name, object, months, filter, action, active, run_as, \
         created_at, updated_at) VALUES (",
    );
    insert
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(id)
        .push(", 1, ")
        .bind(new.name.trim());
    insert
        .push(", ")
        .bind(&new.object)
        .push(", ")
        .bind(new.months)
        .push(", ")
        .bind(new.filter.trim());
    insert
        .push(", ")
        .bind(&new.action)
        .push(", ")
        .bind(false)
        .push(", ")
        .bind(work.access.user_id);
    insert
        .push(", ")
        .bind(work.now)
        .push(", ")
        .bind(work.now)
        .push(")");
    work.conn.execute(&insert)?;
    let changes = json!([{"field": "name", "old": null, "new": new.name.trim()}]);
    audit::note(work, "created", "retention_rule", id, changes)?;
    find(work, id)
}

/// Changes a rule, or switches it on or off; it runs with the rights of who did that last.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &RulePatch,
) -> Result<Rule> {
    let before = find(work, id)?;
    may(work)?;
    same_version(version, before.version, &before)?;
    let patch = patch.clone();
    let new = NewRule {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        object: before.object.clone(),
        months: patch.months.unwrap_or(before.months),
        filter: patch.filter.unwrap_or_else(|| before.filter.clone()),
        action: patch.action.unwrap_or_else(|| before.action.clone()),
    };
    new.check(work)?;
    let mut update = Statement::new("UPDATE retention_rules SET version = version + 1, name = ");
    update
        .bind(new.name.trim())
        .push(", months = ")
        .bind(new.months)
        .push(", filter = ")
        .bind(new.filter.trim());
    update
        .push(", action = ")
        .bind(&new.action)
        .push(", active = ")
        .bind(patch.active.unwrap_or(before.active));
    update
        .push(", run_as = ")
        .bind(work.access.user_id)
        .push(", updated_at = ")
        .bind(work.now);
    update
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    if work
        .conn
        .execute(update.push(" AND version = ").bind(before.version))?
        == 0
    {
        return Err(work.conn.overtaken().into());
    }
    let after = find(work, id)?;
    let (old, new) = (json!(before), json!(after));
    let named = ["name", "months", "filter", "action", "active"];
    let changed = differences_in(named, &old, &new);
    audit::note(work, "updated", "retention_rule", id, json!(changed))?;
    Ok(after)
}

/// Removes a rule; what it did stays done.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = find(work, id)?;
    may(work)?;
    same_version(version, before.version, &before)?;
    let mut delete = Statement::new("DELETE FROM retention_rules WHERE workspace_id = ");
    delete
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&delete)?;
    let changes = json!([{"field": "name", "old": before.name, "new": null}]);
    audit::note(work, "deleted", "retention_rule", id, changes)
}
