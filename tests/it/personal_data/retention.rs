//! How long records are kept, who is left out, and the record of what is done with data.

use relasi_persistence::{Statement, StoreError};
use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make_with},
    integrity,
};

fn people(app: &TestApp, names: &[&str]) -> Vec<String> {
    let make = |name: &&str| {
        let lead = json!({"full_name": name, "lifecycle_stage": if name.starts_with("Lama") { "lead" } else { "customer" }});
        id(&make_with(app.client(), "contact", lead))
    };
    names.iter().map(make).collect()
}

/// Makes all contacts and leads look as if nobody had touched them for two years.
fn age(app: &mut TestApp) {
    app.at.terminate();
    let database = integrity::open(&app.at.settings);
    let old = chrono::Utc::now() - chrono::TimeDelta::days(800);
    database
        .across()
        .write_blocking(move |conn| {
            for table in ["contacts", "leads"] {
                let mut update = Statement::new(format!("UPDATE {table} SET updated_at = "));
                conn.execute(update.bind(old))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    drop(database);
    app.crash_and_restart();
}

fn run(app: &TestApp) -> Value {
    let schedule = crate::jobs::schedule(app, "privacy.retain");
    let job = app
        .client()
        .post(&format!("job-schedules/{}/run", id(&schedule)), &json!({}))
        .ok(202);
    app.finished(&id(&job))
}

on_both! {
    fn rules_put_away_what_is_old_and_leave_out_who_is_held(app: TestApp) {
        let mut app = app;
        let ids = people(&app, &["Lama Satu", "Lama Dua", "Lama Ditahan", "Baru Pelanggan"]);
        age(&mut app);
        let client = app.client();
        client.json(relasi_tests::Method::PUT, &format!("contacts/{}/hold", ids[2]), &[], &json!({"reason": "Sengketa"}));
        assert_eq!(client.get("retention-holds").ok(200)["items"][0]["title"], "Lama Ditahan");
        let rule = json!({"name": "Prospek lama", "object": "contact", "months": 24, "filter": "lifecycle_stage = \"lead\"", "action": "trash"});
        let rule = client.post("retention-rules", &rule).ok(201);
        let at = format!("retention-rules/{}", id(&rule));
        let reach = client.get(&format!("{at}/preview")).ok(200);
        assert_eq!(reach, json!({"count": 3, "more": false, "held": 1}));
        // Nothing happens before it is switched on.
        assert_eq!(run(&app)["result"], json!({"rules": []}));
        client.patch(&at, 1, &json!({"active": true})).ok(200);
        let done = run(&app);
        assert_eq!(done["result"]["rules"][0]["outcome"], json!({"found": 3, "done": 2, "refused": 0, "held": 1}), "{done}");
        let left = client.get("contacts").ok(200)["items"].as_array().unwrap().len();
        assert_eq!(left, 2);
        let after = client.get("retention-rules").ok(200)["items"][0].clone();
        assert_eq!(after["last_result"]["done"], 2, "{after}");
        assert!(client.get("audit-entries?action=retained").ok(200)["items"][0].is_object());
        // Who is held is not erased by hand either, until the hold is lifted.
        let order = json!({"name": "Lama Ditahan", "reason": "Diminta"});
        let erasure = format!("contacts/{}/erasure", ids[2]);
        client.post(&erasure, &order).problem(409, "person_on_hold");
        let lifted = client.json(relasi_tests::Method::DELETE, &format!("contacts/{}/hold", ids[2]), &[], &json!({}));
        assert_eq!(lifted.status, 204);
        client.patch(&at, 2, &json!({"action": "erase"})).ok(200);
        let done = run(&app);
        assert_eq!(done["result"]["rules"][0]["outcome"]["done"], 1, "{done}");
        let erased = client.get("erasures").ok(200)["items"][0].clone();
        app.finished(erased["job_id"].as_str().unwrap());
        client.get(&format!("contacts/{}", ids[2])).problem(404, "not_found");
        client.get(&format!("contacts/{}", ids[3])).ok(200);
        client.delete(&at, 3).ok(204);
    }

    fn leads_that_became_nobody_go_unless_they_are_held(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let lead = |name: &str| make_with(client, "lead", json!({"name": name, "emails": [{"value": format!("{name}@x.example")}]}));
        let [still, held, mine, became, talked] = ["diam", "ditahan", "lain", "jadi", "bicara"].map(lead);
        let at = |one: &Value| format!("leads/{}", id(one));
        client.patch(&at(&mine), 1, &json!({"source": "Pameran"})).ok(200);
        let done = client.verb(&format!("{}/convert", at(&became)), 1, &json!({})).ok(200);
        client.create("activities", &json!({"kind": "call", "subject": "Kopi", "lead_id": talked["id"]}));
        age(&mut app);
        let client = app.client();
        let hold = |method: Method, one: &Value, body: Value| client.json(method, &format!("{}/hold", at(one)), &[], &body);
        assert_eq!(hold(Method::PUT, &held, json!({"reason": " "})).faults(), ["/reason required"]);
        assert_eq!(hold(Method::PUT, &held, json!({"reason": "Sengketa"})).status, 204);
        hold(Method::PUT, &became, json!({"reason": "Sengketa"})).problem(409, "lead_is_contact");
        let member = app.member("member");
        member.client.json(Method::PUT, &format!("{}/hold", at(&held)), &[], &json!({"reason": "x"})).problem(403, "forbidden");
        let holds = client.get("retention-holds").ok(200)["items"].clone();
        assert_eq!((&holds[0]["lead_id"], &holds[0]["contact_id"], &holds[0]["title"]), (&held["id"], &Value::Null, &json!("ditahan")));
        let order = json!({"name": "ditahan", "reason": "Diminta"});
        client.post(&format!("{}/erasure", at(&held)), &order).problem(409, "person_on_hold");

        let rule = json!({"name": "Prospek", "object": "lead", "months": 12, "filter": "deals > 1", "action": "erase"});
        assert_eq!(client.post("retention-rules", &rule).faults(), ["/filter unknown_field"]);
        let rule = json!({"name": "Prospek", "object": "lead", "months": 12, "filter": "source is empty", "action": "erase"});
        let rule = client.post("retention-rules", &rule).ok(201);
        let path = format!("retention-rules/{}", id(&rule));
        assert_eq!(client.get(&format!("{path}/preview")).ok(200), json!({"count": 2, "more": false, "held": 1}));
        client.patch(&path, 1, &json!({"active": true})).ok(200);
        let ran = run(&app);
        assert_eq!(ran["result"]["rules"][0]["outcome"], json!({"found": 2, "done": 1, "refused": 0, "held": 1}), "{ran}");
        let erased = client.get("erasures").ok(200)["items"][0].clone();
        app.finished(erased["job_id"].as_str().unwrap());
        client.get(&at(&still)).problem(404, "not_found");
        for one in [&held, &mine, &became, &talked] {
            client.get(&at(one)).ok(200);
        }
        client.get(&format!("contacts/{}", done["contact_id"].as_str().unwrap())).ok(200);
        // What is done with somebody who is held stays as well, and a hold goes over to the contact that they become.
        let now = client.get(&at(&held)).ok(200)["version"].as_i64().unwrap();
        let done = client.verb(&format!("{}/convert", at(&held)), now, &json!({})).ok(200);
        let contact = format!("contacts/{}", done["contact_id"].as_str().unwrap());
        let name = client.get(&contact).ok(200)["full_name"].clone();
        client.post(&format!("{contact}/erasure"), &json!({"name": name, "reason": "Diminta"})).problem(409, "person_on_hold");
        assert_eq!(hold(Method::DELETE, &held, json!({})).status, 204);
        assert_eq!(client.get("retention-holds").ok(200)["items"], json!([]));
        client.post(&format!("{contact}/erasure"), &json!({"name": name, "reason": "Diminta"})).ok(202);
    }

    fn rules_that_make_no_sense_are_refused(app: TestApp) {
        let client = app.client();
        // A rule that reaches nothing says so.
        for object in ["activity", "file"] {
            let rule = json!({"name": object, "object": object, "months": 120, "action": "list"});
            let rule = client.post("retention-rules", &rule).ok(201);
            let reach = client.get(&format!("retention-rules/{}/preview", id(&rule))).ok(200);
            assert_eq!(reach["count"], 0);
        }
        let wrong = json!({"name": "", "object": "deal", "months": 0, "action": "erase", "filter": "x"});
        let faults = client.post("retention-rules", &wrong).faults();
        assert_eq!(faults, ["/action not_a_choice", "/filter read_only_member", "/months out_of_range", "/name required", "/object not_a_choice"]);
        let wrong = json!({"name": "Aturan", "object": "contact", "months": 12, "action": "list", "filter": "nobody = 1"});
        assert_eq!(client.post("retention-rules", &wrong).faults(), ["/filter unknown_field"]);
    }

    fn the_record_of_processing_begins_with_what_is_there(app: TestApp) {
        let client = app.client();
        let purpose = json!({"name": "Kabar bulanan", "legal_basis": "consent", "channels": ["email"]});
        client.post("consent-purposes", &purpose).ok(201);
        client.post("webhook-endpoints", &json!({"url": "https://surat.example/hook"})).ok(201);
        let rule = json!({"name": "Lama", "object": "contact", "months": 36, "action": "list"});
        let rule = client.post("retention-rules", &rule).ok(201);
        client.patch(&format!("retention-rules/{}", id(&rule)), 1, &json!({"active": true})).ok(200);
        let draft = client.in_language("en").get("processing-draft").ok(200);
        let first = &draft["items"][0];
        assert_eq!((&first["name"], &first["legal_basis"]), (&json!("Kabar bulanan"), &json!("Consent")));
        assert!(first["recipients"].as_str().unwrap().contains("surat.example"), "{first}");
        assert!(first["retention"].as_str().unwrap().contains("36"), "{first}");
        assert_eq!(draft["items"].as_array().map(Vec::len), Some(2));
        let made = client.post("processing-entries", first).ok(201);
        let at = format!("processing-entries/{}", id(&made));
        let changed = client.patch(&at, 1, &json!({"transfers": "=Singapura"})).ok(200);
        assert_eq!((&changed["transfers"], &changed["name"]), (&json!("=Singapura"), &first["name"]));
        assert_eq!(client.patch(&at, 2, &json!({"owl": "x"})).faults(), ["/owl unknown_field"]);
        let file = client.in_language("en").get("processing-file").text();
        assert!(file.contains("Security measures") && file.contains("Kabar bulanan") && file.contains("'=Singapura"), "{file}");
        client.delete(&at, 2).ok(204);
        assert_eq!(client.get("processing-entries").ok(200)["items"], json!([]));
    }
}
