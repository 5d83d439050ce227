//! Work that comes again in every workspace, by the clock of its time zone.
//!
//! Whoever finds a schedule due moves it on and puts its job in, in one transaction: each due time makes one job, however
//! many look. What was missed while nobody was there is made up for once.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use relasi_domain::fault::{Fault, Faults};
use relasi_persistence::{Conn, Database, Row, Statement, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Cron, Job, NewJob, Registry, administer::may, queue};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version},
};

/// Work that comes again.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// What it is called; the kind of its job.
    pub name: &'static str,
    /// When, unless a workspace says otherwise.
    pub cron: &'static str,
    /// The job.
    pub job: fn() -> NewJob,
}

/// A plan in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    #[serde(skip)]
    workspace: Uuid,
    /// The schedule.
    pub id: Uuid,
    /// Counts up with each change by people.
    pub version: i64,
    /// What is done.
    pub name: String,
    /// When, as cron has it.
    pub cron: String,
    /// By which clock.
    pub time_zone: String,
    /// It was changed from what the product does by itself.
    pub changed: bool,
    /// It stands still.
    pub paused: bool,
    /// When it comes next; never while it stands still.
    pub next_at: Option<DateTime<Utc>>,
    /// When it came last.
    pub last_at: Option<DateTime<Utc>>,
    /// The job that it made last.
    pub last_job_id: Option<Uuid>,
}

/// What changes a schedule; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SchedulePatch {
    /// When; empty for when the product does it by itself.
    pub cron: Option<String>,
    /// By which clock; empty for that of the workspace.
    pub time_zone: Option<String>,
    /// Whether it stands still.
    pub paused: Option<bool>,
}

const SELECT: &str = "SELECT s.workspace_id, s.id, s.version, s.name, s.cron, s.time_zone, s.paused, s.next_at, s.last_at, \
     s.last_job_id, w.time_zone FROM job_schedules s JOIN workspaces w ON w.id = s.workspace_id WHERE ";

/// Schedules moved on, or made, in one look.
const MOST: u32 = 200;

fn read(row: &Row<'_>, plans: &[Plan]) -> std::result::Result<Schedule, StoreError> {
    let (name, cron, zone) = (row.text(3)?, row.text(4)?, row.text(5)?);
    let standard = plans.iter().find(|plan| plan.name == name);
    let changed = !(cron.is_empty() && zone.is_empty());
    let or = |own: String, standard: String| if own.is_empty() { standard } else { own };
    Ok(Schedule {
        workspace: row.id(0)?,
        id: row.id(1)?,
        version: row.int(2)?,
        cron: or(
            cron,
            standard
                .map(|plan| plan.cron.to_owned())
                .unwrap_or_default(),
        ),
        time_zone: or(zone, row.text(10)?),
        changed,
        name,
        paused: row.bool(6)?,
        next_at: row.opt_at(7)?,
        last_at: row.opt_at(8)?,
        last_job_id: row.opt_id(9)?,
    })
}

impl Schedule {
    fn next(&self, now: i64) -> Option<i64> {
        let now = DateTime::from_timestamp_micros(now)?;
        let zone = self.time_zone.parse().unwrap_or(Tz::UTC);
        let next = Cron::parse(&self.cron)?.after(now, zone)?;
        Some(next.timestamp_micros())
    }
}

