//! Lists in groups: counts, sums, order, filters that lead to the records of a group.

use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{fresh, id, make_with, pipeline};
use crate::custom_fields::{contact, define, samples};

/// The groups of a list, each `value: count`. The filter of each leads to as many records as it counts.
#[track_caller]
fn groups(client: &Client, plural: &str, parameters: &[(&str, &str)]) -> Vec<String> {
    let answer = client.list(&format!("{plural}/groups"), parameters).ok(200);
    let mut shown = Vec::new();
    for group in answer["groups"].as_array().expect("groups") {
        let filter = group["filter"].as_str().expect("a filter");
        let count = client
            .list(&format!("{plural}/count"), &[("filter", filter)])
            .ok(200);
        assert_eq!(count["count"], group["count"], "{filter}");
        let value = match &group["value"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        shown.push(format!("{value}: {}", group["count"]));
    }
    shown
}

/// The sums of a list by the value of their group: `value field currency sum`.
#[track_caller]
fn sums(client: &Client, plural: &str, parameters: &[(&str, &str)]) -> Vec<String> {
    let answer = client.list(&format!("{plural}/groups"), parameters).ok(200);
    let all = answer["groups"].as_array().expect("groups").iter();
    let of = |group: &Value| {
        let value = group["value"].as_str().unwrap_or("-").to_owned();
        let sums = group["sums"].as_array().expect("sums").clone();
        sums.into_iter().map(move |sum| {
            let currency = sum["currency"].as_str().unwrap_or("-");
            format!(
                "{value} {} {currency} {}",
                sum["field"].as_str().unwrap_or_default(),
                sum["sum"]
            )
        })
    };
    all.flat_map(of).collect()
}

fn people(client: &Client, city: &Value, stage: &Value) -> Value {
    make_with(
        client,
        "contact",
        json!({"city": city, "lifecycle_stage": stage}),
    )
}

on_both! {
    fn text_goes_by_its_spelling_and_codes_by_their_order(app: TestApp) {
        let client = app.client();
        for (city, stage) in [
            (json!("Bandung"), json!("customer")), (json!("BANDUNG"), json!("lead")), (json!("bandung "), json!("lead")),
            (json!("Jakarta"), Value::Null), (json!("เชียงใหม่"), json!("subscriber")), (Value::Null, json!("lead")),
            (json!("Kota \"Baru\""), json!("other")), (json!("Kota \"Baru\""), json!("other")),
        ] {
            people(client, &city, &stage);
        }
        assert_eq!(groups(client, "contacts", &[("by", "city")]), [
            "Bandung: 3", "Kota \"Baru\": 2", "Jakarta: 1", "เชียงใหม่: 1", "null: 1",
        ]);
        assert_eq!(groups(client, "contacts", &[("by", "lifecycle_stage")]), [
            "subscriber: 1", "lead: 3", "customer: 1", "other: 2", "null: 1",
        ]);
        assert_eq!(groups(client, "contacts", &[("by", "owner_id")]), [format!("{}: 8", app.owner.id)]);
        let some = client.list("contacts/groups", &[("by", "lifecycle_stage"), ("filter", "city = bandung")]).ok(200);
        assert_eq!(some["groups"].as_array().unwrap().len(), 2);
        let two = client.list("contacts/groups", &[("by", "city"), ("limit", "2")]).ok(200);
        assert_eq!((two["groups"].as_array().unwrap().len(), &two["more"]), (2, &json!(true)));
        let trashed = people(client, &json!("Medan"), &Value::Null);
        client.delete(&format!("contacts/{}", id(&trashed)), 1).ok(204);
        assert!(!groups(client, "contacts", &[("by", "city")]).iter().any(|group| group.starts_with("Medan")));
    }

    fn stages_are_in_their_order_with_sums_by_currency(app: TestApp) {
        let client = app.client();
        let (pipeline, stages) = pipeline(client);
        for (stage, amount, currency) in [
            (1, json!(700), "IDR"), (0, json!(1_000), "IDR"), (0, json!(2_500), "IDR"), (0, json!(99), "THB"), (0, Value::Null, "THB"),
        ] {
            client.create("deals", &json!({
                "name": fresh("Mesin"), "pipeline_id": pipeline, "stage_id": stages[stage], "currency": currency, "amount": amount,
            }));
        }
        assert_eq!(groups(client, "deals", &[("by", "stage_id")]), [format!("{}: 4", stages[0]), format!("{}: 1", stages[1])]);
        assert_eq!(sums(client, "deals", &[("by", "stage_id"), ("sum", "amount")]), [
            format!("{} amount IDR 3500", stages[0]), format!("{} amount THB 99", stages[0]), format!("{} amount IDR 700", stages[1]),
        ]);
        let answer = client.list("deals/groups", &[("by", "stage_id")]).ok(200);
        assert_eq!(answer["groups"][0]["sums"], json!([]));
        assert_eq!(answer["groups"][0]["label"], client.get(&format!("stages/{}", stages[0])).ok(200)["name"]);
        let most = 100_000_000_000_000_i64;
        let body = |name: &str| json!({"name": name, "pipeline_id": pipeline, "stage_id": stages[2], "currency": "IDR", "amount": most});
        client.create("deals", &body("A"));
        client.create("deals", &body("B"));
        let filter = [("by", "status"), ("sum", "amount"), ("filter", "name in (A, B)")];
        assert_eq!(sums(client, "deals", &filter), [format!("open amount IDR {}", 2 * most)]);
    }

    fn times_go_by_units_in_the_zone_of_the_workspace(app: TestApp) {
        let client = app.client();
        let due = |at: Value| make_with(client, "activity", json!({"due_at": at}));
        // Midnight in Jakarta is 17:00 in UTC.
        for at in ["2026-10-31T16:59:59Z", "2026-10-31T17:00:00Z", "2026-11-30T16:59:59.999999Z", "2026-12-31T17:00:00Z"] {
            due(json!(at));
        }
        due(Value::Null);
        assert_eq!(groups(client, "activities", &[("by", "due_at")]), ["2027-01-01: 1", "2026-11-01: 2", "2026-10-01: 1", "null: 1"]);
        assert_eq!(groups(client, "activities", &[("by", "due_at:quarter")]), ["2027-01-01: 1", "2026-10-01: 3", "null: 1"]);
        assert_eq!(groups(client, "activities", &[("by", "due_at:year")]), ["2027-01-01: 1", "2026-01-01: 3", "null: 1"]);
        assert_eq!(groups(client, "activities", &[("by", "due_at:week")]), [
            "2026-12-28: 1", "2026-11-30: 1", "2026-10-26: 2", "null: 1",
        ]);
        assert_eq!(groups(client, "activities", &[("by", "due_at:day")])[1], "2026-11-30: 1");
        for day in ["2026-11-30", "2026-12-01", "1815-01-01", "2400-01-01"] {
            make_with(client, "contact", json!({"birth_date": day}));
        }
        assert_eq!(groups(client, "contacts", &[("by", "birth_date:year"), ("limit", "200")]), [
            "2026-01-01: 2",
        ]);
        let far = client.list("contacts/groups", &[("by", "birth_date:year"), ("limit", "200")]).ok(200);
        assert_eq!(far["more"], true);
        assert_eq!(groups(client, "contacts", &[("by", "birth_date:month"), ("filter", "birth_date < 2100-01-01 and birth_date > 2000-01-01")]), [
            "2026-12-01: 1", "2026-11-01: 1",
        ]);
    }

    fn fields_of_ones_own_group_and_sum_up(app: TestApp) {
        let client = app.client();
        let company = id(&make_with(client, "company", json!({"name": "PT Kopi"})));
        for (kind, _) in samples(&app.owner.id, &company) {
            define(client, "contact", kind, json!({}));
        }
        for (name, number, money) in [("A", json!(0.1), json!(3)), ("B", json!(0.2), json!(-5)), ("C", json!(999_999.999_999), json!(1))] {
            let mut whole: Value = samples(&app.owner.id, &company).into_iter().collect();
            whole["number"] = number;
            whole["money"] = money;
            whole["text"] = json!(if name == "A" { "KOPI susu" } else { "Kopi Susu" });
            contact(client, name, &whole);
        }
        contact(client, "D", &json!({"choice": "basic", "boolean": false, "instant": "2026-12-31T17:00:00Z"}));
        for (by, wanted) in [
            ("custom.text", vec!["KOPI susu: 3", "null: 1"]),
            ("custom.choice", vec!["gold: 3", "basic: 1"]),
            ("custom.boolean", vec!["true: 3", "false: 1"]),
            ("custom.date:year", vec!["2026-01-01: 3", "null: 1"]),
            ("custom.instant:month", vec!["2027-01-01: 1", "2026-11-01: 3"]),
            ("custom.person", vec![&format!("{}: 3", app.owner.id), "null: 1"]),
            ("custom.relation", vec![&format!("{company}: 3"), "null: 1"]),
        ] {
            assert_eq!(groups(client, "contacts", &[("by", by)]), wanted, "{by}");
        }
        let named = client.list("contacts/groups", &[("by", "custom.relation")]).ok(200);
        assert_eq!(named["groups"][0]["label"], "PT Kopi");
        let parameters = [("by", "custom.choice"), ("sum", "custom.number,custom.money")];
        assert_eq!(sums(client, "contacts", &parameters), ["gold custom.number - 1000000.299999", "gold custom.money IDR -1"]);
        let filtered = [("by", "custom.choice"), ("filter", "custom.number < 1 and custom.text ~ susu")];
        assert_eq!(groups_only(client, &filtered), ["gold: 2"]);
    }

    fn a_search_text_narrows_groups(app: TestApp) {
        let client = app.client();
        for (name, city) in [("Siti Rahma", "Bandung"), ("Siti Aminah", "Jakarta"), ("Budi", "Bandung")] {
            make_with(client, "contact", json!({"full_name": name, "city": city}));
        }
        for q in ["siti", "si"] {
            assert_eq!(groups_only(client, &[("by", "city"), ("q", q)]), ["Bandung: 1", "Jakarta: 1"], "{q}");
        }
        assert_eq!(groups_only(client, &[("by", "city"), ("q", "siti"), ("filter", "city = bandung")]), ["Bandung: 1"]);
    }

    fn what_cannot_be_grouped_is_refused(app: TestApp) {
        let client = app.client();
        define(client, "contact", "choices", json!({}));
        for (parameters, fault) in [
            (vec![], "?by required"),
            (vec![("by", "colour")], "?by unknown_field"),
            (vec![("by", "tags")], "?by not_groupable"),
            (vec![("by", "custom.choices")], "?by not_groupable"),
            (vec![("by", "custom.gone")], "?by unknown_field"),
            (vec![("by", "city:month")], "?by not_a_unit"),
            (vec![("by", "created_at:decade")], "?by not_a_unit"),
            (vec![("by", "city; DROP TABLE contacts")], "?by unknown_field"),
            (vec![("by", "city"), ("sum", "full_name")], "?sum not_summable"),
            (vec![("by", "city"), ("limit", "0")], "?limit out_of_range"),
            (vec![("by", "city"), ("limit", "201")], "?limit out_of_range"),
            (vec![("by", "city"), ("filter", "colour = red")], "?filter unknown_field"),
        ] {
            assert_eq!(client.list("contacts/groups", &parameters).faults(), [fault], "{parameters:?}");
        }
        assert_eq!(client.list("contacts/groups", &[("by", "city"), ("limit", "many")]).status, 422);
        assert_eq!(client.list("contacts/groups", &[("by", "city"), ("colour", "red")]).status, 422);
        client.anonymous().list("contacts/groups", &[("by", "city")]).problem(401, "unauthorized");
    }
}

/// Groups as in [`groups`], where the request says more than the filter of each.
#[track_caller]
fn groups_only(client: &Client, parameters: &[(&str, &str)]) -> Vec<String> {
    let answer = client.list("contacts/groups", parameters).ok(200);
    let all = answer["groups"].as_array().expect("groups").iter();
    all.map(|group| {
        format!(
            "{}: {}",
            group["value"].as_str().unwrap_or("null"),
            group["count"]
        )
    })
    .collect()
}
