//! How fast messages go: by an account, to a domain, on a day.

use std::time::{Duration, Instant};

use relasi_persistence::Statement;
use relasi_tests::{
    Backend, TestApp, on_both,
    smtp::{Answer, Sink},
};
use serde_json::{Value, json};

use super::{Writing, settled, until};
use crate::{
    bodies::{id, make_with},
    integrity,
};

/// The most moments within any second.
fn most_in_a_second(mut moments: Vec<Instant>) -> usize {
    moments.sort_unstable();
    let within = |from: &Instant| {
        let second = moments
            .iter()
            .filter(|at| *at >= from && at.duration_since(*from) < Duration::from_secs(1));
        second.count()
    };
    moments.iter().map(within).max().unwrap_or_default()
}

/// J5 for e-mail, with three processes: neither an account nor a domain gets more in a second than was said.
#[test]
fn j5_three_worker_processes_keep_to_the_rates_of_an_account_and_of_domains() {
    const OF_ACCOUNT: usize = 8;
    const OF_DOMAIN: usize = 4;
    const MANY: usize = 24;
    let settings = [
        ("RELASI_MAIL_ALLOW", "127.0.0.0/8"),
        ("RELASI_MAIL_EVERY", "86400"),
        ("RELASI_ROLE", "api"),
    ];
    let app = TestApp::with(Backend::Postgres, &settings);
    let workers = [(); 3].map(|()| app.at.settings.work());
    let sink = Sink::start();
    let client = app.client();
    let account = json!({
        "address": "kantor@kopi.example", "is_default": true, "per_minute": OF_ACCOUNT * 60, "per_domain": OF_DOMAIN * 60,
        "smtp": {"host": "127.0.0.1", "port": sink.port(), "tls": "none"}
    });
    client.post("email-accounts", &account).ok(201);
    let siti = make_with(client, "contact", json!({"full_name": "Siti Rahayu"}));
    let domains = ["warung.example", "kedai.example", "ran.example"];
    for number in 0..MANY {
        let to = format!("siti{number}@{}", domains[number % domains.len()]);
        let mail = json!({"to": [to], "subject": "Kopi", "text": "Halo"});
        client
            .post(&format!("contacts/{}/emails", id(&siti)), &mail)
            .ok(201);
    }
    let limit = Instant::now() + Duration::from_mins(4);
    while sink.received().len() < MANY {
        assert!(Instant::now() < limit, "{} messages", sink.received().len());
        std::thread::sleep(Duration::from_millis(20));
    }
    let received = sink.received();
    let most = most_in_a_second(received.iter().map(|one| one.at).collect());
    assert!(most <= OF_ACCOUNT, "{most} of the account in one second");
    for domain in domains {
        let those = received.iter().filter(|one| one.to.ends_with(domain));
        let most = most_in_a_second(those.map(|one| one.at).collect());
        assert!(most <= OF_DOMAIN, "{most} to {domain} in one second");
    }
    for worker in workers {
        assert_eq!(worker.terminate().code(), Some(0));
    }
}

/// Stops the server, does something with its database, and starts it again.
fn meanwhile<T>(at: &mut Writing, work: impl FnOnce(&relasi_persistence::Database) -> T) -> T {
    at.app.at.kill();
    let database = integrity::open(&at.app.at.settings);
    let done = work(&database);
    drop(database);
    at.app.crash_and_restart();
    done
}

/// Lets whoever waits try now.
fn hurry(database: &relasi_persistence::Database) {
    // Buckets that were free a day ago are swept away, and what was refused with them.
    let just_now = chrono::Utc::now().timestamp_micros();
    for now in [
        format!("UPDATE rate_buckets SET free_at = {just_now}"),
        "UPDATE jobs SET due_at = 1 WHERE state IN ('ready', 'running')".to_owned(),
    ] {
        let statement = Statement::new(now);
        let done = database
            .across()
            .write_blocking(move |conn| conn.execute(&statement));
        done.expect("a row can be written");
    }
}

/// How many times in a row an account was told to wait.
fn refusals(database: &relasi_persistence::Database, account: &Value) -> i64 {
    let statement = "SELECT refusals FROM rate_buckets WHERE name = 'email:";
    integrity::number(database, &format!("{statement}{}'", id(account)))
}