/// Makes the rows of workspaces that have none yet; how many.
pub(super) fn furnish(
    database: &Database,
    plans: &[Plan],
) -> std::result::Result<usize, StoreError> {
    let mut made = 0;
    for &plan in plans {
        let mut missing = Statement::new(
            "SELECT w.id, w.time_zone FROM workspaces w WHERE NOT EXISTS \
             (SELECT 1 FROM job_schedules s WHERE s.workspace_id = w.id AND s.name = ",
        );
        missing.bind(plan.name).push(")").limit(MOST);
        let found = database.across().read_blocking(|conn| {
            conn.rows(&missing, |row| {
                Ok::<(Uuid, String), _>((row.id(0)?, row.text(1)?))
            })
        })?;
        made += found.len();
        for (workspace, zone) in found {
            database.within(workspace).write_blocking(move |conn| {
                let now = queue::now(conn)?;
                let zone = zone.parse().unwrap_or(Tz::UTC);
                let next = DateTime::from_timestamp_micros(now)
                    .and_then(|now| Cron::parse(plan.cron)?.after(now, zone));
                let mut insert = Statement::new(
                    "INSERT INTO job_schedules (workspace_id, id, name, version, cron, time_zone, paused, next_at, \
                     updated_at) VALUES (",
                );
                insert.bind(workspace).push(", ").bind(Uuid::now_v7());
                insert.push(", ").bind(plan.name).push(", 1, '', '', ");
                insert.bind(false).push(", ").bind(next).push(", ").bind(now);
                insert.push(") ON CONFLICT DO NOTHING");
                conn.execute(&insert)
            })?;
        }
    }
    Ok(made)
}

/// Puts in what is due; how many jobs.
pub fn tick(database: &Database, plans: &[Plan]) -> std::result::Result<usize, StoreError> {
    let due = database.across().read_blocking(|conn| {
        let mut due = Statement::new(format!("{SELECT} s.next_at <= "));
        due.bind(queue::now(conn)?)
            .push(" ORDER BY s.next_at")
            .limit(MOST);
        conn.rows(&due, |row| read(row, plans))
    })?;
    let mut made = 0;
    for schedule in due {
        let plan = plans
            .iter()
            .find(|plan| plan.name == schedule.name)
            .copied();
        made += usize::from(
            database
                .within(schedule.workspace)
                .write_blocking(move |conn| fire(conn, &schedule, plan))?,
        );
    }
    Ok(made)
}

/// Moves a schedule on and puts its job in, unless somebody else did.
fn fire(
    conn: &mut Conn,
    schedule: &Schedule,
    plan: Option<Plan>,
) -> std::result::Result<bool, StoreError> {
    let now = queue::now(conn)?;
    // What this program does not know, another one may.
    let next = match plan {
        Some(_) => schedule.next(now),
        None => Some(now.saturating_add(3_600_000_000)),
    };
    let mut moved = Statement::new("UPDATE job_schedules SET next_at = ");
    moved.bind(next);
    if plan.is_some() {
        moved.push(", last_at = ").bind(schedule.next_at);
    }
    moved
        .push(" WHERE workspace_id = ")
        .bind(schedule.workspace)
        .push(" AND id = ")
        .bind(schedule.id);
    moved.push(" AND next_at = ").bind(schedule.next_at);
    if conn.execute(&moved)? == 0 {
        return Ok(false);
    }
    let Some(plan) = plan else {
        return Ok(false);
    };
    let job = queue::enqueue(conn, schedule.workspace, (plan.job)())?;
    note_job(conn, schedule.workspace, schedule.id, job)?;
    Ok(true)
}

fn note_job(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    job: Uuid,
) -> std::result::Result<(), StoreError> {
    let mut noted = Statement::new("UPDATE job_schedules SET last_job_id = ");
    noted
        .bind(job)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    noted.push(" AND id = ").bind(id);
    conn.execute(&noted).map(drop)
}

/// The schedules of the workspace.
pub fn schedules(work: &mut Work<'_>, registry: &Registry) -> Result<Vec<Schedule>> {
    may(work)?;
    let mut all = Statement::new(format!("{SELECT} s.workspace_id = "));
    all.bind(work.access.workspace_id).push(" ORDER BY s.name");
    let plans = registry.plans();
    let mut all = work.conn.rows(&all, |row| read(row, plans))?;
    all.retain(|one| plans.iter().any(|plan| plan.name == one.name));
    Ok(all)
}

