//! Takes back what an operation wrote.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use relasi_domain::{
    field::Write,
    record::{Document, Object},
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    OperationState, Task, UndoCounts, ended,
    files::{Ids, ids_path},
    operation::cause,
    run::{Pace, Setting},
    store,
};
use crate::{
    platform::{
        import::Files,
        jobs::{Ending, Handler, Job, JobContext, JobError, Step},
    },
    records::{Work, member, set_member},
    refusal::{Refusal, Result},
};

/// Gives records back what they had where nobody has changed it since.
pub(super) struct Undo(pub(super) Files);

/// Where an undo goes on.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Progress {
    place: u64,
    counts: UndoCounts,
}

/// What an operation did to a record, by the audit log.
#[derive(Debug, Default)]
struct Trace {
    /// Each changed field with the first value before and the last one after.
    fields: BTreeMap<String, (Value, Value)>,
    /// An undo that did not come to its end was here already.
    undone: bool,
}

impl Handler for Undo {
    fn kind(&self) -> &'static str {
        "bulk.undo"
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let setting = Arc::new(Setting::read(context, true)?);
        let (workspace, id) = (setting.workspace, setting.operation.id);
        let mut ids = Ids::open(&ids_path(&self.0, workspace, id))?;
        let mut at: Progress = context.checkpoint()?.unwrap_or_default();
        let total = i64::try_from(setting.operation.counts.total).unwrap_or(i64::MAX);
        let _room = context.database().expect_bulk()?;
        let mut pace = Pace::new();
        loop {
            let chunk = ids.read(at.place, pace.size())?;
            if chunk.is_empty() {
                return Ok(json!(at.counts));
            }
            let traces = context
                .rows()
                .read_blocking(|conn| traces(conn, &setting, &chunk))?;
            let (setting, before) = (Arc::clone(&setting), at);
            let took;
            (at, took) = context.chunk(move |conn| {
                let began = Instant::now();
                let mut after = before;
                after.place += chunk.len() as u64;
                take_back(conn, &setting, &traces, &mut after.counts)?;
                Ok(Step {
                    value: (after, began.elapsed()),
                    checkpoint: json!(after),
                    done: i64::try_from(after.place).unwrap_or(i64::MAX),
                    total,
                })
            })?;
            pace = pace.after(pace.size(), took);
        }
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        ended::undo(conn, job, ending)
    }

    fn again(&self, conn: &mut Conn, job: &Job) -> Result<()> {
        ended::again(conn, job, OperationState::Undoing)
    }
}

/// What the operation did to these records; those that it left alone are not among them.
fn traces(conn: &mut Conn, setting: &Setting, ids: &[Uuid]) -> Result<Vec<(Uuid, Trace)>> {
    let own = cause(setting.operation.id);
    let undo = format!("undo:{own}");
    let mut statement =
        Statement::new("SELECT record_id, cause, changes FROM audit_entries WHERE workspace_id = ");
    statement
        .bind(setting.workspace)
        .push(" AND record_id IN (")
        .bind_all(ids)
        .push(") AND cause IN (")
        .bind_all([own.as_str(), undo.as_str()])
        .push(") ORDER BY id")
        .uncached();
    let rows = conn.rows(&statement, |row| {
        Ok((row.id(0)?, row.text(1)?, row.text(2)?))
    })?;
    let mut traces: BTreeMap<Uuid, Trace> = BTreeMap::new();
    for (id, cause, changes) in rows {
        let trace = traces.entry(id).or_default();
        if cause == own {
            trace.add(&changes);
        } else {
            trace.undone = true;
        }
    }
    Ok(traces.into_iter().collect())
}

impl Trace {
    fn add(&mut self, changes: &str) {
        let changes: Vec<Value> = serde_json::from_str(changes).unwrap_or_default();
        for change in changes {
            let Some(field) = change["field"].as_str() else {
                continue;
            };
            let (old, new) = (change["old"].clone(), change["new"].clone());
            self.fields
                .entry(field.to_owned())
                .and_modify(|(_, last)| last.clone_from(&new))
                .or_insert((old, new));
        }
    }

    /// Whether a field still has what the operation gave it.
    fn stands(&self, document: &Document, field: &str) -> bool {
        let now = member(document, field).unwrap_or(&Value::Null);
        self.fields.get(field).is_some_and(|(_, new)| new == now)
    }
}

