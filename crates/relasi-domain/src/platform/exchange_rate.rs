//! What a currency is worth in that of the workspace from some day on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    choices,
    commerce::money::Rate,
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// The rate of a currency.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExchangeRate {
    /// ISO 4217 of the other currency.
    pub currency: String,
    /// From which day on; until the next rate.
    pub day: Option<NaiveDate>,
    /// What one of it is worth in the workspace's currency, as plain decimal text.
    pub rate: String,
    /// Where it is from.
    pub note: Option<String>,
}

static FIELDS: &[Field] = &[
    Field::text("currency", 3)
        .required()
        .sortable()
        .aliases(&["mata uang", "สกุลเงิน"]),
    Field::new("day", Kind::Date)
        .required()
        .sortable()
        .aliases(&["date", "tanggal", "วันที่"]),
    Field::text("rate", 30)
        .required()
        .aliases(&["exchange rate", "kurs", "อัตรา", "อัตราแลกเปลี่ยน"]),
    Field::text("note", 200).keyed(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "exchange_rate",
    plural: "exchange-rates",
    table: "exchange_rates",
    title: "note",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for ExchangeRate {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "exchange_rate";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            choices::bad_currency(&self.currency),
            "currency",
            "not_currency",
        );
        faults.check(Rate::parse(&self.rate).is_none(), "rate", "not_rate");
    }
}
