//! Nobody reaches another workspace, by any documented path.

use std::collections::BTreeMap;

use chrono::Utc;
use relasi_app::identity::{Cost, Founding, Identity, furnish};
use relasi_domain::{
    OBJECTS,
    field::{Item, Kind},
};
use relasi_persistence::{Database, Options};
use relasi_tests::{Client, Member, Method, PASSWORD, TestApp, fresh_email, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bodies::{id, make, make_with, merged, minimal, writable};

mod acceptable;

pub use acceptable::acceptable;
use acceptable::role;

/// A word in everything that the first workspace keeps to itself.
pub(crate) const SECRET: &str = "Rahasia";

/// Another workspace on the same installation; its owner, signed in. The server is started anew.
pub fn second_workspace(app: &mut TestApp) -> Member {
    app.at.terminate();
    let file = app
        .at
        .settings
        .data_dir
        .join("relasi.db")
        .display()
        .to_string();
    let address = app.at.settings.database_url.clone().unwrap_or(file);
    let email = fresh_email("neighbour");
    let founding = Founding {
        workspace_name: "PT Tetangga".into(),
        language: "id".into(),
        currency: "IDR".into(),
        time_zone: "Asia/Jakarta".into(),
        full_name: "Budi Santoso".into(),
        email: email.clone(),
        password: PASSWORD.into(),
        sample_data: false,
    };
    let database = Database::open(&address, &Options::default()).unwrap();
    let identity = Identity::open(database.clone(), Cost::default(), Utc::now()).unwrap();
    identity
        .add_workspace(founding, Utc::now(), |conn, access, now| {
            furnish(conn, access, now, "id", "IDR")
        })
        .unwrap();
    drop(identity);
    drop(database);
    app.crash_and_restart();
    Member::sign_in(&app.at.client(), &email)
}

/// What the first workspace holds, by the first part of the paths that lead to it.
pub(crate) fn secrets(app: &TestApp) -> BTreeMap<String, String> {
    let client = app.client();
    let mut ids = BTreeMap::new();
    for object in OBJECTS {
        let mut record = minimal(client, object.name);
        record[object.title] = json!(format!("{SECRET} {}", object.name));
        ids.insert(
            object.plural.to_owned(),
            id(&client.create(object.plural, &record)),
        );
    }
    let mate = app.member("member");
    make_with(
        client,
        "contact",
        json!({"full_name": SECRET, "owner_id": mate.id}),
    );
    ids.insert(
        "notifications".into(),
        id(&mate.client.get("notifications").ok(200)["items"][0]),
    );
    ids.insert(
        "members".into(),
        id(&client.get("members").ok(200)["items"][0]),
    );
    // Passkeys belong to a person and to no workspace; no id of one is anybody else's.
    ids.insert("passkeys".into(), Uuid::now_v7().to_string());
    // Without a mail account there are no messages; no id of one is anybody else's.
    ids.insert("mail".into(), Uuid::now_v7().to_string());
    ids.insert(
        "email-accounts".into(),
        id(&crate::email::account(client, 25)),
    );
    let mail = json!({"to": ["siti@kopi.example"], "subject": SECRET, "text": SECRET});
    let mail = client
        .post(&format!("contacts/{}/emails", ids["contacts"]), &mail)
        .ok(201);
    ids.insert("emails".into(), id(&mail));
    ids.insert(
        "email-suppressions".into(),
        id(&crate::email::suppressed(client)),
    );
    ids.insert("roles".into(), role(client));
    ids.insert(
        "sessions".into(),
        id(&client.get("sessions").ok(200)["items"][0]),
    );
    let invited = client
        .post(
            "invitations",
            &json!({"email": fresh_email("guest"), "role": "member"}),
        )
        .ok(201);
    ids.insert("invitations".into(), id(&invited));
    let key = json!({"name": SECRET, "scopes": ["see"]});
    ids.insert(
        "api-keys".into(),
        id(&client.post("api-keys", &key).ok(201)),
    );
    let others = json!({"name": SECRET, "confidential": false, "redirect_uris": ["https://kopi.example/"], "scopes": ["see"]});
    let others = id(&client.post("apps", &others).ok(201));
    ids.insert("connected-apps".into(), others.clone());
    ids.insert("apps".into(), others);
    let file = format!("full_name,email\n{SECRET} satu,rahasia@kopi.example\n");
    let headers = [("content-type", "application/octet-stream")];
    let import = client
        .send(
            Method::POST,
            "imports?object=contact&file_name=r.csv",
            &headers,
            file.as_bytes(),
        )
        .ok(201);
    ids.insert("imports".into(), id(&import));
    let run = client.post(&format!("imports/{}/run", id(&import)), &json!({}));
    assert!(run.status < 300, "{}", run.text());
    let export = json!({"object": "contact", "action": "export", "target": {"q": SECRET}});
    let exported = client.post("bulk-operations", &export).ok(202);
    app.finished(exported["job_id"].as_str().unwrap());
    ids.insert("bulk-operations".into(), id(&exported));
    let contact = format!("contacts/{}", ids["contacts"]);
    let said = client
        .post(&format!("{contact}/comments"), &json!({"body": SECRET}))
        .ok(201);
    ids.insert("comments".into(), id(&said));
    let with = json!({"team_id": ids["teams"]});
    let shared = client.post(&format!("{contact}/shares"), &with).ok(201);
    ids.insert("shares".into(), id(&shared));
    let path = format!("{contact}/files?name={SECRET}.txt");
    let file = client
        .send(Method::POST, &path, &headers, SECRET.as_bytes())
        .ok(201);
    ids.insert("files".into(), id(&file));
    let whole = client.post("workspace/exports", &json!({})).ok(202);
    app.finished(whole["job_id"].as_str().unwrap());
    ids.insert("workspace".into(), whole["job_id"].as_str().unwrap().into());
    let purpose = json!({"name": SECRET, "legal_basis": "consent", "channels": ["email"]});
    ids.insert(
        "consent-purposes".into(),
        id(&client.post("consent-purposes", &purpose).ok(201)),
    );
    let rule = json!({"name": SECRET, "object": "activity", "months": 120, "action": "list"});
    ids.insert(
        "retention-rules".into(),
        id(&client.post("retention-rules", &rule).ok(201)),
    );
    let entry = json!({"name": SECRET});
    ids.insert(
        "processing-entries".into(),
        id(&client.post("processing-entries", &entry).ok(201)),
    );
    let copy = client.post(&format!("{contact}/copy"), &json!({})).ok(202);
    app.finished(copy["job_id"].as_str().unwrap());
    ids.insert(
        "person-copies".into(),
        copy["job_id"].as_str().unwrap().into(),
    );
    let job = client.get("jobs").ok(200)["items"][0].clone();
    app.finished(&id(&job));
    ids.insert("jobs".into(), id(&job));
    let schedule = crate::jobs::schedule(app, "quality.remind");
    ids.insert("job-schedules".into(), id(&schedule));
    for n in [1, 2] {
        let twin = json!({"full_name": format!("{SECRET} kembar"), "phones": [{"value": "+62 812-4000-4000"}], "job_title": n.to_string()});
        client.post("contacts?duplicates=allow", &twin).ok(201);
    }
    let scan = client
        .post("duplicates/scan", &json!({"object": "contact"}))
        .ok(202);
    app.finished(&id(&scan));
    let audit = client
        .post("quality-audits", &json!({"name": SECRET}))
        .ok(201);
    ids.insert("quality-audits".into(), id(&audit));
    let step = id(&audit["steps"][0]);
    let finding = client
        .post(
            &format!("quality-steps/{step}/findings"),
            &json!({"text": SECRET, "severity": "low"}),
        )
        .ok(201);
    ids.insert("quality-steps".into(), step);
    ids.insert("quality-findings".into(), id(&finding));
    let other = make_with(client, "company", json!({"name": SECRET}));
    let order = json!({"loser_id": other["id"], "loser_version": 1});
    let at = format!("companies/{}/merge", ids["companies"]);
    let merged = client.verb(&at, 1, &order).ok(200);
    ids.insert("merges".into(), id(&merged["merge"]));
    let hook = json!({"url": "https://kopi.example/hook", "description": SECRET, "kinds": ["webhook.none"]});
    ids.insert(
        "webhook-endpoints".into(),
        id(&client.post("webhook-endpoints", &hook).ok(201)),
    );
    let hook = json!({"name": SECRET, "object": "contact"});
    let hook = client.post("inbound-hooks", &hook).ok(201);
    ids.insert("inbound-hooks".into(), id(&hook));
    let calendar = crate::bodies::merged(crate::lead_routing::calendar(), &json!({"name": SECRET}));
    let calendar = client.post("business-calendars", &calendar).ok(201);
    ids.insert("business-calendars".into(), id(&calendar));
    let rule = json!({"name": SECRET, "user_ids": [app.owner.id]});
    let rule = client.post("routing-rules", &rule).ok(201);
    ids.insert("routing-rules".into(), id(&rule));
    let rule = json!({"name": SECRET, "filter": "source = x", "points": 5});
    let rule = client.post("score-rules", &rule).ok(201);
    ids.insert("score-rules".into(), id(&rule));
    ids.insert("work-profiles".into(), app.owner.id.clone());
    let form = json!({"name": SECRET, "active": true});
    let page = json!({"name": SECRET, "hosts": [{"user_id": app.owner.id}], "active": true});
    let page = client.post("booking-pages", &page).ok(201);
    ids.insert("booking-pages".into(), id(&page));
    ids.extend(crate::call_lists::known(client, &ids["contacts"]));
    ids.insert("forms".into(), id(&client.post("forms", &form).ok(201)));
    ids.insert(
        "duplicates".into(),
        id(&client.get("duplicates").ok(200)["items"][0]),
    );
    ids
}

/// Everything that the owner of the first workspace can read.
pub(crate) fn all_of(client: &Client) -> Value {
    let mut all = json!({});
    for object in OBJECTS {
        for trashed in ["false", "true"] {
            let page = client.list(
                object.plural,
                &[
                    ("limit", "200"),
                    ("trashed", trashed),
                    ("sort", "created_at"),
                ],
            );
            all[format!("{} {trashed}", object.plural)] = page.ok(200);
        }
    }
    for path in [
        "members",
        "roles",
        "invitations",
        "jobs",
        "job-schedules",
        "imports",
        "bulk-operations",
        "workspace",
        "sessions",
        "notifications",
        "duplicates",
        "merges",
        "quality-audits",
        "webhook-endpoints",
        "inbound-hooks",
        "business-calendars",
        "routing-rules",
        "score-rules",
        "forms",
        "booking-pages",
        "call-lists",
        "email-accounts",
        "email-suppressions",
        "apps",
    ] {
        let mut answer = client.get(path).ok(200);
        // A message whose server is not there is tried again meanwhile.
        if let Some(items) = answer["items"].as_array_mut() {
            items.retain(|item| item["kind"] != "email.send");
        }
        // When somebody was seen last, and what a mail server said last, goes on by itself.
        for item in answer["items"].as_array_mut().into_iter().flatten() {
            for name in ["last_seen_at", "send_error", "send_reply", "failed_at"] {
                item.as_object_mut().unwrap().remove(name);
            }
        }
        all[path] = answer;
    }
    all
}

on_both! {
    fn every_path_with_an_id_knows_nothing_of_other_workspaces(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let ids = secrets(&app);
        let before = all_of(app.client());
        let document = app.anonymous().get("/api/openapi.json").ok(200);
        let mut asked = 0;
        for (path, operations) in document["paths"].as_object().unwrap() {
            if !path.contains('{') || path.contains("{token}") || path.contains("{report}") {
                continue;
            }
            let part = path.trim_start_matches("/api/v1/").split('/').next().unwrap();
            let secret = ids.get(part).unwrap_or_else(|| panic!("{path}: no row in the matrix"));
            for method in operations.as_object().unwrap().keys() {
                let method: Method = method.to_uppercase().parse().unwrap();
                let at = path.replace("{id}", secret);
                let reply = if method == Method::GET {
                    neighbour.client.get(&at)
                } else {
                    neighbour.client.json(method.clone(), &at, &[("if-match", "\"1\"")], &acceptable(&neighbour.client, &method, path))
                };
                assert_eq!(reply.status, 404, "{}: {}", reply.request, reply.text());
                assert!(!reply.text().contains(SECRET), "{}", reply.text());
                reply.problem(404, "not_found");
                asked += 1;
            }
        }
        assert!(asked > 80, "{asked} operations have an id");
        assert_eq!(all_of(app.client()), before, "nothing has changed");
    }

    fn lists_searches_and_figures_stay_at_home(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let ids = secrets(&app);
        let stranger = &neighbour.client;
        for object in OBJECTS {
            let secret = &ids[object.plural];
            let by_id = format!("id = \"{secret}\"");
            let by_title = format!("{} ~ {SECRET}", object.title);
            for parameters in [vec![], vec![("trashed", "true")], vec![("q", SECRET)], vec![("filter", &*by_id)], vec![("filter", &*by_title)]] {
                let page = stranger.list(object.plural, &parameters).ok(200);
                assert!(!page.to_string().contains(SECRET) && !page.to_string().contains(secret), "{} {parameters:?}", object.name);
                if !parameters.is_empty() {
                    assert_eq!(page["items"], json!([]), "{} {parameters:?}", object.name);
                }
            }
            let count = stranger.list(&format!("{}/count", object.plural), &[("filter", &by_id)]).ok(200);
            assert_eq!(count["count"], 0, "{}", object.name);
            for by in ["owner_id", object.title, "created_at:day"] {
                let groups = stranger.list(&format!("{}/groups", object.plural), &[("by", by), ("filter", &by_id)]).ok(200);
                assert_eq!((&groups["groups"], &groups["more"]), (&json!([]), &json!(false)), "{} by {by}", object.name);
                let all = stranger.list(&format!("{}/groups", object.plural), &[("by", by)]).ok(200);
                assert!(!all.to_string().contains(SECRET), "{} by {by}", object.name);
            }
        }
        for q in [SECRET, "rahasia@kopi.example", "ra"] {
            assert_eq!(stranger.list("search", &[("q", q)]).ok(200)["items"], json!([]));
        }
        let found = app.client().list("search", &[("q", SECRET)]).ok(200);
        assert!(found["items"].as_array().unwrap().len() >= 4, "{found}");
        let home = stranger.get("home?kind=workspace").ok(200);
        assert_eq!((&home["open"], &home["tasks"]), (&json!([]), &json!([])));
        for (path, own) in [("members", 1), ("roles", 5), ("invitations", 0), ("jobs", 0), ("imports", 0), ("bulk-operations", 0), ("notifications", 0), ("sessions", 1), ("duplicates", 0), ("merges", 0), ("quality-audits", 0), ("webhook-endpoints", 0), ("inbound-hooks", 0), ("business-calendars", 0), ("routing-rules", 0), ("score-rules", 0), ("forms", 0), ("booking-pages", 0), ("call-lists", 0), ("work-profiles", 1)] {
            let items = stranger.get(path).ok(200)["items"].clone();
            assert_eq!(items.as_array().unwrap().len(), own, "{path}: {items}");
        }
        assert_eq!(stranger.get("workspace").ok(200)["name"], "PT Tetangga");
    }

    fn no_record_refers_into_another_workspace(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let ids = secrets(&app);
        let stranger = &neighbour.client;
        for &object in OBJECTS {
            let record = make(stranger, object.name);
            for field in writable(object) {
                let name = field.name.as_ref();
                let (target, many) = match &field.kind {
                    Kind::Reference(target) => (target.as_ref(), false),
                    Kind::Many(Item::Reference(target)) => (target.as_ref(), true),
                    Kind::Person => ("user", false),
                    _ => continue,
                };
                let secret = relasi_domain::object(target).map_or(&app.owner.id, |target| &ids[target.plural]);
                let value = if many { json!([secret]) } else { json!(secret) };
                let refused = stranger.post(object.plural, &merged(minimal(stranger, object.name), &json!({name: value})));
                assert_eq!(refused.status, 422, "{}.{name}: {}", object.name, refused.text());
                let patch = stranger.patch(&format!("{}/{}", object.plural, id(&record)), 1, &json!({name: value}));
                assert_eq!(patch.status, 422, "{}.{name}: {}", object.name, patch.text());
            }
        }
        let deal = make(stranger, "deal");
        let foreign = json!({"stage_id": ids["stages"]});
        let moved = stranger.verb(&format!("deals/{}/move", id(&deal)), 1, &foreign);
        assert_eq!(moved.faults(), ["/stage_id no_such_record"]);
    }
}
