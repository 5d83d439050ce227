//! How promising leads are: points by rules, kept right by whatever changes them, and a chance by a model that was learnt
//! from the workspace's own leads.

mod examine;
mod explain;
mod follow;
mod history;
mod job;
mod learn;
mod model;
mod row;
mod rule;
mod settings;

pub use self::{
    explain::{Explained, explain},
    learn::{begin as learn, begin_examining as examine},
    model::{Examination, Model, list as models},
    row::{MAX_RULES, Rule},
    rule::{NewRule, RulePatch, change, create, delete, find, list},
    settings::{Overview, SettingsPatch, change as change_settings, overview},
};
pub(crate) use self::{
    follow::{begin, follow, written},
    learn::{forget as forget_model, learn_at_once},
    rule::create_as as create_rule_as,
};

use crate::platform::jobs::Registry;

/// The queue of all that works on scores.
const QUEUE: &str = "scores";

/// Adds what keeps scores right and what learns.
pub fn handlers(registry: Registry) -> Registry {
    registry
        .with(job::Rescore)
        .with_plan(job::NIGHTLY)
        .with(job::Expire)
        .with_plan(job::HOURLY)
        .with(learn::Learn)
        .with(examine::Examine)
        .with_plan(examine::MONTHLY)
}
