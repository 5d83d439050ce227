//! The log of the workspace.

use relasi_persistence::{Statement, StoreError};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    bodies::{id, make, make_with},
    integrity,
    isolation::second_workspace,
};

#[track_caller]
fn page(client: &Client, parameters: &[(&str, &str)]) -> Value {
    client.list("audit-entries", parameters).ok(200)
}

/// `action object` of each entry of all pages.
#[track_caller]
fn done(client: &Client, parameters: &[(&str, &str)]) -> Vec<String> {
    let actions = client.all("audit-entries", parameters, "action");
    let objects = client.all("audit-entries", parameters, "object");
    let both = actions.iter().zip(&objects);
    both.map(|(action, object)| {
        format!("{} {}", action.as_str().unwrap(), object.as_str().unwrap())
    })
    .collect()
}

on_both! {
    fn the_log_tells_who_did_what_and_can_be_narrowed(app: TestApp) {
        let client = app.client();
        let start = make(client, "tag");
        let dewi = app.member("admin");
        let company = make(client, "company");
        let contact = make_with(&dewi.client, "contact", json!({"full_name": "Siti", "company_id": company["id"]}));
        let at = format!("contacts/{}", id(&contact));
        client.patch(&at, 1, &json!({"city": "Solo"})).ok(200);
        client.verb(&format!("{at}/revert"), 2, &json!({"at": contact["updated_at"]})).ok(200);
        let twin = make_with(client, "contact", json!({"city": "Bali"}));
        let order = json!({"loser_id": twin["id"], "loser_version": 1});
        client.verb(&format!("{at}/merge"), 3, &order).ok(200);

        let newest = page(client, &[("limit", "2")]);
        assert_eq!(newest["items"][0]["action"], "trashed");
        assert_eq!(newest["items"][0]["record_id"], twin["id"]);
        let all = done(client, &[]);
        assert_eq!(done(client, &[("limit", "1")]), all, "page by page");
        let of_contact = done(client, &[("record_id", &id(&contact))]);
        assert_eq!(of_contact, ["merged contact", "reverted contact", "updated contact", "created contact"]);
        let by_dewi = done(client, &[("actor_id", &dewi.id), ("object", "contact")]);
        assert_eq!(by_dewi, ["created contact"]);
        assert_eq!(done(client, &[("action", "trashed")]), ["trashed contact"]);
        assert_eq!(done(client, &[("cause", "merge")]), ["trashed contact", "merged contact"]);
        assert_eq!(done(client, &[("cause", "revert")]), ["reverted contact"]);
        assert_eq!(done(client, &[("cause", "import")]), [""; 0]);
        let by_request = done(client, &[("cause", "request"), ("object", "contact")]);
        assert_eq!(by_request, ["created contact", "updated contact", "created contact"]);
        let of_city = done(client, &[("field", "city")]);
        assert_eq!(of_city, ["merged contact", "reverted contact", "updated contact"]);
        assert_eq!(done(client, &[("field", "cit_")]), [""; 0]);

        let since = contact["created_at"].as_str().unwrap();
        let later = done(client, &[("from", since)]);
        assert!(later.contains(&"created contact".to_owned()) && !later.contains(&"created company".to_owned()), "{later:?}");
        let until = start["created_at"].as_str().unwrap();
        assert_eq!(done(client, &[("to", until), ("object", "tag")]), ["created tag"]);
        assert_eq!(done(client, &[("to", "2020-01-01")]), [""; 0]);
        assert_eq!(done(client, &[("from", "2020-01-01"), ("to", "2199-01-01")]), all);
        let included = page(client, &[("record_id", &id(&contact))])["included"].clone();
        assert!(included["users"].to_string().contains("A admin"), "{included}");
        assert_eq!(included["contacts"], json!([{"id": contact["id"], "title": "Siti"}]));
    }

    fn the_log_is_for_administrators_of_the_workspace(app: TestApp) {
        let mut app = app;
        let stranger = second_workspace(&mut app);
        let secret = make_with(app.client(), "contact", json!({"full_name": "Rahasia"}));
        for path in ["audit-entries", "audit-entries/export"] {
            assert_eq!(app.client().get(path).status, 200);
            assert_eq!(app.member("admin").client.get(path).status, 200);
            for role in ["manager", "member", "read_only"] {
                app.member(role).client.get(path).problem(403, "forbidden");
            }
            app.anonymous().get(path).problem(401, "unauthorized");
            let theirs = stranger.client.list(path, &[("record_id", &id(&secret))]);
            assert!(!theirs.text().contains(&id(&secret)), "{}", theirs.text());
            assert!(!stranger.client.get(path).text().contains("Rahasia"));
        }
        // What is private stays so.
        let author = app.member("member");
        let view = make_with(&author.client, "saved_view", json!({"name": "Punya saya"}));
        let own = make_with(app.client(), "saved_view", json!({"name": "Milik pemilik"}));
        let views = app.client().all("audit-entries", &[("object", "saved_view")], "record_id");
        assert_eq!(views, [own["id"].clone()]);
        let file = app.client().get("audit-entries/export").text();
        assert!(!file.contains(&id(&view)) && file.contains(&id(&own)));
    }

    fn imports_and_their_undoing_are_told_apart(app: TestApp) {
        let client = app.client();
        let file = "full_name,email\nSiti,siti@kopi.example\nBudi,budi@kopi.example\n";
        let headers = [("content-type", "application/octet-stream")];
        let upload = client.send(Method::POST, "imports?object=contact&file_name=r.csv", &headers, file.as_bytes()).ok(201);
        for verb in ["run", "undo"] {
            client.post(&format!("imports/{}/{verb}", id(&upload)), &json!({}));
            let job = client.get("jobs").ok(200)["items"][0].clone();
            assert_eq!(app.finished(&id(&job))["state"], "done", "{verb}");
        }
        assert_eq!(done(client, &[("cause", "import")]), ["created contact", "created contact"]);
        assert_eq!(done(client, &[("cause", "undo")]), ["trashed contact", "trashed contact"]);
    }

    fn what_cannot_be_asked_is_refused(app: TestApp) {
        let client = app.client();
        for (parameter, value, fault) in [
            ("limit", "0", "?limit out_of_range"),
            ("cursor", "x", "?cursor bad_cursor"),
            ("from", "soon", "?from not_instant"),
            ("to", "2026-02-30", "?to not_instant"),
            ("object", "Contact'", "?object not_name"),
            ("action", "\u{1}", "?action not_name"),
            ("action", "\u{0}", "?action control_character"),
            ("field", "a%", "?field not_name"),
            ("cause", "magic", "?cause not_a_choice"),
            ("who", "me", "?who unknown_parameter"),
        ] {
            assert_eq!(client.list("audit-entries", &[(parameter, value)]).faults(), [fault]);
        }
        assert_eq!(client.list("audit-entries", &[("actor_id", "me")]).status, 422);
        assert_eq!(client.list("audit-entries/export", &[("limit", "5")]).faults(), ["? unknown_parameter"]);
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let reply = client.send(method.parse().unwrap(), "audit-entries", &[], b"");
            assert_eq!(reply.status, 405, "{method}");
        }
    }

    fn the_file_has_a_line_for_each_changed_field(app: TestApp) {
        let client = app.client();
        let made = make_with(client, "contact", json!({"full_name": "=cmd()", "city": "Solo"}));
        client.patch(&format!("contacts/{}", id(&made)), 1, &json!({"city": "+62", "job_title": "a,b"})).ok(200);
        let reply = client.list("audit-entries/export", &[("record_id", &id(&made))]);
        assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
        assert!(reply.header("content-disposition").contains("audit-log.csv"));
        let text = reply.text();
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[0].starts_with("\u{feff}When,Who,"), "{text}");
        let city = lines.iter().find(|line| line.contains(",city,")).unwrap();
        assert!(city.contains("Dewi Lestari,updated,contact") && city.contains("'=cmd()") && city.contains(",Solo,'+62,"), "{city}");
        let thai = client.in_language("th");
        assert!(thai.get("audit-entries/export").text().starts_with("\u{feff}เมื่อ,"));
        // Several pieces of the file are one.
        for n in 0..3 {
            let bodies: Vec<Value> = (0..100).map(|i| json!({"name": format!("T{n}-{i}")})).collect();
            for body in bodies {
                client.create("tags", &body);
            }
        }
        let all = client.get("audit-entries/export").text().lines().count();
        assert!(all > 300, "{all}");
    }

    fn nothing_changes_or_removes_an_entry(app: TestApp) {
        let mut app = app;
        make(app.client(), "contact");
        let document = app.anonymous().get("/api/openapi.json").ok(200);
        let paths = document["paths"].as_object().unwrap();
        let ways = paths.iter().filter(|(path, _)| path.contains("/audit-entries") || path.ends_with("/history"));
        for (path, operations) in ways {
            let methods: Vec<&String> = operations.as_object().unwrap().keys().collect();
            assert_eq!(methods, ["get"], "{path}");
        }
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        for sql in ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"] {
            let refused = database.across().write_blocking(move |conn| conn.execute(&Statement::new(sql)).map(drop));
            let refused: Result<(), StoreError> = refused;
            assert!(refused.unwrap_err().to_string().contains("never"), "{sql}");
        }
        assert!(integrity::number(&database, "SELECT count(*) FROM audit_entries") > 0);
    }

    fn rare_entries_are_looked_for_step_by_step(app: TestApp) {
        let mut app = app;
        let workspace = app.owner.session["workspace"]["id"].as_str().unwrap().to_owned();
        let rare = make(app.client(), "tag");
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let rows = (0..25_000).map(|_| {
            let id = Uuid::now_v7();
            format!("('{workspace}', '{id}', '{id}', {}, 'updated', 'contact', '[]')", chrono::Utc::now().timestamp_micros())
        });
        let rows: Vec<String> = rows.collect();
        for rows in rows.chunks(500) {
            let sql = format!(
                "INSERT INTO audit_entries (workspace_id, record_id, id, at, action, object, changes) VALUES {}",
                rows.join(", ")
            );
            database.across().write_blocking(move |conn| conn.execute_batch(&sql)).unwrap();
        }
        database.across().write_blocking(|conn| conn.execute_batch("ANALYZE audit_entries")).unwrap();
        let record = id(&rare);
        let [looking, of_page, of_record] = plans(&database, &workspace, &record);
        for plan in [&looking, &of_page, &of_record] {
            let scans = plan.contains("SCAN audit_entries") || plan.contains("Seq Scan") || plan.contains("TEMP B-TREE");
            assert!(!scans, "{plan}");
        }
        assert!(looking.contains("audit_entries_workspace") && of_page.contains("audit_entries_workspace"), "{looking} {of_page}");
        assert!(of_record.contains("PRIMARY KEY") || of_record.contains("audit_entries_pkey"), "{of_record}");
        drop(database);
        app.crash_and_restart();
        let client = app.client();
        let first = page(client, &[("object", "tag")]);
        assert_eq!(first["items"], json!([]));
        assert!(first["next_cursor"].is_string() && first["reached"].is_string(), "{first}");
        let found = client.all("audit-entries", &[("object", "tag")], "record_id");
        assert_eq!(found, [rare["id"].clone()]);
        let file = client.list("audit-entries/export", &[("object", "tag")]).text();
        assert_eq!(file.lines().count(), 2, "{file}");
        let whole = client.list("audit-entries/export", &[("object", "contact")]);
        assert_eq!(whole.text().lines().count(), 25_001);
    }
}

