//! Caps, pauses, and jobs that were given up.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::sleep,
    time::Duration,
};

use super::queue::{Does, Queue, new, quick, say, until};
use relasi_app::platform::jobs::{self, JobError, Limits, NewJob, Options, Registry, State};
use relasi_persistence::Statement;
use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{bodies::id, integrity};

/// How many are at work, and the most that ever were.
#[derive(Default)]
struct AtWork {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl AtWork {
    fn does(self: &Arc<Self>, kind: &'static str) -> Does {
        let here = Arc::clone(self);
        Does::new(kind, move |_| {
            let now = here.now.fetch_add(1, Ordering::SeqCst) + 1;
            here.most.fetch_max(now, Ordering::SeqCst);
            sleep(Duration::from_millis(30));
            here.now.fetch_sub(1, Ordering::SeqCst);
            Ok(json!(null))
        })
    }
}

fn pause_sql(scope: &str, name: &str) -> String {
    format!(
        "INSERT INTO job_pauses (workspace_id, scope, name, paused_at, paused_by) SELECT id, '{scope}', '{name}', 0, 'x' FROM workspaces"
    )
}

on_both! {
    fn no_more_of_a_workspace_or_kind_run_than_may(queue: Queue) {
        for (per_workspace, cap, expected) in [(2, None, 2), (8, Some(1), 1), (8, Some(3), 3)] {
            let at_work = Arc::new(AtWork::default());
            let mut does = at_work.does("counted");
            does.at_once = cap;
            let registry = Registry::default().with(does);
            let options = Options { threads: 3, per_lane: 8, per_workspace, ..quick() };
            let workers = [(); 2].map(|()| queue.work(registry.clone(), options));
            let queues = ["a", "b", "c", "d"];
            let ids: Vec<_> = (0..24).map(|n| queue.put(0, NewJob::new("counted", queues[n % 4], json!(n)))).collect();
            for id in ids {
                assert_eq!(queue.ended(id).state, State::Done);
            }
            for worker in workers {
                assert!(worker.stop(Duration::from_secs(5)));
            }
            let most = at_work.most.load(Ordering::SeqCst);
            assert!(most <= expected, "{most} at a time, not {expected}");
        }
    }

    fn a_taker_gets_ten_jobs_of_one_lane_and_those_tried_before_alone(queue: Queue) {
        for _ in 0..25 {
            queue.put(0, new("echo", json!(null)));
        }
        queue.put(1, new("echo", json!(null)));
        let lease = Duration::from_millis(1500);
        let claim = || {
            let limits = Limits { per_lane: 9, per_workspace: 9, ..Limits::default() };
            super::super::queue::write(&queue.database, move |conn| jobs::claim(conn, lease, &limits)).jobs()
        };
        let mut sizes: Vec<usize> = (0..4).map(|_| claim().len()).collect();
        // Neither lane was ever served: either may be the first.
        sizes[..2].sort_unstable();
        assert_eq!(sizes, [1, 10, 10, 5]);
        sleep(lease);
        assert_eq!(claim().len(), 1, "one of them may have killed its worker");
    }

    fn what_is_not_begun_in_time_is_given_back_to_its_place(queue: Queue) {
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let noted = Arc::clone(&order);
        let does = Does::new("slow", move |context| {
            noted.lock().unwrap().push(context.job().id);
            sleep(Duration::from_millis(300));
            Ok(json!(null))
        });
        let ids: Vec<_> = (0..4).map(|_| queue.put(0, new("slow", json!(null)))).collect();
        let worker = queue.work(Registry::default().with(does), Options { threads: 1, ..quick() });
        for &id in &ids {
            let job = queue.ended(id);
            assert_eq!((job.state, job.attempts), (State::Done, 1));
        }
        assert_eq!(*order.lock().unwrap(), ids);
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn j6_a_pause_stops_before_the_next_chunk_and_begins_nothing(queue: Queue) {
        let chunks = |context: &mut jobs::JobContext| {
            let first = context.checkpoint::<i64>()?.unwrap_or(0);
            (first..40).try_for_each(|number| {
                say(context, number)?;
                sleep(Duration::from_millis(20));
                Ok::<_, JobError>(())
            })?;
            Ok(json!({"from": first}))
        };
        let registry = Registry::default().with(Does::new("words", chunks)).with(Does::new("echo", |context| context.payload()));
        let worker = queue.work(registry, quick());
        for (scope, name) in [("kind", "words"), ("queue", "default"), ("all", "")] {
            queue.execute("DELETE FROM job_lanes WHERE queue LIKE 'word%'");
            let running = queue.put(0, new("words", json!(null)));
            until(|| queue.job(0, running).progress_done >= 2);
            queue.execute(Box::leak(pause_sql(scope, name).into_boxed_str()));
            let at = queue.job(0, running).progress_done;
            until(|| queue.job(0, running).state == State::Ready);
            let stopped = queue.job(0, running);
            assert!(stopped.progress_done <= at + 1, "{scope}: {} after {at}", stopped.progress_done);
            assert_eq!(stopped.attempts, 0, "that was no try");
            let other = queue.put(0, new("echo", json!(1)));
            if scope == "kind" {
                assert_eq!(queue.ended(other).state, State::Done, "others go on");
            }
            // Who waits may be stopped all the same.
            let waiting = queue.put(0, new("words", json!(null)));
            assert!(queue.cancel(waiting));
            assert_eq!(queue.ended(waiting).state, State::Cancelled);
            assert_eq!(queue.job(0, running).state, State::Ready, "it waits");
            queue.execute("DELETE FROM job_pauses");
            assert_eq!(queue.ended(running).result, Some(json!({"from": stopped.progress_done})));
            assert_eq!(queue.ended(other).state, State::Done);
        }
        assert!(worker.stop(Duration::from_secs(5)));
    }

    fn j8_dead_jobs_of_imports_are_seen_put_in_again_and_dropped(app: TestApp) {
        let mut app = app;
        let imports: Vec<Value> = (0..3).map(|n| uploaded(&app, n)).collect();
        still(&app, "pause", "import.run");
        let job_ids: Vec<String> = imports.iter().map(|import| {
            let ran = app.client().post(&format!("imports/{}/run", id(import)), &json!({})).ok(202);
            ran["job_id"].as_str().unwrap().to_owned()
        }).collect();
        let away: Vec<(PathBuf, PathBuf)> = imports.iter().map(|import| hidden(&app.at.settings.data_dir, &id(import))).collect();
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        database.across().write_blocking(|conn| conn.execute(&Statement::new("UPDATE jobs SET attempts = max_attempts - 1 WHERE kind = 'import.run'"))).unwrap();
        drop(database);
        app.crash_and_restart();
        assert_eq!(work_of(&app, "import.run")["ready"], 3, "paused, whoever comes");
        still(&app, "resume", "import.run");
        for job in &job_ids {
            let ended = app.finished(job);
            assert_eq!((&ended["state"], &ended["error"]), (&json!("dead"), &json!("internal")), "{ended}");
        }
        assert_eq!(work_of(&app, "import.run")["dead"], 3);
        let dead = app.client().get("jobs?state=dead&kind=import.run").ok(200)["items"].clone();
        assert_eq!(dead.as_array().unwrap().len(), 3);
        assert_eq!(app.client().get(&format!("imports/{}", id(&imports[0]))).ok(200)["state"], "failed");

        for (from, to) in away {
            std::fs::rename(to, from).unwrap();
        }
        let [first, second, third] = &job_ids[..] else { unreachable!() };
        let again = app.client().post(&format!("jobs/{first}/requeue"), &json!({})).ok(200);
        assert_eq!(again["attempts"], 0);
        assert_eq!(app.finished(first)["state"], "done");
        let import = app.client().get(&format!("imports/{}", id(&imports[0]))).ok(200);
        assert_eq!((&import["state"], &import["counts"]["created"]), (&json!("done"), &json!(2)));
        app.client().post(&format!("jobs/{first}/requeue"), &json!({})).problem(409, "job_not_given_up");
        assert_eq!(app.client().post(&format!("jobs/{second}/drop"), &json!({})).status, 204);
        app.client().get(&format!("jobs/{second}")).problem(404, "not_found");
        let all = app.client().post("background-work/requeue", &json!({"kind": "import.run"})).ok(200);
        assert_eq!(all, json!({"requeued": 1, "kept": 0, "more": false}));
        assert_eq!(app.finished(third)["state"], "done");

        let log = app.client().get("audit-entries?object=job").ok(200)["items"].clone();
        let told = |items: &Value| -> Vec<String> { items.as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap().to_owned()).collect() };
        assert_eq!(told(&log), ["dropped", "requeued"]);
        let log = app.client().get("audit-entries?object=background_work").ok(200)["items"].clone();
        assert_eq!(told(&log), ["requeued", "resumed", "paused"]);
    }

    fn pausing_is_for_those_who_look_after_the_workspace(app: TestApp) {
        let member = app.member("manager");
        member.client.get("background-work").problem(403, "forbidden");
        member.client.post("background-work/pause", &json!({"scope": "all"})).problem(403, "forbidden");
        let client = app.client();
        assert_eq!(client.post("background-work/pause", &json!({"scope": "all", "name": "x"})).faults(), ["/name not_job_name"]);
        assert_eq!(client.post("background-work/pause", &json!({"scope": "kind"})).faults(), ["/name not_job_name"]);
        let paused = client.post("background-work/pause", &json!({"scope": "all"})).ok(200);
        assert_eq!(paused["paused"], true);
        assert_eq!(client.post("background-work/pause", &json!({"scope": "all"})).ok(200), paused, "twice is once");
        assert_eq!(client.post("background-work/resume", &json!({"scope": "all"})).ok(200)["paused"], false);
        assert_eq!(client.get("jobs?state=gone").faults(), ["?state not_a_choice"]);
    }
}

fn still(app: &TestApp, verb: &str, kind: &str) {
    let body = json!({"scope": "kind", "name": kind});
    app.client()
        .post(&format!("background-work/{verb}"), &body)
        .ok(200);
}

fn work_of(app: &TestApp, kind: &str) -> Value {
    let work = app.client().get("background-work").ok(200);
    let kinds = work["kinds"].as_array().unwrap();
    kinds
        .iter()
        .find(|one| one["kind"] == kind)
        .unwrap()
        .clone()
}

fn uploaded(app: &TestApp, number: usize) -> Value {
    let file = format!("Name,City\nSiti {number},Bandung\nMalee {number},Chiang Mai\n");
    let path = format!("imports?object=contact&file_name=a{number}.csv");
    let import = app.client().send(
        Method::POST,
        &path,
        &[("content-type", "application/octet-stream")],
        file.as_bytes(),
    );
    import.ok(201)
}

/// Puts the file of an import where its job does not find it.
fn hidden(folder: &Path, import: &str) -> (PathBuf, PathBuf) {
    let mut folders = vec![folder.join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(import)
            {
                let away = folder_of(&path).join(format!("away-{import}"));
                std::fs::rename(&path, &away).unwrap();
                return (path, away);
            }
        }
    }
    panic!("the import has no file");
}

fn folder_of(path: &Path) -> PathBuf {
    // Beside the data, where nothing is cleared away.
    path.ancestors().nth(4).unwrap().to_path_buf()
}
