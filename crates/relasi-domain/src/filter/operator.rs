//! Operators and which kinds of field they fit.

use std::fmt;

use crate::field::{Item, Kind};

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `~`
    Contains,
    /// `^=`
    StartsWith,
    /// `in (…)`
    In,
    /// `not in (…)`
    NotIn,
    /// `has`
    Has,
    /// `is empty`
    Empty,
    /// `is not empty`
    NotEmpty,
}

use Operator::{
    AtLeast, AtMost, Contains, Empty, Equal, Greater, Has, In, Less, NotEmpty, NotEqual, NotIn,
    StartsWith,
};

impl Operator {
    /// As written in a filter.
    pub const fn symbol(self) -> &'static str {
        match self {
            Equal => "=",
            NotEqual => "!=",
            Less => "<",
            AtMost => "<=",
            Greater => ">",
            AtLeast => ">=",
            Contains => "~",
            StartsWith => "^=",
            In => "in",
            NotIn => "not in",
            Has => "has",
            Empty => "is empty",
            NotEmpty => "is not empty",
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

/// The operators that fit a kind of field, in the order in which they are offered.
pub const fn operators(kind: &Kind) -> &'static [Operator] {
    match kind {
        Kind::Text { .. } => &[
            Contains, StartsWith, Equal, NotEqual, In, NotIn, Less, AtMost, Greater, AtLeast,
            Empty, NotEmpty,
        ],
        Kind::LongText { .. } => &[Contains, Empty, NotEmpty],
        Kind::Integer | Kind::Number | Kind::Money { .. } | Kind::Date | Kind::Instant => &[
            Equal, NotEqual, Less, AtMost, Greater, AtLeast, In, NotIn, Empty, NotEmpty,
        ],
        Kind::Point(_) => &[
            Contains, StartsWith, Equal, NotEqual, In, NotIn, Empty, NotEmpty,
        ],
        Kind::Boolean => &[Equal, NotEqual, Empty, NotEmpty],
        Kind::Choice(_) | Kind::Reference(_) | Kind::Person => {
            &[Equal, NotEqual, In, NotIn, Empty, NotEmpty]
        }
        Kind::Many(Item::Email | Item::Phone) => &[Has, Contains, Empty, NotEmpty],
        Kind::Many(Item::Reference(_) | Item::Choice(_)) => &[Has, Empty, NotEmpty],
        Kind::Json => &[],
    }
}
