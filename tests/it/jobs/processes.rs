//! Workers that are killed or told to end, as processes of the operating system.

use std::{
    fmt::Write as _,
    thread::sleep,
    time::{Duration, Instant},
};

use super::queue::until;
use relasi_tests::{Backend, Empty, Method, TestApp, free_port, on_both};
use serde_json::{Value, json};

use crate::bodies::id;

/// Contacts that a job changes.
const MANY: usize = 1_500;

/// Makes many contacts by an import; its job.
fn fill(app: &TestApp) {
    let mut file = "Name,City\n".to_owned();
    for n in 0..MANY {
        let _ = writeln!(file, "Siti {n},Bandung");
    }
    let headers = [("content-type", "application/octet-stream")];
    let path = "imports?object=contact&file_name=many.csv";
    let import = app
        .client()
        .send(Method::POST, path, &headers, file.as_bytes())
        .ok(201);
    let ran = app
        .client()
        .post(&format!("imports/{}/run", id(&import)), &json!({}))
        .ok(202);
    assert_eq!(
        app.finished(ran["job_id"].as_str().unwrap())["state"],
        "done"
    );
}

/// Gives all contacts another city; the job.
fn moved(app: &TestApp, city: &str) -> String {
    let order = json!({
        "object": "contact", "action": "edit", "parameters": {"changes": {"city": city}},
        "target": {"filter": "full_name ~ Siti"},
    });
    let begun = app.client().post("bulk-operations", &order).ok(202);
    begun["job_id"].as_str().unwrap().to_owned()
}

fn job(app: &TestApp, id: &str) -> Value {
    app.client().get(&format!("jobs/{id}")).ok(200)
}

/// Waits until a job is somewhere in its middle.
fn in_the_middle(app: &TestApp, id: &str) {
    until(|| {
        let job = job(app, id);
        assert!(
            matches!(job["state"].as_str(), Some("ready" | "running")),
            "too quick to be killed: {job}"
        );
        job["progress"]["done"].as_i64().unwrap() > 0
    });
}

/// Each contact was changed once by each of so many jobs, and no more.
#[track_caller]
fn changed_once_each(app: &TestApp, times: i64, city: &str) {
    let count = |filter: &str| {
        let found = app
            .client()
            .list("contacts/count", &[("filter", filter)])
            .ok(200);
        found["count"].as_u64().unwrap()
    };
    assert_eq!(count(&format!("city = \"{city}\"")), MANY as u64);
    let all = app.client().all(
        "contacts",
        &[("limit", "200"), ("filter", "full_name ~ Siti")],
        "version",
    );
    assert_eq!(all.len(), MANY);
    assert!(
        all.iter().all(|version| *version == json!(1 + times)),
        "an effect came twice"
    );
}

on_both! {
    fn j1_j2_j3_whoever_is_killed_every_change_is_made_once(app: TestApp) {
        let mut app = app;
        fill(&app);
        let id = moved(&app, "Jakarta");
        in_the_middle(&app, &id);
        app.at.kill();
        if app.at.backend == Backend::Postgres {
            // Others wait until the lease has run out.
            app.at.settings.environment.push(("RELASI_JOB_LEASE".into(), "3".into()));
            let database = crate::integrity::open(&app.at.settings);
            let expired = relasi_persistence::Statement::new("UPDATE jobs SET due_at = 1 WHERE state = 'running'");
            database.across().write_blocking(move |conn| conn.execute(&expired)).unwrap();
        }
        app.crash_and_restart();
        assert_eq!(app.finished(&id)["state"], "done");
        changed_once_each(&app, 1, "Jakarta");
    }
}

