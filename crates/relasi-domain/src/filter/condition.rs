//! Filters with nothing left to find out: what SQL is compiled from and memory evaluates.

use super::{Path, Value};

/// A concrete filter in negation normal form.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Every one holds; none at all is always true.
    All(Vec<Condition>),
    /// At least one holds; none at all is never true.
    Any(Vec<Condition>),
    /// The check holds, or with `negated` does not. Checks are true or false and never unknown: the check of
    /// an empty field is false, but for [`Check::Empty`].
    Test {
        /// The field.
        path: Path,
        /// Takes the records for which the check is false.
        negated: bool,
        /// What is checked.
        check: Check,
    },
}

/// A check of one field, with values normalised as the field compares.
///
/// Keyed text is checked by its key column and its texts are keys. Other text is compared byte by byte.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// No value, the empty text, no items; for keyed text, an empty key.
    Empty,
    /// Equal to one of these; to none of an empty list.
    Is(Vec<Value>),
    /// Smaller.
    Below(Value),
    /// Smaller or equal.
    AtMost(Value),
    /// Greater.
    Above(Value),
    /// Greater or equal.
    AtLeast(Value),
    /// Holds one of these fragments. For fields with several values: the normalised form of an item does.
    Contains(Vec<String>),
    /// Begins with one of these.
    StartsWith(Vec<String>),
    /// An item of a field with several values equals this, in its normalised form.
    Has(Value),
}

impl Condition {
    /// The condition that holds exactly where this one does not.
    pub fn negated(self) -> Self {
        let each = |all: Vec<Self>| all.into_iter().map(Self::negated).collect();
        match self {
            Self::All(all) => Self::Any(each(all)),
            Self::Any(all) => Self::All(each(all)),
            Self::Test {
                path,
                negated,
                check,
            } => Self::Test {
                path,
                negated: !negated,
                check,
            },
        }
    }

    /// It asks for nothing but these fields of the record itself.
    pub fn asks_only(&self, fields: &[&str]) -> bool {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().all(|one| one.asks_only(fields)),
            Self::Test { path, .. } => {
                let own = path.hops.is_empty() && path.field.custom.is_none();
                own && fields.contains(&path.field.name.as_ref())
            }
        }
    }

    /// No record is left out for certain.
    pub fn is_always(&self) -> bool {
        matches!(self, Self::All(all) if all.iter().all(Self::is_always))
    }
}
