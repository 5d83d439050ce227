//! A lead: somebody who showed interest and is not yet known to be worth a deal.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    choices,
    fault::Faults,
    field::{Field, Item, Kind},
    people::contact::{LANGUAGES, Point},
    record::{Guard, Object, Record},
};

/// Somebody who showed interest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lead {
    /// Whole name as the person uses it.
    pub name: String,
    /// Where they work, as they wrote it.
    pub company_name: Option<String>,
    /// What they do there.
    pub job_title: Option<String>,
    /// E-mail addresses, the first is the main one.
    pub emails: Vec<Point>,
    /// Phone numbers, the first is the main one.
    pub phones: Vec<Point>,
    /// Language to write to them in.
    pub language: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// City or regency.
    pub city: Option<String>,
    /// Their web site.
    pub website: Option<String>,
    /// How they came to us.
    pub source: Option<String>,
    /// The campaign that brought them.
    pub campaign: Option<String>,
    /// Landing page and referrer.
    pub source_detail: Option<String>,
    /// When they first met us; the time of creation where nobody says otherwise.
    pub first_touch_at: Option<DateTime<Utc>>,
    /// new, working, nurturing, qualified, unqualified or converted; changed by verbs.
    pub status: String,
    /// How promising they are by the rules; maintained.
    pub score: Option<i64>,
    /// The same as A, B, C or D; maintained.
    pub grade: Option<String>,
    /// How many of a hundred like this one are won, by the model; maintained.
    pub chance: Option<i64>,
    /// When marketing found them qualified; set by the verb `qualify`.
    pub mql_at: Option<DateTime<Utc>>,
    /// When sales found them qualified; set by the verb `qualify`.
    pub sql_at: Option<DateTime<Utc>>,
    /// When marketing handed them to sales; set by the verb `hand-off`.
    pub handed_off_at: Option<DateTime<Utc>>,
    /// Who did.
    pub handed_off_by: Option<Uuid>,
    /// When sales took them on; set by the verb `accept`.
    pub accepted_at: Option<DateTime<Utc>>,
    /// Who did.
    pub accepted_by: Option<Uuid>,
    /// When sales gave them back; set by the verb `return`.
    pub returned_at: Option<DateTime<Utc>>,
    /// Why.
    pub return_reason: Option<String>,
    /// The first time that one of us spoke or wrote to them; maintained.
    pub first_response_at: Option<DateTime<Utc>>,
    /// Until when somebody should have; maintained.
    pub response_due_at: Option<DateTime<Utc>>,
    /// Why nothing will come of it; set by the verb `disqualify`.
    pub unqualified_reason: Option<String>,
    /// When they became a contact; set by the verb `convert`.
    pub converted_at: Option<DateTime<Utc>>,
    /// The contact they became.
    pub contact_id: Option<Uuid>,
    /// The company of that contact.
    pub company_id: Option<Uuid>,
    /// The deal that came of it.
    pub deal_id: Option<Uuid>,
    /// Free description.
    pub description: Option<String>,
    /// Tags.
    pub tags: Vec<Uuid>,
    /// What is wrong with addresses and numbers; maintained.
    pub problems: Vec<String>,
    /// Due time of the earliest open activity; maintained.
    pub next_step_at: Option<DateTime<Utc>>,
    /// Time of the latest finished activity; maintained.
    pub last_activity_at: Option<DateTime<Utc>>,
}

/// States of a lead, in the order of its life.
pub static STATUSES: &[Cow<'static, str>] = &[
    Cow::Borrowed("new"),
    Cow::Borrowed("working"),
    Cow::Borrowed("nurturing"),
    Cow::Borrowed("qualified"),
    Cow::Borrowed("unqualified"),
    Cow::Borrowed("converted"),
];

/// How promising leads are, the best first.
pub static GRADES: &[Cow<'static, str>] = &[
    Cow::Borrowed("a"),
    Cow::Borrowed("b"),
    Cow::Borrowed("c"),
    Cow::Borrowed("d"),
];

/// The state in which nothing of a lead changes any more.
pub const CONVERTED: &str = "converted";

