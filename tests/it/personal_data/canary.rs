//! A word that stands wherever something of a person can stand, and afterwards nowhere.

use std::{
    io::{Cursor, Read as _},
    path::PathBuf,
};

use relasi_persistence::personal::MAP;
use relasi_tests::{Backend, Client, Method, TestApp, on_both};
use serde_json::{Value, json};
use zip::ZipArchive;

use super::{
    behind::{fill_behind, sent_and_written},
    traces::{files_with, tables_with},
};
use crate::{
    audit_seals::seal_all,
    bodies::{id, make, make_with, pipeline},
    commerce::{send, set_lines},
    events::receiver::until,
    import::{done, upload},
    integrity,
};

/// Is looked for in any case: keys are folded.
pub(super) const CANARY: &str = "Zqxkanari7f3";
/// A number that nobody else has.
pub(super) const PHONE: &str = "+62 877-3141-5926";
pub(super) const NAME: &str = "Siti Zqxkanari7f3 Rahma";
pub(super) const EMAIL: &str = "siti.zqxkanari7f3@kopi.example";

/// What was made around a person.
pub(super) struct Filled {
    pub(super) contact: String,
    deal: String,
    shared: String,
    other: String,
    purpose: String,
}

fn attach(client: &Client, path: &str, bytes: &[u8]) -> Value {
    let headers = [("content-type", "application/octet-stream")];
    client.send(Method::POST, path, &headers, bytes).ok(201)
}

