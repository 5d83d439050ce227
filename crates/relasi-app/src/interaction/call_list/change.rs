//! Making, changing and removing call lists, and who may.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::{
        access::{Access, Action},
        team,
    },
    interaction::{activity, call_list},
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::row::{CallList, lists};
use crate::{
    audit,
    interaction::may,
    records::{Work, in_trash},
    refusal::{Refusal, Result},
    versioned::{differences_in, said, same_version, update},
};

/// The most lists of one member that go over together.
const MOST_GIVEN: u32 = 500;

/// What makes a call list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewCallList {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub object: String,
    /// What to say.
    pub script: Option<String>,
    /// Who answers for it; who makes it when nobody is named.
    pub owner_id: Option<Uuid>,
    /// The team that works on it.
    pub team_id: Option<Uuid>,
    /// Who works on it beside them.
    pub members: Vec<Uuid>,
}

/// What changes a call list; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CallListPatch {
    /// Its name.
    pub name: Option<String>,
    /// What to say.
    #[serde(deserialize_with = "said")]
    pub script: Option<Option<String>>,
    /// Who answers for it.
    pub owner_id: Option<Uuid>,
    /// The team that works on it.
    #[serde(deserialize_with = "said")]
    pub team_id: Option<Option<Uuid>>,
    /// Who works on it beside them.
    pub members: Option<Vec<Uuid>>,
}

/// The lists that the caller works on, the newest first; all for those who may change settings.
pub fn list(work: &mut Work<'_>, before: Option<Uuid>, limit: u32) -> Result<Vec<CallList>> {
    let access = work.access;
    lists(work, |statement| {
        push_joined(access, statement);
        if let Some(before) = before {
            statement.push(" AND l.id < ").bind(before);
        }
        statement.push(" ORDER BY l.id DESC").limit(limit);
    })
}

/// One of them.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<CallList> {
    let access = work.access;
    let found = lists(work, |statement| {
        push_joined(access, statement);
        statement.push(" AND l.id = ").bind(id);
    })?;
    found.into_iter().next().ok_or(Refusal::NotFound)
}

/// `AND …` for the lists `l` that the caller works on.
fn push_joined(access: &Access, statement: &mut Statement) {
    if access.may(Action::Settings) {
        return;
    }
    statement
        .push(" AND (l.owner_id = ")
        .bind(access.user_id)
        .push(" OR EXISTS (SELECT 1 FROM call_list_members m WHERE m.workspace_id = l.workspace_id AND m.list_id = l.id")
        .push(" AND m.user_id = ")
        .bind(access.user_id)
        .push(")");
    if !access.team_ids.is_empty() {
        statement.push(" OR l.team_id IN (");
        statement.bind_all(access.team_ids.iter().copied());
        statement.push(")").uncached();
    }
    statement.push(")");
}

/// What a list holds, for those who work on it and log calls.
pub(crate) fn joined(work: &mut Work<'_>, id: Uuid) -> Result<CallList> {
    let found = find(work, id)?;
    may(work, &activity::OBJECT, Action::Add)?;
    Ok(found)
}

/// The list, for those who may change it: its owner, and who may change settings.
pub(super) fn owned(work: &mut Work<'_>, id: Uuid) -> Result<CallList> {
    let found = find(work, id)?;
    if found.owner_id == work.access.user_id || work.access.may(Action::Settings) {
        Ok(found)
    } else {
        Err(Refusal::Forbidden)
    }
}

/// What a list says of itself.
struct Said<'s> {
    name: &'s str,
    script: Option<&'s str>,
    owner_id: Uuid,
    team_id: Option<Uuid>,
    members: &'s [Uuid],
}

fn check(work: &mut Work<'_>, list: &Said<'_>, faults: &mut Faults) -> Result<()> {
    call_list::check(list.name, list.script, list.members, faults);
    if !faults.0.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<String> = list.members.iter().map(Uuid::to_string).collect();
    ids.push(list.owner_id.to_string());
    let there = work.store().members(&ids)?;
    for (place, id) in list.members.iter().enumerate() {
        let gone = !there.contains(&id.to_string());
        faults.wrong(gone, || format!("/members/{place}"), "no_such_record");
    }
    let gone = !there.contains(&list.owner_id.to_string());
    faults.check(gone, "owner_id", "no_such_record");
    if let Some(id) = list.team_id {
        let team = work.store().find(&team::OBJECT, id)?;
        let gone = team.is_none_or(|team| in_trash(&team));
        faults.check(gone, "team_id", "no_such_record");
    }
    Ok(())
}

/// Makes a call list.
pub fn create(work: &mut Work<'_>, new: &NewCallList) -> Result<CallList> {
    create_as(work, Uuid::now_v7(), new)
}

