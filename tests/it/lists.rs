//! Lists: order, pages, fields, includes, counts, search text, trash.

use std::{cmp::Ordering, collections::BTreeSet};

use relasi_domain::{
    OBJECTS,
    field::{Field, Kind},
    people::contact,
    record::Object,
    text::sort_key,
};
use relasi_tests::{Client, TestApp, on_both};
use serde_json::{Value, json};

use crate::bodies::{fresh, id, make, make_with, merged, minimal, path, pipeline};

/// Names that fold, sort by Thai rules, tie and differ by case only.
const NAMES: [&str; 12] = [
    "andi",
    "Andi",
    "ANDI B",
    "Zaenal",
    "แก้ว",
    "กา",
    "ไก่",
    "เกม",
    "Éva",
    "eva",
    "straße",
    "Strasse 2",
];

/// Sets optional members of a kind by turns, some of them to nothing.
fn varied(object: &'static Object, turn: usize) -> Value {
    let mut body = json!({});
    for (place, field) in object
        .fields
        .iter()
        .enumerate()
        .filter(|(_, f)| f.sortable && writable(f))
    {
        let pick = turn * 7 + place * 3;
        if !field.required && pick.is_multiple_of(4) {
            continue;
        }
        body[&*field.name] = match &field.kind {
            Kind::Text { .. } if field.name == "domain" => {
                json!(format!("{}.kopi.example", fresh("d").replace(' ', "")))
            }
            Kind::Text { .. } if field.name == "currency" => {
                json!(["USD", "THB", "EUR"][pick % 3])
            }
            Kind::Text { .. } => json!(NAMES[pick % NAMES.len()]),
            Kind::Integer | Kind::Money { .. } => json!((pick % 5) * 3),
            Kind::Date => json!(format!("2026-0{}-1{}", pick % 9 + 1, pick % 3)),
            Kind::Instant => json!(format!("2026-0{}-12T00:00:00Z", pick % 9 + 1)),
            Kind::Choice(codes) => json!(codes[pick % codes.len()]),
            _ => continue,
        };
    }
    body
}

fn writable(field: &Field) -> bool {
    use relasi_domain::field::Write;
    field.write != Write::Never && !matches!(field.name.as_ref(), "object" | "kind")
}

/// Twenty-three records of the big objects, a few of the small ones.
fn fill(client: &Client, object: &'static Object) {
    let many = matches!(object.name, "contact" | "company" | "deal" | "activity");
    let (pipeline, stages) = pipeline(client);
    for turn in 0..if many { 23 } else { 5 } {
        let mut body = merged(minimal(client, object.name), &varied(object, turn));
        if object.name == "deal" {
            body = merged(
                body,
                &json!({"pipeline_id": pipeline, "stage_id": stages[turn % 5]}),
            );
        }
        if object.name == "tag" {
            body["name"] = json!(fresh(NAMES[turn]));
        }
        client.create(object.plural, &body);
    }
}

/// How a value is placed: empty first, then by the normalised form.
fn place(field: &Field, record: &Value) -> (bool, i64, String) {
    let value = &record[&*field.name];
    let number = value.as_i64().unwrap_or(0);
    let text = value.as_str().unwrap_or_default();
    let text = if field.keyed {
        sort_key(text)
    } else {
        text.to_owned()
    };
    (
        !(value.is_null() || field.keyed && text.is_empty()),
        number,
        text,
    )
}

/// The order that a list must have; ids break ties in the direction of the last key.
fn ordered(records: &[Value], object: &'static Object, sort: &str) -> Vec<Value> {
    let keys: Vec<(bool, &Field)> = sort
        .split(',')
        .map(|key| {
            (
                key.starts_with('-'),
                object.field(key.trim_start_matches('-')).unwrap(),
            )
        })
        .collect();
    let turned =
        |descending: bool, order: Ordering| if descending { order.reverse() } else { order };
    let mut sorted = records.to_vec();
    sorted.sort_by(|a, b| {
        let by_keys = keys
            .iter()
            .map(|(descending, field)| turned(*descending, place(field, a).cmp(&place(field, b))));
        let by_id = turned(keys.last().is_some_and(|key| key.0), id(a).cmp(&id(b)));
        by_keys.fold(Ordering::Equal, Ordering::then).then(by_id)
    });
    sorted.iter().map(|record| record["id"].clone()).collect()
}

fn records(client: &Client, object: &Object) -> Vec<Value> {
    let page = client.list(object.plural, &[("limit", "200")]).ok(200);
    page["items"].as_array().unwrap().clone()
}

