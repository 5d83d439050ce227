//! Somebody who is a lead alone: everything about them can be taken along, and can be gone.

use std::{io::Cursor, path::PathBuf};

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};
use zip::ZipArchive;

use super::{
    canary::{CANARY, EMAIL, NAME, PHONE, part},
    traces::{files_with, tables_with},
};
use crate::{
    audit_seals::seal_all,
    bodies::{id, make, make_with},
    import::done,
    integrity,
    leads::asked,
};

/// The word in every place where something of a lead stands; the lead.
fn fill(app: &TestApp) -> String {
    let client = app.client();
    let file = format!(
        "Name,Email,Phone,City,Company\n{NAME},{EMAIL},{PHONE},Solo,{CANARY}\n,{EMAIL},not a number,{CANARY},\n"
    );
    let import = client.send(
        Method::POST,
        "imports?object=lead&file_name=leads.csv",
        &[],
        file.as_bytes(),
    );
    done(app, &import.ok(201), "run");
    let found = client.list("leads", &[("q", CANARY)]).ok(200);
    let lead = id(&found["items"][0]);
    let at = format!("leads/{lead}");
    let version = || client.get(&at).ok(200)["version"].as_i64().unwrap();
    let change =
        json!({"description": format!("{CANARY} lama"), "source": CANARY, "job_title": CANARY});
    client.patch(&at, version(), &change).ok(200);
    let change = json!({"description": format!("{CANARY} baru")});
    client.patch(&at, version(), &change).ok(200);
    let items = asked(client, &[("mql", "Anggaran", false)]);
    let tick = json!({"item_id": items[0], "done": true});
    client.post(&format!("{at}/tick"), &tick).ok(200);
    let purpose = json!({"name": "Kabar", "legal_basis": "consent", "channels": ["email"], "wording": "Boleh?"});
    let purpose = client.post("consent-purposes", &purpose).ok(201);
    let yes =
        json!({"purpose_id": purpose["id"], "state": "given", "note": CANARY, "proof": CANARY});
    client.post(&format!("{at}/consents"), &yes).ok(201);
    let call = json!({"kind": "call", "subject": CANARY, "body": CANARY, "lead_id": lead});
    client.create("activities", &call);
    let company = make(client, "company");
    let shared =
        json!({"kind": "meeting", "subject": CANARY, "lead_id": lead, "company_id": company["id"]});
    client.create("activities", &shared);
    client
        .post(&format!("{at}/comments"), &json!({ "body": CANARY }))
        .ok(201);
    let file = format!("{at}/files?name={CANARY}.txt");
    client
        .send(Method::POST, &file, &[], CANARY.as_bytes())
        .ok(201);
    let team = make(client, "team");
    let hand = json!({"team_id": team["id"], "note": CANARY});
    client
        .verb(&format!("{at}/hand-off"), version(), &hand)
        .ok(200);
    crate::email::account(client, 25);
    let letter = json!({"to": [EMAIL], "subject": CANARY, "text": CANARY});
    client.post(&format!("{at}/emails"), &letter).ok(201);
    // Another one of the same person, and one that went into the first.
    let same = json!({"name": CANARY, "emails": [{"value": EMAIL}]});
    client.post("leads?duplicates=allow", &same).ok(201);
    let twin = json!({"name": format!("{CANARY} kembar"), "campaign": CANARY});
    let twin = client.post("leads", &twin).ok(201);
    let order = json!({"loser_id": twin["id"], "loser_version": 1});
    client
        .verb(&format!("{at}/merge"), version(), &order)
        .ok(200);
    // What others say of them.
    let said = json!({"name": "PT Lain", "description": format!("lewat {EMAIL}")});
    make_with(client, "company", said);
    let export = json!({"object": "lead", "action": "export", "target": {"q": CANARY}});
    let export = client.post("bulk-operations", &export).ok(202);
    app.finished(export["job_id"].as_str().unwrap());
    lead
}

fn copied(app: &TestApp, client: &Client, lead: &str) -> ZipArchive<Cursor<Vec<u8>>> {
    let begun = client
        .post(&format!("leads/{lead}/copy"), &json!({}))
        .ok(202);
    let job = begun["job_id"].as_str().unwrap();
    app.finished(job);
    let reply = client.get(&format!("person-copies/{job}/file"));
    assert_eq!(reply.status, 200, "{}", reply.text());
    ZipArchive::new(Cursor::new(reply.bytes.clone())).unwrap()
}

