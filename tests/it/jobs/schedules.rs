//! Work that comes again: once for each due time, by the clock of its workspace.

use std::{sync::Arc, thread, time::Duration};

use super::queue::{Does, Queue, new, quick, until};
use chrono::{TimeDelta, Timelike, Utc};
use relasi_app::platform::jobs::{self, Plan, Registry, Wanted};
use relasi_persistence::Statement;
use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::id;

const PLAN: Plan = Plan {
    name: "nightly",
    cron: "30 1 * * *",
    job: || new("nightly", json!(null)),
};

on_both! {
    fn j7_each_due_time_makes_one_job_however_many_look_and_missed_ones_coalesce(queue: Queue) {
        let registry = Registry::default().with(Does::new("nightly", |_| Ok(json!(null)))).with_plan(PLAN);
        let worker = queue.work(registry, quick());
        let rows = |sql: &str| {
            let statement = Statement::new(sql);
            queue.database.across().read_blocking(|conn| conn.row(&statement, |row| row.int(0))).unwrap().unwrap()
        };
        until(|| rows("SELECT COUNT(*) FROM job_schedules WHERE next_at IS NOT NULL") == 12);
        assert!(worker.stop(Duration::from_secs(5)));
        let next = rows("SELECT MIN(next_at) FROM job_schedules");
        let next = chrono::DateTime::from_timestamp_micros(next).unwrap().with_timezone(&chrono_tz::Asia::Jakarta);
        assert_eq!((next.hour(), next.minute()), (1, 30), "by the clock of the workspace");
        assert!(next > Utc::now() && next <= Utc::now() + TimeDelta::days(1));

        // Nobody was there for three nights; then several come at once.
        queue.execute("UPDATE job_schedules SET next_at = next_at - 345600000000");
        let database = Arc::new(queue.database.clone());
        let lookers: Vec<_> = (0..4).map(|_| {
            let database = Arc::clone(&database);
            thread::spawn(move || jobs::tick(&database, &[PLAN]).unwrap())
        }).collect();
        let made: usize = lookers.into_iter().map(|looker| looker.join().unwrap()).sum();
        assert_eq!(made, 12);
        for &workspace in &queue.workspaces {
            let all = queue.database.across().read_blocking(|conn| jobs::list(conn, workspace, &Wanted::default(), 10)).unwrap();
            assert_eq!(all.len(), 1, "the nights that were missed are made up for once");
        }
        assert_eq!(jobs::tick(&queue.database, &[PLAN]).unwrap(), 0);
        assert_eq!(rows("SELECT MIN(next_at) FROM job_schedules"), next.timestamp_micros());
    }

    fn schedules_are_seen_run_paused_and_changed_by_those_who_look_after_the_workspace(app: TestApp) {
        let client = app.client();
        let find = |name: &str| super::super::schedule(&app, name);
        let measure = find("quality.measure");
        assert_eq!((&measure["cron"], &measure["time_zone"], &measure["changed"]), (&json!("30 1 * * *"), &json!("Asia/Jakarta"), &json!(false)));
        assert!(measure["next_at"].is_string() && measure["last_at"].is_null(), "{measure}");
        let job = super::super::run_schedule(&app, "quality.measure");
        assert_eq!((&job["state"], &job["created_by"]), (&json!("done"), &json!(app.owner.id)));
        assert_eq!(find("quality.measure")["last_job_id"], job["id"]);

        let at = format!("job-schedules/{}", id(&measure));
        assert_eq!(client.patch(&at, 1, &json!({"cron": "61 * * * *", "time_zone": "Kopi/Gayo"})).faults(), ["/cron not_schedule", "/time_zone not_time_zone"]);
        let moved = client.patch(&at, 1, &json!({"cron": "0 6 * * 1", "time_zone": "Asia/Bangkok"})).ok(200);
        assert_eq!((&moved["version"], &moved["changed"]), (&json!(2), &json!(true)));
        let next: chrono::DateTime<Utc> = moved["next_at"].as_str().unwrap().parse().unwrap();
        let local = next.with_timezone(&chrono_tz::Asia::Bangkok);
        assert_eq!((local.format("%a").to_string(), local.hour()), ("Mon".into(), 6));
        client.patch(&at, 1, &json!({"paused": true})).problem(412, "stale_version");
        let paused = client.patch(&at, 2, &json!({"paused": true})).ok(200);
        assert_eq!((&paused["paused"], &paused["next_at"]), (&json!(true), &Value::Null));
        let again = client.patch(&at, 3, &json!({"paused": false, "cron": "", "time_zone": ""})).ok(200);
        assert_eq!((&again["cron"], &again["changed"], &again["next_at"]), (&json!("30 1 * * *"), &json!(false), &measure["next_at"]));
        let log = client.get(&format!("audit-entries?record_id={}", id(&measure))).ok(200);
        let actions: Vec<&str> = log["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["updated", "updated", "updated", "started"]);
        let member = app.member("member");
        member.client.get("job-schedules").problem(403, "forbidden");
        member.client.patch(&at, 4, &json!({"paused": true})).problem(404, "not_found");
    }
}
