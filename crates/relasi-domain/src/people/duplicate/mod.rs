//! Whether two records mean the same person or company.
//!
//! Everything here is a pure function of what the records say: [`Features`] are a record as it is compared, [`keys`]
//! bring records together that are worth a look, [`compare`] decides and says why. Nothing is ever merged by it.

mod compare;
mod features;
mod keys;
mod name;
mod naming;
mod place;
mod reach;
mod sound;
#[cfg(test)]
mod tests;

pub use compare::compare;
pub use features::{Features, Mark, Phone, marks};
pub use keys::{Key, KeyKind, keys};

use serde::{Deserialize, Serialize};

use crate::{record::Object, sales::lead};

/// The objects whose records are compared.
pub static OBJECTS: [&Object; 3] = [
    &super::contact::OBJECT,
    &super::company::OBJECT,
    &lead::OBJECT,
];

/// From which score on two records are shown, and from which on they count as the same without much doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Pairs below are not shown.
    pub review: u8,
    /// Pairs from here on are as good as certain; a record like that is not made without asking.
    pub sure: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            review: 60,
            sure: 85,
        }
    }
}

impl Thresholds {
    /// Both between 1 and 100, and certainty not below the doubt.
    pub fn is_valid(self) -> bool {
        (1..=100).contains(&self.review) && (self.review..=100).contains(&self.sure)
    }
}

/// What two records have to say on one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// The same.
    Same,
    /// The same words in another order.
    Swapped,
    /// Nearly the same, as after a slip of the finger.
    Similar,
    /// Written in another way, spoken alike.
    Sound,
    /// One has a part of what the other has.
    Part,
    /// Not the same.
    Different,
}

/// A point that speaks for or against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `name`, `email`, `phone`, `domain`, `birth_date`, `company`, `address`, `city`, `country`, `tax_id`, or
    /// the name of a field of the workspace's own, `custom.member_no`.
    pub field: String,
    /// How the two agree.
    pub agreement: Agreement,
    /// What it adds to the score.
    pub points: i32,
}

/// What came of comparing two records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// 0 to 100.
    pub score: u8,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
}
