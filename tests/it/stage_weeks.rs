//! What is kept by weeks is what the moves say, whatever is written to deals and in whatever order.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Utc};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};
use relasi_persistence::{Statement, StoreError};
use relasi_tests::{Client, Member, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    bodies::{id, make, make_with, pipeline, version},
    bulk::{done, order, undone},
    integrity,
    jobs::run_schedule,
};

/// Something that is done to a deal, or to the stages.
#[derive(Debug, Clone)]
enum Step {
    Make { stage: usize, amount: i64 },
    Go { deal: Index, stage: usize },
    Amend { deal: Index, what: Value },
    Give { deal: Index, to: usize },
    Share { deal: Index },
    Trash { deal: Index },
    Restore { deal: Index },
    Reorder { stage: usize, position: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let deal = || any::<Index>();
    let amend = select(vec![
        json!({"amount": 700}),
        json!({"amount": null}),
        json!({"amount": 12_345}),
        json!({"currency": "THB"}),
        json!({"currency": "IDR"}),
        json!({"probability": 37}),
        json!({"probability": null}),
    ]);
    prop_oneof![
        3 => (0_usize..8, 0_i64..5_000).prop_map(|(stage, amount)| Step::Make { stage, amount }),
        10 => (deal(), 0_usize..5).prop_map(|(deal, stage)| Step::Go { deal, stage }),
        4 => (deal(), amend).prop_map(|(deal, what)| Step::Amend { deal, what }),
        3 => (deal(), 0_usize..3).prop_map(|(deal, to)| Step::Give { deal, to }),
        1 => deal().prop_map(|deal| Step::Share { deal }),
        2 => deal().prop_map(|deal| Step::Trash { deal }),
        2 => deal().prop_map(|deal| Step::Restore { deal }),
        1 => (0_usize..5, 0_i64..6).prop_map(|(stage, position)| Step::Reorder { stage, position }),
    ]
}

/// Two pipelines, and who looks at them.
struct House {
    ways: [(String, Vec<String>); 2],
    team: String,
    own: Member,
    of_team: Member,
}

impl House {
    fn new(app: &TestApp) -> Self {
        let client = app.client();
        let member = |see: &str, team: Option<&str>| {
            let rights = json!({"records": {"see": see, "add": "own", "edit": "own"}});
            let body = json!({"name": crate::bodies::fresh(see), "rights": rights});
            let role = client.post("roles", &body).ok(201);
            app.owner.invite(role["id"].as_str().unwrap(), team)
        };
        let team = id(&make(client, "team"));
        Self {
            ways: [pipeline(client), pipeline(client)],
            own: member("own", None),
            of_team: member("team", Some(&team)),
            team,
        }
    }

    /// Does a step; what cannot be done is refused and changes nothing.
    fn walk(&self, client: &Client, deals: &mut Vec<String>, step: &Step) {
        let at = |deal: &Index| (!deals.is_empty()).then(|| format!("deals/{}", deal.get(deals)));
        let of = |at: &str| version(&client.get(at).ok(200));
        let reply = match step {
            Step::Make { stage, amount } => {
                let (way, stages) = &self.ways[stage / 4];
                let body = json!({"pipeline_id": way, "stage_id": stages[stage % 3], "amount": amount, "currency": "IDR"});
                deals.push(id(&make_with(client, "deal", body)));
                return;
            }
            Step::Go { deal, stage } => at(deal).map(|at| {
                let now = client.get(&at).ok(200);
                let way = self.ways.iter().find(|way| now["pipeline_id"] == *way.0);
                let body = json!({"stage_id": way.expect("one of ours").1[stage % 4]});
                let (verb, body) = match (stage, now["status"].as_str()) {
                    (4, _) => ("lose", json!({"reason": "price"})),
                    (_, Some("open")) => ("move", body),
                    _ => ("reopen", body),
                };
                client.verb(&format!("{at}/{verb}"), version(&now), &body)
            }),
            Step::Amend { deal, what } => at(deal).map(|at| client.patch(&at, of(&at), what)),
            Step::Give { deal, to } => at(deal).map(|at| {
                let body = match to {
                    0 => json!({"owner_id": self.own.id, "team_id": null}),
                    1 => json!({"owner_id": self.of_team.id, "team_id": self.team}),
                    _ => json!({"owner_id": null, "team_id": self.team}),
                };
                client.patch(&at, of(&at), &body)
            }),
            Step::Share { deal } => at(deal)
                .map(|at| client.post(&format!("{at}/shares"), &json!({"user_id": self.own.id}))),
            Step::Trash { deal } => at(deal).map(|at| client.delete(&at, of(&at))),
            Step::Restore { deal } => {
                at(deal).map(|at| client.post(&format!("{at}/restore"), &json!({})))
            }
            Step::Reorder { stage, position } => {
                let at = format!("stages/{}", self.ways[0].1[*stage]);
                Some(client.patch(&at, of(&at), &json!({"position": position})))
            }
        };
        if let Some(reply) = reply {
            assert!(reply.status < 500, "{step:?}: {}", reply.text());
        }
    }

