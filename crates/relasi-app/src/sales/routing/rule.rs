//! Making, changing, moving and removing rules.

use relasi_domain::{
    fault::{Fault, Faults},
    filter,
    identity::team,
    sales::{
        lead,
        routing::{Method, Needs, check_entries},
    },
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::row::{MAX_PEOPLE, MAX_RULES, Rule, all, by_id};
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
    /// Which leads it takes; all when empty.
    pub filter: String,
    /// How it chooses.
    pub method: Method,
    /// People that it names.
    pub user_ids: Vec<Uuid>,
    /// A team whose people count as well.
    pub team_id: Option<Uuid>,
    /// What it asks of them.
    pub needs: Needs,
    /// Who gets the lead when none of them can.
    pub fallback_id: Option<Uuid>,
    /// Whether it gives leads away.
    pub active: bool,
}

/// What changes a rule; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulePatch {
    /// What it is called.
    pub name: Option<String>,
    /// Which leads it takes.
    pub filter: Option<String>,
    /// How it chooses.
    pub method: Option<Method>,
    /// People that it names.
    pub user_ids: Option<Vec<Uuid>>,
    /// A team whose people count as well; `null` for none.
    #[serde(deserialize_with = "crate::versioned::said")]
    pub team_id: Option<Option<Uuid>>,
    /// What it asks of them.
    pub needs: Option<Needs>,
    /// Who gets the lead when none of them can; `null` for nobody.
    #[serde(deserialize_with = "crate::versioned::said")]
    pub fallback_id: Option<Option<Uuid>>,
    /// Whether it gives leads away.
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

fn check(work: &mut Work<'_>, new: &NewRule, before: Option<&Rule>) -> Result<()> {
    let mut faults = Faults::default();
    faults.check_name(&new.name, MAX_NAME);
    let text = new.filter.trim();
    filter::check(text, work.access.shape(&lead::OBJECT), &mut faults);
    if new.user_ids.len() > MAX_PEOPLE {
        faults.push(Fault::field("user_ids", "too_many").with("max", MAX_PEOPLE));
    }
    let nobody = new.user_ids.is_empty() && new.team_id.is_none();
    faults.check(nobody, "user_ids", "required");
    let mut needs = Faults::default();
    check_entries(&new.needs.skills, "skills", &mut needs);
    faults
        .0
        .extend(needs.pointing(|at| format!("/needs{at}")).0);
    check_people(work, new, before, &mut faults)?;
    Ok(faults.into_result()?)
}

/// Whoever is named anew must be here; those who have left since may stay where they are named.
fn check_people(
    work: &mut Work<'_>,
    new: &NewRule,
    before: Option<&Rule>,
    faults: &mut Faults,
) -> Result<()> {
    let named = new.user_ids.iter().chain(&new.fallback_id);
    let ids: Vec<String> = named.map(Uuid::to_string).collect();
    let members = work.store().members(&ids)?;
    let here = |id: &Uuid| members.contains(&id.to_string());
    let was = |id: &Uuid| before.is_some_and(|rule| rule.user_ids.contains(id));
    for (place, id) in new.user_ids.iter().enumerate() {
        let at = || format!("/user_ids/{place}");
        faults.wrong(!here(id) && !was(id), at, "no_such_record");
        faults.wrong(new.user_ids[..place].contains(id), at, "named_twice");
    }
    let last = before.and_then(|rule| rule.fallback_id);
    let gone = new
        .fallback_id
        .filter(|id| new.fallback_id != last && !here(id));
    faults.check(gone.is_some(), "fallback_id", "no_such_record");
    if let Some(id) = new.team_id {
        let living = work.store().existing(&team::OBJECT, &[id.to_string()])?;
        faults.check(living.is_empty(), "team_id", "no_such_record");
    }
    Ok(())
}

fn values(new: &NewRule) -> [(&'static str, Sql); 8] {
    [
        ("name", new.name.trim().into()),
        ("filter", new.filter.trim().into()),
        ("method", new.method.code().into()),
        ("user_ids", json!(new.user_ids).to_string().into()),
        ("team_id", new.team_id.into()),
        ("needs", json!(new.needs).to_string().into()),
        ("fallback_id", new.fallback_id.into()),
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
    check(work, new, None)?;
    let workspace = work.access.workspace_id;
    let others = all(work.conn, workspace)?;
    if others.len() >= MAX_RULES {
        return Err(Refusal::Conflict("too_many_routing_rules"));
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
    work.store()
        .insert_rows("routing_rules", &columns, &[row])?;
    let named = json!([{"field": "name", "old": null, "new": new.name.trim()}]);
    audit::note(work, "created", "routing_rule", id, named)?;
    find(work, id)
}

/// Changes a rule; leads that have an owner stay with them.
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
        method: patch.method.unwrap_or(old.method),
        user_ids: patch.user_ids.unwrap_or(old.user_ids),
        team_id: patch.team_id.unwrap_or(old.team_id),
        needs: patch.needs.unwrap_or(old.needs),
        fallback_id: patch.fallback_id.unwrap_or(old.fallback_id),
        active: patch.active.unwrap_or(old.active),
    };
    check(work, &new, Some(&before))?;
    let mut values = values(&new).to_vec();
    values.push(("updated_at", work.now.into()));
    update(work, "routing_rules", (id, before.version), &values)?;
    if let Some(position) = position.filter(|position| *position != before.position) {
        shift(work, id, position)?;
    }
    let after = find(work, id)?;
    let named = [
        "position",
        "name",
        "filter",
        "method",
        "user_ids",
        "team_id",
        "needs",
        "fallback_id",
        "active",
    ];
    let changes = differences_in(named, &json!(before), &json!(after));
    audit::note(work, "updated", "routing_rule", id, json!(changes))?;
    Ok(after)
}

/// Puts a rule in its place and numbers all anew.
fn shift(work: &mut Work<'_>, id: Uuid, position: i64) -> Result<()> {
    let workspace = work.access.workspace_id;
    let rules = all(work.conn, workspace)?;
    let was: Vec<(Uuid, i64)> = rules.iter().map(|rule| (rule.id, rule.position)).collect();
    let mut order: Vec<Uuid> = was
        .iter()
        .map(|(id, _)| *id)
        .filter(|one| *one != id)
        .collect();
    let place = usize::try_from(position).unwrap_or(0).min(order.len());
    order.insert(place, id);
    for (position, id) in (0_i64..).zip(order) {
        if was.contains(&(id, position)) {
            continue;
        }
        let mut statement = Statement::new("UPDATE routing_rules SET position = ");
        statement.bind(position);
        statement.push(" WHERE workspace_id = ").bind(workspace);
        statement.push(" AND id = ").bind(id);
        work.conn.execute(&statement)?;
    }
    Ok(())
}

/// Removes a rule; what it gave away stays where it is.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = find(work, id)?;
    same_version(version, before.version, &before)?;
    let mut statement = Statement::new("DELETE FROM routing_rules WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let was = json!([{"field": "name", "old": before.name, "new": null}]);
    audit::note(work, "deleted", "routing_rule", id, was)
}
