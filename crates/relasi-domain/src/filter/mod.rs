//! The filter grammar: which records a list, view, segment or report takes.
//!
//! One line of text, [`parse`]d into a [`Filter`] that is checked against the fields of an object, printed
//! back by `Display`, and turned by [`Filter::resolve`] into a [`Condition`]: concrete values only, negation
//! only at the leaves. SQL is compiled from conditions and [`Condition::matches`] evaluates them in memory.
//!
//! ```text
//! lifecycle_stage in (customer, lead) and not (city = "Bandung" or full_name ~ "siti")
//!     and company.industry = retail and created_at >= today-30d and owner_id = me and tags has "<id>"
//! ```
//!
//! - `and`, `or`, `not`, parentheses; `and` binds closer than `or`. Nothing at all takes every record.
//! - `city` is a field of the record; `company.industry` a field of the record that `company_id` refers to,
//!   `contact.company.city` one of the record behind that: two hops at most. `id`, `version` and the common
//!   fields work everywhere. `custom.<name>` is a field
//!   that the workspace added; it compares like a built-in one of its kind, text like text with a key.
//! - A comparison with an empty value is false, also `!=`, `not in`, `<`. `not` is plain negation, so
//!   `not city = "Bandung"` takes the records without a city and `city != "Bandung"` doesn't. A field behind
//!   an empty reference, or behind a record that is not there, is empty.
//! - Empty is no value, the empty text, no items; for text that keeps a key, an empty key.
//! - Keyed text ([`Field::keyed`]) compares by [`crate::text::sort_key`]: `=` overlooks case and width, `~`
//!   finds a fragment, `^=` a beginning. Other text compares byte by byte: `~` minds case there.
//! - Text of several lines knows `~` and `is empty` only.
//! - Fields with several values: `has` an item, `is empty`; for e-mail addresses and phone numbers also `~`.
//!   Items compare by [`crate::text::email_key`], [`crate::text::phone_key`] or id.
//! - A day compared with an instant means that day in the context's time zone: `created_at = today` is from
//!   midnight until before the next midnight, `<= today` until before that same end, `> today` after it.
//!   Weeks, months, quarters and years go the same way. `now+2h`, `today-30d`, `this_month-1mo`: the offset
//!   moves the beginning, hours and minutes (`h`, `m`) make it a moment; units are `m h d w mo y`.
//! - Amounts are minor units, as in the records.
//! - Values are bare words, or `"quoted"` with `\"`, `\\` and `\n`.

mod condition;
mod document;
mod index;
mod literal;
mod operator;
mod path;
mod print;
mod relative;
mod resolve;
mod sort;
mod syntax;
#[cfg(test)]
mod tests;
mod typing;

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use uuid::Uuid;

#[cfg(doc)]
use crate::field::Field;
use crate::{
    fault::{Fault, Faults},
    shape::Shape,
};

pub use condition::{Check, Condition};
pub use document::{Lookup, values};
pub use index::{MAX_INDEXED, indexed_instant};
pub use operator::{Operator, operators};
pub use path::{Hop, Path};
pub use relative::{Base, Offset, Relative, Unit, start_of_day};
pub use sort::{Sort, SortKey, parse_sort};

/// The longest filter text in characters.
pub const MAX_LENGTH: usize = 4_000;
/// How deep groups and negations may lie in each other.
pub const MAX_DEPTH: usize = 5;
/// The most tests in one filter.
pub const MAX_TESTS: usize = 100;
/// The most values in one list.
pub const MAX_LIST: usize = 200;
/// The most references followed to reach a field.
pub const MAX_HOPS: usize = 2;

/// A filter that fits its object.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every one holds; without any it takes all records.
    All(Vec<Filter>),
    /// At least one holds.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// One comparison.
    Test(Test),
}

/// A comparison of a field with an operand.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The field.
    pub path: Path,
    /// How it is compared.
    pub operator: Operator,
    /// With what; [`Operand::None`] for `is empty`.
    pub operand: Operand,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Nothing; the operator says it all.
    None,
    /// A value of the field's kind, or a day where the field holds instants.
    Literal(Value),
    /// A time relative to now.
    Relative(Relative),
    /// Whoever asks.
    Me,
    /// The team of whoever asks.
    MyTeam,
    /// One of several, none of which is a list.
    List(Vec<Operand>),
}

/// A concrete value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text; in a [`Condition`] already normalised where the field compares so.
    Text(String),
    /// A whole number or an amount in minor units.
    Integer(i64),
    /// A number with decimals, in millionths.
    Number(i64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(NaiveDate),
    /// A point in time, to the microsecond.
    Instant(DateTime<Utc>),
    /// The id of a record or person.
    Id(Uuid),
}

/// What relative operands stand for.
#[derive(Debug, Clone)]
pub struct Context {
    /// The time of the request.
    pub now: DateTime<Utc>,
    /// Where days begin.
    pub zone: Tz,
    /// The day on which weeks begin.
    pub week_start: Weekday,
    /// Who asks; with nobody, `= me` holds for no record.
    pub me: Option<Uuid>,
    /// Their team.
    pub my_team: Option<Uuid>,
}

/// Parses a filter over `object` and checks it against its fields.
///
/// # Errors
/// The first fault, with an empty pointer. Its parameters name the `position` (in characters, from 1) and
/// what was `found`; faults of a field or value name the `field`.
pub fn parse<'s>(text: &str, shape: impl Into<Shape<'s>>) -> Result<Filter, Fault> {
    let shape = shape.into();
    let syntax = syntax::parse(text)?;
    let filter = syntax.map_or_else(
        || Ok(Filter::default()),
        |s| typing::filter(text, &s, shape),
    )?;
    if filter.depth() > MAX_DEPTH {
        return Err(Fault::at("", "filter_too_deep").with("max", MAX_DEPTH));
    }
    Ok(filter)
}

/// Adds what is wrong with the member `filter` of a body.
pub fn check<'s>(text: &str, shape: impl Into<Shape<'s>>, faults: &mut Faults) {
    if let Err(fault) = parse(text, shape) {
        faults.push(Fault {
            pointer: "/filter".to_owned(),
            ..fault
        });
    }
}

impl Default for Filter {
    /// Takes every record.
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Filter {
    /// How deep groups and negations lie in each other; 0 for a single test.
    pub fn depth(&self) -> usize {
        match self {
            Self::All(filters) | Self::Any(filters) => filters
                .iter()
                .map(Self::depth)
                .max()
                .map_or(0, |depth| depth + 1),
            Self::Not(filter) => filter.depth() + 1,
            Self::Test(_) => 0,
        }
    }

    /// The concrete condition of this filter, in negation normal form.
    pub fn resolve(&self, context: &Context) -> Condition {
        resolve::filter(self, context)
    }

    /// This filter with negations at its tests only.
    pub fn nnf(&self) -> Self {
        match self {
            Self::All(filters) => Self::All(filters.iter().map(Self::nnf).collect()),
            Self::Any(filters) => Self::Any(filters.iter().map(Self::nnf).collect()),
            Self::Test(_) => self.clone(),
            Self::Not(inner) => match inner.as_ref() {
                Self::All(filters) => Self::Any(filters.iter().map(Self::negated).collect()),
                Self::Any(filters) => Self::All(filters.iter().map(Self::negated).collect()),
                Self::Not(twice) => twice.nnf(),
                Self::Test(_) => self.clone(),
            },
        }
    }

    fn negated(&self) -> Self {
        Self::Not(Box::new(self.clone())).nnf()
    }
}
