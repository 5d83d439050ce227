//! Lists and reports from a replica that is a moment behind: nobody sees less than they wrote, and a replica that is far
//! behind or away is not read from.

use std::time::{Duration, Instant};

use relasi_tests::{Client, Member, Settings, postgres::Cluster};
use serde_json::json;

use super::outage::until_ready_is;

/// Whether a list on this client has somebody of this name.
fn lists(client: &Client, name: &str) -> bool {
    let page = client.list("contacts", &[("sort", "-created_at"), ("limit", "50")]);
    let items = page.ok(200)["items"].clone();
    let mut all = items.as_array().unwrap().iter();
    all.any(|contact| contact["full_name"] == name)
}

#[test]
fn lists_come_from_the_replica_but_never_lack_what_one_wrote() {
    let primary = Cluster::start(true);
    primary.sql("postgres", "CREATE DATABASE relasi OWNER relasi");
    let standby = primary.standby();
    let nodes: Vec<_> = (0..2)
        .map(|_| {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            let settings = Settings {
                data_dir: folder.path().join("data"),
                database_url: Some(primary.url("relasi")),
                environment: vec![("DATABASE_REPLICA_URL".to_owned(), standby.url("relasi"))],
                program: None,
            };
            (settings.serve(), folder)
        })
        .collect();
    let owner = Member::set_up(&nodes[0].0.client());
    let elsewhere = Member::sign_in(&nodes[1].0.client(), &owner.email);
    let reader = owner.invite("member", None);
    owner
        .client
        .create("contacts", &json!({"full_name": "First"}));
    let end = Instant::now() + Duration::from_mins(2);
    let mut attempt = 0;
    // Whether the replica is near is looked at now and then, so that an attempt may come too early.
    loop {
        assert!(Instant::now() < end, "nobody is shown the replica");
        attempt += 1;
        let name = format!("Contact {attempt}");
        standby.sql("postgres", "SELECT pg_wal_replay_pause()");
        owner.client.create("contacts", &json!({"full_name": name}));
        assert!(lists(&owner.client, &name), "one's own, on the same node");
        assert!(
            lists(&elsewhere.client, &name),
            "one's own, on another node"
        );
        let behind = !lists(&reader.client, &name);
        if behind {
            let caught_up = Instant::now() + Duration::from_secs(30);
            while !lists(&reader.client, &name) {
                assert!(
                    Instant::now() < caught_up,
                    "a replica that stands still is read from"
                );
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        standby.sql("postgres", "SELECT pg_wal_replay_resume()");
        if behind {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    primary.sql(
        "postgres",
        "ALTER SYSTEM SET synchronous_standby_names = ''",
    );
    primary.sql("postgres", "SELECT pg_reload_conf()");
    standby.kill();
    let page = reader.client.list("contacts", &[]);
    assert!(page.status == 200 || page.status == 503, "{}", page.text());
    until_ready_is(&nodes[0].0.client(), 200, &nodes[0].0);
    let last = Instant::now() + Duration::from_secs(30);
    while reader.client.list("contacts", &[]).status != 200 {
        assert!(Instant::now() < last, "lists need the replica");
        std::thread::sleep(Duration::from_millis(50));
    }
}
