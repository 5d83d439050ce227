//! A team: people who work on the same records.

use serde::{Deserialize, Serialize};

use crate::{
    field::Field,
    record::{Guard, Object, Record},
};

/// People who work on the same records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Team {
    /// Its name.
    pub name: String,
}

static FIELDS: &[Field] = &[Field::text("name", 80).required().sortable().keyed()];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "team",
    plural: "teams",
    table: "teams",
    title: "name",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for Team {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "team";
}
