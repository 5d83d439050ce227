//! Bodies that make records of every object.

use std::sync::atomic::{AtomicUsize, Ordering};

use relasi_domain::{
    field::{Field, Item, Kind, Write},
    object,
    record::Object,
};
use relasi_tests::Client;
use serde_json::{Value, json};

/// A word that no other record of the run has.
pub fn fresh(word: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!("{word} {}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A day that no other record of the run has.
fn day() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let days = NEXT.fetch_add(1, Ordering::Relaxed) as u64;
    let first = chrono::NaiveDate::from_ymd_opt(1990, 1, 1).expect("a day");
    (first + chrono::Days::new(days)).to_string()
}

/// The least that makes a record of the object; what it needs is made first.
#[track_caller]
pub fn minimal(client: &Client, object: &str) -> Value {
    match object {
        "contact" => json!({"full_name": fresh("Siti")}),
        "company" => json!({"name": fresh("PT Kopi")}),
        "contact_role" => json!({
            "contact_id": make(client, "contact")["id"], "company_id": make(client, "company")["id"], "role": fresh("buyer"),
        }),
        "relationship" => json!({
            "from_contact_id": make(client, "contact")["id"], "to_contact_id": make(client, "contact")["id"], "kind": "friend_of",
        }),
        "tag" => json!({"name": fresh("tag")}),
        "activity" => json!({"kind": "task", "subject": fresh("Telepon")}),
        "deal" => {
            let stage = first_stage(client);
            json!({
                "name": fresh("Mesin kopi"), "pipeline_id": stage["pipeline_id"], "stage_id": stage["id"],
                "currency": "IDR",
            })
        }
        "lead" => json!({"name": fresh("Dewi")}),
        "deal_contact" => json!({
            "deal_id": make(client, "deal")["id"], "contact_id": make(client, "contact")["id"], "role": "decision_maker",
        }),
        "deal_competitor" => json!({
            "deal_id": make(client, "deal")["id"], "competitor_id": make(client, "competitor")["id"], "state": "engaged",
        }),
        "competitor" => json!({"name": fresh("Pesaing")}),
        "pipeline" => json!({"name": fresh("Penjualan"), "position": 7, "currency": "IDR"}),
        "stage" => json!({
            "pipeline_id": make(client, "pipeline")["id"], "name": fresh("Baru"), "position": 0, "probability": 20,
            "kind": "open",
        }),
        "product" => json!({"name": fresh("Gayo")}),
        "tax_rate" => json!({"name": fresh("PPN"), "percent": "11"}),
        "price_book" => json!({"name": fresh("Eceran"), "currency": "IDR"}),
        "price" => json!({
            "price_book_id": make(client, "price_book")["id"], "product_id": make(client, "product")["id"],
            "unit_price": 4_200_000,
        }),
        "quote" => json!({"name": fresh("Kontrak"), "currency": "IDR"}),
        "exchange_rate" => json!({"currency": "USD", "day": day(), "rate": "15850"}),
        "saved_view" => json!({"name": fresh("Pelanggan"), "object": "contact"}),
        "custom_field" => json!({"object": "contact", "label": fresh("Tier"), "kind": "text"}),
        "team" => json!({"name": fresh("Bandung")}),
        other => panic!("no body for {other}"),
    }
}

/// Makes a record with the least it needs.
#[track_caller]
pub fn make(client: &Client, name: &str) -> Value {
    let body = minimal(client, name);
    client.create(object(name).expect("an object").plural, &body)
}

/// Makes a record with further members.
#[track_caller]
pub fn make_with(client: &Client, name: &str, members: Value) -> Value {
    let body = merged(minimal(client, name), &members);
    client.create(object(name).expect("an object").plural, &body)
}

/// A body with the members of another one in it.
pub fn merged(mut body: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().expect("members are an object") {
        body[name] = value.clone();
    }
    body
}

/// The first stage of the pipeline that a workspace begins with; a pipeline is made when there is none.
#[track_caller]
pub fn first_stage(client: &Client) -> Value {
    let stages = client
        .list("stages", &[("sort", "position"), ("limit", "200")])
        .ok(200);
    stages["items"]
        .get(0)
        .cloned()
        .unwrap_or_else(|| make(client, "stage"))
}

/// A pipeline of its own with three open stages, a won and a lost one; the stages by their place.
#[track_caller]
pub fn pipeline(client: &Client) -> (String, Vec<String>) {
    let pipeline = id(&make(client, "pipeline"));
    let stage = |(position, (probability, kind)): (usize, (i64, &str))| {
        let body = json!({
            "pipeline_id": pipeline, "name": fresh(kind), "position": position, "probability": probability, "kind": kind,
        });
        id(&client.create("stages", &body))
    };
    let kinds = [
        (10, "open"),
        (33, "open"),
        (75, "open"),
        (100, "won"),
        (0, "lost"),
    ];
    let stages = kinds.into_iter().enumerate().map(stage).collect();
    (pipeline, stages)
}

/// The id of a record.
#[track_caller]
pub fn id(record: &Value) -> String {
    record["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no id: {record}"))
        .to_owned()
}

