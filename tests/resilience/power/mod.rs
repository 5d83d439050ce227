//! D2: the power goes while a server writes to SQLite.
//!
//! A library between the program and the system notes each write to the database's files and each order to bring them to
//! the disk. At a moment that nobody chose the server is killed, and its files are replaced by what a disk would have:
//! what was brought there, and of everything later an arbitrary part, torn at sectors.

mod disk;

use std::{
    collections::BTreeMap,
    fs,
    hash::{BuildHasher, RandomState},
    process::Command,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use relasi_tests::{Backend, Client, Member, Method, Start as _, TestApp};
use serde_json::json;

use super::asked_for;
use crate::{bodies, integrity};

/// How often the power goes, unless `RELASI_POWER_LOSSES` says otherwise.
const LOSSES: usize = 4;
const LANES: usize = 4;

/// Version of each contact that was acknowledged, by its id.
type Acknowledged = Mutex<BTreeMap<String, i64>>;

/// A server whose writes are noted.
struct Noted {
    app: TestApp,
    before: disk::Contents,
}

impl Noted {
    /// Starts the server of `app` anew with the library before it.
    fn begin(mut app: TestApp, lies: bool) -> Self {
        assert_eq!(app.at.terminate(), Some(0));
        let before = disk::contents(&app.at.settings.data_dir);
        let notes = app.at.folder().join("notes");
        fs::write(&notes, "").expect("the file can be written");
        let variables = [
            ("LD_PRELOAD", disk::library().to_owned()),
            ("RELASI_DISK_NOTES", notes.display().to_string()),
        ];
        let mut variables = variables.to_vec();
        variables.extend(lies.then(|| ("RELASI_DISK_LIES", "1".to_owned())));
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        app.at.settings.environment = variables.collect();
        app.crash_and_restart();
        Self { app, before }
    }

    /// Lets all lanes write until so much is acknowledged, and kills the server a little later.
    fn write_and_kill(&mut self, enough: usize, later: Duration) -> BTreeMap<String, i64> {
        let acknowledged = Acknowledged::default();
        let client = self.app.client();
        let pid = self.app.at.server().pid().to_string();
        thread::scope(|scope| {
            for lane in 0..LANES {
                let acknowledged = &acknowledged;
                scope.spawn(move || write(client, &format!("Lane {lane}"), acknowledged));
            }
            let limit = Instant::now() + Duration::from_mins(2);
            while acknowledged.lock().unwrap().len() < enough {
                assert!(Instant::now() < limit, "the server takes too little");
                thread::yield_now();
            }
            let moment = Instant::now() + later;
            while Instant::now() < moment {
                thread::yield_now();
            }
            let killed = Command::new("kill").args(["-KILL", &pid]).status();
            assert!(killed.expect("kill can be started").success());
        });
        self.app.at.kill();
        acknowledged.into_inner().unwrap()
    }

    /// The same server on what the disk has of its files; and how many changes the disk does not have.
    fn after(self, chance: impl FnMut() -> bool) -> (TestApp, usize) {
        let Self { mut app, before } = self;
        let notes = fs::read(app.at.folder().join("notes")).expect("there are notes");
        let (left, lost) = disk::left(before, &notes, chance);
        disk::replace(&app.at.settings.data_dir, &left);
        app.at.settings.environment.clear();
        app.crash_and_restart();
        (app, lost)
    }
}

/// Makes and changes contacts until nobody answers.
fn write(client: &Client, lane: &str, acknowledged: &Acknowledged) {
    let send = |method, path: &str, version: Option<&str>, body: &serde_json::Value| {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(version.map(|version| ("if-match", version)));
        client.try_send(method, path, &headers, body.to_string().as_bytes())
    };
    for n in 0.. {
        // Long enough that the log is copied into the file now and then.
        let body =
            json!({"full_name": format!("{lane} number {n}"), "description": "x".repeat(3_000)});
        let Ok(made) = send(Method::POST, "contacts", None, &body) else {
            return;
        };
        let id = bodies::id(&made.ok(201));
        acknowledged.lock().unwrap().insert(id.clone(), 1);
        let path = format!("contacts/{id}");
        let Ok(changed) = send(
            Method::PATCH,
            &path,
            Some("\"1\""),
            &json!({"city": "Solo"}),
        ) else {
            return;
        };
        changed.ok(200);
        acknowledged.lock().unwrap().insert(id, 2);
    }
}

/// How many of those that were acknowledged are not there, or older than what was acknowledged.
fn missing(owner: &Member, acknowledged: &BTreeMap<String, i64>) -> usize {
    let is_there = |(id, version): (&String, &i64)| {
        let reply = owner.client.get(&format!("contacts/{id}"));
        match reply.status {
            404 => false,
            _ => bodies::version(&reply.ok(200)) >= *version,
        }
    };
    acknowledged.iter().filter(|one| !is_there(*one)).count()
}

#[test]
fn d2_nothing_acknowledged_is_lost_when_the_power_goes() {
    let mut app = TestApp::start(Backend::Sqlite);
    let mut lost_in_all = 0;
    let rounds = asked_for("RELASI_POWER_LOSSES", LOSSES);
    for round in 0.. {
        // A kill between two writes leaves nothing to lose; some rounds more, and one of them comes amid a write.
        if round >= rounds && lost_in_all > 0 {
            break;
        }
        assert!(round < rounds + 40, "the disk had everything each time");
        let chance = RandomState::new().hash_one(round);
        let mut noted = Noted::begin(app, false);
        let enough = 10 + usize::try_from(chance % 60).expect("a small number");
        let acknowledged = noted.write_and_kill(enough, Duration::from_micros(chance / 60 % 8_000));
        let dice = RandomState::new();
        let mut throws = 0_u64;
        // In some rounds nearly all of it got to the disk, in others next to nothing.
        let share = chance / 480_000 % 101;
        let (there, lost) = noted.after(|| {
            throws += 1;
            dice.hash_one(throws) % 100 < share
        });
        app = there;
        lost_in_all += lost;
        assert_eq!(
            missing(&app.owner, &acknowledged),
            0,
            "round {round}, {share} of 100 kept"
        );
        app.at.terminate();
        let settings = &app.at.settings;
        settings.run(&["check"]);
        assert_eq!(
            integrity::broken(&integrity::open(settings)),
            [""; 0],
            "round {round}"
        );
        app.crash_and_restart();
    }
}

#[test]
fn d2_the_drill_sees_what_a_disk_that_lies_loses() {
    let mut noted = Noted::begin(TestApp::start(Backend::Sqlite), true);
    let acknowledged = noted.write_and_kill(20, Duration::ZERO);
    let (app, lost) = noted.after(|| false);
    assert!(lost > 0);
    assert_eq!(
        missing(&app.owner, &acknowledged),
        acknowledged.len(),
        "nothing got to the disk"
    );
}
