//! A deal: business that may be won.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    choices,
    fault::Faults,
    field::{Field, Item, Kind},
    record::{Document, Guard, Object, Record},
    sales::{deal_contact::ROLES, stage::CATEGORIES},
};

/// Business that may be won.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deal {
    /// What it is about.
    pub name: String,
    /// The company that would buy.
    pub company_id: Option<Uuid>,
    /// The main person on the other side.
    pub contact_id: Option<Uuid>,
    /// The way it goes.
    pub pipeline_id: Uuid,
    /// Where it stands; changed by the verb `move`.
    pub stage_id: Uuid,
    /// open, won or lost; follows from the stage.
    pub status: String,
    /// Worth in minor units of `currency`.
    pub amount: Option<i64>,
    /// The amount is what its lines come to.
    pub amount_follows_lines: bool,
    /// ISO 4217.
    pub currency: String,
    /// When it should close.
    pub close_date: Option<NaiveDate>,
    /// When it entered its stage; maintained.
    pub stage_since: Option<DateTime<Utc>>,
    /// When it was won or lost; maintained.
    pub closed_at: Option<DateTime<Utc>>,
    /// Chance to win in per cent, where it is another one than that of the stage.
    pub probability: Option<i64>,
    /// Where it counts in a forecast, where it is elsewhere than its stage says.
    pub forecast_category: Option<String>,
    /// Why it was lost; set by the verb `lose`.
    pub lost_reason: Option<String>,
    /// Why it was won; set by the verb `win`.
    pub won_reason: Option<String>,
    /// What else is to be said of its end; set by the verbs `win` and `lose`.
    pub closed_note: Option<String>,
    /// Who won it instead; set by the verb `lose`.
    pub lost_to_id: Option<Uuid>,
    /// What is to be done next, in words.
    pub next_step: Option<String>,
    /// Roles of its people that are filled; maintained.
    pub contact_roles: Vec<String>,
    /// Who else is after it; maintained.
    pub competitors: Vec<Uuid>,
    /// How it came about.
    pub source: Option<String>,
    /// The campaign that brought it.
    pub campaign: Option<String>,
    /// Free description.
    pub description: Option<String>,
    /// Tags.
    pub tags: Vec<Uuid>,
    /// Due time of the earliest open activity; maintained.
    pub next_step_at: Option<DateTime<Utc>>,
    /// Time of the latest finished activity; maintained.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// From when on it is quiet, for longer than its stage has patience for; maintained.
    pub quiet_at: Option<DateTime<Utc>>,
}

/// States of a deal.
pub static STATUSES: &[Cow<'static, str>] = &[
    Cow::Borrowed("open"),
    Cow::Borrowed("won"),
    Cow::Borrowed("lost"),
];

static FIELDS: &[Field] = &[
    Field::text("name", 200)
        .required()
        .searched()
        .sortable()
        .keyed()
        .aliases(&[
            "deal",
            "deal name",
            "opportunity",
            "peluang",
            "nama peluang",
            "ดีล",
            "ชื่อดีล",
        ]),
    Field::reference("company_id", "company").aliases(&["company", "perusahaan", "บริษัท"]),
    Field::reference("contact_id", "contact").aliases(&["contact", "kontak", "ผู้ติดต่อ"]),
    Field::reference("pipeline_id", "pipeline")
        .required()
        .on_create(),
    Field::reference("stage_id", "stage").required().on_create(),
    Field::choice("status", STATUSES).sortable().read_only(),
    Field::money("amount", "currency")
        .sortable()
        .aliases(&["value", "nilai", "มูลค่า"]),
    Field::new("amount_follows_lines", Kind::Boolean),
    Field::text("currency", 3)
        .required()
        .aliases(&["mata uang", "สกุลเงิน"]),
    Field::new("close_date", Kind::Date).sortable().aliases(&[
        "close date",
        "tanggal tutup",
        "วันที่ปิด",
    ]),
    Field::new("stage_since", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("closed_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("probability", Kind::Integer).sortable(),
    Field::choice("forecast_category", CATEGORIES).sortable(),
    Field::text("lost_reason", 250).read_only(),
    Field::text("won_reason", 250).read_only(),
    Field::long_text("closed_note", 2_000).read_only(),
    Field::reference("lost_to_id", "competitor").read_only(),
    Field::text("next_step", 250),
    Field::new(
        "contact_roles",
        Kind::Many(Item::Choice(Cow::Borrowed(ROLES))),
    )
    .read_only(),
    Field::new(
        "competitors",
        Kind::Many(Item::Reference(Cow::Borrowed("competitor"))),
    )
    .read_only(),
    Field::text("source", 80).sortable(),
    Field::text("campaign", 120).sortable(),
    Field::long_text("description", 10_000),
    Field::new("tags", Kind::Many(Item::Reference(Cow::Borrowed("tag")))),
    Field::new("next_step_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("last_activity_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("quiet_at", Kind::Instant).sortable().read_only(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "deal",
    plural: "deals",
    table: "deals",
    title: "name",
    fields: FIELDS,
    searchable: true,
    extensible: true,
    guard: Guard::Records,
};

/// The largest amount, so that sums over millions of deals stay within 64 bits.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000;

impl Record for Deal {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "deal";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            choices::bad_currency(&self.currency),
            "currency",
            "not_currency",
        );
        faults.check(
            self.amount
                .is_some_and(|a| !(0..=MAX_AMOUNT * 100).contains(&a)),
            "amount",
            "out_of_range",
        );
        let own = self.probability;
        faults.check(
            own.is_some_and(|own| !(0..=100).contains(&own)),
            "probability",
            "out_of_range",
        );
    }
}

/// The chance that a deal was given against that of its stage, in per cent. What is over has none of its own.
pub fn own_probability(deal: &Document) -> Option<i64> {
    let open = deal.get("status").and_then(Value::as_str) == Some("open");
    let own = deal.get("probability").and_then(Value::as_i64);
    own.filter(|_| open)
}

/// An amount times a chance in per cent, rounded down. The product may need more than 64 bits, the result does not.
pub fn weighted(amount: i64, probability: i64) -> i64 {
    let weighted = i128::from(amount) * i128::from(probability) / 100;
    i64::try_from(weighted).unwrap_or(i64::MAX)
}
