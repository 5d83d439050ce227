//! A company: an organisation one does business with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    choices,
    fault::Faults,
    field::{Field, Item, Kind},
    people::contact::Point,
    record::{Guard, Object, Record},
};

/// An organisation one does business with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Company {
    /// Full name with its legal form.
    pub name: String,
    /// Internet domain, for example `kopi.example`.
    pub domain: Option<String>,
    /// Trade it is in.
    pub industry: Option<String>,
    /// Number of people who work there.
    pub employees: Option<i64>,
    /// Tax number.
    pub tax_id: Option<String>,
    /// Addresses of the company itself.
    pub emails: Vec<Point>,
    /// Phone numbers of the company itself.
    pub phones: Vec<Point>,
    /// Web address.
    pub website: Option<String>,
    /// Street, house, district.
    pub address: Option<String>,
    /// City or regency.
    pub city: Option<String>,
    /// Province or state.
    pub province: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// What the company is to us.
    pub lifecycle_stage: Option<String>,
    /// The company that owns it.
    pub parent_id: Option<Uuid>,
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

static FIELDS: &[Field] = &[
    Field::text("name", 200)
        .required()
        .searched()
        .sortable()
        .keyed()
        .aliases(&[
            "company",
            "company name",
            "account",
            "perusahaan",
            "nama perusahaan",
            "บริษัท",
            "ชื่อบริษัท",
        ]),
    Field::text("domain", 253).searched().sortable().aliases(&[
        "company domain",
        "domain name",
        "domain perusahaan",
        "โดเมน",
    ]),
    Field::text("industry", 80).sortable().keyed().aliases(&[
        "industri",
        "bidang usaha",
        "อุตสาหกรรม",
    ]),
    Field::new("employees", Kind::Integer).sortable().aliases(&[
        "number of employees",
        "jumlah karyawan",
        "จำนวนพนักงาน",
    ]),
    Field::text("tax_id", 40).aliases(&["npwp", "tax number", "vat", "เลขประจำตัวผู้เสียภาษี"]),
    Field::new("emails", Kind::Many(Item::Email))
        .searched()
        .private(),
    Field::new("phones", Kind::Many(Item::Phone))
        .searched()
        .private(),
    Field::text("website", 500).aliases(&["url", "situs web", "เว็บไซต์"]),
    Field::text("address", 500),
    Field::text("city", 120).sortable().keyed(),
    Field::text("province", 120),
    Field::text("postal_code", 20),
    Field::text("country", 2),
    Field::choice("lifecycle_stage", super::contact::LIFECYCLE).sortable(),
    Field::reference("parent_id", "company"),
    Field::long_text("description", 10_000),
    Field::new(
        "tags",
        Kind::Many(Item::Reference(std::borrow::Cow::Borrowed("tag"))),
    ),
    Field::new(
        "problems",
        Kind::Many(Item::Choice(std::borrow::Cow::Borrowed(
            super::problem::PROBLEMS,
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
    name: "company",
    plural: "companies",
    table: "companies",
    title: "name",
    fields: FIELDS,
    searchable: true,
    extensible: true,
    guard: Guard::Records,
};

impl Record for Company {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "company";

    fn validate(&self, faults: &mut Faults) {
        let domain = self.domain.as_deref().unwrap_or("a.b");
        let plain = domain.contains('.') && !domain.contains(['/', ' ', '@', ':']);
        faults.check(!plain, "domain", "not_domain");
        faults.check(
            self.employees.is_some_and(|n| n < 0),
            "employees",
            "negative",
        );
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
