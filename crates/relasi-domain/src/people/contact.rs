//! A contact: a person. One name is enough.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    choices,
    fault::Faults,
    field::{Field, Item, Kind},
    record::{Guard, Object, Record},
};

/// An e-mail address or a phone number with what it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// As written.
    pub value: String,
    /// For example `work`; free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Whole name as the person uses it.
    pub full_name: String,
    /// Family name where there is one.
    pub family_name: Option<String>,
    /// What friends call them.
    pub nickname: Option<String>,
    /// Bapak, Ibu, Khun.
    pub honorific: Option<String>,
    /// E-mail addresses, the first is the main one.
    pub emails: Vec<Point>,
    /// Phone numbers, the first is the main one.
    pub phones: Vec<Point>,
    /// What they do at their company.
    pub job_title: Option<String>,
    /// Their present main company.
    pub company_id: Option<Uuid>,
    /// Where they stand towards us.
    pub lifecycle_stage: Option<String>,
    /// How they came to us.
    pub source: Option<String>,
    /// The campaign that brought them.
    pub campaign: Option<String>,
    /// When they first met us.
    pub first_touch_at: Option<DateTime<Utc>>,
    /// Language to write to them in.
    pub language: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// How they like to be reached.
    pub preferred_channel: Option<String>,
    /// Birthday.
    pub birth_date: Option<chrono::NaiveDate>,
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

/// Lifecycle stages, from stranger to advocate.
pub static LIFECYCLE: &[Cow<'static, str>] = &[
    Cow::Borrowed("subscriber"),
    Cow::Borrowed("lead"),
    Cow::Borrowed("mql"),
    Cow::Borrowed("sql"),
    Cow::Borrowed("opportunity"),
    Cow::Borrowed("customer"),
    Cow::Borrowed("evangelist"),
    Cow::Borrowed("other"),
];

/// Channels a person may prefer.
pub static CHANNELS: &[Cow<'static, str>] = &[
    Cow::Borrowed("email"),
    Cow::Borrowed("phone"),
    Cow::Borrowed("whatsapp"),
    Cow::Borrowed("line"),
    Cow::Borrowed("sms"),
];

/// Languages a person may be written to in.
pub static LANGUAGES: &[Cow<'static, str>] = &[
    Cow::Borrowed("en"),
    Cow::Borrowed("id"),
    Cow::Borrowed("th"),
];

static FIELDS: &[Field] = &[
    Field::text("full_name", 200)
        .required()
        .searched()
        .sortable()
        .keyed()
        .private()
        .aliases(&[
            "name",
            "full name",
            "contact name",
            "nama",
            "nama lengkap",
            "ชื่อ",
            "ชื่อ-นามสกุล",
            "ชื่อเต็ม",
        ]),
    Field::text("family_name", 120)
        .sortable()
        .keyed()
        .private()
        .aliases(&[
            "last name",
            "surname",
            "nama keluarga",
            "nama belakang",
            "นามสกุล",
        ]),
    Field::text("nickname", 80).searched().private().aliases(&[
        "panggilan",
        "nama panggilan",
        "ชื่อเล่น",
    ]),
    Field::text("honorific", 40).aliases(&["title", "salutation", "sapaan", "คำนำหน้า"]),
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
    Field::text("job_title", 120).aliases(&["job title", "position", "jabatan", "ตำแหน่ง"]),
    Field::reference("company_id", "company").aliases(&[
        "company",
        "company name",
        "account",
        "perusahaan",
        "nama perusahaan",
        "บริษัท",
    ]),
    Field::choice("lifecycle_stage", LIFECYCLE)
        .sortable()
        .aliases(&["lifecycle stage", "stage", "tahap", "สถานะ"]),
    Field::text("source", 80)
        .sortable()
        .aliases(&["lead source", "sumber", "แหล่งที่มา"]),
    Field::text("campaign", 120).sortable(),
    Field::new("first_touch_at", Kind::Instant)
        .sortable()
        .on_create(),
    Field::choice("language", LANGUAGES).aliases(&["bahasa", "ภาษา"]),
    Field::text("time_zone", 60).aliases(&["timezone", "time zone", "zona waktu", "เขตเวลา"]),
    Field::choice("preferred_channel", CHANNELS),
    Field::new("birth_date", Kind::Date).private().aliases(&[
        "birthday",
        "birth date",
        "date of birth",
        "tanggal lahir",
        "วันเกิด",
    ]),
    Field::text("address", 500)
        .private()
        .aliases(&["street", "alamat", "ที่อยู่"]),
    Field::text("city", 120)
        .sortable()
        .keyed()
        .aliases(&["town", "kota", "เมือง", "อำเภอ"]),
    Field::text("province", 120).aliases(&["state", "provinsi", "จังหวัด"]),
    Field::text("postal_code", 20).aliases(&[
        "zip",
        "zip code",
        "postcode",
        "kode pos",
        "รหัสไปรษณีย์",
    ]),
    Field::text("country", 2).aliases(&["negara", "ประเทศ"]),
    Field::long_text("description", 10_000).aliases(&["notes", "catatan", "หมายเหตุ"]),
    Field::new("tags", Kind::Many(Item::Reference(Cow::Borrowed("tag")))).aliases(&[
        "tag",
        "label",
        "แท็ก",
    ]),
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
    name: "contact",
    plural: "contacts",
    table: "contacts",
    title: "full_name",
    fields: FIELDS,
    searchable: true,
    extensible: true,
    guard: Guard::Records,
};

impl Record for Contact {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "contact";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            choices::bad_country(self.country.as_deref()),
            "country",
            "not_country",
        );
        let zone = self.time_zone.as_deref();
        faults.check(
            zone.is_some_and(choices::bad_time_zone),
            "time_zone",
            "not_time_zone",
        );
    }
}
