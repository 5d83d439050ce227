//! Figures of sales: by their definitions, with the rows behind each.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::Statement;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make_with, merged, pipeline},
    integrity,
    isolation::second_workspace,
};

const REPORTS: [&str; 8] = [
    "results",
    "cohort",
    "lost_reasons",
    "activities",
    "cycle",
    "stage_time",
    "funnel",
    "velocity",
];

fn report(client: &Client, name: &str, parameters: &[(&str, &str)]) -> Value {
    client
        .list(&format!("insight/sales/{name}"), parameters)
        .ok(200)
}

/// The value of a figure over all groups.
fn overall(report: &Value, name: &str) -> Value {
    value(&report["figures"], name)
}

fn value(figures: &Value, name: &str) -> Value {
    let figures = figures.as_array().expect("figures");
    let found = figures.iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {figures:?}"))["value"].clone()
}

/// The figures of the group with this value.
fn group<'r>(report: &'r Value, of: &Value) -> &'r Value {
    let groups = report["groups"].as_array().expect("groups");
    let found = groups.iter().find(|group| group["value"] == *of);
    &found.unwrap_or_else(|| panic!("no group {of}: {groups:?}"))["figures"]
}

fn deal(client: &Client, (pipeline, stage): (&str, &str), members: &Value) -> Value {
    let place = json!({"pipeline_id": pipeline, "stage_id": stage, "currency": "IDR"});
    make_with(client, "deal", merged(place, members))
}

fn win(client: &Client, deal: &Value) {
    client
        .verb(&format!("deals/{}/win", id(deal)), 1, &json!({}))
        .ok(200);
}

fn lose(client: &Client, deal: &Value, reason: &str) {
    client
        .verb(
            &format!("deals/{}/lose", id(deal)),
            1,
            &json!({"reason": reason}),
        )
        .ok(200);
}

