//! Scores of leads: points by rules, and a chance that was learnt.

use chrono::Utc;
use relasi_persistence::Statement;
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{fresh, id, version},
    integrity,
    jobs::{queue::until, run_schedule},
};

fn rule(client: &Client, body: &Value) -> Value {
    client.post("score-rules", body).ok(201)
}

fn lead(client: &Client, body: &Value) -> Value {
    let mut lead = json!({"name": fresh("Siti")});
    for (name, value) in body.as_object().unwrap() {
        lead[name] = value.clone();
    }
    client.post("leads?duplicates=allow", &lead).ok(201)
}

fn now(client: &Client, lead: &Value) -> Value {
    client.get(&format!("leads/{}", id(lead))).ok(200)
}

fn why(client: &Client, lead: &Value) -> Value {
    client.get(&format!("leads/{}/score", id(lead))).ok(200)
}

/// Until all leads are worked out anew.
fn settled(client: &Client) -> Value {
    until(|| client.get("lead-score").ok(200)["working"] == false);
    client.get("lead-score").ok(200)
}

fn set(client: &Client, patch: &Value) -> relasi_tests::Reply {
    let version = client.get("lead-score").ok(200)["version"]
        .as_i64()
        .unwrap();
    client.patch("lead-score", version, patch)
}

/// Each lead's points, from its documents and the rules that this test makes, against what is stored and what is told.
fn proven(client: &Client, leads: &[Value], raw: impl Fn(&Value) -> i64) {
    for lead in leads {
        let lead = now(client, lead);
        let told = why(client, &lead);
        let rules = told["rules"].as_array().unwrap().iter();
        let counted = rules.filter(|rule| rule["counts"] == true);
        let sum: i64 = counted.map(|rule| rule["points"].as_i64().unwrap()).sum();
        assert_eq!(lead["score"], json!(raw(&lead)), "{lead}");
        assert_eq!(
            (&told["score"], sum),
            (&lead["score"], raw(&lead)),
            "{told}"
        );
        assert_eq!(told["grade"], lead["grade"]);
    }
}

/// Writes into the tables while the server is down.
fn on_disk(app: &mut TestApp, sql: &'static str) {
    app.at.terminate();
    let database = integrity::open(&app.at.settings);
    database
        .across()
        .write_blocking(move |conn| conn.execute(&Statement::new(sql)))
        .unwrap();
    drop(database);
    app.crash_and_restart();
}

fn raw(lead: &Value) -> i64 {
    let referral = i64::from(lead["source"] == "referral") * 40;
    let thai = i64::from(lead["country"] == "TH") * 25;
    let nameless = i64::from(lead["emails"].as_array().is_some_and(Vec::is_empty)) * -10;
    referral + thai + nameless
}

