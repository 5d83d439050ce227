//! A stage of a pipeline.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// A step on a deal's way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stage {
    /// The pipeline it belongs to.
    pub pipeline_id: Uuid,
    /// Its name.
    pub name: String,
    /// Place in the pipeline, from 0.
    pub position: i64,
    /// Chance to win from here, in per cent.
    pub probability: i64,
    /// open, won or lost.
    pub kind: String,
}

static KINDS: &[Cow<'static, str>] = &[
    Cow::Borrowed("open"),
    Cow::Borrowed("won"),
    Cow::Borrowed("lost"),
];

static FIELDS: &[Field] = &[
    Field::reference("pipeline_id", "pipeline")
        .required()
        .on_create(),
    Field::text("name", 80).required().sortable().keyed(),
    Field::new("position", Kind::Integer).required().sortable(),
    Field::new("probability", Kind::Integer).required(),
    Field::choice("kind", KINDS).required().on_create(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "stage",
    plural: "stages",
    table: "stages",
    title: "name",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for Stage {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "stage";

    fn validate(&self, faults: &mut Faults) {
        faults.check(
            !(0..=100).contains(&self.probability),
            "probability",
            "out_of_range",
        );
    }
}
