//! Servers that start together on a database that is not theirs yet.

use std::thread;

use relasi_tests::{Member, Settings, postgres};
use serde_json::json;

use crate::integrity;

const NODES: usize = 4;

#[test]
fn nodes_that_start_at_once_migrate_once() {
    let database = postgres::empty_database();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let node = |n: usize| Settings {
        data_dir: folder.path().join(n.to_string()),
        database_url: Some(database.url.clone()),
        ..Settings::default()
    };
    let servers: Vec<_> = thread::scope(|scope| {
        let starts: Vec<_> = (0..NODES)
            .map(|n| scope.spawn(move || node(n).serve()))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().expect("the node is ready"))
            .collect()
    });
    let owner = Member::set_up(&servers[0].client());
    let token = owner.client.token.clone().expect("a token");
    for (n, server) in servers.iter().enumerate() {
        let client = server.client().with_token(&token);
        client.create("contacts", &json!({"full_name": format!("By node {n}")}));
    }
    let all = owner.client.all("contacts", &[], "id");
    assert_eq!(all.len(), NODES);
    for server in servers {
        assert_eq!(server.terminate().code(), Some(0));
    }
    let twice = "SELECT count(*) - count(DISTINCT version) FROM __diesel_schema_migrations";
    assert_eq!(integrity::number(&integrity::open(&node(0)), twice), 0);
}
