//! What people do with bulk operations.

use std::path::PathBuf;

use relasi_domain::{
    identity::access::{Access, Action, RecordScope},
    locale::Language,
};
use relasi_persistence::Conn;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    Counts, Format, Operation, OperationState, Ordered, Task,
    files::{export_path, ids_path, refused_path},
    now,
    refused::csv,
    run::{Payload, Run},
    store,
    task::Export,
    undo::Undo,
};
use crate::{
    audit,
    platform::{
        import::{Files, RejectedCsv, Wording, disk},
        jobs::{self, NewJob, Registry},
    },
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// Adds the handlers of bulk jobs.
pub fn handlers(registry: Registry, files: &Files) -> Registry {
    registry.with(Run(files.clone())).with(Undo(files.clone()))
}

/// How many records an operation would concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Records that the target reaches.
    pub matched: Count,
    /// Those of them that the caller may do this to.
    pub permitted: Count,
}

/// A number that may be only the cap of counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many.
    pub count: usize,
    /// There are more.
    pub capped: bool,
}

/// Counts what an operation would concern; lists as far as lists are counted.
pub fn preview(
    work: &mut Work<'_>,
    ordered: &Ordered,
    zone: Option<chrono_tz::Tz>,
) -> Result<Preview> {
    ordered.check(work, zone)?;
    let (object, right) = (ordered.object, ordered.task.right());
    if let Some(ids) = &ordered.target.ids {
        let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let found = work.store().find_all(object, &ids)?;
        let mut seen = work.reached(object, Action::See, found)?;
        seen.retain(|one| in_trash(one) == ordered.task.is_of_trash());
        let matched = seen.len();
        let may = work.reached(object, right, seen)?;
        let exact = |count| Count {
            count,
            capped: false,
        };
        return Ok(Preview {
            matched: exact(matched),
            permitted: exact(may.len()),
        });
    }
    let request = ordered.list(zone);
    let mut count = |action| {
        let (count, capped) = work.count_for(object, &request, action)?;
        Ok::<_, Refusal>(Count { count, capped })
    };
    Ok(Preview {
        matched: count(Action::See)?,
        permitted: count(right)?,
    })
}

/// Stores an operation and puts its job in; ring [`Wake`](jobs::Wake) once that is committed.
pub fn start(
    work: &mut Work<'_>,
    ordered: &Ordered,
    zone: Option<chrono_tz::Tz>,
) -> Result<Operation> {
    if let Task::Edit(edit) = &ordered.task {
        work.know_members(ordered.object, &edit.changes)?;
    }
    ordered.check(work, zone)?;
    let mut operation = Operation {
        id: Uuid::now_v7(),
        object: ordered.object,
        target: ordered.target.clone(),
        task: ordered.task.clone(),
        state: OperationState::Running,
        counts: Counts::default(),
        undo_counts: None,
        error: None,
        job_id: None,
        created_at: work.now,
        created_by: work.access.user_id,
        updated_at: work.now,
        finished_at: None,
    };
    operation.job_id = Some(enqueue(work.conn, work.access, operation.id, "bulk.run")?);
    store::insert(work.conn, work.access.workspace_id, &operation)?;
    if let Task::Export(_) = &operation.task {
        // Records leave the house: whoever looks after it must be able to see that.
        let what = json!([{"field": "object", "old": null, "new": ordered.object.name}]);
        audit::note(work, "exported", "bulk_operation", operation.id, what)?;
    }
    Ok(operation)
}

fn enqueue(conn: &mut Conn, access: &Access, operation: Uuid, kind: &'static str) -> Result<Uuid> {
    let payload = Payload {
        operation_id: operation,
    };
    let job = NewJob {
        dedupe_key: Some(operation.to_string()),
        created_by: Some(access.user_id),
        ..NewJob::new(kind, "bulk", json!(payload))
    };
    Ok(jobs::enqueue(conn, access.workspace_id, job)?)
}

/// Whose operations the worker may see: everybody's, or their own.
fn whose(access: &Access) -> Option<Uuid> {
    (!access.keeps_all()).then_some(access.user_id)
}

/// An operation by its id.
pub fn find(conn: &mut Conn, access: &Access, id: Uuid) -> Result<Operation> {
    let whose = whose(access);
    store::find(conn, access.workspace_id, id)?
        .filter(|one| whose.is_none_or(|person| one.created_by == person))
        .ok_or(Refusal::NotFound)
}

/// Operations from the newest on, those before `before` when it is given.
pub fn list(
    conn: &mut Conn,
    access: &Access,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Operation>> {
    let whose = whose(access);
    Ok(store::list(
        conn,
        access.workspace_id,
        whose,
        before,
        limit,
    )?)
}

/// Starts to take back what an operation wrote, with the rights of who asks.
pub fn undo(conn: &mut Conn, access: &Access, files: &Files, id: Uuid) -> Result<Operation> {
    let mut operation = find(conn, access, id)?;
    operation.undoable(now())?;
    if access.scope(operation.object, operation.task.right()) == RecordScope::None {
        return Err(Refusal::Forbidden);
    }
    if !ids_path(files, access.workspace_id, id).exists() {
        return Err(Refusal::Conflict("bulk_operation_not_undoable"));
    }
    let before = std::mem::replace(&mut operation.state, OperationState::Undoing);
    operation.job_id = Some(enqueue(conn, access, id, "bulk.undo")?);
    (operation.error, operation.undo_counts) = (None, None);
    operation.updated_at = now();
    if store::update(conn, access.workspace_id, &operation, before)? {
        Ok(operation)
    } else {
        Err(Refusal::Conflict("bulk_operation_running"))
    }
}

/// The records that refused, as a CSV file; none when none did.
///
/// # Errors
/// A conflict when there were some and their file has been removed since.
pub fn refused(
    files: &Files,
    access: &Access,
    operation: &Operation,
    language: Language,
    wording: Box<dyn Wording>,
) -> Result<Option<RejectedCsv>> {
    let path = refused_path(files, access.workspace_id, operation.id);
    let rows = csv(&path, operation.object, language, wording).map_err(disk)?;
    if rows.is_none() && operation.counts.refused > 0 {
        return Err(Refusal::Conflict("bulk_operation_expired"));
    }
    Ok(rows)
}

/// Where an exported file lies and what form it has, for who exported it and may still do so.
///
/// # Errors
/// A conflict while there is no file, and when it has been removed since.
pub fn download(
    files: &Files,
    access: &Access,
    operation: &Operation,
) -> Result<(PathBuf, Format)> {
    let Task::Export(Export { format, .. }) = operation.task else {
        return Err(Refusal::NotFound);
    };
    if operation.created_by != access.user_id {
        return Err(Refusal::NotFound);
    }
    if !access.allows_some(operation.object, Action::Export) {
        return Err(Refusal::Forbidden);
    }
    match operation.state {
        OperationState::Done => {}
        OperationState::Running => return Err(Refusal::Conflict("bulk_operation_running")),
        _ => return Err(Refusal::NotFound),
    }
    let path = export_path(files, access.workspace_id, operation.id, format);
    if path.exists() {
        Ok((path, format))
    } else {
        Err(Refusal::Conflict("bulk_operation_expired"))
    }
}
