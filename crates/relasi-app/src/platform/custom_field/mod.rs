//! Fields that administrators add: their definitions are records like any other.
//!
//! A value is stored under a key that belongs to one definition and type for good. So a field that is deleted or changes
//! its type needs no record rewritten: values of the old key stay where they are, unseen, until they are had back or
//! their time is over.

mod follow;
mod load;
mod rules;
mod sweep;

pub use follow::Follow;
pub use load::{Known, of_workspace};
pub use rules::CustomFieldRules;
pub(crate) use rules::changed;
pub use sweep::sweep;
