//! A POST that is sent again has its effect once; all of them, whatever they do.

use relasi_tests::{Backend, Start as _, TestApp, on_both};
use serde_json::json;

use crate::{bodies, integrity, mail::Mailing};

mod hooks;
mod leads;
pub(crate) mod prepared;

use prepared::{Request, prepared};

on_both! {
    fn every_post_that_takes_a_key_keeps_its_word(at: Mailing) {
        let Mailing { app, sink: _sink } = at;
        let client = app.client();
        let document = client.get("/api/openapi.json").ok(200);
        for (path, item) in document["paths"].as_object().expect("paths") {
            let operation = &item["post"];
            let name = operation["operationId"].as_str().unwrap_or_default();
            let keyed = operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
            // Tried elsewhere: what undoes, cancels, reads, puts off or is one at a time can be done twice by its nature.
            if !keyed || matches!(name, "retry_mail_message" | "retry_email" | "erase_contact" | "erase_lead" | "undo_import" | "undo_bulk_operation" | "preview_bulk_operation" | "decide_not_same" | "reopen_duplicate" | "cancel_job" | "requeue_job" | "drop_job" | "read_notification" | "read_all_notifications" | "snooze_notifications" | "load_sample_data" | "learn_score_model" | "examine_score_model") {
                continue;
            }
            let request = prepared(client, name, path);
            let first = request.send(client, "satu dua tiga");
            assert!((200..300).contains(&first.status), "{name}: {}", first.text());
            let again = request.send(client, "satu dua tiga");
            assert_eq!(again.status, first.status, "{name}: {}", again.text());
            for header in ["etag", "location"] {
                assert_eq!(again.header(header), first.header(header), "{name}");
            }
            assert_eq!(again.body(), first.body(), "{name}");
        }
    }

    fn a_key_is_good_for_one_query_and_one_body(app: TestApp) {
        let client = app.client();
        let file = b"Name,City\nSiti,Bandung\n";
        let send = |path: &str, file: &[u8]| Request(path.into(), None, file.to_vec(), None).send(client, "berkas");
        let first = send("imports?object=contact&file_name=a.csv", file).ok(201);
        for (path, file) in [
            ("imports?object=company&file_name=a.csv", file.as_slice()),
            ("imports?object=contact&file_name=b.csv", file),
            ("imports?file_name=a.csv", file),
            ("imports?object=contact&file_name=a.csv", b"Name,City\nMalee,Bandung\n"),
        ] {
            assert_eq!(send(path, file).faults(), [" idempotency_key_reused"], "{path}");
        }
        assert_eq!(send("imports?object=contact&file_name=a.csv", file).ok(201), first);
        assert_eq!(client.get("imports").ok(200)["items"].as_array().map(Vec::len), Some(1));
        // Every object can be made with a parameter.
        for object in relasi_domain::OBJECTS {
            let plain = Request::new(object.plural).with(&bodies::minimal(client, object.name));
            let allowed = Request(format!("{}?duplicates=allow", plain.0), None, plain.2.clone(), None);
            let made = plain.send(client, "dua").ok(201);
            assert_eq!(allowed.send(client, "dua").faults(), [" idempotency_key_reused"], "{}", object.name);
            assert_eq!(plain.send(client, "dua").ok(201), made);
        }
    }

    fn a_key_is_good_for_a_day(app: TestApp) {
        let mut app = app;
        let request = Request::new("companies").with(&json!({"name": "CV Kopi"}));
        let first = request.send(app.client(), "besok").ok(201);
        app.crash_and_restart();
        assert_eq!(request.send(app.client(), "besok").ok(201), first, "a restart forgets none");
        app.at.kill();
        let database = integrity::open(&app.at.settings);
        let aged = "UPDATE idempotency_keys SET created_at = created_at - 86400000000";
        let done = database.across().write_blocking(move |conn| conn.execute(&relasi_persistence::Statement::new(aged)));
        assert_eq!(done.unwrap(), 1);
        drop(database);
        app.crash_and_restart();
        assert_ne!(request.send(app.client(), "besok").ok(201)["id"], first["id"]);
    }
}

#[test]
fn a_key_that_cannot_be_kept_is_refused() {
    let app = TestApp::start(Backend::Sqlite);
    let request = Request::new("companies").with(&json!({"name": "CV Kopi"}));
    for key in ["", &"k".repeat(256), "kopi-กาแฟ"] {
        assert_eq!(
            request.send(app.client(), key).faults(),
            ["Idempotency-Key invalid_key"],
            "{key}"
        );
    }
    assert_eq!(app.client().get("companies/count").ok(200)["count"], 0);
    request.send(app.client(), &"k".repeat(255)).ok(201);
}
