//! What a saved view keeps.

use relasi_tests::{TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{id, make_with};
use crate::custom_fields::define;

on_both! {
    fn every_layout_keeps_what_it_goes_by(app: TestApp) {
        let client = app.client();
        define(client, "contact", "choice", json!({}));
        for members in [
            json!({"object": "deal", "layout": "board", "layout_field": "stage_id", "sums": "amount"}),
            json!({"object": "contact", "layout": "board", "layout_field": "custom.choice"}),
            json!({"object": "activity", "layout": "calendar", "layout_field": "due_at", "span": "week"}),
            json!({"object": "contact", "layout": "places", "layout_field": "city"}),
            json!({"object": "contact", "layout": "table", "group_by": "created_at:quarter", "sort": "-created_at,full_name",
                "filter": "not (city = \"Bandung\" or owner_id = me)", "columns": [{"field": "full_name", "width": 240}]}),
        ] {
            let view = make_with(client, "saved_view", members.clone());
            for (name, value) in members.as_object().unwrap() {
                assert_eq!(&view[name], value, "{members}");
            }
            assert_eq!((&view["visibility"], &view["locked"]), (&json!("private"), &json!(false)));
            assert_eq!(client.get(&format!("saved-views/{}", id(&view))).ok(200)["layout"], members["layout"]);
        }
    }

    fn what_does_not_fit_its_object_is_refused(app: TestApp) {
        let client = app.client();
        for (members, fault) in [
            (json!({"layout": "cards"}), "/layout not_a_choice"),
            (json!({"layout": "board", "layout_field": "city"}), "/layout_field not_for_layout"),
            (json!({"layout": "board", "layout_field": "company_id"}), "/layout_field not_for_layout"),
            (json!({"layout": "calendar", "layout_field": "city"}), "/layout_field not_for_layout"),
            (json!({"layout": "places", "layout_field": "birth_date"}), "/layout_field not_for_layout"),
            (json!({"layout": "board", "layout_field": "colour"}), "/layout_field unknown_field"),
            (json!({"span": "year"}), "/span not_a_choice"),
            (json!({"group_by": "tags"}), "/group_by not_groupable"),
            (json!({"group_by": "city:month"}), "/group_by not_a_unit"),
            (json!({"sums": "city"}), "/sums not_summable"),
            (json!({"visibility": "world"}), "/visibility not_a_choice"),
            (json!({"visibility": "team"}), "/team_id required"),
            (json!({"shared": true}), "/shared unknown_member"),
            (json!({"columns": [{"field": "colour"}]}), "/columns/0/field unknown_field"),
        ] {
            let mut body = json!({"name": "V", "object": "contact"});
            body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            assert_eq!(client.post("saved-views", &body).faults(), [fault], "{members}");
        }
        let view = make_with(client, "saved_view", json!({"group_by": "city"}));
        let at = format!("saved-views/{}", id(&view));
        assert_eq!(client.patch(&at, 1, &json!({"group_by": "emails"})).faults(), ["/group_by not_groupable"]);
        assert_eq!(client.patch(&at, 1, &json!({"group_by": null})).ok(200)["group_by"], Value::Null);
    }
}