fn take_back(
    conn: &mut Conn,
    setting: &Setting,
    traces: &[(Uuid, Trace)],
    counts: &mut UndoCounts,
) -> Result<()> {
    for (id, trace) in traces {
        let restored = trace.undone
            || match conn.transaction(|conn| one(&mut setting.work(conn), setting, *id, trace)) {
                Ok(restored) => restored,
                // A record that is gone, out of reach, needed by others, or that rules keep from going back.
                Err(
                    Refusal::Forbidden
                    | Refusal::NotFound
                    | Refusal::Conflict(_)
                    | Refusal::Stale(_)
                    | Refusal::Invalid(_),
                ) => false,
                Err(other) => return Err(other),
            };
        if restored {
            counts.restored += 1;
        } else {
            counts.kept += 1;
        }
    }
    Ok(store::count_undo(
        conn,
        setting.workspace,
        setting.operation.id,
        counts,
    )?)
}

/// Whether the record got anything back.
fn one(work: &mut Work<'_>, setting: &Setting, id: Uuid, trace: &Trace) -> Result<bool> {
    let object = setting.operation.object;
    let document = work.visible(object, id)?;
    let version = document.get("version").and_then(Value::as_i64);
    match &setting.operation.task {
        Task::Delete if !trace.stands(&document, "deleted_at") => Ok(false),
        Task::Delete => work.restore(object, id).map(|_| true),
        // Who has worked on it since would miss it.
        Task::Restore if !is_latest(work, setting, id)? => Ok(false),
        Task::Restore => work.trash(object, id, version).map(|_| true),
        task => {
            let patch = patch(work, object, &document, task, trace);
            if patch.is_empty() {
                return Ok(false);
            }
            work.alter(object, document, patch, setting.verb)
                .map(|_| true)
        }
    }
}

/// The former values of fields that still have what the operation gave them.
fn patch(
    work: &Work<'_>,
    object: &'static Object,
    document: &Document,
    task: &Task,
    trace: &Trace,
) -> Document {
    let shape = work.access.shape(object);
    let stage = matches!(task, Task::Stage(_));
    if stage && !trace.stands(document, "stage_id") {
        return Document::new();
    }
    let mut patch = Document::new();
    for (name, (old, new)) in &trace.fields {
        if matches!(task, Task::Tag(_)) && name == "tags" {
            patch.extend(untagged(document, old, new).map(|tags| ("tags".to_owned(), tags)));
            continue;
        }
        // The times of a stage go back with it; what else follows from it does so by itself.
        let with_stage = matches!(
            name.as_str(),
            "stage_id"
                | "lost_reason"
                | "won_reason"
                | "lost_to_id"
                | "closed_note"
                | "closed_at"
                | "stage_since"
        );
        let reason = matches!(task, Task::Reason(_)) && name.ends_with("_reason");
        let field = shape.field(name);
        let ours = if stage {
            with_stage
        } else {
            reason || field.is_some_and(|field| field.write == Write::Always)
        };
        if ours && trace.stands(document, name) {
            set_member(&mut patch, name, old.clone());
        }
    }
    patch
}

/// The tags without those that came and with those that went, when that makes a difference.
fn untagged(document: &Document, old: &Value, new: &Value) -> Option<Value> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (old, new) = (list(old), list(new));
    let now = list(document.get("tags").unwrap_or(&Value::Null));
    let came = |tag: &Value| new.contains(tag) && !old.contains(tag);
    let went = |tag: &&Value| !new.contains(tag) && !now.contains(tag);
    let mut back: Vec<Value> = now.iter().filter(|tag| !came(tag)).cloned().collect();
    back.extend(old.iter().filter(went).cloned());
    (back != now).then_some(Value::Array(back))
}

/// Whether nobody has written to a record after the operation.
fn is_latest(work: &mut Work<'_>, setting: &Setting, id: Uuid) -> Result<bool> {
    let mut statement = Statement::new("SELECT cause FROM audit_entries WHERE workspace_id = ");
    statement
        .bind(setting.workspace)
        .push(" AND record_id = ")
        .bind(id)
        .push(" ORDER BY id DESC")
        .limit(1);
    let last = work.conn.row(&statement, |row| row.opt_text(0))?.flatten();
    Ok(last.is_some_and(|last| last == cause(setting.operation.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::bulk::act::members;

    #[test]
    fn tags_go_back_one_by_one() {
        let back = |now: &[i32], old: &[i32], new: &[i32]| {
            untagged(&members([("tags", json!(now))]), &json!(old), &json!(new))
        };
        assert_eq!(back(&[1, 2, 3], &[1], &[1, 2]), Some(json!([1, 3])));
        assert_eq!(back(&[1], &[1, 2], &[1]), Some(json!([1, 2])));
        assert_eq!(back(&[1, 3], &[1], &[1, 2]), None, "gone already");
        assert_eq!(back(&[2], &[1, 2], &[2]), Some(json!([2, 1])));
    }
}
