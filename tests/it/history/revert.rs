//! Fields set back to what they had.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use crate::{
    bodies::{id, make, make_with, version},
    custom_fields::define,
    isolation::second_workspace,
};

on_both! {
    fn one_field_or_all_go_back(app: TestApp) {
        let client = app.client();
        let made = make_with(client, "contact", json!({"city": "Bandung", "job_title": "Buyer"}));
        let at = format!("contacts/{}", id(&made));
        client.patch(&at, 1, &json!({"city": "Solo", "job_title": "Head", "nickname": "Bu Siti"})).ok(200);
        let then = json!({"at": made["updated_at"], "fields": ["city"]});
        let one = client.verb(&format!("{at}/revert"), 2, &then).ok(200);
        assert_eq!((&one["city"], &one["job_title"], version(&one)), (&json!("Bandung"), &json!("Head"), 3));
        let all = client.verb(&format!("{at}/revert"), 3, &json!({"at": made["updated_at"]})).ok(200);
        assert_eq!((&all["city"], &all["job_title"], &all["nickname"]), (&json!("Bandung"), &json!("Buyer"), &Value::Null));
        let again = client.verb(&format!("{at}/revert"), 4, &json!({"at": made["updated_at"]})).ok(200);
        assert_eq!(version(&again), 4, "there is nothing to set back");
        let history = client.get(&format!("{at}/history")).ok(200);
        let newest = &history["items"][0];
        let cause = format!("revert:{}", made["updated_at"].as_str().unwrap());
        assert_eq!((&newest["action"], &newest["cause"]), (&json!("reverted"), &json!(cause)));
        let timeline = client.get(&format!("{at}/timeline")).ok(200);
        assert_eq!(timeline["items"][0]["kind"], "contact.reverted");

        // The value that an entry replaced.
        let changes = history["items"][2]["id"].clone();
        let before = json!({"before": changes, "fields": ["nickname"]});
        client.patch(&at, 4, &json!({"nickname": "Ibu"})).ok(200);
        assert_eq!(client.verb(&format!("{at}/revert"), 5, &before).ok(200)["nickname"], Value::Null);
    }

    fn what_cannot_go_back_is_refused_by_name(app: TestApp) {
        let client = app.client();
        let gone = make(client, "company");
        let stage = make(client, "deal");
        let deal = make_with(client, "deal", json!({"company_id": gone["id"], "pipeline_id": stage["pipeline_id"], "stage_id": stage["stage_id"], "description": "A"}));
        let at = format!("deals/{}", id(&deal));
        client.patch(&at, 1, &json!({"company_id": null, "description": "B"})).ok(200);
        client.verb(&format!("{at}/win"), 2, &json!({})).ok(200);
        client.delete(&format!("companies/{}", id(&gone)), 1).ok(204);
        let revert = format!("{at}/revert");
        let to = |fields: Value| json!({"at": deal["updated_at"], "fields": fields});
        let refused = client.verb(&revert, 3, &to(json!(["stage_id", "status", "nothing", "next_step_at", "name"])));
        let wanted = [
            "/fields/0 read_only_member", "/fields/1 read_only_member", "/fields/2 unknown_field", "/fields/3 read_only_member",
        ];
        assert_eq!(refused.faults(), wanted);
        assert_eq!(client.verb(&revert, 3, &json!({"at": deal["updated_at"]})).faults(), ["/company_id no_such_record"]);
        assert_eq!(version(&client.get(&at).ok(200)), 3, "nothing of it was written");
        let done = client.verb(&revert, 3, &to(json!(["description"]))).ok(200);
        assert_eq!((&done["description"], &done["status"]), (&json!("A"), &json!("won")), "the stage is for its verbs");
        for body in [json!({}), json!({"at": "soon"}), json!({"at": 5}), json!({"at": "2026-01-01", "to": 1})] {
            assert_eq!(client.verb(&revert, 4, &body).status, 422, "{body}");
        }
        client.verb(&revert, 4, &json!({"at": "2020-01-01"})).problem(404, "record_not_yet");
    }

    fn values_that_somebody_else_has_by_now_are_refused(app: TestApp) {
        let client = app.client();
        define(client, "contact", "text", json!({"name": "number", "is_unique": true}));
        let made = make_with(client, "contact", json!({"custom": {"number": "7"}}));
        let at = format!("contacts/{}", id(&made));
        client.patch(&at, 1, &json!({"custom": {"number": "8"}})).ok(200);
        make_with(client, "contact", json!({"custom": {"number": "7"}}));
        let back = json!({"at": made["updated_at"]});
        assert_eq!(client.verb(&format!("{at}/revert"), 2, &back).faults(), ["/custom/number not_unique"]);
        let unknown = json!({"at": made["updated_at"], "fields": ["next_step_at", "custom.nothing"]});
        let refused = client.verb(&format!("{at}/revert"), 2, &unknown).faults();
        assert_eq!(refused, ["/fields/0 read_only_member", "/fields/1 unknown_field"]);
    }

    fn going_back_needs_the_rights_and_the_version_of_a_change(app: TestApp) {
        let mut app = app;
        let stranger = second_workspace(&mut app);
        let client = app.client();
        let made = make_with(client, "contact", json!({"city": "Bandung"}));
        let at = format!("contacts/{}/revert", id(&made));
        client.patch(&format!("contacts/{}", id(&made)), 1, &json!({"city": "Solo"})).ok(200);
        let back = json!({"at": made["updated_at"]});
        stranger.client.verb(&at, 2, &back).problem(404, "not_found");
        app.anonymous().verb(&at, 2, &back).problem(401, "unauthorized");
        for role in ["member", "manager", "read_only"] {
            app.member(role).client.verb(&at, 2, &back).problem(403, "forbidden");
        }
        client.post(&at, &back).problem(428, "version_required");
        let stale = client.verb(&at, 1, &back);
        assert_eq!(stale.body()["current"]["city"], "Solo");
        stale.problem(412, "stale_version");
        client.delete(&format!("contacts/{}", id(&made)), 2).ok(204);
        client.verb(&at, 3, &back).problem(404, "not_found");
        client.post(&format!("contacts/{}/restore", id(&made)), &json!({})).ok(200);
        let admin = app.member("admin");
        assert_eq!(admin.client.verb(&at, 4, &back).ok(200)["city"], "Bandung");
    }
}
