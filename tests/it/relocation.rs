//! `relasi move`: everything into the other kind of database.

use relasi_persistence::{Database, Options, Statement};
use relasi_tests::{Backend, Empty, Member, Settings, Start as _, TestApp, on_both, postgres};
use serde_json::json;

use crate::{
    bodies::{id, make},
    command_line::refused,
    doors::archive::{fill, seen, texts, versioned_file},
    integrity,
};

/// The same data folder with a database of the other kind, and what keeps that database.
fn other(app: &TestApp) -> (Settings, Option<postgres::Database>) {
    let mut settings = app.at.settings.clone();
    if app.at.backend == Backend::Sqlite {
        let database = postgres::empty_database();
        settings.database_url = Some(database.url.clone());
        return (settings, Some(database));
    }
    settings.database_url = None;
    (settings, None)
}

/// How the other database is named on the command line.
fn address(settings: &Settings) -> String {
    let file = settings.data_dir.join("relasi.db");
    let url = settings.database_url.clone();
    url.unwrap_or_else(|| format!("sqlite:{}", file.display()))
}

on_both! {
    fn everything_moves_and_work_goes_on_there(app: TestApp) {
        let mut app = app;
        fill(&app);
        let client = app.client();
        let hook = json!({"url": "https://example.com/hook"});
        let hook = client.post("webhook-endpoints", &hook).ok(201);
        let objects = ["contacts", "companies", "deals", "activities"];
        let before = objects.map(|plural| seen(client, plural));
        let files = versioned_file(client);
        let token = client.token.clone().unwrap();
        app.at.terminate();
        let (there, _database) = other(&app);
        let said = app.at.settings.run(&["move", "--to", &address(&there)]);
        assert!(said.contains(" contacts\n") && said.contains(" sessions\n"), "{said}");
        assert!(said.contains("each compared with the one it came from"), "{said}");

        let broken = integrity::broken(&integrity::open(&there));
        assert_eq!(broken, [""; 0]);
        let server = there.serve();
        // Nobody is signed out, and passwords are the same.
        let client = server.client().with_token(&token);
        assert_eq!(objects.map(|plural| seen(&client, plural)), before);
        Member::sign_in(&server.client(), &app.owner.email);
        assert_eq!(texts(&client, &files), ["tiga", "dua\ndua"]);
        let found = client.list("search", &[("q", "ใจดี")]).ok(200);
        assert!(!found["items"].as_array().unwrap().is_empty(), "search knows them: {found}");
        // The secret of the webhook can still be read: a new one can be made beside it.
        assert_eq!(client.get(&format!("webhook-endpoints/{}", id(&hook))).ok(200)["url"], hook["url"]);
        make(&client, "contact");
        let first = &before[0][0];
        client.patch(&format!("contacts/{}", id(first)), first["version"].as_i64().unwrap(), &json!({"city": "Medan"})).ok(200);
        assert_eq!(server.terminate().code(), Some(0));

        // Once there, it is not overwritten.
        let again = refused(&app.at.settings, &["move", "--to", &address(&there)]);
        assert!(again.contains("the new database is in use already"), "{again}");
    }

    fn what_cannot_be_moved_is_left_as_it_is(app: TestApp) {
        let mut app = app;
        let own = address(&app.at.settings);
        app.at.terminate();
        let beside = app.at.folder().join("beside.db");
        let same_kind = postgres::empty_database();
        let to = if app.at.backend == Backend::Sqlite { format!("sqlite:{}", beside.display()) } else { same_kind.url.clone() };
        let said = refused(&app.at.settings, &["move", "--to", &to]);
        assert!(said.contains("both databases are of one kind"), "{said}");
        let itself = refused(&app.at.settings, &["move", "--to", &own]);
        assert!(itself.contains("relasi: "), "{itself}");
        let nowhere = refused(&app.at.settings, &["move", "--to", "mysql://there"]);
        assert!(nowhere.contains("databases of the kind mysql are not known"), "{nowhere}");
        app.crash_and_restart();
        make(app.client(), "contact");
    }
}

/// A database that changes what is written into it.
#[test]
fn a_row_that_arrives_otherwise_is_told() {
    let mut app = TestApp::start(Backend::Postgres);
    let tag = make(app.client(), "tag");
    app.at.terminate();
    let (there, _) = other(&app);
    let file = there.data_dir.join("relasi.db");
    there.run(&["migrate"]);
    let database = Database::open(&file.to_string_lossy(), &Options::default()).unwrap();
    let meddle = "CREATE TRIGGER meddle AFTER INSERT ON tags BEGIN UPDATE tags SET version = 7 WHERE id = NEW.id; END";
    database
        .across()
        .write_blocking(move |conn| conn.execute(&Statement::new(meddle)))
        .unwrap();
    drop(database);
    let said = refused(&app.at.settings, &["move", "--to", &address(&there)]);
    assert!(
        said.contains("tags")
            && said.contains(&id(&tag))
            && said.contains("is not there as it was"),
        "{said}"
    );
}

#[test]
fn a_server_that_runs_keeps_its_file() {
    let app = Empty::start(Backend::Sqlite);
    let database = postgres::empty_database();
    let said = refused(&app.settings, &["move", "--to", &database.url]);
    assert!(said.contains("another process"), "{said}");
}
