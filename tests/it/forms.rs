//! What records refuse: every field with every wrong value, and requests that are no requests.

use relasi_domain::{
    OBJECTS,
    field::{Item, Kind, Write},
    record::{Guard, Object},
};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bodies::{id, make, make_with, merged, minimal, path, version, writable, wrong_values};

/// One faulty member in a body that is right otherwise.
#[track_caller]
fn refused(client: &Client, object: &Object, body: &Value, name: &str, value: &Value, fault: &str) {
    let body = merged(body.clone(), &json!({name: value}));
    let reply = client.post(object.plural, &body);
    assert_eq!(
        reply.status,
        422,
        "{}.{name} = {value}: {}",
        object.name,
        reply.text()
    );
    assert_eq!(reply.faults(), [fault], "{}.{name} = {value}", object.name);
}

/// The same by `PATCH` of a record.
#[track_caller]
fn refused_later(
    client: &Client,
    object: &Object,
    record: &Value,
    name: &str,
    value: &Value,
    fault: &str,
) {
    let reply = client.patch(
        &path(object, record),
        version(record),
        &json!({name: value}),
    );
    assert_eq!(
        reply.status,
        422,
        "{}.{name} = {value}: {}",
        object.name,
        reply.text()
    );
    assert_eq!(reply.faults(), [fault], "{}.{name} = {value}", object.name);
}

/// Fields with rules beyond their length.
const RULED: [&str; 10] = [
    "country",
    "currency",
    "website",
    "domain",
    "time_zone",
    "object",
    "percent",
    "rate",
    "min_quantity",
    "segment",
];

/// Members of views that name fields of their object.
const NAMES_FIELDS: [&str; 5] = ["filter", "sort", "layout_field", "group_by", "sums"];

