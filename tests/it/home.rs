//! The home screen and the notifications.

use chrono::{DateTime, Days, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Jakarta;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{id, make, make_with, membership, merged, pipeline, place};

/// The last moment of the day in the workspace's zone that is so many days from now.
fn end_of_day(days: i64) -> DateTime<Utc> {
    let day = (Utc::now().with_timezone(&Jakarta) + TimeDelta::days(days)).date_naive();
    let next = day
        .checked_add_days(Days::new(1))
        .unwrap()
        .and_time(NaiveTime::MIN);
    Jakarta
        .from_local_datetime(&next)
        .unwrap()
        .with_timezone(&Utc)
        - TimeDelta::microseconds(1)
}

fn task(client: &Client, subject: &str, due: DateTime<Utc>, members: Value) -> Value {
    let due = due.to_rfc3339_opts(SecondsFormat::Micros, true);
    client.create(
        "activities",
        &merged(
            json!({"kind": "task", "subject": subject, "due_at": due}),
            &members,
        ),
    )
}

fn notifications(client: &Client) -> Value {
    client.get("notifications").ok(200)
}

on_both! {
    fn the_figures_are_the_callers(app: TestApp) {
        let client = app.client();
        let mate = app.member("member");
        let empty = client.get("home").ok(200);
        let nothing = json!({
            "tasks": [], "included": {}, "overdue": 0, "due_today": 0, "deals_without_next_step": 0, "open": [], "won_this_month": [],
        });
        for (name, value) in nothing.as_object().unwrap() {
            if name != "included" {
                assert_eq!(&empty[name], value, "{name}");
            }
        }
        let contact = make(client, "contact");
        task(client, "besok", end_of_day(1), json!({}));
        task(client, "lewat", end_of_day(-2), json!({"contact_id": contact["id"]}));
        task(client, "hari ini", end_of_day(0), json!({}));
        task(client, "lusa", end_of_day(2), json!({}));
        task(client, "orang lain", end_of_day(0), json!({"owner_id": mate.id}));
        let done = task(client, "sudah", end_of_day(0), json!({}));
        client.verb(&format!("activities/{}/complete", id(&done)), 1, &json!({})).ok(200);
        let trashed = task(client, "dibuang", end_of_day(0), json!({}));
        client.delete(&format!("activities/{}", id(&trashed)), 1).ok(204);
        let home = client.get("home").ok(200);
        let subjects: Vec<_> = home["tasks"].as_array().unwrap().iter().map(|task| task["subject"].clone()).collect();
        assert_eq!(subjects, ["lewat", "hari ini", "besok"]);
        assert_eq!((&home["overdue"], &home["due_today"]), (&json!(1), &json!(1)));
        assert_eq!(home["included"]["contacts"], json!([{"id": contact["id"], "title": contact["full_name"]}]));
        assert_eq!(mate.client.get("home").ok(200)["tasks"].as_array().unwrap().len(), 1);
    }

    fn money_is_summed_by_currency(app: TestApp) {
        let client = app.client();
        let mate = app.member("member");
        let (pipeline, stages) = pipeline(client);
        let deal = |stage: usize, amount: Value, currency: &str, owner: &str| {
            let body = json!({"name": "Mesin", "pipeline_id": pipeline, "stage_id": stages[stage], "amount": amount, "currency": currency, "owner_id": owner});
            client.create("deals", &body)
        };
        let me = app.owner.id.as_str();
        let first = deal(0, json!(1_000), "IDR", me);
        deal(1, json!(500), "IDR", &mate.id);
        deal(2, json!(70), "THB", me);
        deal(2, Value::Null, "IDR", me);
        let won = deal(0, json!(900), "IDR", me);
        client.verb(&format!("deals/{}/win", id(&won)), 1, &json!({})).ok(200);
        deal(3, json!(40), "USD", &mate.id);
        let lost = deal(0, json!(5), "IDR", me);
        client.verb(&format!("deals/{}/lose", id(&lost)), 1, &json!({"reason": "x"})).ok(200);
        let home = client.get("home").ok(200);
        let open = json!([
            {"currency": "IDR", "count": 3, "amount": 1_500, "weighted": 100 + 165},
            {"currency": "THB", "count": 1, "amount": 70, "weighted": 52},
        ]);
        assert_eq!(home["open"], open);
        let sums: Vec<_> = home["won_this_month"].as_array().unwrap().iter().map(|sum| (sum["currency"].clone(), sum["count"].clone(), sum["amount"].clone())).collect();
        assert_eq!(sums, [(json!("IDR"), json!(1), json!(900)), (json!("USD"), json!(1), json!(40))]);
        assert_eq!(home["deals_without_next_step"], 3, "open ones of the caller");
        task(client, "lanjut", end_of_day(5), json!({"deal_id": first["id"]}));
        assert_eq!(client.get("home").ok(200)["deals_without_next_step"], 2);
    }

    fn sums_are_about_whom_suits_the_caller(app: TestApp) {
        let client = app.client();
        let (pipeline, stages) = pipeline(client);
        let team = client.post("teams", &json!({"name": "Timur"})).ok(201);
        let (lead, mate, other) = (app.member("manager"), app.member("member"), app.member("member"));
        place(client, &mate.email, &json!({"manager_id": membership(client, &lead.email)["id"], "team_id": team["id"]}));
        let deal = |whose: &Client, amount: i64| {
            whose.create("deals", &json!({"name": "Mesin", "pipeline_id": pipeline, "stage_id": stages[0], "amount": amount, "currency": "IDR"}))
        };
        let win = |whose: &Client, amount: i64| {
            whose.verb(&format!("deals/{}/win", id(&deal(whose, amount))), 1, &json!({})).ok(200);
        };
        deal(&mate.client, 100);
        deal(&other.client, 20);
        deal(&lead.client, 3);
        win(&mate.client, 1_000);
        win(&other.client, 500);
        let summed = |home: &Value| ["open", "won_this_month"].map(|name| {
            home[name].as_array().unwrap().iter().map(|sum| sum["amount"].as_i64().unwrap()).sum::<i64>()
        });
        let home = |by: &Client, more: &[(&str, &str)]| by.list("home", more).ok(200);
        // Who sells sees their own, who leads their people with themselves, who owns everything.
        let own = home(&mate.client, &[]);
        assert_eq!((&own["audience"], summed(&own)), (&json!("seller"), [100, 1_000]));
        assert_eq!((&own["whose"]["kind"], &own["whose"]["id"], &own["whose"]["filter"]), (&json!("person"), &json!(mate.id), &json!("owner_id = me")));
        let led = home(&lead.client, &[]);
        assert_eq!((&led["audience"], summed(&led)), (&json!("lead"), [103, 1_000]));
        let all = home(client, &[]);
        assert_eq!((&all["audience"], summed(&all)), (&json!("owner"), [123, 1_500]));
        assert_eq!(all["whose"], json!({"kind": "workspace", "id": null, "label": null, "filter": ""}));
        // Others can be asked for, as far as one knows them.
        let of_team = home(client, &[("kind", "team"), ("id", &id(&team))]);
        assert_eq!((&of_team["whose"]["label"], summed(&of_team)), (&json!("Timur"), [100, 1_000]));
        assert_eq!(summed(&home(&mate.client, &[("kind", "workspace")])), [123, 1_500]);
        assert_eq!(summed(&home(client, &[("kind", "person"), ("id", &other.id)])), [20, 500]);
        assert_eq!(client.list("home", &[("kind", "person"), ("id", &id(&team))]).faults(), ["?id no_such_record"]);
        assert_eq!(client.list("home", &[("kind", "planet")]).faults(), ["?kind not_a_choice"]);
        // Each sum opens as many rows as it is made of.
        for (by, found) in [(&mate.client, &own), (&lead.client, &led), (client, &all), (client, &of_team)] {
            let whose = found["whose"]["filter"].as_str().unwrap();
            for (name, filter) in [("open", "status = open"), ("won_this_month", "status = won and closed_at >= this_month")] {
                let filter = if whose.is_empty() { filter.to_owned() } else { format!("{whose} and {filter}") };
                let rows = by.list("deals/count", &[("filter", &filter)]).ok(200);
                let counted: i64 = found[name].as_array().unwrap().iter().map(|sum| sum["count"].as_i64().unwrap()).sum();
                assert_eq!(rows["count"], counted, "{filter}");
            }
        }
    }

    fn who_is_given_a_record_is_told(app: TestApp) {
        let client = app.client();
        let (mate, other) = (app.member("member"), app.member("member"));
        assert_eq!(notifications(&mate.client), json!({"items": [], "next_cursor": null, "unread": 0}));
        let made = make_with(client, "contact", json!({"full_name": "Siti", "owner_id": mate.id}));
        let told = notifications(&mate.client);
        let note = &told["items"][0];
        assert_eq!((&told["unread"], &note["kind"], &note["object"]), (&json!(1), &json!("assigned"), &json!("contact")));
        assert_eq!((&note["record_id"], &note["read_at"]), (&made["id"], &Value::Null));
        assert_eq!(note["data"], json!({"title": "Siti", "by": app.owner.id}));
        let at = format!("contacts/{}", id(&made));
        client.patch(&at, 1, &json!({"city": "Bandung"})).ok(200);
        mate.client.patch(&at, 2, &json!({"owner_id": other.id})).ok(200);
        assert_eq!(notifications(&other.client)["unread"], 1);
        assert_eq!(notifications(&mate.client)["unread"], 1, "only what is given is told");
        make(&mate.client, "contact");
        assert_eq!(notifications(&mate.client)["unread"], 1, "one's own records are no news");
        let read = format!("notifications/{}/read", id(note));
        other.client.post(&read, &json!({})).problem(404, "not_found");
        mate.client.post(&read, &json!({})).ok(204);
        let told = notifications(&mate.client);
        assert!(told["unread"] == 0 && told["items"][0]["read_at"].is_string(), "{told}");
        for turn in 0..5 {
            make_with(client, "company", json!({"name": format!("PT {turn}"), "owner_id": mate.id}));
        }
        assert_eq!(notifications(&mate.client)["unread"], 5);
        let pages = mate.client.all("notifications", &[("limit", "2")], "data");
        let titles: Vec<_> = pages.iter().map(|data| data["title"].clone()).collect();
        assert_eq!(titles, ["PT 4", "PT 3", "PT 2", "PT 1", "PT 0", "Siti"]);
        mate.client.post("notifications/read-all", &json!({})).ok(204);
        assert_eq!(notifications(&mate.client)["unread"], 0);
        assert_eq!(notifications(&other.client)["unread"], 1, "each reads their own");
    }
}
