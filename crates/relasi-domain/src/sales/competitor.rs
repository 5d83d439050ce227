//! Somebody who is after the same deals.

use serde::{Deserialize, Serialize};

use crate::{
    choices,
    fault::Faults,
    field::Field,
    record::{Guard, Object, Record},
};

/// Somebody who is after the same deals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Competitor {
    /// Its name.
    pub name: String,
    /// Where they show themselves.
    pub website: Option<String>,
    /// What they are good at.
    pub strengths: Option<String>,
    /// What they are not good at, and what to say of it.
    pub weaknesses: Option<String>,
}

static FIELDS: &[Field] = &[
    Field::text("name", 120).required().sortable().keyed(),
    Field::text("website", 500),
    Field::long_text("strengths", 4_000),
    Field::long_text("weaknesses", 4_000),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "competitor",
    plural: "competitors",
    table: "competitors",
    title: "name",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for Competitor {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "competitor";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            choices::bad_url(self.website.as_deref()),
            "website",
            "not_url",
        );
    }
}
