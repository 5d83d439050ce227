//! Deals: stage, status, history, verbs, totals.

use relasi_persistence::{Database, Options, Statement};
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bodies::{fresh, id, make, make_with, pipeline, version};

/// A deal of a contact and its company in the first stage of a pipeline of its own.
struct Scene {
    pipeline: String,
    stages: Vec<String>,
    contact: String,
    company: String,
    deal: Value,
}

impl Scene {
    fn set(client: &Client) -> Self {
        let (pipeline, stages) = pipeline(client);
        let company = id(&make(client, "company"));
        let contact = id(&make_with(
            client,
            "contact",
            json!({"company_id": company}),
        ));
        let body = json!({
            "name": fresh("Mesin"), "pipeline_id": pipeline, "stage_id": stages[0], "currency": "IDR", "amount": 1_000,
            "contact_id": contact, "company_id": company,
        });
        let deal = client.create("deals", &body);
        Self {
            pipeline,
            stages,
            contact,
            company,
            deal,
        }
    }

    fn at(&self) -> String {
        format!("deals/{}", id(&self.deal))
    }

    fn totals(&self, client: &Client) -> Value {
        client
            .get(&format!("pipelines/{}/totals", self.pipeline))
            .ok(200)["stages"]
            .clone()
    }

    fn total(&self, stage: usize, count: i64, amount: i64, weighted: i64) -> Value {
        json!({"stage_id": self.stages[stage], "currency": "IDR", "count": count, "amount": amount, "weighted": weighted})
    }
}

