//! `relasi <command>`.

use std::{
    io::Write as _,
    process::{Output, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use relasi_persistence::Statement;
use relasi_tests::{Backend, Empty, Member, Method, Settings, Start as _, TestApp, on_both};
use serde_json::json;

use crate::integrity;

/// Runs a command that reads a line; its output.
pub(crate) fn told(settings: &Settings, arguments: &[&str], line: &str) -> Output {
    let mut command = settings.command(arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(line.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// What a command says when it refuses.
#[track_caller]
pub(crate) fn refused(settings: &Settings, arguments: &[&str]) -> String {
    let output = settings.command(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{arguments:?} succeeded");
    assert!(
        said.contains("relasi: ") && !said.contains("panicked"),
        "{said}"
    );
    said
}

/// Changes the database of a server that does not run.
fn execute(settings: &Settings, sql: &str) {
    let sql = sql.to_owned();
    let database = integrity::open(settings);
    database
        .across()
        .write_blocking(move |conn| conn.execute(Statement::new(sql.as_str()).uncached()))
        .unwrap();
}

on_both! {
    fn users_are_added_and_get_new_passwords(app: TestApp) {
        let mut app = app;
        app.at.kill();
        let add = ["user", "add", "nok@kopi.example", "--name", "Nok", "--role", "manager"];
        let short = told(&app.at.settings, &add, "short\n");
        let said = String::from_utf8_lossy(&short.stderr);
        assert!(!short.status.success() && said.contains("characters"), "the rules for passwords hold here, too: {said}");
        let added = told(&app.at.settings, &add, "hujan bulan juni sore\n");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let again = told(&app.at.settings, &add, "hujan bulan juni sore\n");
        assert_eq!(again.stdout, added.stdout, "the same person");
        app.crash_and_restart();
        let sign_in = |password: &str| app.anonymous().post("sessions", &json!({"email": "nok@kopi.example", "password": password}));
        let session = sign_in("hujan bulan juni sore").ok(200);
        assert_eq!(session["role"], "manager");
        app.at.kill();
        let reset = told(&app.at.settings, &["user", "reset-password", "nok@kopi.example"], "angin dari laut timur\n");
        assert!(reset.status.success(), "{}", String::from_utf8_lossy(&reset.stderr));
        app.crash_and_restart();
        let sign_in = |password: &str| app.anonymous().post("sessions", &json!({"email": "nok@kopi.example", "password": password}));
        sign_in("hujan bulan juni sore").problem(401, "wrong_credentials");
        sign_in("angin dari laut timur").ok(200);
        let before = app.anonymous().with_token(session["access_token"].as_str().unwrap());
        assert_eq!(before.get("me").status, 401, "earlier sessions have ended");
        app.at.kill();
        let unknown = refused(&app.at.settings, &["user", "deactivate", "nobody@kopi.example"]);
        assert!(unknown.contains("nobody has the address nobody@kopi.example"), "{unknown}");
    }

    fn workspaces_are_added_for_people_with_and_without_an_account(app: TestApp) {
        let mut app = app;
        let settings = app.at.settings.clone();
        let add = |name: &'static str, owner: &str, rest: &[&str], password: &str| {
            let place = ["--currency", "THB", "--time-zone", "Asia/Bangkok", "--language", "th"];
            let arguments = [&["workspace", "add", name, "--owner", owner], &place[..], rest].concat();
            told(&settings, &arguments, password)
        };
        app.at.kill();
        let own = add("Gudang", &app.owner.email, &[], "");
        assert!(own.status.success(), "{}", String::from_utf8_lossy(&own.stderr));
        let id = String::from_utf8(own.stdout).unwrap();
        app.crash_and_restart();
        let switched = app.client().post("sessions/switch", &json!({"workspace_id": id.trim()})).ok(200);
        assert_eq!((&switched["workspace"]["name"], &switched["role"]), (&json!("Gudang"), &json!("owner")));
        let there = app.anonymous().with_token(switched["access_token"].as_str().unwrap());
        assert!(!there.get("pipelines").ok(200)["items"].as_array().unwrap().is_empty(), "furnished");
        assert_eq!(there.get("contacts").ok(200)["items"], json!([]));

        app.at.kill();
        let nameless = add("Thai Silk", "malee@silk.example", &[], "ผ้าไหมสวยที่สุดในโลก\n");
        assert!(!nameless.status.success() && String::from_utf8_lossy(&nameless.stderr).contains("full_name"));
        let malee = add("Thai Silk", "malee@silk.example", &["--owner-name", "Malee Suk"], "ผ้าไหมสวยที่สุดในโลก\n");
        assert!(malee.status.success(), "{}", String::from_utf8_lossy(&malee.stderr));
        app.crash_and_restart();
        let session = app.anonymous().post("sessions", &json!({"email": "malee@silk.example", "password": "ผ้าไหมสวยที่สุดในโลก"})).ok(200);
        assert_eq!(session["workspace"]["name"], "Thai Silk");
    }

    fn the_demonstration_is_full_and_comes_once(app: Empty) {
        let mut app = app;
        app.kill();
        let said = app.settings.run(&["demo"]);
        let (email, password) = said.trim().strip_prefix("Sign in as ").unwrap().split_once(" with the password: ").unwrap();
        assert_eq!(app.settings.run(&["demo"]), said, "again, without harm");
        app.restart();
        let session = app.client().post("sessions", &json!({"email": email, "password": password})).ok(200);
        let client = app.client().with_token(session["access_token"].as_str().unwrap());
        assert_eq!(client.get("sample-data").ok(200)["present"], true);
        assert!(client.get("deals/count").ok(200)["count"].as_i64() > Some(50));
    }

    fn damage_is_looked_for_while_the_server_runs(app: TestApp) {
        assert_eq!(app.at.settings.run(&["check"]), "No damage found.\n");
        app.client().get("contacts").ok(200);
    }

    fn a_database_from_the_future_is_left_alone(app: TestApp) {
        let mut app = app;
        app.at.kill();
        execute(&app.at.settings, "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
        for command in [&["serve"][..], &["migrate"], &["user", "list"]] {
            let said = refused(&app.at.settings, command);
            assert!(said.contains("newer version") && said.contains("9999"), "{said}");
        }
    }

    fn a_copy_made_while_others_write_is_of_one_moment(app: TestApp) {
        let (done, written) = (AtomicBool::new(false), AtomicUsize::new(0));
        let file = app.at.folder().join("copies/one.backup");
        std::thread::scope(|scope| {
            for lane in 0..3 {
                let (app, done, written) = (&app, &done, &written);
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        app.client().create("contacts", &json!({"full_name": format!("Malee {lane}"), "emails": []}));
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            while written.load(Ordering::Relaxed) < 20 {
                std::thread::yield_now();
            }
            let before = i64::try_from(written.load(Ordering::Relaxed)).unwrap();
            app.at.settings.run(&["backup", &file.to_string_lossy()]);
            done.store(true, Ordering::Relaxed);
            let said = refused(&app.at.settings, &["backup", &file.to_string_lossy()]);
            assert!(said.contains("exists already"), "{said}");
            if app.at.backend == Backend::Sqlite {
                let mut copy = app.at.settings.clone();
                copy.data_dir = app.at.folder().join("copy");
                std::fs::create_dir_all(&copy.data_dir).unwrap();
                std::fs::copy(&file, copy.data_dir.join("relasi.db")).unwrap();
                let database = integrity::open(&copy);
                assert_eq!(integrity::broken(&database), Vec::<String>::new());
                assert!(integrity::number(&database, "SELECT count(*) FROM contacts") >= before);
                drop(database);
                let server = copy.serve();
                Member::sign_in(&server.client(), &app.owner.email).client.create("contacts", &json!({"full_name": "Goes on"}));
            }
        });
        let default = app.at.settings.run(&["backup"]);
        assert!(std::path::Path::new(default.trim()).is_file(), "{default}");
    }
}

#[test]
fn before_a_migration_the_file_is_copied() {
    let mut app = TestApp::start(Backend::Sqlite);
    app.client()
        .create("contacts", &json!({"full_name": "From before"}));
    app.at.kill();
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite");
    let mut all: Vec<String> = std::fs::read_dir(migrations)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    all.sort();
    let version = |name: &str| name.split('_').next().unwrap().to_owned();
    let [.., before, newest] = &all[..] else {
        panic!("{all:?}");
    };
    let down = std::fs::read_to_string(format!("{migrations}/{newest}/down.sql")).unwrap();
    for statement in down.split(';').filter(|text| !text.trim().is_empty()) {
        execute(&app.at.settings, statement);
    }
    execute(
        &app.at.settings,
        &format!(
            "DELETE FROM __diesel_schema_migrations WHERE version = '{}'",
            version(newest)
        ),
    );
    let said = refused(&app.at.settings, &["serve", "--no-migrate"]);
    assert!(said.contains("relasi migrate"), "{said}");
    let folder = app.at.settings.data_dir.clone();
    let copies = || -> Vec<_> {
        let entries = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries
            .filter(|path| path.to_string_lossy().ends_with(".backup"))
            .collect()
    };
    assert!(copies().is_empty());
    app.at.settings.run(&["migrate"]);
    let made = copies();
    assert!(
        made.len() == 1
            && made[0]
                .to_string_lossy()
                .contains(&format!("relasi.db.{}-", version(before))),
        "{made:?}"
    );
    app.at.settings.run(&["migrate"]);
    assert_eq!(copies(), made, "no copy without need");

    let mut copy = app.at.settings.clone();
    copy.data_dir = app.at.folder().join("old");
    std::fs::create_dir_all(&copy.data_dir).unwrap();
    std::fs::copy(&made[0], copy.data_dir.join("relasi.db")).unwrap();
    let database = integrity::open(&copy);
    assert_eq!(
        integrity::number(
            &database,
            "SELECT count(*) FROM contacts WHERE full_name = 'From before'"
        ),
        1
    );
    assert_eq!(
        integrity::number(
            &database,
            &format!(
                "SELECT count(*) FROM __diesel_schema_migrations WHERE version = '{}'",
                version(newest)
            )
        ),
        0,
        "it is the old schema"
    );
    drop(database);
    app.crash_and_restart();
    assert_eq!(
        app.client().get("contacts").ok(200)["items"][0]["full_name"],
        "From before"
    );
}

#[test]
fn the_file_of_a_running_server_is_nobody_elses() {
    let app = Empty::start(Backend::Sqlite);
    for command in [&["migrate"][..], &["demo"], &["user", "list"]] {
        let said = refused(&app.settings, command);
        assert!(
            said.contains("another process has") && said.contains("relasi.db"),
            "{said}"
        );
    }
    assert_eq!(
        app.client().send(Method::GET, "/readyz", &[], &[]).status,
        200
    );
}
