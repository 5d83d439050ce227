//! Carries out what is planned for a file, chunk by chunk.
//!
//! While one chunk is written, the next one is planned: the database has one writer on SQLite, and its time is the
//! dearest. What a plan finds may therefore be one chunk old; a chunk that could rest on the one before it waits.

use std::{mem, panic::resume_unwind, sync::Arc, thread};

use relasi_domain::{
    fault::Faults,
    people::{company, tag},
    record::{Document, Object},
};
use relasi_persistence::{Conn, Database};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Counts, Files, agreed,
    candidate::{Candidate, Candidates},
    now,
    plan::{Plan, Update},
    planner::Planner,
    rejected::Rejected,
    run::{Setting, cause},
    store,
};
use crate::{
    people::consent::Said,
    platform::{
        jobs::{JobContext, JobError, Step},
        vault::Vault,
    },
    records::{Ready, Work},
    refusal::{Refusal, Result},
};

/// Where a run goes on.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// Number of the last row that is done.
    row: u64,
    pub(super) counts: Counts,
    /// Bytes of the file of rejected rows.
    rejected: u64,
}

/// So often a chunk is planned anew because somebody changed a matched record in between.
const TRIES: u32 = 5;

/// A file on its way into the database.
pub(super) struct Writing<'c> {
    context: &'c mut JobContext,
    setting: Arc<Setting>,
    rejected: Rejected,
    ahead: Ahead,
    at: Checkpoint,
}

/// What reads and plans.
struct Ahead {
    database: Database,
    setting: Arc<Setting>,
    candidates: Candidates,
    planner: Planner,
}

/// A chunk and what is to be written for it; nothing yet when that rests on what the chunk before it writes.
struct Chunk {
    rows: Vec<Candidate>,
    planned: Option<Planned>,
}

/// What is to be written, as far as it can be made without the writer.
struct Planned {
    /// New records in the order in which they refer to each other.
    new: Vec<(&'static Object, Ready)>,
    updates: Vec<Update>,
    said: Vec<(Uuid, Said)>,
    rejected: Vec<(usize, Faults)>,
    counts: Counts,
}

impl<'c> Writing<'c> {
    /// Opens the files at a checkpoint.
    pub(super) fn start(
        (files, vault): (&Files, &Vault),
        context: &'c mut JobContext,
        setting: Arc<Setting>,
        at: Checkpoint,
    ) -> std::result::Result<Self, JobError> {
        let path = files.rejected_path(setting.workspace, setting.import.id);
        let ahead = Ahead {
            database: context.database().clone(),
            candidates: Candidates::start(files, &setting, at.row)?,
            planner: setting.planner(vault, false),
            setting: Arc::clone(&setting),
        };
        Ok(Self {
            context,
            setting,
            rejected: Rejected::open(&path, at.rejected)?,
            ahead,
            at,
        })
    }

    /// Writes all that is left of the file.
    pub(super) fn all(mut self) -> std::result::Result<Checkpoint, JobError> {
        let mut next = self.ahead.next()?;
        while let Some(chunk) = next {
            next = self.chunk(chunk)?;
        }
        Ok(self.at)
    }

    /// Writes a chunk while the next one is planned.
    fn chunk(&mut self, chunk: Chunk) -> std::result::Result<Option<Chunk>, JobError> {
        let planned = match chunk.planned {
            Some(planned) => planned,
            None => self.ahead.plan(&chunk.rows)?,
        };
        let Self {
            context,
            setting,
            rejected,
            ahead,
            at,
        } = self;
        let (written, next) = thread::scope(|scope| {
            let next = scope.spawn(|| ahead.next());
            let written = write_chunk(context, setting, rejected, &chunk.rows, planned, *at);
            let next = next.join().unwrap_or_else(|payload| resume_unwind(payload));
            (written, next)
        });
        match written {
            Ok(after) => {
                self.at = after;
                next
            }
            Err(error) if is_overtaken(&error) => {
                self.again(&chunk.rows)?;
                // What was planned on top of it has fallen with it.
                Ok(next?.map(|next| Chunk {
                    planned: None,
                    ..next
                }))
            }
            Err(error) => Err(error),
        }
    }

