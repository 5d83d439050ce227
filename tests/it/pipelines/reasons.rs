//! Why deals end: lists of reasons, competitors who win, reasons that become one.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::{Scene, at};
use crate::{
    bodies::{fresh, id, make, make_with, version},
    bulk::{counts, done, ended, order},
};

on_both! {
    fn reasons_are_chosen_from_the_list_of_the_pipeline(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let lists = json!({"lost_reasons": ["Harga", "Waktu"], "won_reasons": ["Mutu"], "win_reason_required": true, "next_step_required": true});
        let path = format!("pipelines/{}", scene.pipeline);
        client.patch(&path, 1, &lists).ok(200);
        for (body, fault) in [
            (json!({"lost_reasons": ["Harga", "Harga"]}), "/lost_reasons/1 listed_twice"),
            (json!({"won_reasons": [" "]}), "/won_reasons/0 required"),
            (json!({"won_reasons": ["x".repeat(251)]}), "/won_reasons/0 too_long"),
            (json!({"lost_reasons": {}}), "/lost_reasons not_list"),
        ] {
            assert_eq!(client.patch(&path, 2, &body).faults(), [fault]);
        }
        let deal = scene.deal(client, json!({"amount": 5}));
        let verb = |name: &str, version: i64, body: Value| client.verb(&format!("{}/{name}", at(&deal)), version, &body);
        assert_eq!(verb("lose", 1, json!({"reason": "Cuaca"})).faults(), ["/reason reason_not_listed"]);
        assert_eq!(verb("lose", 1, json!({"reason": "Harga", "comment": "x".repeat(2_001)})).faults(), ["/comment too_long"]);
        let lost = verb("lose", 1, json!({"reason": "Harga", "comment": "Beda 12%."})).ok(200);
        assert_eq!((&lost["lost_reason"], &lost["closed_note"]), (&json!("Harga"), &json!("Beda 12%.")));
        assert_eq!(verb("win", 2, json!({})).faults(), ["/reason required"]);
        assert_eq!(verb("win", 2, json!({"reason": "Harga"})).faults(), ["/reason reason_not_listed"]);
        let won = verb("win", 2, json!({"reason": "Mutu"})).ok(200);
        assert_eq!((&won["won_reason"], &won["lost_reason"]), (&json!("Mutu"), &Value::Null));
        let open = verb("reopen", 3, json!({"stage_id": scene.stages[0]})).ok(200);
        for name in ["won_reason", "lost_reason", "closed_note", "lost_to_id"] {
            assert_eq!(open[name], Value::Null, "{name}");
        }
        // A move by another verb and work on many are asked the same.
        assert_eq!(verb("move", 4, json!({"stage_id": scene.stages[3]})).faults(), ["/reason required"]);
        let target = json!({"ids": [deal["id"]]});
        let wrong = done(&app, &order("deal", "stage", json!({"stage_id": scene.stages[4], "lost_reason": "Cuaca"}), target.clone()));
        assert_eq!(counts(&wrong), [1, 0, 0, 1]);
        let right = done(&app, &order("deal", "stage", json!({"stage_id": scene.stages[3], "won_reason": "Mutu"}), target));
        assert_eq!(counts(&right), [1, 1, 0, 0]);
    }

    fn a_competitor_who_wins_is_one_of_the_deal(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let [winner, other] = [(); 2].map(|()| make(client, "competitor"));
        let deal = scene.deal(client, json!({}));
        let part = make_with(client, "deal_competitor", json!({"deal_id": deal["id"], "competitor_id": other["id"]}));
        assert_eq!(client.get(&at(&deal)).ok(200)["competitors"], json!([other["id"]]));
        let again = json!({"deal_id": deal["id"], "competitor_id": other["id"], "state": "engaged"});
        assert_eq!(client.post("deal-competitors", &again).faults(), ["/competitor_id competitor_is_there"]);
        let body = json!({"reason": "Harga", "competitor_id": winner["id"]});
        let lost = client.verb(&format!("{}/lose", at(&deal)), 1, &body).ok(200);
        assert_eq!(lost["lost_to_id"], winner["id"]);
        let states = || {
            let all = client.get(&format!("{}/competitors", at(&deal))).ok(200);
            let items = all["items"].as_array().unwrap().clone();
            items.into_iter().map(|one| (one["competitor_id"].clone(), one["state"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(states(), [(other["id"].clone(), json!("engaged")), (winner["id"].clone(), json!("lost_to"))]);
        let filter = format!("lost_to_id = \"{}\"", id(&winner));
        assert_eq!(client.all("deals", &[("filter", &filter)], "id"), [id(&deal)]);
        let named = format!("lost_to.name = \"{}\"", winner["name"].as_str().unwrap());
        assert_eq!(client.all("deals", &[("filter", &named)], "id"), [id(&deal)]);
        let filter = format!("competitors has \"{}\"", id(&other));
        assert_eq!(client.all("deals", &[("filter", &filter)], "id"), [id(&deal)]);
        client.verb(&format!("{}/reopen", at(&deal)), version(&lost), &json!({"stage_id": scene.stages[0]})).ok(200);
        assert!(states().iter().all(|(_, state)| state == "engaged"));
        client.verb(&format!("{}/win", at(&deal)), version(&lost) + 1, &json!({})).ok(200);
        assert!(states().iter().all(|(_, state)| state == "won_against"));
        client.delete(&format!("deal-competitors/{}", id(&part)), 2).ok(204);
        assert_eq!(client.get(&at(&deal)).ok(200)["competitors"], json!([winner["id"]]));
        assert_eq!(client.verb(&format!("{}/win", at(&deal)), 1, &json!({"competitor_id": winner["id"]})).status, 422);
    }

    fn merging_reasons_renames_those_of_deals(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let path = format!("pipelines/{}", scene.pipeline);
        client.patch(&path, 1, &json!({"lost_reasons": ["Mahal", "Harga", "Waktu"]})).ok(200);
        let lost = |reason: &str| {
            let deal = scene.deal(client, json!({}));
            client.verb(&format!("{}/lose", at(&deal)), 1, &json!({"reason": reason})).ok(200)
        };
        let deals = ["Mahal", "Harga", "Waktu"].map(lost);
        let elsewhere = Scene::set(client).deal(client, json!({}));
        let elsewhere = client.verb(&format!("{}/lose", at(&elsewhere)), 1, &json!({"reason": "Mahal"})).ok(200);
        let merge = |version: i64, body: Value| client.verb(&format!("{path}/merge-reasons"), version, &body);
        for (body, fault) in [
            (json!({"kind": "open", "from": ["Mahal"], "to": "Harga"}), "/kind not_a_choice"),
            (json!({"kind": "lost", "from": [], "to": "Harga"}), "/from required"),
            (json!({"kind": "lost", "from": ["Harga"], "to": "Harga"}), "/from listed_twice"),
            (json!({"kind": "lost", "from": ["Mahal"], "to": ""}), "/to required"),
        ] {
            assert_eq!(merge(2, body).faults(), [fault]);
        }
        let order = json!({"kind": "lost", "from": ["Mahal"], "to": "Harga"});
        merge(1, order.clone()).problem(412, "stale_version");
        app.member("member").client.verb(&format!("{path}/merge-reasons"), 2, &order).problem(403, "forbidden");
        let merged = merge(2, order).ok(202);
        assert_eq!(merged["pipeline"]["lost_reasons"], json!(["Harga", "Waktu"]));
        let operation = ended(&app, &merged["operation"]);
        assert_eq!(counts(&operation), [1, 1, 0, 0]);
        let reason = |deal: &Value| client.get(&at(deal)).ok(200)["lost_reason"].clone();
        assert_eq!(deals.each_ref().map(reason), ["Harga", "Harga", "Waktu"]);
        assert_eq!(reason(&elsewhere), "Mahal", "another pipeline has reasons of its own");
        let back = crate::bulk::undone(&app, &operation);
        assert_eq!(crate::bulk::undo_counts(&back), [1, 0]);
        assert_eq!(reason(&deals[0]), "Mahal");
    }

    fn reasons_of_many_are_set_at_once(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let deals = [(); 2].map(|()| scene.deal(client, json!({})));
        client.verb(&format!("{}/lose", at(&deals[0])), 1, &json!({"reason": fresh("Harga")})).ok(200);
        let target = json!({"ids": deals.each_ref().map(|deal| deal["id"].clone())});
        let given = |parameters: Value| order("deal", "reason", parameters, target.clone());
        assert_eq!(client.post("bulk-operations", &given(json!({}))).faults(), ["/parameters/lost_reason required"]);
        let long = given(json!({"lost_reason": "x".repeat(251)}));
        assert_eq!(client.post("bulk-operations", &long).faults(), ["/parameters/lost_reason too_long"]);
        let other = order("contact", "reason", json!({"lost_reason": "x"}), json!({"filter": "city = Solo"}));
        assert_eq!(client.post("bulk-operations", &other).faults(), ["/action not_for_this_type"]);
        assert_eq!(counts(&done(&app, &given(json!({"lost_reason": "Waktu"})))), [2, 1, 1, 0]);
        assert_eq!(client.get(&at(&deals[0])).ok(200)["lost_reason"], "Waktu");
    }
}