on_both! {
    fn every_sortable_field_sorts_both_ways(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            fill(client, object);
        }
        for &object in OBJECTS {
            let all = records(client, object);
            assert!(all.len() >= 5 && all.len() < 200, "{}", object.name);
            for field in object.all_fields() {
                for sort in [field.name.to_string(), format!("-{}", field.name)] {
                    if field.sortable {
                        let found = client.all(object.plural, &[("sort", &sort), ("limit", "9")], "id");
                        assert_eq!(found, ordered(&all, object, &sort), "{} by {sort}", object.name);
                    } else {
                        let refused = client.list(object.plural, &[("sort", &sort)]).faults();
                        assert_eq!(refused, ["?sort not_sortable"], "{} by {sort}", object.name);
                    }
                }
            }
        }
        let all = records(client, &contact::OBJECT);
        for sort in ["city,-full_name", "-city,full_name", "lifecycle_stage,-city,full_name,-created_at", "-source,-family_name"] {
            let found = client.all("contacts", &[("sort", sort), ("limit", "4")], "id");
            assert_eq!(found, ordered(&all, &contact::OBJECT, sort), "{sort}");
        }
        let plain = client.all("contacts", &[("limit", "5")], "id");
        assert_eq!(plain.len(), all.len(), "a list without an order has all as well");
    }

    fn pages_hold_while_records_come_and_go(app: TestApp) {
        let client = app.client();
        for turn in 0..30 {
            make_with(client, "contact", varied(&contact::OBJECT, turn));
        }
        for sort in ["full_name", "-city,full_name", "-lifecycle_stage", "-created_at", ""] {
            let expected = client.all("contacts", &[("sort", sort), ("limit", "200")], "id");
            let mut seen: Vec<Value> = Vec::new();
            let mut cursor: Option<String> = None;
            for turn in 0.. {
                let cursor_text = cursor.clone().unwrap_or_default();
                let mut parameters = vec![("sort", sort), ("limit", "7")];
                if cursor.is_some() {
                    parameters.push(("cursor", &cursor_text));
                }
                let page = client.list("contacts", &parameters).ok(200);
                seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
                cursor = page["next_cursor"].as_str().map(str::to_owned);
                if cursor.is_none() {
                    break;
                }
                make_with(client, "contact", varied(&contact::OBJECT, turn));
                let last = make_with(client, "contact", varied(&contact::OBJECT, turn + 1));
                client.delete(&path(&contact::OBJECT, &last), 1).ok(204);
            }
            let known: BTreeSet<String> = expected.iter().map(Value::to_string).collect();
            seen.retain(|id| known.contains(&id.to_string()));
            assert_eq!(seen, expected, "by {sort}");
        }
    }

    fn cursors_belong_to_their_list(app: TestApp) {
        let client = app.client();
        for turn in 0..5 {
            make_with(client, "contact", varied(&contact::OBJECT, turn));
            make(client, "company");
        }
        let cursor = |path: &str, parameters: &[(&str, &str)]| {
            let page = client.list(path, parameters).ok(200);
            page["next_cursor"].as_str().expect("there is more").to_owned()
        };
        let of_contacts = cursor("contacts", &[("limit", "2"), ("sort", "created_at")]);
        let refused = |path: &str, cursor: &str, parameters: &[(&str, &str)]| {
            let all = [parameters, &[("cursor", cursor)]].concat();
            assert_eq!(client.list(path, &all).faults(), ["?cursor bad_cursor"], "{path} {parameters:?}");
        };
        client.list("contacts", &[("sort", "created_at"), ("cursor", &of_contacts)]).ok(200);
        refused("contacts", &of_contacts, &[]);
        refused("contacts", &of_contacts, &[("sort", "-created_at")]);
        refused("contacts", &of_contacts, &[("sort", "created_at"), ("filter", "city = a")]);
        refused("contacts", &of_contacts, &[("sort", "created_at"), ("q", "andi")]);
        refused("contacts", &of_contacts, &[("sort", "created_at"), ("trashed", "true")]);
        refused("companies", &of_contacts, &[("sort", "created_at")]);
        for nonsense in ["", "x", "W10", "bnVsbA", &of_contacts[1..]] {
            refused("contacts", nonsense, &[("sort", "created_at")]);
        }
        for limit in ["0", "201", "-1", "many", "1.5", ""] {
            assert_eq!(client.list("contacts", &[("limit", limit)]).status, 422, "limit {limit}");
        }
        assert_eq!(client.list("contacts", &[("limit", "0")]).faults(), ["?limit out_of_range"]);
        assert_eq!(client.list("contacts", &[("limit", "200")]).status, 200);
        assert_eq!(client.list("contacts", &[("filter", "city =")]).faults(), ["?filter filter_expects_value"]);
        assert_eq!(client.list("contacts", &[("sort", "nonsense")]).faults(), ["?sort unknown_field"]);
        assert_eq!(client.list("contacts", &[("colour", "red")]).faults(), ["?colour unknown_parameter"]);
        let all = [("sort", "x"), ("filter", "x"), ("fields", "x"), ("include", "city"), ("limit", "0"), ("cursor", "x")];
        assert_eq!(client.list("contacts", &all).faults().len(), 6);
    }

    fn fields_and_includes_shape_the_answer(app: TestApp) {
        let client = app.client();
        let company = make(client, "company");
        let made = make_with(client, "contact", json!({"company_id": company["id"], "city": "Bandung"}));
        let page = client.list("contacts", &[("fields", "full_name, city")]).ok(200);
        assert_eq!(page["items"][0], json!({"id": made["id"], "version": 1, "full_name": made["full_name"], "city": "Bandung"}));
        let page = client.list("contacts", &[("fields", "id,version,custom")]).ok(200);
        assert_eq!(page["items"][0], json!({"id": made["id"], "version": 1, "custom": {}}));
        assert_eq!(client.list("contacts", &[("fields", "full_name,nonsense")]).faults(), ["?fields unknown_field"]);
        let page = client.list("contacts", &[("include", "company,owner,created_by,team")]).ok(200);
        assert_eq!(page["items"][0], client.get(&path(&contact::OBJECT, &made)).ok(200));
        let included = &page["included"];
        assert_eq!(included["companies"], json!([{"id": company["id"], "title": company["name"]}]));
        assert_eq!(included["users"], json!([{"id": app.owner.id, "title": "Dewi Lestari"}]));
        assert_eq!(client.list("contacts", &[]).ok(200)["included"], json!({}));
        assert_eq!(client.list("contacts", &[("include", "city")]).faults(), ["?include unknown_field"]);
        let narrow = client.list("contacts", &[("fields", "full_name,company_id"), ("include", "company")]).ok(200);
        assert_eq!(narrow["included"]["companies"][0]["id"], company["id"]);
        let filter = format!("company_id = \"{}\"", id(&company));
        let count = |parameters: &[(&str, &str)]| client.list("contacts/count", parameters).ok(200);
        assert_eq!(count(&[("filter", &filter)]), json!({"count": 1, "capped": false}));
        assert_eq!(count(&[("filter", "city = Jakarta")]), json!({"count": 0, "capped": false}));
        assert_eq!(client.list("contacts/count", &[("limit", "5")]).status, 422);
    }

    fn search_text_finds_fragments(app: TestApp) {
        let client = app.client();
        let siti = make_with(client, "contact", json!({
            "full_name": "Siti Nurhaliza Wijaya", "nickname": "Tika", "emails": [{"value": "Siti.N@Kopi-Susu.example"}],
            "phones": [{"value": "+62 812-3456-7890"}],
        }));
        let thai = make_with(client, "contact", json!({"full_name": "สมชาย ใจดี", "phones": [{"value": "095-111-2222"}]}));
        let odd = make_with(client, "contact", json!({"full_name": "100% \"Raj_a\" O'Neil \\ ß"}));
        let finds = |q: &str, expected: &[&Value]| {
            let found: BTreeSet<String> = client.all("contacts", &[("q", q), ("limit", "2")], "id").iter().map(Value::to_string).collect();
            let expected: BTreeSet<String> = expected.iter().map(|record| record["id"].to_string()).collect();
            assert_eq!(found, expected, "{q}");
            assert_eq!(client.list("contacts/count", &[("q", q)]).ok(200)["count"], expected.len(), "{q}");
        };
        for q in ["siti", "SITI N", "haliz", "wijaya", "it", "tika", "siti.n@kopi", "kopi-susu", "81234567890", "34567890", "0812-3456", "(0812) 34"] {
            finds(q, &[&siti]);
        }
        for q in ["สมชาย", "สม", "ชาย", "ใจดี", "ดี", "ใจ", "0951112222", "+66 95 111 2222", "095-111-22"] {
            finds(q, &[&thai]);
        }
        for q in ["100%", "%", "raj_a", "_", "\"raj", "o'neil", "\\", "ss"] {
            let found = client.all("contacts", &[("q", q)], "id");
            assert!(found.contains(&odd["id"]), "{q}");
        }
        finds("raj%a", &[]);
        finds("rajxa", &[]);
        finds("nobody at all", &[]);
        let filtered = client.all("contacts", &[("q", "siti"), ("filter", "nickname = Tika")], "id");
        assert_eq!(filtered, [siti["id"].clone()]);
        assert!(client.all("contacts", &[("q", "siti"), ("filter", "city = Bandung")], "id").is_empty());
        for turn in 0..12 {
            make_with(client, "contact", json!({"full_name": format!("Kembar {turn}")}));
        }
        let twins = client.all("contacts", &[("q", "kembar"), ("limit", "5")], "id");
        assert_eq!((twins.len(), twins.iter().map(Value::to_string).collect::<BTreeSet<_>>().len()), (12, 12));
        // A renamed record is found by its new name alone; one in the trash not at all, until it is restored.
        let at = path(&contact::OBJECT, &siti);
        client.patch(&at, 1, &json!({"full_name": "Rahma", "nickname": null, "emails": []})).ok(200);
        finds("wijaya", &[]);
        finds("rahma", &[&siti]);
        client.delete(&at, 2).ok(204);
        finds("rahma", &[]);
        client.post(&format!("{at}/restore"), &json!({})).ok(200);
        finds("rahma", &[&siti]);
    }
}
