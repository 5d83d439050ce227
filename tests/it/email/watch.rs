//! Mailboxes that are listened to: what comes is there at once, whoever listens.

use relasi_tests::{Backend, Start, on_both};
use serde_json::{Value, json};

use super::{
    on_timeline,
    through::{OWN, Real, SITI},
    until,
};
use crate::bodies::id;

struct Listening(Real);

impl Start for Listening {
    fn start(backend: Backend) -> Self {
        Self(Real::with(backend, &[("RELASI_JOB_LEASE", "3")]))
    }
}

/// A message of a contact, delivered as if by somebody else's server.
fn deliver(at: &Real, name: &str) {
    at.servers.deliver(
        OWN,
        &format!(
            "From: {SITI}\nTo: {OWN}\nSubject: {name}\nMessage-ID: <{name}@warung.test>\n\nHalo\n"
        ),
    );
}

fn has_come(at: &Real, siti: &Value, name: &str) -> bool {
    let told = on_timeline(at.client(), siti);
    told.iter().any(|one| one["email"]["subject"] == name)
}

/// Waits until the mailbox was read for the first time.
fn read_once(at: &Real, account: &Value) {
    let path = format!("email-accounts/{}", id(account));
    until(|| at.client().get(&path).ok(200)["synced_at"].is_string());
}

on_both! {
    // Nobody asks for it, and the next look would be tomorrow.
    fn what_comes_is_there_at_once_and_the_end_is_a_goodbye(at: Listening) {
        let mut at = at.0;
        let account = at.account(json!({}));
        let siti = at.contact("Siti Rahayu", SITI);
        read_once(&at, &account);
        for name in ["satu", "dua", "tiga"] {
            deliver(&at, name);
            until(|| has_come(&at, &siti, name));
        }
        // Who changes the account is listened to anew.
        at.client().patch(&format!("email-accounts/{}", id(&account)), 1, &json!({"sender_name": "Toko"})).ok(200);
        deliver(&at, "empat");
        until(|| has_come(&at, &siti, "empat"));
        assert_eq!(at.app.at.terminate(), Some(0));
        let database = crate::integrity::open(&at.app.at.settings);
        let held = "SELECT COUNT(*) FROM email_accounts WHERE watched_by IS NOT NULL";
        assert_eq!(crate::integrity::number(&database, held), 0, "it is given back");
        assert!(at.servers.logs().contains("Logged out"), "{}", at.servers.logs());
    }
}

/// One process holds a mailbox; when it is killed another one takes it.
#[test]
fn a_mailbox_of_a_killed_process_is_listened_to_by_another() {
    let settings = [("RELASI_JOB_LEASE", "3"), ("RELASI_ROLE", "api")];
    let at = Real::with(Backend::Postgres, &settings);
    let account = at.account(json!({}));
    let siti = at.contact("Siti Rahayu", SITI);
    let mut workers = vec![at.app.at.settings.work()];
    read_once(&at, &account);
    for (round, name) in ["satu", "dua", "tiga"].into_iter().enumerate() {
        deliver(&at, name);
        until(|| has_come(&at, &siti, name));
        workers.push(at.app.at.settings.work());
        if round < 2 {
            workers.remove(0).kill();
        }
    }
    for worker in workers {
        assert_eq!(worker.terminate().code(), Some(0));
    }
}
