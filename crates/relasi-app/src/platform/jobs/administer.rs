//! What those see and do who look after the background work of a workspace.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use relasi_persistence::Statement;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Registry,
    pause::{self, Pause},
    queue::{self, Job, State},
};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
};

/// Jobs put in again in one go.
const AGAIN: u32 = 500;

/// Whether the worker looks after the workspace: it is everybody's work that is shown and stopped.
pub(super) fn may(work: &Work<'_>) -> Result<()> {
    if work.access.keeps_all() {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Writes an entry about the background work as a whole.
pub(super) fn note(work: &mut Work<'_>, action: &str, changes: &Value) -> Result<()> {
    let workspace = work.access.workspace_id;
    audit::note(work, action, "background_work", workspace, changes.clone())
}

/// A kind of job: how many stand where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// For example `import.run`.
    pub kind: String,
    /// It was made to stand still by its name.
    pub paused: bool,
    /// Waiting for a worker or their time.
    pub ready: i64,
    /// At work.
    pub running: i64,
    /// Given up.
    pub dead: i64,
    /// Since when the one that waits longest is due.
    pub due_since: Option<DateTime<Utc>>,
}

/// The background work of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// All of it stands still.
    pub paused: bool,
    /// What stands still.
    pub pauses: Vec<Pause>,
    /// Queues that have ever had work.
    pub queues: Vec<String>,
    /// Kinds of job.
    pub kinds: Vec<Kind>,
}

/// What there is to do, and what stands still.
pub fn overview(work: &mut Work<'_>, registry: &Registry) -> Result<Overview> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let pauses = pause::all(work.conn, workspace)?;
    let mut kinds: BTreeMap<String, Kind> = registry
        .kinds()
        .map(|kind| (kind.to_owned(), Kind::default()))
        .collect();
    let now = queue::now(work.conn)?;
    let mut open =
        Statement::new("SELECT kind, state, COUNT(*), MIN(due_at) FROM jobs WHERE workspace_id = ");
    open.bind(workspace)
        .push(" AND state IN ('ready', 'running', 'dead') GROUP BY kind, state");
    let rows = work.conn.rows(&open, |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?, row.opt_at(3)?))
    })?;
    for (kind, state, count, due) in rows {
        let entry = kinds.entry(kind).or_default();
        match state.as_str() {
            "ready" => {
                entry.ready = count;
                entry.due_since = due.filter(|due| due.timestamp_micros() <= now);
            }
            "running" => entry.running = count,
            _ => entry.dead = count,
        }
    }
    for pause in pauses.iter().filter(|pause| pause.scope == "kind") {
        kinds.entry(pause.name.clone()).or_default().paused = true;
    }
    let mut lanes = Statement::new("SELECT queue FROM job_lanes WHERE workspace_id = ");
    lanes.bind(workspace).push(" ORDER BY queue");
    let queues = work.conn.rows(&lanes, |row| row.text(0))?;
    let named = |(name, kind)| Kind { kind: name, ..kind };
    Ok(Overview {
        paused: pauses.iter().any(|pause| pause.scope == "all"),
        pauses,
        queues,
        kinds: kinds.into_iter().map(named).collect(),
    })
}

fn find(work: &mut Work<'_>, id: Uuid) -> Result<Job> {
    if !work.access.keeps_all() {
        return Err(Refusal::NotFound);
    }
    let found = queue::find(work.conn, work.access.workspace_id, id)?;
    found.ok_or(Refusal::NotFound)
}

/// Puts a job that was given up or has failed in again, with all its tries; it goes on from its last chunk.
pub fn requeue(work: &mut Work<'_>, registry: &Registry, id: Uuid) -> Result<Job> {
    let job = find(work, id)?;
    again(work, registry, &job)?;
    let what = json!([{"field": "kind", "old": null, "new": job.kind}]);
    audit::note(work, "requeued", "job", id, what)?;
    find(work, id)
}

fn again(work: &mut Work<'_>, registry: &Registry, job: &Job) -> Result<()> {
    if !matches!(job.state, State::Dead | State::Failed) {
        return Err(Refusal::Conflict("job_not_given_up"));
    }
    let Some(handler) = registry.handler(&job.kind) else {
        return Err(Refusal::Conflict("job_not_repeatable"));
    };
    let mut same = Statement::new(
        "SELECT 1 FROM jobs o WHERE o.due_at IS NOT NULL AND o.dedupe_key IS NOT NULL AND o.workspace_id = ",
    );
    same.bind(job.workspace_id);
    same.push(" AND o.kind = ").bind(job.kind.as_str());
    same.push(" AND o.dedupe_key = (SELECT d.dedupe_key FROM jobs d WHERE d.workspace_id = ");
    same.bind(job.workspace_id)
        .push(" AND d.id = ")
        .bind(job.id)
        .push(")");
    if work.conn.row(&same, |row| row.int(0))?.is_some() {
        return Err(Refusal::Conflict("job_waits_already"));
    }
    handler.again(work.conn, job)?;
    let now = queue::now(work.conn)?;
    let mut statement = Statement::new(
        "UPDATE jobs SET state = 'ready', attempts = 0, finished_at = NULL, result = NULL, cancel_requested = ",
    );
    statement.bind(false).push(", due_at = ").bind(now);
    statement
        .push(" WHERE workspace_id = ")
        .bind(job.workspace_id)
        .push(" AND id = ")
        .bind(job.id);
    statement.push(" AND state IN ('dead', 'failed')");
    if work.conn.execute(&statement)? == 0 {
        // Somebody else was quicker: the transaction is tried again and finds it waiting.
        return Err(work.conn.overtaken().into());
    }
    Ok(())
}

/// What came of putting jobs in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Requeued {
    /// Put in again.
    pub requeued: i64,
    /// Left: what they belonged to has gone on without them.
    pub kept: i64,
    /// There are further ones.
    pub more: bool,
}

/// Puts the jobs of a kind that were given up in again, the oldest 500 at a time.
pub fn requeue_all(work: &mut Work<'_>, registry: &Registry, kind: &str) -> Result<Requeued> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let mut dead = Statement::new("SELECT id FROM jobs WHERE state = 'dead' AND workspace_id = ");
    dead.bind(workspace).push(" AND kind = ").bind(kind);
    dead.push(" ORDER BY id").limit(AGAIN + 1);
    let mut ids = work.conn.rows(&dead, |row| row.id(0))?;
    let more = ids.len() > AGAIN as usize;
    ids.truncate(AGAIN as usize);
    let mut done = Requeued {
        requeued: 0,
        kept: 0,
        more,
    };
    for id in ids {
        let job = find(work, id)?;
        match again(work, registry, &job) {
            Ok(()) => done.requeued += 1,
            Err(Refusal::Conflict(_)) => done.kept += 1,
            Err(other) => return Err(other),
        }
    }
    if done.requeued > 0 {
        let what = json!([
            {"field": "kind", "old": null, "new": kind},
            {"field": "count", "old": null, "new": done.requeued},
        ]);
        note(work, "requeued", &what)?;
    }
    Ok(done)
}

/// Removes a job that was given up or has failed.
pub fn drop_dead(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let job = find(work, id)?;
    let mut statement =
        Statement::new("DELETE FROM jobs WHERE state IN ('dead', 'failed') AND workspace_id = ");
    statement.bind(job.workspace_id).push(" AND id = ").bind(id);
    if work.conn.execute(&statement)? == 0 {
        return Err(Refusal::Conflict("job_not_given_up"));
    }
    let what = json!([{"field": "kind", "old": job.kind, "new": null}]);
    audit::note(work, "dropped", "job", id, what)
}