/// The same under an id that is known before.
pub(crate) fn create_as(work: &mut Work<'_>, id: Uuid, new: &NewCallList) -> Result<CallList> {
    may(work, &activity::OBJECT, Action::Add)?;
    let owner = new.owner_id.unwrap_or(work.access.user_id);
    let mut faults = Faults::default();
    if call_list::object(&new.object).is_none() {
        let choices = call_list::OBJECTS.map(|object| object.name).join(", ");
        faults.push(Fault::field("object", "not_a_choice").with("choices", choices));
    }
    let list = Said {
        name: &new.name,
        script: new.script.as_deref(),
        owner_id: owner,
        team_id: new.team_id,
        members: &new.members,
    };
    check(work, &list, &mut faults)?;
    faults.into_result()?;
    let members: [(&str, Sql); 12] = [
        ("workspace_id", work.access.workspace_id.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("name", new.name.trim().into()),
        ("object", new.object.as_str().into()),
        ("script", written(new.script.as_deref()).into()),
        ("owner_id", owner.into()),
        ("team_id", new.team_id.into()),
        ("places", 0_i64.into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store().insert_rows("call_lists", &columns, &[row])?;
    put_members(work, id, &new.members)?;
    let named = json!([{"field": "name", "old": null, "new": new.name.trim()}]);
    audit::note(work, "created", "call_list", id, named)?;
    // Whoever makes a list for others does not work on it, and is shown it all the same.
    let made = lists(work, |statement| {
        statement.push(" AND l.id = ").bind(id);
    })?;
    made.into_iter().next().ok_or(Refusal::NotFound)
}

/// A script that says something.
fn written(script: Option<&str>) -> Option<&str> {
    script.map(str::trim).filter(|text| !text.is_empty())
}

fn put_members(work: &mut Work<'_>, id: Uuid, members: &[Uuid]) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut gone = Statement::new("DELETE FROM call_list_members WHERE workspace_id = ");
    gone.bind(workspace).push(" AND list_id = ").bind(id);
    work.conn.execute(&gone)?;
    let rows: Vec<Vec<Sql>> = members
        .iter()
        .map(|user| vec![workspace.into(), id.into(), (*user).into()])
        .collect();
    let columns = ["workspace_id", "list_id", "user_id"];
    Ok(work
        .store()
        .insert_rows("call_list_members", &columns, &rows)?)
}

/// Changes a call list; who stands in it stays.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &CallListPatch,
) -> Result<CallList> {
    let before = owned(work, id)?;
    same_version(version, before.version, &before)?;
    let script = match &patch.script {
        Some(script) => script.as_deref(),
        None => before.script.as_deref(),
    };
    let list = Said {
        name: patch.name.as_deref().unwrap_or(&before.name),
        script,
        owner_id: patch.owner_id.unwrap_or(before.owner_id),
        team_id: patch.team_id.unwrap_or(before.team_id),
        members: patch.members.as_ref().unwrap_or(&before.members),
    };
    let mut faults = Faults::default();
    check(work, &list, &mut faults)?;
    faults.into_result()?;
    let values: [(&str, Sql); 5] = [
        ("name", list.name.trim().into()),
        ("script", written(list.script).into()),
        ("owner_id", list.owner_id.into()),
        ("team_id", list.team_id.into()),
        ("updated_at", work.now.into()),
    ];
    update(work, "call_lists", (id, before.version), &values)?;
    if let Some(members) = &patch.members {
        put_members(work, id, members)?;
    }
    let after = lists(work, |statement| {
        statement.push(" AND l.id = ").bind(id);
    })?;
    let after = after.into_iter().next().ok_or(Refusal::NotFound)?;
    let named = ["name", "script", "owner_id", "team_id", "members"];
    let changes = differences_in(named, &json!(before), &json!(after));
    audit::note(work, "updated", "call_list", id, json!(changes))?;
    Ok(after)
}

/// The lists that somebody answers for.
pub(crate) fn owned_by(work: &mut Work<'_>, user: Uuid) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new("SELECT id FROM call_lists WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND owner_id = ")
        .bind(user)
        .push(" ORDER BY id")
        .limit(MOST_GIVEN);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

/// Gives all lists of a member to somebody else.
pub(crate) fn give(work: &mut Work<'_>, from: Uuid, to: Uuid) -> Result<()> {
    let patch = CallListPatch {
        owner_id: Some(to),
        ..CallListPatch::default()
    };
    for id in owned_by(work, from)? {
        let now = find(work, id)?.version;
        change(work, id, Some(now), &patch)?;
    }
    Ok(())
}

/// Removes a call list; the calls stay.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = owned(work, id)?;
    same_version(version, before.version, &before)?;
    let mut statement = Statement::new("DELETE FROM call_lists WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&statement)?;
    let was = json!([{"field": "name", "old": before.name, "new": null}]);
    audit::note(work, "deleted", "call_list", id, was)
}
