//! The workspace's checklist for leads, and how it stands with one of them.

use std::{cell::RefCell, collections::BTreeMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    fault::{Fault, Faults},
    filter,
    identity::access::Action,
    record::Document,
    sales::{
        checklist::{self, Item, Stage},
        lead,
    },
};
use relasi_persistence::Statement;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::verbs::refuse_converted;
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::same_version,
};

/// What the workspace asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// Counts up with each change; 0 when nothing was ever asked.
    pub version: i64,
    /// What is asked, in its order.
    pub items: Vec<Item>,
}

/// New items in place of the old ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewChecklist {
    /// All of them.
    pub items: Vec<NewItem>,
}

/// An item as clients write it; one without an id is new.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// That of an item that stays.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// For whom it is asked.
    pub stage: Stage,
    /// What it is called.
    pub label: String,
    /// Whether nobody is qualified without it.
    #[serde(default)]
    pub required: bool,
    /// What a lead must be like.
    #[serde(default)]
    pub filter: Option<String>,
}

/// How an item stands with a lead.
#[derive(Debug, Clone, Serialize)]
pub struct Standing {
    /// The item.
    #[serde(flatten)]
    pub item: Item,
    /// Whether the lead has it.
    pub done: bool,
    /// When it was ticked off.
    pub at: Option<DateTime<Utc>>,
    /// By whom.
    pub by: Option<Uuid>,
}

