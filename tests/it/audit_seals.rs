//! P3: what was written into the audit log and is not there as it was, is found.

use chrono::{TimeDelta, Utc};
use relasi_app::audit::seal;
use relasi_tests::{Backend, Settings, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make},
    command_line::refused,
    integrity,
};

/// Runs statements as somebody would who reaches the database.
fn meddle(settings: &Settings, statements: &[&str]) {
    let database = integrity::open(settings);
    for sql in statements {
        let sql = (*sql).to_owned();
        database
            .across()
            .write_blocking(move |conn| conn.execute_batch(&sql))
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Seals everything that is there, and notes it, as the server does once it is old enough.
pub(crate) fn seal_all(settings: &Settings) {
    let database = integrity::open(settings);
    let later = Utc::now() + TimeDelta::hours(1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(seal::sweep(&database, later)).unwrap();
    let file = settings.data_dir.join("audit-anchors.jsonl");
    database
        .across()
        .read_blocking(|conn| seal::anchor(conn, &file, later))
        .unwrap();
}

fn verify(settings: &Settings) -> String {
    settings.run(&["audit", "verify"])
}

/// What each kind of meddling does, and what is said of it.
const CASES: [(&str, &[&str], &str); 9] = [
    (
        "an entry is changed",
        &["UPDATE audit_entries SET changes = '[]' WHERE action = 'updated'"],
        "entries under seal 1 are not as they were",
    ),
    (
        "who did it is changed",
        &["UPDATE audit_entries SET actor_id = NULL WHERE action = 'updated'"],
        "entries under seal 1 are not as they were",
    ),
    (
        "an entry is removed",
        &["DELETE FROM audit_entries WHERE action = 'trashed'"],
        "entries under seal 2 are not as they were",
    ),
    (
        "two entries change places",
        &[
            "UPDATE audit_entries SET id = 'x' WHERE action = 'updated'",
            "UPDATE audit_entries SET id = (SELECT id FROM kept_entries WHERE action = 'updated') WHERE action = 'trashed'",
            "UPDATE audit_entries SET id = (SELECT id FROM kept_entries WHERE action = 'trashed') WHERE id = 'x'",
        ],
        "entries under seal 1 are not as they were",
    ),
    (
        "an entry is added to the past",
        &[
            "INSERT INTO audit_entries (workspace_id, id, at, action, object, record_id, changes) \
           SELECT workspace_id, id || '0', at, 'updated', object, record_id, '[]' FROM kept_entries WHERE action = 'created' AND object = 'contact'",
        ],
        "entries under seal 1 are not as they were",
    ),
    (
        "a seal is made to fit",
        &[
            "UPDATE audit_entries SET changes = '[]' WHERE action = 'updated'",
            "UPDATE audit_seals SET digest = 'ab' WHERE number = 1",
        ],
        "the chain breaks at seal 1",
    ),
    (
        "a seal is removed",
        &["DELETE FROM audit_seals WHERE number = 1"],
        "the chain breaks at seal 2",
    ),
    (
        "the end is cut off",
        &[
            "DELETE FROM audit_entries WHERE id > (SELECT last_id FROM kept_seals WHERE number = 1)",
            "DELETE FROM audit_seals WHERE number = 2",
        ],
        "seal 2 was anchored and is not there as it was",
    ),
    (
        "the whole log is removed",
        &["DELETE FROM audit_entries", "DELETE FROM audit_seals"],
        "seal 1 was anchored and is not there as it was",
    ),
];

on_both! {
    fn p3_changes_of_the_log_are_found(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let siti = make(client, "contact");
        let path = format!("contacts/{}", id(&siti));
        client.patch(&path, 1, &json!({"city": "Solo"})).ok(200);
        app.at.terminate();
        let settings = app.at.settings.clone();
        seal_all(&settings);
        app.crash_and_restart();
        app.client().delete(&path, 2).ok(204);
        // The server's own look at its start finds nothing that is old enough yet.
        let said = verify(&settings);
        assert!(said.contains("under 1 seals, 1 anchors") && said.contains("as it was sealed"), "{said}");
        app.at.terminate();
        seal_all(&settings);
        let said = verify(&settings);
        assert!(said.contains("under 2 seals, 2 anchors"), "{said}");
        let heads: Value = serde_json::from_str(&settings.run(&["audit", "heads"])).unwrap();
        assert_eq!((&heads["number"], heads["chain"].as_str().map(str::len)), (&json!(2), Some(64)));

        let unlocked: &[&str] = if app.at.backend == Backend::Sqlite {
            &["DROP TRIGGER audit_entries_no_update", "DROP TRIGGER audit_entries_no_delete"]
        } else {
            &["DROP TRIGGER audit_entries_stay ON audit_entries", "DROP TRIGGER audit_entries_no_update ON audit_entries"]
        };
        meddle(&settings, unlocked);
        meddle(&settings, &["CREATE TABLE kept_entries AS SELECT * FROM audit_entries", "CREATE TABLE kept_seals AS SELECT * FROM audit_seals"]);
        for (name, statements, finding) in CASES {
            meddle(&settings, statements);
            let output = settings.command(&["audit", "verify"]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!output.status.success() && said.contains(finding), "{name}: {said}");
            meddle(&settings, &[
                "DELETE FROM audit_entries", "INSERT INTO audit_entries SELECT * FROM kept_entries",
                "DELETE FROM audit_seals", "INSERT INTO audit_seals SELECT * FROM kept_seals",
            ]);
            verify(&settings);
        }

        // What was noted elsewhere counts even when the file in the data folder is gone.
        let own = settings.data_dir.join("audit-anchors.jsonl");
        let elsewhere = app.at.folder().join("elsewhere.jsonl");
        std::fs::rename(&own, &elsewhere).unwrap();
        meddle(&settings, CASES[7].1);
        verify(&settings);
        let said = settings.command(&["audit", "verify", "--anchors", elsewhere.to_str().unwrap()]).output().unwrap();
        assert!(!said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
        let missing = refused(&settings, &["audit", "verify", "--anchors", "/nowhere"]);
        assert!(missing.contains("/nowhere does not exist"), "{missing}");
    }
}