on_both! {
    // The other domains go on.
    fn a_domain_that_finds_it_too_fast_is_left_alone_for_a_while(at: Writing) {
        let (client, siti) = (at.client(), at.siti());
        let account = at.account(json!({}));
        at.sink.answer(&[Answer::Slow]);
        let slow = at.write(&siti, json!({}));
        let path = |one: &Value| format!("emails/{}", id(one));
        until(|| client.get(&path(&slow)).ok(200)["last_error"] == "mail_deferred");
        let next = at.write(&siti, json!({}));
        for name in ["rudi", "dewi"] {
            let other = at.write(&siti, json!({"to": [format!("{name}@kedai.example")]}));
            settled(client, &other, "sent");
        }
        let waiting = client.get(&path(&next)).ok(200);
        assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("queued"), &json!(0)), "{waiting}");
        let quiet = client.get(&format!("email-accounts/{}", id(&account))).ok(200);
        assert_eq!(quiet["send_error"], Value::Null, "nothing is wrong with the account: {quiet}");
    }

    fn an_account_that_is_told_to_wait_does_so_until_something_is_taken(at: Writing) {
        let mut at = at;
        let siti = at.siti();
        let account = at.account(json!({}));
        at.sink.answer(&[Answer::Refuse(421), Answer::Refuse(421)]);
        let written = at.write(&siti, json!({}));
        let path = format!("email-accounts/{}", id(&account));
        until(|| at.client().get(&path).ok(200)["send_error"] == "mail_deferred");
        let other = at.write(&siti, json!({"to": ["rudi@kedai.example"]}));
        let both = [&written, &other];
        // How many tries there were, once all of them are over.
        let tries = |at: &Writing| {
            let now = both.map(|one| at.client().get(&format!("emails/{}", id(one))).ok(200));
            let tries: i64 = now.iter().filter_map(|one| one["attempts"].as_i64()).sum();
            now.iter().all(|one| one["state"] == "queued").then_some(tries)
        };
        for times in 1..=2 {
            let so_far = meanwhile(&mut at, |database| {
                let so_far = refusals(database, &account);
                hurry(database);
                so_far
            });
            assert!(so_far >= times, "{so_far} times in a row");
            if times == 1 {
                until(|| tries(&at).is_some_and(|tries| tries >= 2));
            }
        }
        for message in both {
            settled(at.client(), message, "sent");
        }
        let forgotten = meanwhile(&mut at, |database| refusals(database, &account));
        assert_eq!(forgotten, 0, "what was taken makes it forgotten");
    }

    fn an_account_that_is_new_sends_few_at_first(at: Writing) {
        let mut at = at;
        let siti = at.siti();
        let account = at.account(json!({"daily_cap": 10, "warm_up": {"first": 2, "growth": 100}}));
        let today = chrono::Utc::now().date_naive();
        assert_eq!(account["warm_up"], json!({"since": today.to_string(), "first": 2, "growth": 100}), "{account}");
        assert_eq!((&account["cap_today"], &account["sent_today"]), (&json!(2), &json!(0)));
        let path = format!("email-accounts/{}", id(&account));
        let all: Vec<Value> = (0..3).map(|_| at.write(&siti, json!({}))).collect();
        let held = |at: &Writing| {
            let held = all.iter().filter(|one| at.client().get(&format!("emails/{}", id(one))).ok(200)["last_error"] == "email_daily_cap");
            held.count()
        };
        let sent = |at: &Writing| at.client().get(&path).ok(200)["sent_today"].as_i64();
        until(|| held(&at) == 1 && sent(&at) == Some(2));
        let listed = at.client().get("email-accounts").ok(200);
        assert_eq!(listed["items"][0]["sent_today"], 2, "{listed}");
        // On the third day it would be eight.
        let began = today - chrono::TimeDelta::days(2);
        let later = at.client().patch(&path, 1, &json!({"warm_up": {"since": began.to_string()}})).ok(200);
        assert_eq!((&later["cap_today"], &later["warm_up"]["first"]), (&json!(8), &json!(2)), "{later}");
        meanwhile(&mut at, hurry);
        until(|| sent(&at) == Some(3));
        let over = at.client().patch(&path, 2, &json!({"warm_up": null})).ok(200);
        assert_eq!((&over["cap_today"], &over["warm_up"]), (&json!(10), &Value::Null), "{over}");
        for (wrong, fault) in [
            (json!({"warm_up": {"first": 0}}), "/warm_up/first out_of_range"),
            (json!({"warm_up": {"growth": 5}}), "/warm_up/growth out_of_range"),
            (json!({"per_domain": 0}), "/per_domain out_of_range"),
        ] {
            assert_eq!(at.client().patch(&path, 3, &wrong).faults(), [fault]);
        }
    }
}
