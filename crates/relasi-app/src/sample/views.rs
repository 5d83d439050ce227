//! Tags and saved views.

use relasi_domain::{locale::Language, record::Document};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Setting,
    calendar::Calendar,
    document::{members, stamped},
    money,
    random::Random,
    words::Words,
};

/// The tags, and the id of each place in the section: a tag that is there already is taken as it is.
pub(super) fn tags(setting: &Setting<'_>, calendar: &Calendar) -> (Vec<Document>, Vec<Uuid>) {
    let mut random = Random::new(setting, 7);
    let created = super::calendar::at(calendar.ago(super::calendar::HISTORY), setting.zone, 540);
    let (mut made, mut ids) = (Vec::new(), Vec::new());
    for line in setting.language.lines("tag") {
        let (name, colour) = line.split_once(" | ").unwrap_or((line, "teal"));
        let id = random.id(created);
        let key = relasi_domain::text::sort_key(name);
        if let Some(known) = setting.tags.get(&key) {
            ids.push(*known);
            continue;
        }
        let mut tag = stamped(id, created, setting.owners[0]);
        tag.extend(members([("name", json!(name)), ("colour", json!(colour))]));
        made.push(tag);
        ids.push(id);
    }
    (made, ids)
}

struct View {
    code: &'static str,
    object: &'static str,
    filter: String,
    sort: &'static str,
    columns: &'static [&'static str],
}

/// Views that everybody sees.
pub(super) fn views(setting: &Setting<'_>, calendar: &Calendar) -> Vec<Document> {
    let mut random = Random::new(setting, 8);
    let created = super::calendar::at(calendar.ago(120), setting.zone, 600);
    let views = list(setting);
    let documents = views.into_iter().enumerate().map(|(position, view)| {
        let columns: Vec<Value> = view
            .columns
            .iter()
            .map(|name| json!({"field": name, "width": 180}))
            .collect();
        let mut document = stamped(random.id(created), created, setting.owners[0]);
        document.extend(members([
            ("name", json!(setting.language.word("view", view.code))),
            ("object", json!(view.object)),
            ("filter", json!(view.filter)),
            ("sort", json!(view.sort)),
            ("columns", json!(columns)),
            ("layout", json!("table")),
            ("visibility", json!("everyone")),
            ("locked", json!(true)),
            ("pinned", json!(position == 0)),
            ("position", json!(position)),
        ]));
        document
    });
    documents.collect()
}

fn list(setting: &Setting<'_>) -> Vec<View> {
    const PEOPLE: &[&str] = &[
        "full_name",
        "company_id",
        "phones",
        "lifecycle_stage",
        "next_step_at",
    ];
    const DEALS: &[&str] = &[
        "name",
        "company_id",
        "stage_id",
        "amount",
        "close_date",
        "next_step_at",
    ];
    let city = if setting.language == Language::Th {
        "กรุงเทพมหานคร"
    } else {
        "Bandung"
    };
    let currency = setting.currency;
    let big = money::price(20_000, currency);
    let view = |code, object, filter: &str, sort, columns| View {
        code,
        object,
        filter: filter.to_owned(),
        sort,
        columns,
    };
    vec![
        view(
            "quiet",
            "contact",
            "lifecycle_stage in (customer, evangelist, opportunity) and last_activity_at < today-30d",
            "last_activity_at",
            &[
                "full_name",
                "company_id",
                "lifecycle_stage",
                "last_activity_at",
                "next_step_at",
            ],
        ),
        view(
            "city_customers",
            "contact",
            &format!("lifecycle_stage in (customer, evangelist) and city = \"{city}\""),
            "full_name",
            PEOPLE,
        ),
        view(
            "customers",
            "company",
            "lifecycle_stage in (customer, evangelist)",
            "name",
            &["name", "industry", "city", "phones", "last_activity_at"],
        ),
        view(
            "closing",
            "deal",
            "status = open and close_date = this_month",
            "close_date,name",
            DEALS,
        ),
        view(
            "big",
            "deal",
            &format!("status = open and currency = {currency} and amount >= {big}"),
            "-amount",
            DEALS,
        ),
        view(
            "late",
            "activity",
            "done_at is empty and due_at < today",
            "due_at",
            &["subject", "contact_id", "deal_id", "due_at", "owner_id"],
        ),
    ]
}
