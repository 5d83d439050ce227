//! What the end of a job means for its operation, written in the transaction that ends the job.

use relasi_persistence::Conn;
use serde_json::json;
use uuid::Uuid;

use super::{Operation, OperationState, Task, now, run::Payload, store};
use crate::{
    identity::access_of,
    platform::{
        jobs::{Ending, Job, State},
        notification,
    },
    refusal::{Refusal, Result},
};

/// So many records are worth telling of even if who asked is still looking at them.
const MANY: u64 = 1_000;

/// A run leaves what it wrote, with the counts of its last chunk.
pub(super) fn run(conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
    let Some(mut operation) = operation_of(conn, job)? else {
        return Ok(());
    };
    operation.state = match ending.state {
        State::Done => OperationState::Done,
        State::Cancelled => OperationState::Cancelled,
        _ => OperationState::Failed,
    };
    operation.finished_at = Some(now());
    if save(conn, job, ending, &mut operation, OperationState::Running)? {
        tell(conn, job.workspace_id, &operation)?;
    }
    Ok(())
}

/// An undo that did not come to its end may be asked for again.
pub(super) fn undo(conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
    let Some(mut operation) = operation_of(conn, job)? else {
        return Ok(());
    };
    operation.state = if ending.state == State::Done {
        OperationState::Undone
    } else {
        OperationState::Failed
    };
    save(conn, job, ending, &mut operation, OperationState::Undoing).map(drop)
}

/// A job of an operation is put in again: the operation is at work again, unless something was done with it meanwhile.
pub(super) fn again(conn: &mut Conn, job: &Job, state: OperationState) -> Result<()> {
    let found = operation_of(conn, job)?.filter(|operation| operation.job_id == Some(job.id));
    let Some(mut operation) = found else {
        return Err(Refusal::Conflict("job_not_repeatable"));
    };
    operation.state = state;
    operation.error = None;
    operation.finished_at = None;
    operation.updated_at = now();
    if store::update(conn, job.workspace_id, &operation, OperationState::Failed)? {
        Ok(())
    } else {
        Err(Refusal::Conflict("job_not_repeatable"))
    }
}

fn operation_of(conn: &mut Conn, job: &Job) -> Result<Option<Operation>> {
    let Ok(Payload { operation_id }) = serde_json::from_value(job.payload.clone()) else {
        return Ok(None);
    };
    Ok(store::find(conn, job.workspace_id, operation_id)?)
}

fn save(
    conn: &mut Conn,
    job: &Job,
    ending: &Ending,
    operation: &mut Operation,
    expected: OperationState,
) -> Result<bool> {
    operation.error = ending
        .error
        .clone()
        .filter(|_| ending.state != State::Cancelled);
    operation.updated_at = now();
    Ok(store::update(conn, job.workspace_id, operation, expected)?)
}

/// Tells who asked, when that was long ago or a file waits, and once the new owner of the records.
fn tell(conn: &mut Conn, workspace: Uuid, operation: &Operation) -> Result<()> {
    // Who has left needs not be told.
    if access_of(conn, workspace, operation.created_by)?.is_none() {
        return Ok(());
    }
    let at = operation.updated_at;
    let (object, counts) = (operation.object.name, operation.counts);
    let (action, _) = operation.task.shown();
    let about = Some(("bulk_operation", operation.id));
    if counts.total >= MANY || matches!(operation.task, Task::Export(_)) {
        let kind = format!("bulk_{}", operation.state.code());
        let data =
            json!({"object": object, "action": action, "counts": counts, "error": operation.error});
        let to = (workspace, operation.created_by);
        notification::tell(conn, to, &kind, about, &data, at.into())?;
    }
    let Task::Owner(task) = &operation.task else {
        return Ok(());
    };
    match task.owner_id {
        Some(owner) if owner != operation.created_by && counts.done > 0 => {
            let data = json!({"object": object, "count": counts.done, "by": operation.created_by});
            let to = (workspace, owner);
            notification::tell(conn, to, "bulk_assigned", about, &data, at.into())
        }
        _ => Ok(()),
    }
}
