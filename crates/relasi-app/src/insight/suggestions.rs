//! What somebody may do next: products that go with others, deals that need attention, contacts without a next step.

mod contacts;
mod deals;
mod pairs;
mod products;
mod rests;

pub use self::{
    contacts::{Loose, contacts},
    deals::{Needy, deals},
    products::{Suggested, of_company, of_deal},
    rests::{Rest, put_off},
};

pub(crate) use self::pairs::at_once as pair_products;
use crate::platform::jobs::Registry;

/// Entries of a list of suggestions at most.
pub const MOST: usize = 50;

/// Adds what works out every night what is bought together.
pub fn handlers(registry: Registry) -> Registry {
    registry.with(pairs::Pairs).with_plan(pairs::PLAN)
}
