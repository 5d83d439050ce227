//! Calendars, and what they do to the time of a lead.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{lead, settings};
use crate::{
    bodies::{id, make, merged},
    isolation::second_workspace,
};

/// Open on every day at these hours.
pub fn week(from: &str, to: &str) -> Value {
    json!(vec![json!([{"from": from, "to": to}]); 7])
}

fn calendar(client: &Client, more: &Value) -> Value {
    let body = merged(super::calendar(), more);
    client.post("business-calendars", &body).ok(201)
}

fn instant(value: &Value) -> chrono::DateTime<chrono::Utc> {
    value.as_str().unwrap().parse().unwrap()
}

on_both! {
    fn calendars_are_kept_and_one_is_the_usual_one(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let client = app.client();
        let holidays = json!([{"day": "2026-12-25", "name": "Natal"}, {"day": "2026-01-01"}]);
        let first = calendar(client, &json!({"holidays": holidays}));
        assert_eq!((&first["is_default"], &first["holidays"][0]["day"]), (&json!(true), &json!("2026-01-01")));
        let team = make(client, "team");
        let second = calendar(client, &json!({"team_ids": [id(&team)], "time_zone": "Asia/Bangkok"}));
        assert_eq!((&second["is_default"], &second["team_ids"]), (&json!(false), &json!([id(&team)])));
        let at = |calendar: &Value| format!("business-calendars/{}", id(calendar));
        client.delete(&at(&first), 1).problem(409, "calendar_is_default");
        assert_eq!(client.patch(&at(&first), 1, &json!({"is_default": false})).faults(), ["/is_default read_only_member"]);
        client.patch(&at(&second), 1, &json!({"is_default": true})).ok(200);
        assert_eq!(client.get(&at(&first)).ok(200)["is_default"], false);
        // The team goes to the calendar that names it last.
        client.patch(&at(&first), 2, &json!({"team_ids": [id(&team)]})).ok(200);
        assert_eq!(client.get(&at(&second)).ok(200)["team_ids"], json!([]));
        client.delete(&at(&first), 3).ok(204);
        let member = app.member("member");
        assert_eq!(member.client.get("business-calendars").ok(200)["items"].as_array().unwrap().len(), 1);
        member.client.delete(&at(&second), 2).problem(403, "forbidden");
        neighbour.client.get(&at(&second)).problem(404, "not_found");
        let wrong = json!({"name": "", "time_zone": "Mars", "week": [[{"from": "09:00", "to": "12:00"}, {"from": "11:00", "to": "10:00"}], [], [], [], [], [], []],
            "holidays": [{"day": "2026-01-01"}, {"day": "2026-01-01"}], "team_ids": [neighbour.id]});
        assert_eq!(client.post("business-calendars", &wrong).faults(), [
            "/holidays/1/day named_twice", "/name required", "/team_ids/0 no_such_record", "/time_zone not_time_zone",
            "/week/0/1/from hours_overlap", "/week/0/1/to before_start",
        ]);
        assert_eq!(client.post("business-calendars", &json!({"name": "x", "week": [[]]})).faults(), ["/week malformed"]);
        let faults = client.post("business-calendars", &json!({"name": "x", "week": week("9", "17:00")})).faults();
        assert!(faults.len() == 1 && faults[0].starts_with("/week/0/0/from "), "{faults:?}");
    }

    fn leads_are_due_in_business_hours_of_the_team(app: TestApp) {
        let client = app.client();
        let made = lead(client, &json!({}));
        let wall = instant(&made["response_due_at"]) - instant(&made["created_at"]);
        assert_eq!(wall.num_minutes(), 60, "without a calendar every hour counts");
        let team = make(client, "team");
        // Nobody of this team works before the next century but for one minute a day.
        calendar(client, &json!({}));
        calendar(client, &json!({"team_ids": [id(&team)], "week": week("12:00", "12:01")}));
        let slow = lead(client, &json!({"owner_id": app.owner.id, "team_id": id(&team)}));
        let wait = instant(&slow["response_due_at"]) - instant(&slow["created_at"]);
        assert!((58..=61).contains(&wait.num_days()), "{wait}");
        settings(client, &json!({"clocks": {"on": true, "marks": [{"minutes": 1, "owner": true}, {"minutes": 30, "owner": true}]}}));
        let quick = lead(client, &json!({}));
        let wall = instant(&quick["response_due_at"]) - instant(&quick["created_at"]);
        assert_eq!(wall.num_minutes(), 30);
        let due = client.list("leads", &[("filter", "response_due_at <= now+40m and first_response_at is empty"), ("sort", "response_due_at")]).ok(200);
        assert_eq!(due["items"][0]["id"], quick["id"]);
    }
}