fn find(work: &mut Work<'_>, registry: &Registry, id: Uuid) -> Result<Schedule> {
    if !work.access.keeps_all() {
        return Err(Refusal::NotFound);
    }
    let mut one = Statement::new(format!("{SELECT} s.workspace_id = "));
    one.bind(work.access.workspace_id)
        .push(" AND s.id = ")
        .bind(id);
    let found = work.conn.row(&one, |row| read(row, registry.plans()))?;
    found.ok_or(Refusal::NotFound)
}

/// Changes when something is done, or has it stand still.
pub fn change_schedule(
    work: &mut Work<'_>,
    registry: &Registry,
    id: Uuid,
    version: Option<i64>,
    patch: &SchedulePatch,
) -> Result<Schedule> {
    let before = find(work, registry, id)?;
    same_version(version, before.version, &before)?;
    let cron = patch.cron.as_deref().map(str::trim);
    let zone = patch.time_zone.as_deref().map(str::trim);
    let mut faults = Faults::default();
    if cron.is_some_and(|cron| !cron.is_empty() && Cron::parse(cron).is_none()) {
        faults.push(Fault::field("cron", "not_schedule"));
    }
    if zone.is_some_and(|zone| !zone.is_empty() && zone.parse::<Tz>().is_err()) {
        faults.push(Fault::field("time_zone", "not_time_zone"));
    }
    faults.into_result()?;

    let mut statement =
        Statement::new("UPDATE job_schedules SET version = version + 1, updated_at = ");
    statement.bind(work.now);
    if let Some(cron) = cron {
        statement.push(", cron = ").bind(cron);
    }
    if let Some(zone) = zone {
        statement.push(", time_zone = ").bind(zone);
    }
    if let Some(paused) = patch.paused {
        statement.push(", paused = ").bind(paused);
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    statement.push(" AND version = ").bind(before.version);
    if work.conn.execute(&statement)? == 0 {
        // Somebody else was quicker: the transaction is tried again and finds the other version.
        return Err(work.conn.overtaken().into());
    }
    let after = find(work, registry, id)?;
    let now = queue::now(work.conn)?;
    let next = if after.paused { None } else { after.next(now) };
    let mut moved = Statement::new("UPDATE job_schedules SET next_at = ");
    moved.bind(next).push(" WHERE workspace_id = ");
    moved
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&moved)?;
    let changes = differences_in(
        ["cron", "time_zone", "paused"],
        &json!(before),
        &json!(after),
    );
    audit::note(work, "updated", "job_schedule", id, json!(changes))?;
    find(work, registry, id)
}

/// Does it now, beside its times.
pub fn run_now(work: &mut Work<'_>, registry: &Registry, id: Uuid) -> Result<Job> {
    let schedule = find(work, registry, id)?;
    let plan = registry
        .plans()
        .iter()
        .find(|plan| plan.name == schedule.name);
    let plan = plan.ok_or(Refusal::NotFound)?;
    let workspace = work.access.workspace_id;
    let job = NewJob {
        created_by: Some(work.access.user_id),
        ..(plan.job)()
    };
    let job = queue::enqueue(work.conn, workspace, job)?;
    note_job(work.conn, workspace, id, job)?;
    let what = json!([{"field": "kind", "old": null, "new": schedule.name}]);
    audit::note(work, "started", "job_schedule", id, what)?;
    queue::find(work.conn, workspace, job)?.ok_or(Refusal::NotFound)
}

/// Whether a chore of the installation is this process's to do now: one does it in so many seconds.
pub fn is_mine(
    conn: &mut Conn,
    chore: &'static str,
    every_seconds: i64,
) -> std::result::Result<bool, StoreError> {
    let now = queue::now(conn)?;
    // A little earlier than the next one comes, which the clock of a process may be off by.
    let next = now.saturating_add(every_seconds * 990_000);
    let mut statement = Statement::new("INSERT INTO upkeep (name, due_at) VALUES (");
    statement.bind(chore).push(", ").bind(next);
    statement.push(
        ") ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE upkeep.due_at <= ",
    );
    statement.bind(now);
    Ok(conn.execute(&statement)? == 1)
}
