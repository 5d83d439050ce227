//! Activities with a time: who takes part, what comes again, and who is reminded.

use chrono::{DateTime, Datelike, SecondsFormat, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use relasi_persistence::Statement;
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, make, merged, version},
    idempotency::prepared::Request,
    integrity,
    isolation::second_workspace,
    jobs::{queue::until, run_schedule},
    mail::Mailing,
};

/// A call, meeting or task at a time from now.
fn planned(client: &Client, kind: &str, from_now: TimeDelta, members: Value) -> Value {
    let due = text(Utc::now() + from_now);
    let body = json!({"kind": kind, "subject": fresh("Acara"), "due_at": due});
    client.create("activities", &merged(body, &members))
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn at(activity: &Value) -> String {
    format!("activities/{}", id(activity))
}

fn due(activity: &Value) -> DateTime<Utc> {
    activity["due_at"].as_str().unwrap().parse().unwrap()
}

/// Activities of a series that are still to do, by their time.
fn open_ones(client: &Client, series: &Value) -> Vec<Value> {
    let series = series["series_id"].as_str().unwrap();
    let filter = format!("series_id = \"{series}\" and done_at is empty");
    let list = client.list(
        "activities",
        &[("filter", &filter), ("sort", "due_at"), ("limit", "200")],
    );
    list.ok(200)["items"].as_array().unwrap().clone()
}

/// What the verbs of series are tried on when they are sent twice.
pub(crate) fn prepared(client: &Client, operation: &str) -> Request {
    let weekly = json!({"recurrence": "FREQ=WEEKLY"});
    let made = planned(client, "meeting", TimeDelta::days(1), weekly.clone());
    let (verb, body) = match operation {
        "repeat_activity" => ("repeat", json!({"recurrence": "FREQ=DAILY;COUNT=3"})),
        "change_series_of_activity" => (
            "change-series",
            json!({"scope": "all", "changes": {"location": "Kantor"}}),
        ),
        _ => ("end-series", json!({"scope": "following"})),
    };
    Request::new(format!("{}/{verb}", at(&made)))
        .on(1)
        .with(&body)
}

/// Lets everybody's reminders be due so many minutes earlier while nothing runs.
fn minutes_pass(app: &mut TestApp, minutes: i64) {
    app.at.kill();
    let database = integrity::open(&app.at.settings);
    let sql = format!(
        "UPDATE activity_reminders SET remind_at = remind_at - {} WHERE remind_at IS NOT NULL",
        minutes * 60_000_000
    );
    database
        .across()
        .write_blocking(move |conn| conn.execute(&Statement::new(sql.clone())))
        .unwrap();
    drop(database);
    app.crash_and_restart();
}

fn reminded(client: &Client) -> Vec<Value> {
    let all = client.get("notifications").ok(200)["items"].clone();
    let all = all.as_array().unwrap().iter();
    all.filter(|one| one["kind"] == "activity_due")
        .cloned()
        .collect()
}

on_both! {
    fn meetings_come_again_by_the_clock_on_the_wall(app: TestApp) {
        let client = app.client();
        let guest = make(client, "contact");
        let mate = app.member("member");
        let body = json!({
            "recurrence": "RRULE:FREQ=WEEKLY;INTERVAL=1", "duration_minutes": 45, "attendees": [guest["id"]],
            "members": [mate.id], "location": "Ruang Gayo", "all_day": false,
        });
        let first = planned(client, "meeting", TimeDelta::days(1), body);
        assert_eq!((&first["series_id"], &first["attendees"], &first["members"]), (&first["id"], &json!([guest["id"]]), &json!([mate.id])));
        let all = open_ones(client, &first);
        assert!((13..=15).contains(&all.len()), "three months ahead: {}", all.len());
        for (week, one) in all.iter().enumerate() {
            let weeks = i64::try_from(week).unwrap();
            assert_eq!(due(one), due(&first) + TimeDelta::weeks(weeks), "Jakarta has one clock all year");
            for name in ["subject", "duration_minutes", "attendees", "members", "location", "owner_id"] {
                assert_eq!(one[name], first[name], "{name}");
            }
        }
        // Those who take part find it among theirs.
        assert_eq!(mate.client.all("activities", &[("filter", "members has me"), ("limit", "200")], "id").len(), all.len());
        // The night adds nothing that is there already.
        run_schedule(&app, "activities.series");
        assert_eq!(open_ones(client, &first).len(), all.len());

        // In Berlin nine o'clock stays nine o'clock when the clocks change.
        let berlin: Tz = "Europe/Berlin".parse().unwrap();
        let alone = planned(client, "call", TimeDelta::days(1), json!({}));
        let again = client.verb(&format!("{}/repeat", at(&alone)), 1, &json!({"recurrence": "FREQ=DAILY;INTERVAL=3;COUNT=60", "time_zone": "Europe/Berlin"})).ok(200);
        let local = |one: &Value| { let at = due(one).with_timezone(&berlin); (at.hour(), at.minute()) };
        let all = open_ones(client, &again);
        assert!(all.len() > 25 && all.iter().all(|one| local(one) == local(&alone)));

        // Another rule from the third on: the first two stay, what followed goes.
        let third = &all[2];
        let changed = client.verb(&format!("{}/repeat", at(third)), 1, &json!({"recurrence": "FREQ=WEEKLY;COUNT=2"})).ok(200);
        assert_ne!(changed["series_id"], again["series_id"]);
        assert_eq!((open_ones(client, &again).len(), open_ones(client, &changed).len()), (2, 2));
        let none = client.verb(&format!("{}/repeat", at(&changed)), version(&changed), &json!({"recurrence": null})).ok(200);
        assert_eq!((&none["series_id"], &none["recurrence"]), (&Value::Null, &Value::Null));
        assert_eq!(open_ones(client, &changed).len(), 0);
    }

    fn a_series_is_changed_and_ended_from_one_on_or_as_a_whole(app: TestApp) {
        let client = app.client();
        let first = planned(client, "meeting", TimeDelta::days(1), json!({"recurrence": "FREQ=DAILY;COUNT=6"}));
        let all = open_ones(client, &first);
        assert_eq!(all.len(), 6);
        // One alone.
        client.patch(&at(&all[1]), 1, &json!({"subject": "Lain"})).ok(200);
        // From the third on, a quarter of an hour later.
        let later = text(due(&all[2]) + TimeDelta::minutes(15));
        let same_day = (due(&all[2]).with_timezone(&chrono_tz::Asia::Jakarta).num_days_from_ce()) == ((due(&all[2]) + TimeDelta::minutes(15)).with_timezone(&chrono_tz::Asia::Jakarta).num_days_from_ce());
        let (later, by) = if same_day { (later, 15) } else { (text(due(&all[2]) - TimeDelta::minutes(15)), -15) };
        let body = json!({"scope": "following", "changes": {"due_at": later, "location": "Kantor"}});
        let changed = client.verb(&format!("{}/change-series", at(&all[2])), 1, &body).ok(200);
        assert_eq!((&changed["location"], version(&changed)), (&json!("Kantor"), 2));
        let now = open_ones(client, &first);
        let moved: Vec<i64> = now.iter().zip(&all).map(|(now, before)| (due(now) - due(before)).num_minutes()).collect();
        assert_eq!(moved, [0, 0, by, by, by, by]);
        assert_eq!(now[1]["subject"], "Lain");
        // All of them.
        let body = json!({"scope": "all", "changes": {"subject": "Rapat"}});
        client.verb(&format!("{}/change-series", at(&now[3])), 2, &body).ok(200);
        assert!(open_ones(client, &first).iter().all(|one| one["subject"] == "Rapat"));
        // The days are the rule's.
        let tomorrow = text(due(&now[3]) + TimeDelta::days(1));
        let other_day = json!({"scope": "all", "changes": {"due_at": tomorrow}});
        assert_eq!(client.verb(&format!("{}/change-series", at(&now[3])), 3, &other_day).faults(), ["/due_at series_keeps_days"]);
        let unknown = json!({"scope": "all", "changes": {"series_id": "x"}});
        assert_eq!(client.verb(&format!("{}/change-series", at(&now[3])), 3, &unknown).faults(), ["/series_id read_only_member"]);

        client.verb(&format!("{}/end-series", at(&now[4])), 3, &json!({"scope": "following"})).ok(204);
        assert_eq!(open_ones(client, &first).len(), 4);
        client.verb(&format!("{}/complete", at(&now[0])), 2, &json!({"outcome": "held", "duration_minutes": 50})).ok(200);
        client.verb(&format!("{}/end-series", at(&now[1])), 3, &json!({"scope": "all"})).ok(204);
        assert_eq!(open_ones(client, &first).len(), 0, "what was done stays");
        let done = client.get(&at(&now[0])).ok(200);
        assert_eq!((&done["outcome"], &done["duration_minutes"]), (&json!("held"), &json!(50)));
        run_schedule(&app, "activities.series");
        assert_eq!(open_ones(client, &first).len(), 0);
    }

    fn a_series_gets_other_days_and_says_before_what_happens(app: TestApp) {
        let client = app.client();
        let first = planned(client, "meeting", TimeDelta::days(1), json!({"recurrence": "FREQ=DAILY;COUNT=10"}));
        let all = open_ones(client, &first);
        // On Tuesdays and Thursdays from the third on: the rule says on which day it begins.
        let rule = "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4";
        let ask = |one: &Value, scope: &str| client.list(&format!("{}/repeat-preview", at(one)), &[("recurrence", rule), ("scope", scope)]);
        let told = ask(&all[2], "following").ok(200);
        assert_eq!((&told["first_id"], &told["gone"], &told["made"]), (&all[2]["id"], &json!(7), &json!(3)));
        assert_eq!(told["next"].as_array().map(Vec::len), Some(3));
        assert_eq!(open_ones(client, &first).len(), 10, "nothing happened yet");
        let body = json!({"recurrence": rule, "scope": "following"});
        let changed = client.verb(&format!("{}/repeat", at(&all[2])), 1, &body).ok(200);
        assert_eq!((&changed["id"], &changed["due_at"]), (&told["first_id"], &told["first_at"]));
        let new = open_ones(client, &changed);
        let times: Vec<Value> = new.iter().map(|one| one["due_at"].clone()).collect();
        assert_eq!(json!(times[1..]), told["next"]);
        let day = |one: &Value| due(one).with_timezone(&chrono_tz::Asia::Jakarta).weekday().number_from_monday();
        let days = new.iter().map(day).collect::<std::collections::BTreeSet<_>>();
        assert_eq!((new.len(), days), (4, [2, 4].into()));
        assert_eq!(open_ones(client, &first).len(), 2, "those before stay");
        // All that are still to do, whichever of them one stands on.
        let daily = "FREQ=DAILY;INTERVAL=2;COUNT=3";
        let told = client.list(&format!("{}/repeat-preview", at(&new[2])), &[("recurrence", daily), ("scope", "all")]).ok(200);
        assert_eq!((&told["first_id"], &told["first_at"], &told["gone"], &told["made"]), (&new[0]["id"], &new[0]["due_at"], &json!(3), &json!(2)));
        let whole = client.verb(&format!("{}/repeat", at(&new[2])), 1, &json!({"recurrence": daily, "scope": "all"})).ok(200);
        assert_eq!(whole["id"], new[0]["id"]);
        assert_eq!((open_ones(client, &changed).len(), open_ones(client, &whole).len()), (0, 3));
        // It comes no more: the one that is meant is left.
        let now = open_ones(client, &whole);
        let told = client.list(&format!("{}/repeat-preview", at(&now[1])), &[("scope", "all")]).ok(200);
        assert_eq!((&told["first_id"], &told["gone"], &told["next"]), (&now[1]["id"], &json!(2), &json!([])));
        let none = client.verb(&format!("{}/repeat", at(&now[1])), 1, &json!({"recurrence": null, "scope": "all"})).ok(200);
        assert_eq!((&none["id"], &none["series_id"]), (&now[1]["id"], &Value::Null));
        assert_eq!(open_ones(client, &whole).len(), 0);
        // Who may not change it is not told, and what is no rule is none here either.
        let path = format!("{}/repeat-preview", at(&none));
        let reader = app.member("read_only").client;
        reader.list(&path, &[("recurrence", rule)]).problem(403, "forbidden");
        assert_eq!(client.list(&path, &[("recurrence", "FREQ=HOURLY")]).faults(), ["?recurrence not_recurrence"]);
        client.list(&path, &[("scope", "some")]).problem(422, "invalid");
    }

    fn a_task_comes_again_once_it_is_done(app: TestApp) {
        let client = app.client();
        let first = planned(client, "task", TimeDelta::days(-3), json!({"recurrence": "FREQ=DAILY"}));
        assert_eq!(open_ones(client, &first).len(), 1, "one at a time");
        client.verb(&format!("{}/complete", at(&first)), 1, &json!({})).ok(200);
        let next = open_ones(client, &first);
        assert_eq!(next.len(), 1);
        assert!(due(&next[0]) > Utc::now() && due(&next[0]) < Utc::now() + TimeDelta::days(1), "what was missed is not made up for");
        // Undoing and doing it again makes no second one.
        client.verb(&format!("{}/reopen", at(&first)), 2, &json!({})).ok(200);
        client.verb(&format!("{}/complete", at(&first)), 3, &json!({})).ok(200);
        assert_eq!(open_ones(client, &first).len(), 1);
        // One that is left out is followed by the next as well.
        client.delete(&at(&next[0]), 1).ok(204);
        let after = open_ones(client, &first);
        assert_eq!((after.len(), due(&after[0]) - due(&next[0])), (1, TimeDelta::days(1)));
        client.verb(&format!("{}/end-series", at(&after[0])), 1, &json!({"scope": "following"})).ok(204);
        assert_eq!(open_ones(client, &first).len(), 0);
        // The last of two.
        let twice = planned(client, "task", TimeDelta::days(1), json!({"recurrence": "FREQ=WEEKLY;COUNT=2"}));
        client.verb(&format!("{}/complete", at(&twice)), 1, &json!({})).ok(200);
        let second = open_ones(client, &twice);
        client.verb(&format!("{}/complete", at(&second[0])), 1, &json!({})).ok(200);
        assert_eq!(open_ones(client, &twice).len(), 0);
    }

    fn what_is_no_rule_or_not_ones_own_is_refused(app: TestApp) {
        let mut app = app;
        let stranger = second_workspace(&mut app).client;
        let client = app.client();
        let body = |members: Value| merged(json!({"kind": "meeting", "subject": "Rapat", "due_at": "2031-01-06T02:00:00Z"}), &members);
        for (members, faults) in [
            (json!({"recurrence": "FREQ=HOURLY"}), "/recurrence not_recurrence"),
            (json!({"recurrence": "every monday"}), "/recurrence not_recurrence"),
            (json!({"recurrence": "FREQ=DAILY", "due_at": null}), "/recurrence recurrence_needs_due"),
            (json!({"recurrence": "FREQ=DAILY", "kind": "email"}), "/recurrence recurrence_needs_due"),
            (json!({"series_id": "x"}), "/series_id read_only_member"),
            (json!({"members": [make(&stranger, "contact")["id"]]}), "/members/0 no_such_record"),
        ] {
            assert_eq!(client.post("activities", &body(members)).faults(), [faults]);
        }
        let one = client.create("activities", &body(json!({})));
        let verb = |name: &str, version: i64, body: Value| client.verb(&format!("{}/{name}", at(&one)), version, &body);
        assert_eq!(verb("repeat", 1, json!({"recurrence": "FREQ=SECONDLY"})).faults(), ["/recurrence not_recurrence"]);
        assert_eq!(verb("repeat", 1, json!({"recurrence": "FREQ=DAILY", "time_zone": "Mars/Base"})).faults(), ["/time_zone not_time_zone"]);
        verb("repeat", 7, json!({"recurrence": "FREQ=DAILY"})).problem(412, "stale_version");
        verb("end-series", 1, json!({"scope": "all"})).problem(409, "activity_not_in_series");
        verb("change-series", 1, json!({"scope": "all", "changes": {}})).problem(409, "activity_not_in_series");
        assert_eq!(client.patch(&at(&one), 1, &json!({"recurrence": "FREQ=DAILY"})).faults(), ["/recurrence read_only_member"]);
        let reader = app.member("read_only").client;
        reader.verb(&format!("{}/repeat", at(&one)), 1, &json!({"recurrence": "FREQ=DAILY"})).problem(403, "forbidden");
        for (name, body) in [("repeat", json!({"recurrence": null})), ("end-series", json!({"scope": "all"}))] {
            stranger.verb(&format!("{}/{name}", at(&one)), 1, &body).problem(404, "not_found");
        }
        stranger.get(&format!("{}/reminders", at(&one))).problem(404, "not_found");
        let put = |body: Value| client.json(Method::PUT, &format!("{}/reminders", at(&one)), &[], &body);
        assert_eq!(put(json!({"items": [{"minutes": 5}, {"minutes": 5}]})).faults(), ["/items/1/minutes named_twice"]);
        assert_eq!(put(json!({"items": [{"minutes": -1}]})).faults(), ["/items/0/minutes out_of_range"]);
        let settings = |body: Value| client.json(Method::PUT, "reminder-settings", &[], &body);
        assert_eq!(settings(json!({"note": []})).faults(), ["/note unknown_member"]);
    }

    fn everybody_who_takes_part_is_reminded_once_and_at_the_new_time(app: TestApp) {
        let mut app = app;
        let mate = app.member("member");
        let ours = json!({"meeting": [{"minutes": 1440, "by_mail": true}, {"minutes": 15}], "task": []});
        let client = app.client().clone();
        client.json(Method::PUT, "reminder-settings", &[], &ours).ok(200);
        let known = client.get("reminder-settings").ok(200);
        assert_eq!((&known["meeting"][0]["minutes"], &known["call"][0]["minutes"], &known["task"]), (&json!(1440), &json!(10), &json!([])));
        let meeting = planned(&client, "meeting", TimeDelta::hours(30), json!({"members": [mate.id]}));
        let path = format!("{}/reminders", at(&meeting));
        let own = |client: &Client| client.get(&path).ok(200)["items"].as_array().unwrap().clone();
        let minutes = |client: &Client| own(client).iter().map(|one| one["minutes"].as_i64().unwrap()).collect::<Vec<_>>();
        assert_eq!((minutes(&client), minutes(&mate.client)), (vec![1440, 15], vec![10]), "each by what they chose");
        assert_eq!(own(&client)[1]["remind_at"], text(due(&meeting) - TimeDelta::minutes(15)));
        // It moves, and who leaves is not reminded.
        let sooner = text(due(&meeting) - TimeDelta::hours(3));
        client.patch(&at(&meeting), 1, &json!({"due_at": sooner})).ok(200);
        assert_eq!(own(&client)[1]["remind_at"], text(due(&meeting) - TimeDelta::minutes(195)));
        let left = planned(&client, "meeting", TimeDelta::hours(27), json!({"members": [mate.id]}));
        client.patch(&at(&left), 1, &json!({"members": []})).ok(200);
        let done = planned(&client, "meeting", TimeDelta::hours(27), json!({}));
        client.verb(&format!("{}/complete", at(&done)), 1, &json!({})).ok(200);
        let gone = planned(&client, "meeting", TimeDelta::hours(27), json!({}));
        client.delete(&at(&gone), 1).ok(204);
        client.delete(&at(&left), 2).ok(204);
        assert!(reminded(&client).is_empty());

        minutes_pass(&mut app, 4 * 60);
        let again = |app: &TestApp, email: &str| relasi_tests::Member::sign_in(&app.at.client(), email).client;
        let (owner, other) = (again(&app, &app.owner.email), again(&app, &mate.email));
        until(|| reminded(&owner).len() == 1);
        let told = reminded(&owner)[0].clone();
        assert_eq!((&told["record_id"], &told["data"]["minutes"], &told["data"]["title"]), (&meeting["id"], &json!(1440), &meeting["subject"]));
        assert!(reminded(&other).is_empty(), "the mate's ten minutes have not come");
        let sent = own(&owner)[0].clone();
        assert!(sent["remind_at"].is_null() && sent["sent_at"].is_string(), "{sent}");
        minutes_pass(&mut app, 24 * 60);
        let (owner, other) = (again(&app, &app.owner.email), again(&app, &mate.email));
        until(|| reminded(&owner).len() == 2 && reminded(&other).len() == 1);
        // Whoever wants no reminders gets none.
        owner.json(Method::PUT, "notifications/settings", &[], &json!({"off": ["reminder"]})).ok(200);
        minutes_pass(&mut app, 1);
        let owner = again(&app, &app.owner.email);
        assert_eq!(reminded(&owner).len(), 2, "each once, whatever ends in between");
    }

    fn reminders_come_by_mail_to_who_wants_that(at_work: Mailing) {
        let mut at_work = at_work;
        let client = at_work.app.client().clone();
        let meeting = planned(&client, "meeting", TimeDelta::minutes(20), json!({"subject": "Rapat Gayo"}));
        let body = json!({"items": [{"minutes": 10, "by_mail": true}]});
        client.json(Method::PUT, &format!("{}/reminders", at(&meeting)), &[], &body).ok(200);
        minutes_pass(&mut at_work.app, 11);
        let email = at_work.app.owner.email.clone();
        let client = relasi_tests::Member::sign_in(&at_work.app.at.client(), &email).client;
        let sent = || {
            let all = client.get("mail/messages").ok(200)["items"].clone();
            let all = all.as_array().unwrap().iter();
            all.filter(|one| one["purpose"] == "activity_due" && one["state"] == "sent").count()
        };
        until(|| sent() == 1);
        assert_eq!(reminded(&client).len(), 1);
    }
}
