//! How good the records are: measured, listed in queues, reviewed step by step.

use relasi_persistence::Statement;
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{first_stage, id, make, make_with, merged, minimal},
    integrity,
    isolation::second_workspace,
};

fn measured(app: &TestApp) -> Value {
    let job = app.client().post("quality/measure", &json!({})).ok(202);
    app.finished(&id(&job));
    app.client().get("quality").ok(200)
}

fn of<'q>(quality: &'q Value, object: &str) -> &'q Value {
    let objects = quality["objects"].as_array().unwrap();
    objects.iter().find(|one| one["object"] == object).unwrap()
}

fn queue<'q>(quality: &'q Value, object: &str, name: &str) -> &'q Value {
    let queues = of(quality, object)["queues"].as_array().unwrap();
    queues.iter().find(|one| one["queue"] == name).unwrap()
}

/// The ids of a queue's records in the ordinary list.
#[track_caller]
fn listed(client: &Client, quality: &Value, object: &str, name: &str) -> Vec<Value> {
    let plural = relasi_domain::object(object).unwrap().plural;
    let filter = queue(quality, object, name)["filter"].as_str().unwrap();
    client.all(plural, &[("filter", filter)], "id")
}

fn set(client: &Client, settings: &Value) -> relasi_tests::Reply {
    client.json(Method::PUT, "quality/settings", &[], settings)
}

/// Writes into the tables while the server is down.
fn on_disk(app: &mut TestApp, statements: &[&str]) {
    app.at.terminate();
    let database = integrity::open(&app.at.settings);
    for sql in statements {
        let statement = Statement::new(*sql);
        database
            .across()
            .write_blocking(move |conn| conn.execute(&statement))
            .unwrap();
    }
    drop(database);
    app.crash_and_restart();
}

#[track_caller]
pub fn begun(client: &Client, more: Value) -> Value {
    let body = merged(json!({"name": "Tinjauan 2026"}), &more);
    client.post("quality-audits", &body).ok(201)
}

/// Every step is done.
#[track_caller]
pub fn all_done(client: &Client, audit: &Value) {
    for step in audit["steps"].as_array().unwrap() {
        change(client, step, 1, &json!({"state": "done"})).ok(200);
    }
}

fn step<'a>(audit: &'a Value, name: &str) -> &'a Value {
    let steps = audit["steps"].as_array().unwrap();
    steps.iter().find(|step| step["step"] == name).unwrap()
}

fn change(client: &Client, step: &Value, version: i64, patch: &Value) -> relasi_tests::Reply {
    client.patch(&format!("quality-steps/{}", id(step)), version, patch)
}

