//! D1, C3: nothing that was acknowledged is lost, nothing is half there, nothing happens twice: whenever the server dies.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    process::Command,
    sync::Mutex,
    time::{Duration, Instant},
};

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::asked_for;
use crate::{bodies, integrity};

/// How often the server is killed, unless `RELASI_KILL_ROUNDS` says otherwise.
const ROUNDS: usize = 20;
const LANES: usize = 4;

/// What writers know of the server's answers.
#[derive(Default)]
struct Ledger {
    /// Version of each record that was answered, by plural and id.
    acknowledged: HashMap<(&'static str, String), i64>,
    /// Creations that were sent and not answered: plural, key and body.
    unanswered: Vec<(&'static str, String, Value)>,
    /// Creations with a key, answered or not.
    keys: usize,
}

on_both! {
    fn d1_whenever_the_server_is_killed_all_acknowledged_writes_are_whole(app: TestApp) {
        let mut app = app;
        let (_, stages) = bodies::pipeline(app.client());
        let stages: Vec<Value> = stages[..2].iter().map(|id| app.client().get(&format!("stages/{id}")).ok(200)).collect();
        let rounds = asked_for("RELASI_KILL_ROUNDS", ROUNDS);
        let ledger = Mutex::new(Ledger::default());
        for round in 0..rounds {
            write_and_kill(&app, round, &stages, &ledger);
            app.at.kill();
            let mut ledger = ledger.lock().unwrap();
            look(&app, &ledger, round);
            app.crash_and_restart();
            for (plural, key, body) in std::mem::take(&mut ledger.unanswered) {
                let again = create(app.client(), plural, &key, &body).expect("an answer");
                let record = again.ok(201);
                assert_eq!(create(app.client(), plural, &key, &body).expect("an answer").ok(201), record, "as often as one likes");
                ledger.acknowledged.insert((plural, bodies::id(&record)), bodies::version(&record));
            }
        }
        found_by_search(app.client());
        app.at.kill();
        look(&app, &ledger.lock().unwrap(), rounds);
        app.at.settings.run(&["check"]);
    }
}

/// Lets all lanes write until the server is killed, at a moment that nobody chose.
fn write_and_kill(app: &TestApp, round: usize, stages: &[Value], ledger: &Mutex<Ledger>) {
    let chance = RandomState::new().hash_one(round);
    let before = ledger.lock().unwrap().keys;
    std::thread::scope(|scope| {
        for lane in 0..LANES {
            let client = app.client();
            scope.spawn(move || {
                let name = format!("Round {round} lane {lane}");
                if lane == 0 {
                    deals(client, &name, stages, ledger);
                } else {
                    contacts(client, &name, ledger);
                }
            });
        }
        let enough = before + 1 + usize::try_from(chance % 40).expect("a small number");
        while ledger.lock().unwrap().keys < enough {
            std::thread::yield_now();
        }
        // The kill falls somewhere into the requests under way: inside a statement, a commit, an answer.
        let moment = Instant::now() + Duration::from_micros(chance / 40 % 8_000);
        while Instant::now() < moment {
            std::thread::yield_now();
        }
        let pid = app.at.server().pid().to_string();
        Command::new("kill")
            .args(["-KILL", &pid])
            .status()
            .expect("kill can be started");
    });
}

fn create(
    client: &Client,
    plural: &str,
    key: &str,
    body: &Value,
) -> Result<relasi_tests::Reply, String> {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    client.try_send(Method::POST, plural, &headers, body.to_string().as_bytes())
}

fn change(
    client: &Client,
    method: Method,
    path: &str,
    version: i64,
    body: &Value,
) -> Option<Value> {
    let etag = format!("\"{version}\"");
    let headers = [
        ("content-type", "application/json"),
        ("if-match", etag.as_str()),
    ];
    let reply = client
        .try_send(method, path, &headers, body.to_string().as_bytes())
        .ok()?;
    Some(reply.ok(200))
}

/// Creates with a key and keeps the books; the record, or none when the server is gone.
fn booked(
    client: &Client,
    plural: &'static str,
    name: &str,
    body: Value,
    ledger: &Mutex<Ledger>,
) -> Option<Value> {
    ledger.lock().unwrap().keys += 1;
    let Ok(reply) = create(client, plural, name, &body) else {
        ledger
            .lock()
            .unwrap()
            .unanswered
            .push((plural, name.to_owned(), body));
        return None;
    };
    let record = reply.ok(201);
    ledger
        .lock()
        .unwrap()
        .acknowledged
        .insert((plural, bodies::id(&record)), 1);
    Some(record)
}

fn contacts(client: &Client, lane: &str, ledger: &Mutex<Ledger>) {
    for n in 0.. {
        let name = format!("{lane} number {n}");
        let email = format!("{}@kopi.example", name.replace(' ', "."));
        let Some(made) = booked(
            client,
            "contacts",
            &name,
            json!({"full_name": name, "emails": [{"value": email}]}),
            ledger,
        ) else {
            return;
        };
        let path = format!("contacts/{}", bodies::id(&made));
        for version in 1..=n % 3 {
            let patch =
                json!({"full_name": format!("{name} version {version}"), "city": "Bandung"});
            let Some(changed) = change(client, Method::PATCH, &path, version, &patch) else {
                return;
            };
            ledger
                .lock()
                .unwrap()
                .acknowledged
                .insert(("contacts", bodies::id(&changed)), version + 1);
        }
    }
}

fn deals(client: &Client, lane: &str, stages: &[Value], ledger: &Mutex<Ledger>) {
    for n in 0.. {
        let name = format!("{lane} deal {n}");
        let body = json!({"name": name, "pipeline_id": stages[0]["pipeline_id"], "stage_id": stages[0]["id"], "amount": 1000 + n, "currency": "IDR"});
        let Some(made) = booked(client, "deals", &name, body, ledger) else {
            return;
        };
        let path = format!("deals/{}/move", bodies::id(&made));
        let Some(moved) = change(
            client,
            Method::POST,
            &path,
            1,
            &json!({"stage_id": stages[1]["id"]}),
        ) else {
            return;
        };
        ledger
            .lock()
            .unwrap()
            .acknowledged
            .insert(("deals", bodies::id(&moved)), 2);
    }
}

/// Looks into the tables of a server that is dead.
fn look(app: &TestApp, ledger: &Ledger, round: usize) {
    let database = integrity::open(&app.at.settings);
    assert_eq!(
        integrity::broken(&database),
        Vec::<String>::new(),
        "after round {round}"
    );
    let versions = |plural: &str| -> HashMap<String, i64> {
        let statement =
            relasi_persistence::Statement::new(format!("SELECT id, version FROM {plural}"));
        let rows = database
            .across()
            .read_now(|conn| conn.rows(&statement, |row| Ok((row.text(0)?, row.int(1)?))));
        rows.expect("rows").into_iter().collect()
    };
    let stored = HashMap::from([
        ("contacts", versions("contacts")),
        ("deals", versions("deals")),
    ]);
    for ((plural, id), version) in &ledger.acknowledged {
        let kept = stored[plural].get(id);
        assert!(
            kept >= Some(version),
            "{plural}/{id}: version {version} was acknowledged, {kept:?} is there, round {round}"
        );
    }
    let twice = "SELECT count(*) FROM (SELECT value FROM field_index WHERE field = 'emails' GROUP BY value HAVING count(*) > 1) d";
    assert_eq!(
        integrity::number(&database, twice),
        0,
        "made twice, round {round}"
    );
    let made: usize = stored.values().map(HashMap::len).sum();
    let keys = integrity::number(&database, "SELECT count(*) FROM idempotency_keys");
    assert_eq!(
        keys,
        i64::try_from(made).expect("a small number"),
        "a key for every effect, round {round}"
    );
    assert!(
        made >= ledger.acknowledged.len() && made <= ledger.keys,
        "round {round}"
    );
}

/// The full-text index came through as well.
fn found_by_search(client: &Client) {
    let newest = client
        .list("contacts", &[("sort", "-created_at"), ("limit", "20")])
        .ok(200);
    for contact in newest["items"].as_array().expect("items") {
        let name = contact["full_name"].as_str().expect("a name");
        let found = client
            .list("search", &[("q", name), ("limit", "50")])
            .ok(200);
        let found = found["items"].as_array().expect("items");
        assert!(found.iter().any(|hit| hit["id"] == contact["id"]), "{name}");
    }
}
