//! What becomes of uploaded files, and what their jobs say of themselves in the end.

use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use relasi_persistence::Statement;
use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{bodies::id, integrity};

const FILE: &str = "Name,Email\nSiti,siti@kopi.example\nMalee,nothing\n";

/// An uploaded file and the paths of what belongs to it.
struct Upload {
    at: String,
    file: PathBuf,
    rejected: PathBuf,
}

impl Upload {
    #[track_caller]
    fn of(app: &TestApp, text: &str) -> Self {
        let path = "imports?file_name=people.csv";
        let import = app
            .client()
            .send(Method::POST, path, &[], text.as_bytes())
            .ok(201);
        let workspace = app.client().get("workspace").ok(200);
        let file = folder(app).join(id(&workspace)).join(id(&import));
        Self {
            at: format!("imports/{}", id(&import)),
            rejected: file.with_extension("rejected"),
            file,
        }
    }

    /// Starts a job and waits for its end; the job and the import.
    #[track_caller]
    fn done(&self, app: &TestApp, verb: &str) -> (Value, Value) {
        let path = format!("{}/{verb}", self.at);
        let started = app.client().post(&path, &json!({})).ok(202);
        let job = app.finished(started["job_id"].as_str().unwrap());
        (job, app.client().get(&self.at).ok(200))
    }

    /// The rows that were rejected.
    fn rows(&self, app: &TestApp) -> String {
        let reply = app.client().get(&format!("{}/rejected", self.at));
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.text()
    }

    fn there(&self) -> (bool, bool) {
        (self.file.exists(), self.rejected.exists())
    }
}

fn folder(app: &TestApp) -> PathBuf {
    app.at.settings.data_dir.join("files")
}

#[track_caller]
fn until(what: &str, condition: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_mins(1);
    while !condition() {
        assert!(Instant::now() < limit, "{what}");
        sleep(Duration::from_millis(10));
    }
}

/// The server looks after its files when it starts. A file that it has to remove tells that it has done so.
#[track_caller]
fn restarted(app: &mut TestApp) {
    let orphan = orphan(app, Duration::from_hours(48));
    app.crash_and_restart();
    until("nobody looked after the files", || !orphan.exists());
}

/// A file of this age that no import knows. It comes last in its folder and its folder last of all.
fn orphan(app: &TestApp, age: Duration) -> PathBuf {
    let folder = folder(app).join(uuid::Uuid::now_v7().to_string());
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(uuid::Uuid::now_v7().to_string());
    let file = fs::File::create(&path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
    path
}

on_both! {
    fn an_upload_stays_until_it_has_run(app: TestApp) {
        let mut app = app;
        let (waits, runs, undone) = (Upload::of(&app, FILE), Upload::of(&app, FILE), Upload::of(&app, "Name\nBudi\n"));
        waits.done(&app, "check");
        assert_eq!(runs.done(&app, "run").1["state"], "done");
        assert_eq!(undone.done(&app, "run").1["counts"]["created"], 1);
        assert_eq!(undone.done(&app, "undo").1["state"], "undone");
        let rows = runs.rows(&app);
        assert!(rows.contains("Malee,nothing"), "{rows}");
        restarted(&mut app);
        until("uploads that have run stay", || !runs.file.exists() && !undone.file.exists());
        assert_eq!((waits.there(), runs.there()), ((true, true), (false, true)));
        assert_eq!(runs.rows(&app), rows, "what an error file needs is kept");
        let taken_back = runs.done(&app, "undo").1;
        assert_eq!(taken_back["state"], "undone", "an undo does without: {taken_back}");
        assert_eq!(waits.done(&app, "run").1["state"], "done");
        app.client().post(&format!("{}/run", runs.at), &json!({})).problem(409, "import_finished");
    }

    fn after_thirty_days_nothing_is_left(app: TestApp) {
        let mut app = app;
        let (waits, runs) = (Upload::of(&app, FILE), Upload::of(&app, FILE));
        waits.done(&app, "check");
        runs.done(&app, "run");
        for (days, left) in [(29, true), (2, false)] {
            app.at.kill();
            let database = integrity::open(&app.at.settings);
            let aged = format!("UPDATE imports SET updated_at = updated_at - {days} * 86400000000");
            database.across().write_blocking(move |conn| conn.execute(&Statement::new(aged.clone()))).unwrap();
            drop(database);
            restarted(&mut app);
            until("the files are as they should be", || (waits.there(), runs.there()) == ((left, left), (false, left)));
            if left {
                assert!(runs.rows(&app).contains("Malee,nothing"));
            }
        }
        for verb in ["check", "run"] {
            app.client().post(&format!("{}/{verb}", waits.at), &json!({})).problem(409, "import_expired");
        }
        let change = app.client().json(Method::PATCH, &waits.at, &[], &json!({"mapping": []}));
        change.problem(409, "import_expired");
        for gone in [&waits, &runs] {
            for (language, word) in [("en", "30 days"), ("id", "30 hari"), ("th", "30 วัน")] {
                let client = app.client().in_language(language);
                let problem = client.get(&format!("{}/rejected", gone.at)).problem(409, "import_expired");
                assert!(problem["title"].as_str().unwrap().contains(word), "{problem}");
            }
        }
        assert_eq!(runs.done(&app, "undo").1["state"], "undone");
    }

    fn uploads_without_an_import_go_after_a_day(app: TestApp) {
        let mut app = app;
        let (old, fresh) = (orphan(&app, Duration::from_hours(25)), orphan(&app, Duration::from_hours(23)));
        let stranger = folder(&app).join("README.txt");
        fs::write(&stranger, "not ours").unwrap();
        let beside = old.with_file_name("notes.txt");
        fs::write(&beside, "not ours").unwrap();
        restarted(&mut app);
        until("an old file without an import stays", || !old.exists());
        assert!(fresh.exists() && stranger.exists() && beside.exists());
    }

    fn a_job_that_has_ended_shows_all_its_rows(app: TestApp) {
        let mut text = "Name\n".to_owned();
        for n in 0..5_000 {
            let _ = writeln!(text, "Orang {n}");
        }
        let upload = Upload::of(&app, &text);
        let all = json!({"done": 5_000, "total": 5_000});
        assert_eq!(upload.done(&app, "check").0["progress"], all);
        assert_eq!(upload.done(&app, "run").0["progress"], all);
        // What somebody has trashed in between is not there to be taken back.
        let people = app.client().list("contacts", &[("limit", "3")]).ok(200);
        for person in people["items"].as_array().unwrap() {
            app.client().delete(&format!("contacts/{}", id(person)), 1).ok(204);
        }
        let (job, _) = upload.done(&app, "undo");
        assert_eq!(job["progress"], json!({"done": 4_997, "total": 4_997}), "{job}");
    }
}