/// The workspace's checklist.
pub fn read(work: &mut Work<'_>) -> Result<Checklist> {
    let mut statement =
        Statement::new("SELECT version, items FROM lead_checklists WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    let found = work.conn.row(&statement, |row| {
        Ok(Checklist {
            version: row.int(0)?,
            items: row.json(1)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Sets the checklist, for those who may change settings.
pub fn change(work: &mut Work<'_>, version: Option<i64>, new: &NewChecklist) -> Result<Checklist> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    let before = read(work)?;
    same_version(version, before.version, &before)?;
    let items = new.items.iter().cloned();
    let mut items: Vec<Item> = items
        .map(|item| Item {
            id: item.id.unwrap_or_else(Uuid::now_v7),
            stage: item.stage,
            label: item.label,
            required: item.required,
            filter: item.filter,
        })
        .collect();
    checklist::tidy(&mut items);
    let mut faults = Faults::default();
    checklist::check(&items, work.access.shape(&lead::OBJECT), &mut faults);
    for (index, item) in new.items.iter().enumerate() {
        let unknown = item
            .id
            .is_some_and(|id| !before.items.iter().any(|one| one.id == id));
        faults.wrong(unknown, || format!("/items/{index}/id"), "no_such_record");
    }
    faults.into_result()?;
    store(work, &before, &items)?;
    let changes = json!([{"field": "items", "old": before.items, "new": items}]);
    let workspace = work.access.workspace_id;
    audit::note(work, "updated", "lead_checklist", workspace, changes)?;
    read(work)
}

/// Sets the first checklist of a workspace, with items whose ids are known before; whether there was none yet.
pub(crate) fn begin(work: &mut Work<'_>, items: &[Item]) -> Result<bool> {
    let before = read(work)?;
    if before.version > 0 {
        return Ok(false);
    }
    store(work, &before, items)?;
    Ok(true)
}

fn store(work: &mut Work<'_>, before: &Checklist, items: &[Item]) -> Result<()> {
    let (workspace, user) = (work.access.workspace_id, work.access.user_id);
    let mut statement = Statement::new(
        "INSERT INTO lead_checklists (workspace_id, version, items, updated_at, updated_by) VALUES (",
    );
    statement
        .bind(workspace)
        .push(", 1, ")
        .bind(json!(items).to_string())
        .push(", ")
        .bind(work.now)
        .push(", ")
        .bind(user)
        .push(
            ") ON CONFLICT (workspace_id) DO UPDATE SET version = lead_checklists.version + 1, items = excluded.items, \
             updated_at = excluded.updated_at, updated_by = excluded.updated_by WHERE lead_checklists.version = ",
        )
        .bind(before.version);
    match work.conn.execute(&statement)? {
        // Somebody else was quicker: the transaction is tried again and finds the other version.
        0 => Err(work.conn.overtaken().into()),
        _ => Ok(()),
    }
}

/// How the checklist stands with a lead that the caller sees.
pub fn of_lead(work: &mut Work<'_>, id: Uuid, zone: Option<Tz>) -> Result<Vec<Standing>> {
    let lead = work.visible(&lead::OBJECT, id)?;
    standings(work, id, &lead, zone)
}

fn standings(
    work: &mut Work<'_>,
    id: Uuid,
    lead: &Document,
    zone: Option<Tz>,
) -> Result<Vec<Standing>> {
    let items = read(work)?.items;
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let ticked = ticked(work, id)?;
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let tick = ticked.get(&item.id).copied();
        let done = match &item.filter {
            Some(text) => holds(work, lead, text, zone)?,
            None => tick.is_some(),
        };
        let tick = tick.filter(|_| item.filter.is_none());
        all.push(Standing {
            item,
            done,
            at: tick.map(|(at, _)| at),
            by: tick.map(|(_, by)| by),
        });
    }
    Ok(all)
}

fn ticked(work: &mut Work<'_>, id: Uuid) -> Result<BTreeMap<Uuid, (DateTime<Utc>, Uuid)>> {
    let mut statement =
        Statement::new("SELECT item_id, at, by_id FROM lead_checks WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND lead_id = ")
        .bind(id);
    let rows = work
        .conn
        .rows(&statement, |row| Ok((row.id(0)?, (row.at(1)?, row.id(2)?))))?;
    Ok(rows.into_iter().collect())
}

/// Whether a lead is like a filter says, whoever asks; a filter over a field that is gone holds for none.
fn holds(work: &mut Work<'_>, lead: &Document, text: &str, zone: Option<Tz>) -> Result<bool> {
    let Ok(parsed) = filter::parse(text, work.access.whole(&lead::OBJECT)) else {
        return Ok(false);
    };
    let condition = parsed.resolve(&work.context(zone));
    let failed = RefCell::new(None);
    let held = {
        let work = RefCell::new(&mut *work);
        condition.matches(lead, &|object, id| {
            let found = work.borrow_mut().store().find(object, id);
            found.unwrap_or_else(|error| {
                failed.replace(Some(error));
                None
            })
        })
    };
    match failed.into_inner() {
        Some(error) => Err(error.into()),
        None => Ok(held),
    }
}

/// Refuses as long as something required is open, naming each such item.
pub(super) fn refuse_open(
    work: &mut Work<'_>,
    id: Uuid,
    lead: &Document,
    stage: Stage,
    zone: Option<Tz>,
) -> Result<()> {
    let mut faults = Faults::default();
    for one in standings(work, id, lead, zone)? {
        if one.item.stage == stage && one.item.required && !one.done {
            faults.push(
                Fault::at(format!("/checklist/{}", one.item.id), "checklist_item_open")
                    .with("label", one.item.label),
            );
        }
    }
    Ok(faults.into_result()?)
}

/// Ticks an item off, or takes that back, for those who may change the lead.
pub fn tick(
    work: &mut Work<'_>,
    id: Uuid,
    item: Uuid,
    done: bool,
    zone: Option<Tz>,
) -> Result<Vec<Standing>> {
    let lead = work.visible(&lead::OBJECT, id)?;
    if crate::records::in_trash(&lead) {
        return Err(Refusal::NotFound);
    }
    if !work.may(&lead::OBJECT, Action::Edit, &lead)? {
        return Err(Refusal::Forbidden);
    }
    refuse_converted(&lead)?;
    let items = read(work)?.items;
    let found = items.iter().find(|one| one.id == item);
    let found = found.ok_or(Refusal::NotFound)?;
    if found.filter.is_some() {
        return Err(Refusal::Conflict("checklist_item_by_filter"));
    }
    if ticked(work, id)?.contains_key(&item) != done {
        set(work, id, item, done)?;
        let (old, new) = if done {
            (None, Some(&found.label))
        } else {
            (Some(&found.label), None)
        };
        let changes = json!([{"field": "checklist", "old": old, "new": new}]);
        let action = if done { "checked" } else { "unchecked" };
        audit::note(work, action, lead::OBJECT.name, id, changes)?;
    }
    standings(work, id, &lead, zone)
}

fn set(work: &mut Work<'_>, id: Uuid, item: Uuid, done: bool) -> Result<()> {
    let workspace = work.access.workspace_id;
    if done {
        let mut insert = Statement::new(
            "INSERT INTO lead_checks (workspace_id, lead_id, item_id, at, by_id) VALUES (",
        );
        insert
            .bind(workspace)
            .push(", ")
            .bind(id)
            .push(", ")
            .bind(item)
            .push(", ")
            .bind(work.now)
            .push(", ")
            .bind(work.access.user_id)
            .push(") ON CONFLICT DO NOTHING");
        work.conn.execute(&insert)?;
    } else {
        let mut delete = Statement::new("DELETE FROM lead_checks WHERE workspace_id = ");
        delete
            .bind(workspace)
            .push(" AND lead_id = ")
            .bind(id)
            .push(" AND item_id = ")
            .bind(item);
        work.conn.execute(&delete)?;
    }
    Ok(())
}
