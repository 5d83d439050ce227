//! Numbers that leaders say themselves, and the sales board: who sees and asks for what.

use relasi_persistence::Statement;
use relasi_tests::{Client, Member, TestApp, on_both};
use serde_json::{Value, json};

use super::{days, deal, figure, forecast, opens, row, set, today, value, win, year};
use crate::{
    bodies::{id, pipeline, version},
    integrity,
    isolation::second_workspace,
    jobs::run_schedule,
};
use chrono::Datelike;

fn membership(client: &Client, email: &str) -> Value {
    let all = client.list("members", &[("limit", "200")]).ok(200);
    let mut members = all["items"].as_array().unwrap().iter();
    members
        .find(|one| one["email"] == email)
        .expect("a member")
        .clone()
}

fn place(client: &Client, email: &str, members: &Value) {
    let one = membership(client, email);
    client
        .patch(&format!("members/{}", id(&one)), version(&one), members)
        .ok(200);
}

on_both! {
    fn who_leads_says_a_number_and_it_is_kept_and_measured(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let (lead, mate, other) = (app.member("manager"), app.member("member"), app.member("member"));
        let above = membership(client, &lead.email)["id"].clone();
        place(client, &mate.email, &json!({"manager_id": above}));
        let period = today().year().to_string();
        let say = |by: &Client, members: Value| {
            let mut body = json!({"period": period, "kind": "person"});
            body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            by.post("forecast-calls", &body)
        };
        let path = format!("forecast-calls?period={period}");
        // Who leads nobody says nothing, and is told of nothing.
        say(&mate.client, json!({"id": mate.id, "amount": 5})).problem(403, "forbidden");
        assert_eq!(mate.client.get(&path).ok(200)["subjects"], json!([]));
        let may = lead.client.get(&path).ok(200);
        let ids: Vec<&Value> = may["subjects"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, [&json!(lead.id), &json!(mate.id)]);
        // For oneself with one's people, for one of them, for nobody else.
        let said = say(&lead.client, json!({"id": lead.id, "amount": 700, "note": "  Big ones slip "})).ok(201);
        assert_eq!((&said["amount"], &said["note"], &said["caller_id"]), (&json!(700), &json!("Big ones slip"), &json!(lead.id)));
        say(&lead.client, json!({"id": mate.id, "amount": 300})).ok(201);
        for (members, fault) in [
            (json!({"id": other.id, "amount": 1}), "/id no_such_record"),
            (json!({"amount": 1}), "/id no_such_record"),
            (json!({"kind": "workspace", "amount": 1}), "/kind no_such_record"),
            (json!({"kind": "dog", "amount": 1}), "/kind not_a_choice"),
            (json!({"id": mate.id, "amount": -1}), "/amount out_of_range"),
            (json!({"id": mate.id, "amount": 1, "period": "soon"}), "/period not_a_period"),
            (json!({"id": mate.id, "amount": 1, "note": "x".repeat(501)}), "/note too_long"),
        ] {
            assert_eq!(say(&lead.client, members.clone()).faults(), [fault], "{members}");
        }
        assert_eq!(client.get("forecast-calls?period=soon").faults(), ["?period not_a_period"]);
        assert_eq!(client.get("forecast-calls").status, 422);
        assert_eq!(say(&lead.client, json!({"id": mate.id, "amount": 1, "sure": true})).status, 422);
        // An owner says a number for everybody, and sees what the others say; those below do not.
        say(client, json!({"kind": "workspace", "amount": 900})).ok(201);
        assert_eq!(client.get(&path).ok(200)["items"].as_array().unwrap().len(), 3);
        assert_eq!(lead.client.get(&path).ok(200)["items"].as_array().unwrap().len(), 2);
        for one in [&mate, &other] {
            assert_eq!(one.client.get(&path).ok(200)["items"], json!([]));
        }
        // The newest holds, and stands beside the computed figures.
        say(&lead.client, json!({"id": mate.id, "amount": 350})).ok(201);
        let deal_of = |whose: &Client, amount: i64| deal(whose, (&way, &stages[0]), &json!({"amount": amount}));
        let won = deal_of(&mate.client, 400);
        win(&mate.client, &won);
        win(&other.client, &deal_of(&other.client, 50));
        let found = forecast(&lead.client, &[]);
        assert_eq!((value(row(&found, "group", &lead.id), "call"), value(row(&found, "person", &mate.id), "call")), (json!(700), json!(350)));
        assert_eq!((value(&found["total"], "call"), &found["call_period"]), (Value::Null, &json!(period)));
        let whole = forecast(client, &[]);
        assert_eq!((value(&whole["total"], "call"), value(row(&whole, "group", &lead.id), "call")), (json!(900), json!(700)));
        assert_eq!(found["calls"].as_array().unwrap().len(), 2);
        assert_eq!(forecast(&mate.client, &[])["calls"], json!([]));
        // What was said is measured against what these people won.
        run_schedule(&app, "forecast.snapshot");
        let mut app = app;
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        let back = Statement::new("UPDATE forecast_calls SET created_at = created_at - 172800000000");
        database.across().write_blocking(move |conn| conn.execute(&back)).expect("an update");
        drop(database);
        app.crash_and_restart();
        let [lead, mate] = [&lead, &mate].map(|one| Member::sign_in(&app.at.client(), &one.email));
        let client = app.client();
        let days = year();
        let asked = [(days[0].0, days[0].1.as_str()), (days[1].0, days[1].1.as_str())];
        let measured = lead.client.list("insight/forecast/accuracy", &asked).ok(200);
        let callers = measured["callers"].as_array().unwrap();
        assert_eq!(callers.len(), 1, "{measured}");
        assert_eq!((&callers[0]["won"], &callers[0]["n"]), (&json!(400), &json!(1)));
        assert_eq!(callers[0]["points"][0], json!({"day": today(), "amount": 700, "error": 7_500}));
        let measured = client.list("insight/forecast/accuracy", &asked).ok(200);
        assert_eq!(measured["callers"].as_array().unwrap().len(), 2, "{measured}");
        assert_eq!(mate.client.list("insight/forecast/accuracy", &asked).ok(200)["callers"], json!([]));
        // Taken back there is none, and the log tells of each.
        say(&lead.client, json!({"id": mate.id, "amount": null})).ok(201);
        assert_eq!(value(row(&forecast(&lead.client, &[]), "person", &mate.id), "call"), Value::Null);
        let log = client.list("audit-entries", &[("object", "forecast_call")]).ok(200);
        assert_eq!(log["items"].as_array().unwrap().len(), 5, "{log}");
        let half = [("from", "2026-01-15"), ("to", "2026-02-01")];
        assert_eq!(client.list("insight/forecast", &half).ok(200)["call_period"], Value::Null);
        let stranger = second_workspace(&mut app).client;
        assert_eq!(stranger.get(&path).ok(200)["items"], json!([]));
        assert_eq!(say(&stranger, json!({"id": mate.id, "amount": 1})).faults(), ["/id no_such_record"]);
    }

    fn a_board_is_what_suits_its_reader(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let team = client.post("teams", &json!({"name": "Timur"})).ok(201);
        let (lead, mate, other) = (app.member("manager"), app.member("member"), app.member("member"));
        let above = membership(client, &lead.email)["id"].clone();
        place(client, &mate.email, &json!({"manager_id": above, "team_id": team["id"]}));
        let (_, day) = days();
        let made = |whose: &Client, members: Value| deal(whose, (&way, &stages[0]), &members);
        win(&mate.client, &made(&mate.client, json!({"amount": 400})));
        let lost = made(&mate.client, json!({"amount": 10}));
        mate.client.verb(&format!("deals/{}/lose", id(&lost)), 1, &json!({"reason": "price"})).ok(200);
        made(&mate.client, json!({"amount": 1_000, "close_date": day}));
        win(&other.client, &made(&other.client, json!({"amount": 50})));
        mate.client.create("activities", &json!({"kind": "call", "subject": "Telepon"}));
        // The quota of somebody who is none of the lead's people is no line of theirs.
        let quota = |of: &str, value: i64| json!({"kind": "person", "id": of, "period": today().year().to_string(), "value": value});
        let cells = json!([quota(&mate.id, 1_200), quota(&other.id, 900)]);
        set(client, 0, &json!({"year": today().year(), "measure": "won_amount", "cells": cells})).ok(200);
        let board = |by: &Client, more: &[(&str, &str)]| {
            let days = year();
            let mut asked = vec![(days[0].0, days[0].1.as_str()), (days[1].0, days[1].1.as_str())];
            asked.extend(more);
            by.list("insight/sales-board", &asked)
        };
        // Who sells sees their own.
        let own = board(&mate.client, &[]).ok(200);
        assert_eq!((&own["audience"], &own["total"]["id"], &own["filter"]), (&json!("seller"), &json!(mate.id), &json!("owner_id = me")));
        let of = |line: &Value, names: &[&str]| names.iter().map(|name| value(line, name)).collect::<Vec<_>>();
        let names = ["won", "quota", "attainment", "pipeline", "close_rate", "activities", "attention", "won_before"];
        assert_eq!(json!(of(&own["total"], &names)), json!([400, 1_200, 3_333, 1_000, 5_000, 1, 1, 0]));
        assert_eq!((&own["by_person"], &own["by_team"]), (&json!([]), &json!([])));
        assert_eq!(own["against"]["to"], own["from"]);
        assert_eq!(own["formulas"]["attention"].as_str().map(str::is_empty), Some(false));
        // Who leads sees their people, each with a line.
        let led = board(&lead.client, &[]).ok(200);
        assert_eq!((&led["audience"], &led["total"]["id"], value(&led["total"], "won")), (&json!("lead"), &json!(lead.id), json!(400)));
        let people: Vec<&Value> = led["by_person"].as_array().unwrap().iter().map(|line| &line["id"]).collect();
        assert_eq!(people, [&json!(mate.id)]);
        // Who owns sees everything, and can ask for a team or a person.
        let all = board(client, &[]).ok(200);
        assert_eq!((&all["audience"], value(&all["total"], "won"), &all["filter"]), (&json!("owner"), json!(450), &json!("")));
        assert_eq!(all["by_person"].as_array().unwrap().len(), 2, "{all}");
        let of_team = board(client, &[("kind", "team"), ("id", &id(&team))]).ok(200);
        assert_eq!((&of_team["total"]["label"], value(&of_team["total"], "won")), (&json!("Timur"), json!(400)));
        let of_mate = board(client, &[("kind", "person"), ("id", &mate.id)]).ok(200);
        assert_eq!((value(&of_mate["total"], "won"), value(&of_mate["total"], "quota")), (json!(400), json!(1_200)));
        // Every figure opens as many rows as it is made of.
        for (by, found) in [(&mate.client, &own), (&lead.client, &led), (client, &all), (client, &of_team), (client, &of_mate)] {
            let lines = ["by_person", "by_team"].iter().flat_map(|part| found[part].as_array().unwrap());
            for line in lines.chain([&found["total"]]) {
                for one in line["figures"].as_array().unwrap() {
                    let plural = if one["name"].as_str().unwrap().starts_with("activities") { "activities" } else { "deals" };
                    if let Some(filter) = one["filter"].as_str() {
                        let count = by.list(&format!("{plural}/count"), &[("filter", filter)]).ok(200);
                        assert_eq!(count["count"], one["n"], "{one}");
                    }
                }
            }
        }
        // Goals of one person and of a team stand beside what was won.
        let goal = [("filter", format!("owner_id = {}", mate.id)), ("from", year()[0].1.clone()), ("to", year()[1].1.clone())];
        let goal: Vec<(&str, &str)> = goal.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let results = client.list("insight/sales/results", &goal).ok(200);
        assert_eq!(figure(&results, "goal")["value"], 1_200);
        opens(client, &forecast(client, &[]));
        for (parameters, fault) in [
            (vec![("kind", "dog")], "?kind not_a_choice"),
            (vec![("kind", "team")], "?id no_such_record"),
            (vec![("kind", "person"), ("id", "0190aaaa-0000-7000-8000-000000000005")], "?id no_such_record"),
            (vec![("against_from", "2026-01-01")], "?against_to not_a_period"),
        ] {
            assert_eq!(board(client, &parameters).faults(), [fault]);
        }
        // Only those whom one sees can be asked for; who sees no amounts has no board.
        let role = |name: &str, rights: Value| {
            let made = client.post("roles", &json!({"name": name, "rights": rights})).ok(201);
            app.member(made["id"].as_str().unwrap())
        };
        let own = role("Sendiri", json!({"records": {"see": "own", "add": "own"}}));
        let seen = board(&own.client, &[]).ok(200);
        assert_eq!(seen["people"].as_array().unwrap().len(), 1, "{seen}");
        assert_eq!(board(&own.client, &[("kind", "person"), ("id", &mate.id)]).faults(), ["?id no_such_record"]);
        let poor = role("Buta", json!({"records": {"see": "all"}, "fields": {"deal": {"amount": "hidden"}}}));
        board(&poor.client, &[]).problem(403, "forbidden");
        let mut app = app;
        let stranger = second_workspace(&mut app).client;
        assert_eq!(board(&stranger, &[("kind", "person"), ("id", &mate.id)]).faults(), ["?id no_such_record"]);
    }
}
