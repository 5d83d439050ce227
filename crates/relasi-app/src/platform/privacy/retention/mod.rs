//! How long records are kept: rules that put away, erase or list what nobody has worked with for months, and holds by
//! which a person is left out.

mod find;
mod hold;
mod rule;
mod run;

pub use find::{Reach, reach};
pub(super) use hold::held;
pub use hold::{Hold, hold, holds, release};
pub use rule::{MAX_RULES, NewRule, Rule, RulePatch, change, create, delete, list};
pub use run::handlers;
