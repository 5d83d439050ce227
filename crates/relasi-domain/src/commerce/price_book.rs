//! A price book: prices in a currency, for some companies, for some time.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    choices,
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// A set of prices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PriceBook {
    /// What it is called.
    pub name: String,
    /// ISO 4217; all its prices are in it.
    pub currency: String,
    /// A filter of companies; for all of them when empty.
    pub segment: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// Among several that apply the one with the highest comes first.
    pub priority: Option<i64>,
    /// Not in use.
    pub inactive: bool,
}

static FIELDS: &[Field] = &[
    Field::text("name", 80).required().sortable().keyed(),
    Field::text("currency", 3).required(),
    Field::text("segment", 1_000),
    Field::new("valid_from", Kind::Date).sortable(),
    Field::new("valid_to", Kind::Date).sortable(),
    Field::new("priority", Kind::Integer).sortable(),
    Field::new("inactive", Kind::Boolean),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "price_book",
    plural: "price-books",
    table: "price_books",
    title: "name",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for PriceBook {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "price_book";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            choices::bad_currency(&self.currency),
            "currency",
            "not_currency",
        );
        let ends = self.valid_from.zip(self.valid_to);
        faults.check(
            ends.is_some_and(|(from, to)| to < from),
            "valid_to",
            "before_start",
        );
        let beyond = |priority: i64| !(-1_000_000..=1_000_000).contains(&priority);
        faults.check(
            self.priority.is_some_and(beyond),
            "priority",
            "out_of_range",
        );
    }
}
