//! What people are told: put off until later, read record by record, and not told at all.

use chrono::{SecondsFormat, TimeDelta, Utc};
use relasi_persistence::{Dialect, Statement};
use relasi_tests::{Backend, Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make_with},
    integrity,
    isolation::second_workspace,
    jobs::queue::until,
};

/// Titles of what is told, the last first.
fn titles(client: &Client, path: &str) -> Vec<String> {
    let page = client.get(path).ok(200);
    let items = page["items"].as_array().unwrap().iter();
    let title = |item: &Value| {
        item["data"]["title"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    items.map(title).collect()
}

fn unread(client: &Client) -> i64 {
    client.get("notifications").ok(200)["unread"]
        .as_i64()
        .unwrap()
}

fn of(client: &Client, title: &str) -> Value {
    let page = client.get("notifications").ok(200);
    let items = page["items"].as_array().unwrap().clone();
    items
        .into_iter()
        .find(|item| item["data"]["title"] == title)
        .unwrap()
}

fn after(delta: TimeDelta) -> String {
    (Utc::now() + delta).to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Whatever is given to a colleague, one contact for each name.
fn give(client: &Client, to: &str, names: &[&str]) -> Vec<Value> {
    let one = |name: &&str| {
        make_with(
            client,
            "contact",
            json!({"full_name": name, "owner_id": to}),
        )
    };
    names.iter().map(one).collect()
}

on_both! {
    fn what_is_put_off_comes_back_unread(app: TestApp) {
        let mate = app.member("member");
        let client = &mate.client;
        give(app.client(), &mate.id, &["Andi", "Budi", "Citra"]);
        let budi = of(client, "Budi");
        assert_eq!(budi["snoozed_until"], Value::Null);
        client.post(&format!("notifications/{}/read", id(&budi)), &json!({})).ok(204);
        let evening = after(TimeDelta::hours(3));
        client.post("notifications/snooze", &json!({"ids": [budi["id"]], "until": evening})).ok(204);
        assert_eq!(titles(client, "notifications"), ["Citra", "Andi"]);
        assert_eq!(titles(client, "notifications?topic=you&limit=1"), ["Citra"]);
        assert_eq!(unread(client), 2);
        let hidden = client.get("notifications?snoozed=true").ok(200);
        let hidden = &hidden["items"][0];
        assert_eq!((&hidden["id"], &hidden["read_at"]), (&budi["id"], &Value::Null));
        assert_eq!(hidden["snoozed_until"], json!(evening));
        assert_eq!(hidden["created_at"], budi["created_at"]);
        client.post("notifications/read-all", &json!({})).ok(204);
        assert_eq!(titles(client, "notifications?snoozed=true"), ["Budi"], "what is put off is not read meanwhile");

        // Back at once, where it was.
        client.post("notifications/snooze", &json!({"ids": [budi["id"]], "until": null})).ok(204);
        assert_eq!(titles(client, "notifications"), ["Citra", "Budi", "Andi"]);
        assert_eq!((unread(client), &of(client, "Budi")["snoozed_until"]), (1, &Value::Null));

        // Back later: the last to come.
        let andi = of(client, "Andi");
        let soon = after(TimeDelta::milliseconds(1500));
        client.post("notifications/snooze", &json!({"ids": [andi["id"], budi["id"]], "until": soon})).ok(204);
        assert_eq!(titles(client, "notifications"), ["Citra"]);
        until(|| unread(client) == 2);
        assert_eq!(titles(client, "notifications"), ["Budi", "Andi", "Citra"]);
        assert_eq!(client.all("notifications", &[("limit", "1")], "id"), [budi["id"].clone(), andi["id"].clone(), of(client, "Citra")["id"].clone()]);
    }

    fn only_ones_own_are_put_off_and_only_for_a_while(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app).client;
        let mate = app.member("member");
        give(app.client(), &mate.id, &["Andi"]);
        let andi = of(&mate.client, "Andi");
        let tomorrow = after(TimeDelta::days(1));
        let body = |until: &str| json!({"ids": [andi["id"]], "until": until});
        for wrong in [after(TimeDelta::seconds(-1)), after(TimeDelta::days(400))] {
            assert_eq!(mate.client.post("notifications/snooze", &body(&wrong)).faults(), ["/until not_later"]);
        }
        for ids in [json!([]), json!(vec![andi["id"].clone(); 101])] {
            let body = json!({"ids": ids, "until": tomorrow});
            assert_eq!(mate.client.post("notifications/snooze", &body).faults(), ["/ids out_of_range"]);
        }
        for other in [app.client(), &neighbour] {
            other.post("notifications/snooze", &body(&tomorrow)).problem(404, "not_found");
        }
        let both = json!({"ids": [andi["id"], uuid::Uuid::now_v7()], "until": tomorrow});
        mate.client.post("notifications/snooze", &both).problem(404, "not_found");
        assert_eq!(titles(&mate.client, "notifications"), ["Andi"], "all or none");
        app.anonymous().post("notifications/snooze", &body(&tomorrow)).problem(401, "unauthorized");
    }

    fn those_about_a_record_are_read_together(app: TestApp) {
        let (client, mate) = (app.client(), app.member("member"));
        let given = give(client, &mate.id, &["Andi", "Budi"]);
        let path = format!("contacts/{}", id(&given[0]));
        client.post(&format!("{path}/comments"), &json!({"body": "Calls back"})).ok(201);
        assert_eq!(titles(&mate.client, "notifications"), ["Andi", "Budi", "Andi"]);
        mate.client.post(&format!("notifications/read-all?record_id={}", id(&given[0])), &json!({})).ok(204);
        assert_eq!(unread(&mate.client), 1);
        assert_eq!(of(&mate.client, "Budi")["read_at"], Value::Null);
        assert_eq!(mate.client.post("notifications/read-all?record_id=x", &json!({})).faults(), ["?record_id not_id"]);
    }

    fn nobody_is_told_what_they_do_not_want_to_hear(app: TestApp) {
        let (client, mate) = (app.client(), app.member("member"));
        let settings = "notifications/settings";
        let choose = |off: Value| mate.client.json(Method::PUT, settings, &[], &json!({"off": off}));
        assert_eq!(mate.client.get(settings).ok(200), json!({"off": []}));
        let off = json!(["assigned", "followed"]);
        assert_eq!(choose(json!(["followed", "assigned", "assigned"])).ok(200)["off"], off);
        assert_eq!(mate.client.get(settings).ok(200)["off"], off);
        assert_eq!(client.get(settings).ok(200), json!({"off": []}), "each chooses for themselves");
        let given = give(client, &mate.id, &["Andi"]);
        let path = format!("contacts/{}", id(&given[0]));
        mate.client.send(Method::PUT, &format!("{path}/follow"), &[], &[]).ok(204);
        client.patch(&path, 1, &json!({"city": "Bandung"})).ok(200);
        assert_eq!(titles(&mate.client, "notifications"), [""; 0]);
        client.post(&format!("{path}/comments"), &json!({"body": "Calls back"})).ok(201);
        assert_eq!(of(&mate.client, "Andi")["kind"], "commented");
        assert_eq!(choose(json!(["mentioned", "other"])).faults(), ["/off/1 not_a_choice"]);
        assert_eq!(choose(json!([])).ok(200), json!({"off": []}));
        give(client, &mate.id, &["Budi"]);
        assert_eq!(titles(&mate.client, "notifications"), ["Budi", "Andi"]);
    }

    fn the_number_of_unread_ones_is_read_from_the_index(app: TestApp) {
        let mut app = app;
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let query = "SELECT count(*) FROM (SELECT 1 AS one FROM notifications WHERE workspace_id = 'w' AND user_id = 'u' \
                     AND read_at IS NULL AND shows_at <= 1 LIMIT 100) AS unread";
        let plan = database.across().read_blocking(move |conn| {
            let (words, column) = match conn.dialect() {
                Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
                // A table with next to nothing in it is otherwise read whole.
                Dialect::Postgres => {
                    conn.execute(&Statement::new("SET LOCAL enable_seqscan = off"))?;
                    ("EXPLAIN", 0)
                }
            };
            conn.rows(&Statement::new(format!("{words} {query}")), |row| row.text(column))
        });
        let plan = plan.unwrap().join("\n");
        let covering = match app.at.backend {
            Backend::Sqlite => "USING COVERING INDEX notifications_unread",
            Backend::Postgres => "Index Only Scan using notifications_unread",
        };
        assert!(plan.contains(covering), "{plan}");
    }
}
