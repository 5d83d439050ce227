//! A stage of a pipeline.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    fault::Faults,
    field::{Field, Kind},
    people::tag::COLOURS,
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
    /// What must be known of a deal before it enters: see [`facts`](super::facts).
    pub required_fields: Value,
    /// After so many days without anything happening an open deal is called quiet; none for never.
    pub rotting_days: Option<i64>,
    /// What is to be done here, for those who work on deals.
    pub guidance: Option<String>,
    /// The colour that it is marked with.
    pub colour: Option<String>,
    /// Where its deals count in a forecast; none for by their chance.
    pub forecast_category: Option<String>,
}

/// Where deals count in a forecast.
pub static CATEGORIES: &[Cow<'static, str>] = &[
    Cow::Borrowed("omitted"),
    Cow::Borrowed("pipeline"),
    Cow::Borrowed("best_case"),
    Cow::Borrowed("commit"),
];

/// The longest time until a deal is called quiet.
const MOST_DAYS: i64 = 3_650;

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
    Field::new("required_fields", Kind::Json),
    Field::new("rotting_days", Kind::Integer),
    Field::long_text("guidance", 2_000),
    Field::choice("colour", COLOURS),
    Field::choice("forecast_category", CATEGORIES),
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
        let days = self.rotting_days;
        faults.check(
            days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)),
            "rotting_days",
            "out_of_range",
        );
        super::listed(&self.required_fields, "required_fields", 120, faults);
    }
}
