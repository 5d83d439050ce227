//! Many at once: nothing is lost, nothing counted twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Barrier, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use relasi_tests::{Client, Method, Reply, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{fresh, id, make, minimal, pipeline, version};

/// Runs the same in several threads that begin together; what each came to.
pub(crate) fn together<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(threads);
    thread::scope(|scope| {
        let (start, work) = (&start, &work);
        let running: Vec<_> = (0..threads)
            .map(|place| {
                scope.spawn(move || {
                    start.wait();
                    work(place)
                })
            })
            .collect();
        running
            .into_iter()
            .map(|one| one.join().expect("no thread panics"))
            .collect()
    })
}

/// Random numbers that differ by thread and are the same in every run.
struct Dice(AtomicU64);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }
}

/// Something random is done to a random deal, or a new one is made.
fn act(
    client: &Client,
    dice: &Dice,
    deals: &Mutex<Vec<String>>,
    (pipeline, stages): &(String, Vec<String>),
    owners: &[String],
) -> Reply {
    let known = deals.lock().unwrap().clone();
    let amount = [
        Value::Null,
        json!(0),
        json!(999),
        json!(1_500_000),
        json!(123_456_789_012_i64),
    ][dice.below(5)]
    .clone();
    let currency = ["IDR", "THB", "USD"][dice.below(3)];
    let stage = &stages[dice.below(stages.len())];
    let owner = &owners[dice.below(owners.len())];
    let kind = dice.below(10);
    if known.len() < 4 || kind == 0 {
        let body = json!({
            "name": fresh("Mesin"), "pipeline_id": pipeline, "stage_id": stage, "amount": amount, "currency": currency, "owner_id": owner,
        });
        let reply = client.post("deals", &body);
        if reply.status == 201 {
            deals.lock().unwrap().push(id(&reply.body()));
        }
        return reply;
    }
    let at = format!("deals/{}", known[dice.below(known.len())]);
    let now = version(&client.get(&at).ok(200));
    match kind {
        1 | 2 => client.patch(&at, now, &json!({"amount": amount})),
        3 => client.patch(&at, now, &json!({"currency": currency, "owner_id": owner})),
        4 | 5 => client.verb(&format!("{at}/move"), now, &json!({"stage_id": stage})),
        6 => client.verb(&format!("{at}/win"), now, &json!({})),
        7 => client.verb(&format!("{at}/lose"), now, &json!({"reason": "price"})),
        8 => client.delete(&at, now),
        _ => client.post(&format!("{at}/restore"), &json!({})),
    }
}

/// The totals by adding up the deals themselves.
fn raw_totals(client: &Client, pipeline: &str) -> BTreeMap<(String, String), (i64, i64)> {
    let filter = format!("pipeline_id = \"{pipeline}\"");
    let page = client
        .list("deals", &[("filter", &filter), ("limit", "200")])
        .ok(200);
    assert_eq!(page["next_cursor"], Value::Null);
    let mut totals = BTreeMap::new();
    for deal in page["items"].as_array().unwrap() {
        let place =
            [&deal["stage_id"], &deal["currency"]].map(|part| part.as_str().unwrap().to_owned());
        let [stage, currency] = place;
        let total = totals.entry((stage, currency)).or_insert((0, 0));
        *total = (total.0 + 1, total.1 + deal["amount"].as_i64().unwrap_or(0));
    }
    totals
}

fn told_totals(
    client: &Client,
    pipeline: &str,
    chances: &BTreeMap<String, i64>,
) -> BTreeMap<(String, String), (i64, i64)> {
    let told = client.get(&format!("pipelines/{pipeline}/totals")).ok(200);
    let stages = told["stages"].as_array().unwrap().iter();
    let totals = stages.map(|total| {
        let [stage, currency] =
            [&total["stage_id"], &total["currency"]].map(|part| part.as_str().unwrap().to_owned());
        let (count, amount) = (
            total["count"].as_i64().unwrap(),
            total["amount"].as_i64().unwrap(),
        );
        assert_eq!(
            total["weighted"].as_i64(),
            Some(amount * chances[&stage] / 100),
            "{total}"
        );
        ((stage, currency), (count, amount))
    });
    totals.collect()
}

