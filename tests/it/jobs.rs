//! The job queue on both databases: nothing lost, nothing twice, nobody starved.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use relasi_app::platform::jobs::{
    self, Backoff, Ending, Handler, Job, JobContext, JobError, NewJob, Options, Registry, State, Step, Wake, Worker,
};
use relasi_persistence::{Conn, Database, Statement, StoreError, migrate};
use relasi_tests::{Backend, Start, on_both, postgres};
use serde_json::{Value, json};
use uuid::Uuid;

/// A migrated database with two workspaces and no server.
struct Queue {
    database: Database,
    workspaces: [Uuid; 2],
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
        let workspaces = [Uuid::now_v7(), Uuid::now_v7()];
        for id in workspaces {
            write(&database, move |conn| {
                let mut statement = Statement::new(
                    "INSERT INTO workspaces (id, version, created_at, updated_at, name, language, currency, time_zone) VALUES (",
                );
                statement.bind(id).push(", 1, 0, 0, 'Kopi', 'id', 'IDR', 'Asia/Jakarta')");
                conn.execute(&statement)
            });
        }
        Self {
            database,
            workspaces,
            wake: Wake::default(),
            _server: server,
            _folder: folder,
        }
    }
}

fn write<T: Send + 'static>(
    database: &Database,
    work: impl Fn(&mut Conn) -> Result<T, StoreError> + Send + 'static,
) -> T {
    database.write_blocking(work).unwrap()
}

impl Queue {
    fn put(&self, workspace: usize, job: NewJob) -> Uuid {
        let id = self.workspaces[workspace];
        let job = write(&self.database, move |conn| jobs::enqueue(conn, id, job.clone()));
        self.wake.ring();
        job
    }

    fn job(&self, workspace: usize, id: Uuid) -> Job {
        let workspace = self.workspaces[workspace];
        self.database.read_blocking(|conn| jobs::find(conn, workspace, id)).unwrap().unwrap()
    }

    fn cancel(&self, id: Uuid) -> bool {
        let workspace = self.workspaces[0];
        let asked = write(&self.database, move |conn| jobs::cancel(conn, workspace, id));
        self.wake.ring();
        asked
    }

    fn work(&self, registry: Registry, options: Options) -> Worker {
        Worker::start(self.database.clone(), registry, self.wake.clone(), options).unwrap()
    }

    /// Waits for the end of a job.
    fn ended(&self, id: Uuid) -> Job {
        until(|| self.job(0, id).state.is_final());
        self.job(0, id)
    }

    fn execute(&self, sql: &'static str) {
        write(&self.database, move |conn| conn.execute(&Statement::new(sql)));
    }

    /// Words that chunks of jobs have written.
    fn words(&self) -> Vec<String> {
        let all = Statement::new("SELECT queue FROM job_lanes WHERE queue LIKE 'word%' ORDER BY queue");
        self.database.read_blocking(|conn| conn.rows(&all, |row| row.text(0))).unwrap()
    }
}

fn until(mut done: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < limit, "it does not come to an end");
        sleep(Duration::from_millis(5));
    }
}

fn quick() -> Options {
    Options {
        lease: Duration::from_millis(900),
        poll: Duration::from_millis(50),
        ..Options::default()
    }
}

fn new(kind: &'static str, payload: Value) -> NewJob {
    NewJob::new(kind, "default", payload)
}

type Body = Box<dyn Fn(&mut JobContext) -> Result<Value, JobError> + Send + Sync>;

/// A handler made of a closure; it notes every ending.
struct Does {
    kind: &'static str,
    body: Body,
    endings: Arc<Mutex<Vec<(Uuid, State)>>>,
}

impl Does {
    fn new(
        kind: &'static str,
        body: impl Fn(&mut JobContext) -> Result<Value, JobError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            body: Box::new(body),
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

    fn ended(&self, _conn: &mut Conn, job: &Job, ending: &Ending) -> Result<(), relasi_app::Refusal> {
        self.endings.lock().unwrap().push((job.id, ending.state));
        Ok(())
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            first: Duration::from_millis(5),
            cap: Duration::from_millis(20),
        }
    }
}

