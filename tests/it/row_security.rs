//! PostgreSQL itself holds back what is of other workspaces, whatever a statement asks for.

use relasi_persistence::{Conn, Database, Options, Statement, StoreError, migrate};
use relasi_tests::{Backend, Client, Method, TestApp, postgres};
use serde_json::json;
use uuid::Uuid;

use crate::isolation::{SECRET, acceptable, all_of, second_workspace, secrets};

/// Searched by a trigram index that PostgreSQL does not use for what a policy guards; its rows are read together with
/// their records only.
const UNGUARDED: &str = "search_documents";

/// Every table with a workspace, with the column that says which, as the catalogue has them: partitions too.
const GUARDED: &str = "SELECT c.relname::text, CASE c.relname WHEN 'workspaces' THEN 'id' ELSE 'workspace_id' END, \
     c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) \
     FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') \
     AND (c.relname = 'workspaces' OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id')) \
     ORDER BY 1";

/// Name, column of the workspace, whether it is guarded.
fn tables(conn: &mut Conn) -> Vec<(String, String, bool)> {
    let read = conn.rows(&Statement::new(GUARDED), |row| {
        Ok((row.text(0)?, row.text(1)?, row.bool(2)?))
    });
    read.unwrap()
}

fn number(conn: &mut Conn, sql: &str) -> i64 {
    let read = conn.row(&Statement::new(sql.to_owned()), |row| row.int(0));
    read.unwrap_or_else(|error| panic!("{sql}: {error}"))
        .unwrap()
}

/// The first workspace full of things to keep to itself, and the id of another one.
fn two_workspaces() -> (TestApp, Uuid) {
    let mut app = TestApp::with(Backend::Postgres, &[]);
    let neighbour = second_workspace(&mut app);
    let other = neighbour.client.get("workspace").ok(200)["id"].clone();
    (app, other.as_str().unwrap().parse().unwrap())
}

fn open(app: &TestApp) -> Database {
    let address = app.at.settings.database_url.clone().unwrap();
    Database::open(&address, &Options::default()).unwrap()
}

#[test]
fn t3_every_table_with_a_workspace_is_guarded() {
    let server = postgres::empty_database();
    let database = Database::open(&server.url, &Options::default()).unwrap();
    migrate::run(&database).unwrap();
    let all = database
        .across()
        .read_blocking(|conn| Ok::<_, StoreError>(tables(conn)))
        .unwrap();
    assert!(all.len() > 80, "{} tables", all.len());
    for (table, _, guarded) in all {
        assert_eq!(guarded, table != UNGUARDED, "{table}");
    }
}

#[test]
fn t3_rows_of_others_are_neither_shown_nor_changed_nor_made() {
    let (app, other) = two_workspaces();
    secrets(&app);
    let database = open(&app);
    let own: Uuid = app.client().get("workspace").ok(200)["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let filled = database.across().read_blocking(|conn| {
        let mut filled = Vec::new();
        for (table, column, guarded) in tables(conn) {
            let rows = number(
                conn,
                &format!("SELECT count(*) FROM {table} WHERE {column} = '{own}'"),
            );
            if guarded && rows > 0 {
                let any = format!(
                    "SELECT to_jsonb(t)::text FROM {table} t WHERE {column} = '{own}' LIMIT 1"
                );
                let row = conn.row(&Statement::new(any), |row| row.text(0))?.unwrap();
                filled.push((table, column, row));
            }
        }
        Ok::<_, StoreError>(filled)
    });
    let filled = filled.unwrap();
    assert!(filled.len() > 50, "{} tables have rows", filled.len());
    for (table, column, row) in filled {
        let seen = format!("SELECT count(*) FROM {table} WHERE {column} = '{own}'");
        let there = |scoped: relasi_persistence::Scoped| {
            scoped
                .read_blocking(|conn| Ok::<_, StoreError>(number(conn, &seen)))
                .unwrap()
        };
        assert!(there(database.within(own)) > 0, "{table}: one's own");
        assert_eq!(there(database.within(other)), 0, "{table}: shown to others");
        assert_eq!(there(database.within(Uuid::nil())), 0, "{table}");
        let change = format!("UPDATE {table} SET {column} = {column} WHERE {column} = '{own}'");
        let changed = database.within(other).write_blocking(move |conn| {
            let touched = conn.execute(&Statement::new(change.clone()))?;
            Ok::<_, StoreError>(touched)
        });
        assert_eq!(changed.unwrap(), 0, "{table}: changed by others");
        let copy = format!(
            "INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, $row${row}$row$::jsonb)).*"
        );
        let made = database.within(other).write_blocking(move |conn| {
            conn.execute_batch(&copy)?;
            Ok::<_, StoreError>(())
        });
        let refused = made.expect_err("a row for others was taken").to_string();
        assert!(refused.contains("row-level security"), "{table}: {refused}");
    }
    // A statement that says nothing about whose rows it wants gets none.
    let silent = app.at.database().unwrap();
    let count = silent.sql("SET ROLE relasi; SELECT count(*) FROM contacts");
    assert_eq!(count.trim().lines().last(), Some("0"));
}

