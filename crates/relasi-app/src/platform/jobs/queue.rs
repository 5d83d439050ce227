//! Jobs as rows: put in, looked at, asked to stop.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Dialect, Row, Statement, StoreError};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a worker or for its time.
    Ready,
    /// A worker holds its lease.
    Running,
    /// Finished with a result.
    Done,
    /// Finished with an error that trying again can't mend.
    Failed,
    /// Stopped by a person.
    Cancelled,
    /// Given up after too many tries.
    Dead,
}

impl State {
    /// The code in the table and in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
        }
    }

    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Ready,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::Dead,
    ];

    /// The state with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    fn from_code(code: &str) -> Result<Self, StoreError> {
        Self::of_code(code).ok_or_else(|| StoreError::Other(format!("unknown job state {code}")))
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Ready | Self::Running)
    }
}

/// A job to be done.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Which handler does it, for example `import.run`.
    pub kind: &'static str,
    /// Line it stands in; one workspace runs as many jobs of a line at a time as the worker allows.
    pub queue: &'static str,
    /// What the handler needs to know. No personal data: it lies in the table until the job is removed.
    pub payload: Value,
    /// While a job of the same kind and key is unfinished, no second one is made.
    pub dedupe_key: Option<String>,
    /// Not before this time; at once when none.
    pub run_at: Option<DateTime<Utc>>,
    /// Tries without progress after which it is given up.
    pub max_attempts: u32,
    /// For whom it works, with whose rights.
    pub created_by: Option<Uuid>,
}

impl NewJob {
    /// A job that starts at once and is tried up to five times.
    pub fn new(kind: &'static str, queue: &'static str, payload: Value) -> Self {
        Self {
            kind,
            queue,
            payload,
            dedupe_key: None,
            run_at: None,
            max_attempts: 5,
            created_by: None,
        }
    }
}

/// A job as it stands in the table.
#[derive(Debug, Clone)]
pub struct Job {
    /// The workspace it belongs to.
    pub workspace_id: Uuid,
    /// `UUIDv7`.
    pub id: Uuid,
    /// Line it stands in.
    pub queue: String,
    /// Which handler does it.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: Value,
    /// Where it stands.
    pub state: State,
    /// Tries since the last progress.
    pub attempts: i64,
    /// Tries after which it is given up.
    pub max_attempts: i64,
    /// The earliest start while it waits, the end of the lease while it runs.
    pub due_at: Option<DateTime<Utc>>,
    /// Somebody asked it to stop.
    pub cancel_requested: bool,
    /// Where the last committed chunk ended.
    pub checkpoint: Option<Value>,
    /// Units done so far.
    pub progress_done: i64,
    /// Units in all; 0 while unknown.
    pub progress_total: i64,
    /// What came of it.
    pub result: Option<Value>,
    /// Code of the last error.
    pub last_error: Option<String>,
    /// When it was put in.
    pub created_at: DateTime<Utc>,
    /// For whom it works.
    pub created_by: Option<Uuid>,
    /// When it was first taken.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "workspace_id, id, queue, kind, payload, state, attempts, max_attempts, cancel_requested, \
    checkpoint, progress_done, progress_total, result, last_error, created_at, created_by, started_at, finished_at, \
    due_at";

impl Job {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            workspace_id: row.id(0)?,
            id: row.id(1)?,
            queue: row.text(2)?,
            kind: row.text(3)?,
            payload: row.json(4)?,
            state: State::from_code(&row.text(5)?)?,
            attempts: row.int(6)?,
            max_attempts: row.int(7)?,
            cancel_requested: row.bool(8)?,
            checkpoint: row.opt_json(9)?,
            progress_done: row.int(10)?,
            progress_total: row.int(11)?,
            result: row.opt_json(12)?,
            last_error: row.opt_text(13)?,
            created_at: row.at(14)?,
            created_by: row.opt_id(15)?,
            started_at: row.opt_at(16)?,
            finished_at: row.opt_at(17)?,
            due_at: row.opt_at(18)?,
        })
    }
}

/// PostgreSQL's own clock, in microseconds since 1970.
pub(super) const POSTGRES_CLOCK: &str =
    "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)";

/// The time by which all workers go, in microseconds since 1970: the database's own clock where it has several
/// clients, the clock of this machine where the process owns the file.
pub(crate) fn now(conn: &mut Conn) -> Result<i64, StoreError> {
    match conn.dialect() {
        Dialect::Sqlite => Ok(DateTime::<Utc>::from(SystemTime::now()).timestamp_micros()),
        Dialect::Postgres => {
            let statement = Statement::new(format!("SELECT {POSTGRES_CLOCK}"));
            conn.row(&statement, |row| row.int(0))?
                .ok_or(StoreError::NotFound)
        }
    }
}

