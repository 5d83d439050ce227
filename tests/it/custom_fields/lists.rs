//! Lists by custom fields: filtered, sorted, paged.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::{contact, define, names, samples};
use crate::bodies::{id, make, make_with, version};

/// Contacts `A` to `E`; C has no values.
fn five(client: &Client, kind: &str, values: [Value; 4]) {
    let [a, b, d, e] = values;
    for (name, value) in [("A", a), ("B", b), ("C", Value::Null), ("D", d), ("E", e)] {
        contact(client, name, &json!({kind: value}));
    }
}

on_both! {
    fn every_type_is_filtered(app: TestApp) {
        let client = app.client();
        let company = id(&make(client, "company"));
        for (kind, _) in samples(&app.owner.id, &company) {
            define(client, "contact", kind, json!({}));
        }
        let whole: Value = samples(&app.owner.id, &company).into_iter().collect();
        contact(client, "Full", &whole);
        contact(client, "Empty", &json!({}));
        let same = format!("custom.relation = \"{company}\"");
        for (filter, wanted) in [
            ("custom.text = \"KOPI SUSU\"", "Full"),
            ("custom.text ~ susu", "Full"),
            ("custom.text ^= kopi", "Full"),
            ("custom.text in (teh, \"kopi susu\")", "Full"),
            ("custom.long_text ~ Dua", "Full"),
            ("not custom.long_text ~ Dua", "Empty"),
            ("custom.number = 12.5", "Full"),
            ("custom.number > 12.4 and custom.number < 12.6", "Full"),
            ("custom.money >= 3600000", "Full"),
            ("custom.date = \"2026-11-22\"", "Full"),
            ("custom.instant < \"2026-11-22T08:15:01Z\"", "Full"),
            ("custom.boolean = true", "Full"),
            ("not custom.boolean = true", "Empty"),
            ("custom.choice in (gold)", "Full"),
            ("custom.choices has basic", "Full"),
            ("custom.choices is empty", "Empty"),
            ("custom.link ~ KOPI", "Full"),
            ("custom.email = \"SITI@kopi.example\"", "Full"),
            ("custom.phone = \"0812 3456 7890\"", "Full"),
            ("custom.person = me", "Full"),
            (&same, "Full"),
            ("custom.text is empty or custom.number = 3", "Empty"),
            ("custom.long_text is not empty", "Full"),
        ] {
            assert_eq!(names(client, &[("filter", filter)]), [wanted], "{filter}");
            let count = client.list("contacts/count", &[("filter", filter)]).ok(200);
            assert_eq!(count["count"], 1, "{filter}");
        }
        for filter in ["custom.text = teh", "custom.number > 12.5", "custom.choices has gold and custom.text is empty"] {
            assert_eq!(names(client, &[("filter", filter)]), [""; 0], "{filter}");
        }
        let refused = client.list("contacts", &[("filter", "custom.colour = red")]).faults();
        assert_eq!(refused, ["?filter unknown_field"]);
    }

    fn lists_are_sorted_and_paged_by_every_sortable_type(app: TestApp) {
        let client = app.client();
        for (kind, values) in [
            ("text", [json!("teh"), json!("Kopi"), json!("เกาะ"), json!("air")]),
            ("number", [json!(10), json!(-2.5), json!(100), json!(-30)]),
            ("money", [json!(10), json!(-2), json!(100), json!(-30)]),
            ("date", [json!("2026-03-01"), json!("2026-02-01"), json!("2026-04-01"), json!("1999-01-01")]),
            ("instant", [json!("2026-03-01T00:00:00Z"), json!("2026-02-01T00:00:00Z"), json!("2026-04-01T00:00:00Z"), json!("1950-01-01T00:00:00Z")]),
        ] {
            let field = define(client, "contact", kind, json!({}));
            five(client, kind, values);
            let own = format!("full_name in (A, B, C, D, E) and (custom.{kind} is not empty or full_name = C)");
            let key = format!("custom.{kind}");
            let sorted = |sort: &str| names(client, &[("sort", sort), ("filter", &own)]).concat();
            assert_eq!(sorted(&key), "CEBAD", "{kind}");
            assert_eq!(sorted(&format!("-{key}")), "DABEC", "{kind}");
            assert_eq!(sorted(&format!("{key},-full_name")), "CEBAD", "{kind}");
            let few = format!("custom.{kind} is not empty and custom.{kind} > {}", match kind {
                "text" => "b",
                "date" | "instant" => "2000-01-01",
                _ => "-20",
            });
            let sorted = names(client, &[("sort", &format!("-{key}")), ("filter", &few)]).concat();
            assert_eq!(sorted, "DAB", "{kind}");
            for contact in client.list("contacts", &[]).ok(200)["items"].as_array().unwrap() {
                client.delete(&format!("contacts/{}", id(contact)), 1).ok(204);
            }
            client.delete(&format!("custom-fields/{}", id(&field)), 1).ok(204);
        }
    }

    fn equal_values_are_settled_by_id_over_pages(app: TestApp) {
        let client = app.client();
        define(client, "contact", "choice", json!({}));
        for name in ["A", "B", "C", "D", "E", "F", "G"] {
            let choice = if matches!(name, "C" | "F") { Value::Null } else { json!("gold") };
            contact(client, name, &json!({"choice": choice}));
        }
        assert_eq!(names(client, &[("sort", "custom.choice")]).concat(), "CFABDEG");
        assert_eq!(names(client, &[("sort", "-custom.choice")]).concat(), "GEDBAFC");
        assert_eq!(names(client, &[("filter", "custom.choice = gold")]).concat(), "ABDEG");
        assert_eq!(names(client, &[("sort", "-full_name"), ("filter", "custom.choice = gold")]).concat(), "GEDBA");
        let company = client.create("companies", &json!({"name": "PT Kopi"}));
        define(client, "company", "text", json!({}));
        let path = format!("companies/{}", id(&company));
        client.patch(&path, 1, &json!({"custom": {"text": "Emas"}})).ok(200);
        make_with(client, "contact", json!({"full_name": "H", "company_id": id(&company)}));
        let filter = [("filter", "company.custom.text = emas")];
        assert_eq!(names(client, &filter), ["H"]);
    }

    fn answers_are_narrowed_and_name_what_they_refer_to(app: TestApp) {
        let client = app.client();
        let company = make(client, "company");
        for kind in ["text", "number", "relation", "person"] {
            define(client, "contact", kind, json!({}));
        }
        contact(client, "Siti", &json!({"text": "a", "number": 5, "relation": id(&company), "person": app.owner.id}));
        let parameters = [("fields", "full_name,custom.number"), ("include", "custom.relation")];
        let page = client.list("contacts", &parameters).ok(200);
        let item = page["items"][0].as_object().unwrap();
        assert_eq!(item.keys().collect::<Vec<_>>(), ["custom", "full_name", "id", "version"]);
        assert_eq!(item["custom"], json!({"number": 5}));
        let page = client.list("contacts", &[("include", "custom.relation,custom.person")]).ok(200);
        assert_eq!(page["included"]["companies"][0]["title"], company["name"]);
        assert_eq!(page["included"]["users"][0]["id"], app.owner.id.as_str());
    }

    fn more_records_than_are_sorted_at_once_come_in_the_same_order(app: TestApp) {
        let client = app.client();
        define(client, "contact", "choice", json!({}));
        define(client, "contact", "number", json!({}));
        let lines = (0..1_300).map(|n| format!("N{n:04},{},{}\n", if n % 10 == 0 { "basic" } else { "gold" }, n / 2));
        let file: String = std::iter::once("Full name,custom.choice,custom.number\n".to_owned()).chain(lines).collect();
        crate::custom_fields::surfaces::import(&app, &file);
        let filter = |filter: &str, sort: &str| client.list("contacts", &[("filter", filter), ("sort", sort), ("limit", "3")]).ok(200);
        let first = |page: &Value| page["items"].as_array().unwrap().iter().map(|c| c["full_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(first(&filter("custom.choice = gold", "-full_name")), ["N1299", "N1298", "N1297"]);
        assert_eq!(first(&filter("custom.choice = basic", "-full_name")), ["N1290", "N1280", "N1270"]);
        assert_eq!(first(&filter("custom.choice = gold", "-custom.number,full_name")), ["N1298", "N1299", "N1296"]);
        assert_eq!(first(&filter("custom.number >= 10 and custom.number < 600", "full_name")), ["N0020", "N0021", "N0022"]);
        let count = client.list("contacts/count", &[("filter", "custom.choice = gold")]).ok(200);
        assert_eq!(count["count"], 1_170);
        let all = client.all("contacts", &[("filter", "custom.choice = gold"), ("limit", "200")], "id");
        assert_eq!(all.len(), 1_170);
        assert!(all.is_sorted_by_key(|id| id.as_str().map(str::to_owned)));
        let by_name = [("filter", "custom.choice = gold"), ("sort", "full_name"), ("limit", "200")];
        let names = client.all("contacts", &by_name, "full_name");
        assert_eq!(names.len(), 1_170);
        assert!(names.is_sorted_by_key(|name| name.as_str().map(str::to_owned)));
    }

    fn lists_by_one_value_follow_a_new_title(app: TestApp) {
        let client = app.client();
        let field = define(client, "contact", "choice", json!({}));
        let lines = (0..1_010).map(|n| format!("N{n:04},gold\n"));
        let file: String = std::iter::once("Full name,custom.choice\n".to_owned()).chain(lines).collect();
        crate::custom_fields::surfaces::import(&app, &file);
        let first = || {
            let page = client.list("contacts", &[("filter", "custom.choice = gold"), ("sort", "full_name"), ("limit", "2")]).ok(200);
            page["items"].as_array().unwrap().iter().map(|c| c["full_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let rename = |from: &str, to: &str| {
            let found = client.list("contacts", &[("filter", &format!("full_name = {from}"))]).ok(200)["items"][0].clone();
            client.patch(&format!("contacts/{}", id(&found)), version(&found), &json!({"full_name": to})).ok(200);
        };
        assert_eq!(first(), ["N0000", "N0001"]);
        rename("N0900", "M0900");
        assert_eq!(first(), ["M0900", "N0000"]);
        // Values that nobody sees at the moment follow as well.
        let path = format!("custom-fields/{}", id(&field));
        client.delete(&path, version(&client.get(&path).ok(200))).ok(204);
        rename("N0800", "L0800");
        client.post(&format!("{path}/restore"), &json!({})).ok(200);
        assert_eq!(first(), ["L0800", "M0900"]);
    }
}