    /// Who asks sees the same by weeks as by the moves of each deal, in any period.
    fn check(&self, app: &TestApp, periods: &[(i64, i64)]) {
        for client in [app.client(), &self.own.client, &self.of_team.client] {
            for (from, long) in periods {
                let day = |ago: i64| (Utc::now() - TimeDelta::days(ago)).date_naive().to_string();
                let (from, to) = (day(*from), day(from - long - 1));
                for report in ["funnel", "pipeline_at", "stage_time"] {
                    for (way, _) in &self.ways {
                        for whose in ["", "owner_id = me", "team_id is empty", "not owner_id = me"]
                        {
                            let ask = |filter: &str| {
                                let mut asked = vec![
                                    ("from", from.as_str()),
                                    ("to", &to),
                                    ("pipeline_id", way),
                                ];
                                asked.extend((!filter.is_empty()).then_some(("filter", filter)));
                                let found = client
                                    .list(&format!("insight/sales/{report}"), &asked)
                                    .ok(200);
                                figures(&found)
                            };
                            let all = "created_at > 1990-01-01";
                            let raw = if whose.is_empty() {
                                all.to_owned()
                            } else {
                                format!("{whose} and {all}")
                            };
                            assert_eq!(ask(whose), ask(&raw), "{report} {from} {to} {whose}");
                        }
                    }
                }
            }
        }
    }
}

/// What a report says, but for the filters that open it.
fn figures(report: &Value) -> Vec<Value> {
    let groups = report["groups"].as_array().unwrap().iter();
    let groups = groups.flat_map(|group| group["figures"].as_array().unwrap());
    let all = report["figures"].as_array().unwrap().iter().chain(groups);
    let said = |figure: &Value| {
        json!([
            figure["name"],
            figure["currency"],
            figure["value"],
            figure["n"]
        ])
    };
    all.map(said).collect()
}

/// Gives the moves of deals a past of some years, the first ones earliest, and counts them.
fn past(app: &mut TestApp, seed: usize) {
    app.at.terminate();
    let database = integrity::open(&app.at.settings);
    let now = Utc::now().timestamp_micros();
    database
        .across()
        .write_blocking(move |conn| {
            let all = "SELECT deal_id, id FROM stage_changes ORDER BY deal_id, at, id";
            let moves = conn.rows(&Statement::new(all), |row| Ok((row.id(0)?, row.id(1)?)))?;
            let mut of_deals: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
            for (deal, one) in moves {
                of_deals.entry(deal).or_default().push(one);
            }
            for (number, (deal, moves)) in of_deals.iter().enumerate() {
                let mut at =
                    now - i64::try_from((number * 37 + seed) % 900 + 1).unwrap() * 86_400_000_000;
                let stride = (now - at) / i64::try_from(moves.len() + number % 3).unwrap();
                for one in moves {
                    let mut update = Statement::new("UPDATE stage_changes SET at = ");
                    update.bind(at).push(" WHERE id = ").bind(*one);
                    conn.execute(&update)?;
                    at += stride;
                }
                let mut since = Statement::new("UPDATE deals SET stage_since = ");
                since
                    .bind(at - stride)
                    .push(", closed_at = CASE WHEN closed_at IS NULL THEN NULL ELSE ")
                    .bind(at - stride)
                    .push(" END WHERE id = ")
                    .bind(*deal);
                conn.execute(&since)?;
            }
            let workspaces = conn.rows(&Statement::new("SELECT id FROM workspaces"), |row| {
                row.id(0)
            })?;
            for workspace in workspaces {
                relasi_app::sales::weeks::count_anew(conn, workspace)
                    .expect("the moves are counted");
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    drop(database);
    app.crash_and_restart();
}

#[track_caller]
fn sound(app: &mut TestApp) {
    app.at.terminate();
    let broken = integrity::broken(&integrity::open(&app.at.settings));
    assert!(broken.is_empty(), "{broken:?}");
    app.crash_and_restart();
}

on_both! {
    fn weeks_are_what_the_moves_say(app: TestApp) {
        let app = std::cell::RefCell::new(app);
        let mut runner = TestRunner::new(Config { cases: 4, max_shrink_iters: 0, failure_persistence: None, ..Config::default() });
        let steps = || proptest::collection::vec(step(), 30..60);
        let periods = proptest::collection::vec((0_i64..950, 0_i64..800), 3);
        runner.run(&(steps(), steps(), periods, 0_usize..400), |(before, after, periods, seed)| {
            let mut app = app.borrow_mut();
            let mut house = House::new(&app);
            let mut deals = Vec::new();
            for step in &before {
                house.walk(app.client(), &mut deals, step);
            }
            past(&mut app, seed);
            let server = app.at.client();
            for member in [&mut house.own, &mut house.of_team] {
                *member = Member::sign_in(&server, &member.email);
            }
            house.check(&app, &periods);
            for step in &after {
                house.walk(app.client(), &mut deals, step);
            }
            house.check(&app, &periods);
            sound(&mut app);
            Ok(())
        }).unwrap();
    }

    fn what_was_moved_together_and_taken_back_is_counted(app: TestApp) {
        let mut app = app;
        let (way, stages) = pipeline(app.client());
        let made = [100, 200].map(|amount| id(&make_with(app.client(), "deal", json!({"pipeline_id": way, "stage_id": stages[0], "amount": amount}))));
        past(&mut app, 100);
        let moved = done(&app, &order("deal", "stage", json!({"stage_id": stages[2]}), json!({"ids": made})));
        undone(&app, &moved);
        // The way there and back is of today: the deals stand where they stood, and they came further once.
        let now = app.client().get(&format!("pipelines/{way}/totals?at={}", Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true))).ok(200);
        let found = now["stages"].as_array().unwrap();
        assert_eq!((found.len(), &found[0]["stage_id"], &found[0]["amount"]), (1, &json!(stages[0]), &json!(300)));
        let funnel = app.client().list("insight/sales/funnel", &[("from", "2020-01-01"), ("to", "2029-01-01"), ("pipeline_id", &way)]).ok(200);
        assert_eq!(funnel["figures"][1]["value"], 2, "{funnel}");
        sound(&mut app);
    }

    fn weeks_that_somebody_else_left_wrong_are_right_after_the_night(app: TestApp) {
        let mut app = app;
        let (way, stages) = pipeline(app.client());
        let deal = make_with(app.client(), "deal", json!({"pipeline_id": way, "stage_id": stages[0], "amount": 100}));
        let at = format!("deals/{}", id(&deal));
        app.client().patch(&at, version(&deal), &json!({"stage_id": stages[1]})).ok(200);
        app.at.terminate();
        let database = integrity::open(&app.at.settings);
        database
            .across()
            .write_blocking(|conn| {
                for other in ["DELETE FROM stage_weeks", "UPDATE stage_changes SET further = 0"] {
                    conn.execute(&Statement::new(other))?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert!(!integrity::broken(&database).is_empty());
        drop(database);
        app.crash_and_restart();
        run_schedule(&app, "forecast.snapshot");
        sound(&mut app);
    }
}