/// The word in every place that the API reaches.
fn fill(app: &TestApp) -> Filled {
    let client = app.client();
    let hook = json!({"url": "https://kopi.invalid/hook", "kinds": ["contact.*"]});
    let hook = client.post("webhook-endpoints", &hook).ok(201);
    let field = json!({"object": "contact", "label": "Hobi", "kind": "text", "position": 1});
    let field = client.create("custom-fields", &field);
    let hobby = field["name"].as_str().unwrap();
    let import = written_by_an_import(app);
    let found = client.list("contacts", &[("q", CANARY)]).ok(200);
    let made = found["items"][0].clone();
    let contact = id(&made);
    let at = format!("contacts/{contact}");
    let texts = [
        "family_name",
        "nickname",
        "honorific",
        "job_title",
        "source",
        "address",
        "city",
        "province",
        "postal_code",
        "description",
    ];
    for (version, suffix) in [(1, "lama"), (2, "baru")] {
        let mut change = json!({"custom": {hobby: format!("{CANARY} {suffix}")}});
        for name in texts {
            change[name] = json!(format!("{CANARY} {suffix}"));
        }
        client.patch(&at, version, &change).ok(200);
    }
    let mate = app.member("member");
    client.patch(&at, 3, &json!({"owner_id": mate.id})).ok(200);
    let other = id(&make(client, "contact"));
    let company = id(&make(client, "company"));
    let relation = json!({"from_contact_id": contact, "to_contact_id": other, "kind": "friend_of", "note": CANARY});
    client.create("relationships", &relation);
    client.create(
        "contact-roles",
        &json!({"contact_id": contact, "company_id": company, "role": CANARY}),
    );
    let (pipeline, stages) = pipeline(client);
    let deal = json!({"name": format!("Mesin {NAME}"), "contact_id": contact, "pipeline_id": pipeline, "stage_id": stages[0], "currency": "IDR", "amount": 5_000_000, "description": format!("Telepon {PHONE}")});
    let deal = id(&client.create("deals", &deal));
    let quote = json!({"name": format!("Kontrak {NAME}"), "contact_id": contact, "deal_id": deal, "terms": format!("Kirim ke {EMAIL}")});
    let quote = client.create("quotes", &quote);
    let line = json!([{"name": format!("Kopi untuk {NAME}"), "quantity": 1, "unit_price": 5}]);
    set_lines(client, &format!("quotes/{}", id(&quote)), 1, &line).ok(200);
    send(client, &quote);
    let part = json!({"deal_id": deal, "contact_id": contact, "role": "champion", "note": CANARY});
    client.create("deal-contacts", &part);
    client
        .post(
            &format!("deals/{deal}/comments"),
            &json!({"body": format!("{NAME} bilang ya")}),
        )
        .ok(201);
    crate::call_lists::called(client, &json!(contact));
    let own = json!({"kind": "note", "subject": CANARY, "body": CANARY, "contact_id": contact});
    let own = id(&client.create("activities", &own));
    client
        .post(
            &format!("activities/{own}/comments"),
            &json!({"body": CANARY}),
        )
        .ok(201);
    let shared = json!({"kind": "meeting", "subject": CANARY, "body": CANARY, "location": CANARY, "contact_id": contact, "deal_id": deal});
    let shared = id(&client.create("activities", &shared));
    let planned = json!({"kind": "task", "subject": CANARY, "contact_id": contact, "due_at": "2126-01-02T03:00:00Z"});
    let planned = id(&client.create("activities", &planned));
    let reminders = json!({"items": [{"minutes": 5}]});
    client
        .json(
            Method::PUT,
            &format!("activities/{planned}/reminders"),
            &[],
            &reminders,
        )
        .ok(200);
    let rest = json!({"object": "contact", "record_id": contact, "days": 7});
    client.post("suggestions/dismiss", &rest).ok(204);
    let said = client
        .post(&format!("{at}/comments"), &json!({"body": CANARY}))
        .ok(201);
    client.delete(&format!("comments/{}", id(&said)), 1).ok(204);
    let body = json!({"body": format!("{CANARY} @[Rudi]({})", mate.id)});
    client.post(&format!("{at}/comments"), &body).ok(201);
    let file = attach(
        client,
        &format!("{at}/files?name={CANARY}.txt"),
        CANARY.as_bytes(),
    );
    attach(
        client,
        &format!("files/{}/versions?name={CANARY}2.txt", id(&file)),
        format!("{CANARY} dua").as_bytes(),
    );
    attach(
        client,
        &format!("activities/{own}/files?name={CANARY}.txt"),
        CANARY.as_bytes(),
    );
    let gone = attach(client, &format!("{at}/files?name={CANARY}3.txt"), b"satu");
    client.delete(&format!("files/{}", id(&gone)), 1).ok(204);
    let view = json!({"name": "Tampilan", "object": "contact", "filter": format!("emails has \"{EMAIL}\""), "position": 1});
    client.create("saved-views", &view);
    // Somebody else's record that names the address.
    make_with(
        client,
        "company",
        json!({"name": "PT Lain", "description": format!("lewat {EMAIL}")}),
    );
    let purpose = json!({"name": "Kabar bulanan", "legal_basis": "consent", "channels": ["email", "whatsapp"], "wording": "Boleh kami kirim kabar?"});
    let purpose = id(&client.post("consent-purposes", &purpose).ok(201));
    super::leads::fill(client, &contact, &purpose);
    let loser = make_with(
        client,
        "contact",
        json!({"full_name": format!("{CANARY} kembar"), "nickname": CANARY}),
    );
    let version = client.get(&at).ok(200)["version"].as_i64().unwrap();
    let order = json!({"loser_id": loser["id"], "loser_version": 1, "fields": {}});
    client.verb(&format!("{at}/merge"), version, &order).ok(200);
    let yes = json!({"purpose_id": purpose, "state": "given", "source": "paper", "note": CANARY, "proof": CANARY, "file_id": id(&file)});
    client.post(&format!("{at}/consents"), &yes).ok(201);
    sent_and_written(client, &at);
    let key = [
        ("idempotency-key", "satu"),
        ("content-type", "application/json"),
    ];
    let body = json!({"body": format!("{CANARY} sekali")}).to_string();
    client
        .send(
            Method::POST,
            &format!("{at}/comments"),
            &key,
            body.as_bytes(),
        )
        .ok(201);
    for order in [
        json!({"object": "contact", "action": "export", "target": {"q": CANARY}}),
        json!({"object": "contact", "action": "export", "target": {"q": CANARY}, "format": "xlsx"}),
    ] {
        let begun = client.post("bulk-operations", &order);
        if begun.status == 202 {
            app.finished(begun.ok(202)["job_id"].as_str().unwrap());
        }
    }
    let whole = client.post("workspace/exports", &json!({})).ok(202);
    app.finished(whole["job_id"].as_str().unwrap());
    client.get(&format!("search?q={CANARY}")).ok(200);
    let scan = client
        .post("duplicates/scan", &json!({"object": "contact"}))
        .ok(202);
    app.finished(&id(&scan));
    assert_eq!(
        client.get(&format!("imports/{import}")).ok(200)["state"],
        "done"
    );
    // They are made a moment later.
    let path = format!("webhook-endpoints/{}/deliveries", id(&hook));
    until("nothing is sent", || {
        let all = client.get(&path).ok(200);
        all["items"].as_array()?.first().map(drop)
    });
    Filled {
        contact,
        deal,
        shared,
        other,
        purpose,
    }
}

/// The person comes by a file, of which a row is rejected; the import.
fn written_by_an_import(app: &TestApp) -> String {
    let file = format!(
        "Name,Email,Phone,City\n{NAME},{EMAIL},{PHONE},Solo\n,{EMAIL},not a number,{CANARY}\n"
    );
    let import = upload(app.client(), file.as_bytes()).ok(201);
    id(&done(app, &import, "run"))
}

