//! Rules, what they ask of people, and who stands in.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::{lead, profile, rule, settings, told, two};
use crate::{
    bodies::{id, version},
    isolation::second_workspace,
};

on_both! {
    fn the_first_rule_that_takes_a_lead_gives_it_away(app: TestApp) {
        let client = app.client();
        let [one, other] = two(&app);
        assert_eq!(lead(client, &json!({}))["owner_id"], app.owner.id, "nothing is said: whoever made it keeps it");
        let thai = rule(client, &[&one.id], &json!({"filter": "country = TH", "name": "Thailand"}));
        rule(client, &[&other.id], &json!({"name": "Semua"}));
        let made = lead(client, &json!({"country": "TH", "source": "web"}));
        assert_eq!(made["owner_id"], one.id);
        let why = told(client, &made, "lead.routed");
        assert_eq!(why.len(), 1);
        assert_eq!((&why[0]["data"]["rule"], &why[0]["data"]["reason"]), (&json!("Thailand"), &json!("turn")));
        assert_eq!(lead(client, &json!({}))["owner_id"], other.id);
        assert_eq!(lead(client, &json!({"owner_id": app.owner.id}))["owner_id"], app.owner.id, "an owner that is given stays");
        // Switched off, it takes nothing any more.
        let at = format!("routing-rules/{}", id(&thai));
        client.patch(&at, 1, &json!({"active": false})).ok(200);
        assert_eq!(lead(client, &json!({"country": "TH"}))["owner_id"], other.id);
        // Moved to the end, switched on again: the other one comes first.
        client.patch(&at, 2, &json!({"active": true, "position": 1})).ok(200);
        assert_eq!(lead(client, &json!({"country": "TH"}))["owner_id"], other.id);
        let rules = client.get("routing-rules").ok(200);
        let names: Vec<&Value> = rules["items"].as_array().unwrap().iter().map(|rule| &rule["name"]).collect();
        assert_eq!(names, ["Semua", "Thailand"]);
    }

    fn nobody_who_is_away_full_or_unfit_gets_a_lead(app: TestApp) {
        let client = app.client();
        let [one, other] = two(&app);
        let needs = json!({"needs": {"language": true, "territory": true, "skills": ["mesin"]}});
        rule(client, &[&one.id, &other.id], &needs);
        profile(client, &one.id, &json!({"languages": ["id"], "territories": ["ID"], "skills": ["Mesin"], "max_open": 1})).ok(200);
        profile(client, &other.id, &json!({"languages": ["th"], "territories": ["Bandung"], "skills": ["mesin"], "max_per_day": 1})).ok(200);
        assert_eq!(lead(client, &json!({"language": "id", "country": "ID"}))["owner_id"], one.id);
        // Full: and the other one does not speak it, so that the owner of the workspace is left.
        let left = lead(client, &json!({"language": "id", "country": "ID"}));
        assert_eq!(left["owner_id"], app.owner.id);
        assert_eq!(told(client, &left, "lead.routed")[0]["data"]["reason"], "owner");
        assert_eq!(lead(client, &json!({"language": "th", "city": "bandung"}))["owner_id"], other.id);
        settings(client, &json!({"default_user_id": other.id}));
        let today = lead(client, &json!({"language": "th", "city": "Bandung"}));
        assert_eq!((&today["owner_id"], &told(client, &today, "lead.routed")[0]["data"]["reason"]), (&json!(other.id), &json!("default")));
        let away = json!({"languages": ["th"], "territories": ["Bandung"], "skills": ["mesin"], "away_until": "2100-01-01T00:00:00Z"});
        profile(client, &other.id, &away).ok(200);
        assert_eq!(lead(client, &json!({"language": "th"}))["owner_id"], app.owner.id);
        let tried = client.post("routing/try", &json!({"lead": {"language": "th", "city": "Bandung"}})).ok(200);
        let skipped = &tried["passed"][0]["skipped"];
        assert_eq!((&skipped[0]["reason"], &skipped[1]["reason"]), (&json!("language"), &json!("away")));
        assert_eq!((&tried["owner_id"], &tried["reason"]), (&json!(app.owner.id), &json!("owner")));
    }

    fn no_lead_is_left_to_somebody_who_has_gone(app: TestApp) {
        let client = app.client();
        let [one, other] = two(&app);
        rule(client, &[&one.id], &json!({"fallback_id": other.id}));
        settings(client, &json!({"default_user_id": other.id}));
        for gone in [&one, &other] {
            let member = crate::bodies::membership(client, &gone.email);
            let at = format!("members/{}", id(&member));
            client.patch(&at, version(&member), &json!({"active": false})).ok(200);
            let expected = if gone.id == one.id { &other.id } else { &app.owner.id };
            assert_eq!(lead(client, &json!({}))["owner_id"], **expected);
        }
    }

    fn a_lead_is_given_away_anew_and_tried_without_a_turn(app: TestApp) {
        let client = app.client();
        let [one, other] = two(&app);
        let made = lead(client, &json!({}));
        let at = format!("leads/{}/route", id(&made));
        client.verb(&at, 1, &json!({})).problem(409, "no_routing");
        rule(client, &[&one.id, &other.id], &json!({}));
        for _ in 0..3 {
            let tried = client.post("routing/try", &json!({"lead_id": id(&made)})).ok(200);
            assert_eq!(tried["owner_id"], one.id, "a trial uses up no turn");
        }
        client.verb(&at, 7, &json!({})).problem(412, "stale_version");
        let routed = client.verb(&at, 1, &json!({})).ok(200);
        assert_eq!((&routed["owner_id"], &routed["version"]), (&json!(one.id), &json!(2)));
        assert_eq!(client.verb(&at, 2, &json!({})).ok(200)["owner_id"], other.id);
        assert_eq!(told(client, &made, "lead.routed").len(), 2);
        let entries = client.get(&format!("leads/{}/history", id(&made))).ok(200);
        assert!(entries.to_string().contains("\"rerouted\""), "{entries}");
    }

    fn what_is_wrong_with_a_rule_is_named(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let client = app.client();
        let wrong = json!({"name": " ", "filter": "nothing = 1", "user_ids": [neighbour.id, neighbour.id], "fallback_id": neighbour.id, "team_id": neighbour.id, "needs": {"skills": [""]}});
        let faults = client.post("routing-rules", &wrong).faults();
        assert_eq!(faults, [
            "/fallback_id no_such_record", "/filter unknown_field", "/name required", "/needs/skills/0 required", "/team_id no_such_record",
            "/user_ids/0 no_such_record", "/user_ids/1 named_twice", "/user_ids/1 no_such_record",
        ]);
        assert_eq!(client.post("routing-rules", &json!({"name": "x"})).faults(), ["/user_ids required"]);
        assert_eq!(client.post("routing-rules", &json!({"name": "x", "nothing": 1})).faults(), ["/nothing unknown_member"]);
        let made = rule(client, &[&app.owner.id], &json!({}));
        let at = format!("routing-rules/{}", id(&made));
        neighbour.client.get(&at).problem(404, "not_found");
        client.patch(&at, 9, &json!({"name": "y"})).problem(412, "stale_version");
        let member = app.member("member");
        member.client.get("routing-rules").problem(403, "forbidden");
        member.client.post("routing/try", &json!({})).problem(403, "forbidden");
        profile(&member.client, &app.owner.id, &json!({})).problem(403, "forbidden");
        profile(&member.client, &member.id, &json!({"skills": ["kopi"]})).ok(200);
        let long = profile(&member.client, &member.id, &json!({"languages": ["x".repeat(81)], "max_open": -1}));
        assert_eq!(long.faults(), ["/languages/0 too_long", "/max_open out_of_range"]);
        let limits = json!({"clocks": {"on": true, "marks": [{"minutes": 5}, {"minutes": 5}]}});
        assert_eq!(client.patch("routing-settings", 0, &limits).faults(), ["/clocks/marks/1/minutes not_rising"]);
        client.delete(&at, 1).ok(204);
    }
}
