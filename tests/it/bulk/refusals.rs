//! What is refused before anything is written, and records that refuse while others change.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{counts, done, done_by, ended, ids, matching, order, people, read, refused, start};
use crate::{
    bodies::{id, make, make_with, pipeline},
    isolation::second_workspace,
};

on_both! {
    fn orders_that_make_no_sense_are_refused_at_once(app: TestApp) {
        let client = app.client();
        let (_, stages) = pipeline(client);
        let one = ids(&people(client, &["Siti"]));
        let many = json!({"ids": (0..1001).map(Uuid::from_u128).collect::<Vec<_>>()});
        let changes = json!({"changes": {"city": "Solo"}});
        let edit = |changes: Value| order("contact", "edit", json!({"changes": changes}), one.clone());
        let cases: Vec<(Value, &[&str])> = vec![
            (order("tag", "edit", changes.clone(), one.clone()), &["/object not_a_choice"]),
            (order("contact", "burn", json!({}), one.clone()), &["/action not_a_choice"]),
            (order("contact", "stage", json!({"stage_id": stages[0]}), one.clone()), &["/action not_for_this_type"]),
            (order("activity", "tag", json!({"add": [stages[0]]}), one.clone()), &["/action not_for_this_type"]),
            (order("contact", "edit", json!({"change": {}}), one.clone()), &["/parameters malformed"]),
            (order("contact", "edit", changes.clone(), many), &["/target/ids too_many"]),
            (order("contact", "edit", changes.clone(), json!({"ids": []})), &["/target/ids required"]),
            (order("contact", "edit", changes.clone(), json!({"ids": [Uuid::nil()], "filter": "city = Solo"})), &["/target one_target_only"]),
            (order("contact", "edit", changes.clone(), matching("city ==")), &["/target/filter filter_expects_value"]),
            (order("contact", "edit", changes.clone(), matching("salary = 1")), &["/target/filter unknown_field"]),
            (order("contact", "export", json!({}), json!({"sort": "salary"})), &["/target/sort unknown_field"]),
            (edit(json!({})), &["/parameters/changes required"]),
            (edit(json!({"salary": 1})), &["/parameters/changes/salary unknown_member"]),
            (edit(json!({"custom": {"tier": 1}})), &["/parameters/changes/custom/tier unknown_member"]),
            (edit(json!({"created_at": null, "country": 7})), &["/parameters/changes/country not_text", "/parameters/changes/created_at read_only_member"]),
            (edit(json!({"full_name": null})), &["/parameters/changes/full_name required"]),
            (edit(json!({"company_id": Uuid::nil()})), &["/parameters/changes/company_id no_such_record"]),
            (order("contact", "owner", json!({"owner_id": Uuid::nil()}), one.clone()), &["/parameters/owner_id no_such_record"]),
            (order("contact", "tag", json!({}), one.clone()), &["/parameters/add required"]),
            (order("contact", "tag", json!({"add": [Uuid::nil()]}), one.clone()), &["/parameters/add/0 no_such_record"]),
            (order("deal", "stage", json!({"stage_id": Uuid::nil()}), one.clone()), &["/parameters/stage_id no_such_record"]),
            (order("deal", "stage", json!({"stage_id": stages[4]}), one.clone()), &["/parameters/lost_reason required"]),
            (order("contact", "export", json!({"columns": ["id", "salary"]}), one.clone()), &["/parameters/columns/1 unknown_field"]),
        ];
        for (order, faults) in cases {
            for path in ["bulk-operations", "bulk-operations/preview"] {
                assert_eq!(client.post(path, &order).faults(), faults, "{order}");
            }
        }
        assert_eq!(client.get("bulk-operations").ok(200)["items"], json!([]));
        assert_eq!(client.get("jobs").ok(200)["items"], json!([]));
    }

    fn roles_reach_as_far_as_with_single_records(app: TestApp) {
        let member = app.member("member");
        let own = make_with(&member.client, "contact", json!({"full_name": "Milik", "city": "Bandung"}));
        let others = people(app.client(), &["Siti", "Budi"]);
        let all = matching("city = Bandung");
        let edit = order("contact", "edit", json!({"changes": {"city": "Solo"}}), all.clone());
        let preview = member.client.post("bulk-operations/preview", &edit).ok(200);
        assert_eq!((&preview["matched"]["count"], &preview["permitted"]["count"]), (&json!(3), &json!(1)));
        let operation = done_by(&app, &member.client, &edit);
        assert_eq!(counts(&operation), [3, 1, 0, 2]);
        let reasons = refused(&member.client, &operation);
        assert!(reasons.contains("Siti") && reasons.contains("You may not do this to this record."), "{reasons}");
        assert!(reasons.contains(&id(&others[1])) && !reasons.contains(&id(&own)), "{reasons}");
        assert!(refused(&member.client.in_language("th"), &operation).contains("คุณไม่มีสิทธิ์"));
        assert_eq!(read(app.client(), "contacts", &others[0])["city"], "Bandung");

        let reader = app.member("read_only");
        for (action, parameters) in [("edit", json!({"changes": {"city": "Solo"}})), ("owner", json!({"owner_id": null})), ("delete", json!({})), ("restore", json!({})), ("export", json!({}))] {
            let order = order("contact", action, parameters, all.clone());
            reader.client.post("bulk-operations", &order).problem(403, "forbidden");
            reader.client.post("bulk-operations/preview", &order).problem(403, "forbidden");
        }
        // Whose it is decides who knows of it; administrators do.
        let at = format!("bulk-operations/{}", id(&operation));
        for path in [at.clone(), format!("{at}/refused"), format!("{at}/file")] {
            reader.client.get(&path).problem(404, "not_found");
        }
        reader.client.post(&format!("{at}/undo"), &json!({})).problem(404, "not_found");
        app.client().get(&at).ok(200);
        app.anonymous().get(&at).problem(401, "unauthorized");
        assert_eq!(reader.client.get("bulk-operations").ok(200)["items"], json!([]));
    }

    fn nobody_reaches_records_of_another_workspace(app: TestApp) {
        let mut app = app;
        let neighbour = second_workspace(&mut app);
        let mine = people(app.client(), &["Siti"]);
        let theirs = make(&neighbour.client, "contact");
        let both = json!({"ids": [id(&mine[0]), id(&theirs)]});
        let edit = order("contact", "edit", json!({"changes": {"city": "Solo"}}), both);
        let preview = app.client().post("bulk-operations/preview", &edit).ok(200);
        assert_eq!(preview["matched"]["count"], 1);
        let operation = done(&app, &edit);
        assert_eq!(counts(&operation), [2, 1, 0, 1]);
        assert!(refused(app.client(), &operation).contains("not there any more"));
        assert_eq!(read(&neighbour.client, "contacts", &theirs)["city"], Value::Null);
        let all = done(&app, &order("contact", "delete", json!({}), json!({})));
        assert_eq!(counts(&all), [1, 1, 0, 0]);
        assert_eq!(read(&neighbour.client, "contacts", &theirs)["deleted_at"], Value::Null);
        neighbour.client.get(&format!("bulk-operations/{}", id(&all))).problem(404, "not_found");
    }

    fn one_record_that_refuses_leaves_the_others_alone(app: TestApp) {
        let client = app.client();
        client.create("custom-fields", &json!({"object": "contact", "label": "Code", "kind": "text", "name": "code", "is_unique": true}));
        let all = people(client, &["Siti", "Budi", "Ani"]);
        client.delete(&format!("contacts/{}", id(&all[2])), 1).ok(204);
        let changes = json!({"changes": {"city": "Solo", "custom": {"code": "A1"}}});
        let operation = done(&app, &order("contact", "edit", changes, ids(&all)));
        assert_eq!(counts(&operation), [3, 1, 0, 2]);
        let reasons = refused(client, &operation);
        assert!(reasons.contains("Another record has this value: Siti."), "{reasons}");
        assert!(reasons.contains("not there any more"), "{reasons}");
        assert_eq!(read(client, "contacts", &all[1])["city"], "Bandung", "nothing of it is half done");
        assert_eq!(client.list("contacts", &[("filter", "custom.code = A1")]).ok(200)["items"].as_array().unwrap().len(), 1);
        let loops = [make(client, "company"), make(client, "company")];
        let under = json!({"changes": {"parent_id": loops[0]["id"]}});
        let operation = done(&app, &order("company", "edit", under, ids(&loops)));
        assert_eq!(counts(&operation), [2, 1, 0, 1]);
        assert!(refused(client, &operation).contains("below itself"));
    }

    fn an_operation_is_started_once_for_a_key(app: TestApp) {
        let all = people(app.client(), &["Siti"]);
        let body = order("contact", "edit", json!({"changes": {"city": "Solo"}}), ids(&all)).to_string();
        let send = || app.client().send(relasi_tests::Method::POST, "bulk-operations", &[("idempotency-key", "one"), ("content-type", "application/json")], body.as_bytes());
        let first = send().ok(202);
        assert_eq!(send().ok(202)["id"], first["id"]);
        assert_eq!(app.client().get("bulk-operations").ok(200)["items"].as_array().unwrap().len(), 1);
        ended(&app, &first);
    }

    fn while_it_runs_it_is_not_undone(app: TestApp) {
        let all = people(app.client(), &["Siti"]);
        let export = start(app.client(), &order("contact", "export", json!({}), ids(&all)));
        ended(&app, &export);
        let at = format!("bulk-operations/{}/undo", id(&export));
        app.client().post(&at, &json!({})).problem(409, "bulk_operation_not_undoable");
    }
}
