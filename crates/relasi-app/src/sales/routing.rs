//! Who gets new leads.
//!
//! The first active rule whose filter takes a lead gives it to one of its people who can take it. Where none can, it goes
//! to the rule's fallback, else to whom the workspace names, else to its oldest owner: no lead is nobody's. A lead that no
//! rule takes goes to whom the workspace names, or stays with whoever made it.

mod desk;
mod people;
mod place;
mod profile;
mod row;
mod rule;
mod settings;
mod trial;

pub use self::{
    desk::{Passed, Reason, Skipped},
    place::again,
    profile::{ProfileView, change as change_profile, list as profiles},
    row::{MAX_PEOPLE, MAX_RULES, Rule},
    rule::{NewRule, RulePatch, change, create, delete, find, list},
    settings::{Settings, SettingsPatch, change as change_settings, find as settings},
    trial::{Outcome, Trial, trial},
};
pub(crate) use self::{
    place::{place, tell},
    rule::create_as as create_rule_as,
    settings::clocks,
};