/// The version of a record.
#[track_caller]
pub fn version(record: &Value) -> i64 {
    record["version"]
        .as_i64()
        .unwrap_or_else(|| panic!("no version: {record}"))
}

/// The path of a record.
pub fn path(object: &Object, record: &Value) -> String {
    format!("{}/{}", object.plural, id(record))
}

/// Values of a JSON type that a field does not take, or of the right type and no meaning, with the code of the fault
/// and its place below the field.
pub fn wrong_values(field: &Field) -> Vec<(Value, &'static str, &'static str)> {
    let (code, wrong) = match &field.kind {
        Kind::Text { .. } | Kind::LongText { .. } | Kind::Point(_) => {
            ("not_text", vec![json!(5), json!(1.5)])
        }
        Kind::Integer | Kind::Money { .. } => (
            "not_whole_number",
            vec![json!("five"), json!("5"), json!(1.5), json!(1e30)],
        ),
        Kind::Boolean => ("not_boolean", vec![json!("true"), json!(1)]),
        Kind::Date => (
            "not_date",
            vec![
                json!(5),
                json!("2026-02-30"),
                json!("22/11/2026"),
                json!("2026-11-22T00:00:00Z"),
            ],
        ),
        Kind::Instant => (
            "not_instant",
            vec![json!(5), json!("2026-11-22"), json!("2026-11-22T25:00:00Z")],
        ),
        Kind::Choice(_) => ("not_a_choice", vec![json!(5), json!("nonsense")]),
        Kind::Reference(_) | Kind::Person => ("not_id", vec![json!(5), json!("nobody")]),
        Kind::Many(_) => ("not_list", vec![json!(5), json!("text")]),
        Kind::Number => ("not_number", vec![json!("five"), json!("5")]),
        Kind::Json => return Vec::new(),
    };
    let mut all: Vec<_> = wrong.into_iter().map(|value| (value, code, "")).collect();
    match &field.kind {
        Kind::Many(_) => all.extend([(json!({"a": 1}), code, ""), (json!(true), code, "")]),
        _ => all.extend([(json!(["a"]), code, ""), (json!({"a": 1}), code, "")]),
    }
    if !matches!(field.kind, Kind::Boolean | Kind::Many(_)) {
        all.push((json!(true), code, ""));
    }
    match &field.kind {
        Kind::Many(Item::Reference(_)) => all.extend([
            (json!([5]), "not_id", "/0"),
            (json!(["nobody"]), "not_id", "/0"),
        ]),
        // Only fields that are added hold several codes.
        Kind::Many(Item::Choice(_)) => {}
        Kind::Many(item) => {
            let code = if *item == Item::Email {
                "not_email"
            } else {
                "not_phone"
            };
            all.push((json!([{"value": "12"}]), code, "/0"));
            all.push((json!(["siti@kopi.example"]), "not_text", "/0"));
            all.push((
                json!([{"value": "siti@kopi.example", "since": 1}]),
                "not_text",
                "/0",
            ));
            all.push((json!([{"label": "work"}]), "not_text", "/0"));
        }
        _ => {}
    }
    all
}

/// Fields that a client may write when it makes a record.
pub fn writable(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    object
        .all_fields()
        .filter(|field| field.write != Write::Never)
}

/// The membership of somebody.
#[track_caller]
pub fn membership(client: &Client, email: &str) -> Value {
    let members = client.get("members").ok(200);
    let mut rows = members["items"].as_array().expect("a list").iter();
    rows.find(|row| row["email"] == email)
        .expect("a member")
        .clone()
}

/// Changes a member and returns the membership.
#[track_caller]
pub fn place(client: &Client, email: &str, changes: &Value) -> Value {
    let row = membership(client, email);
    client
        .patch(&format!("members/{}", id(&row)), version(&row), changes)
        .ok(200)
}