on_both! {
    fn each_share_is_measured_and_each_queue_is_a_list(app: TestApp) {
        let mut app = app;
        let full = json!({
            "emails": [{"value": "siti@kopi.example"}], "phones": [{"value": "+62 812-3456-7890"}], "job_title": "Buyer", "lifecycle_stage": "customer",
        });
        let client = app.client();
        let good = make_with(client, "contact", full.clone());
        let poor = make_with(client, "contact", json!({"emails": [{"value": "rudi@gmial.com"}], "phones": [{"value": "111 1111"}], "owner_id": null}));
        let old = make_with(client, "contact", json!({"full_name": "Lama"}));
        let trashed = make(client, "contact");
        client.delete(&format!("contacts/{}", id(&trashed)), 1).ok(204);
        assert_eq!((&good["problems"], &poor["problems"]), (&json!([]), &json!(["bad_email", "bad_phone"])));
        let stage = first_stage(client);
        let late = json!({"close_date": "2020-01-01", "amount": 5, "stage_id": stage["id"], "pipeline_id": stage["pipeline_id"]});
        let late = client.create("deals", &merged(minimal(client, "deal"), &late));
        let won = make(client, "deal");
        client.verb(&format!("deals/{}/win", id(&won)), 1, &json!({})).ok(200);
        let before = client.get("quality").ok(200);
        assert_eq!((&of(&before, "contact")["last"], &queue(&before, "contact", "bad_email")["count"], &before["job_id"]), (&Value::Null, &Value::Null, &Value::Null));
        let aged = format!("UPDATE contacts SET updated_at = 1000000 WHERE id = '{}'", id(&old));
        on_disk(&mut app, &[&aged]);
        let quality = measured(&app);
        let client = app.client();
        let last = &of(&quality, "contact")["last"];
        // Filled: 5 of the good one, 2 of the poor one, 1 of the old one (its owner), of 15.
        assert_eq!((&last["records"], &last["complete"], &last["valid"], &last["unique"], &last["fresh"]), (&json!(3), &json!(5333), &json!(6667), &json!(10000), &json!(6667)));
        assert_eq!(last["score"], (5333 + 6667 + 10000 + 6667 + 2) / 4);
        assert_eq!(of(&quality, "contact")["lacking"], json!({"emails": 1, "phones": 1, "job_title": 2, "lifecycle_stage": 2, "owner_id": 1}));
        for (object, name, expected) in [
            ("contact", "bad_email", vec![&poor]), ("contact", "bad_phone", vec![&poor]), ("contact", "no_owner", vec![&poor]),
            ("contact", "stale", vec![&old]), ("contact", "missing", vec![&poor, &old]), ("deal", "overdue", vec![&late]),
        ] {
            let mut found = listed(client, &quality, object, name);
            found.sort_by_key(Value::to_string);
            assert_eq!(found, expected.iter().map(|one| one["id"].clone()).collect::<Vec<_>>(), "{name}");
            assert_eq!(queue(&quality, object, name)["count"], expected.len(), "{name}");
        }
        let deals = &of(&quality, "deal")["last"];
        assert_eq!((&deals["records"], &deals["valid"], &deals["unique"]), (&json!(1), &json!(0), &Value::Null), "what is won is not measured");
        // The trend has one point a day, and what is put right is out of its queue at once.
        measured(&app);
        let points = client.list("quality/scores", &[("object", "contact")]).ok(200);
        assert_eq!(points["items"].as_array().unwrap().len(), 1);
        client.patch(&format!("contacts/{}", id(&poor)), 1, &json!({"emails": [{"value": "rudi@gmail.com"}]})).ok(200);
        assert_eq!(listed(client, &quality, "contact", "bad_email"), [Value::Null; 0]);
        assert_eq!(listed(client, &quality, "contact", "bad_phone"), [poor["id"].clone()]);
        assert_eq!(queue(&measured(&app), "contact", "bad_email")["count"], 0);
    }

    fn records_from_before_are_marked_and_pairs_count(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let poor = make_with(client, "company", json!({"phones": [{"value": "0000000"}]}));
        let twin = json!({"full_name": "Dewi Lestari", "phones": [{"value": "+62 812-1000-1000"}]});
        for _ in 0..2 {
            client.post("contacts?duplicates=allow", &twin).ok(201);
        }
        let scan = client.post("duplicates/scan", &json!({"object": "contact"})).ok(202);
        app.finished(&id(&scan));
        on_disk(&mut app, &["UPDATE companies SET problems = '[]'", "DELETE FROM field_index WHERE field = 'problems'"]);
        let quality = measured(&app);
        let client = app.client();
        assert_eq!(listed(client, &quality, "company", "bad_phone"), [poor["id"].clone()]);
        let now = client.get(&format!("companies/{}", id(&poor))).ok(200);
        assert_eq!((&now["problems"], &now["version"]), (&json!(["bad_phone"]), &json!(1)));
        assert_eq!((&of(&quality, "contact")["last"]["unique"], &queue(&quality, "contact", "duplicates")["count"]), (&json!(0), &json!(1)));
        let refused = client.patch(&format!("companies/{}", id(&poor)), 1, &json!({"problems": []}));
        assert_eq!(refused.faults(), ["/problems read_only_member"]);
        app.at.terminate();
        assert_eq!(integrity::broken(&integrity::open(&app.at.settings)), [""; 0]);
    }

    fn settings_are_kept_and_custom_fields_count(app: TestApp) {
        let client = app.client();
        let usual = client.get("quality/settings").ok(200);
        assert_eq!(usual["contact"]["weights"], json!({"complete": 25, "valid": 25, "unique": 25, "fresh": 25}));
        let field = client.create("custom-fields", &json!({"object": "contact", "label": "Tier", "kind": "text"}));
        let name = format!("custom.{}", field["name"].as_str().unwrap());
        let weights = json!({"complete": 3, "valid": 1, "unique": 0, "fresh": 0});
        let new = json!({"contact": {"weights": weights, "fields": ["city", name]}});
        assert_eq!(set(client, &new).ok(200)["company"], usual["company"]);
        make_with(client, "contact", json!({"city": "Solo"}));
        make_with(client, "contact", json!({"custom": {field["name"].as_str().unwrap(): "A"}, "city": "Medan"}));
        let quality = measured(&app);
        let contact = of(&quality, "contact");
        assert_eq!((&contact["last"]["complete"], &contact["last"]["score"]), (&json!(7500), &json!((7500 * 3 + 10000) / 4)));
        assert_eq!(contact["lacking"], json!({&name: 1}));
        assert_eq!(listed(client, &quality, "contact", "missing").len(), 1);
        // A field that goes is no longer asked for.
        client.delete(&format!("custom-fields/{}", id(&field)), 1).ok(204);
        assert_eq!(client.get("quality/settings").ok(200)["contact"]["fields"], json!(["city"]));
        let bad = json!({"contact": {"weights": {"complete": 0, "valid": 0, "unique": 0, "fresh": 0}, "fields": ["city", "city", "nonsense"]}});
        assert_eq!(set(client, &bad).faults(), ["/contact/fields/1 named_twice", "/contact/fields/2 unknown_field", "/contact/weights no_weight"]);
        assert_eq!(set(client, &json!({"tag": new["contact"]})).faults(), ["/tag unknown_member"]);
        assert_eq!(client.list("quality/scores", &[("object", "tag")]).faults(), ["?object not_a_choice"]);
        assert_eq!(client.list("quality/scores", &[("days", "0")]).faults(), ["?days out_of_range"]);
        let member = app.member("member").client;
        set(&member, &new).problem(403, "forbidden");
        member.post("quality/measure", &json!({})).problem(403, "forbidden");
        assert_eq!(member.get("quality").ok(200)["objects"], client.get("quality").ok(200)["objects"]);
    }

    fn a_review_goes_through_its_steps_and_keeps_the_scores(app: TestApp) {
        let client = app.client();
        let contact = make(client, "contact");
        measured(&app);
        let audit = begun(client, json!({"due_date": "2026-12-31"}));
        let names: Vec<&Value> = audit["steps"].as_array().unwrap().iter().map(|step| &step["step"]).collect();
        assert_eq!(names, ["purpose", "sources", "measure", "unique", "valid", "complete", "keep"]);
        let at = format!("quality-audits/{}", id(&audit));
        client.verb(&format!("{at}/finish"), 1, &json!({})).problem(409, "audit_has_open_steps");
        let valid = step(&audit, "valid");
        let found = json!({"text": "Nomor lama", "severity": "high", "object": "contact", "record_id": contact["id"], "queue": "bad_phone"});
        let findings = format!("quality-steps/{}/findings", id(valid));
        let finding = client.post(&findings, &found).ok(201);
        let fixed = client.patch(&format!("quality-findings/{}", id(&finding)), 1, &json!({"resolved": true})).ok(200);
        assert!(fixed["resolved_at"].is_string(), "{fixed}");
        assert_eq!(change(client, valid, 1, &json!({"state": "skipped"})).faults(), ["/reason required"]);
        assert_eq!(change(client, valid, 1, &json!({"state": "later"})).faults(), ["/state not_a_choice"]);
        assert_eq!(change(client, valid, 1, &json!({"state": "skipped", "reason": "Sudah bulan lalu"})).ok(200)["version"], 2);
        change(client, valid, 1, &json!({"state": "open"})).problem(412, "stale_version");
        for one in audit["steps"].as_array().unwrap().iter().filter(|one| one["step"] != "valid") {
            change(client, one, 1, &json!({"state": "done"})).ok(200);
        }
        client.post(&format!("{at}/finish"), &json!({})).problem(428, "version_required");
        assert_eq!(client.verb(&format!("{at}/finish"), 1, &json!({"reaudit_date": "2020-01-01"})).faults(), ["/reaudit_date in_the_past"]);
        let done = client.verb(&format!("{at}/finish"), 1, &json!({})).ok(200);
        let today = chrono::Utc::now().date_naive();
        assert_eq!(done["reaudit_date"], today.checked_add_months(chrono::Months::new(12)).unwrap().to_string());
        assert_eq!(done["scores"]["contact"], of(&client.get("quality").ok(200), "contact")["last"]);
        assert_eq!(done["steps"][4]["findings"][0]["text"], "Nomor lama");
        change(client, valid, 2, &json!({"state": "open"})).problem(409, "audit_is_finished");
        client.post(&findings, &found).problem(409, "audit_is_finished");
        client.verb(&format!("{at}/finish"), 2, &json!({})).problem(409, "audit_is_finished");
        assert_eq!(client.patch(&at, 2, &json!({"reaudit_date": "2027-06-01"})).ok(200)["reaudit_date"], "2027-06-01");
        begun(client, json!({}));
        assert_eq!(client.get("quality-audits").ok(200)["items"].as_array().unwrap().len(), 2);
    }

    fn a_review_is_refused_what_it_can_not_have(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let client = app.client();
        let make_audit = |body: &Value| client.post("quality-audits", body);
        assert_eq!(make_audit(&json!({"name": " ", "owner_id": neighbour.id})).faults(), ["/name required", "/owner_id no_such_record"]);
        let member = app.member("member");
        member.client.post("quality-audits", &json!({"name": "x"})).problem(403, "forbidden");
        let audit = begun(client, json!({}));
        let at = format!("quality-audits/{}", id(&audit));
        neighbour.client.get(&at).problem(404, "not_found");
        assert_eq!(client.patch(&at, 1, &json!({"reaudit_date": "2030-01-01"})).faults(), ["/reaudit_date not_finished"]);
        let step = step(&audit, "unique");
        change(&member.client, step, 1, &json!({"state": "done"})).problem(403, "forbidden");
        // Whoever does a step may work on it, and on no other one.
        change(client, step, 1, &json!({"owner_id": member.id})).ok(200);
        change(&member.client, step, 2, &json!({"state": "done"})).ok(200);
        let findings = format!("quality-steps/{}/findings", id(step));
        let stranger = make(&neighbour.client, "contact");
        let wrong = [
            (json!({"text": "", "severity": "huge"}), vec!["/severity not_a_choice", "/text required"]),
            (json!({"text": "x", "severity": "low", "queue": "stale"}), vec!["/object required"]),
            (json!({"text": "x", "severity": "low", "object": "tag"}), vec!["/object not_a_choice"]),
            (json!({"text": "x", "severity": "low", "object": "deal", "queue": "bad_email"}), vec!["/queue not_a_choice"]),
            (json!({"text": "x", "severity": "low", "object": "contact", "record_id": stranger["id"]}), vec!["/record_id no_such_record"]),
        ];
        for (body, expected) in wrong {
            assert_eq!(member.client.post(&findings, &body).faults(), expected, "{body}");
        }
        assert_eq!(client.get(&at).ok(200)["steps"][3]["findings"], json!([]));
    }

    fn who_answers_for_it_is_reminded_once(app: TestApp) {
        let mut app = app;
        let audit = begun(app.client(), json!({}));
        all_done(app.client(), &audit);
        app.client().verb(&format!("quality-audits/{}/finish", id(&audit)), 1, &json!({})).ok(200);
        on_disk(&mut app, &["UPDATE quality_audits SET reaudit_date = '2026-01-01'"]);
        let told = |app: &TestApp| {
            let items = app.client().get("notifications").ok(200)["items"].clone();
            items.as_array().unwrap().iter().filter(|one| one["kind"] == "quality_audit_due").count()
        };
        for _ in 0..2 {
            let job = crate::jobs::run_schedule(&app, "quality.remind");
            assert_eq!(job["state"], "done");
            assert_eq!(told(&app), 1, "once is enough");
        }
        let measured = crate::jobs::run_schedule(&app, "quality.measure");
        assert_eq!(measured["state"], "done");
    }
}
