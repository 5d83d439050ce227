//! From marketing to sales and back, and the figures of it.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{go, kinds};
use crate::{
    bodies::{id, make, make_with},
    events::receiver::until,
};

fn told(client: &relasi_tests::Client) -> Vec<Value> {
    let items = client.get("notifications").ok(200)["items"].clone();
    items.as_array().unwrap().clone()
}

on_both! {
    fn a_lead_goes_to_somebody_and_is_accepted(app: TestApp) {
        let client = app.client();
        let sales = app.member("member");
        let lead = id(&make(client, "lead"));
        let at = format!("leads/{lead}");
        assert_eq!(go(client, &lead, "hand-off", &json!({})).faults(), ["/owner_id required"]);
        assert_eq!(go(client, &lead, "hand-off", &json!({"owner_id": Uuid::now_v7()})).status, 422);
        assert_eq!(go(client, &lead, "hand-off", &json!({"owner_id": sales.id, "note": "x".repeat(1_001)})).faults(), ["/note too_long"]);
        go(client, &lead, "accept", &json!({})).problem(409, "lead_not_handed_off");
        go(client, &lead, "return", &json!({"reason": "x"})).problem(409, "lead_not_handed_off");
        let over = go(client, &lead, "hand-off", &json!({"owner_id": sales.id, "note": "Ready"})).ok(200);
        assert_eq!((&over["owner_id"], &over["handed_off_by"], &over["accepted_at"]), (&json!(sales.id), &json!(app.owner.id), &Value::Null));
        let news = told(&sales.client);
        assert_eq!((news.len(), &news[0]["kind"], &news[0]["data"]["text"]), (1, &json!("lead_handed_off"), &json!("Ready")), "told once");
        let mine = go(&sales.client, &lead, "accept", &json!({})).ok(200);
        assert_eq!((&mine["accepted_by"], &mine["status"], &mine["owner_id"]), (&json!(sales.id), &json!("working"), &json!(sales.id)));
        assert_eq!(told(client)[0]["kind"], "lead_accepted");
        go(&sales.client, &lead, "accept", &json!({})).problem(409, "lead_not_handed_off");
        // It may come back even then.
        assert_eq!(go(&sales.client, &lead, "return", &json!({"reason": ""})).faults(), ["/reason required"]);
        let back = go(&sales.client, &lead, "return", &json!({"reason": " Too early "})).ok(200);
        assert_eq!((&back["return_reason"], &back["owner_id"], &back["status"]), (&json!("Too early"), &json!(app.owner.id), &json!("nurturing")));
        assert_eq!(told(client)[0]["data"]["text"], "Too early");
        assert_eq!(kinds(client, &at), ["lead.returned", "lead.accepted", "lead.handed_off", "lead.created"]);
        // An event is read once every write that began before it has ended, those of other tests as well.
        until("the events of the hand-off", || {
            let events = client.get("events?kind=lead.*&limit=200").ok(200)["items"].clone();
            let events: Vec<Value> = events.as_array().unwrap().iter().map(|event| event["kind"].clone()).collect();
            ["lead.handed_off", "lead.accepted", "lead.returned"].iter().all(|kind| events.contains(&json!(kind))).then_some(())
        });
    }

    fn a_team_is_told_and_who_accepts_owns_it(app: TestApp) {
        let client = app.client();
        let team = id(&make(client, "team"));
        let one = app.owner.invite("member", Some(&team));
        let lead = id(&make(client, "lead"));
        let over = go(client, &lead, "hand-off", &json!({"team_id": team})).ok(200);
        assert_eq!((&over["team_id"], &over["owner_id"]), (&json!(team), &json!(app.owner.id)), "never nobody's");
        assert_eq!(told(&one.client)[0]["kind"], "lead_handed_off");
        let taken = go(&one.client, &lead, "accept", &json!({})).ok(200);
        assert_eq!((&taken["owner_id"], &taken["team_id"]), (&json!(one.id), &json!(team)));
    }

    fn figures_are_of_the_period_with_their_rows(app: TestApp) {
        let client = app.client();
        let empty = client.get("leads/hand-offs/report").ok(200);
        assert_eq!((&empty["handed_off"], &empty["median_seconds"], &empty["p90_seconds"], &empty["return_rate"]), (&json!(0), &Value::Null, &Value::Null, &Value::Null));
        let leads: Vec<String> = (0..4).map(|_| id(&make(client, "lead"))).collect();
        for lead in &leads {
            go(client, lead, "hand-off", &json!({"owner_id": app.owner.id})).ok(200);
        }
        // Handed on before anybody decided: counted once.
        go(client, &leads[3], "hand-off", &json!({"owner_id": app.owner.id})).ok(200);
        go(client, &leads[0], "accept", &json!({})).ok(200);
        go(client, &leads[1], "accept", &json!({})).ok(200);
        go(client, &leads[1], "return", &json!({"reason": "early"})).ok(200);
        let report = client.get("leads/hand-offs/report").ok(200);
        assert_eq!((&report["handed_off"], &report["accepted"], &report["returned"], &report["waiting"]), (&json!(4), &json!(2), &json!(1), &json!(2)));
        assert_eq!(report["return_rate"], 2_500);
        assert!(report["median_seconds"].as_i64().is_some_and(|seconds| (0..60).contains(&seconds)), "{report}");
        let rows = client.all("leads/hand-offs", &[("limit", "3")], "lead_id");
        assert_eq!(rows.len(), 4, "page by page");
        assert_eq!(rows[0], leads[3], "newest first");
        // Half open: today is not in a period that ends with it.
        let today = report["to"].as_str().unwrap()[..10].to_owned();
        let before = client.get(&format!("leads/hand-offs/report?from=2020-01-01&to={}", "2020-02-01")).ok(200);
        assert_eq!((&before["handed_off"], &before["return_rate"]), (&json!(0), &Value::Null));
        assert_eq!(client.get(&format!("leads/hand-offs/report?from={today}&to={today}")).faults(), ["?to out_of_range"]);
        assert_eq!(client.get("leads/hand-offs/report?from=soon").faults(), ["?from not_date"]);
        assert_eq!(client.get("leads/hand-offs?limit=0").faults(), ["?limit out_of_range"]);
        // Who sees own records only, sees figures of those.
        let own = json!({"records": {"see": "own", "add": "own", "edit": "own"}});
        let other = crate::rights::member_with(&app, &own, None);
        assert_eq!(other.client.get("leads/hand-offs/report").ok(200)["handed_off"], 0);
        let theirs = id(&make_with(client, "lead", json!({"owner_id": other.id})));
        go(&other.client, &theirs, "hand-off", &json!({"owner_id": other.id})).ok(200);
        assert_eq!(other.client.get("leads/hand-offs/report").ok(200)["handed_off"], 1);
    }
}
