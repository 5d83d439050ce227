//! A quote: what is offered to somebody, in versions, until it is accepted.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    choices,
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// What is offered to somebody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quote {
    /// What it is about.
    pub name: String,
    /// Counted within the workspace; maintained.
    pub number: Option<String>,
    /// Counts up with each change after it was sent; maintained.
    pub revision: Option<i64>,
    /// Where it stands; changed by verbs and by who gets it.
    pub status: String,
    /// The deal that is won with it.
    pub deal_id: Option<Uuid>,
    /// Who would buy.
    pub company_id: Option<Uuid>,
    /// To whom it goes.
    pub contact_id: Option<Uuid>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Where prices come from; by the rules when empty.
    pub price_book_id: Option<Uuid>,
    /// Language of the document.
    pub language: Option<String>,
    /// Last day on which it can be accepted.
    pub valid_until: Option<NaiveDate>,
    /// Printed below the lines.
    pub terms: Option<String>,
    /// Quantities times prices, in minor units of `currency`; maintained.
    pub subtotal: Option<i64>,
    /// What is taken off; maintained.
    pub discount: Option<i64>,
    /// All taxes; maintained.
    pub tax: Option<i64>,
    /// What is to be paid; maintained.
    pub total: Option<i64>,
    /// Who was asked to approve it; maintained.
    pub approver_id: Option<Uuid>,
    /// Who asked; maintained.
    pub asked_by: Option<Uuid>,
    /// Why it was rejected or declined; maintained.
    pub reason: Option<String>,
    /// When it was sent last; maintained.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was looked at first; maintained.
    pub viewed_at: Option<DateTime<Utc>>,
    /// When it was accepted or declined; maintained.
    pub decided_at: Option<DateTime<Utc>>,
}

macro_rules! codes {
    ($($code:literal),*) => { &[$(Cow::Borrowed($code)),*] };
}

/// Where quotes stand.
pub static STATUSES: &[Cow<'static, str>] = codes![
    "draft", "waiting", "approved", "sent", "viewed", "accepted", "declined", "expired"
];

static LANGUAGES: &[Cow<'static, str>] = codes!["en", "id", "th"];

static FIELDS: &[Field] = &[
    Field::text("name", 200)
        .required()
        .searched()
        .sortable()
        .keyed()
        .aliases(&["quote", "penawaran", "ใบเสนอราคา"]),
    Field::text("number", 20).searched().sortable().read_only(),
    Field::new("revision", Kind::Integer).read_only(),
    Field::choice("status", STATUSES).sortable().read_only(),
    Field::reference("deal_id", "deal").on_create(),
    Field::reference("company_id", "company").aliases(&["company", "perusahaan", "บริษัท"]),
    Field::reference("contact_id", "contact").aliases(&["contact", "kontak", "ผู้ติดต่อ"]),
    Field::text("currency", 3).aliases(&["mata uang", "สกุลเงิน"]),
    Field::reference("price_book_id", "price_book"),
    Field::choice("language", LANGUAGES),
    Field::new("valid_until", Kind::Date).sortable(),
    Field::long_text("terms", 5_000),
    Field::money("subtotal", "currency").read_only(),
    Field::money("discount", "currency").read_only(),
    Field::money("tax", "currency").read_only(),
    Field::money("total", "currency").sortable().read_only(),
    Field::new("approver_id", Kind::Person).read_only(),
    Field::new("asked_by", Kind::Person).read_only(),
    Field::text("reason", 1_000).read_only(),
    Field::new("sent_at", Kind::Instant).sortable().read_only(),
    Field::new("viewed_at", Kind::Instant).read_only(),
    Field::new("decided_at", Kind::Instant)
        .sortable()
        .read_only(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "quote",
    plural: "quotes",
    table: "quotes",
    title: "name",
    fields: FIELDS,
    searchable: true,
    extensible: true,
    guard: Guard::Records,
};

/// Fields that are printed: with one of them what was sent is no longer what stands here.
pub const PRINTED: [&str; 5] = ["name", "currency", "language", "valid_until", "terms"];

impl Record for Quote {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "quote";

    fn validate(&self, faults: &mut Faults) {
        let currency = self.currency.as_deref();
        faults.check(
            currency.is_some_and(choices::bad_currency),
            "currency",
            "not_currency",
        );
    }
}

/// Where a quote stands, as far as rules go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being written.
    Draft,
    /// Its discount waits for approval.
    Waiting,
    /// Its discount is approved.
    Approved,
    /// With the customer, seen or not.
    Out,
    /// Accepted: it stays as it is.
    Accepted,
    /// Declined or expired: another version may follow.
    Over,
}

impl State {
    /// By the code of a status.
    pub fn of(status: &str) -> Self {
        match status {
            "waiting" => Self::Waiting,
            "approved" => Self::Approved,
            "sent" | "viewed" => Self::Out,
            "accepted" => Self::Accepted,
            "declined" | "expired" => Self::Over,
            _ => Self::Draft,
        }
    }

    /// Whether a change of what is printed makes another version.
    pub fn makes_another_version(self) -> bool {
        matches!(self, Self::Out | Self::Over)
    }

    /// Whether it can be sent, its discount apart.
    pub fn may_be_sent(self) -> bool {
        matches!(self, Self::Draft | Self::Approved | Self::Out)
    }
}

/// The number of a quote as it is shown.
pub fn number(count: i64) -> String {
    format!("Q-{count:05}")
}
