//! Taking back what an operation wrote, but for what somebody has changed since.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use super::{
    counts, done, done_by, ended, ids, matching, order, people, read, undo_counts, undone,
};
use crate::bodies::{id, make, make_with, pipeline, version};

on_both! {
    fn fields_get_back_what_nobody_has_changed_since(app: TestApp) {
        let client = app.client();
        client.create("custom-fields", &json!({"object": "contact", "label": "Tier", "kind": "text", "name": "tier"}));
        let all = people(client, &["Siti", "Budi", "Ani", "Dewi"]);
        let at = |n: usize| format!("contacts/{}", id(&all[n]));
        client.patch(&at(0), 1, &json!({"custom": {"tier": "silver"}})).ok(200);
        let changes = json!({"changes": {"city": "Solo", "job_title": "Barista", "custom": {"tier": "gold"}}});
        let operation = done(&app, &order("contact", "edit", changes, matching("city = Bandung")));
        assert_eq!(counts(&operation), [4, 4, 0, 0]);
        assert!(operation["undo_until"].is_string(), "{operation}");
        // One field of the second, all of the third; the fourth lies in the trash.
        client.patch(&at(1), 2, &json!({"city": "Medan"})).ok(200);
        client.patch(&at(2), 2, &json!({"city": "Medan", "job_title": "Chef", "custom": {"tier": null}})).ok(200);
        client.delete(&at(3), 2).ok(204);
        let back = undone(&app, &operation);
        assert_eq!(undo_counts(&back), [2, 2]);
        let now = |n: usize| {
            let now = read(client, "contacts", &all[n]);
            (now["city"].clone(), now["job_title"].clone(), now["custom"]["tier"].clone())
        };
        assert_eq!(now(0), (json!("Bandung"), Value::Null, json!("silver")));
        assert_eq!(now(1), (json!("Medan"), Value::Null, Value::Null));
        assert_eq!(now(2), (json!("Medan"), json!("Chef"), Value::Null));
        assert_eq!(now(3), (json!("Solo"), json!("Barista"), json!("gold")));
        let history = client.get(&format!("{}/history", at(0))).ok(200);
        assert_eq!(history["items"][0]["cause"], format!("undo:bulk:{}", id(&operation)));
        assert_eq!(back["undo_until"], Value::Null);
        client.post(&format!("bulk-operations/{}/undo", id(&operation)), &json!({})).problem(409, "bulk_operation_not_undoable");
    }

    fn tags_go_back_though_others_came_since(app: TestApp) {
        let client = app.client();
        let [kept, added, later] = [(); 3].map(|()| make(client, "tag")["id"].clone());
        let all = [make_with(client, "company", json!({"tags": [kept]})), make(client, "company")];
        let operation = done(&app, &order("company", "tag", json!({"add": [added], "remove": [kept]}), ids(&all)));
        client.patch(&format!("companies/{}", id(&all[1])), 2, &json!({"tags": [added, later]})).ok(200);
        assert_eq!(undo_counts(&undone(&app, &operation)), [2, 0]);
        assert_eq!(read(client, "companies", &all[0])["tags"], json!([kept]));
        assert_eq!(read(client, "companies", &all[1])["tags"], json!([later]));
    }

    fn deals_go_back_to_their_stage_with_its_times(app: TestApp) {
        let client = app.client();
        let (own, stages) = pipeline(client);
        let deal = |stage: usize| make_with(client, "deal", json!({"pipeline_id": own, "stage_id": stages[stage], "amount": 500}));
        let all = [deal(0), deal(1), deal(1)];
        let lost = client.verb(&format!("deals/{}/lose", id(&all[1])), 1, &json!({"reason": "Price"})).ok(200);
        let operation = done(&app, &order("deal", "stage", json!({"stage_id": stages[3]}), ids(&all)));
        assert_eq!(counts(&operation), [3, 3, 0, 0]);
        let won = read(client, "deals", &all[2]);
        client.verb(&format!("deals/{}/move", id(&won)), version(&won), &json!({"stage_id": stages[2]})).ok(200);
        assert_eq!(undo_counts(&undone(&app, &operation)), [2, 1]);
        for before in [&all[0], &lost] {
            let now = read(client, "deals", before);
            for member in ["stage_id", "status", "stage_since", "closed_at", "lost_reason"] {
                assert_eq!(now[member], before[member], "{member}");
            }
        }
        assert_eq!(read(client, "deals", &all[2])["stage_id"], stages[2]);
        let board = client.get(&format!("pipelines/{own}/totals")).ok(200);
        let columns = board["stages"].as_array().or(board["items"].as_array()).expect("columns");
        let filled = columns.iter().filter(|column| column["count"].as_i64() > Some(0)).count();
        assert_eq!(filled, 3, "{board}");
    }

    fn what_was_deleted_comes_back_and_what_came_back_goes(app: TestApp) {
        let client = app.client();
        let all = people(client, &["Siti", "Budi", "Ani"]);
        let at = |n: usize| format!("contacts/{}", id(&all[n]));
        let deleted = done(&app, &order("contact", "delete", json!({}), ids(&all)));
        client.post(&format!("{}/restore", at(0)), &json!({})).ok(200);
        client.delete(&at(0), 3).ok(204);
        assert_eq!(undo_counts(&undone(&app, &deleted)), [2, 1]);
        assert_eq!(client.all("contacts", &[("sort", "full_name")], "full_name"), ["Ani", "Budi"]);
        let restored = done(&app, &order("contact", "restore", json!({}), ids(&all[..1])));
        assert_eq!(undo_counts(&undone(&app, &restored)), [1, 0]);
        let restored = done(&app, &order("contact", "restore", json!({}), ids(&all[..1])));
        let now = version(&read(client, "contacts", &all[0]));
        client.patch(&at(0), now, &json!({"city": "Solo"})).ok(200);
        assert_eq!(undo_counts(&undone(&app, &restored)), [0, 1], "work on it since would be lost");
    }

    fn an_undo_works_with_the_rights_of_who_asks(app: TestApp) {
        let member = app.member("member");
        let all = [make(&member.client, "contact"), make(&member.client, "contact")];
        let operation = done_by(&app, &member.client, &order("contact", "edit", json!({"changes": {"city": "Solo"}}), ids(&all)));
        assert_eq!(counts(&operation), [2, 2, 0, 0]);
        app.client().patch(&format!("contacts/{}", id(&all[0])), 2, &json!({"owner_id": app.owner.id})).ok(200);
        let asked = member.client.post(&format!("bulk-operations/{}/undo", id(&operation)), &json!({})).ok(202);
        assert_eq!(undo_counts(&ended(&app, &asked)), [1, 1]);
    }
}
