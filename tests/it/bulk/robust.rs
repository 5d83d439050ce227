//! Operations that are stopped halfway, by a person or by `kill -9`.

use std::{fmt::Write as _, time::Duration};

use relasi_tests::{Backend, TestApp, on_both};
use serde_json::{Value, json};

use super::{counts, done, ended, order, refused, start, undo_counts, undone};
use crate::bodies::{id, make_with};

const CITIES: &str = "city = Bandung";

/// So many people in Bandung.
fn many(app: &TestApp, people: usize) {
    let mut rows = String::from("Name,City\n");
    for n in 0..people {
        let _ = writeln!(rows, "Person {n},Bandung");
    }
    let change = json!({"options": {"match": "none"}});
    crate::import::imported(app, rows.as_bytes(), &change);
}

/// Waits until so many records are through.
fn reached(app: &TestApp, job: &Value, records: u64) {
    let path = format!("jobs/{}", job.as_str().unwrap());
    while app.client().get(&path).ok(200)["progress"]["done"]
        .as_u64()
        .unwrap()
        < records
    {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn crash(app: &mut TestApp) {
    app.crash_and_restart();
    if app.at.backend == Backend::Postgres {
        // Another process might still hold the lease there; nobody does, so time is let pass.
        let database = app.at.database().unwrap();
        database.sql("UPDATE jobs SET due_at = 1 WHERE state = 'running'");
    }
}

fn living(app: &TestApp, city: &str) -> u64 {
    let filter = format!("city = {city}");
    let counted = app.client().list("contacts/count", &[("filter", &filter)]);
    counted.ok(200)["count"].as_u64().unwrap()
}

on_both! {
    fn a_cancelled_operation_keeps_whole_records_and_can_be_undone(app: TestApp) {
        many(&app, 4_000);
        let edit = order("contact", "edit", json!({"changes": {"city": "Solo"}}), json!({"filter": CITIES}));
        let operation = start(app.client(), &edit);
        reached(&app, &operation["job_id"], 1);
        // Others are not held up meanwhile.
        make_with(app.client(), "contact", json!({"full_name": "Baru", "city": "Bandung"}));
        app.client().post(&format!("jobs/{}/cancel", operation["job_id"].as_str().unwrap()), &json!({})).ok(200);
        let stopped = ended(&app, &operation);
        assert_eq!((&stopped["state"], &stopped["error"]), (&json!("cancelled"), &Value::Null));
        let [total, done, unchanged, refused] = counts(&stopped);
        assert_eq!((total, unchanged, refused), (4_000, 0, 0));
        assert!((1..4_000).contains(&done), "{stopped}");
        assert_eq!((living(&app, "Solo"), living(&app, "Bandung")), (done, 4_001 - done));
        let undone = undone(&app, &stopped);
        assert_eq!(undo_counts(&undone), [done, 0]);
        assert_eq!(living(&app, "Bandung"), 4_001);
    }

    fn a_killed_server_goes_on_where_it_was(app: TestApp) {
        let mut app = app;
        many(&app, 3_000);
        let other = app.member("member");
        // A few that refuse, so that nothing but exact going on gives these counts.
        for n in 0..6 {
            make_with(&other.client, "contact", json!({"full_name": format!("Other {n}"), "city": "Bandung"}));
        }
        let manager = app.member("manager");
        let mine = order("contact", "owner", json!({"owner_id": manager.id}), json!({"filter": "city = Bandung and full_name ~ Person"}));
        done(&app, &mine);
        let edit = order("contact", "edit", json!({"changes": {"city": "Solo"}}), json!({"filter": CITIES, "sort": "full_name"}));
        let operation = start(&manager.client, &edit);
        for part in [700, 2_000] {
            reached(&app, &operation["job_id"], part);
            crash(&mut app);
        }
        let over = ended(&app, &operation);
        assert_eq!(counts(&over), [3_006, 3_000, 0, 6], "{over}");
        assert_eq!(refused(app.client(), &over).lines().count(), 7);
        assert_eq!((living(&app, "Solo"), living(&app, "Bandung")), (3_000, 6));
        let versions = app.client().all("contacts", &[("limit", "200"), ("filter", "city = Solo")], "version");
        assert!(versions.iter().all(|version| *version == 3), "made, given away, edited: no record is written twice");

        let undo = app.client().post(&format!("bulk-operations/{}/undo", id(&over)), &json!({})).ok(202);
        reached(&app, &undo["job_id"], 1_000);
        crash(&mut app);
        let undone = ended(&app, &undo);
        assert_eq!((&undone["state"], undo_counts(&undone)), (&json!("undone"), [3_000, 0]));
        assert_eq!(living(&app, "Bandung"), 3_006);
    }

    fn a_killed_export_has_every_row_once(app: TestApp) {
        let mut app = app;
        many(&app, 6_000);
        let export = order("contact", "export", json!({"columns": ["full_name"]}), json!({"filter": CITIES}));
        let operation = start(app.client(), &export);
        reached(&app, &operation["job_id"], 1_000);
        crash(&mut app);
        let over = ended(&app, &operation);
        assert_eq!(counts(&over), [6_000, 6_000, 0, 0]);
        let text = app.client().get(&format!("bulk-operations/{}/file", id(&over))).text();
        let mut names: Vec<&str> = text.lines().skip(1).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 6_000);
    }
}