fn kinds(client: &Client, path: &str) -> Vec<String> {
    let items = client.get(&format!("{path}/timeline")).ok(200)["items"].clone();
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    fn the_status_follows_the_stage(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let (at, deal) = (scene.at(), &scene.deal);
        assert_eq!((&deal["status"], &deal["closed_at"]), (&json!("open"), &Value::Null));
        assert_eq!(deal["stage_since"], deal["created_at"]);
        let to = |stage: usize| json!({"stage_id": scene.stages[stage]});
        let moved = client.verb(&format!("{at}/move"), 1, &to(1)).ok(200);
        assert_eq!((&moved["stage_id"], &moved["status"], version(&moved)), (&json!(scene.stages[1]), &json!("open"), 2));
        assert!(moved["stage_since"].as_str() > deal["stage_since"].as_str());
        let won = client.verb(&format!("{at}/win"), 2, &json!({})).ok(200);
        assert_eq!((&won["stage_id"], &won["status"]), (&json!(scene.stages[3]), &json!("won")));
        assert_eq!(won["closed_at"], won["stage_since"]);
        assert_eq!(client.get(&at).ok(200), won);
        let again = client.verb(&format!("{at}/win"), 3, &json!({})).ok(200);
        assert_eq!(again, won, "it is won already");
        let lost = client.verb(&format!("{at}/lose"), 3, &json!({"reason": " Terlalu mahal "})).ok(200);
        assert_eq!((&lost["status"], &lost["lost_reason"], &lost["stage_id"]), (&json!("lost"), &json!("Terlalu mahal"), &json!(scene.stages[4])));
        let open = client.verb(&format!("{at}/reopen"), 4, &to(2)).ok(200);
        assert_eq!((&open["status"], &open["closed_at"], &open["lost_reason"]), (&json!("open"), &Value::Null, &Value::Null));
        let by_move = client.verb(&format!("{at}/move"), 5, &to(3)).ok(200);
        assert_eq!((&by_move["status"], by_move["closed_at"].is_string()), (&json!("won"), true));
        let back = client.verb(&format!("{at}/move"), 6, &to(0)).ok(200);
        assert_eq!((&back["status"], &back["closed_at"], version(&back)), (&json!("open"), &Value::Null, 7));
        // A deal may be made closed.
        let body = json!({"name": "Lama", "pipeline_id": scene.pipeline, "stage_id": scene.stages[3], "currency": "IDR"});
        let closed = client.create("deals", &body);
        assert_eq!((&closed["status"], &closed["closed_at"]), (&json!("won"), &closed["created_at"]));
        let replaced = client.json(relasi_tests::Method::PUT, &at, &[("if-match", "\"7\"")], &json!({"name": "Baru", "currency": "THB"})).ok(200);
        assert_eq!((&replaced["stage_id"], &replaced["amount"]), (&json!(scene.stages[0]), &Value::Null));
        let actions = client.all(&format!("{at}/history"), &[], "action");
        assert_eq!(actions, ["updated", "moved", "moved", "reopened", "lost", "won", "moved", "created"]);
    }

    fn verbs_refuse_what_makes_no_sense(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let at = scene.at();
        let verb = |name: &str, version: i64, body: Value| client.verb(&format!("{at}/{name}"), version, &body);
        let (_, others) = pipeline(client);
        for stage in [&others[0], &others[3]] {
            assert_eq!(verb("move", 1, json!({"stage_id": stage})).faults(), ["/stage_id stage_of_other_pipeline"]);
        }
        assert_eq!(verb("move", 1, json!({"stage_id": Uuid::now_v7()})).faults(), ["/stage_id no_such_record"]);
        client.delete(&format!("stages/{}", scene.stages[2]), 1).ok(204);
        assert_eq!(verb("move", 1, json!({"stage_id": scene.stages[2]})).faults(), ["/stage_id no_such_record"]);
        for (name, body) in [("move", json!({})), ("move", json!({"stage_id": "x"})), ("lose", json!({})), ("lose", json!({"reason": 5})), ("win", json!({"stage_id": others[3]}))] {
            let reply = verb(name, 1, body.clone());
            assert_eq!(reply.status, 422, "{name} {body}: {}", reply.text());
        }
        assert_eq!(verb("lose", 1, json!({"reason": "  "})).faults(), ["/reason required"]);
        assert_eq!(verb("lose", 1, json!({"reason": "x".repeat(251)})).faults(), ["/reason too_long"]);
        verb("reopen", 1, json!({"stage_id": scene.stages[0]})).problem(409, "deal_is_open");
        client.post(&format!("{at}/win"), &json!({})).problem(428, "version_required");
        let stale = verb("win", 9, json!({})).problem(412, "stale_version");
        assert_eq!(stale["current"], scene.deal);
        assert_eq!(client.get(&at).ok(200), scene.deal, "nothing of this has changed it");
        let won = verb("win", 1, json!({})).ok(200);
        assert_eq!(verb("reopen", version(&won), json!({"stage_id": scene.stages[4]})).faults(), ["/stage_id not_an_open_stage"]);
        assert_eq!(verb("reopen", version(&won), json!({"stage_id": others[0]})).faults(), ["/stage_id stage_of_other_pipeline"]);
        // Without a stage to close in, a deal cannot be closed.
        let stage = make(client, "stage");
        let bare = make_with(client, "deal", json!({"pipeline_id": stage["pipeline_id"], "stage_id": stage["id"]}));
        for (name, body) in [("win", json!({})), ("lose", json!({"reason": "x"}))] {
            client.verb(&format!("deals/{}/{name}", id(&bare)), 1, &body).problem(409, "no_closing_stage");
        }
        // A stage or a pipeline with deals stays, as does one that a deal of another pipeline would need.
        client.delete(&format!("stages/{}", id(&stage)), 1).problem(409, "stage_in_use");
        client.delete(&format!("pipelines/{}", scene.pipeline), 1).problem(409, "pipeline_in_use");
        let body = json!({"name": "x", "pipeline_id": scene.pipeline, "stage_id": others[0], "currency": "IDR"});
        assert_eq!(client.post("deals", &body).faults(), ["/stage_id stage_of_other_pipeline"]);
        client.delete(&at, version(&won)).ok(204);
        verb("move", version(&won) + 1, json!({"stage_id": scene.stages[0]})).problem(404, "not_found");
    }

    fn totals_follow_every_write(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let (at, total) = (scene.at(), |stage, count, amount, weighted| scene.total(stage, count, amount, weighted));
        assert_eq!(scene.totals(client), json!([total(0, 1, 1_000, 100)]));
        client.patch(&at, 1, &json!({"amount": 1_999})).ok(200);
        assert_eq!(scene.totals(client), json!([total(0, 1, 1_999, 199)]), "rounded down");
        client.verb(&format!("{at}/move"), 2, &json!({"stage_id": scene.stages[1]})).ok(200);
        assert_eq!(scene.totals(client), json!([total(1, 1, 1_999, 659)]));
        client.patch(&at, 3, &json!({"amount": null})).ok(200);
        assert_eq!(scene.totals(client), json!([total(1, 1, 0, 0)]));
        client.patch(&at, 4, &json!({"amount": 7, "currency": "THB"})).ok(200);
        assert_eq!(scene.totals(client)[0]["currency"], "THB");
        client.patch(&at, 5, &json!({"currency": "IDR"})).ok(200);
        client.delete(&at, 6).ok(204);
        assert_eq!(scene.totals(client), json!([]));
        client.post(&format!("{at}/restore"), &json!({})).ok(200);
        assert_eq!(scene.totals(client), json!([total(1, 1, 7, 2)]));
        client.patch(&format!("stages/{}", scene.stages[1]), 1, &json!({"probability": 100})).ok(200);
        assert_eq!(scene.totals(client), json!([total(1, 1, 7, 7)]), "the chance is that of the stage now");
        client.get(&format!("pipelines/{}/totals", Uuid::now_v7())).problem(404, "not_found");
    }

    fn timelines_of_all_concerned_tell_of_a_deal(app: TestApp) {
        let client = app.client();
        let scene = Scene::set(client);
        let at = scene.at();
        client.verb(&format!("{at}/move"), 1, &json!({"stage_id": scene.stages[1]})).ok(200);
        client.verb(&format!("{at}/win"), 2, &json!({})).ok(200);
        let [contact, company] = [format!("contacts/{}", scene.contact), format!("companies/{}", scene.company)];
        assert_eq!(kinds(client, &at), ["deal.stage_changed", "deal.won", "deal.stage_changed", "deal.moved", "deal.created"]);
        for subject in [&contact, &company] {
            let own = if subject.starts_with("contacts") { "contact.created" } else { "company.created" };
            assert_eq!(kinds(client, subject), ["deal.stage_changed", "deal.stage_changed", "deal.created", own]);
        }
        let last = client.get(&format!("{contact}/timeline?limit=1")).ok(200);
        let event = &last["items"][0];
        assert_eq!(event["data"]["from"], scene.stages[1]);
        assert_eq!(event["data"]["to"], scene.stages[3]);
        assert_eq!((&event["object"], &event["record_id"]), (&json!("deal"), &scene.deal["id"]));
        assert_eq!(event["record"]["name"], scene.deal["name"], "the deal comes with its event");
        assert_eq!(event["actor_id"], app.owner.id);
        let pages = client.all(&format!("{contact}/timeline"), &[("limit", "1")], "id");
        assert_eq!(pages.len(), 4, "page by page");
    }

    fn the_stage_history_begins_with_the_deal(app: TestApp) {
        let mut app = app;
        let scene = Scene::set(app.client());
        let at = scene.at();
        app.client().verb(&format!("{at}/move"), 1, &json!({"stage_id": scene.stages[1]})).ok(200);
        app.client().patch(&at, 2, &json!({"amount": 5})).ok(200);
        app.client().verb(&format!("{at}/lose"), 3, &json!({"reason": "price"})).ok(200);
        app.at.terminate();
        let file = app.at.settings.data_dir.join("relasi.db").display().to_string();
        let address = app.at.settings.database_url.clone().unwrap_or(file);
        let database = Database::open(&address, &Options::default()).unwrap();
        let mut history = Statement::new("SELECT from_stage_id, to_stage_id, actor_id FROM stage_changes WHERE deal_id = ");
        history.bind(id(&scene.deal)).push(" ORDER BY at");
        let rows = database.across().read_blocking(|conn| {
            conn.rows(&history, |row| Ok((row.opt_text(0)?, row.text(1)?, row.text(2)?)))
        });
        let step = |from: Option<usize>, to: usize| {
            (from.map(|stage| scene.stages[stage].clone()), scene.stages[to].clone(), app.owner.id.clone())
        };
        assert_eq!(rows.unwrap(), [step(None, 0), step(Some(0), 1), step(Some(1), 4)]);
    }
}
