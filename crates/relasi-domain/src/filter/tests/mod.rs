mod custom;
mod grammar;
mod meaning;
mod properties;

use chrono::{DateTime, Utc, Weekday};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::*;
use crate::{
    people::contact,
    record::{Document, Object},
};

const ME: Uuid = Uuid::from_u128(1);
const TAG: Uuid = Uuid::from_u128(2);
const COMPANY: Uuid = Uuid::from_u128(3);
const PARENT: Uuid = Uuid::from_u128(4);

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("a valid instant")
}

/// Sunday 22 November 2026, half past midnight in Jakarta; still Saturday in UTC.
fn context() -> Context {
    Context {
        now: instant("2026-11-21T17:30:00Z"),
        zone: Tz::Asia__Jakarta,
        week_start: Weekday::Mon,
        me: Some(ME),
        my_team: None,
    }
}

fn document(json: Json) -> Document {
    match json {
        Json::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

fn siti() -> Document {
    document(json!({
        "id": "00000000-0000-0000-0000-0000000000aa",
        "version": 3,
        "full_name": "Siti Rahma โรงแรม",
        "nickname": "Sita",
        "city": "BANDUNG",
        "source": "Fair",
        "job_title": null,
        "lifecycle_stage": "customer",
        "description": "Likes Kopi\nand tea",
        "emails": [{"value": "Siti@Kopi.example"}],
        "phones": [{"value": "0812-3456-7890", "label": "mobile"}],
        "tags": [TAG.to_string()],
        "company_id": COMPANY.to_string(),
        "owner_id": ME.to_string(),
        "birth_date": "1990-02-28",
        "created_at": "2026-11-21T17:00:00Z",
        "next_step_at": null,
    }))
}

fn lookup(object: &'static Object, id: Uuid) -> Option<Document> {
    let company = |name: &str, parent: Option<Uuid>| {
        document(json!({"name": name, "industry": "Retail", "employees": 12, "parent_id": parent}))
    };
    match (object.name, id) {
        ("company", COMPANY) => Some(company("Kopi", Some(PARENT))),
        ("company", PARENT) => Some(company("Teh", None)),
        _ => None,
    }
}

fn takes_with(text: &str, record: &Document) -> bool {
    let filter = parse(text, &contact::OBJECT).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    filter.resolve(&context()).matches(record, &lookup)
}

fn takes(text: &str) -> bool {
    takes_with(text, &siti())
}