/// J1, J2, J3 with processes of their own: one worker is killed with a job in hand, the other one takes it over.
#[test]
fn j1_j2_j3_a_killed_worker_is_replaced_by_another() {
    let settings = [
        ("RELASI_ROLE", "api"),
        ("RELASI_JOB_LEASE", "3"),
        ("RELASI_JOBS", "1"),
    ];
    let app = TestApp::with(Backend::Postgres, &settings);
    let first = app.at.settings.work();
    fill(&app);
    let mut workers = vec![first];
    for (round, city) in ["Jakarta", "Surabaya"].into_iter().enumerate() {
        let id = moved(&app, city);
        in_the_middle(&app, &id);
        // The one that has it is the only one; another one comes.
        workers.pop().unwrap().kill();
        let killed = job(&app, &id);
        assert_eq!(killed["state"], "running", "its lease is still there");
        workers.push(app.at.settings.work());
        let ended = app.finished(&id);
        assert_eq!(ended["state"], "done", "{ended}");
        changed_once_each(&app, i64::try_from(round).unwrap() + 1, city);
    }
}

/// D6: a worker that is told to end gives its job back and ends well; the other one goes on at once.
#[test]
fn d6_a_worker_that_is_told_to_end_gives_its_job_back() {
    let app = TestApp::with(
        Backend::Postgres,
        &[("RELASI_ROLE", "api"), ("RELASI_JOBS", "1")],
    );
    let first = app.at.settings.work();
    fill(&app);
    let id = moved(&app, "Medan");
    in_the_middle(&app, &id);
    let told = Instant::now();
    assert_eq!(first.terminate().code(), Some(0));
    assert!(
        told.elapsed() <= Duration::from_secs(25),
        "{:?}",
        told.elapsed()
    );
    let between = job(&app, &id);
    assert_eq!(
        (&between["state"], &between["attempts"]),
        (&json!("ready"), &json!(0)),
        "{between}"
    );
    let _second = app.at.settings.work();
    assert_eq!(app.finished(&id)["state"], "done");
    changed_once_each(&app, 1, "Medan");
}

/// Without a worker jobs wait; with one they are counted.
#[test]
fn a_worker_tells_what_waits_and_that_it_lives() {
    let app = TestApp::with(Backend::Postgres, &[("RELASI_ROLE", "api")]);
    let export = json!({"object": "contact", "action": "export", "target": {"q": "Siti"}});
    let begun = app.client().post("bulk-operations", &export).ok(202);
    let id = begun["job_id"].as_str().unwrap().to_owned();
    sleep(Duration::from_millis(1500));
    assert_eq!(
        job(&app, &id)["state"],
        "ready",
        "a server of the API does no jobs"
    );
    app.client()
        .post("background-work/pause", &json!({"scope": "all"}))
        .ok(200);
    let mut settings = app.at.settings.clone();
    let address = format!("127.0.0.1:{}", free_port());
    let metrics = ("RELASI_METRICS_LISTEN".to_owned(), address.clone());
    settings.environment.push(metrics);
    let worker = settings.work();
    let client = relasi_tests::Client::new(&format!("http://{address}"));
    until(|| client.get("/livez").status == 200);
    let text = || client.get("/metrics").text();
    until(|| text().contains("relasi_jobs_ready{queue=\"bulk\"} 1"));
    assert!(text().contains("relasi_jobs_oldest_ready_seconds{queue=\"bulk\"}"));
    assert!(text().contains("relasi_jobs_dead 0"));
    app.client()
        .post("background-work/resume", &json!({"scope": "all"}))
        .ok(200);
    assert_eq!(app.finished(&id)["state"], "done");
    assert_eq!(worker.terminate().code(), Some(0));
}

#[test]
fn one_process_holds_a_sqlite_file() {
    let empty = Empty::with(Backend::Sqlite, &[]);
    for (command, role) in [("worker", "all"), ("serve", "api"), ("serve", "worker")] {
        let output = empty
            .settings
            .command(&[command])
            .env("RELASI_ROLE", role)
            .output()
            .unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("needs PostgreSQL (DATABASE_URL)"), "{said}");
    }
}
