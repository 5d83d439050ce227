//! An operation as clients ask for it.

use relasi_domain::{
    commerce::{product, quote},
    fault::{Fault, Faults},
    identity::{access::RecordScope, field_right::FieldRight},
    people::{company, contact},
    record::{Document, Object},
    sales::{deal, lead, pipeline::MAX_REASON, stage},
};
use relasi_persistence::store::text_of;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Format, Target, Task,
    task::{ACTIONS, CallList, NewReason, Stage},
};
use crate::{
    interaction::call_list,
    records::{ListRequest, Work, in_trash},
    refusal::{Refusal, Result},
};

/// The most records that can be named one by one; for more there is the filter of a list.
pub const MAX_IDS: usize = 1_000;
/// The most columns of an export.
const MAX_COLUMNS: usize = 200;

/// Objects whose records are worked on in bulk.
static OBJECTS: [&Object; 7] = [
    &contact::OBJECT,
    &company::OBJECT,
    &lead::OBJECT,
    &deal::OBJECT,
    &product::OBJECT,
    &quote::OBJECT,
    &relasi_domain::interaction::activity::OBJECT,
];

/// An operation that is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Name of the object.
    object: String,
    /// What is done.
    action: String,
    /// What the action needs.
    parameters: Option<Value>,
    /// To which records.
    target: Target,
}

/// An order that has been understood.
#[derive(Debug, Clone)]
pub struct Ordered {
    /// What the records are.
    pub object: &'static Object,
    /// What is done.
    pub task: Task,
    /// To which records.
    pub target: Target,
}

impl Order {
    /// What it means, as far as that can be told without the database.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn understood(self) -> Result<Ordered> {
        let mut faults = Faults::default();
        let object = OBJECTS
            .into_iter()
            .find(|object| object.name == self.object);
        if object.is_none() {
            let names = OBJECTS.map(|object| object.name).join(", ");
            faults.push(Fault::field("object", "not_a_choice").with("choices", names));
        }
        let task = if ACTIONS.contains(&self.action.as_str()) {
            Task::read(&self.action, self.parameters)
                .map_err(|error| Fault::field("parameters", "malformed").with("error", error))
        } else {
            Err(Fault::field("action", "not_a_choice").with("choices", ACTIONS.join(", ")))
        };
        let task = task.map_err(|fault| faults.push(fault)).ok();
        let target = cleared(self.target, &mut faults);
        match (object, task) {
            (Some(object), Some(task)) if faults.0.is_empty() && task.suits(object) => {
                Ok(Ordered {
                    object,
                    task,
                    target,
                })
            }
            (Some(_), Some(_)) if faults.0.is_empty() => {
                Err(Fault::field("action", "not_for_this_type").into())
            }
            _ => Err(faults.into()),
        }
    }
}

/// A target that names each record once, and either records or a list.
fn cleared(mut target: Target, faults: &mut Faults) -> Target {
    let Some(ids) = &mut target.ids else {
        return target;
    };
    let listed = target.filter.is_some() || target.q.is_some() || target.sort.is_some();
    faults.check(listed, "target", "one_target_only");
    if ids.is_empty() {
        faults.push(Fault::at("/target/ids", "required"));
    }
    if ids.len() > MAX_IDS {
        faults.push(Fault::at("/target/ids", "too_many").with("max", MAX_IDS));
    }
    ids.sort_unstable();
    ids.dedup();
    target
}

impl Ordered {
    /// The list that its target is, for targets that are one.
    pub(super) fn list(&self, zone: Option<chrono_tz::Tz>) -> ListRequest {
        list(&self.target, &self.task, zone)
    }

    /// Refuses what no record could take, and who may do this to none.
    pub(super) fn check(&self, work: &mut Work<'_>, zone: Option<chrono_tz::Tz>) -> Result<()> {
        if work.access.scope(self.object, self.task.right()) == RecordScope::None {
            return Err(Refusal::Forbidden);
        }
        work.check_list(self.object, &self.list(zone))
            .map_err(|refusal| refusal.pointing(|at| at.replace('?', "/target/")))?;
        match &self.task {
            Task::Edit(edit) if edit.changes.is_empty() => {
                Err(Fault::at("/parameters/changes", "required").into())
            }
            Task::Edit(edit) => work
                .check_patch(self.object, edit.changes.clone())
                .map_err(|refusal| refusal.pointing(|at| format!("/parameters/changes{at}"))),
            Task::Owner(owner) => {
                check_member(work, self.object, "owner_id", &json!(owner.owner_id))
            }
            Task::Tag(tags) if tags.add.is_empty() && tags.remove.is_empty() => {
                Err(Fault::at("/parameters/add", "required").into())
            }
            Task::Tag(tags) => {
                let patch = [("tags".to_owned(), json!(tags.add))].into_iter().collect();
                work.check_patch(self.object, patch).map_err(|refusal| {
                    refusal.pointing(|at| at.replacen("/tags", "/parameters/add", 1))
                })
            }
            Task::Stage(stage) => check_stage(work, stage),
            Task::Reason(reason) => check_reason(work, reason),
            Task::Export(export) => {
                self.check_format(export.format)?;
                self.check_columns(work, &export.columns)
            }
            Task::CallList(task) => check_call_list(work, self.object, task),
            Task::Delete | Task::Restore => Ok(()),
        }
    }

