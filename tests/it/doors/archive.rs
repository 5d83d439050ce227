//! A whole workspace in one file: everything comes back, in either database, or nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _, Write as _},
    path::Path,
};

use relasi_persistence::transfer::{LEFT_OUT, TABLES, columns, workspace_tables};
use relasi_tests::{
    Backend, Client, Empty, Member, Method, PASSWORD, Settings, Start as _, TestApp, on_both,
};
use serde_json::{Value, json};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    bodies::{id, make, make_with, membership, merged, place},
    command_line::{refused, told},
    integrity, personal_data,
    quality::begun,
};

mod behind;

use behind::fill_behind;

/// The parts of a file: lines by table, and the manifest.
type Parts = BTreeMap<String, String>;

fn parts(bytes: &[u8]) -> Parts {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = Parts::new();
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        part.read_to_string(&mut text).unwrap();
        all.insert(name, text);
    }
    all
}

fn packed(parts: &Parts) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn exported(settings: &Settings, file: &Path) -> Parts {
    let output = settings
        .command(&["workspace", "export", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    parts(&std::fs::read(file).unwrap())
}

fn imported(settings: &Settings, file: &Path) {
    let output = settings
        .command(&["workspace", "import", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Sends a file.
fn attached(client: &Client, at: &str, path: &str, text: &str) -> Value {
    let path = format!("{at}/{path}");
    let headers = [("content-type", "application/octet-stream")];
    let path = path.trim_start_matches('/');
    client
        .send(Method::POST, path, &headers, text.as_bytes())
        .ok(201)
}

/// A workspace with something in every table that travels.
pub(crate) fn fill(app: &TestApp) {
    let client = app.client();
    client.post("sample-data", &json!({})).ok(204);
    personal_data::fill(app);
    client.create("custom-fields", &json!({"object": "contact", "label": "Kode", "kind": "text", "name": "kode", "is_unique": true}));
    crate::leads::lived(client);
    crate::call_lists::entry(client);
    crate::outcomes::one_more(client);
    let weekly = json!({"kind": "meeting", "subject": "Rapat", "due_at": "2026-12-07T02:00:00Z", "recurrence": "FREQ=WEEKLY;BYDAY=MO"});
    client.create("activities", &weekly);
    let early = json!({"meeting": [{"minutes": 1440, "by_mail": true}]});
    client
        .json(Method::PUT, "reminder-settings", &[], &early)
        .ok(200);
    let team = make(client, "team");
    let calendar = crate::lead_routing::calendar();
    let calendar = merged(calendar, &json!({"team_ids": [id(&team)]}));
    client.post("business-calendars", &calendar).ok(201);
    app.owner.invite("member", Some(&id(&team)));
    let mate = app.member("manager");
    crate::lead_routing::profile(client, &mate.id, &json!({"languages": ["th"]})).ok(200);
    let rights = json!({"records": {"see": "tree"}, "objects": {"deal": {"see": "own"}}, "workspace": ["audit"]});
    let role = client
        .post(
            "roles",
            &json!({"name": "Peran; \"satu\"", "rights": rights}),
        )
        .ok(201);
    let reporter = app.owner.invite(&id(&role), None);
    place(
        client,
        &reporter.email,
        &json!({"manager_id": membership(client, &mate.email)["id"], "more_team_ids": [team["id"]]}),
    );
    let parent = make_with(
        client,
        "company",
        json!({"name": "PT Induk; \"satu\"", "custom": {}}),
    );
    make_with(
        client,
        "company",
        json!({"name": "PT Anak", "parent_id": parent["id"]}),
    );
    let siti = make_with(
        client,
        "contact",
        json!({"full_name": "สมชาย\nใจดี \u{1F600} \\", "custom": {"kode": "A-1"}, "owner_id": mate.id, "phones": [{"value": "+62 812 5550 0141"}]}),
    );
    let rest = json!({"object": "contact", "record_id": siti["id"], "days": 7});
    client.post("suggestions/dismiss", &rest).ok(204);
    client
        .patch(
            &format!("contacts/{}", id(&siti)),
            1,
            &json!({"city": "Bandung"}),
        )
        .ok(200);
    make_with(client, "saved_view", json!({"visibility": "everyone"}));
    let call = json!({"period": "2026-Q4", "kind": "workspace", "amount": 1_000, "note": "Panen"});
    client.post("forecast-calls", &call).ok(201);
    let quiet = json!({"off": ["followed"]});
    client
        .json(Method::PUT, "notifications/settings", &[], &quiet)
        .ok(200);
    let gone = make(client, "contact");
    client.delete(&format!("contacts/{}", id(&gone)), 1).ok(204);
    let [survivor, loser] = ["Kembar Satu", "Orang Kedua"]
        .map(|name| make_with(client, "contact", json!({"full_name": name})));
    make_with(
        client,
        "activity",
        json!({"contact_id": loser["id"], "kind": "note", "done_at": "2026-11-01T08:00:00Z"}),
    );
    make_with(client, "deal", json!({"contact_id": loser["id"]}));
    let at = format!("contacts/{}", id(&loser));
    client
        .post(&format!("{at}/comments"), &json!({"body": "Baik"}))
        .ok(201);
    let team = make(client, "team");
    client
        .post(&format!("{at}/shares"), &json!({"team_id": team["id"]}))
        .ok(201);
    attached(client, &at, "files?name=a.txt", "satu");
    let file = attached(client, &at, "files?name=b.txt", "dua\ndua");
    let version = format!("files/{}/versions?name=b.txt", id(&file));
    attached(client, "", &version, "tiga");
    let audit = begun(client, json!({}));
    let step = id(&audit["steps"][0]);
    let found = json!({"text": "Nomor lama", "severity": "high"});
    client
        .post(&format!("quality-steps/{step}/findings"), &found)
        .ok(201);
    let merge = json!({"loser_id": loser["id"], "loser_version": 1, "fields": {}});
    client
        .verb(&format!("contacts/{}/merge", id(&survivor)), 1, &merge)
        .ok(200);
    for job in ["9", "8"] {
        let twin = json!({"full_name": "Kembar Dua", "phones": [{"value": "+62 812-5000-4000"}], "job_title": job});
        client.post("contacts?duplicates=allow", &twin).ok(201);
    }
    let scan = client
        .post("duplicates/scan", &json!({"object": "contact"}))
        .ok(202);
    app.finished(&id(&scan));
    let measure = client.post("quality/measure", &json!({})).ok(202);
    app.finished(&id(&measure));
    make(client, "relationship");
    crate::commerce::fill(client);
    let weights = json!({"complete": 3, "valid": 1, "unique": 0, "fresh": 0});
    let settings = json!({"contact": {"weights": weights, "fields": ["city"]}});
    client
        .json(Method::PUT, "quality/settings", &[], &settings)
        .ok(200);
    client
        .json(
            Method::PUT,
            "duplicates/settings",
            &[],
            &json!({"review": 51, "sure": 91}),
        )
        .ok(200);
}

/// Compares all parts but for what must differ: when a file was made, and what people sign in with.
#[track_caller]
fn same(before: &Parts, after: &Parts) {
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (name, text) in before {
        if name == "manifest.json" {
            let [mut one, mut other] =
                [text, &after[name]].map(|text| serde_json::from_str::<Value>(text).unwrap());
            for manifest in [&mut one, &mut other] {
                manifest["made_at"] = Value::Null;
            }
            assert_eq!(one, other);
            continue;
        }
        let [one, other] = [text, &after[name]].map(|text| text.lines().collect::<Vec<_>>());
        assert_eq!(one.len(), other.len(), "{name}");
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one, other, "{name}");
        }
    }
}

/// The id of the file that has versions.
pub(crate) fn versioned_file(client: &Client) -> String {
    let contacts = client.list("contacts", &[("q", "Kembar Satu")]).ok(200);
    let path = format!("contacts/{}/files", id(&contacts["items"][0]));
    id(&client.get(&path).ok(200)["items"][0])
}

/// The contents of a file's versions, the newest first.
pub(crate) fn texts(client: &Client, file: &str) -> Vec<String> {
    let file = client.get(&format!("files/{file}")).ok(200);
    let versions = file["versions"].as_array().unwrap().iter();
    let address = versions.map(|version| version["content_url"].as_str().unwrap());
    let read = address.map(|address| client.get(address.trim_start_matches("/api/v1/")));
    read.map(|reply| reply.text()).collect()
}

pub(crate) fn seen(client: &Client, path: &str) -> Vec<Value> {
    let page = client
        .list(path, &[("limit", "200"), ("sort", "created_at")])
        .ok(200);
    page["items"].as_array().unwrap().clone()
}

on_both! {
    fn every_record_comes_back_in_either_database(app: TestApp) {
        let mut app = app;
        fill(&app);
        let client = app.client();
        let (contacts, deals) = (seen(client, "contacts"), seen(client, "deals"));
        let history = client.get(&format!("contacts/{}/history", id(&contacts[0]))).ok(200);
        let email = app.owner.email.clone();
        let files = versioned_file(client);
        assert_eq!(texts(client, &files), ["tiga", "dua\ndua"]);
        app.at.terminate();
        fill_behind(&app);
        let file = app.at.folder().join("all.relasi");
        let before = exported(&app.at.settings, &file);
        // What is sent to a form comes over its page, which asks for time to fill it in.
        let empty = TABLES.iter().map(|table| table.name).filter(|name| before[&format!("{name}.jsonl")].is_empty());
        let empty: Vec<&str> = empty.filter(|name| *name != "form_submissions").collect();
        assert_eq!(empty, [""; 0], "nothing of these was there to travel");
        assert!(!before["users.jsonl"].contains("argon2"), "no passwords");

        for backend in [Backend::Sqlite, Backend::Postgres] {
            let mut other = Empty::start(backend);
            other.terminate();
            imported(&other.settings, &file);
            same(&before, &exported(&other.settings, &other.folder().join("again.relasi")));
            let broken = integrity::broken(&integrity::open(&other.settings));
            assert_eq!(broken, [""; 0], "on {backend:?}");
            let reset = told(&other.settings, &["user", "reset-password", &email], &format!("{PASSWORD}\n"));
            assert!(reset.status.success(), "{}", String::from_utf8_lossy(&reset.stderr));
            other.restart();
            assert_eq!(other.client().get("setup").ok(200)["needed"], false);
            let owner = Member::sign_in(&other.client(), &email);
            assert_eq!(seen(&owner.client, "contacts"), contacts, "on {backend:?}");
            assert_eq!(seen(&owner.client, "deals"), deals);
            assert_eq!(texts(&owner.client, &files), ["tiga", "dua\ndua"], "on {backend:?}");
            let told = owner.client.get(&format!("contacts/{}/history", id(&contacts[0]))).ok(200);
            assert_eq!(told, history);
            let found = owner.client.list("search", &[("q", "ใจดี")]).ok(200);
            assert!(!found["items"].as_array().unwrap().is_empty(), "search knows them: {found}");
            // Work goes on there.
            let first = &contacts[0];
            owner.client.patch(&format!("contacts/{}", id(first)), first["version"].as_i64().unwrap(), &json!({"city": "Medan"})).ok(200);
        }
    }

    fn a_file_that_is_not_whole_changes_nothing(app: TestApp) {
        let mut app = app;
        let siti = make_with(app.client(), "contact", json!({"full_name": "Siti"}));
        attached(app.client(), &format!("contacts/{}", id(&siti)), "files?name=a.txt", "satu");
        app.at.terminate();
        let file = app.at.folder().join("all.relasi");
        let whole = exported(&app.at.settings, &file);
        let mut other = Empty::start(app.at.backend);
        other.terminate();
        let bad = other.folder().join("bad.relasi");
        let said = |bytes: &[u8]| {
            std::fs::write(&bad, bytes).unwrap();
            refused(&other.settings, &["workspace", "import", bad.to_str().unwrap()])
        };
        let changed = |name: &str, change: &dyn Fn(&str) -> String| {
            let mut parts = whole.clone();
            let text = change(&parts[name]);
            parts.insert(name.to_owned(), text);
            packed(&parts)
        };
        let bytes = std::fs::read(&file).unwrap();
        let damaged = "no whole workspace";
        assert!(said(b"nothing").contains(damaged));
        assert!(said(&bytes[..bytes.len() / 2]).contains(damaged));
        assert!(said(&packed(&Parts::new())).contains(damaged));
        assert!(said(&changed("contacts.jsonl", &|text| text.replace("Siti", "Sari"))).contains(damaged), "another hash");
        assert!(said(&changed("contacts.jsonl", &|_| String::new())).contains(damaged));
        assert!(said(&changed("audit_entries.jsonl", &|text| format!("{text}{{\"id\":"))).contains(damaged));
        assert!(said(&changed("manifest.json", &|text| text.replace("\"version\": 1", "\"version\": 2"))).contains("newer Relasi"));
        assert!(said(&changed("manifest.json", &|text| text.replace("\"outbox_events\"", "\"outbox_events; DROP TABLE users\""))).contains("newer Relasi"));
        let content = whole.keys().find(|name| name.starts_with("files/")).unwrap();
        assert!(said(&changed(content, &|_| "dua".to_owned())).contains(damaged), "another content");
        let mut without = whole.clone();
        without.remove(content);
        assert!(said(&packed(&without)).contains(damaged), "a content is not there");
        let kept = std::fs::read_dir(other.settings.data_dir.join("attachments")).unwrap();
        let kept = kept.flatten().flat_map(|folder| std::fs::read_dir(folder.path()).unwrap());
        assert_eq!(kept.count(), 0, "no content stays");
        let database = integrity::open(&other.settings);
        for table in TABLES {
            assert_eq!(integrity::number(&database, &format!("SELECT count(*) FROM {}", table.name)), 0, "{}", table.name);
        }
        drop(database);
        imported(&other.settings, &file);
        assert!(refused(&other.settings, &["workspace", "import", file.to_str().unwrap()]).contains("here already"));
        assert!(refused(&app.at.settings, &["workspace", "import", file.to_str().unwrap()]).contains("here already"));
    }

    fn administrators_export_everything_from_the_browser(app: TestApp) {
        let client = app.client();
        make_with(client, "contact", json!({"full_name": "Siti"}));
        for role in ["manager", "member", "read_only"] {
            let other = app.member(role);
            other.client.post("workspace/exports", &json!({})).problem(403, "forbidden");
        }
        let begun = client.post("workspace/exports", &json!({})).ok(202);
        let job = begun["job_id"].as_str().unwrap();
        let log = client.get("audit-entries?object=workspace&action=exported").ok(200);
        assert_eq!(log["items"][0]["actor_id"], json!(app.owner.id), "{log}");
        let done = app.finished(job);
        assert_eq!(done["state"], "done", "{done}");
        let path = format!("workspace/exports/{job}/file");
        let reply = client.get(&path);
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/octet-stream"));
        assert!(reply.header("content-disposition").ends_with(".relasi\""));
        assert!(parts(&reply.bytes)["contacts.jsonl"].contains("Siti"));
        app.member("admin").client.get(&path).problem(404, "not_found");
        client.get(&format!("workspace/exports/{}/file", uuid::Uuid::now_v7())).problem(404, "not_found");
        let folder = app.at.settings.data_dir.join("files");
        for kept in std::fs::read_dir(folder).unwrap().flatten() {
            let _ = std::fs::remove_file(kept.path().join(format!("{job}.relasi")));
        }
        client.get(&path).problem(409, "workspace_export_expired");
    }

    fn every_table_of_a_workspace_travels_or_says_why_not(app: Empty) {
        let mut app = app;
        app.terminate();
        let database = integrity::open(&app.settings);
        let there: BTreeSet<String> = database.across().read_blocking(workspace_tables).unwrap().into_iter().collect();
        let said: BTreeSet<String> = TABLES.iter().map(|table| table.name).chain(LEFT_OUT.iter().map(|(name, _)| *name)).map(str::to_owned).collect();
        let missing: Vec<_> = there.difference(&said).collect();
        assert!(missing.is_empty(), "say in transfer/register.rs whether they travel: {missing:?}");
        let gone: Vec<_> = said.difference(&there).filter(|name| !matches!(name.as_str(), "users" | "workspaces")).collect();
        assert!(gone.is_empty(), "{gone:?}");
        for table in TABLES {
            let known = database.across().read_blocking(|conn| columns(conn, table.name)).unwrap();
            for name in table.key.iter().chain(table.later).chain(table.secret) {
                assert!(known.iter().any(|column| column.name == *name), "{}.{name}", table.name);
            }
        }
        for (table, reason) in LEFT_OUT {
            assert!(reason.len() > 10, "{table}");
        }
    }
}
