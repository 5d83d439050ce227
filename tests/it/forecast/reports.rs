//! Figures of sales that came with goals: sources, people, where deals stood, what customers bought besides.

use chrono::{Datelike, Days, NaiveDate};
use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{days, deal, set, value, win, year};
use crate::bodies::{id, make_with, pipeline, version};

on_both! {
    fn leads_lines_and_goals_have_figures(app: TestApp) {
        let client = app.client();
        let (way, stages) = pipeline(client);
        let (today, _) = days();
        let year = year();
        let period = [(year[0].0, year[0].1.as_str()), (year[1].0, year[1].1.as_str())];
        let report = |name: &str, more: &[(&str, &str)]| {
            let mut parameters = period.to_vec();
            parameters.extend(more);
            let found = client.list(&format!("insight/sales/{name}"), &parameters).ok(200);
            assert_ne!(found["formula"], "", "{name}");
            let plural = found["rows_of"].as_str().unwrap();
            let groups = found["groups"].as_array().unwrap().iter().map(|group| &group["figures"]);
            for one in groups.chain([&found["figures"]]).flat_map(|figures| figures.as_array().unwrap()) {
                if let Some(filter) = one["filter"].as_str() {
                    let count = client.list(&format!("{plural}/count"), &[("filter", filter)]).ok(200);
                    assert_eq!(count["count"], one["n"], "{name}: {one}");
                }
            }
            let mut path = format!("insight/sales/{name}/csv?");
            path.push_str(&parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&").replace(' ', "%20"));
            assert!(client.get(&path).text().lines().count() > 1, "{name}");
            found
        };
        let group = |found: &Value, of: &Value| {
            let groups = found["groups"].as_array().unwrap();
            groups.iter().find(|group| group["value"] == *of).unwrap_or_else(|| panic!("no {of}: {groups:?}")).clone()
        };
        // Leads by source and by who has them.
        let lead = |source: &str| client.create("leads", &json!({"name": "Prospek", "source": source, "campaign": "Panen"}));
        let (first, _) = (lead("web"), lead("web"));
        lead("fair");
        let place = json!({"pipeline_id": way, "amount": 900, "currency": "IDR"});
        let became = client.verb(&format!("leads/{}/convert", id(&first)), version(&first), &json!({"contact": {}, "deal": place})).ok(200);
        let won = client.get(&format!("deals/{}", became["deal_id"].as_str().unwrap_or_else(|| panic!("{became}")))).ok(200);
        win(client, &won);
        let sources = report("sources", &[]);
        let web = group(&sources, &json!("web"));
        assert_eq!(["leads", "deals", "won", "won_share", "amount_won"].map(|name| value(&web, name)), [2, 1, 1, 5_000, 900]);
        assert_eq!(value(&group(&report("campaigns", &[]), &json!("Panen")), "leads"), 3);
        let people = report("lead_people", &[]);
        assert_eq!((value(&people, "received"), value(&people, "converted")), (json!(3), json!(1)));
        // Where deals stand at the end of the period, with the rows.
        let open = deal(client, (&way, &stages[1]), &json!({"amount": 200}));
        let standing = report("pipeline_at", &[("pipeline_id", &way)]);
        let second = group(&standing, &json!(stages[1]));
        assert_eq!(["deals", "amount", "weighted"].map(|name| value(&second, name)), [1, 200, 66]);
        let rows = [period[0], period[1], ("which", "standing"), ("stage_id", &stages[1])];
        let rows = client.list("insight/sales/pipeline_at/rows", &rows).ok(200);
        assert_eq!(rows["items"][0]["id"], open["id"]);
        let before = client.list("insight/sales/pipeline_at", &[("from", "2020-01-01"), ("to", "2020-02-01"), ("pipeline_id", &way)]).ok(200);
        assert_eq!(value(&before, "deals"), 0);
        // A customer buys beans, then more beans and a grinder.
        let company = id(&make_with(client, "company", json!({})));
        let buys = |lines: Value| {
            let made = deal(client, (&way, &stages[0]), &json!({"company_id": company}));
            let path = format!("deals/{}/lines", id(&made));
            client.json(Method::PUT, &path, &[("if-match", &format!("\"{}\"", version(&made)))], &json!({"lines": lines})).ok(200);
            let now = client.get(&format!("deals/{}", id(&made))).ok(200);
            win(client, &now);
        };
        buys(json!([{"name": "Biji", "quantity": 1, "unit_price": 100}]));
        buys(json!([{"name": "Biji", "quantity": 1, "unit_price": 140}, {"name": "Gilingan", "quantity": 1, "unit_price": 900}]));
        let growth = report("growth", &[]);
        assert_eq!(["cross_sell", "up_sell", "cross_deals", "up_deals"].map(|name| value(&growth, name)), [900, 40, 1, 1]);
        // What the first one bought before counts as before, whoever sold it then.
        let mate = app.member("member");
        let sold = deal(client, (&way, &stages[0]), &json!({"company_id": company, "owner_id": mate.id}));
        let path = format!("deals/{}/lines", id(&sold));
        let lines = json!({"lines": [{"name": "Saringan", "quantity": 1, "unit_price": 70}]});
        client.json(Method::PUT, &path, &[("if-match", &format!("\"{}\"", version(&sold)))], &lines).ok(200);
        win(client, &client.get(&format!("deals/{}", id(&sold))).ok(200));
        let theirs = format!("owner_id = {}", mate.id);
        let growth = report("growth", &[("filter", &theirs)]);
        assert_eq!(["cross_sell", "cross_deals"].map(|name| value(&growth, name)), [70, 1]);
        // All count in what is said of all, also those of groups beyond the hundred that are shown.
        for day in 0..105_u64 {
            let done = NaiveDate::from_ymd_opt(today.year(), 1, 2).unwrap() + Days::new(day);
            client.create("activities", &json!({"kind": "call", "subject": "Telepon", "done_at": format!("{done}T05:00:00Z")}));
        }
        let calls = report("activities", &[("by", "done_at:day")]);
        assert_eq!((value(&calls, "call"), calls["groups"].as_array().unwrap().len()), (json!(105), 100));
        // Goals beside what was won.
        let me = json!(app.owner.id);
        let cells = json!({"year": today.year(), "measure": "won_amount", "cells": [{"kind": "person", "id": me, "period": today.year().to_string(), "value": 12_000}]});
        set(client, 0, &cells).ok(200);
        let results = report("results", &[("by", "closed_at:month")]);
        assert_eq!(value(&results, "goal"), 12_000);
        let month = group(&results, &json!(today.with_day(1).unwrap()));
        assert_eq!(value(&month, "goal"), 1_000);
        let mine = report("results", &[("by", "closed_at:month"), ("filter", "owner_id = me")]);
        assert_eq!(value(&mine, "goal"), 12_000);
        // Who may not see amounts gets the rest.
        let rights = json!({"records": {"see": "all"}, "fields": {"deal": {"amount": "hidden"}}});
        let role = client.post("roles", &json!({"name": "Tanpa nilai", "rights": rights})).ok(201);
        let poor = app.member(role["id"].as_str().unwrap()).client;
        for name in ["pipeline_at", "sources", "campaigns", "lead_people", "results"] {
            let text = poor.get(&format!("insight/sales/{name}")).ok(200).to_string();
            assert!(!text.contains("money"), "{text}");
        }
        poor.get("insight/sales/growth").problem(403, "forbidden");
    }
}