on_both! {
    fn points_follow_leads_events_rules_and_time(app: TestApp) {
        let mut app = app;
        let client = app.client();
        let before = lead(client, &json!({"source": "referral", "country": "TH"}));
        assert_eq!(before["score"], Value::Null, "nothing to score by");
        let referral = rule(client, &json!({"name": "Rujukan", "filter": "source = referral", "points": 40, "active": true}));
        rule(client, &json!({"name": "Thailand", "filter": "country = TH", "points": 25, "days": 30, "active": true}));
        rule(client, &json!({"name": "Tanpa surel", "filter": "emails is empty", "points": -10, "active": true}));
        rule(client, &json!({"name": "Mati", "filter": "country = TH", "points": 99}));
        let bodies = [
            json!({"source": "referral", "emails": [{"value": "a@kopi.example"}]}),
            json!({"source": "web", "country": "TH"}),
            json!({"source": "web"}),
            json!({"source": "referral", "country": "TH", "emails": [{"value": "b@kopi.example"}]}),
        ];
        let mut leads: Vec<Value> = bodies.iter().map(|body| lead(client, body)).collect();
        assert_eq!((&leads[3]["score"], &leads[3]["grade"]), (&json!(65), &json!("a")), "at once");
        leads.push(before);
        settled(client);
        proven(client, &leads, raw);
        // Leads change.
        for (place, patch) in [(0, json!({"source": "web"})), (2, json!({"source": "referral", "country": "TH"})), (3, json!({"emails": []}))] {
            let now = now(client, &leads[place]);
            client.patch(&format!("leads/{}", id(&now)), version(&now), &patch).ok(200);
        }
        proven(client, &leads, raw);
        // In lists: sorted, filtered, by grade.
        let best = client.all("leads", &[("sort", "-score"), ("filter", "score >= 30")], "score");
        assert_eq!(best, [55, 55, 55]);
        let graded = client.all("leads", &[("filter", "grade = b")], "score");
        assert_eq!(graded, [55, 55, 55]);
        // Something happens, and is taken back.
        let meeting = rule(client, &json!({"name": "Bertemu", "happening": "meeting_held", "points": 30, "days": 7, "active": true}));
        settled(client);
        let held = json!({"kind": "meeting", "subject": "Demo", "lead_id": leads[1]["id"], "done_at": Utc::now()});
        let held = client.create("activities", &held);
        assert_eq!(now(client, &leads[1])["score"], raw(&leads[1]) + 30);
        let told = why(client, &leads[1]);
        let met = told["rules"].as_array().unwrap().iter().find(|rule| rule["rule_id"] == meeting["id"]).unwrap();
        assert_eq!((&met["happening"], &met["since"]), (&json!("meeting_held"), &held["done_at"]));
        client.delete(&format!("activities/{}", id(&held)), version(&held)).ok(204);
        proven(client, &leads, raw);
        // Rules and grades change.
        let at = format!("score-rules/{}", id(&referral));
        client.patch(&at, 1, &json!({"points": 50})).ok(200);
        client.patch(&at, 1, &json!({"points": 1})).problem(412, "stale_version");
        set(client, &json!({"bands": {"a": 64, "b": 20, "c": 0}})).ok(200);
        let spread = settled(client);
        proven(client, &leads, |lead| raw(lead) + i64::from(lead["source"] == "referral") * 10);
        let count = |grade: &str| spread["grades"].as_array().unwrap().iter().find(|one| one["grade"] == grade).map_or(0, |one| one["count"].as_i64().unwrap());
        assert_eq!((count("a"), count("b"), count("c"), count("d")), (3, 0, 2, 0));
        // Points expire: those of Thailand after thirty days.
        on_disk(&mut app, "UPDATE score_marks SET since = since - 2592000000000, until = until - 2592000000000 WHERE until IS NOT NULL");
        let client = app.client();
        run_schedule(&app, "leads.score_expire");
        proven(client, &leads, |lead| raw(lead) + i64::from(lead["source"] == "referral") * 10 - i64::from(lead["country"] == "TH") * 25);
        // What has expired does not begin anew while it holds.
        run_schedule(&app, "leads.score");
        proven(client, &leads, |lead| raw(lead) + i64::from(lead["source"] == "referral") * 10 - i64::from(lead["country"] == "TH") * 25);
        // A lead is given away by its score.
        let mate = app.member("member");
        client.post("routing-rules", &json!({"name": "Panas", "user_ids": [mate.id], "filter": "score >= 50", "active": true})).ok(201);
        assert_eq!(lead(client, &json!({"source": "referral", "emails": [{"value": "c@kopi.example"}]}))["owner_id"], mate.id);
        assert_eq!(lead(client, &json!({"source": "web"}))["owner_id"], app.owner.id);
        // Without rules nobody has a score.
        for rule in client.get("score-rules").ok(200)["items"].as_array().unwrap() {
            client.delete(&format!("score-rules/{}", id(rule)), version(rule)).ok(204);
        }
        settled(client);
        assert_eq!(now(client, &leads[2])["score"], Value::Null);
        assert_eq!(why(client, &leads[2])["rules"], json!([]));
    }

    fn what_is_no_rule_is_refused(app: TestApp) {
        let client = app.client();
        for (body, fault) in [
            (json!({"name": "", "filter": "source = x", "points": 5}), "/name required"),
            (json!({"name": "A", "points": 5}), "/filter required"),
            (json!({"name": "A", "filter": "colour = red", "points": 5}), "/filter unknown_field"),
            (json!({"name": "A", "filter": "source = x", "points": 0}), "/points points_out_of_range"),
            (json!({"name": "A", "filter": "source = x", "points": 101}), "/points points_out_of_range"),
            (json!({"name": "A", "filter": "source = x", "points": 5, "days": 0}), "/days out_of_range"),
        ] {
            assert!(client.post("score-rules", &body).faults().contains(&fault.to_owned()), "{body}");
        }
        assert_eq!(set(client, &json!({"bands": {"a": 1, "b": 1, "c": 0}})).faults(), ["/bands/b bands_not_falling"]);
        assert_eq!(set(client, &json!({"least_auc": 4000})).faults(), ["/least_auc out_of_range"]);
        assert_eq!(set(client, &json!({"model_id": app.owner.id})).faults(), ["/model_id no_such_record"]);
        client.post("lead-score/models", &json!({})).problem(409, "too_few_outcomes");
        client.post("lead-score/examine", &json!({})).problem(409, "no_score_model");
        let member = app.member("member").client;
        for path in ["score-rules", "lead-score", "lead-score/models"] {
            member.get(path).problem(403, "forbidden");
        }
    }

    fn a_model_is_learnt_tested_switched_on_explained_and_watched(app: TestApp) {
        let client = app.client();
        // A third is won; referrals mostly, and those of the web seldom.
        for number in 0..111 {
            let won = number % 3 == 0;
            let source = if (number % 10 == 0) == won { "web" } else { "referral" };
            decided(client, number, source, won);
        }
        let learn = || {
            let job = client.post("lead-score/models", &json!({})).ok(202);
            let job = app.finished(&id(&job));
            assert_eq!(job["state"], "done", "{job}");
            client.get("lead-score/models").ok(200)["items"][0].clone()
        };
        let model = learn();
        let test = &model["test"];
        assert_eq!((&test["learned"], &test["n"], &test["won"]), (&json!(78), &json!(33), &json!(11)));
        assert!(test["auc"].as_i64().unwrap() > 7_000, "{test}");
        let n: i64 = test["calibration"].as_array().unwrap().iter().map(|bin| bin["n"].as_i64().unwrap()).sum();
        assert_eq!((n, &test["base_rate"]), (33, &json!(3_333)));
        assert!(test["brier"].as_i64().unwrap() < 2_222, "better than the base rate: {test}");
        // Not good enough for what is asked.
        set(client, &json!({"least_auc": 9_900})).ok(200);
        set(client, &json!({"model_id": model["id"]})).problem(409, "model_not_good_enough");
        set(client, &json!({"least_auc": 6_000, "model_id": model["id"]})).ok(200);
        settled(client);
        let good = lead(client, &json!({"source": "referral", "country": "ID"}));
        let poor = lead(client, &json!({"source": "web", "country": "ID"}));
        let chance = |lead: &Value| now(client, lead)["chance"].as_i64().unwrap();
        assert!(chance(&good) > chance(&poor) + 20, "{} {}", chance(&good), chance(&poor));
        let told = why(client, &good);
        let reasons = told["model"]["reasons"].as_array().unwrap();
        let source = reasons.iter().find(|reason| reason["feature"] == "source").unwrap();
        assert!(source["value"] == "referral" && source["weight"].as_i64().unwrap() > 50, "{source}");
        // They add up to the chance.
        let sum: i64 = reasons.iter().map(|reason| reason["weight"].as_i64().unwrap()).sum();
        #[expect(clippy::cast_precision_loss, reason = "hundredths")]
        let odds = (sum + told["model"]["base"].as_i64().unwrap()) as f64 / 100.0;
        #[expect(clippy::cast_possible_truncation, reason = "per cent")]
        let from_reasons = (100.0 / (1.0 + (-odds).exp())).round() as i64;
        assert!((from_reasons - chance(&good)).abs() <= 2, "{told}");
        let best = client.all("leads", &[("sort", "-chance"), ("filter", "chance is not empty")], "id");
        assert_eq!(best, [good["id"].clone(), poor["id"].clone()], "those with an outcome have none");
        // It still holds by what came after.
        let job = client.post("lead-score/examine", &json!({})).ok(202);
        assert_eq!(app.finished(&id(&job))["result"]["verdict"], "holds");
        // The world turns: referrals are lost now. It is found out on its day, switched off and told of.
        for number in 0..40 {
            decided(client, number, if number.is_multiple_of(2) { "web" } else { "referral" }, number.is_multiple_of(2));
        }
        run_schedule(&app, "leads.examine_model");
        let settings = settled(client);
        assert_eq!(settings["model_id"], Value::Null);
        let models = client.get("lead-score/models").ok(200);
        let verdicts: Vec<&Value> = models["items"][0]["examinations"].as_array().unwrap().iter().map(|one| &one["verdict"]).collect();
        assert_eq!(verdicts, ["fell", "holds"]);
        let told = client.get("notifications").ok(200);
        assert!(told["items"].as_array().unwrap().iter().any(|one| one["kind"] == "score_model_off"), "{told}");
        assert_eq!(now(client, &good)["chance"], Value::Null);
        assert_eq!(why(client, &good)["model"], Value::Null);
        assert_eq!(learn()["number"], 2);
    }
}

/// A lead that was won or lost.
fn decided(client: &Client, number: usize, source: &str, won: bool) {
    let made = lead(
        client,
        &json!({"source": source, "country": if number.is_multiple_of(2) { "ID" } else { "TH" }}),
    );
    let at = format!("leads/{}", id(&made));
    if !won {
        client
            .verb(
                &format!("{at}/disqualify"),
                version(&made),
                &json!({"reason": "Anggaran"}),
            )
            .ok(200);
        return;
    }
    let order = json!({"deal": {"amount": 1_000, "currency": "IDR"}, "allow_duplicates": true});
    let done = client
        .verb(&format!("{at}/convert"), version(&made), &order)
        .ok(200);
    let deal = format!("deals/{}", done["deal_id"].as_str().unwrap());
    let now = client.get(&deal).ok(200);
    client
        .verb(&format!("{deal}/win"), version(&now), &json!({}))
        .ok(200);
}