/// Puts a job in, in the caller's transaction; ring [`Wake`](super::Wake) once that is committed.
///
/// Answers the id of the job, or of the unfinished one with the same kind and dedupe key.
pub fn enqueue(conn: &mut Conn, workspace: Uuid, job: NewJob) -> Result<Uuid, StoreError> {
    let now = now(conn)?;
    let mut lane =
        Statement::new("INSERT INTO job_lanes (workspace_id, queue, served_at) VALUES (");
    lane.bind(workspace)
        .push(", ")
        .bind(job.queue)
        .push(", ")
        .bind(0_i64);
    lane.push(") ON CONFLICT DO NOTHING");
    conn.execute(&lane)?;

    let id = Uuid::now_v7();
    let due = job.run_at.map_or(now, |at| at.timestamp_micros());
    let mut insert = Statement::new(
        "INSERT INTO jobs (workspace_id, id, queue, kind, payload, state, due_at, max_attempts, dedupe_key, \
         created_at, created_by) VALUES (",
    );
    insert
        .bind(workspace)
        .push(", ")
        .bind(id)
        .push(", ")
        .bind(job.queue)
        .push(", ")
        .bind(job.kind);
    insert
        .push(", ")
        .bind(job.payload.to_string())
        .push(", 'ready', ")
        .bind(due);
    insert
        .push(", ")
        .bind(job.max_attempts)
        .push(", ")
        .bind(job.dedupe_key.clone());
    insert.push(", ").bind(now).push(", ").bind(job.created_by);
    insert.push(") ON CONFLICT DO NOTHING");
    if conn.execute(&insert)? == 1 {
        return Ok(id);
    }
    let mut same =
        Statement::new("SELECT id FROM jobs WHERE due_at IS NOT NULL AND workspace_id = ");
    same.bind(workspace)
        .push(" AND kind = ")
        .bind(job.kind)
        .push(" AND dedupe_key = ")
        .bind(job.dedupe_key);
    let found = conn.row(&same, |row| row.id(0))?;
    // The other one may have ended between the two statements: the caller's transaction is then tried again.
    found.ok_or_else(|| conn.overtaken())
}

/// A job by its id.
pub fn find(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Job>, StoreError> {
    let mut statement = Statement::new(format!("SELECT {COLUMNS} FROM jobs WHERE workspace_id = "));
    statement.bind(workspace).push(" AND id = ").bind(id);
    conn.row(&statement, Job::read)
}

/// Which jobs are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those of one person.
    pub created_by: Option<Uuid>,
    /// Only those that stand here.
    pub states: Vec<State>,
    /// Only those of a kind.
    pub kind: Option<String>,
    /// Those before this one.
    pub before: Option<Uuid>,
}

/// Jobs from the newest on.
pub fn list(
    conn: &mut Conn,
    workspace: Uuid,
    wanted: &Wanted,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let mut statement = Statement::new(format!("SELECT {COLUMNS} FROM jobs WHERE workspace_id = "));
    statement.bind(workspace);
    if let Some(person) = wanted.created_by {
        statement.push(" AND created_by = ").bind(person);
    }
    if !wanted.states.is_empty() {
        statement
            .push(" AND state IN (")
            .bind_all(wanted.states.iter().map(|state| state.code()))
            .push(")");
    }
    if let Some(kind) = &wanted.kind {
        statement.push(" AND kind = ").bind(kind.as_str());
    }
    if let Some(before) = wanted.before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    conn.rows(&statement, Job::read)
}

/// Asks a job to stop; `false` when it has ended already or is not there.
///
/// A worker ends it: at once if it waits, before its next chunk if it runs. So its handler is told in every case.
pub fn cancel(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<bool, StoreError> {
    let now = now(conn)?;
    let mut statement = Statement::new("UPDATE jobs SET cancel_requested = ");
    statement.bind(true);
    statement
        .push(", due_at = CASE WHEN state = 'ready' THEN ")
        .bind(now);
    statement
        .push(" ELSE due_at END WHERE due_at IS NOT NULL AND workspace_id = ")
        .bind(workspace);
    statement.push(" AND id = ").bind(id);
    Ok(conn.execute(&statement)? == 1)
}