    fn check_format(&self, format: Format) -> Result<()> {
        let known = Format::of(self.object);
        if known.contains(&format) {
            return Ok(());
        }
        let codes: Vec<&str> = known.iter().map(|format| format.code()).collect();
        Err(Fault::at("/parameters/format", "not_a_choice")
            .with("choices", codes.join(", "))
            .into())
    }

    fn check_columns(&self, work: &Work<'_>, columns: &[String]) -> Result<()> {
        let shape = work.access.shape(self.object);
        let mut faults = Faults::default();
        if columns.len() > MAX_COLUMNS {
            faults.push(Fault::at("/parameters/columns", "too_many").with("max", MAX_COLUMNS));
        }
        for (place, name) in columns.iter().enumerate().take(MAX_COLUMNS) {
            let known = name == "id" || shape.field(name).is_some();
            let at = || format!("/parameters/columns/{place}");
            faults.wrong(!known, at, "unknown_field");
        }
        Ok(faults.into_result()?)
    }
}

/// The list of a target.
pub(super) fn list(target: &Target, task: &Task, zone: Option<chrono_tz::Tz>) -> ListRequest {
    ListRequest {
        filter: target.filter.clone(),
        text: target.q.clone(),
        sort: target.sort.clone(),
        trashed: task.is_of_trash(),
        zone,
        ..ListRequest::default()
    }
}

fn check_member(
    work: &mut Work<'_>,
    object: &'static Object,
    name: &str,
    value: &Value,
) -> Result<()> {
    let patch: Document = [(name.to_owned(), value.clone())].into_iter().collect();
    work.check_patch(object, patch)
        .map_err(|refusal| refusal.pointing(|at| format!("/parameters{at}")))
}

/// The stage is there; one for lost deals needs a reason, as with a single deal.
fn check_stage(work: &mut Work<'_>, task: &Stage) -> Result<()> {
    let found = work.store().find(&stage::OBJECT, task.stage_id)?;
    let living = found.filter(|stage| !in_trash(stage));
    let Some(stage) = living else {
        return Err(Fault::at("/parameters/stage_id", "no_such_record").into());
    };
    let reason = task.lost_reason.as_deref().unwrap_or_default().trim();
    let mut faults = Faults::default();
    let closed = work.access.field(&deal::OBJECT, "stage_id") < FieldRight::Edit;
    faults.check(closed, "parameters/stage_id", "read_only_member");
    let lost = text_of(&stage, "kind") == "lost";
    match work.closed_to_role(&deal::OBJECT, "lost_reason") {
        Some(code) => faults.check(lost, "parameters/lost_reason", code),
        None => faults.check(
            lost && reason.is_empty(),
            "parameters/lost_reason",
            "required",
        ),
    }
    if reason.chars().count() > 250 {
        faults.push(Fault::at("/parameters/lost_reason", "too_long").with("max", 250));
    }
    Ok(faults.into_result()?)
}

/// The list is one that the caller works on, and these are its people.
fn check_call_list(work: &mut Work<'_>, object: &Object, task: &CallList) -> Result<()> {
    let at = "/parameters/list_id";
    match call_list::joined(work, task.list_id) {
        Ok(list) if list.object == object.name => Ok(()),
        Ok(_) => Err(Fault::at(at, "call_list_of_others").into()),
        Err(Refusal::NotFound) => Err(Fault::at(at, "no_such_record").into()),
        Err(other) => Err(other),
    }
}

/// There is a reason, and the role may write it.
fn check_reason(work: &Work<'_>, task: &NewReason) -> Result<()> {
    let mut faults = Faults::default();
    let given = [
        ("lost_reason", &task.lost_reason),
        ("won_reason", &task.won_reason),
    ];
    let none = given.iter().all(|(_, reason)| reason.is_none());
    faults.check(none, "parameters/lost_reason", "required");
    for (name, reason) in given {
        let Some(reason) = reason else { continue };
        let at = format!("parameters/{name}");
        if let Some(code) = work.closed_to_role(&deal::OBJECT, name) {
            faults.check(true, &at, code);
        }
        faults.check(reason.trim().is_empty(), &at, "required");
        if reason.chars().count() > MAX_REASON {
            faults.push(Fault::field(&at, "too_long").with("max", MAX_REASON));
        }
    }
    Ok(faults.into_result()?)
}
