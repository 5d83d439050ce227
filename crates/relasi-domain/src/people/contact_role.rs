//! A role of a contact at a company, for as long as it lasted.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// What a person is or was at a company.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactRole {
    /// The person.
    pub contact_id: Uuid,
    /// The company.
    pub company_id: Uuid,
    /// For example "buyer" or "finance".
    pub role: String,
    /// First day.
    pub from_date: Option<NaiveDate>,
    /// Last day; none while it lasts.
    pub to_date: Option<NaiveDate>,
}

static FIELDS: &[Field] = &[
    Field::reference("contact_id", "contact").required(),
    Field::reference("company_id", "company").required(),
    Field::text("role", 120).required().sortable().keyed(),
    Field::new("from_date", Kind::Date).sortable(),
    Field::new("to_date", Kind::Date).sortable(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "contact_role",
    plural: "contact-roles",
    table: "contact_roles",
    title: "role",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Records,
};

impl Record for ContactRole {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "contact_role";

    fn validate(&self, faults: &mut Faults) {
        let backwards =
            matches!((self.from_date, self.to_date), (Some(from), Some(to)) if to < from);
        faults.check(backwards, "to_date", "before_start");
    }
}