/// One chunk whose effect is a row, and whose checkpoint is the number of chunks so far.
fn say(context: &mut JobContext, number: i64) -> Result<(), JobError> {
    let workspace = context.job().workspace_id;
    context.chunk(move |conn| {
        let mut insert = Statement::new("INSERT INTO job_lanes (workspace_id, queue, served_at) VALUES (");
        insert.bind(workspace).push(", ").bind(format!("word{number:03}")).push(", 0)");
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
fn ten_words(context: &mut JobContext) -> Result<Value, JobError> {
    let first = context.checkpoint::<i64>()?.unwrap_or(0);
    for number in first..10 {
        say(context, number)?;
    }
    Ok(json!({"from": first}))
}

on_both! {
    fn every_job_is_done_once_with_its_result(queue: Queue) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let does = Does::new("echo", move |context| {
            noted.lock().unwrap().push(context.job().id);
            context.payload()
        });
        let ids: BTreeSet<Uuid> = (0..60).map(|n| queue.put(n % 2, new("echo", json!({"n": n})))).collect();
        let endings = Arc::clone(&does.endings);
        let worker = queue.work(Registry::default().with(does), Options { threads: 4, ..quick() });
        until(|| endings.lock().unwrap().len() == 60);
        let seen = seen.lock().unwrap().clone();
        assert_eq!(seen.len(), 60);
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), ids);
        let first = queue.job(0, *ids.first().unwrap());
        assert_eq!((first.state, first.result, first.attempts), (State::Done, Some(json!({"n": 0})), 1));
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn a_job_that_was_rolled_back_never_was(queue: Queue) {
        let workspace = queue.workspaces[0];
        let failed: Result<(), StoreError> = queue.database.write_blocking(move |conn| {
            jobs::enqueue(conn, workspace, new("echo", json!(null)))?;
            Err(StoreError::NotFound)
        });
        assert_eq!(failed, Err(StoreError::NotFound));
        let left = queue.database.read_blocking(|conn| jobs::list(conn, workspace, None, None, 10)).unwrap();
        assert!(left.is_empty());
    }

    fn one_unfinished_job_per_dedupe_key(queue: Queue) {
        let job = NewJob { dedupe_key: Some("a".into()), ..new("echo", json!(1)) };
        let first = queue.put(0, job.clone());
        assert_eq!(queue.put(0, job.clone()), first);
        assert_ne!(queue.put(1, job.clone()), first);
        assert_ne!(queue.put(0, NewJob { dedupe_key: Some("b".into()), ..job.clone() }), first);
        let worker = queue.work(Registry::default().with(Does::new("echo", |context| context.payload())), quick());
        queue.ended(first);
        assert_ne!(queue.put(0, job), first);
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn a_job_that_panics_or_fails_is_tried_again_and_then_dead(queue: Queue) {
        let tries = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&tries);
        let registry = Registry::default()
            .with(Does::new("panics", move |_| {
                count.fetch_add(1, Ordering::Relaxed);
                panic!("poison")
            }))
            .with(Does::new("refuses", |_| Err(JobError::Failed("file_missing"))))
            .with(Does::new("recovers", |context| match context.job().attempts {
                3 => Ok(json!("third time lucky")),
                _ => Err(StoreError::Busy.into()),
            }));
        let worker = queue.work(registry, quick());
        let poison = queue.put(0, NewJob { max_attempts: 3, ..new("panics", json!(null)) });
        let refuses = queue.put(0, new("refuses", json!(null)));
        let recovers = queue.put(0, new("recovers", json!(null)));
        let unknown = queue.put(0, new("nobody_knows", json!(null)));
        let told = |id| {
            let job = queue.ended(id);
            (job.state, job.last_error)
        };
        assert_eq!(told(poison), (State::Dead, Some("panicked".into())));
        assert_eq!(tries.load(Ordering::Relaxed), 3);
        assert_eq!(told(refuses), (State::Failed, Some("file_missing".into())));
        assert_eq!(told(recovers), (State::Done, None));
        assert_eq!(told(unknown), (State::Failed, Some("unknown_kind".into())));
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn a_silent_worker_loses_its_job_and_can_write_no_more(queue: Queue) {
        let id = queue.put(0, new("words", json!(null)));
        let lease = Duration::from_millis(200);
        let (lost, _) = write(&queue.database, move |conn| jobs::claim(conn, lease, 1)).unwrap();
        let nothing = write(&queue.database, move |conn| jobs::claim(conn, lease, 1));
        assert!(nothing.is_none(), "a lease is held by one");
        sleep(lease);
        let (taken, again) = write(&queue.database, move |conn| jobs::claim(conn, lease, 1)).unwrap();
        assert_eq!((taken.job_id, again.attempts), (id, 2));
        assert_ne!(taken.token, lost.token);
    }

    fn a_chunk_of_a_worker_whose_lease_went_on_has_no_effect(queue: Queue) {
        let stolen = AtomicBool::new(false);
        let does = Does::new("words", move |context| {
            if stolen.swap(true, Ordering::Relaxed) {
                return ten_words(context);
            }
            say(context, 0)?;
            // As if this process had been silent for longer than its lease, and another had come.
            let id = context.job().id;
            context.database().write_blocking(move |conn| {
                let mut steal = Statement::new("UPDATE jobs SET lease_token = 'another', due_at = 1 WHERE id = ");
                steal.bind(id);
                conn.execute(&steal)
            })?;
            say(context, 1)?;
            Ok(json!("written without a lease"))
        });
        let worker = queue.work(Registry::default().with(does), quick());
        let id = queue.put(0, new("words", json!(null)));
        assert_eq!(queue.ended(id).result, Some(json!({"from": 1})));
        assert_eq!(queue.words().len(), 10);
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn a_stopped_worker_gives_its_job_back_and_another_goes_on(queue: Queue) {
        let slow = |context: &mut JobContext| {
            let first = context.checkpoint::<i64>()?.unwrap_or(0);
            for number in first..10 {
                say(context, number)?;
                sleep(Duration::from_millis(20));
            }
            Ok(json!({"from": first}))
        };
        let id = queue.put(0, new("words", json!(null)));
        let worker = queue.work(Registry::default().with(Does::new("words", slow)), quick());
        until(|| queue.job(0, id).progress_done >= 2);
        assert!(worker.stop(Duration::from_secs(5)));
        let between = queue.job(0, id);
        assert_eq!((between.state, between.attempts), (State::Ready, 0));
        assert!(between.progress_done < 10);
        let worker = queue.work(Registry::default().with(Does::new("words", ten_words)), quick());
        let done = queue.ended(id);
        assert_eq!(done.result, Some(json!({"from": between.progress_done})));
        assert_eq!(queue.words().len(), 10);
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn a_long_job_keeps_its_lease(queue: Queue) {
        let runs = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&runs);
        let does = Does::new("long", move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(1500));
            Ok(json!(null))
        });
        let options = Options { lease: Duration::from_millis(600), threads: 3, ..quick() };
        let worker = queue.work(Registry::default().with(does), options);
        let id = queue.put(0, new("long", json!(null)));
        assert_eq!(queue.ended(id).state, State::Done);
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn cancelling_stops_before_the_next_chunk_or_before_the_start(queue: Queue) {
        let does = Does::new("words", |context| {
            (0..10).try_for_each(|number| {
                say(context, number)?;
                sleep(Duration::from_millis(30));
                Ok::<_, JobError>(())
            })?;
            Ok(json!(null))
        });
        let endings = Arc::clone(&does.endings);
        let worker = queue.work(Registry::default().with(does), Options { threads: 1, ..quick() });
        let running = queue.put(0, new("words", json!(null)));
        let waiting = queue.put(0, new("words", json!(null)));
        until(|| queue.job(0, running).progress_done >= 2);
        assert!(queue.cancel(running));
        let at = queue.job(0, running).progress_done;
        assert!(queue.cancel(waiting));
        assert_eq!(queue.ended(running).state, State::Cancelled);
        assert!(queue.job(0, running).progress_done <= at + 1);
        assert_eq!(queue.ended(waiting).state, State::Cancelled);
        assert!(queue.job(0, waiting).progress_done == 0);
        assert!(!queue.cancel(running), "it has ended");
        until(|| endings.lock().unwrap().len() == 2);
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn a_big_backlog_of_one_workspace_does_not_starve_another(queue: Queue) {
        let order = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&order);
        for _ in 0..200 {
            queue.put(0, new("echo", json!(null)));
        }
        let small = queue.put(1, new("echo", json!(null)));
        let does = Does::new("echo", move |context| {
            noted.lock().unwrap().push(context.job().id);
            Ok(json!(null))
        });
        let worker = queue.work(Registry::default().with(does), quick());
        until(|| order.lock().unwrap().contains(&small));
        let place = order.lock().unwrap().iter().position(|id| *id == small).unwrap();
        assert!(place <= 3, "it came at place {place}");
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn a_later_job_waits_for_its_time(queue: Queue) {
        let id = queue.put(0, NewJob { run_at: Some("2999-01-01T00:00:00Z".parse().unwrap()), ..new("echo", json!(7)) });
        let worker = queue.work(Registry::default().with(Does::new("echo", |context| context.payload())), quick());
        sleep(Duration::from_millis(200));
        assert_eq!(queue.job(0, id).state, State::Ready);
        queue.execute("UPDATE jobs SET due_at = 1");
        assert_eq!(queue.ended(id).state, State::Done);
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn done_jobs_are_kept_for_a_week_and_dead_ones_longer(queue: Queue) {
        let registry = Registry::default()
            .with(Does::new("echo", |context| context.payload()))
            .with(Does::new("refuses", |_| Err(JobError::Failed("file_missing"))));
        let worker = queue.work(registry.clone(), quick());
        let (done, failed) = (queue.put(0, new("echo", json!(1))), queue.put(0, new("refuses", json!(1))));
        queue.ended(done);
        queue.ended(failed);
        assert!(worker.stop(Duration::from_secs(5)));
        // Eight days pass.
        queue.execute("UPDATE jobs SET finished_at = finished_at - 691200000000");
        let worker = queue.work(registry, quick());
        let workspace = queue.workspaces[0];
        let left = || queue.database.read_blocking(|conn| jobs::list(conn, workspace, None, None, 10)).unwrap();
        until(|| left().len() == 1);
        assert_eq!(left()[0].id, failed);
        assert!(worker.stop(Duration::from_secs(5)));
    }
}