/// The second line by itself: PostgreSQL is told the neighbour's workspace while the program reads and writes the first one,
/// as if a statement of every operation had forgotten where it is.
#[test]
fn t3_with_the_filter_of_the_program_defeated_nothing_leaks() {
    let (app, other) = two_workspaces();
    let mut app = app;
    let ids = secrets(&app);
    let key = json!({"name": "Everything", "scopes": ["see", "add", "edit", "delete", "export", "settings"]});
    let key = app.client().post("api-keys", &key);
    let key = key.ok(201)["token"].as_str().unwrap().to_owned();
    let before = all_of(app.client());
    app.at.terminate();
    let pin = ("RELASI_TEST_SCOPE".to_owned(), other.to_string());
    app.at.settings.environment.push(pin);
    app.at.restart();
    let lost: Client = app.at.client().with_token(&key);
    let document = app.at.client().get("/api/openapi.json").ok(200);
    let (mut asked, mut empty) = (0, 0);
    for (path, operations) in document["paths"].as_object().unwrap() {
        if path.contains("{token}") {
            continue;
        }
        let part = path
            .trim_start_matches("/api/v1/")
            .split('/')
            .next()
            .unwrap();
        let at = match ids.get(part) {
            Some(secret) => path.replace("{id}", secret),
            None => path.clone(),
        };
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            // Streams have no end; what fields there are is known of who calls before there is a workspace to keep to.
            if at.ends_with("/stream") || at.ends_with("/schema") {
                continue;
            }
            let reply = if method == Method::GET {
                lost.get(&at)
            } else if path.contains("{id}") {
                // Some bodies name further records, which can't be made here.
                let needs_more = ["merge", "move", "reopen"]
                    .iter()
                    .any(|verb| path.ends_with(verb));
                let body = if method == Method::PUT || needs_more {
                    json!({})
                } else {
                    acceptable(&lost, &method, path)
                };
                lost.json(method, &at, &[("if-match", "\"1\"")], &body)
            } else {
                continue;
            };
            let said: String = reply.text().chars().take(600).collect();
            assert!(!reply.text().contains(SECRET), "{}: {said}", reply.request);
            if path.contains("{id}") {
                assert!(reply.status >= 400, "{}: {said}", reply.request);
            } else if reply.status == 200 && reply.text().contains("\"items\":[]") {
                empty += 1;
            }
            asked += 1;
        }
    }
    assert!(
        asked > 100 && empty > 10,
        "{asked} asked, {empty} empty lists"
    );
    app.at.terminate();
    app.at.settings.environment.pop();
    app.crash_and_restart();
    let after = all_of(app.client());
    for (path, before) in before.as_object().unwrap() {
        // Signing in again makes one more.
        if path != "sessions" {
            assert_eq!(&after[path], before, "{path} has changed");
        }
    }
}

#[test]
fn t3_a_role_that_sees_everything_is_refused() {
    let server = postgres::empty_database();
    let above = server.url.replace("//relasi@", "//postgres@");
    let database = Database::open(&above, &Options::default()).unwrap();
    let refused = migrate::run(&database).expect_err("a superuser was let in");
    assert!(refused.to_string().contains("BYPASSRLS"), "{refused}");
    drop(database);
    let database = Database::open(&server.url, &Options::default()).unwrap();
    migrate::run(&database).unwrap();
    let database = Database::open(&above, &Options::default()).unwrap();
    let refused = migrate::pending(&database).expect_err("a superuser was let in");
    assert!(refused.to_string().contains("BYPASSRLS"), "{refused}");
}
