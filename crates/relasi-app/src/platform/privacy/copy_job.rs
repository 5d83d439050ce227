//! The job that makes a copy for a person, and the file for who asked for it.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use relasi_domain::{
    identity::access::{Access, Action},
    locale::Language,
};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Known, Person, copy, may_copy};
use crate::{
    audit,
    platform::{
        import::{Files, disk, entries, remove},
        jobs::{self, Handler, Job, JobContext, JobError, NewJob, State},
        storage::{Storage, Waiting},
    },
    records::Work,
    refusal::{Refusal, Result},
};

/// How long a file is kept.
const KEEP: Duration = Duration::from_hours(7 * 24);

pub(super) const KIND: &str = "person.copy";

/// What names of such files end in on the server.
pub const COPY_EXTENSION: &str = "person";

/// A copy as the API shows it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Copy {
    /// The job that writes the file, and the name of the copy.
    pub job_id: Uuid,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    contact: Uuid,
    #[serde(default)]
    known: Known,
    language: String,
}

/// Begins a copy of everything about a person.
pub fn begin(work: &mut Work<'_>, person: Person, language: Language) -> Result<Copy> {
    let (object, id) = (person.known.object(), person.id);
    let record = work.visible(object, id)?;
    if !work.may(object, Action::Export, &record)? {
        return Err(Refusal::Forbidden);
    }
    may_copy(work.access)?;
    let access = work.access;
    let payload = Payload {
        contact: id,
        known: person.known,
        language: language.tag().to_owned(),
    };
    let job = NewJob {
        dedupe_key: Some(format!("{}:{id}", access.user_id)),
        created_by: Some(access.user_id),
        ..NewJob::new(KIND, "export", json!(payload))
    };
    let job_id = jobs::enqueue(work.conn, access.workspace_id, job)?;
    audit::note(work, "exported", object.name, id, json!([]))?;
    Ok(Copy { job_id })
}

/// Where the file of a copy lies, for who asked for it and may still do so.
///
/// # Errors
/// A conflict while it is being written, and when it has been removed since.
pub fn file(conn: &mut Conn, access: &Access, files: &Files, job: Uuid) -> Result<PathBuf> {
    may_copy(access)?;
    let job: Job = jobs::find(conn, access.workspace_id, job)?
        .filter(|job| job.kind == KIND && job.created_by == Some(access.user_id))
        .ok_or(Refusal::NotFound)?;
    match job.state {
        State::Done => {}
        State::Ready | State::Running => return Err(Refusal::Conflict("person_export_running")),
        _ => return Err(Refusal::NotFound),
    }
    let path = path(files, access.workspace_id, job.id);
    if path.exists() {
        Ok(path)
    } else {
        Err(Refusal::Conflict("person_export_expired"))
    }
}

fn path(files: &Files, workspace: Uuid, job: Uuid) -> PathBuf {
    files.path(workspace, job).with_extension(COPY_EXTENSION)
}

pub(super) struct Run(pub(super) Files, pub(super) Storage);

impl Handler for Run {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn at_once(&self) -> Option<i64> {
        Some(2)
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let (workspace, id) = (context.job().workspace_id, context.job().id);
        let Payload {
            contact,
            known,
            language,
        } = context.payload()?;
        let person = Person { known, id: contact };
        let user = context.job().created_by.ok_or(Refusal::Forbidden)?;
        let database = context.database().clone();
        let access = database
            .within(workspace)
            .read_blocking(|conn| crate::identity::access_of(conn, workspace, user))?;
        may_copy(&access.ok_or(Refusal::Forbidden)?)?;
        let path = path(&self.0, workspace, id);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let storage = Waiting::new(self.1.clone())?;
        let now: DateTime<Utc> = SystemTime::now().into();
        let language = Language::from_tag(&language).unwrap_or_default();
        let part = path.with_extension("part");
        let written = database.within(workspace).snapshot(|conn| {
            copy::write(
                conn,
                &storage,
                (workspace, person),
                language,
                now.timestamp_micros(),
                &part,
            )
        });
        let (rows, files) = written.inspect_err(|_| remove(&part))?;
        fs::rename(&part, &path)?;
        Ok(json!({"rows": rows, "files": files, "bytes": fs::metadata(&path)?.len()}))
    }
}

/// Removes files that were written long ago. Answers how many.
pub fn sweep(files: &Files, now: SystemTime) -> Result<usize> {
    let mut removed = 0;
    for workspace in files.workspaces().map_err(disk)? {
        let root = files.path(workspace, Uuid::nil());
        let folder = root.parent().unwrap_or(&root);
        for file in entries(folder).map_err(disk)? {
            let path = file.path();
            let is_ours = path
                .extension()
                .is_some_and(|extension| extension == COPY_EXTENSION);
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
