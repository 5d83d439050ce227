//! Values in records: written, read, checked, audited.

use relasi_tests::{Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{contact, define, samples};
use crate::bodies::{id, make, version};

on_both! {
    fn every_type_is_written_read_and_emptied(app: TestApp) {
        let client = app.client();
        let company = id(&make(client, "company"));
        let samples = samples(&app.owner.id, &company);
        for (kind, _) in &samples {
            define(client, "contact", kind, json!({}));
        }
        let whole: Value = samples.iter().map(|(kind, value)| (*kind, value.clone())).collect();
        let made = contact(client, "Siti", &whole);
        assert_eq!(made["custom"], whole);
        let path = format!("contacts/{}", id(&made));
        assert_eq!(client.get(&path).ok(200), made);

        let patched = client.patch(&path, 1, &json!({"custom": {"text": "  Teh ", "number": null}})).ok(200);
        assert_eq!(patched["custom"]["text"], "Teh");
        assert_eq!(patched["custom"].get("number"), None);
        assert_eq!(patched["custom"]["choices"], json!(["gold", "basic"]));
        assert_eq!(client.get(&path).ok(200), patched);
        let same = client.patch(&path, 2, &json!({"custom": {"text": "Teh"}})).ok(200);
        assert_eq!(same["version"], 2, "nothing has changed");

        let history = client.get(&format!("{path}/history")).ok(200);
        let changes = &history["items"][0]["changes"];
        assert_eq!(changes, &json!([
            {"field": "custom.number", "old": 12.5, "new": null},
            {"field": "custom.text", "old": "Kopi Susu", "new": "Teh"},
        ]));
        let headers = [("if-match", "\"2\"")];
        let replaced = client.json(Method::PUT, &path, &headers, &json!({"full_name": "Siti", "custom": {"date": "2026-01-02"}})).ok(200);
        assert_eq!(replaced["custom"], json!({"date": "2026-01-02"}));
    }

    fn each_type_refuses_what_a_built_in_field_would(app: TestApp) {
        let client = app.client();
        let gone = "0198c0de-0000-7000-8000-000000000000";
        for (kind, wrong, fault) in [
            ("text", json!("x".repeat(251)), "/custom/text too_long"),
            ("long_text", json!(5), "/custom/long_text not_text"),
            ("number", json!("12"), "/custom/number not_number"),
            ("money", json!(1.5), "/custom/money not_whole_number"),
            ("date", json!("22.11.2026"), "/custom/date not_date"),
            ("instant", json!("2026-11-22"), "/custom/instant not_instant"),
            ("boolean", json!("yes"), "/custom/boolean not_boolean"),
            ("choice", json!("silver"), "/custom/choice not_a_choice"),
            ("choices", json!(["gold", "silver"]), "/custom/choices/1 not_a_choice"),
            ("link", json!("kopi.example"), "/custom/link not_url"),
            ("email", json!("siti"), "/custom/email not_email"),
            ("phone", json!("call me"), "/custom/phone not_phone"),
            ("person", json!(gone), "/custom/person no_such_record"),
            ("relation", json!(gone), "/custom/relation no_such_record"),
        ] {
            define(client, "contact", kind, json!({}));
            let body = json!({"full_name": "Siti", "custom": {kind: wrong}});
            assert_eq!(client.post("contacts", &body).faults(), [fault], "{kind}");
        }
        let body = json!({"full_name": "Siti", "custom": {"colour": "red"}});
        assert_eq!(client.post("contacts", &body).faults(), ["/custom/colour unknown_member"]);
        let body = json!({"full_name": "Siti", "custom": "red"});
        assert_eq!(client.post("contacts", &body).faults(), ["/custom not_an_object"]);
        let body = json!({"name": "PT Kopi", "custom": {"text": "red"}});
        assert_eq!(client.post("companies", &body).faults(), ["/custom/text unknown_member"]);
    }

    fn required_and_default_hold_for_new_records_only(app: TestApp) {
        let client = app.client();
        let old = make(client, "contact");
        define(client, "contact", "choice", json!({"default_value": "basic"}));
        define(client, "contact", "number", json!({"required": true}));
        assert_eq!(client.post("contacts", &json!({"full_name": "Siti"})).faults(), ["/custom/number required"]);
        let made = contact(client, "Siti", &json!({"number": 1}));
        assert_eq!(made["custom"], json!({"number": 1, "choice": "basic"}));

        let path = format!("contacts/{}", id(&old));
        let kept = client.patch(&path, 1, &json!({"nickname": "Sita"})).ok(200);
        assert_eq!(kept["custom"], json!({}));
        assert_eq!(client.patch(&path, 2, &json!({"custom": {"number": null}})).faults(), ["/custom/number required"]);
    }

    fn only_administrators_define_fields(app: TestApp) {
        let body = json!({"object": "contact", "kind": "text", "label": "Tier"});
        for role in ["manager", "member", "read_only"] {
            let member = app.member(role);
            member.client.post("custom-fields", &body).problem(403, "forbidden");
        }
        let made = app.member("admin").client.create("custom-fields", &body);
        assert_eq!(made["name"], "tier");
        let again = app.client().create("custom-fields", &body);
        assert_eq!(again["name"], "tier_2");
        let taken = json!({"object": "contact", "kind": "text", "label": "x", "name": "tier"});
        assert_eq!(app.client().post("custom-fields", &taken).faults(), ["/name custom_field_clash"]);
        let seen = app.member("read_only").client.list("custom-fields", &[]).ok(200);
        assert_eq!(seen["items"].as_array().map(Vec::len), Some(2));
        let path = format!("custom-fields/{}", id(&made));
        assert_eq!(app.client().patch(&path, version(&made), &json!({"name": "x"})).faults(), ["/name read_only_member"]);
    }
}
