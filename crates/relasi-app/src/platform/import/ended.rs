//! What the end of a job means for its import, written in the transaction that ends the job.

use relasi_persistence::Conn;
use serde_json::json;
use uuid::Uuid;

use super::{Counts, Import, ImportState, now, run::Payload, store};
use crate::{
    platform::{
        jobs::{Ending, Job, State},
        notification,
    },
    refusal::{Refusal, Result},
};

/// A check wrote nothing: however it ended, the import may be checked or run again.
pub(super) fn check(conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
    let Some(mut import) = import_of(conn, job)? else {
        return Ok(());
    };
    let counts = ending
        .result
        .clone()
        .and_then(|counts| serde_json::from_value(counts).ok());
    import.state = if counts.is_some() {
        ImportState::Checked
    } else {
        ImportState::Uploaded
    };
    import.counts = counts;
    import.error.clone_from(&ending.error);
    save(conn, job, &mut import, ImportState::Checking)
}

/// A run leaves what it wrote, with the counts of its last chunk.
pub(super) fn run(conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
    let Some(mut import) = import_of(conn, job)? else {
        return Ok(());
    };
    import.state = match ending.state {
        State::Done => ImportState::Done,
        State::Cancelled => ImportState::Cancelled,
        _ => ImportState::Failed,
    };
    // Only a file without rows has no chunk that noted them.
    import.counts = import.counts.or(Some(Counts::default()));
    import.error.clone_from(&ending.error);
    import.finished_at = Some(now());
    save(conn, job, &mut import, ImportState::Running)
}

/// An undo that did not come to its end may be asked for again.
pub(super) fn undo(conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
    let Some(mut import) = import_of(conn, job)? else {
        return Ok(());
    };
    import.state = if ending.state == State::Done {
        ImportState::Undone
    } else {
        ImportState::Failed
    };
    import.error.clone_from(&ending.error);
    save(conn, job, &mut import, ImportState::Undoing)
}

/// A job of an import is put in again: the import is at work again, unless something was done with it meanwhile.
pub(super) fn again(conn: &mut Conn, job: &Job, state: ImportState) -> Result<()> {
    let found = import_of(conn, job)?.filter(|import| import.job_id == Some(job.id));
    let Some(mut import) = found else {
        return Err(Refusal::Conflict("job_not_repeatable"));
    };
    let left = match state {
        ImportState::Checking => ImportState::Uploaded,
        _ => ImportState::Failed,
    };
    import.state = state;
    import.error = None;
    import.finished_at = None;
    import.updated_at = now();
    if store::update(conn, job.workspace_id, &import, left)? {
        Ok(())
    } else {
        Err(Refusal::Conflict("job_not_repeatable"))
    }
}

fn import_of(conn: &mut Conn, job: &Job) -> Result<Option<Import>> {
    let Ok(Payload { import_id }) = serde_json::from_value(job.payload.clone()) else {
        return Ok(None);
    };
    Ok(store::find(conn, job.workspace_id, import_id)?)
}

fn save(conn: &mut Conn, job: &Job, import: &mut Import, expected: ImportState) -> Result<()> {
    import.updated_at = now();
    if store::update(conn, job.workspace_id, import, expected)? {
        notify(conn, job.workspace_id, import)?;
    }
    Ok(())
}

/// Tells who uploaded the file.
fn notify(conn: &mut Conn, workspace: Uuid, import: &Import) -> Result<()> {
    let data =
        json!({"file_name": import.file_name, "counts": import.counts, "error": import.error});
    let kind = format!("import_{}", import.state.code());
    let (to, about) = ((workspace, import.created_by), ("import", import.id));
    notification::tell(
        conn,
        to,
        &kind,
        Some(about),
        &data,
        import.updated_at.into(),
    )
}