fn copied(app: &TestApp, contact: &str) -> ZipArchive<Cursor<Vec<u8>>> {
    let client = app.client();
    let begun = client
        .post(&format!("contacts/{contact}/copy"), &json!({}))
        .ok(202);
    let job = begun["job_id"].as_str().unwrap();
    app.finished(job);
    let reply = client.get(&format!("person-copies/{job}/file"));
    assert_eq!(reply.status, 200, "{}", reply.text());
    ZipArchive::new(Cursor::new(reply.bytes.clone())).unwrap()
}

pub(super) fn part(zip: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> String {
    let mut text = String::new();
    zip.by_name(name)
        .unwrap_or_else(|_| panic!("{name}"))
        .read_to_string(&mut text)
        .unwrap();
    text
}

on_both! {
    fn p1_a_copy_has_every_table_and_the_files(app: TestApp) {
        let filled = fill(&app);
        let mut zip = copied(&app, &filled.contact);
        let mut empty = Vec::new();
        for table in MAP.iter().filter(|table| !table.by.is_empty()) {
            let rows: Value = serde_json::from_str(&part(&mut zip, &format!("tables/{}.json", table.name))).unwrap();
            // What is empty here can't be filled by a person with the API alone, or not by this one.
            let may_be_empty = ["score_marks", "form_submissions", "bookings", "email_suppressions", "unique_values", "duplicate_pairs", "record_shares", "quality_findings", "merge_attachments", "merge_moves", "webhook_deliveries", "import_changes", "followers", "retention_holds", "lead_holds"];
            let filled = rows.as_array().is_some_and(|rows| !rows.is_empty());
            if !filled && !may_be_empty.contains(&table.name) {
                empty.push(table.name);
            }
        }
        assert_eq!(empty, [""; 0], "these have no rows");
        for table in ["contacts", "activities", "comments", "files", "consents", "relationships", "contact_roles", "deal_contacts", "audit_entries", "timeline_events", "search_documents"] {
            assert!(part(&mut zip, &format!("tables/{table}.json")).contains(CANARY), "{table}");
        }
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).filter(|name| name.starts_with("files/")).collect();
        assert_eq!(names.len(), 4, "{names:?}");
        let second = names.iter().find(|name| name.contains("/2-")).unwrap();
        assert_eq!(part(&mut zip, second), format!("{CANARY} dua"));
        let page = part(&mut zip, "index.html");
        assert!(page.contains(NAME) && page.contains("tables/contacts.json"), "{page}");
        // Others neither make nor fetch one.
        let mate = app.member("member").client;
        mate.post(&format!("contacts/{}/copy", filled.contact), &json!({})).problem(403, "forbidden");
    }

    fn p2_nothing_is_left_of_who_is_erased(app: TestApp) {
        let mut app = app;
        let filled = fill(&app);
        let at = format!("contacts/{}", filled.contact);
        copied(&app, &filled.contact);
        app.at.terminate();
        fill_behind(&app, &filled);
        seal_all(&app.at.settings);
        let lower = CANARY.to_lowercase();
        let before = tables_with(&integrity::open(&app.at.settings), &lower);
        for table in ["contacts", "activities", "comments", "files", "audit_entries", "timeline_events", "search_documents", "field_index", "webhook_deliveries", "idempotency_keys", "jobs", "mail_messages", "notifications", "imports", "saved_views", "companies", "deals", "consents", "relationships", "contact_roles", "deal_contacts", "bulk_operations", "inbound_requests", "email_messages", "email_suppressions", "email_soft_bounces", "leads", "lead_consents", "lead_hand_offs", "lead_conversions"] {
            assert!(before.iter().any(|found| found.starts_with(&format!("{table}."))), "{table} has no canary: {before:?}");
        }
        let data = app.at.settings.data_dir.clone();
        assert!(!files_with(&data.join("attachments"), &lower).is_empty());
        assert!(files_with(&data.join("files"), &lower).len() >= 3, "rejected rows, exports, a copy");
        app.crash_and_restart();
        let client = app.client();

        // What it means is told before; the name is typed; a reason is given.
        let preview = client.get(&format!("{at}/erasure")).ok(200);
        assert_eq!(preview["name"], NAME);
        let kept = json!([{"table": "activities", "rows": 1}, {"table": "deals", "rows": 1}]);
        assert_eq!(preview["kept"], kept, "{preview}");
        let wrong = json!({"name": "Siti", "reason": ""});
        assert_eq!(client.post(&format!("{at}/erasure"), &wrong).faults(), ["/name name_differs", "/reason required"]);
        let order = json!({"name": NAME, "reason": format!("Asked by letter from {EMAIL}")});
        let begun = client.post(&format!("{at}/erasure"), &order).ok(202);
        let job = app.finished(begun["job_id"].as_str().unwrap());
        assert_eq!(job["state"], "done", "{job}");

        // What stays: the deal with its figures, the meeting without words, the other person, the certificate.
        client.get(&at).problem(404, "not_found");
        let deal = client.get(&format!("deals/{}", filled.deal)).ok(200);
        assert_eq!((&deal["amount"], &deal["contact_id"]), (&json!(5_000_000), &Value::Null), "{deal}");
        assert_eq!(deal["name"], "Mesin [erased]");
        let shared = client.get(&format!("activities/{}", filled.shared)).ok(200);
        assert_eq!((&shared["subject"], &shared["contact_id"], &shared["body"]), (&json!("[erased]"), &Value::Null, &Value::Null));
        client.get(&format!("contacts/{}", filled.other)).ok(200);
        assert_eq!(client.get(&format!("search?q={CANARY}")).ok(200)["items"], json!([]));
        let certificate = client.get("erasures").ok(200)["items"][0].clone();
        assert_eq!((&certificate["state"], &certificate["contact_id"]), (&json!("done"), &json!(filled.contact)));
        assert_eq!(certificate["reason"], "Asked by letter from [erased]");
        assert!(certificate["counts"]["contacts"] == 2 && certificate["counts"]["audit_entries"].as_i64() > Some(5), "{certificate}");
        client.post(&format!("{at}/erasure"), &order).problem(404, "not_found");

        // An import is told of the address and of the number; others come in.
        let file = format!("Name,Email,Phone\nSiti,{},\nSiti,,{PHONE}\nRudi,rudi@kopi.example,\n", EMAIL.to_uppercase());
        let import = upload(client, file.as_bytes()).ok(201);
        let ran = done(&app, &import, "run");
        assert_eq!((&ran["counts"]["created"], &ran["counts"]["rejected"]), (&json!(1), &json!(2)), "{ran}");
        let rejected = client.in_language("en").get(&format!("imports/{}/rejected", id(&import))).text();
        assert_eq!(rejected.matches("asked to be erased").count(), 2, "{rejected}");
        // Made by hand it is possible, and said.
        let again = make_with(client, "contact", json!({"full_name": "Siti", "emails": [{"value": EMAIL}]}));
        let view = client.get(&format!("contacts/{}/consents", id(&again))).ok(200);
        assert_eq!((&view["asked_to_be_erased"], &view["history"]), (&json!(true), &json!([])));
        assert_eq!(view["purposes"][0]["id"], json!(filled.purpose));
    }

    fn p2_no_table_file_log_or_free_page_has_the_word(app: TestApp) {
        let mut app = app;
        let filled = fill(&app);
        let at = format!("contacts/{}", filled.contact);
        copied(&app, &filled.contact);
        app.at.terminate();
        fill_behind(&app, &filled);
        seal_all(&app.at.settings);
        app.crash_and_restart();
        let order = json!({"name": NAME, "reason": "Asked by letter"});
        let begun = app.client().post(&format!("{at}/erasure"), &order).ok(202);
        let job = app.finished(begun["job_id"].as_str().unwrap());
        assert_eq!(job["state"], "done", "{job}");
        let lower = CANARY.to_lowercase();
        let data = app.at.settings.data_dir.clone();
        let none: [PathBuf; 0] = [];
        // While it runs: the database with its log and free pages, contents, exports, rejected rows, the server's log.
        assert_eq!(files_with(&data, &lower), none, "{:?}", app.at.backend);
        app.at.terminate();
        assert_eq!(files_with(&data, &lower), none, "{:?}", app.at.backend);
        let database = integrity::open(&app.at.settings);
        for word in [&*lower, "77-3141-5926", "87731415926"] {
            assert_eq!(tables_with(&database, word), [""; 0]);
        }
        assert_eq!(integrity::broken(&database), [""; 0]);
        drop(database);
        // The log was sealed before: it is as it was, but for what it said.
        let said = app.at.settings.run(&["audit", "verify"]);
        assert!(said.contains("as it was sealed"), "{said}");
        seal_all(&app.at.settings);
        let said = app.at.settings.run(&["audit", "verify"]);
        assert!(said.contains("under 2 seals"), "{said}");
        // Who empties an entry and writes something else into it is found.
        if app.at.backend == Backend::Sqlite {
            let database = integrity::open(&app.at.settings);
            let again = "UPDATE audit_entries SET changes = '[]', erased = 'x:y' WHERE erased IS NOT NULL";
            let refused = database.across().write_blocking(move |conn| conn.execute_batch(again));
            assert!(refused.unwrap_err().to_string().contains("never changed"));
        }
    }
}
