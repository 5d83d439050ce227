//! The job that writes a workspace into a file, and the file for who asked for it.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use relasi_domain::identity::access::Access;
use relasi_persistence::Conn;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EXTENSION, export};
use crate::{
    audit,
    platform::{
        import::{Files, disk, entries, remove},
        jobs::{self, Handler, Job, JobContext, JobError, NewJob, Registry, State},
        storage::{Storage, Waiting},
    },
    records::Work,
    refusal::{Refusal, Result},
};

/// How long a file is kept.
const KEEP: Duration = Duration::from_hours(7 * 24);

const KIND: &str = "workspace.export";

/// An export as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Export {
    /// The job that writes the file, and the name of the export.
    pub job_id: Uuid,
}

/// Adds the handler of such jobs.
pub fn handlers(registry: Registry, files: &Files, storage: &Storage) -> Registry {
    registry.with(Run(files.clone(), storage.clone()))
}

/// Begins to write the workspace into a file, for those who may change its settings and take out every record. While one is being written that
/// one is answered.
pub fn start(work: &mut Work<'_>) -> Result<Export> {
    let access = work.access;
    allowed(access)?;
    let job = NewJob {
        dedupe_key: Some(access.user_id.to_string()),
        created_by: Some(access.user_id),
        ..NewJob::new(KIND, "export", json!({}))
    };
    let job_id = jobs::enqueue(work.conn, access.workspace_id, job)?;
    // Everything leaves the house: whoever looks after it must be able to see that.
    let workspace = access.workspace_id;
    audit::note(work, "exported", "workspace", workspace, json!([]))?;
    Ok(Export { job_id })
}

/// Where the file of an export lies, for who asked for it and may still do so.
///
/// # Errors
/// A conflict while it is being written, and when it has been removed since.
pub fn file(conn: &mut Conn, access: &Access, files: &Files, job: Uuid) -> Result<PathBuf> {
    allowed(access)?;
    let job: Job = jobs::find(conn, access.workspace_id, job)?
        .filter(|job| job.kind == KIND && job.created_by == Some(access.user_id))
        .ok_or(Refusal::NotFound)?;
    match job.state {
        State::Done => {}
        State::Ready | State::Running => return Err(Refusal::Conflict("workspace_export_running")),
        _ => return Err(Refusal::NotFound),
    }
    let path = path(files, access.workspace_id, job.id);
    if path.exists() {
        Ok(path)
    } else {
        Err(Refusal::Conflict("workspace_export_expired"))
    }
}

fn allowed(access: &Access) -> Result<()> {
    if access.keeps_all() && access.takes_everything() {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

fn path(files: &Files, workspace: Uuid, job: Uuid) -> PathBuf {
    files.path(workspace, job).with_extension(EXTENSION)
}

struct Run(Files, Storage);

impl Handler for Run {
    fn kind(&self) -> &'static str {
        KIND
    }

    /// It takes much room on the disk while it runs.
    fn at_once(&self) -> Option<i64> {
        Some(2)
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let (workspace, id) = (context.job().workspace_id, context.job().id);
        let user = context.job().created_by.ok_or(Refusal::Forbidden)?;
        let database = context.database().clone();
        let access = database
            .within(workspace)
            .read_blocking(|conn| crate::identity::access_of(conn, workspace, user))?
            .ok_or(Refusal::Forbidden)?;
        allowed(&access)?;
        let path = path(&self.0, workspace, id);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let step = |done: usize, total: usize| {
            let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            context.progress(number(done), number(total))
        };
        let now = SystemTime::now().into();
        let storage = Waiting::new(self.1.clone())?;
        let manifest = database
            .within(workspace)
            .snapshot(|conn| export(conn, &storage, workspace, &path, now, step))?;
        let rows: u64 = manifest.parts.iter().map(|part| part.rows).sum();
        let bytes = fs::metadata(&path)?.len();
        Ok(json!({"rows": rows, "bytes": bytes}))
    }
}

/// Removes files that were written long ago, and what is left of some that never were. Answers how many.
pub fn sweep(files: &Files, now: SystemTime) -> Result<usize> {
    let mut removed = 0;
    for workspace in files.workspaces().map_err(disk)? {
        let root = files.path(workspace, Uuid::nil());
        let folder = root.parent().unwrap_or(&root);
        for file in entries(folder).map_err(disk)? {
            let path = file.path();
            let is_ours = path
                .extension()
                .is_some_and(|extension| extension == EXTENSION);
            let written = file.metadata().and_then(|data| data.modified()).ok();
            let is_old =
                written.is_some_and(|at| now.duration_since(at).is_ok_and(|age| age > KEEP));
            if is_ours && is_old {
                remove(&path);
                removed += 1;
            }
        }
    }
    Ok(removed)
}
