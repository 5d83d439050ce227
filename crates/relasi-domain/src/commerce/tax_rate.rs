//! A tax that lines can have.

use serde::{Deserialize, Serialize};

use super::exact::{Exact, ONE};
use crate::{
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// A tax such as `VAT 7 %`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaxRate {
    /// What it is called.
    pub name: String,
    /// In per cent, as plain decimal text: `11`, `7.5`.
    pub percent: String,
    /// Prices contain it.
    pub included: bool,
}

static FIELDS: &[Field] = &[
    Field::text("name", 60).required().sortable().keyed(),
    Field::text("percent", 12).required(),
    Field::new("included", Kind::Boolean),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "tax_rate",
    plural: "tax-rates",
    table: "tax_rates",
    title: "name",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for TaxRate {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "tax_rate";

    fn validate(&self, faults: &mut Faults) {
        let percent = Exact::parse(&self.percent);
        let within = percent.is_some_and(|percent| (0..=100 * ONE).contains(&percent.0));
        faults.check(!within, "percent", "not_percent");
    }
}
