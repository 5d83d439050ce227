//! Two nodes on one PostgreSQL, each with a worker; one is killed.

use std::{fmt::Write as _, thread};

use relasi_tests::{Backend, Start as _, TestApp};
use serde_json::json;

use super::steady::Book;
use crate::{
    bodies,
    import::{done, upload},
    integrity,
};

/// People in the import that is under way when its worker dies.
const ROWS: usize = 3_000;

#[test]
fn j1_d1_one_of_two_nodes_is_killed_and_the_other_goes_on() {
    let mut app = TestApp::start(Backend::Postgres);
    // Files of imports lie in the data folder, which nodes of one installation share.
    let second = app.at.settings.serve();
    let client = app.client().clone();
    let there = second.client().with_token(client.token.as_ref().unwrap());
    let book = Book::default();
    let job = import(&app);
    thread::scope(|scope| {
        for lane in 0..4 {
            let nodes = if lane % 2 == 0 {
                [client.clone(), there.clone()]
            } else {
                [there.clone(), client.clone()]
            };
            let book = &book;
            scope.spawn(move || book.write(&format!("Lane {lane}"), &nodes));
        }
        book.wait_for(100);
        second.kill();
        book.wait_for(200);
        book.end();
    });
    // Whoever had the import: it comes to its end, each row once.
    assert_eq!(app.finished(&job)["state"], "done");
    book.compare(&client);
    let of_file = client.list("contacts/count", &[("filter", "city = \"Bandung\"")]);
    assert_eq!(of_file.ok(200)["count"], json!(ROWS));
    app.at.terminate();
    assert_eq!(
        integrity::broken(&integrity::open(&app.at.settings)),
        [""; 0]
    );
}

/// Begins an import of [`ROWS`] people; its job.
fn import(app: &TestApp) -> String {
    let mut file = String::from("full_name,city\n");
    for n in 0..ROWS {
        writeln!(file, "Person {n},Bandung").unwrap();
    }
    let import = upload(app.client(), file.as_bytes()).ok(201);
    done(app, &import, "check");
    let path = format!("imports/{}/run", bodies::id(&import));
    let started = app.client().post(&path, &json!({})).ok(202);
    started["job_id"].as_str().expect("a job").to_owned()
}