/// Every figure with a filter is made of as many records as the filter opens.
#[track_caller]
fn opens(client: &Client, report: &Value) {
    let plural = report["rows_of"].as_str().expect("a list");
    let groups = report["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| &group["figures"]);
    let all = groups
        .chain([&report["figures"]])
        .filter_map(Value::as_array)
        .flatten();
    let mut seen = 0;
    for figure in all.filter(|figure| !figure["filter"].is_null()) {
        let filter = figure["filter"].as_str().expect("a filter");
        let count = client
            .list(&format!("{plural}/count"), &[("filter", filter)])
            .ok(200);
        assert_eq!(
            count["count"], figure["n"],
            "{}: {figure}",
            report["report"]
        );
        seen += 1;
    }
    assert!(seen > 0, "{report}");
}

/// Gives deals a past: created, and moved into each stage, so many days ago.
fn past(app: &mut TestApp, moves: Vec<(String, Vec<i64>)>) -> DateTime<Utc> {
    app.at.terminate();
    let database = integrity::open(&app.at.settings);
    let now = Utc::now();
    database
        .across()
        .write_blocking(move |conn| {
            for (deal, days) in &moves {
                let at = |days: &i64| now - TimeDelta::days(*days);
                let (first, last) = (at(&days[0]), at(days.last().expect("one at least")));
                let mut update = Statement::new("UPDATE deals SET created_at = ");
                update.bind(first).push(", stage_since = ").bind(last);
                update
                    .push(", closed_at = CASE WHEN closed_at IS NULL THEN NULL ELSE ")
                    .bind(last);
                update.push(" END WHERE id = ").bind(deal.as_str());
                conn.execute(&update)?;
                let mut ids = Statement::new("SELECT id FROM stage_changes WHERE deal_id = ");
                ids.bind(deal.as_str()).push(" ORDER BY at, id");
                let ids = conn.rows(&ids, |row| row.text(0))?;
                assert_eq!(ids.len(), days.len(), "moves of {deal}");
                for (id, days) in ids.iter().zip(days) {
                    let mut update = Statement::new("UPDATE stage_changes SET at = ");
                    update.bind(at(days)).push(" WHERE id = ").bind(id.as_str());
                    conn.execute(&update)?;
                }
            }
            let all = Statement::new("SELECT id FROM workspaces");
            for workspace in conn.rows(&all, |row| row.id(0))? {
                relasi_app::sales::weeks::count_anew(conn, workspace)
                    .expect("the moves are counted");
            }
            Ok::<_, relasi_persistence::StoreError>(())
        })
        .unwrap();
    drop(database);
    app.crash_and_restart();
    now
}

/// A period that ends tomorrow and began so many days ago.
fn since(days: i64) -> [(&'static str, String); 2] {
    let day = |days: i64| {
        (Utc::now() + TimeDelta::days(days))
            .date_naive()
            .to_string()
    };
    [("from", day(-days)), ("to", day(2))]
}

on_both! {
    fn figures_are_what_happened_and_open_their_rows(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let at = (way.as_str(), stages[0].as_str());
        let made = |amount: i64, source: &str| deal(client, at, &json!({"amount": amount, "source": source}));
        let (a, b, c, d) = (made(100, "web"), made(300, "web"), made(50, "fair"), made(70, "fair"));
        let in_baht = make_with(client, "deal", json!({"pipeline_id": way, "stage_id": stages[0], "currency": "THB", "amount": 9, "source": "web"}));
        for deal in [&a, &b, &in_baht] {
            win(client, deal);
        }
        lose(client, &c, "price");
        let only = format!("pipeline_id = {way}");
        let results = report(client, "results", &[("filter", &only)]);
        assert_eq!((overall(&results, "won"), overall(&results, "lost")), (json!(3), json!(1)));
        assert_eq!(overall(&results, "close_rate"), 7_500);
        let money: Vec<(&Value, &Value)> = results["figures"].as_array().unwrap().iter()
            .filter(|one| one["name"] == "amount_won").map(|one| (&one["currency"], &one["value"])).collect();
        assert_eq!(money, [(&json!("IDR"), &json!(400)), (&json!("THB"), &json!(9))]);
        let by_source = report(client, "results", &[("filter", &only), ("by", "source")]);
        assert_eq!(value(group(&by_source, &json!("fair")), "close_rate"), 0);
        assert_eq!(value(group(&by_source, &json!("web")), "close_rate"), 10_000);
        let cohort = report(client, "cohort", &[("filter", &only)]);
        assert_eq!((overall(&cohort, "created"), overall(&cohort, "won_share")), (json!(5), json!(6_000)));
        assert_eq!(value(group(&cohort, &json!("fair")), "won_share"), 0);
        let lost = report(client, "lost_reasons", &[("filter", &only)]);
        assert_eq!(value(group(&lost, &json!("price")), "amount_lost"), 50);
        assert_eq!(value(group(&lost, &json!("price")), "share"), 10_000);
        let flow = report(client, "velocity", &[("filter", &only)]);
        assert_eq!(overall(&flow, "open"), 1, "the one that is left, {}", id(&d));
        client.create("activities", &json!({"kind": "call", "subject": "Telepon", "deal_id": a["id"]}));
        let done = report(client, "activities", &[("filter", &format!("deal_id = {}", id(&a)))]);
        assert_eq!((overall(&done, "call"), overall(&done, "meeting")), (json!(1), json!(0)));
        for report in [&results, &by_source, &cohort, &lost, &flow, &done, &report(client, "cycle", &[("filter", &only)])] {
            opens(client, report);
            assert_ne!(report["formula"], "");
        }
        // Of the quarter before there is nothing, which is no zero per cent.
        let before = report(client, "results", &[("from", "2020-01-01"), ("to", "2020-04-01")]);
        assert_eq!((overall(&before, "won"), overall(&before, "close_rate")), (json!(0), Value::Null));
        assert_eq!(before["groups"], json!([]));
        let file = client.list("insight/sales/results/csv", &[("filter", &only), ("by", "source")]);
        let text = file.text();
        assert!(text.contains("Close rate") && text.contains("IDR"), "{text}");
        let thai = client.in_language("th").get("insight/sales/funnel").ok(200);
        assert!(thai["formula"].as_str().unwrap().contains("ดีล"));
    }

    fn stages_and_cycles_go_by_the_history(app: TestApp) {
        let mut app = app;
        let (way, stages) = pipeline(app.client());
        let at = (way.clone(), stages[0].clone());
        let made = |app: &TestApp| deal(app.client(), (&at.0, &at.1), &json!({"amount": 100}));
        let move_to = |app: &TestApp, deal: &Value, version: i64, stage: usize| {
            let body = json!({"stage_id": stages[stage]});
            app.client().verb(&format!("deals/{}/move", id(deal)), version, &body).ok(200);
        };
        // Straight through; there and back again; lost at once; still at the first.
        let (straight, back, lost, new) = (made(&app), made(&app), made(&app), made(&app));
        for (version, stage) in [(1, 1), (2, 2), (3, 3)] {
            move_to(&app, &straight, version, stage);
        }
        for (version, stage) in [(1, 1), (2, 0), (3, 1), (4, 3)] {
            move_to(&app, &back, version, stage);
        }
        lose(app.client(), &lost, "price");
        past(&mut app, vec![
            (id(&straight), vec![40, 35, 20, 10]),
            (id(&back), vec![60, 50, 45, 42, 12]),
            (id(&lost), vec![30, 29]),
            (id(&new), vec![5]),
        ]);
        let client = app.client();
        let days = |days: i64| json!(days * 86_400);
        let period = since(100);
        let ask = |name: &str| report(client, name, &[(period[0].0, &period[0].1), (period[1].0, &period[1].1), ("pipeline_id", &way), ("filter", &format!("pipeline_id = {way}"))]);
        let cycle = ask("cycle");
        // 30 and 48 days.
        assert_eq!((overall(&cycle, "mean"), overall(&cycle, "median"), overall(&cycle, "p90")), (days(39), days(39), days(48)));
        assert_eq!(cycle["figures"][0]["n"], 2);
        opens(client, &cycle);
        let time = ask("stage_time");
        // First stage: 5 days, and 10 + 3; second: 15, and 5 + 30; third: 10.
        assert_eq!(value(group(&time, &json!(stages[0])), "median"), days(9));
        assert_eq!(value(group(&time, &json!(stages[1])), "p90"), days(35));
        assert_eq!(group(&time, &json!(stages[2]))[0]["n"], 1);
        assert_eq!(overall(&time, "mean"), days(39));
        let funnel = ask("funnel");
        let of = |stage: usize, name: &str| value(group(&funnel, &json!(stages[stage])), name);
        assert_eq!((of(0, "entered"), of(0, "further"), of(0, "conversion")), (json!(4), json!(2), json!(5_000)));
        assert_eq!((of(1, "entered"), of(1, "further")), (json!(2), json!(2)));
        assert_eq!((of(2, "entered"), of(2, "conversion")), (json!(1), json!(10_000)));
        assert_eq!(of(3, "entered"), 2);
        assert_eq!(funnel["groups"].as_array().unwrap().len(), 4, "lost is no way further");
        // The rows are those that were counted.
        let rows = |name: &str, which: &str, stage: usize| {
            let parameters = [(period[0].0, period[0].1.as_str()), (period[1].0, &period[1].1), ("which", which), ("stage_id", &stages[stage])];
            let page = client.list(&format!("insight/sales/{name}/rows"), &parameters).ok(200);
            let mut ids: Vec<String> = page["items"].as_array().unwrap().iter().map(id).collect();
            ids.sort();
            ids
        };
        let sorted = |deals: &[&Value]| { let mut ids: Vec<String> = deals.iter().map(|deal| id(deal)).collect(); ids.sort(); ids };
        assert_eq!(rows("funnel", "entered", 0), sorted(&[&straight, &back, &lost, &new]));
        assert_eq!(rows("funnel", "further", 0), sorted(&[&straight, &back]));
        assert_eq!(rows("stage_time", "stood", 2), sorted(&[&straight]));
        // A period that began later has no more of what was before.
        let late = since(15);
        let funnel = report(client, "funnel", &[(late[0].0, &late[0].1), (late[1].0, &late[1].1), ("pipeline_id", &way)]);
        assert_eq!(value(group(&funnel, &json!(stages[0])), "entered"), 1);
    }

    fn rows_behind_stages_are_paged(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let made: Vec<String> = (0..61).map(|n| id(&deal(client, (&way, &stages[0]), &json!({"name": format!("Peluang {n}")})))).collect();
        let path = "insight/sales/funnel/rows";
        let ask = [("which", "entered"), ("stage_id", stages[0].as_str())];
        let first = client.list(path, &ask).ok(200);
        assert_eq!(first["items"].as_array().unwrap().len(), 50);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = client.list(path, &[ask[0], ask[1], ("cursor", cursor)]).ok(200);
        assert_eq!(second["next_cursor"], Value::Null);
        let both = [&first, &second].map(|page| page["items"].as_array().unwrap().clone()).concat();
        let mut ids: Vec<String> = both.iter().map(id).collect();
        ids.sort();
        let mut made = made;
        made.sort();
        assert_eq!(ids, made);
    }

    fn figures_are_of_what_one_may_see(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let mine = deal(client, (&way, &stages[0]), &json!({"amount": 500}));
        win(client, &mine);
        let rights = json!({"records": {"see": "own", "add": "own", "edit": "own"}});
        let role = client.post("roles", &json!({"name": "Sendiri", "rights": rights})).ok(201);
        let mate = app.member(role["id"].as_str().unwrap());
        let theirs = deal(&mate.client, (&way, &stages[0]), &json!({"amount": 7}));
        win(&mate.client, &theirs);
        for (caller, won, amount) in [(client, 2, 507), (&mate.client, 1, 7)] {
            let results = report(caller, "results", &[]);
            assert_eq!((overall(&results, "won"), overall(&results, "amount_won")), (json!(won), json!(amount)));
            opens(caller, &results);
            let cycle = report(caller, "cycle", &[]);
            assert_eq!(cycle["figures"][0]["n"], won);
            let funnel = report(caller, "funnel", &[("pipeline_id", &way)]);
            assert_eq!(value(group(&funnel, &json!(stages[0])), "entered"), won);
            let rows = caller.list("insight/sales/funnel/rows", &[("which", "entered"), ("stage_id", &stages[0])]).ok(200);
            assert_eq!(rows["items"].as_array().unwrap().len(), won);
        }
        let mut app = app;
        // Another workspace has figures of its own, and does not know this one's stages.
        let other = second_workspace(&mut app).client;
        assert_eq!(overall(&report(&other, "results", &[]), "won"), 0);
        let foreign = [("which", "entered"), ("stage_id", stages[0].as_str())];
        assert_eq!(other.list("insight/sales/funnel/rows", &foreign).faults(), ["?stage_id no_such_record"]);
        assert_eq!(other.list("insight/sales/funnel", &[("pipeline_id", &way)]).faults(), ["?pipeline_id no_such_record"]);
    }

    fn what_can_not_be_reported_is_refused(app: TestApp) {
        let client = app.client();
        client.get("insight/sales/gut_feeling").problem(404, "not_found");
        for (name, parameters, fault) in [
            ("results", [("from", "2026-02-01"), ("to", "2026-02-01")], "?to not_a_period"),
            ("results", [("from", "2010-01-01"), ("to", "2026-02-01")], "?to not_a_period"),
            ("results", [("by", "name_of_the_dog"), ("from", "2026-02-01")], "?by unknown_field"),
            ("cycle", [("by", "tags"), ("from", "2026-02-01")], "?by not_groupable"),
            ("funnel", [("by", "source"), ("from", "2026-02-01")], "?by not_groupable"),
            ("velocity", [("filter", "amount >"), ("from", "2026-02-01")], "?filter filter_expects_value"),
            ("cycle", [("filter", "dog = 1"), ("from", "2026-02-01")], "?filter unknown_field"),
        ] {
            let faults = client.list(&format!("insight/sales/{name}"), &parameters).faults();
            assert_eq!(faults, [fault], "{name} {parameters:?}");
        }
        let rows = |which: &str| client.list("insight/sales/results/rows", &[("which", which), ("stage_id", "0190aaaa-0000-7000-8000-000000000005")]);
        assert_eq!(rows("all").faults(), ["?which not_a_choice"]);
        rows("entered").problem(404, "not_found");
        // Who may not see how deals ended is told nothing by figures; who may not see amounts is told the rest.
        let role = |fields: Value| {
            let rights = json!({"records": {"see": "all"}, "fields": {"deal": fields}});
            let made = client.post("roles", &json!({"name": format!("Tanpa {fields}"), "rights": rights})).ok(201);
            app.member(made["id"].as_str().unwrap()).client
        };
        let blind = role(json!({"closed_at": "hidden"}));
        for name in REPORTS.iter().filter(|name| **name != "activities") {
            blind.get(&format!("insight/sales/{name}")).problem(403, "forbidden");
        }
        let (way, stages) = pipeline(client);
        win(client, &deal(client, (&way, &stages[0]), &json!({"amount": 500})));
        let poor = role(json!({"amount": "hidden"}));
        for name in REPORTS {
            let text = poor.get(&format!("insight/sales/{name}")).ok(200).to_string();
            assert!(!text.contains("money"), "{text}");
        }
    }
}