static FIELDS: &[Field] = &[
    Field::text("name", 200)
        .required()
        .searched()
        .sortable()
        .keyed()
        .private()
        .aliases(&[
            "lead",
            "lead name",
            "full name",
            "contact name",
            "nama",
            "nama lengkap",
            "prospek",
            "nama prospek",
            "ชื่อ",
            "ชื่อ-นามสกุล",
            "ชื่อผู้สนใจ",
            "ผู้สนใจ",
        ]),
    Field::text("company_name", 200)
        .searched()
        .sortable()
        .keyed()
        .aliases(&[
            "company",
            "company name",
            "account",
            "organisation",
            "organization",
            "perusahaan",
            "nama perusahaan",
            "บริษัท",
            "ชื่อบริษัท",
        ]),
    Field::text("job_title", 120).aliases(&["job title", "position", "jabatan", "ตำแหน่ง"]),
    Field::new("emails", Kind::Many(Item::Email))
        .searched()
        .private()
        .aliases(&[
            "email",
            "e-mail",
            "email address",
            "alamat email",
            "surel",
            "อีเมล",
        ]),
    Field::new("phones", Kind::Many(Item::Phone))
        .searched()
        .private()
        .aliases(&[
            "phone",
            "phone number",
            "mobile",
            "no hp",
            "no. hp",
            "telepon",
            "nomor telepon",
            "โทรศัพท์",
            "เบอร์โทร",
            "มือถือ",
        ]),
    Field::choice("language", LANGUAGES).aliases(&["bahasa", "ภาษา"]),
    Field::text("country", 2).aliases(&["negara", "ประเทศ"]),
    Field::text("city", 120)
        .sortable()
        .keyed()
        .aliases(&["town", "kota", "เมือง", "อำเภอ"]),
    Field::text("website", 500).aliases(&["url", "situs web", "เว็บไซต์"]),
    Field::text("source", 80)
        .sortable()
        .aliases(&["lead source", "sumber", "แหล่งที่มา"]),
    Field::text("campaign", 120)
        .sortable()
        .aliases(&["utm_campaign", "kampanye", "แคมเปญ"]),
    Field::long_text("source_detail", 500).aliases(&[
        "landing page",
        "referrer",
        "halaman asal",
        "หน้าที่มา",
    ]),
    Field::new("first_touch_at", Kind::Instant)
        .sortable()
        .on_create()
        .aliases(&["first touch"]),
    Field::choice("status", STATUSES).sortable().read_only(),
    Field::new("score", Kind::Integer).sortable().read_only(),
    Field::choice("grade", GRADES).read_only(),
    Field::new("chance", Kind::Integer).sortable().read_only(),
    Field::new("mql_at", Kind::Instant).sortable().read_only(),
    Field::new("sql_at", Kind::Instant).sortable().read_only(),
    Field::new("handed_off_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("handed_off_by", Kind::Person).read_only(),
    Field::new("accepted_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("accepted_by", Kind::Person).read_only(),
    Field::new("returned_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::text("return_reason", 250).read_only(),
    Field::new("first_response_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("response_due_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::text("unqualified_reason", 250).read_only(),
    Field::new("converted_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::reference("contact_id", "contact").read_only(),
    Field::reference("company_id", "company").read_only(),
    Field::reference("deal_id", "deal").read_only(),
    Field::long_text("description", 10_000).aliases(&["notes", "catatan", "หมายเหตุ"]),
    Field::new("tags", Kind::Many(Item::Reference(Cow::Borrowed("tag")))).aliases(&[
        "tag",
        "label",
        "แท็ก",
    ]),
    Field::new(
        "problems",
        Kind::Many(Item::Choice(Cow::Borrowed(
            crate::people::problem::PROBLEMS,
        ))),
    )
    .read_only(),
    Field::new("next_step_at", Kind::Instant)
        .sortable()
        .read_only(),
    Field::new("last_activity_at", Kind::Instant)
        .sortable()
        .read_only(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "lead",
    plural: "leads",
    table: "leads",
    title: "name",
    fields: FIELDS,
    searchable: true,
    extensible: true,
    guard: Guard::Records,
};

impl Record for Lead {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "lead";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            choices::bad_country(self.country.as_deref()),
            "country",
            "not_country",
        );
        faults.check(
            choices::bad_url(self.website.as_deref()),
            "website",
            "not_url",
        );
    }
}
