//! What a filter bar edits: conditions, and groups of them.

use std::sync::Arc;

use leptos::prelude::*;

use super::combobox::Finder;
use super::select::Choice;
use crate::i18n::{Key, k};

/// How the value of a condition is typed or chosen.
#[derive(Clone)]
pub enum ValueEditor {
    /// A text field.
    Text,
    /// A text field for digits.
    Number,
    /// A day, or one relative to today.
    Day,
    /// Checkboxes of a short list.
    Choices(Signal<Vec<Choice>>),
    /// A search for records or people.
    Find(Finder),
}

/// A field one may filter by.
#[derive(Clone)]
pub struct FilterField {
    /// Its name in the filter grammar.
    pub id: String,
    /// Its name for people.
    pub label: TextProp,
    /// Operators of the grammar that fit, the usual one first.
    pub operators: Vec<&'static str>,
    /// How values are given.
    pub editor: ValueEditor,
}

/// Finds a field by its name in the filter grammar.
pub type FindField = Arc<dyn Fn(&str) -> Option<FilterField> + Send + Sync>;

/// The fields one may filter by.
#[derive(Clone)]
pub struct FilterFields {
    /// Those that are offered.
    pub offered: Vec<FilterField>,
    /// Any that a filter may name.
    pub find: FindField,
}

/// One condition: field, operator of the grammar, values with the words shown for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// The field's `id`.
    pub field: String,
    /// Operator of the grammar.
    pub operator: String,
    /// None for "is empty", several for "in".
    pub values: Vec<Choice>,
}

/// A condition or a group of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// A single one.
    One(Condition),
    /// Several in brackets.
    Group(Group),
}

/// Conditions in brackets.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Group {
    /// Takes the records for which they do not hold.
    pub not: bool,
    /// One hit is enough, instead of all.
    pub any: bool,
    /// In the order they were added.
    pub parts: Vec<Part>,
}

/// All conditions of a list.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Conditions {
    /// One hit is enough, instead of all.
    pub any: bool,
    /// In the order they were added.
    pub list: Vec<Part>,
}

/// The operator of a condition with a first and a last value; the grammar writes it as two comparisons.
pub const BETWEEN: &str = "between";

/// The words for an operator of the grammar.
pub fn operator_label(operator: &str) -> Key {
    match operator {
        "=" => k::filter::IS,
        "!=" => k::filter::IS_NOT,
        "<" => k::filter::LESS,
        "<=" => k::filter::AT_MOST,
        ">" => k::filter::MORE,
        ">=" => k::filter::AT_LEAST,
        "~" => k::filter::CONTAINS,
        "^=" => k::filter::STARTS_WITH,
        "in" => k::filter::ANY_OF,
        "not in" => k::filter::NONE_OF,
        "has" => k::filter::HAS,
        "is empty" => k::filter::IS_EMPTY,
        BETWEEN => k::filter::BETWEEN,
        _ => k::filter::IS_NOT_EMPTY,
    }
}

/// Whether an operator stands without a value.
pub fn needs_no_value(operator: &str) -> bool {
    matches!(operator, "is empty" | "is not empty")
}

/// A condition in words; tracked.
pub fn condition_words(fields: &FilterFields, condition: &Condition) -> String {
    let field = (fields.find)(&condition.field);
    let label = field.map_or_else(
        || condition.field.clone(),
        |field| field.label.get().into_owned(),
    );
    let mark = if condition.operator == BETWEEN {
        " – "
    } else {
        ", "
    };
    let values: Vec<&str> = condition
        .values
        .iter()
        .map(|value| value.label.as_str())
        .collect();
    let operator = operator_label(&condition.operator).get();
    format!("{label} {operator} {}", values.join(mark))
}

/// A condition or group in words; tracked.
pub fn words(fields: &FilterFields, part: &Part) -> String {
    match part {
        Part::One(condition) => condition_words(fields, condition),
        Part::Group(group) => group_words(fields, group),
    }
}

fn group_words(fields: &FilterFields, group: &Group) -> String {
    let join = if group.any {
        k::filter::OR
    } else {
        k::filter::AND
    };
    let inner: Vec<String> = group
        .parts
        .iter()
        .map(|part| match part {
            Part::Group(_) => format!("({})", words(fields, part)),
            Part::One(_) => words(fields, part),
        })
        .collect();
    let inner = inner.join(&format!(" {} ", join.get()));
    if group.not {
        k::filter::not_that(&inner)
    } else {
        inner
    }
}

/// Where times relative to now start, as the grammar writes them.
pub const BASES: [(&str, Key); 8] = [
    ("today", k::filter::TODAY),
    ("yesterday", k::filter::YESTERDAY),
    ("tomorrow", k::filter::TOMORROW),
    ("now", k::filter::NOW),
    ("this_week", k::filter::THIS_WEEK),
    ("this_month", k::filter::THIS_MONTH),
    ("this_quarter", k::filter::THIS_QUARTER),
    ("this_year", k::filter::THIS_YEAR),
];

/// How far from there, as the grammar writes it.
pub const UNITS: [(&str, Key); 6] = [
    ("d", k::filter::UNIT_DAYS),
    ("w", k::filter::UNIT_WEEKS),
    ("mo", k::filter::UNIT_MONTHS),
    ("y", k::filter::UNIT_YEARS),
    ("h", k::filter::UNIT_HOURS),
    ("m", k::filter::UNIT_MINUTES),
];

/// `today-30d` in its pieces; without a base for what is none.
pub fn read(text: &str) -> (&'static str, i64, &'static str) {
    let end = text.find(['+', '-']).unwrap_or(text.len());
    let Some((base, _)) = BASES.iter().find(|(base, _)| *base == &text[..end]) else {
        return ("", 0, "d");
    };
    let rest = &text[end..];
    let digits = rest
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    let unit = UNITS.iter().find(|(unit, _)| *unit == &rest[digits..]);
    let count = rest[..digits].parse().unwrap_or(0);
    (base, count, unit.map_or("d", |(unit, _)| unit))
}

/// A time relative to now in words; none for what is not one. Tracked.
pub fn relative_words(text: &str) -> Option<String> {
    let (base, count, unit) = read(text);
    let label = BASES.iter().find(|(known, _)| *known == base)?.1.get();
    if count == 0 {
        return Some(label.to_owned());
    }
    let far = count.abs();
    let far = match unit {
        "w" => k::filter::weeks(far),
        "mo" => k::filter::months(far),
        "y" => k::filter::years(far),
        "h" => k::filter::hours(far),
        "m" => k::filter::minutes(far),
        _ => k::filter::days(far),
    };
    Some(if count < 0 {
        k::filter::before_that(&far, label)
    } else {
        k::filter::after_that(&far, label)
    })
}
