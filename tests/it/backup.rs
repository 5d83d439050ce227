//! Copies of a database in use can be put back.

use std::collections::BTreeMap;
use std::process::Command;

use relasi_tests::{
    Backend, Client, Empty, Member, Server, Start as _, TestApp, free_port, on_both, postgres,
};
use serde_json::{Value, json};

/// What must be equal after a copy was put back.
fn contents(client: &Client) -> BTreeMap<&'static str, Vec<Value>> {
    [
        "contacts",
        "companies",
        "activities",
        "deals",
        "stages",
        "tags",
    ]
    .into_iter()
    .map(|plural| (plural, client.all(plural, &[("limit", "200")], "id")))
    .collect()
}

/// A server on what the backup holds.
fn restored(app: &TestApp, file: &std::path::Path) -> (Server, Option<postgres::Database>) {
    let mut settings = app.at.settings.clone();
    settings.data_dir = app.at.folder().join("restored");
    std::fs::create_dir_all(&settings.data_dir).unwrap();
    if app.at.backend == Backend::Sqlite {
        std::fs::copy(file, settings.data_dir.join("relasi.db")).unwrap();
        return (settings.serve(), None);
    }
    let database = postgres::empty_database();
    database.restore(file);
    settings.database_url = Some(database.url.clone());
    (settings.serve(), Some(database))
}

on_both! {
    fn a_backup_of_a_busy_server_is_whole(app: TestApp) {
        let client = app.client();
        for n in 0..30 {
            client.create("contacts", &json!({"full_name": format!("Malee {n}"), "city": "เชียงใหม่"}));
        }
        let before = contents(client);
        let file = app.at.folder().join("copy");
        app.at.settings.run(&["backup", &file.to_string_lossy()]);
        // What comes after the copy is not in it.
        client.create("contacts", &json!({"full_name": "Too late"}));

        let (server, _database) = restored(&app, &file);
        let owner = Member::sign_in(&server.client(), &app.owner.email);
        assert_eq!(contents(&owner.client), before);
        let found = owner.client.list("search", &[("q", "malee 7")]).ok(200);
        assert_eq!(found["items"][0]["title"], "Malee 7");
        // The search and the sums of the copy work on, too.
        owner.client.create("contacts", &json!({"full_name": "Malee 100"}));
        assert_eq!(owner.client.list("search", &[("q", "malee 100")]).ok(200)["items"].as_array().unwrap().len(), 1);
    }

    fn the_command_line_gives_access_and_takes_it(app: TestApp) {
        let mut app = app;
        let member = app.member("member");
        app.at.kill();
        let listed = app.at.settings.run(&["user", "list"]);
        assert!(listed.contains(&app.owner.email) && listed.contains(&member.email), "{listed}");
        app.at.settings.run(&["user", "deactivate", &member.email]);
        app.crash_and_restart();
        let body = json!({"email": member.email, "password": relasi_tests::PASSWORD});
        app.anonymous().post("sessions", &body).problem(401, "wrong_credentials");
    }
}

#[test]
fn one_process_holds_a_sqlite_file() {
    let app = Empty::start(Backend::Sqlite);
    let listen = format!("127.0.0.1:{}", free_port());
    let second = app
        .settings
        .command(&["serve", "--listen", &listen])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(
        !second.status.success() && said.contains("another process"),
        "{said}"
    );
    assert_eq!(app.client().get("/readyz").status, 200);
}

#[test]
fn metrics_have_an_address_of_their_own() {
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let app = TestApp::with(Backend::Sqlite, &[("RELASI_METRICS_LISTEN", &address)]);
    app.client().get("contacts").ok(200);
    let text = Client::new(&format!("http://{address}"))
        .get("/metrics")
        .text();
    let route =
        "http_request_seconds_count{method=\"GET\",route=\"/api/v1/contacts\",status=\"200\"} 1";
    assert!(text.contains(route), "{text}");
    assert!(!text.contains(&app.owner.email), "metrics name nobody");
    assert_eq!(
        app.anonymous()
            .get("/metrics")
            .header("content-type")
            .split(';')
            .next(),
        Some("text/html")
    );
}

#[test]
fn every_setting_explains_itself() {
    for arguments in [
        ["--help"].as_slice(),
        &["serve", "--help"],
        &["user", "add", "--help"],
    ] {
        let output = Command::new(relasi_tests::program())
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success()
                && text.contains("RELASI_DATA_DIR")
                && text.contains("DATABASE_URL"),
            "{text}"
        );
    }
}
