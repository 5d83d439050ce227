//! Forecast and quotas: what counts where, what changed since a night, how good it was, who may see and set what.

use chrono::{Datelike, Days, NaiveDate, Utc};
use relasi_tests::{Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make_with, merged, pipeline, version},
    isolation::second_workspace,
    jobs::run_schedule,
};

mod calls;
mod reports;

/// Today where the workspace is.
fn today() -> NaiveDate {
    Utc::now()
        .with_timezone(&chrono_tz::Asia::Jakarta)
        .date_naive()
}

/// Days of a year that has begun: whole months, whatever today is.
fn year() -> [(&'static str, String); 2] {
    let year = today().year();
    [
        ("from", format!("{year}-01-01")),
        ("to", format!("{}-01-01", year + 1)),
    ]
}

fn forecast(client: &Client, more: &[(&str, &str)]) -> Value {
    let year = year();
    let mut parameters: Vec<(&str, &str)> = year
        .iter()
        .map(|(name, day)| (*name, day.as_str()))
        .collect();
    parameters.extend(more);
    client.list("insight/forecast", &parameters).ok(200)
}

fn figure<'r>(row: &'r Value, name: &str) -> &'r Value {
    let figures = row["figures"].as_array().expect("figures");
    figures
        .iter()
        .find(|one| one["name"] == name)
        .unwrap_or_else(|| panic!("no {name}: {row}"))
}

fn value(row: &Value, name: &str) -> Value {
    figure(row, name)["value"].clone()
}

fn row<'r>(found: &'r Value, kind: &str, of: &str) -> &'r Value {
    let rows = found["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["kind"] == kind && row["id"] == of)
        .unwrap_or_else(|| panic!("no {kind} {of}: {rows:?}"))
}

/// Every figure with a filter is made of as many deals as the filter opens.
#[track_caller]
fn opens(client: &Client, found: &Value) {
    let rows = found["rows"].as_array().expect("rows");
    for row in rows.iter().chain([&found["total"]]) {
        for one in row["figures"].as_array().expect("figures") {
            if let Some(filter) = one["filter"].as_str() {
                let count = client.list("deals/count", &[("filter", filter)]).ok(200);
                assert_eq!(count["count"], one["n"], "{one}");
            }
        }
    }
}

/// Today, and a day within this year that is another one.
fn days() -> (NaiveDate, NaiveDate) {
    let today = today();
    let other = if today.month() == 12 {
        today - Days::new(40)
    } else {
        today + Days::new(20)
    };
    (today, other)
}

fn deal(client: &Client, (pipeline, stage): (&str, &str), members: &Value) -> Value {
    let (_, day) = days();
    let place =
        json!({"pipeline_id": pipeline, "stage_id": stage, "currency": "IDR", "close_date": day});
    make_with(client, "deal", merged(place, members))
}

fn win(client: &Client, deal: &Value) {
    client
        .verb(
            &format!("deals/{}/win", id(deal)),
            version(deal),
            &json!({}),
        )
        .ok(200);
}

fn set(client: &Client, version: i64, body: &Value) -> Reply {
    client.json(
        Method::PUT,
        "quotas",
        &[("if-match", &format!("\"{version}\""))],
        body,
    )
}

