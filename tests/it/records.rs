//! What every record can do, for every object of the product.

use relasi_domain::{
    OBJECTS,
    field::{Field, Kind, Write},
    record::Object,
};
use relasi_tests::{Client, Method, TestApp, fresh_email, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bodies::{fresh, id, make, make_with, merged, minimal, path, version, writable};

fn ids(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(id)
        .collect()
}

/// Every member that a record has, sorted.
fn members(object: &'static Object) -> Vec<String> {
    let fields = object.all_fields().map(|field| field.name.to_string());
    let mut all: Vec<String> = fields
        .chain(["id", "version", "custom"].map(str::to_owned))
        .collect();
    all.sort();
    all
}

fn makes_and_reads(client: &Client, object: &'static Object) -> Value {
    let body = minimal(client, object.name);
    let reply = client.post(object.plural, &body);
    assert_eq!(
        (reply.header("etag"), reply.status),
        ("\"1\"", 201),
        "{}",
        reply.text()
    );
    let location = reply.header("location").to_owned();
    let made = reply.body();
    assert_eq!(location, format!("/api/v1/{}/{}", object.plural, id(&made)));
    let mut names: Vec<String> = made
        .as_object()
        .expect("a record")
        .keys()
        .cloned()
        .collect();
    names.sort();
    assert_eq!(names, members(object), "{}", object.name);
    for (name, value) in body.as_object().expect("a body") {
        assert_eq!(&made[name], value, "{}.{name}", object.name);
    }
    let reply = client.get(&location);
    assert_eq!(reply.header("etag"), "\"1\"");
    assert_eq!(
        reply.ok(200),
        made,
        "{}: what is made is what is read",
        object.name
    );
    let known = client.send(Method::GET, &location, &[("if-none-match", "\"1\"")], &[]);
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    let other = client.send(Method::GET, &location, &[("if-none-match", "\"7\"")], &[]);
    assert_eq!(other.ok(200), made);
    for nobody in [Uuid::now_v7().to_string(), "nobody".to_owned()] {
        client
            .get(&format!("{}/{nobody}", object.plural))
            .problem(404, "not_found");
    }
    made
}

fn changes(client: &Client, object: &'static Object, made: &Value) -> Value {
    let at = path(object, made);
    let title = json!({object.title: fresh("Renamed")});
    client
        .json(Method::PATCH, &at, &[], &title)
        .problem(428, "version_required");
    let stale = client.patch(&at, 9, &title).problem(412, "stale_version");
    assert_eq!(&stale["current"], made);
    let reply = client.patch(&at, 1, &title);
    assert_eq!(reply.header("etag"), "\"2\"");
    let changed = reply.ok(200);
    assert_eq!(
        (&changed[object.title], version(&changed)),
        (&title[object.title], 2)
    );
    assert_eq!(
        client.get(&at).ok(200),
        changed,
        "{}: the answer is what is stored",
        object.name
    );
    let stale = client.patch(&at, 1, &title).problem(412, "stale_version");
    assert_eq!(stale["current"], changed);
    let same = client.patch(&at, 2, &title);
    assert_eq!(
        (same.status, same.header("etag")),
        (200, "\"2\""),
        "nothing changed"
    );
    assert_eq!(same.body(), changed);
    replaces(client, object, &changed)
}

/// `PUT` empties what it leaves out.
fn replaces(client: &Client, object: &'static Object, record: &Value) -> Value {
    let at = path(object, record);
    let kept = |field: &&Field| {
        field.write == Write::Always && (field.required || field.name == "owner_id")
    };
    let whole: Value = object
        .all_fields()
        .filter(kept)
        .map(|f| (f.name.to_string(), record[&*f.name].clone()))
        .collect();
    let body = merged(whole, &json!({object.title: fresh("Replaced")}));
    client
        .json(Method::PUT, &at, &[], &body)
        .problem(428, "version_required");
    let reply = client.json(Method::PUT, &at, &[("if-match", "\"2\"")], &body);
    assert_eq!(reply.status, 200, "{}: {}", object.name, reply.text());
    let replaced = reply.body();
    assert_eq!(
        (version(&replaced), &replaced[object.title]),
        (3, &body[object.title])
    );
    for field in object.fields.iter().filter(|field| {
        field.write == Write::Always && !field.required && field.name != object.title
    }) {
        let empty = match field.kind {
            Kind::Many(_) => json!([]),
            Kind::Boolean => json!(false),
            _ if field.name == "position" => json!(0),
            _ if field.name == "visibility" => json!("private"),
            _ if (object.name, &*field.name) == ("product", "kind") => json!("good"),
            // Of the deal, or the company, or the workspace.
            _ if (object.name, &*field.name) == ("quote", "currency") => json!("IDR"),
            _ => Value::Null,
        };
        assert_eq!(
            replaced[&*field.name], empty,
            "{}.{}",
            object.name, field.name
        );
    }
    assert_eq!(client.get(&at).ok(200), replaced, "{}", object.name);
    replaced
}

fn is_told_of(client: &Client, object: &'static Object, record: &Value) {
    let at = path(object, record);
    let history = client.get(&format!("{at}/history")).ok(200);
    let entries = history["items"].as_array().expect("items");
    let actions: Vec<_> = entries
        .iter()
        .map(|entry| entry["action"].clone())
        .collect();
    assert_eq!(
        actions,
        ["updated", "updated", "created"],
        "{}",
        object.name
    );
    let titled = |entry: &Value| {
        let changes = entry["changes"].as_array().expect("changes");
        changes
            .iter()
            .find(|change| change["field"] == object.title)
            .cloned()
    };
    let (last, first) = (titled(&entries[0]), titled(&entries[1]));
    assert_eq!(
        last.as_ref().map(|c| &c["new"]),
        Some(&record[object.title])
    );
    assert_eq!(
        last.map(|c| c["old"].clone()),
        first.map(|c| c["new"].clone())
    );
    assert_eq!(entries[0]["actor_id"], record["updated_by"]);
    let one = client
        .list(&format!("{at}/history"), &[("limit", "2")])
        .ok(200);
    let cursor = one["next_cursor"].as_str().expect("more entries");
    let rest = client
        .list(&format!("{at}/history"), &[("cursor", cursor)])
        .ok(200);
    assert_eq!(rest["items"], json!([entries[2]]));
    let timeline = client.get(&format!("{at}/timeline")).ok(200);
    let kinds: Vec<_> = timeline["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|e| e["kind"].clone())
        .collect();
    if matches!(object.name, "contact" | "company" | "lead" | "deal") {
        let [updated, created] =
            ["updated", "created"].map(|verb| json!(format!("{}.{verb}", object.name)));
        assert_eq!(kinds, [updated.clone(), updated, created]);
    } else {
        assert!(kinds.is_empty(), "{}: {kinds:?}", object.name);
    }
}

fn goes_and_comes_back(client: &Client, object: &'static Object, record: &Value) {
    let at = path(object, record);
    let listed = |trashed: &str| {
        let filter = format!("id = \"{}\"", id(record));
        let parameters = [("filter", filter.as_str()), ("trashed", trashed)];
        let page = client.list(object.plural, &parameters).ok(200);
        let count = client
            .list(&format!("{}/count", object.plural), &parameters)
            .ok(200);
        assert_eq!(count["count"], ids(&page).len(), "{}", object.name);
        !ids(&page).is_empty()
    };
    assert!(listed("false") && !listed("true"));
    client
        .send(Method::DELETE, &at, &[], &[])
        .problem(428, "version_required");
    client.delete(&at, 1).problem(412, "stale_version");
    client.delete(&at, 3).ok(204);
    assert!(!listed("false") && listed("true"), "{}", object.name);
    let trashed = client.get(&at).ok(200);
    assert!(
        trashed["deleted_at"].is_string() && version(&trashed) == 4,
        "{trashed}"
    );
    client
        .patch(&at, 4, &json!({object.title: "x"}))
        .problem(404, "not_found");
    client.delete(&at, 4).problem(404, "not_found");
    let restored = client.post(&format!("{at}/restore"), &json!({})).ok(200);
    assert_eq!(
        (&restored["deleted_at"], version(&restored)),
        (&Value::Null, 5)
    );
    assert_eq!(client.get(&at).ok(200), restored);
    assert!(listed("false") && !listed("true"));
    let again = client.post(&format!("{at}/restore"), &json!({})).ok(200);
    assert_eq!(again, restored, "there is nothing to restore");
    let history = client.get(&format!("{at}/history")).ok(200);
    assert_eq!(
        (
            &history["items"][0]["action"],
            &history["items"][1]["action"]
        ),
        (&json!("restored"), &json!("trashed"))
    );
}

on_both! {
    fn every_object_lives_through_its_life(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            let made = makes_and_reads(client, object);
            let changed = changes(client, object, &made);
            is_told_of(client, object, &changed);
            goes_and_comes_back(client, object, &changed);
        }
    }

    fn every_writable_member_is_kept(app: TestApp) {
        let client = app.client();
        for &object in OBJECTS {
            let body = full(client, object);
            let made = client.post(object.plural, &body).ok(201);
            for field in writable(object) {
                let name = field.name.as_ref();
                let kept = match field.kind {
                    Kind::Instant => json!("2026-03-04T05:06:07.123456Z"),
                    _ => body[name].clone(),
                };
                assert_eq!(made[name], kept, "{}.{name}", object.name);
            }
            assert_eq!(client.get(&path(object, &made)).ok(200), made);
        }
    }

    fn a_double_is_noticed_and_may_be_made(app: TestApp) {
        let client = app.client();
        let mail = fresh_email("double");
        let first = make_with(client, "contact", json!({"emails": [{"value": mail}]}));
        let body = json!({"full_name": "Siti again", "emails": [{"value": "other@kopi.example"}, {"value": mail.to_uppercase()}]});
        let reply = client.post("contacts", &body);
        let problem = reply.body();
        assert_eq!(reply.faults(), ["/emails/1 duplicate"]);
        assert_eq!(problem["errors"][0]["params"]["id"], first["id"]);
        assert_eq!(problem["errors"][0]["params"]["title"], first["full_name"]);
        client.post("contacts?duplicates=allow", &body).ok(201);
        assert_eq!(client.post("contacts?duplicates=maybe", &body).status, 422);
        let domain = json!({"name": "Kopi", "domain": "kopi.example"});
        client.create("companies", &domain);
        assert_eq!(client.post("companies", &merged(domain, &json!({"domain": "KOPI.example"}))).faults(), ["/domain duplicate"]);
        // What lies in the trash is no double.
        let trashed = make_with(client, "contact", json!({"emails": [{"value": "gone@kopi.example"}]}));
        client.delete(&format!("contacts/{}", id(&trashed)), 1).ok(204);
        make_with(client, "contact", json!({"emails": [{"value": "gone@kopi.example"}]}));
    }

    fn a_repeated_request_has_its_effect_once(app: TestApp) {
        let client = app.client();
        let body = minimal(client, "contact");
        let send = |client: &Client, path: &str, body: &Value| {
            client.json(Method::POST, path, &[("idempotency-key", "satu")], body)
        };
        let first = send(client, "contacts", &body);
        let again = send(client, "contacts", &body);
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(again.header("location"), first.header("location"));
        let (first, again) = (first.ok(201), again.ok(201));
        assert_eq!(first, again);
        let reused = send(client, "contacts", &minimal(client, "contact"));
        assert_eq!(reused.faults(), [" idempotency_key_reused"]);
        // The key belongs to the operation and to its user.
        let company = send(client, "companies", &minimal(client, "company")).ok(201);
        assert_ne!(company["id"], first["id"]);
        let other = send(&app.member("member").client, "contacts", &body).ok(201);
        assert_ne!(other["id"], first["id"]);
        // Refused requests leave no key behind.
        let refused = client.json(Method::POST, "contacts", &[("idempotency-key", "dua")], &json!({}));
        assert_eq!(refused.faults(), ["/full_name required"]);
        client.json(Method::POST, "contacts", &[("idempotency-key", "dua")], &minimal(client, "contact")).ok(201);
        // A verb with a key may be repeated although its version has gone on.
        let task = make(client, "activity");
        let complete = format!("activities/{}/complete", id(&task));
        let headers = [("idempotency-key", "tiga"), ("if-match", "\"1\"")];
        let done = client.json(Method::POST, &complete, &headers, &json!({})).ok(200);
        assert_eq!(client.json(Method::POST, &complete, &headers, &json!({})).ok(200), done);
    }
}

/// A body with a value in every member that may be written.
fn full(client: &Client, object: &'static Object) -> Value {
    let mut body = minimal(client, object.name);
    for field in writable(object).filter(|field| !field.required) {
        body[&*field.name] = match (field.name.as_ref(), &field.kind) {
            ("country", _) => json!("ID"),
            ("website", _) => json!("https://kopi.example/a"),
            ("domain", _) => json!("full.kopi.example"),
            ("time_zone", _) => json!("Asia/Jakarta"),
            ("filter" | "segment", _) => json!("city = Bandung"),
            ("sort", _) => json!("-created_at"),
            ("layout_field" | "group_by", _) => json!("city"),
            // People have no amounts.
            ("sums", _) => json!(null),
            ("currency", _) => json!("IDR"),
            ("recurrence", _) => json!("FREQ=WEEKLY;BYDAY=MO"),
            ("min_quantity", _) => json!("2.5"),
            // A name in the API.
            ("name", Kind::Text { max: 40 }) => json!("full_name_2"),
            ("owner_id", _) => client.get("me").ok(200)["user"]["id"].clone(),
            ("columns", _) => json!([{"field": "full_name", "width": 220}]),
            (_, Kind::Reference(target)) => make(client, target)["id"].clone(),
            (_, kind) => sample(client, kind),
        };
    }
    body
}

fn sample(client: &Client, kind: &Kind) -> Value {
    use relasi_domain::field::Item;
    match kind {
        Kind::Text { .. } => json!("Kedai \"Kopi\" ไทย \u{1f600}"),
        Kind::LongText { .. } => json!("Satu\nDua\t<b>tiga</b> \\"),
        Kind::Integer | Kind::Money { .. } => json!(42),
        Kind::Boolean => json!(true),
        Kind::Date => json!("2026-02-28"),
        Kind::Instant => json!("2026-03-04T12:06:07.123456789+07:00"),
        Kind::Choice(codes) => json!(codes[0]),
        Kind::Many(Item::Email) => {
            json!([{"value": fresh_email("full"), "label": "work"}, {"value": fresh_email("full")}])
        }
        Kind::Many(Item::Phone) => json!([{"value": "+62 812-3456-7890", "label": "mobile"}]),
        Kind::Many(Item::Reference(target)) if target == "user" => {
            json!([client.get("me").ok(200)["user"]["id"]])
        }
        Kind::Many(Item::Reference(target)) => {
            json!([make(client, target)["id"], make(client, target)["id"]])
        }
        Kind::Number => json!(1.25),
        Kind::Reference(_)
        | Kind::Person
        | Kind::Point(_)
        | Kind::Many(Item::Choice(_))
        | Kind::Json => Value::Null,
    }
}
