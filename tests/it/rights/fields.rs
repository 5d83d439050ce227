//! Fields that a role may not see, or not change: as if they were not there, wherever records are (statement T4).

use relasi_domain::{
    OBJECTS,
    field::{Field, Item, Kind, Write},
    identity::field_right::{can_be_hidden, has_field_rights},
    people::contact,
    record::Object,
};
use relasi_tests::{Client, Member, Method, TestApp, on_both};
use serde_json::{Value, json};

use super::{member_with, role};
use crate::bodies::{fresh, id, make, make_with, merged, minimal, version};

/// Everything but the right to make records what they are not allowed to be.
fn all(fields: &Value) -> Value {
    let records =
        json!({"see": "all", "add": "all", "edit": "all", "delete": "all", "export": "all"});
    json!({"records": records, "workspace": ["import", "audit", "settings"], "fields": fields})
}

/// Somebody whose role is changed again and again.
struct Narrowed<'a> {
    app: &'a TestApp,
    role: String,
    member: Member,
}

impl<'a> Narrowed<'a> {
    fn new(app: &'a TestApp) -> Self {
        let role = role(app, &all(&json!({})));
        let member = app.owner.invite(&role, None);
        Self { app, role, member }
    }

    fn set(&self, rights: &Value) -> Vec<String> {
        let at = format!("roles/{}", self.role);
        let now = self.app.client().get(&at).ok(200);
        let reply = self
            .app
            .client()
            .patch(&at, version(&now), &json!({"rights": rights}));
        if reply.status == 422 {
            reply.faults()
        } else {
            reply.ok(200);
            Vec::new()
        }
    }

    fn right(&self, object: &Object, field: &str, right: &str) -> Vec<String> {
        self.set(&all(&json!({object.name: {field: right}})))
    }

    fn client(&self) -> &Client {
        &self.member.client
    }
}

/// A value that a field takes, and another one.
fn values(client: &Client, field: &Field) -> Option<(Value, Value)> {
    let pair = |one: &str, other: &str| (json!(one), json!(other));
    Some(match (field.name.as_ref(), &field.kind) {
        ("country", _) => pair("ID", "TH"),
        ("time_zone", _) => pair("Asia/Jakarta", "Asia/Bangkok"),
        ("currency", _) => pair("IDR", "THB"),
        ("domain", _) => pair("rahasia.example", "lain.example"),
        ("website", _) => pair("https://rahasia.example", "https://lain.example"),
        (_, Kind::Text { .. } | Kind::LongText { .. }) => pair("Rahasia", "Terbuka"),
        (_, Kind::Integer | Kind::Money { .. } | Kind::Number) => (json!(41), json!(42)),
        (_, Kind::Boolean) => (json!(true), json!(false)),
        (_, Kind::Date) => pair("2026-01-02", "2026-01-03"),
        (_, Kind::Instant) => pair("2026-01-02T03:04:05.000000Z", "2026-01-03T03:04:05.000000Z"),
        (_, Kind::Choice(codes)) => (json!(codes[0]), json!(codes[1])),
        (_, Kind::Reference(object)) if object == "import" => return None,
        (_, Kind::Reference(object)) => (
            make(client, object)["id"].clone(),
            make(client, object)["id"].clone(),
        ),
        (_, Kind::Many(Item::Email)) => (json!([{"value": "rahasia@kopi.example"}]), json!([])),
        (_, Kind::Many(Item::Phone)) => (json!([{"value": "+62 811 1234 567"}]), json!([])),
        (_, Kind::Many(Item::Reference(object))) => {
            (json!([make(client, object)["id"]]), json!([]))
        }
        _ => return None,
    })
}

fn member<'v>(record: &'v Value, name: &str) -> Option<&'v Value> {
    match name.strip_prefix("custom.") {
        Some(name) => record["custom"].get(name),
        None => record.get(name),
    }
}

fn with(name: &str, value: &Value) -> Value {
    match name.strip_prefix("custom.") {
        Some(name) => json!({"custom": {name: value}}),
        None => json!({name: value}),
    }
}

fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// A record of an object with one of its fields filled, as far as clients may.
struct Subject<'a> {
    object: &'static Object,
    name: &'a str,
    field: &'a Field,
    at: String,
    value: Option<(Value, Value)>,
}

impl<'a> Subject<'a> {
    fn new(client: &Client, object: &'static Object, field: &'a Field) -> Self {
        let name = field.name.as_ref();
        let open = field.write != Write::Never && !field.required;
        let value = open.then(|| values(client, field)).flatten();
        let record = match &value {
            Some((value, _)) => make_with(client, object.name, with(name, value)),
            None => make(client, object.name),
        };
        let at = format!("{}/{}", object.plural, id(&record));
        Self {
            object,
            name,
            field,
            at,
            value,
        }
    }

    /// What the owner of the workspace sees in the field.
    fn kept(&self, client: &Client) -> Value {
        member(&client.get(&self.at).ok(200), self.name)
            .cloned()
            .unwrap_or_default()
    }

    fn version(&self, client: &Client) -> i64 {
        version(&client.get(&self.at).ok(200))
    }

    fn here(&self) -> String {
        format!("{}.{}", self.object.name, self.name)
    }
}

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
            refused(client, plural, (&parameter, &text))
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
    assert!(
        !stale.text().contains(&format!("\"{name}\"")),
        "{here}: {}",
        stale.text()
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
    client
        .list(plural, &[("filter", &format!("{name} is not empty"))])
        .ok(200);
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

/// Waits until the file of an export is there; its text.
fn exported(app: &TestApp, client: &Client, object: &str) -> String {
    let order = json!({"object": object, "action": "export", "target": {"filter": ""}});
    let started = client.post("bulk-operations", &order).ok(202);
    app.finished(started["job_id"].as_str().unwrap());
    client
        .get(&format!("bulk-operations/{}/file", id(&started)))
        .text()
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

    fn t4_each_field_of_what_belongs_to_them_obeys_the_role(app: TestApp) {
        for object in ["activity", "contact_role", "relationship"] {
            every_field(&app, relasi_domain::object(object).unwrap());
        }
        // Every object with such rights is in one of these tests.
        let all: Vec<&str> = OBJECTS.iter().filter(|object| has_field_rights(object)).map(|object| object.name).collect();
        assert_eq!(all.len(), 6, "{all:?}");
    }

    fn t4_what_is_hidden_is_not_found(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        let reach = json!({"full_name": "Siti Rahma", "emails": [{"value": "rahasia@kopi.example"}], "phones": [{"value": "+62 811 1234 567"}]});
        let contact = make_with(owner, "contact", reach);
        let found = |client: &Client, needle: &str| {
            let listed = client.list("contacts", &[("q", needle)]).ok(200)["items"].as_array().unwrap().len();
            let counted = client.list("contacts/count", &[("q", needle)]).ok(200)["count"].as_u64().unwrap();
            let grouped = client.list("contacts/groups", &[("q", needle), ("by", "owner_id")]).ok(200)["groups"].as_array().unwrap().len();
            let all = client.list("search", &[("q", needle)]).ok(200)["items"].as_array().unwrap().len();
            assert_eq!((listed as u64, listed), (counted, all), "{needle}");
            assert_eq!(listed, grouped, "{needle}");
            listed
        };
        assert_eq!(["Siti Rahma", "rahma", "rahasia@kopi", "0811 1234"].map(|needle| found(client, needle)), [1, 1, 1, 1]);
        narrowed.right(&contact::OBJECT, "emails", "hidden");
        assert_eq!(["Siti Rahma", "rahma", "ah", "rahasia@kopi", "kopi"].map(|needle| found(client, needle)), [1, 1, 1, 0, 0]);
        assert_eq!(found(owner, "rahasia@kopi"), 1);
        let hit = client.list("search", &[("q", "rahma")]).ok(200);
        assert!(!hit.to_string().contains("rahasia"), "{hit}");
        owner.delete(&format!("contacts/{}", id(&contact)), 1).ok(204);
        let trash = |needle: &str| client.list("contacts", &[("q", needle), ("trashed", "true")]).ok(200)["items"].as_array().unwrap().len();
        assert_eq!((trash("rahma"), trash("rahasia")), (1, 0));
    }

    fn t4_files_and_figures_have_nothing_that_is_hidden(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        let contact = make_with(owner, "contact", json!({"full_name": "Siti Rahma", "city": "Bandungrahasia", "birth_date": "1980-02-03", "emails": [{"value": "siti@kopi.example"}]}));
        let deal = make_with(owner, "deal", json!({"amount": 123_456, "contact_id": contact["id"]}));
        narrowed.set(&all(&json!({"contact": {"city": "hidden", "birth_date": "hidden"}, "deal": {"amount": "hidden"}})));
        assert!(exported(&app, owner, "contact").contains("Bandungrahasia"));
        let file = exported(&app, client, "contact");
        assert!(file.contains("Siti Rahma") && !file.contains("Bandungrahasia") && !file.contains("1980"), "{file}");
        let card = client.get(&format!("contacts/{}/card", id(&contact))).text();
        assert!(card.contains("siti@kopi.example") && !card.contains("Bandungrahasia") && !card.contains("1980"), "{card}");
        let totals = |client: &Client| client.get(&format!("pipelines/{}/totals", deal["pipeline_id"].as_str().unwrap())).ok(200)["stages"][0].clone();
        assert_eq!((&totals(client)["amount"], &totals(client)["weighted"], &totals(client)["count"]), (&Value::Null, &Value::Null, &json!(1)));
        assert_eq!(totals(owner)["amount"], 123_456);
        assert_eq!(client.get("home").ok(200)["open"][0]["amount"], Value::Null);
        // The whole workspace leaves with those only who see all of it.
        client.post("workspace/exports", &json!({})).problem(403, "forbidden");
        // Keys do not see more than those whose they are.
        let token = client.post("api-keys", &json!({"name": "baca", "scopes": ["see"]})).ok(201)["token"].as_str().unwrap().to_owned();
        let machine = app.anonymous().with_token(&token);
        assert!(machine.get(&format!("contacts/{}", id(&contact))).ok(200).get("city").is_none());
        // Neither do views that others made, nor the events.
        let view = json!({"name": "Kota", "object": "contact", "filter": "city is not empty"});
        assert_eq!(client.post("saved-views", &view).faults(), ["/filter unknown_field"]);
        owner.patch(&format!("contacts/{}", id(&contact)), 1, &json!({"city": "Solo", "nickname": "Iti"})).ok(200);
        let begun = std::time::Instant::now();
        let told = || {
            let events = client.list("events", &[("limit", "200"), ("object", "contact")]).ok(200);
            events["items"].as_array().unwrap().iter().find(|event| event["kind"] == "contact.updated").cloned()
        };
        let event = loop {
            match told() {
                Some(event) => break event,
                None => assert!(begun.elapsed().as_secs() < 30, "no event"),
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        };
        assert!(event["changed"].to_string().contains("nickname") && !event["changed"].to_string().contains("city"), "{event}");
    }

    fn t4_what_is_closed_takes_nothing_in(app: TestApp) {
        let narrowed = Narrowed::new(&app);
        let (owner, client) = (app.client(), narrowed.client());
        narrowed.set(&all(&json!({"contact": {"city": "hidden", "job_title": "see"}, "deal": {"stage_id": "see"}})));
        // It is needed to add deals, so nothing was set.
        let import = client.send(Method::POST, "imports?object=contact&file_name=people.csv", &[], b"Full name,City,Job title\nSiti,Solo,Guru\n").ok(201);
        assert_eq!(import["columns"][1]["field"], json!("city"), "all was open");
        narrowed.set(&all(&json!({"contact": {"city": "hidden", "job_title": "see"}})));
        let import = client.send(Method::POST, "imports?object=contact&file_name=people.csv", &[], b"Full name,City,Job title\nSiti,Solo,Guru\n").ok(201);
        assert!(import["columns"][1]["field"] != "city" && import["columns"][2]["field"] != "job_title", "{import}");
        let at = format!("imports/{}", id(&import));
        for (index, field) in [(1, "city"), (2, "job_title")] {
            let refusal = client.json(Method::PATCH, &at, &[], &json!({"mapping": [{"index": index, "field": field}]}));
            assert_eq!(refusal.faults(), ["/mapping/0/field unknown_field"], "{field}");
        }
        // Two that become one lose nothing, and the answer does not tell what it was.
        let stays = make_with(owner, "contact", json!({"full_name": "Budi"}));
        let goes = make_with(owner, "contact", json!({"full_name": "Budi S", "city": "Solo", "job_title": "Guru"}));
        let at = format!("contacts/{}", id(&stays));
        let order = |fields: Value| json!({"loser_id": goes["id"], "loser_version": version(&goes), "fields": fields});
        let merge = |order: &Value| client.json(Method::POST, &format!("{at}/merge"), &[("If-Match", &etag(1))], order);
        assert_eq!(merge(&order(json!({"city": "loser"}))).faults(), ["/fields/city unknown_member"]);
        assert_eq!(merge(&order(json!({"job_title": "loser"}))).faults(), ["/fields/job_title read_only_member"]);
        let merged = merge(&order(json!({}))).ok(200);
        assert!(merged["record"].get("city").is_none() && merged["record"]["job_title"] == "Guru", "{merged}");
        assert_eq!(owner.get(&at).ok(200)["city"], "Solo");
        // A verb does not write what a patch may not.
        let mut reader = all(&json!({"deal": {"stage_id": "see"}}));
        reader["records"]["add"] = json!("none");
        assert_eq!(narrowed.set(&reader), [""; 0]);
        let (pipeline, stages) = crate::bodies::pipeline(owner);
        let deal = make_with(owner, "deal", json!({"pipeline_id": pipeline, "stage_id": stages[0]}));
        let moved = client.json(Method::POST, &format!("deals/{}/move", id(&deal)), &[("If-Match", &etag(1))], &json!({"stage_id": stages[1]}));
        assert_eq!(moved.faults(), ["/stage_id read_only_member"]);
    }

    fn t4_nobody_opens_a_field_to_others_that_is_closed_to_them(app: TestApp) {
        let client = app.client();
        let rights = |fields: Value| json!({"records": {"see": "all", "add": "own", "edit": "own"}, "workspace": ["members"], "fields": fields});
        let people = member_with(&app, &rights(json!({"contact": {"city": "hidden"}})), None);
        let make = |fields: Value| people.client.post("roles", &json!({"name": fresh("Peran"), "rights": rights(fields)}));
        make(json!({})).problem(403, "forbidden");
        make(json!({"contact": {"city": "see"}})).problem(403, "forbidden");
        let made = make(json!({"contact": {"city": "hidden", "job_title": "see"}})).ok(201);
        assert_eq!(made["rights"]["fields"], json!({"contact": {"city": "hidden", "job_title": "see"}}));
        assert_eq!(people.client.get("me").ok(200)["field_rights"], json!({"contact": {"city": "hidden"}}));
        let post = |fields: Value| client.post("roles", &json!({"name": fresh("Peran"), "rights": rights(fields)})).faults();
        assert_eq!(post(json!({"contact": {"colour": "see"}})), ["/rights/fields/contact/colour unknown_field"]);
        assert_eq!(post(json!({"contact": {"custom.none": "see"}})), ["/rights/fields/contact/custom.none unknown_field"]);
        for wrong in [json!({"pipeline": {"name": "see"}}), json!({"contact": {"city": "some"}}), json!([])] {
            assert_eq!(post(wrong.clone()), ["/rights malformed"], "{wrong}");
        }
        let told = client.list("audit-entries", &[("object", "role"), ("action", "created")]).ok(200);
        assert!(told.to_string().contains("job_title"), "{told}");
    }
}