    /// Plans and writes a chunk until nobody comes in between.
    fn again(&mut self, rows: &[Candidate]) -> std::result::Result<(), JobError> {
        let mut tries = 1;
        loop {
            tries += 1;
            self.ahead.planner.reset();
            self.rejected.back_to(self.at.rejected)?;
            let planned = self.ahead.plan(rows)?;
            match write_chunk(
                self.context,
                &self.setting,
                &mut self.rejected,
                rows,
                planned,
                self.at,
            ) {
                Err(error) if is_overtaken(&error) && tries < TRIES => {}
                written => {
                    self.at = written?;
                    return Ok(());
                }
            }
        }
    }
}

/// Whether somebody changed what the plan was made of.
fn is_overtaken(error: &JobError) -> bool {
    matches!(
        error,
        JobError::Refused(Refusal::Stale(_) | Refusal::NotFound | Refusal::Invalid(_))
    )
}

impl Ahead {
    /// The next chunk, with its plan when that can be told by now; none at the end.
    fn next(&mut self) -> std::result::Result<Option<Chunk>, JobError> {
        let Some(rows) = self.candidates.next()? else {
            return Ok(None);
        };
        let planned = if self.planner.rests_on_last(&rows) {
            None
        } else {
            Some(self.plan(&rows)?)
        };
        Ok(Some(Chunk { rows, planned }))
    }

    fn plan(&mut self, rows: &[Candidate]) -> std::result::Result<Planned, JobError> {
        let planner = &mut self.planner;
        let plan = self
            .database
            .within(self.setting.workspace)
            .read_blocking(|conn| planner.plan(conn, rows))?;
        Ok(Planned::of(&self.setting, plan))
    }
}

impl Planned {
    fn of(setting: &Setting, mut plan: Plan) -> Self {
        let ready = |(object, documents): (&'static Object, Vec<Document>)| {
            (object, Ready::of(&setting.access, object, documents))
        };
        let new = [
            (&tag::OBJECT, mem::take(&mut plan.tags)),
            (&company::OBJECT, mem::take(&mut plan.companies)),
            (setting.object, mem::take(&mut plan.creates)),
        ];
        Self {
            new: new
                .into_iter()
                .filter(|(_, documents)| !documents.is_empty())
                .map(ready)
                .collect(),
            updates: plan.updates,
            said: plan.said,
            rejected: plan.rejected,
            counts: plan.counts,
        }
    }
}

/// Writes a chunk with its checkpoint.
fn write_chunk(
    context: &mut JobContext,
    setting: &Arc<Setting>,
    rejected: &mut Rejected,
    rows: &[Candidate],
    planned: Planned,
    before: Checkpoint,
) -> std::result::Result<Checkpoint, JobError> {
    rejected.add(
        planned
            .rejected
            .iter()
            .map(|(place, faults)| (&rows[*place].row, faults)),
    )?;
    let mut after = Checkpoint {
        row: rows
            .last()
            .map_or(before.row, |candidate| candidate.row.number),
        rejected: rejected.length(),
        ..before
    };
    after.counts += planned.counts;
    // The writer borrows what is freed here: its time is the dearest.
    let (setting, planned) = (Arc::clone(setting), Arc::new(planned));
    let written = Arc::clone(&planned);
    context.chunk(move |conn| {
        write(conn, &setting, &written)?;
        store::count(conn, setting.workspace, setting.import.id, &after.counts)?;
        Ok(Step {
            value: after,
            checkpoint: json!(after),
            done: after.counts.done(),
            total: setting.total(),
        })
    })
}

fn write(conn: &mut Conn, setting: &Setting, planned: &Planned) -> Result<()> {
    let mut work = Work {
        conn,
        access: &setting.access,
        now: now(),
        cause: Some(cause(setting.import.id)),
    };
    for (object, ready) in &planned.new {
        work.create_ready(object, ready)?;
    }
    for update in &planned.updates {
        work.revise(
            setting.object,
            update.id,
            Some(update.version),
            update.patch.clone(),
        )?;
    }
    agreed::note(&mut work, &setting.import, setting.object, &planned.said)?;
    let changed: Vec<Uuid> = planned.updates.iter().map(|update| update.id).collect();
    store::note_changed(work.conn, setting.workspace, setting.import.id, &changed)?;
    Ok(())
}
