//! What stages ask for, why deals end, who is part of them, and the way that they went.

mod parts;
mod quiet;
mod reasons;
mod way;

use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    bodies::{fresh, id, make, make_with, pipeline, version},
    bulk::{counts, done, order, refused, undo_counts, undone},
};

/// Deals of a pipeline of its own; the second stage asks for everything there is to ask for.
struct Scene {
    pipeline: String,
    stages: Vec<String>,
}

const ASKED: [&str; 4] = ["amount", "close_date", "next_step", "role:decision_maker"];

impl Scene {
    fn set(client: &Client) -> Self {
        let (pipeline, stages) = pipeline(client);
        let rules = json!({"required_fields": ASKED, "rotting_days": 14, "guidance": "Ask who decides.", "colour": "gold", "forecast_category": "best_case"});
        let stage = client
            .patch(&format!("stages/{}", stages[1]), 1, &rules)
            .ok(200);
        assert_eq!(stage["required_fields"], json!(ASKED));
        Self { pipeline, stages }
    }

    fn deal(&self, client: &Client, more: Value) -> Value {
        let body = json!({"name": fresh("Mesin"), "pipeline_id": self.pipeline, "stage_id": self.stages[0], "currency": "IDR"});
        client.create("deals", &crate::bodies::merged(body, &more))
    }
}

fn at(deal: &Value) -> String {
    format!("deals/{}", id(deal))
}

