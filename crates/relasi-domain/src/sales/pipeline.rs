//! A pipeline: the way one kind of deal goes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// Every open deal is to have a next step; one without is marked.
    pub next_step_required: bool,
    /// Whoever wins a deal says why.
    pub win_reason_required: bool,
    /// Reasons to choose from when a deal is lost, in their order; any text when there are none.
    pub lost_reasons: Value,
    /// The same for deals that are won.
    pub won_reasons: Value,
}

/// The most characters of a reason.
pub const MAX_REASON: usize = 250;

static FIELDS: &[Field] = &[
    Field::text("name", 80).required().sortable().keyed(),
    Field::new("position", Kind::Integer).required().sortable(),
    Field::text("currency", 3).required(),
    Field::new("next_step_required", Kind::Boolean),
    Field::new("win_reason_required", Kind::Boolean),
    Field::new("lost_reasons", Kind::Json),
    Field::new("won_reasons", Kind::Json),
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
        for (name, reasons) in [
            ("lost_reasons", &self.lost_reasons),
            ("won_reasons", &self.won_reasons),
        ] {
            super::listed(reasons, name, MAX_REASON, faults);
        }
    }
}
