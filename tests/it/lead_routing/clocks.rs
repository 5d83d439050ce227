//! Who is told of leads that nobody answers, and the figures of it.

use relasi_persistence::Statement;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{lead, profile, told, two};
use crate::{
    bodies::{id, version},
    integrity,
    jobs::queue::until,
    mail::Mailing,
};

/// Lets so many minutes pass for all leads while nothing runs, and starts the program again.
fn minutes_pass(app: &mut TestApp, minutes: i64) {
    app.at.kill();
    let database = integrity::open(&app.at.settings);
    let passed = minutes * 60_000_000;
    database
        .across()
        .write_blocking(move |conn| {
            for table in [
                format!("UPDATE leads SET created_at = created_at - {passed}, response_due_at = response_due_at - {passed}"),
                format!("UPDATE jobs SET due_at = due_at - {passed} WHERE kind = 'leads.clock' AND due_at IS NOT NULL"),
            ] {
                conn.execute(&Statement::new(table))?;
            }
            Ok::<_, relasi_persistence::StoreError>(())
        })
        .unwrap();
    drop(database);
    app.crash_and_restart();
}

fn news(client: &Client, kind: &str) -> Vec<Value> {
    let all = client.get("notifications").ok(200)["items"]
        .as_array()
        .unwrap()
        .clone();
    all.into_iter().filter(|one| one["kind"] == kind).collect()
}

on_both! {
    fn owner_and_manager_are_told_once_of_each_limit_whatever_ends_in_between(app: TestApp) {
        let mut app = app;
        let [seller, manager] = two(&app);
        let client = app.client().clone();
        let above = crate::bodies::membership(&client, &manager.email);
        let below = crate::bodies::membership(&client, &seller.email);
        client.patch(&format!("members/{}", id(&below)), version(&below), &json!({"manager_id": id(&above)})).ok(200);
        let waiting = lead(&client, &json!({"owner_id": seller.id}));
        let answered = lead(&client, &json!({"owner_id": seller.id}));
        minutes_pass(&mut app, 1);
        let again = |app: &TestApp, member: &relasi_tests::Member| relasi_tests::Member::sign_in(&app.at.client(), &member.email).client;
        let (sees, boss) = (again(&app, &seller), again(&app, &manager));
        until(|| news(&sees, "lead_waits").len() == 2);
        assert_eq!(news(&sees, "lead_waits")[0]["data"]["minutes"], 1);
        assert_eq!(news(&boss, "lead_escalated").len(), 0);
        let call = json!({"kind": "call", "subject": "Halo", "lead_id": answered["id"]});
        sees.post("activities", &call).ok(201);
        minutes_pass(&mut app, 60);
        let (sees, boss) = (again(&app, &seller), again(&app, &manager));
        until(|| news(&boss, "lead_escalated").len() == 1);
        let about = news(&boss, "lead_escalated")[0].clone();
        assert_eq!((&about["record_id"], &about["data"]["minutes"]), (&waiting["id"], &json!(60)));
        // Two limits passed while nobody looked: the last one says it.
        assert_eq!(news(&sees, "lead_waits").len(), 3);
        let steps = told(app.client(), &waiting, "lead.waited");
        assert_eq!(steps.len(), 2, "{steps:?}");
        // Killed and started once more, nothing is told again.
        minutes_pass(&mut app, 60);
        let done = |app: &TestApp| {
            let jobs = app.client().get("jobs?kind=leads.clock").ok(200);
            jobs["items"].as_array().unwrap().iter().all(|job| job["state"] == "done")
        };
        until(|| done(&app));
        assert_eq!(news(&again(&app, &manager), "lead_escalated").len(), 1);
        assert_eq!(told(app.client(), &waiting, "lead.waited").len(), 2);
    }

    fn whoever_wishes_for_it_is_written_to_as_well(at: Mailing) {
        let Mailing { mut app, sink } = at;
        let [seller, quiet] = two(&app);
        profile(app.client(), &seller.id, &json!({"alerts_by_mail": true})).ok(200);
        lead(app.client(), &json!({"owner_id": quiet.id}));
        let waiting = lead(app.client(), &json!({"owner_id": seller.id}));
        minutes_pass(&mut app, 1);
        // After the invitation.
        let mail = sink.wait_for(&seller.email, 2)[1].clone();
        assert_eq!(mail.header("Subject"), "A lead waits for an answer");
        let link = format!("https://crm.relasi.example/app/leads/{}", id(&waiting));
        assert!(mail.text().contains(&link), "{}", mail.text());
        assert_eq!(sink.wait_for(&quiet.email, 1).len(), 1, "no more than the invitation");
    }

    fn figures_say_how_soon_leads_were_answered(app: TestApp) {
        let mut app = app;
        let path = "reports/speed-to-lead";
        let none = app.client().get(path).ok(200);
        assert_eq!((&none["wall"]["n"], &none["wall"]["median"], &none["wall"]["within"][0]["share"]), (&json!(0), &Value::Null, &Value::Null));
        let quick = lead(app.client(), &json!({"source": "web"}));
        let call = |lead: &Value| json!({"kind": "call", "subject": "Halo", "lead_id": lead["id"]});
        app.client().post("activities", &call(&quick)).ok(201);
        let slow = lead(app.client(), &json!({"source": "expo"}));
        minutes_pass(&mut app, 10);
        let client = app.client();
        client.post("activities", &call(&slow)).ok(201);
        lead(client, &json!({"source": "expo"}));
        let found = client.get(&format!("{path}?by=source")).ok(200);
        let wall = &found["wall"];
        assert_eq!((&wall["n"], &wall["answered"]), (&json!(3), &json!(2)));
        // The one that has just come can't be judged yet.
        assert_eq!((&wall["within"][1]["n"], &wall["within"][1]["met"]), (&json!(2), &json!(0)), "{wall}");
        assert_eq!((&wall["within"][2]["met"], &wall["within"][2]["share"]), (&json!(2), &json!(10_000)));
        assert_eq!(found["groups"][0]["key"], "expo");
        let rows = client.list("leads", &[("filter", found["filter"].as_str().unwrap())]).ok(200);
        assert_eq!(rows["items"].as_array().unwrap().len(), 3);
        let file = client.get(&format!("{path}/file")).text();
        assert_eq!(file.lines().count(), 4, "{file}");
        assert_eq!(client.get(&format!("{path}?by=nothing")).faults(), ["?by not_a_choice"]);
        assert_eq!(client.get(&format!("{path}?from=2026-01-02&to=2026-01-02")).faults(), ["?to before_start"]);
        let member = app.member("member");
        assert_eq!(member.client.get(path).ok(200)["wall"]["n"], 3, "everybody who sees the leads");
    }
}
