//! Records shared one by one: everywhere where records are seen, and no further than that (statement T4).

use relasi_tests::{Client, Member, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::member_with;
use crate::bodies::{id, make, make_with, place};

/// Sees and changes what is their own, and takes out what they see.
fn own() -> Value {
    json!({"records": {"see": "own", "add": "own", "edit": "own", "delete": "own", "export": "own"}})
}

#[track_caller]
fn share(client: &Client, record: &str, with: &Value) -> Value {
    client.post(&format!("{record}/shares"), with).ok(201)
}

/// The ids of a list.
fn listed(member: &Member, path: &str) -> Vec<String> {
    let page = member.client.get(path).ok(200);
    page["items"].as_array().unwrap().iter().map(id).collect()
}

fn count(member: &Member, path: &str) -> Value {
    member.client.get(path).ok(200)["count"].clone()
}

on_both! {
    fn a_shared_record_is_there_wherever_records_are(app: TestApp) {
        let (client, mate) = (app.client(), member_with(&app, &own(), None));
        for (object, plural) in [("contact", "contacts"), ("company", "companies"), ("deal", "deals")] {
            let title = relasi_domain::object(object).unwrap().title;
            let record = make_with(client, object, json!({title: "Bambang Setiawan"}));
            make_with(client, object, json!({title: "Bambang Lain"}));
            let at = format!("{plural}/{}", id(&record));
            mate.client.get(&at).problem(404, "not_found");
            client.post(&format!("{at}/comments"), &json!({"body": "Baik"})).ok(201);
            share(client, &at, &json!({"user_id": mate.id}));

            assert_eq!(mate.client.get(&at).ok(200)["id"], record["id"], "{object}");
            assert_eq!(listed(&mate, &format!("{plural}?sort=-created_at")), [id(&record)], "{object}");
            assert_eq!(listed(&mate, &format!("{plural}?q=Bambang")), [id(&record)], "{object}");
            assert_eq!(listed(&mate, "search?q=Setiawan"), [id(&record)], "{object}");
            assert_eq!(listed(&mate, "search?q=Lain"), [""; 0], "{object}");
            assert_eq!(count(&mate, &format!("{plural}/count")), 1, "{object}");
            let groups = mate.client.get(&format!("{plural}/groups?by=owner_id")).ok(200);
            assert_eq!(groups["groups"][0]["count"], 1, "{object}");
            for part in ["timeline", "history", "comments", "files", "followers", "shares", "access"] {
                mate.client.get(&format!("{at}/{part}")).ok(200);
            }
            // Events come once whatever began before them has ended.
            let begun = std::time::Instant::now();
            let told = || mate.client.get("events?limit=200").ok(200).to_string().contains(&id(&record));
            while !told() {
                assert!(begun.elapsed().as_secs() < 30, "{object}");
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            mate.client.post(&format!("{at}/comments"), &json!({"body": "Siap"})).ok(201);
            let target = json!({"object": object, "action": "export", "target": {"q": "Bambang"}});
            let counted = mate.client.post("bulk-operations/preview", &target).ok(200);
            assert_eq!(counted["permitted"]["count"], 1, "{object}: {counted}");

            if object == "deal" {
                let totals = mate.client.get(&format!("pipelines/{}/totals", record["pipeline_id"].as_str().unwrap())).ok(200);
                let counted: i64 = totals["stages"].as_array().unwrap().iter().map(|one| one["count"].as_i64().unwrap()).sum();
                assert_eq!(counted, 1, "{totals}");
                assert_eq!(mate.client.get("home?kind=workspace").ok(200)["open"][0]["count"], 1);
                assert_eq!(mate.client.get("home").ok(200)["open"], json!([]), "what is shared is no deal of theirs");
            }
            // To see it is not to change it, to delete it or to pass it on.
            let title = json!({title: "Lain"});
            mate.client.patch(&at, 1, &title).problem(403, "forbidden");
            mate.client.delete(&at, 1).problem(403, "forbidden");
            mate.client.post(&format!("{at}/shares"), &json!({"user_id": app.owner.id})).problem(403, "forbidden");
            client.delete(&at, 1).ok(204);
            assert_eq!(listed(&mate, &format!("{plural}?trashed=true")), [id(&record)], "{object}");
            client.post(&format!("{at}/restore"), &json!({})).ok(200);
            mate.client.get(&at).ok(200);
            client.delete(&at, 3).ok(204);
        }
    }

    fn to_edit_is_to_change_and_not_to_give_away(app: TestApp) {
        let (client, mate) = (app.client(), member_with(&app, &own(), None));
        let reader = member_with(&app, &json!({"records": {"see": "own"}}), None);
        let at = format!("contacts/{}", id(&make(client, "contact")));
        let city = |city: &str| json!({"city": city});
        for member in [&mate, &reader] {
            share(client, &at, &json!({"user_id": member.id, "may_edit": true}));
        }
        mate.client.patch(&at, 1, &city("Solo")).ok(200);
        mate.client.patch(&at, 2, &json!({"owner_id": mate.id})).problem(403, "forbidden");
        mate.client.delete(&at, 2).problem(403, "forbidden");
        mate.client.post(&format!("{at}/shares"), &json!({"user_id": reader.id})).problem(403, "forbidden");
        reader.client.get(&at).ok(200);
        reader.client.patch(&at, 2, &city("Medan")).problem(403, "forbidden");
        // What a key may not do it does not do by a share either.
        let key = json!({"name": "baca", "scopes": ["see"]});
        let token = mate.client.post("api-keys", &key).ok(201)["token"].as_str().unwrap().to_owned();
        let machine = app.anonymous().with_token(&token);
        machine.get(&at).ok(200);
        machine.patch(&at, 2, &city("Medan")).problem(403, "forbidden");
    }

    fn a_share_of_a_team_is_one_of_its_members(app: TestApp) {
        let client = app.client();
        let [main, further, other] = [(); 3].map(|()| id(&make(client, "team")));
        let first = member_with(&app, &own(), Some(&main));
        let second = member_with(&app, &own(), None);
        place(client, &second.email, &json!({"more_team_ids": [further]}));
        let at = format!("companies/{}", id(&make(client, "company")));
        share(client, &at, &json!({"team_id": further}));
        second.client.get(&at).ok(200);
        first.client.get(&at).problem(404, "not_found");
        let told = second.client.get("notifications").ok(200)["items"][0].clone();
        assert_eq!((&told["kind"], &told["topic"], &told["data"]["by"]), (&json!("shared"), &json!("you"), &json!(app.owner.id)));
        share(client, &at, &json!({"team_id": main}));
        first.client.get(&at).ok(200);
        place(client, &second.email, &json!({"more_team_ids": [other]}));
        second.client.get(&at).problem(404, "not_found");
    }

    fn shares_end_and_are_taken_back(app: TestApp) {
        let (client, mate) = (app.client(), member_with(&app, &own(), None));
        let at = format!("deals/{}", id(&make(client, "deal")));
        let soon = chrono::Utc::now() + chrono::TimeDelta::milliseconds(1500);
        let given = share(client, &at, &json!({"user_id": mate.id, "until": soon}));
        mate.client.get(&at).ok(200);
        let begun = std::time::Instant::now();
        while mate.client.get(&at).status != 404 {
            assert!(begun.elapsed().as_secs() < 5, "still seen after its end");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(client.get(&format!("{at}/shares")).ok(200)["items"], json!([]));
        assert_eq!(listed(&mate, "deals"), [""; 0]);
        let again = share(client, &at, &json!({"user_id": mate.id, "may_edit": true}));
        assert_eq!((&again["id"], &again["until"], &again["may_edit"]), (&given["id"], &Value::Null, &json!(true)));
        mate.client.get(&at).ok(200);
        client.json(Method::DELETE, &format!("shares/{}", id(&again)), &[], &json!({})).ok(204);
        mate.client.get(&at).problem(404, "not_found");
        client.json(Method::DELETE, &format!("shares/{}", id(&again)), &[], &json!({})).problem(404, "not_found");
        // Who has a share gives it up.
        let own = share(client, &at, &json!({"user_id": mate.id}));
        mate.client.json(Method::DELETE, &format!("shares/{}", id(&own)), &[], &json!({})).ok(204);
        let history = client.get(&format!("{at}/history")).ok(200);
        let actions: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
        assert_eq!(actions, ["unshared", "shared", "unshared", "shared", "shared", "created"]);
        // Neither a version nor a place in the past comes of it.
        assert_eq!(client.get(&at).ok(200)["version"], 1);
        let then = client.get(&format!("{at}/as-of?at=2100-01-01T00:00:00Z")).ok(200);
        assert_eq!(then["record"]["version"], 1);
    }

    fn what_is_no_share_is_refused(app: TestApp) {
        let client = app.client();
        let (mate, gone) = (app.member("member"), app.member("member"));
        let team = make(client, "team");
        let at = format!("contacts/{}/shares", id(&make(client, "contact")));
        place(client, &gone.email, &json!({"active": false}));
        let nobody = "0190a000-0000-7000-8000-000000000000";
        for (body, fault) in [
            (json!({}), "/user_id required"),
            (json!({"user_id": mate.id, "team_id": team["id"]}), "/team_id share_with_one"),
            (json!({"user_id": nobody}), "/user_id no_such_record"),
            (json!({"user_id": gone.id}), "/user_id no_such_record"),
            (json!({"team_id": nobody}), "/team_id no_such_record"),
            (json!({"user_id": app.owner.id}), "/user_id share_with_oneself"),
            (json!({"user_id": mate.id, "until": "2020-01-01T00:00:00Z"}), "/until share_ended"),
        ] {
            assert_eq!(client.post(&at, &body).faults(), [fault]);
        }
        mate.client.post(&at, &json!({"user_id": gone.id})).problem(403, "forbidden");
    }

    fn a_merge_takes_shares_along_and_its_undo_gives_them_back(app: TestApp) {
        let (client, mate) = (app.client(), member_with(&app, &own(), None));
        let [survivor, loser] = [(); 2].map(|()| make(client, "contact"));
        let at = |record: &Value| format!("contacts/{}", id(record));
        share(client, &at(&loser), &json!({"user_id": mate.id}));
        let order = json!({"loser_id": loser["id"], "loser_version": 1, "fields": {}});
        let done = client.verb(&format!("{}/merge", at(&survivor)), 1, &order).ok(200);
        mate.client.get(&at(&survivor)).ok(200);
        client.post(&format!("merges/{}/undo", id(&done["merge"])), &json!({})).ok(200);
        mate.client.get(&at(&survivor)).problem(404, "not_found");
        mate.client.get(&at(&loser)).ok(200);
    }

    fn who_sees_a_record_is_told_with_the_reason(app: TestApp) {
        let client = app.client();
        let team = id(&make(client, "team"));
        let boss = member_with(&app, &json!({"records": {"see": "tree", "edit": "tree"}}), None);
        let owner = member_with(&app, &own(), None);
        let colleague = member_with(&app, &json!({"records": {"see": "team"}}), Some(&team));
        let friend = member_with(&app, &own(), None);
        let stranger = member_with(&app, &own(), None);
        let membership = id(&crate::bodies::membership(client, &boss.email));
        place(client, &owner.email, &json!({"manager_id": membership}));
        let at = format!("contacts/{}", id(&make_with(client, "contact", json!({"owner_id": owner.id, "team_id": team}))));
        let given = share(client, &at, &json!({"user_id": friend.id, "may_edit": true}));
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = client.get(&format!("{at}/access?limit=2{next}")).ok(200);
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        let of = |member: &Member| seen.iter().find(|one| one["user_id"] == member.id.as_str()).cloned().unwrap_or_default();
        for (member, may, reasons) in [
            (&app.owner, json!(["see", "edit", "delete", "export"]), json!([{"kind": "role"}])),
            (&boss, json!(["see", "edit"]), json!([{"kind": "reports", "user_id": owner.id}])),
            (&owner, json!(["see", "edit", "delete", "export"]), json!([{"kind": "owner"}])),
            (&colleague, json!(["see"]), json!([{"kind": "team", "team_id": team}])),
            (&friend, json!(["see", "edit", "export"]), json!([{"kind": "share", "share_id": given["id"], "team_id": null, "by": app.owner.id, "until": null, "may_edit": true}])),
        ] {
            let found = of(member);
            assert_eq!((&found["may"], &found["reasons"]), (&may, &reasons), "{found}");
        }
        assert_eq!(of(&stranger), Value::Null);
        assert_eq!(seen.len(), 5);
        stranger.client.get(&format!("{at}/access")).problem(404, "not_found");
    }
}