on_both! {
    fn every_field_refuses_what_it_is_not(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            let body = minimal(client, object.name);
            let record = client.create(object.plural, &body);
            for field in writable(object) {
                let name = field.name.as_ref();
                for (value, code, below) in wrong_values(field) {
                    let fault = format!("/{name}{below} {code}");
                    refused(client, object, &body, name, &value, &fault);
                    if field.write == Write::Always {
                        refused_later(client, object, &record, name, &value, &fault);
                    }
                }
            }
            assert_eq!(client.get(&path(object, &record)).ok(200), record, "{} is as it was", object.name);
        }
    }

    fn every_field_knows_who_writes_it_and_how_long_it_is(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            let body = minimal(client, object.name);
            let record = client.create(object.plural, &body);
            for field in object.all_fields() {
                let name = field.name.as_ref();
                if field.write == Write::Never {
                    refused(client, object, &body, name, &record[name], &format!("/{name} read_only_member"));
                }
                if field.write != Write::Always {
                    refused_later(client, object, &record, name, &record[name], &format!("/{name} read_only_member"));
                }
                if field.write == Write::Never {
                    continue;
                }
                if field.required {
                    for nothing in [Value::Null, json!(""), json!(" \t\n ")] {
                        refused(client, object, &body, name, &nothing, &format!("/{name} required"));
                        if field.write == Write::Always {
                            refused_later(client, object, &record, name, &nothing, &format!("/{name} required"));
                        }
                    }
                }
                if let Kind::Text { max } | Kind::LongText { max } = field.kind {
                    let long = json!("ก".repeat(max + 1));
                    refused(client, object, &body, name, &long, &format!("/{name} too_long"));
                    refused(client, object, &body, name, &json!("\u{0}"), &format!("/{name} control_character"));
                    if field.write == Write::Always && !RULED.contains(&name) && !NAMES_FIELDS.contains(&name) {
                        let longest = json!({name: "ก".repeat(max)});
                        let at = path(object, &client.create(object.plural, &minimal(client, object.name)));
                        assert_eq!(client.patch(&at, 1, &longest).ok(200)[name], longest[name]);
                    }
                }
            }
            for name in ["id", "version", "nonsense", "workspace_id", "full_name_key", "rid"] {
                refused(client, object, &body, name, &json!("x"), &format!("/{name} unknown_member"));
                refused_later(client, object, &record, name, &json!("x"), &format!("/{name} unknown_member"));
            }
            refused(client, object, &body, "custom", &json!({"a": 1}), "/custom/a unknown_member");
            for nothing in [json!({}), Value::Null] {
                let reply = client.patch(&path(object, &record), 1, &json!({"custom": nothing}));
                assert_eq!(reply.ok(200)["custom"], json!({}));
            }
        }
    }

    fn references_lead_to_living_records(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            let body = minimal(client, object.name);
            let record = client.create(object.plural, &body);
            for field in writable(object) {
                let name = field.name.as_ref();
                let (target, many) = match &field.kind {
                    Kind::Reference(target) => (target.as_ref(), false),
                    Kind::Many(Item::Reference(target)) => (target.as_ref(), true),
                    Kind::Person => ("user", false),
                    _ => continue,
                };
                let mut bad = vec![Uuid::now_v7().to_string(), Uuid::nil().to_string()];
                if let Some(target) = relasi_domain::object(target) {
                    let trashed = make(client, target.name);
                    client.delete(&path(target, &trashed), 1).ok(204);
                    bad.push(id(&trashed));
                }
                for bad in bad {
                    let (value, fault) = if many {
                        let good = match target {
                            "user" => client.get("me").ok(200)["user"]["id"].clone(),
                            target => make(client, target)["id"].clone(),
                        };
                        (json!([good, bad]), format!("/{name}/1 no_such_record"))
                    } else {
                        (json!(bad), format!("/{name} no_such_record"))
                    };
                    // A personal record is made for oneself only.
                    let personal = name == "owner_id" && object.guard == Guard::Personal;
                    let first = if personal { "/owner_id owner_out_of_reach" } else { &fault };
                    refused(client, object, &body, name, &value, first);
                    if field.write == Write::Always {
                        refused_later(client, object, &record, name, &value, &fault);
                    }
                }
            }
        }
    }

    fn tags_that_went_into_the_trash_do_not_stand_in_the_way(app: TestApp) {
        let client = app.client();
        let [old, new] = [0, 1].map(|_| make(client, "tag"));
        let contact = make_with(client, "contact", json!({"tags": [old["id"]]}));
        client.delete(&format!("tags/{}", id(&old)), 1).ok(204);
        let at = format!("contacts/{}", id(&contact));
        let tagged = client.patch(&at, 1, &json!({"tags": [new["id"], old["id"]]})).ok(200);
        assert_eq!(tagged["tags"], json!([new["id"], old["id"]]));
        client.patch(&at, 2, &json!({"tags": [new["id"]]})).ok(200);
        assert_eq!(client.patch(&at, 3, &json!({"tags": [new["id"], old["id"]]})).faults(), ["/tags/1 no_such_record"]);
        let held = client.all("contacts", &[("filter", &format!("tags has {}", id(&new)))], "id");
        assert_eq!(held, [contact["id"].clone()]);
    }

    fn all_faults_come_at_once(app: TestApp) {
        let client = app.client();
        let body = json!({"full_name": "", "city": 5, "birth_date": "soon", "emails": [{"value": "a@b.example"}, {"value": "x"}], "colour": 1});
        let faults = client.post("contacts", &body).faults();
        assert_eq!(faults, ["/birth_date not_date", "/city not_text", "/colour unknown_member", "/emails/1 not_email", "/full_name required"]);
        let rules = [
            ("contact", json!({"country": "id", "time_zone": "Mars/Base"}), vec!["/country not_country", "/time_zone not_time_zone"]),
            ("company", json!({"domain": "https://a.b", "employees": -1, "website": "kopi"}), vec!["/domain not_domain", "/employees negative", "/website not_url"]),
            ("deal", json!({"currency": "Rp", "amount": -1}), vec!["/amount out_of_range", "/currency not_currency"]),
            ("deal", json!({"currency": "ZZZ", "amount": 1}), vec!["/currency not_currency"]),
            ("contact_role", json!({"from_date": "2026-02-01", "to_date": "2026-01-31"}), vec!["/to_date before_start"]),
            ("stage", json!({"probability": 101}), vec!["/probability out_of_range"]),
            ("activity", json!({"kind": "note", "due_at": "2026-11-22T00:00:00Z"}), vec![]),
            ("activity", json!({"duration_minutes": -5}), vec!["/duration_minutes out_of_range"]),
            ("saved_view", json!({"filter": "city ="}), vec!["/filter filter_expects_value"]),
            ("saved_view", json!({"sort": "-nonsense"}), vec!["/sort unknown_field"]),
            ("saved_view", json!({"sort": "tags"}), vec!["/sort not_sortable"]),
            ("saved_view", json!({"filter": "nonsense = 1"}), vec!["/filter unknown_field"]),
            ("saved_view", json!({"columns": [{"field": "full_name"}, {"field": "nonsense"}]}), vec!["/columns/1/field unknown_field"]),
            ("saved_view", json!({"object": "nonsense"}), vec!["/object not_a_choice"]),
        ];
        for (name, members, expected) in rules {
            let plural = relasi_domain::object(name).unwrap().plural;
            let reply = client.post(plural, &merged(minimal(client, name), &members));
            if reply.status == 422 && !expected.is_empty() {
                assert_eq!(reply.faults(), expected, "{name} {members}");
            } else {
                assert!(expected.is_empty(), "{name} {members}: {}", reply.text());
            }
        }
    }

    fn what_is_no_request_is_refused_in_the_caller_s_language(app: TestApp) {
        let client = app.client();
        let json_type = [("content-type", "application/json")];
        let send = |headers: &[(&str, &str)], body: &[u8]| client.send(Method::POST, "contacts", headers, body);
        for text in ["{", "{\"full_name\": }", "nonsense", "{\"full_name\": \"a\"} x", "\u{feff}{}"] {
            send(&json_type, text.as_bytes()).problem(400, "malformed");
        }
        for text in ["[]", "5", "\"text\"", "null", "[{\"full_name\": \"a\"}]"] {
            assert_eq!(send(&json_type, text.as_bytes()).faults(), [" malformed"], "{text}");
        }
        send(&json_type, b"{\"full_name\": \"\xff\xfe\"}").problem(400, "malformed");
        send(&[("content-type", "text/csv")], b"full_name\nSiti").problem(415, "unsupported_media_type");
        send(&[("content-type", "application/x-www-form-urlencoded")], b"full_name=Siti").problem(415, "unsupported_media_type");
        let large = json!({"full_name": "Siti", "description": "x".repeat(1024 * 1024)}).to_string();
        send(&json_type, large.as_bytes()).problem(413, "too_large");
        let nearly = json!({"full_name": "Siti", "description": "x".repeat(1_040_000)}).to_string();
        assert_eq!(send(&json_type, nearly.as_bytes()).faults(), ["/description too_long"]);
        let deep = format!("{{\"full_name\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(matches!(send(&json_type, deep.as_bytes()).status, 400 | 422), "depth is no danger");
        let patch = client.send(Method::PATCH, "contacts/x", &[("content-type", "application/merge-patch+json")], b"{");
        assert_eq!(patch.status, 400);
        let titles = ["en", "id", "th"].map(|language| {
            let headers = [("content-type", "application/json")];
            let problem = client.in_language(language).send(Method::POST, "contacts", &headers, b"{}").problem(422, "invalid");
            let texts = [&problem["title"], &problem["errors"][0]["detail"]].map(|text| text.as_str().unwrap().to_owned());
            assert!(texts.iter().all(|text| !text.contains("problem.") && !text.contains("fault.")), "{texts:?}");
            texts
        });
        for text in [0, 1] {
            let [en, id, th] = &titles;
            assert!(en[text] != id[text] && id[text] != th[text] && th[text] != en[text], "{titles:?}");
            assert!(th[text].chars().any(|c| ('ก'..='๛').contains(&c)), "{titles:?}");
        }
        // A bare sign: no type at all is taken as JSON.
        let made = send(&[], b"{\"full_name\": \"Siti\"}").ok(201);
        assert_eq!(made["full_name"], "Siti");
    }

    fn a_change_that_changes_nothing_is_none(app: TestApp) {
        let client = app.client();
        let body = json!({
            "birth_date": "1990-02-28", "emails": [{"value": "same@kopi.example"}], "tags": [make(client, "tag")["id"]],
            "company_id": make(client, "company")["id"], "city": "Bandung",
        });
        let made = make_with(client, "contact", body);
        let at = path(&relasi_domain::people::contact::OBJECT, &made);
        let company = made["company_id"].as_str().unwrap().to_uppercase();
        let same = json!({"phones": null, "company_id": company, "city": " Bandung ", "nickname": "", "custom": {}});
        assert_eq!(client.patch(&at, 1, &same).ok(200), made);
        assert_eq!(client.patch(&at, 1, &json!({})).ok(200), made);
        let task = make_with(client, "activity", json!({"due_at": "2026-11-22T00:00:00Z"}));
        let at = format!("activities/{}", id(&task));
        assert_eq!(client.patch(&at, 1, &json!({"due_at": "2026-11-22T07:00:00+07:00"})).ok(200), task);
        let later = client.patch(&at, 1, &json!({"due_at": "2026-11-22T08:00:00+07:00"})).ok(200);
        assert_eq!(later["due_at"], "2026-11-22T01:00:00.000000Z");
        assert_eq!(client.get(&at).ok(200), later);
    }
}
