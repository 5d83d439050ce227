//! Secrets stay where they belong.

use base64::{Engine, engine::general_purpose::STANDARD};
use relasi_persistence::{Statement, transfer::columns};
use relasi_tests::on_both;
use serde_json::json;

use super::receiver::{Hooked, Receiver, endpoint};
use crate::{
    bodies::{id, make},
    integrity,
};

on_both! {
    fn no_secret_lies_in_the_database_the_log_or_the_file_of_a_workspace(app: Hooked) {
        let mut app = app.0;
        let client = app.client();
        let receiver = Receiver::start();
        let body = json!({"url": receiver.url}).to_string();
        let headers = [("idempotency-key", "one"), ("content-type", "application/json")];
        let send = || client.send(relasi_tests::Method::POST, "webhook-endpoints", &headers, body.as_bytes()).ok(201);
        let hook = send();
        assert_eq!(send(), hook, "a repeated request has the same answer");
        let path = format!("webhook-endpoints/{}", id(&hook));
        let rotated = client.verb(&format!("{path}/rotate-secret"), 1, &json!({})).ok(200);
        make(client, "tag");
        receiver.wait_for(1);
        let whole = client.post("workspace/exports", &json!({})).ok(202);
        let job = whole["job_id"].as_str().unwrap();
        app.finished(job);
        let file = client.get(&format!("workspace/exports/{job}/file"));
        assert_eq!(file.status, 200);
        let secrets: Vec<String> = [&hook, &rotated].iter().map(|one| one["secret"].as_str().unwrap()[6..].to_owned()).collect();
        let log = app.at.server().log();
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let tables = ["webhook_endpoints", "webhook_deliveries", "audit_entries", "idempotency_keys", "outbox_events", "notifications", "jobs"];
        let mut all = log;
        for table in tables {
            let names: Vec<String> = database.across().read_blocking(|conn| columns(conn, table)).unwrap().into_iter().map(|column| column.name).collect();
            let texts = names.iter().map(|name| format!("coalesce(CAST({name} AS TEXT), '')")).collect::<Vec<_>>().join(" || ' ' || ");
            let rows = Statement::new(format!("SELECT {texts} FROM {table}"));
            all.extend(database.across().read_blocking(|conn| conn.rows(&rows, |row| row.text(0))).unwrap());
        }
        assert!(all.contains(&id(&hook)), "it was looked at");
        for secret in &secrets {
            let raw = STANDARD.decode(secret).unwrap();
            let spelled: [String; 2] = [secret.trim_end_matches('=').to_owned(), String::from_utf8_lossy(&raw).into_owned()];
            for text in spelled {
                assert!(!all.contains(&text), "{text}");
            }
            assert!(!String::from_utf8_lossy(&file.bytes).contains(secret));
        }
    }

    fn keys_are_followed_by_new_ones(app: Hooked) {
        let mut app = app.0;
        let receiver = Receiver::start();
        let hook = endpoint(app.client(), &receiver, &[]);
        let sealed = |app: &relasi_tests::TestApp| {
            let database = integrity::open(&app.at.settings);
            let secret = Statement::new("SELECT secret FROM webhook_endpoints");
            database.across().read_blocking(|conn| conn.row(&secret, |row| row.text(0))).unwrap().unwrap()
        };
        app.at.terminate();
        let before = sealed(&app);
        let said = app.at.settings.run(&["keys", "rotate"]);
        assert!(said.contains('1'), "{said}");
        let after = sealed(&app);
        assert_ne!(before.split(':').next(), after.split(':').next());
        app.crash_and_restart();
        make(app.client(), "tag");
        assert!(receiver.wait_for(1)[0].is_signed_with(hook["secret"].as_str().unwrap()));
    }
}
