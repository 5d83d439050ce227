//! Each field of each object, hidden and read only (statement T4).

use relasi_domain::{
    OBJECTS,
    field::{Field, Kind, Write},
    identity::field_right::{can_be_hidden, has_field_rights},
    record::Object,
};
use relasi_tests::{Client, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{
    Narrowed, all, etag,
    subject::{Subject, member, pointer, values, with},
};
use crate::bodies::{fresh, merged, minimal};

/// The first refusal of a list.
#[track_caller]
fn refused(client: &Client, path: &str, parameter: (&str, &str)) -> String {
    client.list(path, &[parameter]).faults().remove(0)
}

/// Nothing shows that there is such a field.
fn is_hidden(narrowed: &Narrowed<'_>, it: &Subject<'_>) {
    let (owner, client, plural) = (narrowed.app.client(), narrowed.client(), it.object.plural);
    let (here, name) = (it.here(), it.name);
    let before = it.kept(owner);
    let absent = |record: &Value| assert!(member(record, name).is_none(), "{here}: {record}");
    absent(&client.get(&it.at).ok(200));
    let page = client.list(plural, &[("limit", "200")]).ok(200);
    page["items"].as_array().unwrap().iter().for_each(absent);
    let page = client
        .list(plural, &[("limit", "200"), ("fields", "id,custom")])
        .ok(200);
    page["items"].as_array().unwrap().iter().for_each(absent);
    for (parameter, text) in [
        ("fields", name.to_owned()),
        ("filter", format!("{name} is empty")),
        ("sort", name.to_owned()),
    ] {
        assert_eq!(
            refused(client, plural, (parameter, &text))
                .split(' ')
                .nth(1),
            Some("unknown_field"),
            "{here} {parameter}"
        );
    }
    let groups = format!("{plural}/groups");
    assert_eq!(
        refused(client, &groups, ("by", name)),
        "?by unknown_field",
        "{here}"
    );
    let summed = client
        .list(&groups, &[("by", "owner_id"), ("sum", name)])
        .faults();
    assert_eq!(summed, ["?sum unknown_field"], "{here}");
    if let Kind::Reference(_) = it.field.kind {
        assert_eq!(
            refused(client, plural, ("include", name)),
            "?include unknown_field",
            "{here}"
        );
        let path = format!("{}.created_at is not empty", name.trim_end_matches("_id"));
        if it.field.custom.is_none() {
            assert!(
                refused(client, plural, ("filter", &path)).ends_with(" unknown_field"),
                "{here}"
            );
        }
    }
    let described = client.get("schema").ok(200);
    let described = described["objects"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == it.object.name)
        .unwrap();
    assert!(
        described["fields"]
            .as_array()
            .unwrap()
            .iter()
            .all(|field| field["name"] != name),
        "{here}"
    );

    let (value, other) = it.value.clone().unwrap_or((json!("x"), json!("y")));
    let body = merged(minimal(owner, it.object.name), &with(name, &value));
    let refusals = [
        client
            .post(&format!("{plural}?duplicates=allow"), &body)
            .faults(),
        client
            .patch(&it.at, it.version(owner), &with(name, &other))
            .faults(),
    ];
    for refusal in refusals {
        assert_eq!(
            refusal,
            [format!("{} unknown_member", pointer(name))],
            "{here}"
        );
    }
    // What replaces a record, changes another field of it or sets it back leaves the field alone.
    let again = minimal(owner, it.object.name);
    let mut again = again.as_object().unwrap().clone();
    again.remove(name);
    again.retain(|name, _| {
        it.object
            .field(name)
            .is_none_or(|field| field.write == Write::Always)
    });
    let put = client.json(
        Method::PUT,
        &it.at,
        &[("If-Match", &etag(it.version(owner)))],
        &json!(again),
    );
    absent(&put.ok(200));
    let stale = client.patch(&it.at, 900, &json!({it.object.title: "Nama"}));
    assert_eq!(stale.status, 412, "{here}");
    // What the problem is called is no field.
    let mut told = stale.body();
    told.as_object_mut().unwrap().remove("code");
    assert!(
        !told.to_string().contains(&format!("\"{name}\"")),
        "{here}: {told}"
    );
    if it.value.is_some() {
        assert_eq!(it.kept(owner), before, "{here} is kept");
    }
    // Nor what has happened to it.
    if it.field.write == Write::Always && it.value.is_some() {
        owner
            .patch(&it.at, it.version(owner), &with(name, &other))
            .ok(200);
    }
    for part in ["history", "timeline"] {
        let told = client.get(&format!("{}/{part}", it.at)).ok(200).to_string();
        assert!(
            !told.contains(&format!("\"{name}\"")),
            "{here} {part}: {told}"
        );
    }
    let then = client
        .get(&format!("{}/as-of?at=2100-01-01T00:00:00Z", it.at))
        .ok(200);
    absent(&then["record"]);
    assert!(
        !then["unknown"].to_string().contains(&format!("\"{name}\"")),
        "{here}"
    );
    let wish = json!({"at": "2100-01-01T00:00:00Z", "fields": [name]});
    let back = client.json(
        Method::POST,
        &format!("{}/revert", it.at),
        &[("If-Match", &etag(it.version(owner)))],
        &wish,
    );
    assert_eq!(back.faults(), ["/fields/0 unknown_field"], "{here}");
    let log = client
        .list(
            "audit-entries",
            &[("field", name), ("object", it.object.name)],
        )
        .ok(200);
    assert_eq!(log["items"], json!([]), "{here}");
    in_bulk(client, it, "unknown_member");
}

/// It is there, and nothing changes it.
fn is_read_only(narrowed: &Narrowed<'_>, it: &Subject<'_>) {
    let (owner, client, plural) = (narrowed.app.client(), narrowed.client(), it.object.plural);
    let (here, name) = (it.here(), it.name);
    let before = it.kept(owner);
    let seen = member(&client.get(&it.at).ok(200), name)
        .cloned()
        .unwrap_or_default();
    assert_eq!(seen, before, "{here}");
    // What has parts of its own is in no filter.
    if it.field.kind != Kind::Json {
        client
            .list(plural, &[("filter", &format!("{name} is not empty"))])
            .ok(200);
    }
    let (value, other) = it.value.clone().unwrap_or((json!("x"), json!("y")));
    let body = merged(minimal(owner, it.object.name), &with(name, &value));
    let refusals = [
        client
            .post(&format!("{plural}?duplicates=allow"), &body)
            .faults(),
        client
            .patch(&it.at, it.version(owner), &with(name, &other))
            .faults(),
    ];
    for refusal in refusals {
        assert_eq!(
            refusal[0],
            format!("{} read_only_member", pointer(name)),
            "{here}: {refusal:?}"
        );
    }
    let again = minimal(owner, it.object.name);
    let mut again = again.as_object().unwrap().clone();
    again.remove(name);
    again.retain(|name, _| {
        it.object
            .field(name)
            .is_none_or(|field| field.write == Write::Always)
    });
    client
        .json(
            Method::PUT,
            &it.at,
            &[("If-Match", &etag(it.version(owner)))],
            &json!(again),
        )
        .ok(200);
    if it.value.is_some() {
        assert_eq!(it.kept(owner), before, "{here} is kept");
    }
    let described = client.get("schema").ok(200);
    let described = described["objects"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == it.object.name)
        .unwrap();
    let described = described["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["name"] == name)
        .unwrap();
    assert_eq!(described["write"], "never", "{here}");
    let wish = json!({"at": "2100-01-01T00:00:00Z", "fields": [name]});
    let back = client.json(
        Method::POST,
        &format!("{}/revert", it.at),
        &[("If-Match", &etag(it.version(owner)))],
        &wish,
    );
    assert_eq!(back.faults(), ["/fields/0 read_only_member"], "{here}");
    in_bulk(client, it, "read_only_member");
}

fn in_bulk(client: &Client, it: &Subject<'_>, code: &str) {
    if !["contact", "company", "deal", "activity"].contains(&it.object.name) {
        return;
    }
    let target = json!({"ids": [it.at.split('/').nth(1)]});
    let value = it.value.clone().map_or(json!("x"), |(_, other)| other);
    let order = json!({"object": it.object.name, "action": "edit", "target": target,
        "parameters": {"changes": with(it.name, &value)}});
    let refusal = client.post("bulk-operations", &order).faults();
    assert_eq!(
        refusal[0],
        format!("/parameters/changes{} {code}", pointer(it.name)),
        "{}",
        it.here()
    );
    let columns = json!({"object": it.object.name, "action": "export", "target": target, "parameters": {"columns": [it.name]}});
    let refusal = client.post("bulk-operations/preview", &columns);
    if code == "unknown_member" {
        assert_eq!(
            refusal.faults(),
            ["/parameters/columns/0 unknown_field"],
            "{}",
            it.here()
        );
    } else {
        refusal.ok(200);
    }
}

/// The fields of an object, with one of the workspace's own where it may have some.
fn fields(client: &Client, object: &'static Object) -> Vec<Field> {
    let mut fields: Vec<Field> = object.all_fields().cloned().collect();
    if object.extensible {
        let body = json!({"object": object.name, "label": fresh("Kelas"), "kind": "text"});
        let made = client.create("custom-fields", &body);
        let definition: relasi_domain::platform::custom_field::CustomField = {
            let mut members = made.as_object().unwrap().clone();
            members.retain(|_, value| !value.is_null());
            serde_json::from_value(Value::Object(members)).unwrap()
        };
        fields.push(definition.field());
    }
    fields
}

fn every_field(app: &TestApp, object: &'static Object) {
    let narrowed = Narrowed::new(app);
    for field in fields(app.client(), object) {
        let name = field.name.as_ref();
        let at = format!("/rights/fields/{}/{name}", object.name);
        let is_own = field.custom.is_some() || object.fields.iter().any(|own| own.name == name);
        let it = Subject::new(app.client(), object, &field);
        if can_be_hidden(object, name) {
            assert_eq!(narrowed.right(object, name, "hidden"), [""; 0], "{at}");
            is_hidden(&narrowed, &it);
        } else {
            assert_eq!(
                narrowed.right(object, name, "hidden"),
                [format!("{at} field_of_every_record")]
            );
        }
        if !is_own {
            assert_eq!(
                narrowed.right(object, name, "see"),
                [format!("{at} field_of_every_record")]
            );
        } else if field.required {
            assert_eq!(
                narrowed.right(object, name, "see"),
                [format!("{at} needed_to_add")]
            );
            let mut reader = all(&json!({object.name: {name: "see"}}));
            reader["records"]["add"] = json!("none");
            assert_eq!(narrowed.set(&reader), [""; 0], "{at}");
            if field.write == Write::Always {
                let value = values(app.client(), &field).unwrap().1;
                let refusal = narrowed
                    .client()
                    .patch(&it.at, it.version(app.client()), &with(name, &value))
                    .faults();
                assert_eq!(refusal, [format!("/{name} read_only_member")]);
            }
        } else {
            assert_eq!(narrowed.right(object, name, "see"), [""; 0], "{at}");
            is_read_only(&narrowed, &Subject::new(app.client(), object, &field));
        }
    }
}

on_both! {
    fn t4_each_field_of_people_obeys_the_role(app: TestApp) {
        every_field(&app, relasi_domain::object("contact").unwrap());
    }

    fn t4_each_field_of_companies_obeys_the_role(app: TestApp) {
        every_field(&app, relasi_domain::object("company").unwrap());
    }

    fn t4_each_field_of_deals_obeys_the_role(app: TestApp) {
        every_field(&app, relasi_domain::object("deal").unwrap());
    }

    fn t4_each_field_of_products_and_quotes_obeys_the_role(app: TestApp) {
        for object in ["product", "quote"] {
            every_field(&app, relasi_domain::object(object).unwrap());
        }
    }

    fn t4_each_field_of_what_belongs_to_them_obeys_the_role(app: TestApp) {
        for object in ["activity", "contact_role", "relationship"] {
            every_field(&app, relasi_domain::object(object).unwrap());
        }
        // Every object with such rights is in one of these tests.
        let all: Vec<&str> = OBJECTS.iter().filter(|object| has_field_rights(object)).map(|object| object.name).collect();
        assert_eq!(all.len(), 8, "{all:?}");
    }
}