on_both! {
    fn totals_are_the_sum_of_the_deals_whatever_happens_at_once(app: TestApp) {
        let client = app.client();
        let way = pipeline(client);
        let chances: BTreeMap<String, i64> = way.1.iter().cloned().zip([10, 33, 75, 100, 0]).collect();
        let owners = [app.owner.id.clone(), app.member("member").id];
        let deals = Mutex::new(Vec::new());
        for round in 0..4_u64 {
            let dice = Dice(AtomicU64::new(round * 1_000_003));
            let replies = together(6, |_| (0..20).map(|_| act(client, &dice, &deals, &way, &owners)).collect::<Vec<_>>());
            for reply in replies.into_iter().flatten() {
                let known = matches!(reply.status, 200 | 201 | 204 | 404 | 409 | 412);
                assert!(known, "{}: {} {}", reply.request, reply.status, reply.text());
            }
            assert_eq!(told_totals(client, &way.0, &chances), raw_totals(client, &way.0), "round {round}");
        }
        assert!(deals.lock().unwrap().len() > 4);
    }

    fn every_create_makes_its_own_record(app: TestApp) {
        let client = app.client();
        let made = together(8, |_| (0..15).map(|_| id(&make(client, "contact"))).collect::<Vec<_>>());
        let made: BTreeSet<String> = made.into_iter().flatten().collect();
        assert_eq!(made.len(), 120);
        let listed: BTreeSet<String> = client.all("contacts", &[("limit", "50")], "id").iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        assert_eq!(listed, made);
        assert_eq!(client.list("contacts/count", &[("q", "siti")]).ok(200)["count"], 120, "each is in the search as well");
    }

    fn one_request_sent_many_times_at_once_is_one(app: TestApp) {
        let client = app.client();
        for round in 0..10 {
            let key = format!("round-{round}");
            let body = minimal(client, "company");
            let replies = together(5, |_| client.json(Method::POST, "companies", &[("idempotency-key", &key)], &body));
            let mut made = BTreeSet::new();
            for reply in replies {
                match reply.status {
                    201 => drop(made.insert(id(&reply.body()))),
                    _ => drop(reply.problem(409, "idempotency_in_flight")),
                }
            }
            assert_eq!(made.len(), 1, "round {round}");
        }
        assert_eq!(client.get("companies/count").ok(200)["count"], 10);
    }

    fn a_name_that_is_its_own_is_taken_once(app: TestApp) {
        let client = app.client();
        for round in 0..10 {
            let body = json!({"name": format!("vip {round}")});
            let replies = together(4, |_| client.post("tags", &body));
            let made = replies.iter().filter(|reply| reply.status == 201).count();
            assert_eq!(made, 1, "round {round}");
            for reply in replies.into_iter().filter(|reply| reply.status != 201) {
                reply.problem(409, "already_exists");
            }
        }
    }

    fn of_change_trash_and_verb_one_wins(app: TestApp) {
        let client = app.client();
        let (pipeline, stages) = pipeline(client);
        for round in 0..20 {
            let body = json!({"name": fresh("Mesin"), "pipeline_id": pipeline, "stage_id": stages[0], "currency": "IDR"});
            let at = format!("deals/{}", id(&client.create("deals", &body)));
            let statuses = together(4, |place| match place {
                0 => client.patch(&at, 1, &json!({"amount": 5})).status,
                1 => client.delete(&at, 1).status,
                2 => client.verb(&format!("{at}/win"), 1, &json!({})).status,
                _ => client.verb(&format!("{at}/move"), 1, &json!({"stage_id": stages[1]})).status,
            });
            let won = statuses.iter().filter(|status| matches!(status, 200 | 204)).count();
            assert_eq!(won, 1, "round {round}: {statuses:?}");
            assert!(statuses.iter().all(|status| matches!(status, 200 | 204 | 404 | 412)), "round {round}: {statuses:?}");
            assert_eq!(client.get(&at).ok(200)["version"], 2);
        }
    }

    fn steps_of_one_contact_written_at_once_agree_with_it(app: TestApp) {
        let client = app.client();
        let contact = make(client, "contact");
        let days: Vec<String> = (1..=8).map(|day| format!("2031-01-0{day}T00:00:00.000000Z")).collect();
        let tasks = together(8, |place| {
            let body = json!({"kind": "task", "subject": "Telepon", "contact_id": contact["id"], "due_at": days[place]});
            client.create("activities", &body)
        });
        let at = format!("contacts/{}", id(&contact));
        assert_eq!(client.get(&at).ok(200)["next_step_at"], days[0]);
        together(7, |place| client.verb(&format!("activities/{}/complete", id(&tasks[place])), 1, &json!({})).ok(200));
        let contact = client.get(&at).ok(200);
        assert_eq!((&contact["next_step_at"], version(&contact)), (&json!(days[7]), 1));
    }
}
