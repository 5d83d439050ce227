//! A pipeline: the way one kind of deal goes.

use serde::{Deserialize, Serialize};

use crate::{
    choices,
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// A way that deals go, made of stages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Place among the pipelines, from 0.
    pub position: i64,
    /// Currency that new deals start with.
    pub currency: String,
}

static FIELDS: &[Field] = &[
    Field::text("name", 80).required().sortable().keyed(),
    Field::new("position", Kind::Integer).required().sortable(),
    Field::text("currency", 3).required(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "pipeline",
    plural: "pipelines",
    table: "pipelines",
    title: "name",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for Pipeline {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "pipeline";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            choices::bad_currency(&self.currency),
            "currency",
            "not_currency",
        );
    }
}