on_both! {
    fn a_copy_for_a_lead_has_every_table_and_the_files(app: TestApp) {
        let client = app.client();
        let lead = fill(&app);
        let mut zip = copied(&app, client, &lead);
        for table in ["leads", "lead_consents", "lead_hand_offs", "activities", "comments", "files", "email_messages", "audit_entries", "timeline_events", "search_documents"] {
            assert!(part(&mut zip, &format!("tables/{table}.json")).contains(CANARY), "{table}");
        }
        let leads: Value = serde_json::from_str(&part(&mut zip, "tables/leads.json")).unwrap();
        assert_eq!((leads.as_array().map(Vec::len), &leads[0]["id"]), (Some(3), &json!(lead)), "with the other one and the one that was merged");
        assert_eq!(serde_json::from_str::<Value>(&part(&mut zip, "tables/contacts.json")).unwrap(), json!([]));
        let page = part(&mut zip, "index.html");
        assert!(page.contains(NAME) && page.contains("tables/leads.json"), "{page}");
        app.member("member").client.post(&format!("leads/{lead}/copy"), &json!({})).problem(403, "forbidden");
    }

    fn nothing_is_left_of_a_lead_who_is_erased(app: TestApp) {
        let mut app = app;
        let lead = fill(&app);
        let at = format!("leads/{lead}");
        copied(&app, app.client(), &lead);
        // Somebody else with the office's number, who stays.
        let other = json!({"full_name": "Orang Lain", "phones": [{"value": "+62 21 555 0100"}]});
        let other = make_with(app.client(), "contact", other);
        app.at.terminate();
        seal_all(&app.at.settings);
        let lower = CANARY.to_lowercase();
        let before = tables_with(&integrity::open(&app.at.settings), &lower);
        for table in ["leads", "lead_consents", "lead_hand_offs", "activities", "comments", "files", "audit_entries", "timeline_events", "search_documents", "field_index", "imports", "companies", "email_messages", "bulk_operations"] {
            assert!(before.iter().any(|found| found.starts_with(&format!("{table}."))), "{table} has no canary: {before:?}");
        }
        app.crash_and_restart();
        let client = app.client();
        let preview = client.get(&format!("{at}/erasure")).ok(200);
        assert_eq!(preview["name"], NAME);
        let counted = preview["erased"].as_array().unwrap().iter().find(|one| one["table"] == "leads");
        assert_eq!(counted.unwrap()["rows"], 3, "{preview}");
        let wrong = json!({"name": "Siti", "reason": ""});
        assert_eq!(client.post(&format!("{at}/erasure"), &wrong).faults(), ["/name name_differs", "/reason required"]);
        let order = json!({"name": NAME, "reason": "Asked by letter"});
        let begun = client.post(&format!("{at}/erasure"), &order).ok(202);
        let job = app.finished(begun["job_id"].as_str().unwrap());
        assert_eq!(job["state"], "done", "{job}");
        client.get(&at).problem(404, "not_found");
        client.get(&format!("contacts/{}", id(&other))).ok(200);
        let certificate = client.get("erasures").ok(200)["items"][0].clone();
        assert_eq!((&certificate["state"], &certificate["object"], &certificate["contact_id"]), (&json!("done"), &json!("lead"), &json!(lead)));
        assert_eq!(certificate["counts"]["leads"], 3, "{certificate}");
        let data = app.at.settings.data_dir.clone();
        let none: [PathBuf; 0] = [];
        app.at.terminate();
        assert_eq!(files_with(&data, &lower), none, "{:?}", app.at.backend);
        let database = integrity::open(&app.at.settings);
        for word in [&*lower, "87731415926"] {
            assert_eq!(tables_with(&database, word), [""; 0]);
        }
        assert_eq!(integrity::broken(&database), [""; 0]);
        drop(database);
        let said = app.at.settings.run(&["audit", "verify"]);
        assert!(said.contains("as it was sealed"), "{said}");

        // A file that brings them is told, as lead and as contact.
        app.crash_and_restart();
        for object in ["lead", "contact"] {
            let file = format!("Name,Email\nSiti,{}\n", EMAIL.to_uppercase());
            let path = format!("imports?object={object}&file_name=a.csv");
            let import = app.client().send(Method::POST, &path, &[], file.as_bytes());
            let ran = done(&app, &import.ok(201), "run");
            assert_eq!(ran["counts"]["rejected"], 1, "{ran}");
        }
    }

    fn who_was_a_contact_for_a_while_is_erased_with_that(app: TestApp) {
        let client = app.client();
        let body = json!({"name": "Siti Rahmawati", "emails": [{"value": EMAIL}]});
        let lead = make_with(client, "lead", body);
        let at = format!("leads/{}", id(&lead));
        let done = client.verb(&format!("{at}/convert"), 1, &json!({})).ok(200);
        let contact = format!("contacts/{}", done["contact_id"].as_str().unwrap());
        client.verb(&format!("{at}/undo-conversion"), 2, &json!({})).ok(200);
        let order = json!({"name": "Siti Rahmawati", "reason": "Diminta"});
        let begun = client.post(&format!("{at}/erasure"), &order).ok(202);
        assert_eq!(app.finished(begun["job_id"].as_str().unwrap())["state"], "done");
        for path in [&at, &contact] {
            client.get(path).problem(404, "not_found");
        }
    }

    fn whoever_became_a_contact_is_erased_as_that(app: TestApp) {
        let client = app.client();
        let lead = make_with(client, "lead", json!({"name": "Siti Rahmawati"}));
        let at = format!("leads/{}", id(&lead));
        client.verb(&format!("{at}/convert"), 1, &json!({})).ok(200);
        client.get(&format!("{at}/erasure")).problem(409, "lead_is_contact");
        let order = json!({"name": "Siti Rahmawati", "reason": "Diminta"});
        client.post(&format!("{at}/erasure"), &order).problem(409, "lead_is_contact");
        app.member("member").client.get(&format!("{at}/erasure")).problem(403, "forbidden");
    }
}
