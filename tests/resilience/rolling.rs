//! D5: nodes of the release before and of this one, side by side on one PostgreSQL while one follows the other.
//!
//! `make resilience` builds the program of the release before (`scripts/resilience.sh`). Without it the same program takes
//! both parts, which shows that a node follows another one with nothing lost, and nothing of what migrations may do.

use std::{path::PathBuf, thread};

use relasi_tests::{Client, Member, Settings, postgres};
use serde_json::{Value, json};

use super::steady::Book;
use crate::{bodies, events::receiver::until, integrity};

/// Objects that the release before may be asked for.
const OBJECTS: [&str; 9] = [
    "contact",
    "company",
    "deal",
    "activity",
    "lead",
    "product",
    "quote",
    "tag",
    "saved_view",
];

#[test]
fn d5_the_release_before_works_on_beside_this_one() {
    let database = postgres::empty_database();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let now = Settings {
        data_dir: folder.path().to_owned(),
        database_url: Some(database.url.clone()),
        ..Settings::default()
    };
    let before = Settings {
        program: std::env::var_os("RELASI_BEFORE").map(PathBuf::from),
        ..now.clone()
    };
    let old = before.serve();
    let owner = Member::set_up(&old.client());
    let there = owner.client.clone();
    // Its statements are prepared before the tables change.
    works(&there);
    let lists = lists(&there);
    assert!(lists.len() > 20, "{lists:?}");
    asked(&there, &lists);
    let book = Book::default();
    thread::scope(|scope| {
        let lane = |name: String, nodes: Vec<Client>| {
            let book = &book;
            scope.spawn(move || book.write(&name, &nodes))
        };
        let first: Vec<_> = (0..4)
            .map(|n| lane(format!("Before {n}"), vec![there.clone()]))
            .collect();
        book.wait_for(50);
        // Brings the database to its form while the other one writes.
        let new = now.serve();
        book.wait_for(50);
        let here = new
            .client()
            .with_token(there.token.as_ref().expect("a token"));
        for _ in 0..2 {
            works(&there);
            works(&here);
        }
        asked(&there, &lists);
        asked(&here, &lists);
        book.end();
        for lane in first {
            lane.join().expect("a lane");
        }
        book.again();
        for n in 0..4 {
            let nodes = if n % 2 == 0 {
                [&there, &here]
            } else {
                [&here, &there]
            };
            lane(format!("Both {n}"), nodes.map(Client::clone).to_vec());
        }
        book.wait_for(100);
        assert_eq!(old.terminate().code(), Some(0));
        book.wait_for(100);
        book.end();
        works(&here);
        book.compare(&here);
        assert_eq!(new.terminate().code(), Some(0));
    });
    assert_eq!(integrity::broken(&integrity::open(&now)), [""; 0]);
}

/// Lists without parameters, as the node itself documents them.
fn lists(client: &Client) -> Vec<String> {
    let document = client.get("/api/openapi.json").ok(200);
    let paths = document["paths"].as_object().expect("paths");
    let listed = paths.iter().filter(|(path, methods)| {
        let parameters = methods["get"]["parameters"].as_array();
        let asks = |one: &Value| one["required"] == json!(true);
        methods["get"].is_object()
            && !path.contains('{')
            // It has no end.
            && !path.ends_with("/stream")
            && !parameters.is_some_and(|all| all.iter().any(asks))
    });
    listed.map(|(path, _)| path.clone()).collect()
}

/// None of them breaks.
#[track_caller]
fn asked(client: &Client, lists: &[String]) {
    for path in lists {
        let reply = client.get(path);
        assert!(
            reply.status < 500,
            "{path}: {} {}",
            reply.status,
            reply.text()
        );
    }
}

/// Records of each object are made, read, found, changed and removed, and background work comes to its end.
#[track_caller]
fn works(client: &Client) {
    for object in OBJECTS {
        let made = bodies::make(client, object);
        let plural = relasi_domain::object(object).expect("an object").plural;
        let path = format!("{plural}/{}", bodies::id(&made));
        let read = client.get(&path).ok(200);
        let tried = client
            .patch(&path, bodies::version(&read), &json!({}))
            .ok(200);
        client.delete(&path, bodies::version(&tried)).ok(204);
    }
    let contact = bodies::make(client, "contact");
    let order = json!({
        "object": "contact", "action": "edit", "parameters": {"changes": {"city": "Solo"}},
        "target": {"ids": [contact["id"]]},
    });
    let order = client.post("bulk-operations", &order).ok(202);
    let job = format!("jobs/{}", order["job_id"].as_str().expect("a job"));
    until("the bulk edit", || {
        (client.get(&job).ok(200)["state"] == "done").then_some(())
    });
    let path = format!("contacts/{}", bodies::id(&contact));
    assert_eq!(client.get(&path).ok(200)["city"], "Solo");
}
