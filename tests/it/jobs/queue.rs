//! A queue without a server, and handlers made of closures.

use std::{
    sync::{Arc, Mutex},
    thread::sleep,
    time::{Duration, Instant},
};

use relasi_app::platform::jobs::{
    self, Backoff, Ending, Handler, Job, JobContext, JobError, NewJob, Options, Registry, State,
    Step, Wake, Worker,
};
use relasi_persistence::{Conn, Database, Statement, StoreError, migrate};
use relasi_tests::{Backend, Start, postgres};
use serde_json::{Value, json};
use uuid::Uuid;

/// A migrated database with workspaces and no server.
pub(super) struct Queue {
    pub(super) database: Database,
    pub(super) workspaces: Vec<Uuid>,
    wake: Wake,
    _server: Option<postgres::Database>,
    _folder: tempfile::TempDir,
}

impl Start for Queue {
    fn start(backend: Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = (backend == Backend::Postgres).then(postgres::empty_database);
        let file = folder.path().join("relasi.db").display().to_string();
        let address = server.as_ref().map_or(file, |server| server.url.clone());
        let database = Database::open(&address, &relasi_persistence::Options::default()).unwrap();
        migrate::run(&database).unwrap();
        let workspaces = (0..12).map(|_| found(&database)).collect();
        Self {
            database,
            workspaces,
            wake: Wake::default(),
            _server: server,
            _folder: folder,
        }
    }
}

/// Makes a workspace with one member, whose id is that of the workspace.
fn found(database: &Database) -> Uuid {
    let id = Uuid::now_v7();
    write(database, move |conn| {
        let mut statement = Statement::new(
            "INSERT INTO workspaces (id, version, created_at, updated_at, name, language, currency, time_zone) VALUES (",
        );
        statement
            .bind(id)
            .push(", 1, 0, 0, 'Kopi', 'id', 'IDR', 'Asia/Jakarta')");
        conn.execute(&statement)
    });
    id
}

pub(super) fn write<T: Send + 'static>(
    database: &Database,
    work: impl Fn(&mut Conn) -> Result<T, StoreError> + Send + 'static,
) -> T {
    database.across().write_blocking(work).unwrap()
}

impl Queue {
    pub(super) fn put(&self, workspace: usize, job: NewJob) -> Uuid {
        let id = self.workspaces[workspace];
        let job = write(&self.database, move |conn| {
            jobs::enqueue(conn, id, job.clone())
        });
        self.wake.ring();
        job
    }

    pub(super) fn job(&self, workspace: usize, id: Uuid) -> Job {
        let workspace = self.workspaces[workspace];
        self.database
            .within(workspace)
            .read_blocking(|conn| jobs::find(conn, workspace, id))
            .unwrap()
            .unwrap()
    }

    pub(super) fn cancel(&self, id: Uuid) -> bool {
        let workspace = self.workspaces[0];
        let asked = write(&self.database, move |conn| {
            jobs::cancel(conn, workspace, id)
        });
        self.wake.ring();
        asked
    }

    pub(super) fn work(&self, registry: Registry, options: Options) -> Worker {
        Worker::start(self.database.clone(), registry, self.wake.clone(), options).unwrap()
    }

    /// Waits for the end of a job.
    pub(super) fn ended(&self, id: Uuid) -> Job {
        until(|| self.job(0, id).state.is_final());
        self.job(0, id)
    }

    pub(super) fn execute(&self, sql: &'static str) {
        write(&self.database, move |conn| {
            conn.execute(&Statement::new(sql))
        });
    }

    /// Words that chunks of jobs have written.
    pub(super) fn words(&self) -> Vec<String> {
        let all =
            Statement::new("SELECT queue FROM job_lanes WHERE queue LIKE 'word%' ORDER BY queue");
        self.database
            .across()
            .read_blocking(|conn| conn.rows(&all, |row| row.text(0)))
            .unwrap()
    }
}

pub(crate) fn until(mut done: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < limit, "it does not come to an end");
        sleep(Duration::from_millis(5));
    }
}

pub(super) fn quick() -> Options {
    Options {
        lease: Duration::from_millis(900),
        poll: Duration::from_millis(50),
        ..Options::default()
    }
}

pub(super) fn new(kind: &'static str, payload: Value) -> NewJob {
    NewJob::new(kind, "default", payload)
}

pub(super) type Body = Box<dyn Fn(&mut JobContext) -> Result<Value, JobError> + Send + Sync>;

/// A handler made of a closure; it notes every ending.
pub(super) struct Does {
    kind: &'static str,
    body: Body,
    pub(super) at_once: Option<i64>,
    pub(super) endings: Arc<Mutex<Vec<(Uuid, State)>>>,
}

impl Does {
    pub(super) fn new(
        kind: &'static str,
        body: impl Fn(&mut JobContext) -> Result<Value, JobError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            body: Box::new(body),
            at_once: None,
            endings: Arc::default(),
        }
    }
}

impl Handler for Does {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn run(&self, context: &mut JobContext) -> Result<Value, JobError> {
        (self.body)(context)
    }

    fn ended(
        &self,
        _conn: &mut Conn,
        job: &Job,
        ending: &Ending,
    ) -> Result<(), relasi_app::Refusal> {
        self.endings.lock().unwrap().push((job.id, ending.state));
        Ok(())
    }

    fn at_once(&self) -> Option<i64> {
        self.at_once
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            first: Duration::from_millis(5),
            cap: Duration::from_millis(20),
        }
    }
}

/// One chunk whose effect is a row, and whose checkpoint is the number of chunks so far.
pub(super) fn say(context: &mut JobContext, number: i64) -> Result<(), JobError> {
    let workspace = context.job().workspace_id;
    context.chunk(move |conn| {
        let mut insert =
            Statement::new("INSERT INTO job_lanes (workspace_id, queue, served_at) VALUES (");
        insert
            .bind(workspace)
            .push(", ")
            .bind(format!("word{number:03}"))
            .push(", 0)");
        conn.execute(&insert)?;
        Ok(Step {
            value: (),
            checkpoint: json!(number + 1),
            done: number + 1,
            total: 10,
        })
    })
}

/// Says ten words, from the checkpoint on.
pub(super) fn ten_words(context: &mut JobContext) -> Result<Value, JobError> {
    let first = context.checkpoint::<i64>()?.unwrap_or(0);
    for number in first..10 {
        say(context, number)?;
    }
    Ok(json!({"from": first}))
}