on_both! {
    fn a_stage_names_each_fact_that_is_missing(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let deal = scene.deal(client, json!({}));
        let to = json!({"stage_id": scene.stages[1]});
        let reply = client.verb(&format!("{}/move", at(&deal)), 1, &to);
        assert_eq!(reply.body()["errors"][3]["params"]["fact"], "role:decision_maker");
        assert_eq!(reply.faults(), [
            "/contacts required_in_stage", "/fields/amount required_in_stage",
            "/fields/close_date required_in_stage", "/fields/next_step required_in_stage",
        ]);
        assert_eq!(client.get(&at(&deal)).ok(200), deal, "it stays as it was");
        // They come along with the move, in one request.
        let contact = make(client, "contact");
        let told = json!({
            "stage_id": scene.stages[1], "fields": {"amount": 500, "close_date": "2026-12-15", "next_step": "Kirim sampel"},
            "contacts": [{"contact_id": contact["id"], "role": "decision_maker"}],
        });
        let moved = client.verb(&format!("{}/move", at(&deal)), 1, &told).ok(200);
        assert_eq!((&moved["stage_id"], &moved["amount"], &moved["next_step"]), (&json!(scene.stages[1]), &json!(500), &json!("Kirim sampel")));
        assert_eq!((&moved["contact_roles"], version(&moved)), (&json!(["decision_maker"]), 2));
        let people = client.get(&format!("{}/contacts", at(&deal))).ok(200);
        assert_eq!(people["items"][0]["contact_id"], contact["id"]);
        // A step that is planned is a next step as well, and what is known once is not asked for again.
        let other = scene.deal(client, json!({"amount": 1, "close_date": "2026-12-15"}));
        make_with(client, "activity", json!({"deal_id": other["id"], "due_at": "2100-01-01T00:00:00Z"}));
        make_with(client, "deal_contact", json!({"deal_id": other["id"], "contact_id": contact["id"]}));
        let moved = client.verb(&format!("{}/move", at(&other)), 1, &to).ok(200);
        let away = client.verb(&format!("{}/move", at(&other)), version(&moved), &json!({"stage_id": scene.stages[2]})).ok(200);
        client.verb(&format!("{}/move", at(&other)), version(&away), &to).ok(200);
    }

    fn no_door_leads_around_what_a_stage_asks_for(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        // A new deal.
        let body = json!({"name": "Baru", "pipeline_id": scene.pipeline, "stage_id": scene.stages[1], "currency": "IDR", "amount": 5});
        assert_eq!(client.post("deals", &body).faults(), [
            "/close_date required_in_stage", "/contact_roles required_in_stage", "/next_step required_in_stage",
        ]);
        // Many at once.
        let all = [scene.deal(client, json!({})), scene.deal(client, json!({}))];
        let target = json!({"ids": all.iter().map(|deal| deal["id"].clone()).collect::<Vec<_>>()});
        let moved = done(&app, &order("deal", "stage", json!({"stage_id": scene.stages[1]}), target.clone()));
        assert_eq!(counts(&moved), [2, 0, 0, 2]);
        assert!(refused(client, &moved).contains("needed in the stage"), "{}", refused(client, &moved));
        // A closed deal that is opened again, and the closed stages.
        let won = client.verb(&format!("{}/win", at(&all[0])), 1, &json!({})).ok(200);
        let reopened = client.verb(&format!("{}/reopen", at(&won)), 2, &json!({"stage_id": scene.stages[1]}));
        assert_eq!(reopened.faults().len(), 4);
        let rule = json!({"required_fields": ["amount"]});
        for closed in [3, 4] {
            client.patch(&format!("stages/{}", scene.stages[closed]), 1, &rule).ok(200);
        }
        assert_eq!(client.verb(&format!("{}/win", at(&all[1])), 1, &json!({})).faults(), ["/fields/amount required_in_stage"]);
        assert_eq!(client.verb(&format!("{}/lose", at(&all[1])), 1, &json!({"reason": "x"})).faults(), ["/fields/amount required_in_stage"]);
        let told = json!({"reason": "x", "fields": {"amount": 7}});
        assert_eq!(client.verb(&format!("{}/lose", at(&all[1])), 1, &told).ok(200)["amount"], 7);
        // What goes back to where it was is not asked anew.
        client.patch(&format!("stages/{}", scene.stages[0]), 1, &json!({"required_fields": ["source"]})).ok(200);
        let third = make_with(client, "deal", json!({"pipeline_id": scene.pipeline, "stage_id": scene.stages[0], "source": "Pameran"}));
        client.patch(&at(&third), 1, &json!({"source": null})).ok(200);
        let moved = done(&app, &order("deal", "stage", json!({"stage_id": scene.stages[2]}), json!({"ids": [third["id"]]})));
        assert_eq!(undo_counts(&undone(&app, &moved)), [1, 0]);
        assert_eq!(client.get(&at(&third)).ok(200)["stage_id"], scene.stages[0]);
    }

    fn what_comes_along_is_judged_like_any_change(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let deal = scene.deal(client, json!({}));
        let with = |more: Value| client.verb(&format!("{}/move", at(&deal)), 1, &crate::bodies::merged(json!({"stage_id": scene.stages[2]}), &more));
        for (fields, fault) in [
            (json!({"nothing": 1}), "/fields/nothing unknown_member"),
            (json!({"status": "won"}), "/fields/status read_only_member"),
            (json!({"amount": "much"}), "/fields/amount not_whole_number"),
            (json!({"probability": 101}), "/fields/probability out_of_range"),
            (json!({"contact_id": Uuid::now_v7()}), "/fields/contact_id no_such_record"),
            (json!({"custom": {"gone": 1}}), "/fields/custom/gone unknown_member"),
        ] {
            assert_eq!(with(json!({"fields": fields})).faults(), [fault]);
        }
        let nobody = json!({"contact_id": Uuid::now_v7(), "role": "user"});
        assert_eq!(with(json!({"contacts": [nobody]})).faults(), ["/contacts/0/contact_id no_such_record"]);
        let contact = make(client, "contact");
        let king = json!({"contact_id": contact["id"], "role": "king"});
        assert_eq!(with(json!({"contacts": [king]})).faults(), ["/contacts/0/role not_a_choice"]);
        let many = vec![json!({"contact_id": contact["id"], "role": "user"}); 21];
        assert_eq!(with(json!({"contacts": many})).faults(), ["/contacts too_many"]);
        assert!(matches!(with(json!({"more": 1})).status, 400 | 422));
        assert_eq!(client.get(&at(&deal)).ok(200), deal);
        assert_eq!(client.get(&format!("{}/contacts", at(&deal))).ok(200)["items"], json!([]), "nothing of it was written");
        let stale = client.verb(&format!("{}/move", at(&deal)), 7, &json!({"stage_id": scene.stages[2], "contacts": [{"contact_id": contact["id"], "role": "user"}]}));
        stale.problem(412, "stale_version");
    }

    fn the_settings_of_a_stage_are_checked(app: TestApp) {
        let client = app.client();
        let stage = make(client, "stage");
        let path = format!("stages/{}", id(&stage));
        let patch = |body: Value| client.patch(&path, 1, &body);
        for (body, fault) in [
            (json!({"required_fields": "amount"}), "/required_fields not_list"),
            (json!({"required_fields": ["amount", "amount"]}), "/required_fields/1 listed_twice"),
            (json!({"required_fields": [5]}), "/required_fields/0 not_text"),
            (json!({"required_fields": ["status"]}), "/required_fields/0 not_a_fact"),
            (json!({"required_fields": ["role:king"]}), "/required_fields/0 not_a_fact"),
            (json!({"required_fields": ["custom.gone"]}), "/required_fields/0 not_a_fact"),
            (json!({"rotting_days": 0}), "/rotting_days out_of_range"),
            (json!({"colour": "pink"}), "/colour not_a_choice"),
            (json!({"forecast_category": "sure"}), "/forecast_category not_a_choice"),
            (json!({"guidance": "x".repeat(2_001)}), "/guidance too_long"),
        ] {
            assert_eq!(patch(body).faults(), [fault]);
        }
        let many: Vec<String> = (0..61).map(|n| format!("custom.f{n}")).collect();
        assert_eq!(patch(json!({"required_fields": many})).faults(), ["/required_fields too_many"]);
        let field = make_with(client, "custom_field", json!({"object": "deal", "label": "Anggaran", "name": "budget"}));
        let fact = format!("custom.{}", field["name"].as_str().unwrap());
        patch(json!({"required_fields": [fact]})).ok(200);
        let body = json!({"name": "Baru", "pipeline_id": stage["pipeline_id"], "stage_id": stage["id"], "currency": "IDR"});
        let pointer = format!("/{} required_in_stage", fact.replace('.', "/"));
        assert_eq!(client.post("deals", &body).faults(), [pointer]);
    }

    fn a_chance_of_its_own_weighs_in_every_sum(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let totals = || client.get(&format!("pipelines/{}/totals", scene.pipeline)).ok(200)["stages"].clone();
        let total = |stage: usize, count: i64, amount: i64, weighted: i64| {
            json!({"stage_id": scene.stages[stage], "currency": "IDR", "count": count, "amount": amount, "weighted": weighted})
        };
        let deal = scene.deal(client, json!({"amount": 1_000}));
        scene.deal(client, json!({"amount": 500}));
        assert_eq!(totals(), json!([total(0, 2, 1_500, 150)]));
        client.patch(&at(&deal), 1, &json!({"probability": 80})).ok(200);
        assert_eq!(totals(), json!([total(0, 2, 1_500, 50 + 800)]));
        let home = client.get("home").ok(200);
        assert!(home.to_string().contains("850"), "{home}");
        client.patch(&at(&deal), 2, &json!({"amount": 999})).ok(200);
        assert_eq!(totals(), json!([total(0, 2, 1_499, 50 + 799)]), "rounded down");
        client.verb(&format!("{}/move", at(&deal)), 3, &json!({"stage_id": scene.stages[2]})).ok(200);
        assert_eq!(totals().as_array().unwrap().iter().map(|one| one["weighted"].as_i64().unwrap()).sum::<i64>(), 50 + 799);
        client.verb(&format!("{}/win", at(&deal)), 4, &json!({})).ok(200);
        let won = totals().as_array().unwrap().iter().find(|one| one["stage_id"] == scene.stages[3]).cloned();
        assert_eq!(won, Some(total(3, 1, 999, 999)), "what is won is won");
        client.delete(&at(&deal), 5).ok(204);
        assert_eq!(totals(), json!([total(0, 1, 500, 50)]));
        assert_eq!(client.patch(&at(&scene.deal(client, json!({}))), 1, &json!({"probability": -1})).faults(), ["/probability out_of_range"]);
        let mut app = app;
        app.at.terminate();
        let broken = crate::integrity::broken(&crate::integrity::open(&app.at.settings));
        assert!(broken.is_empty(), "{broken:?}");
    }

    fn who_may_not_edit_a_deal_moves_it_no_more_than_before(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let deal = scene.deal(client, json!({}));
        let contact = make(client, "contact");
        let told = json!({"stage_id": scene.stages[2], "fields": {"amount": 5}, "contacts": [{"contact_id": contact["id"], "role": "user"}]});
        for role in ["member", "read_only"] {
            let other = app.member(role);
            other.client.verb(&format!("{}/move", at(&deal)), 1, &told).problem(403, "forbidden");
        }
        assert_eq!(client.get(&format!("{}/contacts", at(&deal))).ok(200)["items"], json!([]));
        let none = Uuid::now_v7();
        client.verb(&format!("deals/{none}/move"), 1, &told).problem(404, "not_found");
        for part in ["contacts", "competitors", "stages"] {
            client.get(&format!("deals/{none}/{part}")).problem(404, "not_found");
            for method in [Method::PUT, Method::PATCH, Method::DELETE] {
                let reply = client.json(method, &format!("{}/{part}", at(&deal)), &[("if-match", "\"1\"")], &json!({}));
                assert_eq!(reply.status, 405, "{part}");
            }
        }
    }
}
