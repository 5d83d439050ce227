//! A search through all records of an object, as a job.
//!
//! The records are read once, in the order of their ids; their features go to a file, their keys are sorted in runs on
//! disk. Records that share a key are compared. So memory does not grow with the base but for some thirty bytes for
//! each record, and neither database is asked for single records.

mod base;
mod blocks;
mod reading;
mod results;
mod spill;

use std::path::PathBuf;

use chrono::Utc;
use relasi_domain::{identity::access::Action, people::duplicate::compare};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use self::{
    base::Base,
    blocks::{Crowd, Keyring},
    reading::{Setting, work},
    results::Pair,
};
use super::comparable;
use crate::{
    platform::{
        jobs::{self, Ending, Handler, Job, JobContext, JobError, NewJob, Registry, State, Step},
        notification,
    },
    records::Work,
    refusal::{Refusal, Result},
};

/// Pairs kept in one transaction.
const CHUNK: usize = 500;
/// Pairs looked at between two looks whether to stop.
const STRETCH: usize = 20_000;
/// Pairs kept of one scan; who has more should raise the threshold.
const MOST: usize = 200_000;

/// What a scan is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// `contact` or `company`.
    pub object: String,
    /// Only pairs of which one came with this import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<Uuid>,
}

/// Where a scan goes on.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Checkpoint {
    /// The last record whose pairs are kept.
    after: Uuid,
    tally: Tally,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Tally {
    records: usize,
    compared: usize,
    pairs: usize,
}

/// Puts a scan in; one of an object and import at a time. For those who may import: it works on the base as a whole.
pub fn begin(work: &mut Work<'_>, scan: &Scan) -> Result<Job> {
    let object = comparable(&scan.object, "/object")?;
    if !work.access.may(Action::Import) || !work.access.allows_some(object, Action::See) {
        return Err(Refusal::Forbidden);
    }
    let import = scan.import_id.unwrap_or_default();
    let job = NewJob {
        dedupe_key: Some(format!("{}:{import}", object.name)),
        created_by: Some(work.access.user_id),
        ..NewJob::new("duplicates.scan", "duplicates", json!(scan))
    };
    let workspace = work.access.workspace_id;
    let id = jobs::enqueue(work.conn, workspace, job)?;
    jobs::find(work.conn, workspace, id)?.ok_or(Refusal::NotFound)
}

/// Adds the handler of scans; what they sort lies in `folder` while they run.
pub fn handlers(registry: Registry, folder: PathBuf) -> Registry {
    registry.with(Search { folder })
}

struct Search {
    folder: PathBuf,
}

impl Handler for Search {
    fn kind(&self) -> &'static str {
        "duplicates.scan"
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        std::fs::create_dir_all(&self.folder)?;
        let setting = Setting::read(context)?;
        let mut keyring = Keyring::new(&self.folder);
        let mut base = reading::read(context, &setting, &self.folder, &mut keyring)?;
        let (mut pairs, crowds) = keyring.pairs(&self.folder, &base)?;
        let at: Checkpoint = context.checkpoint()?.unwrap_or_default();
        let tally = compare_all(context, &setting, &mut base, &mut pairs, at)?;
        finish(context, &setting, tally, &crowds)
    }

    /// It takes much room on the disk while it runs.
    fn at_once(&self) -> Option<i64> {
        Some(2)
    }

    /// Tells who began it what came of it; who stopped it knows.
    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        let Some(user) = job.created_by else {
            return Ok(());
        };
        let kind = match ending.state {
            State::Done => "duplicates_searched",
            State::Cancelled => return Ok(()),
            _ => "duplicates_search_failed",
        };
        let pairs = ending.result.as_ref().map(|result| &result["pairs"]);
        let data = json!({"object": job.payload["object"], "pairs": pairs, "error": ending.error});
        let (to, at) = ((job.workspace_id, user), Utc::now().into());
        notification::tell(conn, to, kind, Some(("duplicates", job.id)), &data, at)
    }
}

/// Compares the pairs and keeps what is like enough, chunk by chunk.
fn compare_all(
    context: &mut JobContext,
    setting: &Setting,
    base: &mut Base,
    pairs: &mut blocks::Pairs,
    mut at: Checkpoint,
) -> std::result::Result<Tally, JobError> {
    let records = base.len();
    at.tally.records = records;
    let skipped = base.behind(at.after);
    let mut kept: Vec<Pair> = Vec::new();
    let mut last = 0;
    while let Some((first, second)) = pairs.next()? {
        // Goes on behind a record whose pairs are all kept.
        if (first as usize) < skipped {
            continue;
        }
        if first != last && kept.len() >= CHUNK {
            at.after = base.id(last);
            keep(context, setting, &mut kept, at, records + last as usize)?;
        }
        last = first;
        at.tally.compared += 1;
        let (a, b) = base.both(first, second)?;
        let verdict = compare(a, &b);
        if verdict.score >= setting.limits.review && at.tally.pairs < MOST {
            at.tally.pairs += 1;
            let (left, right) = (base.id(first), base.id(second));
            kept.push(Pair {
                left,
                right,
                verdict,
            });
        }
        if at.tally.compared.is_multiple_of(STRETCH) {
            context.progress(units(records + first as usize), units(records * 2))?;
        }
    }
    at.after = Uuid::max();
    keep(context, setting, &mut kept, at, records * 2)?;
    Ok(at.tally)
}

fn units(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn keep(
    context: &mut JobContext,
    setting: &Setting,
    kept: &mut Vec<Pair>,
    at: Checkpoint,
    done: usize,
) -> std::result::Result<(), JobError> {
    let (pairs, access) = (std::mem::take(kept), setting.access.clone());
    let (object, job, total) = (setting.object, setting.job, at.tally.records * 2);
    context.chunk(move |conn| {
        results::keep(&mut work(conn, &access), object, job, &pairs)?;
        Ok(Step {
            value: (),
            checkpoint: json!(at),
            done: units(done),
            total: units(total),
        })
    })
}

/// Forgets what earlier scans found and this one did not, and says what came of it.
fn finish(
    context: &mut JobContext,
    setting: &Setting,
    tally: Tally,
    crowds: &[Crowd],
) -> std::result::Result<Value, JobError> {
    if setting.scan.import_id.is_none() {
        let (access, object, job) = (setting.access.clone(), setting.object, setting.job);
        let (end, total) = (
            Checkpoint {
                after: Uuid::max(),
                tally,
            },
            units(tally.records * 2),
        );
        context.chunk(move |conn| {
            results::forget(&mut work(conn, &access), object, job)?;
            Ok(Step {
                value: (),
                checkpoint: json!(end),
                done: total,
                total,
            })
        })?;
    }
    Ok(json!({
        "object": setting.object.name,
        "records": tally.records,
        "compared": tally.compared,
        "pairs": tally.pairs,
        "truncated": tally.pairs >= MOST,
        "crowds": crowds,
    }))
}
