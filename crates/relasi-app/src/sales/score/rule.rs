//! Making, changing, moving and removing rules; all leads are worked out anew after each.

use relasi_domain::{
    fault::Faults,
    filter,
    sales::{
        lead,
        score::{Happening, check_worth},
    },
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    row::{MAX_RULES, Rule, all, by_id},
    settings::revise,
};
use crate::{
    audit,
    platform::business_hours::may,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version, update},
};

const MAX_NAME: usize = 120;

/// What makes a rule; it comes last.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewRule {
    /// What it is called.
    pub name: String,
    /// Which leads it is about; all when empty.
    pub filter: String,
    /// What must have happened to them.
    pub happening: Option<Happening>,
    /// What it gives.
    pub points: i64,
    /// Days after which its points expire.
    pub days: Option<i64>,
    /// Whether it counts.
    pub active: bool,
}

/// What changes a rule; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulePatch {
    /// What it is called.
    pub name: Option<String>,
    /// Which leads it is about.
    pub filter: Option<String>,
    /// What must have happened to them; `null` for nothing.
    #[serde(deserialize_with = "crate::versioned::said")]
    pub happening: Option<Option<Happening>>,
    /// What it gives.
    pub points: Option<i64>,
    /// Days after which its points expire; `null` for never.
    #[serde(deserialize_with = "crate::versioned::said")]
    pub days: Option<Option<i64>>,
    /// Whether it counts.
    pub active: Option<bool>,
    /// Its place among the rules, from 0.
    pub position: Option<i64>,
}

/// The rules in their order.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Rule>> {
    may(work)?;
    all(work.conn, work.access.workspace_id)
}

/// One of them.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<Rule> {
    may(work)?;
    by_id(work.conn, work.access.workspace_id, id)?.ok_or(Refusal::NotFound)
}

fn check(work: &Work<'_>, new: &NewRule) -> Result<()> {
    let mut faults = Faults::default();
    faults.check_name(&new.name, MAX_NAME);
    let text = new.filter.trim();
    filter::check(text, work.access.shape(&lead::OBJECT), &mut faults);
    let everything = text.is_empty() && new.happening.is_none();
    faults.check(everything, "filter", "required");
    check_worth(new.points, new.days, &mut faults);
    Ok(faults.into_result()?)
}

fn values(new: &NewRule) -> [(&'static str, Sql); 6] {
    [
        ("name", new.name.trim().into()),
        ("filter", new.filter.trim().into()),
        ("happening", new.happening.map(Happening::code).into()),
        ("points", new.points.into()),
        ("days", new.days.into()),
        ("active", new.active.into()),
    ]
}

/// Makes a rule.
pub fn create(work: &mut Work<'_>, new: &NewRule) -> Result<Rule> {
    create_as(work, Uuid::now_v7(), new)
}

/// The same under an id that is known before.
pub(crate) fn create_as(work: &mut Work<'_>, id: Uuid, new: &NewRule) -> Result<Rule> {
    may(work)?;
    check(work, new)?;
    let workspace = work.access.workspace_id;
    let others = all(work.conn, workspace)?;
    if others.len() >= MAX_RULES {
        return Err(Refusal::Conflict("too_many_score_rules"));
    }
    let position = others.last().map_or(0, |last| last.position + 1);
    let own: [(&str, Sql); 7] = [
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("position", position.into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
    ];
    let all = own.into_iter().chain(values(new));
    let (columns, row): (Vec<&str>, Vec<Sql>) = all.unzip();
    work.store().insert_rows("score_rules", &columns, &[row])?;
    revise(work.conn, workspace, work.now)?;
    let named = json!([{"field": "name", "old": null, "new": new.name.trim()}]);
    audit::note(work, "created", "score_rule", id, named)?;
    find(work, id)
}

/// Changes a rule.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: RulePatch,
) -> Result<Rule> {
    let before = find(work, id)?;
    same_version(version, before.version, &before)?;
    let position = patch.position;
    let old = before.clone();
    let new = NewRule {
        name: patch.name.unwrap_or(old.name),
        filter: patch.filter.unwrap_or(old.filter),
        happening: patch.happening.unwrap_or(old.happening),
        points: patch.points.unwrap_or(old.points),
        days: patch.days.unwrap_or(old.days),
        active: patch.active.unwrap_or(old.active),
    };
    check(work, &new)?;
    let mut values = values(&new).to_vec();
    values.push(("updated_at", work.now.into()));
    update(work, "score_rules", (id, before.version), &values)?;
    if let Some(position) = position.filter(|position| *position != before.position) {
        shift(work, id, position)?;
    }
    revise(work.conn, work.access.workspace_id, work.now)?;
    let after = find(work, id)?;
    let named = [
        "position",
        "name",
        "filter",
        "happening",
        "points",
        "days",
        "active",
    ];
    let changes = differences_in(named, &json!(before), &json!(after));
    audit::note(work, "updated", "score_rule", id, json!(changes))?;
    Ok(after)
}

/// Puts a rule in its place and numbers all anew.
fn shift(work: &mut Work<'_>, id: Uuid, position: i64) -> Result<()> {
    let workspace = work.access.workspace_id;
    let rules = all(work.conn, workspace)?;
    let was: Vec<(Uuid, i64)> = rules.iter().map(|rule| (rule.id, rule.position)).collect();
    let others = was.iter().map(|(id, _)| *id).filter(|one| *one != id);
    let mut order: Vec<Uuid> = others.collect();
    let place = usize::try_from(position).unwrap_or(0).min(order.len());
    order.insert(place, id);
    for (position, id) in (0_i64..).zip(order) {
        if was.contains(&(id, position)) {
            continue;
        }
        let mut statement = Statement::new("UPDATE score_rules SET position = ");
        statement.bind(position);
        statement.push(" WHERE workspace_id = ").bind(workspace);
        statement.push(" AND id = ").bind(id);
        work.conn.execute(&statement)?;
    }
    Ok(())
}

/// Removes a rule, and the points that it gave.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = find(work, id)?;
    same_version(version, before.version, &before)?;
    let mut statement = Statement::new("DELETE FROM score_rules WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    revise(work.conn, work.access.workspace_id, work.now)?;
    let was = json!([{"field": "name", "old": before.name, "new": null}]);
    audit::note(work, "deleted", "score_rule", id, was)
}
