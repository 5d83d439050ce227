//! The way of a deal through its stages: only ever added to, and read as of any time.

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{Scene, at};
use crate::{
    bodies::{id, version},
    bulk::{done, order, undone},
};

fn way(client: &Client, deal: &Value) -> Vec<(Value, Value)> {
    let way = client.get(&format!("{}/stages", at(deal))).ok(200);
    let items = way["items"].as_array().unwrap().clone();
    items
        .into_iter()
        .map(|stay| (stay["from_stage_id"].clone(), stay["to_stage_id"].clone()))
        .collect()
}

on_both! {
    fn every_move_is_kept_from_the_making_on(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let stage = |n: usize| json!(scene.stages[n]);
        let deal = scene.deal(client, json!({}));
        assert_eq!(way(client, &deal), [(Value::Null, stage(0))]);
        let moved = client.verb(&format!("{}/move", at(&deal)), 1, &json!({"stage_id": stage(2)})).ok(200);
        let moved = client.verb(&format!("{}/move", at(&deal)), version(&moved), &json!({"stage_id": stage(0)})).ok(200);
        let whole = [(Value::Null, stage(0)), (stage(0), stage(2)), (stage(2), stage(0))];
        assert_eq!(way(client, &deal), whole);
        let read = client.get(&format!("{}/stages", at(&deal))).ok(200);
        assert_eq!((&read["items"][0]["by"], &read["items"][0]["at"]), (&json!(app.owner.id), &deal["created_at"]));
        assert_eq!((&read["quiet_days"], &read["items"][2]["days"]), (&json!(0), &json!(0)));
        let first = read["stages"].as_array().unwrap().iter().find(|one| one["stage_id"] == stage(0)).cloned().unwrap();
        assert_eq!((&first["visits"], &first["days"]), (&json!(2), &json!(0)));
        // An undo is a further move; nothing is taken out of the way.
        let target = json!({"ids": [deal["id"]]});
        let operation = done(&app, &order("deal", "stage", json!({"stage_id": stage(2)}), target));
        undone(&app, &operation);
        let after = way(client, &deal);
        assert_eq!((&after[..3], after.len()), (&whole[..], 5));
        // Neither a change, nor the trash, nor a fixed version writes it anew.
        let now = version(&client.get(&at(&deal)).ok(200));
        client.patch(&at(&deal), now, &json!({"amount": 5})).ok(200);
        client.delete(&at(&deal), now + 1).ok(204);
        client.post(&format!("{}/restore", at(&deal)), &json!({})).ok(200);
        client.post(&format!("{}/revert", at(&deal)), &json!({"at": moved["updated_at"]})).problem(428, "version_required");
        assert_eq!(way(client, &deal), after);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let reply = client.json(method, &format!("{}/stages", at(&deal)), &[("if-match", "\"1\"")], &json!({}));
            assert_eq!(reply.status, 405);
        }
        let won = client.verb(&format!("{}/win", at(&deal)), now + 3, &json!({})).ok(200);
        assert_eq!(client.get(&format!("{}/stages", at(&won))).ok(200)["quiet_days"], Value::Null);
    }

    fn a_pipeline_is_read_as_of_a_time(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let first = scene.deal(client, json!({"amount": 100}));
        let moved = client.verb(&format!("{}/move", at(&first)), 1, &json!({"stage_id": scene.stages[2]})).ok(200);
        let second = scene.deal(client, json!({"amount": 7}));
        let path = format!("pipelines/{}/totals", scene.pipeline);
        let at_time = |time: &Value| {
            let stages = client.get(&format!("{path}?at={}", time.as_str().unwrap())).ok(200)["stages"].clone();
            let stages = stages.as_array().unwrap().clone();
            let one = |stage: &Value| (stage["stage_id"].clone(), stage["count"].clone(), stage["amount"].clone());
            stages.iter().map(one).collect::<Vec<_>>()
        };
        let stage = |n: usize| json!(scene.stages[n]);
        assert_eq!(at_time(&first["stage_since"]), [(stage(0), json!(1), json!(100))]);
        assert_eq!(at_time(&moved["stage_since"]), [(stage(2), json!(1), json!(100))]);
        let mut now = at_time(&second["stage_since"]);
        now.sort_by_key(|(_, _, amount)| amount.as_i64());
        assert_eq!(now, [(stage(0), json!(1), json!(7)), (stage(2), json!(1), json!(100))]);
        assert_eq!(client.get(&format!("{path}?at=1999-01-01")).ok(200)["stages"], json!([]));
        assert_eq!(client.get(&format!("{path}?at=yesterday")).faults(), ["?at not_instant"]);
    }

    fn rates_count_closed_deals_that_entered_a_stage(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let path = format!("pipelines/{}/rates", scene.pipeline);
        assert_eq!(client.get(&path).ok(200), json!({"stages": []}));
        let ended = |through: bool, verb: &str| {
            let deal = scene.deal(client, json!({}));
            let mut now = 1;
            if through {
                now = version(&client.verb(&format!("{}/move", at(&deal)), now, &json!({"stage_id": scene.stages[2]})).ok(200));
            }
            let body = if verb == "lose" { json!({"reason": "x"}) } else { json!({}) };
            client.verb(&format!("{}/{verb}", at(&deal)), now, &body).ok(200)
        };
        ended(true, "win");
        ended(true, "lose");
        let gone = ended(false, "lose");
        scene.deal(client, json!({}));
        let rate = |stage: usize| {
            let rates = client.get(&path).ok(200)["stages"].as_array().unwrap().clone();
            let found = rates.into_iter().find(|one| one["stage_id"] == json!(scene.stages[stage]));
            found.map(|one| (one["closed"].as_i64().unwrap(), one["won"].as_i64().unwrap()))
        };
        assert_eq!((rate(0), rate(2), rate(1)), (Some((3, 1)), Some((2, 1)), None));
        client.delete(&at(&gone), version(&gone)).ok(204);
        assert_eq!(rate(0), Some((2, 1)), "what lies in the trash does not count");
        let role = json!({"records": {"see": "own", "add": "own", "edit": "own"}});
        let narrow = crate::rights::member_with(&app, &role, None);
        assert_eq!(narrow.client.get(&path).ok(200), json!({"stages": []}), "over what one may see");
        assert_eq!(narrow.client.get(&format!("deals/{}/stages", id(&gone))).status, 404);
    }
}
