//! The job that does an operation.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use relasi_domain::identity::access::Access;
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Counts, Operation, OperationState, Task,
    act::{Fate, act, verb},
    ended, export,
    files::{Ids, ids_path, keep, refused_path},
    gather::gather,
    now,
    operation::cause,
    refused::{self, Refused},
    store,
};
use crate::{
    identity::access_of,
    platform::{
        import::{Files, Rejected, customs},
        jobs::{Ending, Handler, Job, JobContext, JobError, Step},
    },
    records::Work,
    refusal::{Refusal, Result},
};

/// What the jobs of an operation need to know.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) operation_id: Uuid,
}

/// Does what an operation says to each of its records.
pub(super) struct Run(pub(super) Files);

/// What an operation works with.
pub(super) struct Setting {
    pub(super) workspace: Uuid,
    pub(super) operation: Operation,
    /// Rights of who started the job, as they are by now.
    pub(super) access: Access,
    pub(super) zone: chrono_tz::Tz,
    /// What the change is called in the log.
    pub(super) verb: &'static str,
    cause: String,
}

impl Setting {
    /// Reads the operation of a job; `undo` takes it back.
    pub(super) fn read(context: &JobContext, undo: bool) -> std::result::Result<Self, JobError> {
        let Payload { operation_id } = context.payload()?;
        let workspace = context.job().workspace_id;
        let user = context.job().created_by.ok_or(Refusal::Forbidden)?;
        context.rows().read_blocking(|conn| {
            let operation = store::find(conn, workspace, operation_id)?.ok_or(Refusal::NotFound)?;
            let access = access_of(conn, workspace, user)?.ok_or(Refusal::Forbidden)?;
            let (zone, _) = customs(conn, workspace)?;
            let cause = cause(operation.id);
            let mut setting = Self {
                workspace,
                operation,
                access,
                zone,
                verb: "updated",
                cause: if undo { format!("undo:{cause}") } else { cause },
            };
            let verb = verb(&mut setting.work(conn), &setting.operation.task)?;
            setting.verb = if undo && verb != "updated" {
                "moved"
            } else {
                verb
            };
            Ok(setting)
        })
    }

    pub(super) fn work<'w>(&'w self, conn: &'w mut Conn) -> Work<'w> {
        Work {
            conn,
            access: &self.access,
            now: now(),
            cause: Some(self.cause.clone()),
        }
    }
}

/// Where a run goes on.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// Records that are through.
    pub(super) place: u64,
    pub(super) counts: Counts,
    /// Bytes of the file of refused records.
    pub(super) refused: u64,
    /// Bytes of the exported file.
    #[serde(default)]
    pub(super) exported: u64,
}

impl Checkpoint {
    /// The step that ends here.
    pub(super) fn step<T>(&self, value: T) -> Step<T> {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Step {
            value,
            checkpoint: json!(self),
            done: number(self.place),
            total: number(self.counts.total),
        }
    }
}

/// How many records share a transaction: as many as take about as long as others may be made to wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace(usize);

impl Pace {
    const LONGEST: Duration = Duration::from_millis(40);
    const RANGE: (usize, usize) = (10, 500);

    pub(super) fn new() -> Self {
        Self(50)
    }

    pub(super) fn size(self) -> usize {
        self.0
    }

    /// After so many records took so long.
    pub(super) fn after(self, records: usize, took: Duration) -> Self {
        let wanted = Self::LONGEST.as_micros() * records as u128 / took.as_micros().max(1);
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        // Not more than twice as many, so that one lucky chunk does not make others wait.
        Self(wanted.min(self.0 * 2).clamp(Self::RANGE.0, Self::RANGE.1))
    }
}

impl Handler for Run {
    fn kind(&self) -> &'static str {
        "bulk.run"
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let setting = Arc::new(Setting::read(context, false)?);
        let (workspace, id) = (setting.workspace, setting.operation.id);
        let path = ids_path(&self.0, workspace, id);
        let at = match context.checkpoint::<Checkpoint>()? {
            Some(at) => at,
            None => begin(context, &setting, &path)?,
        };
        let ids = Ids::open(&path)?;
        let kept = refused_path(&self.0, workspace, id);
        let refused = Rejected::open(&kept, at.refused)?;
        keep(&kept)?;
        let counts = if let Task::Export(task) = &setting.operation.task {
            export::run(context, &setting, task, &self.0, (ids, refused), at)?
        } else {
            let _room = context.database().expect_bulk()?;
            write(context, &setting, ids, refused, at)?
        };
        Ok(json!(counts))
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        ended::run(conn, job, ending)
    }

    fn again(&self, conn: &mut Conn, job: &Job) -> Result<()> {
        ended::again(conn, job, OperationState::Running)
    }
}

/// Finds out which records there are, and notes how many.
fn begin(
    context: &mut JobContext,
    setting: &Setting,
    path: &std::path::Path,
) -> std::result::Result<Checkpoint, JobError> {
    let total = gather(
        context,
        &setting.operation,
        &setting.access,
        setting.zone,
        path,
    )?;
    let mut at = Checkpoint::default();
    at.counts.total = total;
    let (workspace, id) = (setting.workspace, setting.operation.id);
    context.chunk(move |conn| {
        store::count(conn, workspace, id, &at.counts)?;
        Ok(at.step(at))
    })
}

/// Goes through the records chunk by chunk.
fn write(
    context: &mut JobContext,
    setting: &Arc<Setting>,
    mut ids: Ids,
    refused: Rejected,
    mut at: Checkpoint,
) -> std::result::Result<Counts, JobError> {
    let refused = Arc::new(Mutex::new(refused));
    let mut pace = Pace::new();
    loop {
        let chunk = ids.read(at.place, pace.size())?;
        if chunk.is_empty() {
            return Ok(at.counts);
        }
        let (size, before) = (chunk.len(), at);
        let (setting, refused) = (Arc::clone(setting), Arc::clone(&refused));
        let took;
        (at, took) = context.chunk(move |conn| {
            let began = Instant::now();
            let after = write_chunk(conn, &setting, &chunk, &refused, before)?;
            Ok(after.step((after, began.elapsed())))
        })?;
        pace = pace.after(size, took);
    }
}

fn write_chunk(
    conn: &mut Conn,
    setting: &Setting,
    chunk: &[Uuid],
    file: &Mutex<Rejected>,
    mut at: Checkpoint,
) -> std::result::Result<Checkpoint, JobError> {
    let mut rows = Vec::new();
    for id in chunk {
        match act(conn, setting, *id)? {
            Fate::Done => at.counts.done += 1,
            Fate::Unchanged => at.counts.unchanged += 1,
            Fate::Refused(title, faults) => {
                at.counts.refused += 1;
                rows.push(Refused::new(at.place, *id, title, faults));
            }
        }
        at.place += 1;
    }
    // The transaction may be run again: what a former try left in the file goes.
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.back_to(at.refused)?;
    refused::add(&mut file, &rows)?;
    at.refused = file.length();
    store::count(conn, setting.workspace, setting.operation.id, &at.counts)?;
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_grow_and_shrink_with_the_time_they_take() {
        let pace = Pace::new();
        let quick = pace.after(50, Duration::from_millis(10));
        assert_eq!(quick.size(), 100, "no more than twice as many");
        let even = quick.after(100, Duration::from_millis(40));
        assert_eq!(even.size(), 100);
        assert_eq!(even.after(100, Duration::from_secs(4)).size(), 10);
        let mut most = pace;
        for _ in 0..9 {
            most = most.after(most.size(), Duration::ZERO);
        }
        assert_eq!(most.size(), 500);
    }
}