/// How the database goes about the queries of a page: for where to stop looking, for what was found, for a record's.
fn plans(database: &relasi_persistence::Database, workspace: &str, record: &str) -> [String; 3] {
    let before = Uuid::now_v7();
    // As large a part of these entries as 10,000 are of a log of some age.
    let last = database.across().read_blocking(|conn| {
        let statement =
            Statement::new("SELECT id FROM audit_entries ORDER BY id DESC LIMIT 1 OFFSET 999");
        conn.row(&statement, |row| row.text(0))
    });
    let last = last.unwrap().unwrap();
    let range = format!("workspace_id = '{workspace}' AND id < '{before}'");
    let queries = [
        format!(
            "SELECT id, at FROM audit_entries WHERE {range} ORDER BY id DESC LIMIT 1 OFFSET 9999"
        ),
        format!(
            "SELECT at, id, changes FROM audit_entries WHERE {range} AND id >= '{last}' AND object = 'tag' AND changes LIKE '%x%' ORDER BY id DESC LIMIT 51"
        ),
        format!(
            "SELECT at, id, changes FROM audit_entries WHERE {range} AND record_id = '{record}' ORDER BY id DESC LIMIT 51"
        ),
    ];
    queries.map(|query| {
        let lines = database.across().read_blocking(move |conn| {
            let (words, column) = match conn.dialect() {
                relasi_persistence::Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
                relasi_persistence::Dialect::Postgres => ("EXPLAIN", 0),
            };
            conn.rows(&Statement::new(format!("{words} {query}")), |row| {
                row.text(column)
            })
        });
        lines.unwrap().join("\n")
    })
}
