//! Sample data: put in, the same every time, taken out again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::{bodies, integrity};

/// How many records of each kind there are.
fn counts(client: &Client) -> BTreeMap<&'static str, i64> {
    let count = |plural: &'static str| {
        let answer = client.get(&format!("{plural}/count")).ok(200);
        (plural, answer["count"].as_i64().expect("a number"))
    };
    relasi_domain::OBJECTS
        .iter()
        .map(|object| count(object.plural))
        .collect()
}

/// What is in the records, without what differs from workspace to workspace: ids and who made them.
fn contents(client: &Client) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (plural, title) in [
        ("companies", "name"),
        ("contacts", "full_name"),
        ("deals", "name"),
        ("activities", "subject"),
        ("tags", "name"),
        ("saved-views", "name"),
    ] {
        let mut cursor: Option<String> = None;
        loop {
            let mut parameters = vec![("limit", "200"), ("sort", "created_at")];
            parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page = client.list(plural, &parameters).ok(200);
            for record in page["items"].as_array().expect("items") {
                let kept: BTreeMap<&String, &Value> = record
                    .as_object()
                    .expect("a record")
                    .iter()
                    .filter(|(name, value)| plain(name, value))
                    .collect();
                *found
                    .entry(format!("{plural} {}", record[title]))
                    .or_default() += &*json!(kept).to_string();
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
    }
    found
}

fn plain(name: &str, value: &Value) -> bool {
    !(name == "id"
        || name.ends_with("_id")
        || name.ends_with("_by")
        || matches!(name, "tags" | "competitors" | "import_id")
        // A meeting that comes again is made now, as people make one.
        || (matches!(name, "created_at" | "updated_at") && value.as_str().is_some_and(is_of_now))
        || value.is_null())
}

/// Whether an instant is of the last minutes.
fn is_of_now(instant: &str) -> bool {
    let at: DateTime<Utc> = instant.parse().expect("an instant");
    Utc::now() - at < TimeDelta::minutes(10)
}

/// The sums of the board and of Home, added up from the deals themselves.
fn sums_are_true(client: &Client) {
    let mut raw: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut parameters = vec![("limit", "200"), ("fields", "stage_id,currency,amount")];
        parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = client.list("deals", &parameters).ok(200);
        for deal in page["items"].as_array().expect("items") {
            let text = |name: &str| deal[name].as_str().expect("a text").to_owned();
            let sum = raw.entry((text("stage_id"), text("currency"))).or_default();
            *sum = (sum.0 + 1, sum.1 + deal["amount"].as_i64().unwrap_or(0));
        }
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    let mut shown: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for id in client.all("pipelines", &[], "id") {
        let totals = client
            .get(&format!("pipelines/{}/totals", id.as_str().expect("an id")))
            .ok(200);
        for stage in totals["stages"]
            .as_array()
            .expect("stages")
            .iter()
            .filter(|stage| stage["count"] != 0)
        {
            let text = |name: &str| stage[name].as_str().expect("a text").to_owned();
            let number = |name: &str| stage[name].as_i64().expect("a number");
            shown.insert(
                (text("stage_id"), text("currency")),
                (number("count"), number("amount")),
            );
        }
    }
    assert_eq!(shown, raw);
}

on_both! {
    fn sample_data_comes_once_adds_up_and_goes_without_a_trace(app: TestApp) {
        let client = app.client();
        assert_eq!(client.get("sample-data").ok(200), json!({"present": false}));
        let company = client.create("companies", &json!({"name": "CV Sendiri"}));
        let contact = client.create("contacts", &json!({"full_name": "Rudi", "company_id": company["id"]}));
        let own = counts(client);

        client.post("sample-data", &json!({})).ok(204);
        assert_eq!(client.get("sample-data").ok(200), json!({"present": true}));
        client.post("sample-data", &json!({})).problem(409, "sample_data_present");
        let full = counts(client);
        for plural in ["companies", "contacts", "contact-roles", "competitors", "deals", "deal-contacts", "deal-competitors", "activities", "pipelines", "stages", "tags", "saved-views"] {
            assert!(full[plural] > own[plural], "{plural}: {full:?}");
        }
        sums_are_true(client);
        let home = client.get("home").ok(200);
        assert!(home["tasks"].as_array().is_some_and(|tasks| !tasks.is_empty()), "{home}");
        // One's own record points to a sample one, and survives it.
        let theirs = client.list("companies", &[("filter", "import_id is not empty"), ("limit", "1")]).ok(200);
        let patch = json!({"company_id": theirs["items"][0]["id"], "city": "Bandung"});
        client.patch(&format!("contacts/{}", bodies::id(&contact)), 1, &patch).ok(200);
        let first = contents(client);

        client.send(relasi_tests::Method::DELETE, "sample-data", &[], &[]).ok(204);
        assert_eq!(client.get("sample-data").ok(200), json!({"present": false}));
        assert_eq!(counts(client), own);
        let kept = client.get(&format!("contacts/{}", bodies::id(&contact))).ok(200);
        assert_eq!((&kept["city"], &kept["company_id"]), (&json!("Bandung"), &Value::Null));
        client.get(&format!("companies/{}", bodies::id(&company))).ok(200);
        sums_are_true(client);

        client.post("sample-data", &json!({})).ok(204);
        let mut second = contents(client);
        // It touches what stays the same for two rounds: all but the own contact, whose version went on.
        let (mut first, own) = (first, "contacts \"Rudi\"");
        assert!(first.remove(own).is_some() && second.remove(own).is_some());
        assert_eq!(first, second, "the same day, the same data");
        sums_are_true(client);
        let mut app = app;
        app.at.kill();
        let mut broken = integrity::broken(&integrity::open(&app.at.settings));
        // What was taken out leaves its audit entries and events behind.
        broken.retain(|rule| !rule.ends_with("entries of nothing") && !rule.ends_with("events of nothing"));
        assert_eq!(broken, Vec::<String>::new());
        app.at.settings.run(&["check"]);
    }

    fn what_was_noted_of_own_deals_stays_without_the_sample(app: TestApp) {
        let client = app.client();
        let (pipeline, stages) = bodies::pipeline(client);
        let deal = json!({"name": "Sendiri", "pipeline_id": pipeline, "stage_id": stages[0], "amount": 700, "currency": "IDR"});
        client.create("deals", &deal);
        client.post("sample-data", &json!({})).ok(204);
        client.send(relasi_tests::Method::DELETE, "sample-data", &[], &[]).ok(204);
        let mut app = app;
        app.at.kill();
        let database = integrity::open(&app.at.settings);
        let sums = || ["count(*)", "sum(deals)", "sum(amount)"]
            .map(|sum| integrity::number(&database, &format!("SELECT CAST({sum} AS BIGINT) FROM forecast_snapshots")));
        let days = || ["count(*)", "sum(deals)"].map(|sum| integrity::number(&database, &format!("SELECT CAST({sum} AS BIGINT) FROM forecast_days")));
        // The own deal was open on the day of the sample alone: the weeks before tell of it nothing.
        assert_eq!((sums(), days()), ([1, 1, 700], [1, 1]));
        assert_eq!(integrity::number(&database, "SELECT count(*) FROM deal_states"), 1);
    }

    fn only_who_may_change_settings_may_load_it(app: TestApp) {
        for (role, status) in [("manager", 403), ("member", 403), ("read_only", 403), ("admin", 204)] {
            let member = app.member(role);
            member.client.get("sample-data").ok(200);
            let reply = member.client.post("sample-data", &json!({}));
            assert_eq!(reply.status, status, "{role}: {}", reply.text());
        }
        for (role, status) in [("manager", 403), ("member", 403), ("read_only", 403), ("admin", 204)] {
            let reply = app.member(role).client.send(relasi_tests::Method::DELETE, "sample-data", &[], &[]);
            assert_eq!(reply.status, status, "{role}: {}", reply.text());
        }
        app.anonymous().get("sample-data").problem(401, "unauthorized");
    }
}
