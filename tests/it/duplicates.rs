//! Records that are there twice: noticed before they are saved, found in the base, said not to be the same.

use relasi_tests::{Backend, Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::id;

fn person(name: &str, phone: &str, email: &str) -> Value {
    let point = |value: &str| {
        if value.is_empty() {
            json!([])
        } else {
            json!([{"value": value}])
        }
    };
    json!({"full_name": name, "phones": point(phone), "emails": point(email), "country": "ID"})
}

/// Makes people without asking whether they are there already.
fn people(client: &Client, all: &[Value]) -> Vec<Value> {
    all.iter()
        .map(|body| client.post("contacts?duplicates=allow", body).ok(201))
        .collect()
}

/// Looks through all records of an object; the result of the job.
#[track_caller]
fn scanned(app: &TestApp, body: &Value) -> Value {
    let job = app.client().post("duplicates/scan", body).ok(202);
    let job = app.finished(&id(&job));
    assert_eq!(job["state"], "done", "{job}");
    job["result"].clone()
}

/// Names of the records of each pair.
fn names(page: &Value) -> Vec<[String; 2]> {
    let title = |record: &Value| {
        record["full_name"]
            .as_str()
            .or(record["name"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let pairs = page["items"].as_array().unwrap().iter();
    pairs
        .map(|pair| [title(&pair["records"][0]), title(&pair["records"][1])])
        .collect()
}

fn pair(one: &str, other: &str) -> [String; 2] {
    [one.to_owned(), other.to_owned()]
}

on_both! {
    fn a_scan_finds_who_is_there_twice_and_says_why(app: TestApp) {
        let client = app.client();
        people(client, &[
            person("Budi Santoso", "+62 812-3456-7890", "budi@kopi.example"),
            person("Siti Rahmawati", "+62 813-1111-2222", ""),
            person("สมชาย ใจดี", "+66 81 234 5678", ""),
            person("Bpk. Santoso Budi, S.E.", "0812 3456 7890", ""),
            person("Somchai Jaidee", "+66812345678", ""),
            person("Budi Santoso", "+62 899-0000-0000", ""),
        ]);
        for (name, domain) in [("PT Kopi Nusantara Tbk", "kopi.example"), ("Kopi Nusantara", ""), ("CV Teh Melati", "")] {
            client.post("companies", &json!({"name": name, "domain": (!domain.is_empty()).then_some(domain)})).ok(201);
        }
        let result = scanned(&app, &json!({"object": "contact"}));
        assert_eq!((&result["records"], &result["pairs"], &result["truncated"]), (&json!(6), &json!(2), &json!(false)));
        let found = client.get("duplicates").ok(200);
        assert_eq!(names(&found), [pair("Budi Santoso", "Bpk. Santoso Budi, S.E."), pair("สมชาย ใจดี", "Somchai Jaidee")]);
        let first = &found["items"][0];
        assert_eq!((&first["sure"], &first["state"], &first["object"]), (&json!(true), &json!("open"), &json!("contact")));
        assert_eq!(first["reasons"][0], json!({"field": "phone", "agreement": "same", "points": 45}));
        assert_eq!(first["reasons"][1], json!({"field": "name", "agreement": "swapped", "points": 40}));
        assert_eq!(found["items"][1]["reasons"][1]["agreement"], "sound");
        assert_eq!(scanned(&app, &json!({"object": "company"}))["pairs"], 1);
        let told = app.client().get("notifications").ok(200);
        assert_eq!((&told["items"][0]["kind"], &told["items"][0]["data"]["pairs"]), (&json!("duplicates_searched"), &json!(1)));
        assert_eq!(told["items"][0]["data"]["object"], "company");
        let companies = client.get("duplicates?object=company").ok(200);
        assert_eq!(names(&companies), [pair("PT Kopi Nusantara Tbk", "Kopi Nusantara")]);
        assert_eq!(client.get("duplicates/summary").ok(200), json!({"contact": 2, "company": 1, "lead": 0}));
        let one = client.get(&format!("duplicates/{}", id(first))).ok(200);
        assert_eq!(&one, first);
        // Page by page.
        let page = client.get("duplicates?limit=1").ok(200);
        let cursor = page["next_cursor"].as_str().expect("a cursor");
        let next = client.get(&format!("duplicates?limit=1&cursor={cursor}")).ok(200);
        assert_eq!((names(&next), &next["next_cursor"]), (vec![pair("สมชาย ใจดี", "Somchai Jaidee")], &Value::Null));
        assert_eq!(client.get("duplicates?cursor=zzz").faults(), ["?cursor bad_cursor"]);
    }

    fn what_is_not_the_same_stays_so_and_what_has_changed_goes(app: TestApp) {
        let client = app.client();
        let made = people(client, &[
            person("Dewi Lestari", "+62 812-1000-1000", ""), person("Dewi Lestari", "+62 812-1000-1000", ""),
            person("Agus Prasetyo", "+62 812-2000-2000", ""), person("Agus Prasetyo", "+62 812-2000-2000", ""),
        ]);
        scanned(&app, &json!({"object": "contact"}));
        let open = || names(&client.get("duplicates").ok(200)).into_iter().map(|[one, _]| one).collect::<Vec<_>>();
        assert_eq!(open().len(), 2);
        let dewi = client.get(&format!("duplicates?record_id={}", id(&made[0]))).ok(200);
        let at = format!("duplicates/{}", id(&dewi["items"][0]));
        let decided = client.post(&format!("{at}/not-same"), &json!({})).ok(200);
        assert_eq!((&decided["state"], &decided["decided_by"]), (&json!("not_same"), &json!(app.owner.id)));
        assert_eq!(open(), ["Agus Prasetyo"]);
        scanned(&app, &json!({"object": "contact"}));
        assert_eq!(open(), ["Agus Prasetyo"]);
        assert_eq!(names(&client.get("duplicates?state=not_same").ok(200)).len(), 1);
        client.post(&format!("{at}/reopen"), &json!({})).ok(200);
        assert_eq!(open().len(), 2);
        // Out of sight while one lies in the trash, gone after the next scan once the records differ.
        client.delete(&format!("contacts/{}", id(&made[0])), 1).ok(204);
        assert_eq!(open(), ["Agus Prasetyo"]);
        client.patch(&format!("contacts/{}", id(&made[3])), 1, &json!({"full_name": "Rina Marlina", "phones": []})).ok(200);
        assert_eq!(scanned(&app, &json!({"object": "contact"}))["pairs"], 0);
        assert_eq!(open(), [""; 0]);
    }

    fn a_crowd_behind_one_number_is_not_compared_all_with_all(app: TestApp) {
        let client = app.client();
        let letters = ["ba", "ki", "lo", "mu", "ne", "sa", "ti", "ro"];
        let mut crowd: Vec<Value> = (0..64)
            .map(|n| person(&format!("{}{}n {}{}r", letters[n % 8], letters[n / 8], letters[n / 8], letters[(n * 3) % 8]), "+62 21-555-0100", ""))
            .collect();
        crowd.push(person("Hendra Gunawan", "+62 21-555-0100", ""));
        crowd.push(person("Gunawan, Hendra", "021 555 0100", ""));
        people(client, &crowd);
        let result = scanned(&app, &json!({"object": "contact"}));
        assert_eq!((&result["crowds"][0]["key"], &result["crowds"][0]["records"]), (&json!("phone"), &json!(66)));
        assert!(result["compared"].as_i64().unwrap() < 66 * 65 / 2, "{result}");
        let found = names(&client.get("duplicates").ok(200));
        assert!(found.contains(&pair("Hendra Gunawan", "Gunawan, Hendra")), "{found:?}");
    }

    fn a_value_that_very_many_have_stays_cheap(app: TestApp) {
        let client = app.client();
        let field = json!({"object": "company", "kind": "text", "label": "Area", "name": "area", "marks_duplicates": true});
        client.create("custom-fields", &field);
        for n in 0..60_u8 {
            let body = json!({"name": format!("{}{} Jaya", char::from(b'A' + n / 10), char::from(b'K' + n % 10)), "custom": {"area": "Dago"}});
            client.post("companies?duplicates=allow", &body).ok(201);
        }
        let result = scanned(&app, &json!({"object": "company"}));
        let crowds = result["crowds"].as_array().unwrap();
        assert!(crowds.iter().any(|crowd| crowd["key"] == "custom" && crowd["records"] == 60), "{result}");
        let refused = client.post("companies", &json!({"name": "Zeta", "custom": {"area": "dago"}})).problem(422, "invalid");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 10, "some of them are named");
    }

    fn a_form_learns_who_is_there_already(app: TestApp) {
        let client = app.client();
        let made = people(client, &[person("Siti Rahmawati", "+62 813-1111-2222", "siti@kopi.example"), person("Rudi Hartono", "", "")]);
        let ask = |body: &Value| client.post("contacts/duplicates", body).ok(200)["items"].clone();
        let found = ask(&person("Sti Rahmawati", "0813 1111 2222", ""));
        assert_eq!((&found[0]["id"], &found[0]["title"], &found[0]["sure"]), (&made[0]["id"], &json!("Siti Rahmawati"), &json!(false)));
        assert_eq!(found[0]["record"], made[0]);
        assert_eq!(found.as_array().unwrap().len(), 1);
        let found = ask(&json!({"full_name": "Rahmawati Siti", "emails": [{"value": "siti@"}], "phones": [{"value": "+62813 1111 2222"}]}));
        assert_eq!(found[0]["sure"], true);
        assert_eq!(ask(&json!({"full_name": "Rahma"})), json!([]));
        assert_eq!(ask(&json!({})), json!([]));
        assert_eq!(client.post("contacts/duplicates", &json!({"surprise": 1})).faults(), ["/surprise unknown_member"]);
        assert_eq!(client.get("contacts/count").ok(200)["count"], 2);
        client.post("companies", &json!({"name": "PT Kopi Nusantara", "city": "Bandung"})).ok(201);
        let found = client.post("companies/duplicates", &json!({"name": "Kopi Nusantara Tbk"})).ok(200);
        assert_eq!(found["items"][0]["title"], "PT Kopi Nusantara");
    }

    fn somebody_with_the_same_name_and_number_is_not_made_without_asking(app: TestApp) {
        let client = app.client();
        let first = people(client, &[person("Budi Santoso", "+62 812-3456-7890", "budi@kopi.example")]);
        let again = person("Santoso, Budi", "0812-3456-7890", "other@kopi.example");
        let reply = client.post("contacts", &person("Budi Santoso", "0812-3456-7890", ""));
        assert_eq!(reply.body()["errors"][0]["params"]["id"], first[0]["id"]);
        assert_eq!(reply.faults(), ["/phones/0 duplicate"]);
        client.post("contacts?duplicates=allow", &again).ok(201);
        // The family shares the number.
        client.post("contacts", &person("Ratna Santoso", "0812-3456-7890", "")).ok(201);
    }

    fn thresholds_are_set_by_administrators(app: TestApp) {
        let client = app.client();
        assert_eq!(client.get("duplicates/settings").ok(200), json!({"review": 60, "sure": 85}));
        let set = |client: &Client, body: Value| client.json(Method::PUT, "duplicates/settings", &[], &body);
        for bad in [json!({"review": 90, "sure": 80}), json!({"review": 0, "sure": 80}), json!({"review": 50, "sure": 101})] {
            assert_eq!(set(client, bad).faults(), ["/sure bad_thresholds"]);
        }
        for role in ["manager", "member", "read_only"] {
            let other = app.member(role);
            set(&other.client, json!({"review": 1, "sure": 2})).problem(403, "forbidden");
            other.client.get("duplicates/settings").ok(200);
        }
        people(client, &[person("Eko Nugroho", "", ""), person("Eko Nugroho", "", "")]);
        assert_eq!(scanned(&app, &json!({"object": "contact"}))["pairs"], 0);
        assert_eq!(set(client, json!({"review": 30, "sure": 40})).ok(200), json!({"review": 30, "sure": 40}));
        assert_eq!(scanned(&app, &json!({"object": "contact"}))["pairs"], 1);
        assert_eq!(client.get("duplicates").ok(200)["items"][0]["sure"], true);
    }

    fn rights_decide_who_scans_and_who_decides(app: TestApp) {
        let client = app.client();
        people(client, &[person("Dewi Lestari", "+62 812-1000-1000", ""), person("Dewi Lestari", "+62 812-1000-1000", "")]);
        scanned(&app, &json!({"object": "contact"}));
        let found = client.get("duplicates").ok(200);
        let decide = format!("duplicates/{}/not-same", id(&found["items"][0]));
        for role in ["member", "read_only"] {
            let other = app.member(role).client;
            other.post("duplicates/scan", &json!({"object": "contact"})).problem(403, "forbidden");
            other.post(&decide, &json!({})).problem(403, "forbidden");
            assert_eq!(other.get("duplicates").ok(200), found);
        }
        app.member("manager").client.post("duplicates/scan", &json!({"object": "contact"})).ok(202);
        assert_eq!(client.post("duplicates/scan", &json!({"object": "deal"})).faults(), ["/object not_a_choice"]);
        assert_eq!(client.get("duplicates?object=deal").faults(), ["?object not_a_choice"]);
    }

    fn a_scan_may_be_about_what_an_import_brought(app: TestApp) {
        let client = app.client();
        people(client, &[
            person("Dewi Lestari", "+62 812-1000-1000", ""), person("Dewi Lestari", "+62 812-1000-1000", ""),
            person("Maya Safitri", "+62 812-7000-7000", ""),
        ]);
        let file = "Name,Phone\nMaya Safitri,0812 7000 7000\nJoko Susilo,0812 8000 8000\n";
        let import = client.send(Method::POST, "imports?file_name=people.csv", &[], file.as_bytes()).ok(201);
        let run = client.post(&format!("imports/{}/run", id(&import)), &json!({})).ok(202);
        app.finished(run["job_id"].as_str().unwrap());
        scanned(&app, &json!({"object": "contact", "import_id": import["id"]}));
        assert_eq!(names(&client.get("duplicates").ok(200)), [pair("Maya Safitri", "Maya Safitri")]);
    }

    fn a_scan_goes_on_after_a_crash_and_stops_when_asked(app: TestApp) {
        let mut app = app;
        let all: Vec<Value> = (0..30).map(|n| person("Dewi Lestari", &format!("+62 812-55{:02}-1000", n / 2), "")).collect();
        people(app.client(), &all);
        let job = app.client().post("duplicates/scan", &json!({"object": "contact"})).ok(202);
        let again = app.client().post("duplicates/scan", &json!({"object": "contact"})).ok(202);
        assert!(again["id"] == job["id"] || app.finished(&id(&job))["state"] == "done");
        // On a server that others may use as well, a killed worker's lease would have to run out first.
        if app.at.backend == Backend::Postgres {
            app.at.terminate();
        }
        app.crash_and_restart();
        assert_eq!(app.finished(&id(&job))["state"], "done");
        assert_eq!(app.finished(&id(&again))["state"], "done");
        assert_eq!(app.client().get("duplicates/summary").ok(200)["contact"], 15);
        // Nothing that was sorted on disk is left.
        let scratch = app.at.settings.data_dir.join("scratch");
        assert_eq!(std::fs::read_dir(scratch).unwrap().count(), 0);
        let job = app.client().post("duplicates/scan", &json!({"object": "company"})).ok(202);
        let asked = app.client().post(&format!("jobs/{}/cancel", id(&job)), &json!({}));
        let ended = app.finished(&id(&job));
        // It may have come to its end before it was asked.
        let expected = if asked.status == 409 { "done" } else { "cancelled" };
        assert!(ended["state"] == expected || ended["state"] == "done", "{ended}");
    }
}
