//! Turns are fair, however many leads come at once and through whichever server.

use std::{collections::BTreeMap, thread};

use relasi_tests::{Backend, Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{lead, profile, rule, two};
use crate::bodies::{fresh, id};

/// How many leads each owner has.
fn shares(client: &Client) -> BTreeMap<String, usize> {
    let mut shares = BTreeMap::new();
    for owner in client.all("leads", &[("limit", "200")], "owner_id") {
        *shares
            .entry(owner.as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    shares
}

on_both! {
    fn turns_are_fair_though_many_leads_come_at_once(app: TestApp) {
        let client = app.client();
        let people: Vec<_> = (0..4).map(|_| app.member("member")).collect();
        let ids: Vec<&str> = people.iter().map(|one| one.id.as_str()).collect();
        rule(client, &ids, &json!({}));
        let second = (app.at.backend == Backend::Postgres).then(|| app.at.second_server());
        let doors: Vec<Client> = match &second {
            Some(server) => vec![client.clone(), server.client().with_token(client.token.as_deref().unwrap())],
            None => vec![client.clone()],
        };
        thread::scope(|scope| {
            for place in 0..8 {
                let door = &doors[place % doors.len()];
                scope.spawn(move || {
                    for _ in 0..5 {
                        door.post("leads", &json!({"name": fresh("Siti")})).ok(201);
                    }
                });
            }
        });
        let shares = shares(client);
        assert_eq!(shares.values().sum::<usize>(), 40);
        let (most, least) = (shares.values().max().unwrap(), shares.values().min().unwrap());
        assert!(most - least <= 1 && shares.len() == 4, "{shares:?}");
    }

    fn whoever_has_the_fewest_open_leads_gets_the_next(app: TestApp) {
        let client = app.client();
        let [one, other] = two(&app);
        for _ in 0..3 {
            lead(client, &json!({"owner_id": one.id}));
        }
        rule(client, &[&one.id, &other.id], &json!({"method": "least_open"}));
        for _ in 0..3 {
            assert_eq!(lead(client, &json!({}))["owner_id"], other.id);
        }
        let owners: Vec<Value> = (0..2).map(|_| lead(client, &json!({}))["owner_id"].clone()).collect();
        assert_ne!(owners[0], owners[1], "in turns where they have as many");
        profile(client, &other.id, &json!({"max_open": 4})).ok(200);
        assert_eq!(lead(client, &json!({}))["owner_id"], one.id);
    }

    fn rows_of_an_import_are_shared_out_within_one_chunk(app: TestApp) {
        let client = app.client();
        let [one, other] = two(&app);
        rule(client, &[&one.id, &other.id], &json!({"method": "least_open"}));
        let file = "Name,Email\nSiti,s@x.example\nRudi,r@x.example\nMalee,m@x.example\nDewi,d@x.example\n";
        let headers = [("content-type", "application/octet-stream")];
        let import = client.send(Method::POST, "imports?object=lead&file_name=a.csv", &headers, file.as_bytes()).ok(201);
        let ran = client.post(&format!("imports/{}/run", id(&import)), &json!({})).ok(202);
        assert_eq!(app.finished(ran["job_id"].as_str().unwrap())["state"], "done");
        let shares = shares(client);
        assert_eq!((shares.get(&one.id), shares.get(&other.id)), (Some(&2), Some(&2)), "{shares:?}");
    }
}