on_both! {
    fn quotas_are_set_cell_by_cell_and_seen_by_those_concerned(app: TestApp) {
        let client = app.client();
        let year = today().year();
        let me = json!(app.owner.id);
        let cells = |cells: Value| json!({"year": year, "measure": "won_amount", "cells": cells});
        let sheet = client.get("quotas").ok(200);
        assert_eq!((&sheet["year"], &sheet["version"], &sheet["writable"]), (&json!(year), &json!(0), &json!(true)));
        let role = client.post("roles", &json!({"name": "Sendiri", "rights": {"records": {"see": "own", "add": "own"}}})).ok(201);
        let mate = app.member(role["id"].as_str().unwrap());
        let mate_id = json!(mate.id);
        // A month, a quarter that does not divide by three, a year for all, and who works for whom.
        let some = cells(json!([
            {"kind": "person", "id": me, "period": format!("{year}-11"), "value": 1_000},
            {"kind": "person", "id": mate_id, "period": format!("{year}-Q4"), "value": 100},
            {"kind": "workspace", "period": format!("{year}"), "value": 12_000},
        ]));
        let set_now = set(client, 0, &some);
        assert_eq!(set_now.header("etag"), "\"16\"");
        let sheet = set_now.ok(200);
        let line = |sheet: &Value, of: &Value| sheet["lines"].as_array().unwrap().iter().find(|line| line["id"] == *of).cloned();
        let mates = line(&sheet, &mate_id).unwrap()["months"].clone();
        assert_eq!(mates.as_array().unwrap()[9..], [json!(34), json!(33), json!(33)]);
        assert_eq!(sheet["lines"][0]["kind"], "workspace");
        // Who has seen another sheet, or none, is told; nothing is half set.
        set(client, 3, &some).problem(412, "stale_version");
        client.json(Method::PUT, "quotas", &[], &some).problem(428, "version_required");
        let wrong = cells(json!([
            {"kind": "person", "id": me, "period": format!("{year}-12"), "value": 5},
            {"kind": "person", "id": me, "period": format!("{}-12", year + 1), "value": 5},
            {"kind": "person", "period": format!("{year}-12"), "value": 5},
            {"kind": "team", "id": me, "period": format!("{year}-12"), "value": 5},
            {"kind": "person", "id": me, "period": format!("{year}-10"), "value": -5},
            {"kind": "person", "id": me, "period": format!("{year}-12"), "value": 6},
            {"kind": "dog", "id": me, "period": format!("{year}-12"), "value": 6},
        ]));
        assert_eq!(set(client, 16, &wrong).faults(), [
            "/cells/1/period not_a_period", "/cells/2/id required", "/cells/3/id no_such_record", "/cells/4/value out_of_range",
            "/cells/5/period named_twice", "/cells/6/kind not_a_choice",
        ]);
        let many: Vec<Value> = (0..2_001).map(|_| json!({"kind": "workspace", "period": format!("{year}"), "value": 1})).collect();
        assert_eq!(set(client, 16, &cells(json!(many))).faults(), ["/cells too_many"]);
        assert_eq!(client.get("quotas").ok(200)["version"], 16);
        assert_eq!(client.get("quotas?measure=dogs").faults(), ["?measure not_a_choice"]);
        // One's own are seen, those of others and of everybody are not; setting them is for those who change settings.
        let own = mate.client.get("quotas").ok(200);
        let ids: Vec<&Value> = own["lines"].as_array().unwrap().iter().map(|line| &line["id"]).collect();
        assert_eq!((ids, &own["writable"]), (vec![&mate_id], &json!(false)));
        set(&mate.client, 16, &some).problem(403, "forbidden");
        // Taken back it is none, and the log tells of each cell.
        let back = cells(json!([{"kind": "person", "id": me, "period": format!("{year}-11"), "value": null}]));
        let sheet = set(client, 16, &back).ok(200);
        assert_eq!((line(&sheet, &me).unwrap()["months"][10].clone(), &sheet["version"]), (Value::Null, &json!(17)));
        let log = client.list("audit-entries", &[("object", "quotas")]).ok(200);
        assert_eq!(log["items"].as_array().unwrap().len(), 2, "{log}");
        let mut app = app;
        let other = second_workspace(&mut app).client;
        let sheet = other.get("quotas").ok(200);
        assert!(!sheet.to_string().contains(mate_id.as_str().unwrap()));
        assert_eq!(set(&other, 0, &some).faults(), ["/cells/0/id no_such_record", "/cells/1/id no_such_record"]);
    }

    fn open_deals_count_by_category_and_won_ones_by_the_rate_of_their_day(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let (_, day) = days();
        let made = |stage: usize, members: Value| deal(client, (&way, &stages[stage]), &members);
        // By the chance of the stage 10 % is pipeline, and 75 % best case; what is said goes before that.
        made(0, json!({"amount": 1_000}));
        made(2, json!({"amount": 2_000}));
        made(0, json!({"amount": 4_000, "probability": 80}));
        made(0, json!({"amount": 8_000, "forecast_category": "commit"}));
        made(2, json!({"amount": 16_000, "forecast_category": "omitted"}));
        made(0, json!({"amount": 32_000, "close_date": "2020-01-01"}));
        made(0, json!({"amount": 64_000, "close_date": null}));
        win(client, &made(0, json!({"amount": 500})));
        win(client, &made(0, json!({"amount": 100, "currency": "THB"})));
        client.create("exchange-rates", &json!({"currency": "THB", "day": "2020-01-01", "rate": "400"}));
        win(client, &made(0, json!({"amount": 7, "currency": "USD"})));
        let only = format!("pipeline_id = {way}");
        let found = forecast(client, &[("filter", &only)]);
        let total = &found["total"];
        assert_eq!(["commit", "best_case", "pipeline", "omitted"].map(|name| value(total, name)), [12_000, 2_000, 1_000, 16_000]);
        // 10 % of 1,000 and 8,000, 75 % of 2,000, 80 % of 4,000.
        assert_eq!((value(total, "weighted"), figure(total, "weighted")["n"].clone()), (json!(100 + 800 + 1_500 + 3_200), json!(4)));
        assert_eq!((value(total, "won"), figure(total, "won")["n"].clone()), (json!(40_500), json!(2)));
        assert_eq!(found["lacking"], json!(["USD"]));
        assert_eq!((value(total, "history"), &total["history_lacks"]), (Value::Null, &json!("too_little_history")));
        assert_eq!((value(total, "quota"), value(total, "gap"), value(total, "coverage")), (Value::Null, Value::Null, Value::Null));
        assert_eq!(found["formulas"]["gap"].as_str().map(str::is_empty), Some(false));
        // With quotas: of a year, and of the month alone.
        let me = json!(app.owner.id);
        let quota = json!({"year": day.year(), "measure": "won_amount", "cells": [{"kind": "person", "id": me, "period": day.year().to_string(), "value": 120_500}]});
        set(client, 0, &quota).ok(200);
        let found = forecast(client, &[("filter", &only)]);
        let mine = row(&found, "person", me.as_str().unwrap());
        assert_eq!((value(mine, "quota"), value(mine, "gap"), value(mine, "coverage")), (json!(120_500), json!(80_000), json!(1_875)));
        assert_eq!(value(&found["total"], "quota"), 120_500);
        let usd = json!({"currency": "USD", "day": "2020-01-01", "rate": "15000"});
        client.create("exchange-rates", &usd);
        let found = forecast(client, &[("filter", &only)]);
        assert_eq!(found["lacking"], json!([]));
        opens(client, &found);
        opens(client, &forecast(client, &[("filter", &only), ("by", "team")]));
        let month = day.with_day(2).unwrap().to_string();
        let partial = client.list("insight/forecast", &[("from", &month), ("filter", &only)]).ok(200);
        assert_eq!((&partial["has_quotas"], value(&partial["total"], "quota")), (&json!(false), Value::Null));
        let file = client.list("insight/forecast/csv", &[("filter", &only)]).text();
        assert!(file.contains("Best case,minor units,IDR,"), "{file}");
        for (parameters, fault) in [
            ([("by", "dog"), ("from", "2026-01-01")], "?by not_a_choice"),
            ([("to", "2026-01-01"), ("from", "2026-01-01")], "?to not_a_period"),
            ([("filter", "dog = 1"), ("from", "2026-01-01")], "?filter unknown_field"),
        ] {
            assert_eq!(client.list("insight/forecast", &parameters).faults(), [fault]);
        }
        // What one may not see counts in no figure; who may not see amounts has no forecast.
        let role = |rights: Value| {
            let made = client.post("roles", &json!({"name": format!("{rights}").chars().take(60).collect::<String>(), "rights": rights})).ok(201);
            app.member(made["id"].as_str().unwrap()).client
        };
        let own = role(json!({"records": {"see": "own", "add": "own"}}));
        deal(&own, (&way, &stages[0]), &json!({"amount": 3}));
        let found = forecast(&own, &[]);
        assert_eq!((value(&found["total"], "pipeline"), value(&found["total"], "won"), value(&found["total"], "quota")), (json!(3), json!(0), Value::Null));
        opens(&own, &found);
        let poor = role(json!({"records": {"see": "all"}, "fields": {"deal": {"amount": "hidden"}}}));
        for path in ["insight/forecast", "insight/forecast/changes", "insight/forecast/accuracy", "quotas"] {
            poor.get(path).problem(403, "forbidden");
        }
        let mut app = app;
        let other = second_workspace(&mut app).client;
        assert_eq!(forecast(&other, &[])["rows"], json!([]));
    }

    fn a_night_is_noted_once_and_what_changed_since_adds_up(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let (today, day) = days();
        let made = |members: Value| deal(client, (&way, &stages[1]), &members);
        // Enough history for the stage: 21 deals were in it, seven were won.
        for n in 0..21 {
            let past = made(json!({"amount": 10, "close_date": null}));
            if n < 7 {
                win(client, &past);
            } else {
                client.verb(&format!("deals/{}/lose", id(&past)), 1, &json!({"reason": "price"})).ok(200);
            }
        }
        let names = ["won", "lost", "out", "up", "down", "gone", "omitted", "category", "same", "in"];
        let deals: Vec<Value> = names.into_iter().map(|name| {
            let close = if name == "in" { json!("2020-01-01") } else { json!(day) };
            made(json!({"name": name, "amount": 1_000, "close_date": close}))
        }).collect();
        let of = |name: &str| &deals[names.iter().position(|one| *one == name).unwrap()];
        let year = year();
        let period = [(year[0].0, year[0].1.as_str()), (year[1].0, year[1].1.as_str())];
        let since = today.to_string();
        let changes = |more: &[(&str, &str)]| {
            let mut parameters = period.to_vec();
            parameters.push(("since", &since));
            parameters.extend(more);
            client.list("insight/forecast/changes", &parameters).ok(200)
        };
        assert_eq!(changes(&[])["since"], Value::Null, "no night yet");
        let job = run_schedule(&app, "forecast.snapshot");
        assert_eq!(job["result"]["deals"], 10, "{job}");
        let again = run_schedule(&app, "forecast.snapshot");
        assert_eq!(again["result"]["deals"], Value::Null, "{again}");
        assert_eq!(changes(&[])["moves"], json!([]), "nothing happened since");
        let patch = |name: &str, body: &Value| drop(client.patch(&format!("deals/{}", id(of(name))), 1, body).ok(200));
        win(client, of("won"));
        client.verb(&format!("deals/{}/lose", id(of("lost"))), 1, &json!({"reason": "price"})).ok(200);
        patch("out", &json!({"close_date": "2020-01-01"}));
        patch("up", &json!({"amount": 1_500}));
        patch("down", &json!({"amount": 900}));
        patch("omitted", &json!({"forecast_category": "omitted"}));
        patch("category", &json!({"forecast_category": "commit"}));
        patch("in", &json!({"close_date": day}));
        client.delete(&format!("deals/{}", id(of("gone"))), 1);
        made(json!({"name": "new", "amount": 77}));
        let found = changes(&[]);
        let moves: Vec<(&str, i64, i64)> = found["moves"].as_array().unwrap().iter()
            .map(|one| (one["kind"].as_str().unwrap(), one["n"].as_i64().unwrap(), one["amount"].as_i64().unwrap())).collect();
        assert_eq!(moves, [
            ("added", 1, 77), ("moved_in", 1, 1_000), ("up", 1, 500), ("down", 1, -100), ("category", 1, 0), ("omitted", 1, -1_000),
            ("moved_out", 1, -1_000), ("removed", 1, -1_000), ("lost", 1, -1_000), ("won", 1, -1_000),
        ]);
        let told: i64 = moves.iter().map(|(.., amount)| amount).sum();
        assert_eq!(found["then_amount"].as_i64().unwrap() + told, found["now_amount"].as_i64().unwrap());
        assert_eq!((&found["then_n"], &found["then_amount"], &found["now_n"]), (&json!(9), &json!(9_000), &json!(6)));
        // What counts now is what the forecast counts.
        let total = forecast(client, &[])["total"].clone();
        let open: i64 = ["commit", "best_case", "pipeline"].iter().map(|name| value(&total, name).as_i64().unwrap()).sum();
        assert_eq!(found["now_amount"], open);
        // (7 + 1) ÷ (21 + 2) of what is open, as it was counted at night, and what was won.
        let outlook = ["history_low", "history", "history_high"].map(|name| value(&total, name).as_i64().unwrap());
        let won = value(&total, "won").as_i64().unwrap();
        assert_eq!(outlook[1], won + (open * 8 + 11) / 23, "{outlook:?}");
        assert!(won <= outlook[0] && outlook[0] < outlook[1] && outlook[1] < outlook[2] && outlook[2] <= won + open);
        let one = changes(&[("kind", "up")]);
        assert_eq!(one["items"].as_array().unwrap().len(), 1);
        assert_eq!((&one["items"][0]["name"], &one["items"][0]["amount"]), (&json!("up"), &json!(500)));
        let me = json!(app.owner.id);
        assert_eq!(changes(&[("owner_id", me.as_str().unwrap())])["moves"], found["moves"]);
        let nobody = changes(&[("owner_id", "0190aaaa-0000-7000-8000-000000000005")]);
        assert_eq!((&nobody["moves"], &nobody["then_n"]), (&json!([]), &json!(0)));
        // A deal that is erased was never there; the moves of those that are left still add up.
        let accuracy = client.list("insight/forecast/accuracy", &period).ok(200);
        assert_eq!(accuracy["points"].as_array().unwrap().len(), 1, "{accuracy}");
        let point = &accuracy["points"][0];
        assert_eq!((&point["day"], &point["n"], &point["won_before"]), (&json!(today), &json!(9), &json!(0)));
        // 33 % of nine deals, each rounded as boards do, and 8 of 23 parts in whole millionths.
        let guesses: Vec<(&str, i64)> = point["guesses"].as_array().unwrap().iter()
            .map(|one| (one["method"].as_str().unwrap(), one["amount"].as_i64().unwrap())).collect();
        assert_eq!(guesses, [("commit", 0), ("best_case", 0), ("weighted", 2_970), ("history", 9_000 * 347_826 / 1_000_000)]);
        assert_eq!(accuracy["won"], won);
        let half = [("from", "2026-01-15"), ("to", "2026-02-01")];
        assert_eq!(client.list("insight/forecast/accuracy", &half).faults(), ["?from not_whole_months"]);
        assert_eq!(client.get("insight/forecast/changes?kind=dog").faults(), ["?kind not_a_choice"]);
        // Those who see nothing of it are told of nothing.
        let role = client.post("roles", &json!({"name": "Sendiri", "rights": {"records": {"see": "own", "add": "own"}}})).ok(201);
        let mate = app.member(role["id"].as_str().unwrap()).client;
        let theirs = mate.list("insight/forecast/changes", &period).ok(200);
        assert_eq!((&theirs["moves"], &theirs["now_n"]), (&json!([]), &json!(0)));
        let theirs = mate.list("insight/forecast/accuracy", &period).ok(200);
        assert_eq!((&theirs["won"], &theirs["points"][0]["n"]), (&json!(0), &json!(0)));
    }
}
