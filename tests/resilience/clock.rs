//! The clock of the machine is set back, and forward, while the server runs.

use std::{fs, path::Path};

use relasi_tests::{Backend, Empty, Member, Start, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies,
    events::reading::{now, page, settled},
    integrity,
};

/// A server whose clock follows a file.
struct Clocked {
    app: TestApp,
    _folder: tempfile::TempDir,
    file: std::path::PathBuf,
}

impl Start for Clocked {
    fn start(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("clock");
        fs::write(&file, "+0").expect("the file can be written");
        let library = library();
        let environment = [
            ("LD_PRELOAD", library.as_str()),
            ("FAKETIME_TIMESTAMP_FILE", file.to_str().expect("a path")),
            ("FAKETIME_NO_CACHE", "1"),
            // What waits for a time to pass goes by the other clock, which nobody sets.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ];
        let at = Empty::with(backend, &environment);
        let owner = Member::set_up(&at.client());
        Self {
            app: TestApp { owner, at },
            _folder: folder,
            file,
        }
    }
}

impl Clocked {
    fn set(&self, shift: &str) {
        fs::write(&self.file, shift).expect("the file can be written");
    }
}

fn library() -> String {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let found = folders
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path: &std::path::PathBuf| Path::exists(path));
    let found = found.expect("faketime is installed (scripts/setup.sh test)");
    found.display().to_string()
}

/// The records that events tell of.
fn records(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    let ids = items.iter().filter_map(|event| event["record_id"].as_str());
    ids.map(str::to_owned).collect()
}

fn made(client: &relasi_tests::Client, name: &str) -> Value {
    client.create("contacts", &json!({"full_name": name}))
}

on_both! {
    fn a_clock_that_is_set_back_loses_and_mixes_nothing(clocked: Clocked) {
        let client = clocked.app.client().clone();
        let before = made(&client, "Before");
        let place = now(&clocked.app, &client);

        clocked.set("-3600s");
        let back = made(&client, "An hour back");
        let path = format!("contacts/{}", bodies::id(&before));
        let changed = client.patch(&path, 1, &json!({"city": "Medan"})).ok(200);
        assert_eq!(changed["version"], 2);
        client.patch(&path, 1, &json!({"city": "Solo"})).problem(412, "stale_version");
        assert!(changed["updated_at"].as_str() >= before["created_at"].as_str(), "nothing changes before it was made: {changed}");
        // Who is signed in stays so, and others can sign in.
        let again = Member::sign_in(&clocked.app.anonymous(), &clocked.app.owner.email);
        assert_eq!(again.client.get("contacts").ok(200)["items"].as_array().map(Vec::len), Some(2));
        // Readers of events miss nothing and get nothing twice.
        settled(&clocked.app);
        let told = page(&client, &[("cursor", &place)]);
        assert_eq!(records(&told), [bodies::id(&back), bodies::id(&before)]);
        // Background work is done at once, not in an hour.
        let file = "full_name\nFrom a file\n";
        let import = crate::import::upload(&client, file.as_bytes()).ok(201);
        assert_eq!(crate::import::done(&clocked.app, &import, "check")["state"], "checked");
        assert_eq!(crate::import::done(&clocked.app, &import, "run")["state"], "done");
        // The whole history is there, in the order in which it happened.
        let history = client.get(&format!("{path}/history")).ok(200);
        let steps = history["items"].as_array().expect("items").iter().map(|step| &step["action"]);
        assert_eq!(steps.collect::<Vec<_>>(), ["updated", "created"]);

        clocked.set("+0");
        let after = made(&client, "Right again");
        settled(&clocked.app);
        let told = page(&client, &[("cursor", told["next_cursor"].as_str().expect("a place"))]);
        assert_eq!(records(&told).last(), Some(&bodies::id(&after)));
        let mut app = clocked.app;
        app.at.terminate();
        assert_eq!(integrity::broken(&integrity::open(&app.at.settings)), [""; 0]);
    }
}
