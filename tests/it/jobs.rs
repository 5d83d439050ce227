//! The job queue on both databases: nothing lost, nothing twice, nobody starved.

mod control;
mod processes;
pub(crate) mod queue;
mod rates;
mod schedules;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::sleep,
    time::Duration,
};

use queue::{Does, Queue, new, quick, say, ten_words, until, write};
use relasi_app::platform::jobs::{
    self, JobContext, JobError, Limits, NewJob, Options, Registry, State, Wanted,
};
use relasi_persistence::{Statement, StoreError};
use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

/// A schedule of the workspace, once it is there.
#[track_caller]
pub(crate) fn schedule(app: &TestApp, name: &str) -> Value {
    let find = || {
        let all = app.client().get("job-schedules").ok(200)["items"].clone();
        let found = all
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == name);
        found.cloned()
    };
    until(|| find().is_some());
    find().unwrap()
}

/// Does now what comes again; the job when it has ended.
#[track_caller]
pub(crate) fn run_schedule(app: &TestApp, name: &str) -> Value {
    let at = format!(
        "job-schedules/{}/run",
        crate::bodies::id(&schedule(app, name))
    );
    let job = app.client().post(&at, &json!({})).ok(202);
    app.finished(&crate::bodies::id(&job))
}

on_both! {
    fn j1_every_job_is_done_once_with_its_result(queue: Queue) {
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

    fn j1_a_job_that_was_rolled_back_never_was(queue: Queue) {
        let workspace = queue.workspaces[0];
        let failed: Result<(), StoreError> = queue.database.within(workspace).write_blocking(move |conn| {
            jobs::enqueue(conn, workspace, new("echo", json!(null)))?;
            Err(StoreError::NotFound)
        });
        assert_eq!(failed, Err(StoreError::NotFound));
        let left = queue.database.within(workspace).read_blocking(|conn| jobs::list(conn, workspace, &Wanted::default(), 10)).unwrap();
        assert!(left.is_empty());
    }

    fn j2_one_unfinished_job_per_dedupe_key(queue: Queue) {
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

    fn j8_a_job_that_panics_or_fails_is_tried_again_and_then_dead(queue: Queue) {
        let tries = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&tries);
        let registry = Registry::default()
            .with(Does::new("panics", move |_| {
                count.fetch_add(1, Ordering::Relaxed);
                panic!("poison")
            }))
            .with(Does::new("echoes", |context| context.payload()))
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
        let behind = queue.put(0, new("echoes", json!(7)));
        let told = |id| {
            let job = queue.ended(id);
            (job.state, job.last_error)
        };
        assert_eq!(told(poison), (State::Dead, Some("panicked".into())));
        assert_eq!(tries.load(Ordering::Relaxed), 3);
        assert_eq!(told(refuses), (State::Failed, Some("file_missing".into())));
        assert_eq!(told(recovers), (State::Done, None));
        assert_eq!(told(unknown), (State::Failed, Some("unknown_kind".into())));
        assert_eq!(told(behind), (State::Done, None), "nobody is held up");
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn j3_a_silent_worker_loses_its_job(queue: Queue) {
        let id = queue.put(0, new("words", json!(null)));
        let lease = Duration::from_millis(200);
        let claim = || write(&queue.database, move |conn| jobs::claim(conn, lease, &Limits::default())).jobs();
        let lost = claim().remove(0).lease;
        assert!(claim().is_empty(), "a lease is held by one");
        sleep(lease);
        let taken = claim().remove(0);
        assert_eq!((taken.lease.job_id, taken.job.attempts), (id, 2));
        assert_ne!(taken.lease.token, lost.token);
    }

    fn j3_a_chunk_of_a_worker_whose_lease_went_on_has_no_effect(queue: Queue) {
        let stolen = AtomicBool::new(false);
        let does = Does::new("words", move |context| {
            if stolen.swap(true, Ordering::Relaxed) {
                return ten_words(context);
            }
            say(context, 0)?;
            // As if this process had been silent for longer than its lease, and another had come.
            let id = context.job().id;
            context.database().across().write_blocking(move |conn| {
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

    fn d6_a_stopped_worker_gives_its_job_back_and_another_goes_on(queue: Queue) {
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

    fn j3_a_long_job_keeps_its_lease(queue: Queue) {
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

    fn j6_cancelling_stops_before_the_next_chunk_or_before_the_start(queue: Queue) {
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

    fn a_job_that_has_ended_shows_what_was_done(queue: Queue) {
        let counts = |context: &mut JobContext, to: i64| {
            (1..=to).try_for_each(|done| context.progress(done * 10, 1000))?;
            Ok::<_, JobError>(json!(null))
        };
        let registry = Registry::default()
            .with(Does::new("counts", move |context| counts(context, 100)))
            .with(Does::new("finds_less", move |context| counts(context, 70)))
            .with(Does::new("fails", move |context| {
                counts(context, 30)?;
                Err(JobError::Failed("file_missing"))
            }))
            .with(Does::new("stops", move |context| {
                counts(context, 40)?;
                Err(JobError::Cancelled)
            }))
            .with(Does::new("panics", move |context| {
                counts(context, 20)?;
                panic!("poison")
            }))
            .with(Does::new("words", |context| {
                say(context, 0)?;
                say(context, 1)?;
                Ok(json!(null))
            }))
            .with(Does::new("silent", |_| Ok(json!(null))));
        let worker = queue.work(registry, quick());
        for (kind, expected) in [
            ("counts", (1000, 1000)), ("finds_less", (700, 700)), ("fails", (300, 1000)), ("stops", (400, 1000)),
            ("panics", (200, 1000)), ("words", (2, 2)), ("silent", (0, 0)),
        ] {
            let id = queue.put(0, NewJob { max_attempts: 1, ..new(kind, json!(null)) });
            let job = queue.ended(id);
            assert_eq!((job.progress_done, job.progress_total), expected, "{kind}");
        }
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn j4_a_big_backlog_of_one_workspace_does_not_starve_others(queue: Queue) {
        let order = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&order);
        let big = queue.workspaces[0];
        write(&queue.database, move |conn| {
            (0..3_000).try_for_each(|_| jobs::enqueue(conn, big, new("echo", json!(null))).map(drop))
        });
        let small: BTreeSet<Uuid> = (1..12).flat_map(|n| [n; 5]).map(|n| queue.put(n, new("echo", json!(null)))).collect();
        let does = Does::new("echo", move |context| {
            noted.lock().unwrap().push(context.job().id);
            Ok(json!(null))
        });
        let worker = queue.work(Registry::default().with(does), Options { threads: 1, ..quick() });
        let all_small = |order: &[Uuid]| order.iter().filter(|id| small.contains(id)).count() == small.len();
        until(|| all_small(&order.lock().unwrap()));
        assert!(worker.stop(Duration::from_secs(5)));
        let order = order.lock().unwrap().clone();
        let last = order.iter().rposition(|id| small.contains(id)).unwrap();
        // Eleven lanes with five jobs each, and the big one gets its ten like everybody.
        assert!(last < 11 * 5 + 3 * 10, "the last one came at place {last}");
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
        let left = || queue.database.within(workspace).read_blocking(|conn| jobs::list(conn, workspace, &Wanted::default(), 10)).unwrap();
        until(|| left().len() == 1);
        assert_eq!(left()[0].id, failed);
        assert!(worker.stop(Duration::from_secs(5)));
    }
}
