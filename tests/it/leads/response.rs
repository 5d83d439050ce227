//! Activities of leads, and the first response.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::kinds;
use crate::bodies::{id, make};

on_both! {
    fn the_first_call_or_mail_of_ours_is_the_response(app: TestApp) {
        let client = app.client();
        let lead = make(client, "lead");
        let at = format!("leads/{}", id(&lead));
        let now = || client.get(&at).ok(200);
        let log = |members: Value| {
            let mut body = json!({"lead_id": lead["id"], "subject": "Kopi"});
            for (name, value) in members.as_object().unwrap() {
                body[name] = value.clone();
            }
            client.create("activities", &body)
        };
        log(json!({"kind": "note"}));
        log(json!({"kind": "task", "due_at": "2100-01-01T00:00:00Z"}));
        log(json!({"kind": "call", "direction": "inbound"}));
        log(json!({"kind": "call", "done_at": "2020-01-01T00:00:00Z"}));
        for outcome in ["cancelled", "moved", "no_show"] {
            log(json!({"kind": "meeting", "outcome": outcome, "done_at": "2100-01-01T00:00:00Z"}));
        }
        let quiet = now();
        assert_eq!(quiet["first_response_at"], Value::Null, "no note, task, inbound or earlier call, no meeting that was not held");
        assert!(quiet["next_step_at"].is_string() && quiet["last_activity_at"].is_string());
        assert_eq!(quiet["version"], 1, "maintained, not changed");
        let call = log(json!({"kind": "call", "outcome": "no_answer"}));
        assert_eq!(now()["first_response_at"], call["done_at"]);
        log(json!({"kind": "email", "direction": "outbound"}));
        assert_eq!(now()["first_response_at"], call["done_at"], "the first one stays");
        client.delete(&format!("activities/{}", id(&call)), 1).ok(204);
        let after = now()["first_response_at"].clone();
        assert!(after.is_string() && after != call["done_at"], "without it the mail is the first");
        let told = kinds(client, &at);
        assert_eq!(told.iter().filter(|kind| *kind == "activity").count(), 7, "{told:?}");
    }

    fn everything_that_records_have_leads_have(app: TestApp) {
        let client = app.client();
        let lead = make(client, "lead");
        let at = format!("leads/{}", id(&lead));
        client.create("custom-fields", &json!({"object": "lead", "label": "Minat", "name": "minat", "kind": "text"}));
        client.patch(&at, 1, &json!({"custom": {"minat": "espresso"}})).ok(200);
        let found = client.list("leads", &[("filter", "custom.minat = espresso")]).ok(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        client.post(&format!("{at}/comments"), &json!({"body": "Baik"})).ok(201);
        client.send(relasi_tests::Method::POST, &format!("{at}/files?name=a.txt"), &[], b"satu").ok(201);
        let name = lead["name"].as_str().unwrap();
        let hits = client.get(&format!("search?q={}", name.replace(' ', "%20"))).ok(200);
        assert!(hits["items"].as_array().unwrap().iter().any(|hit| hit["object"] == "lead"), "{hits}");
        let edit = json!({"object": "lead", "action": "edit", "target": {"ids": [lead["id"]]}, "parameters": {"changes": {"source": "Fair"}}});
        let job = client.post("bulk-operations", &edit).ok(202);
        app.finished(job["job_id"].as_str().unwrap());
        assert_eq!(client.get(&at).ok(200)["source"], "Fair");
        let export = json!({"object": "lead", "action": "export", "target": {"q": name}});
        let job = client.post("bulk-operations", &export).ok(202);
        app.finished(job["job_id"].as_str().unwrap());
        let grouped = client.get("leads/groups?by=status").ok(200);
        assert_eq!(grouped["groups"][0]["value"], "new");
        client.delete(&at, 3).ok(204);
        client.post(&format!("{at}/restore"), &json!({})).ok(200);
    }

    fn leads_come_from_files(app: TestApp) {
        let client = app.client();
        let file = "Nama,Perusahaan,Email,Sumber,Kampanye\nDewi Lestari,Kopi Senja,dewi@senja.example,Pameran,Kopi Expo\nArif,,arif@x.example,Web,\n";
        let import = client.send(relasi_tests::Method::POST, "imports?object=lead&file_name=l.csv", &[], file.as_bytes()).ok(201);
        let at = format!("imports/{}", id(&import));
        let run = client.post(&format!("{at}/run"), &json!({})).ok(202);
        let job = run["job_id"].as_str().map_or_else(|| client.get(&at).ok(200)["job_id"].as_str().unwrap().to_owned(), str::to_owned);
        app.finished(&job);
        let leads = client.list("leads", &[("sort", "name")]).ok(200)["items"].clone();
        assert_eq!(leads.as_array().map(Vec::len), Some(2), "{leads}");
        let dewi = &leads[1];
        assert_eq!((&dewi["company_name"], &dewi["campaign"], &dewi["status"]), (&json!("Kopi Senja"), &json!("Kopi Expo"), &json!("new")));
        assert_eq!(dewi["company_id"], Value::Null, "a lead's company is what it says");
        assert_eq!(client.get("companies/count").ok(200)["count"], 0);
    }
}
