//! Records in groups: by which field, and what is summed up of each group.
//!
//! `lifecycle_stage`, `city`, `custom.tier`; days and points in time with a unit: `close_date:month`.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::{
    fault::Fault,
    field::{Field, FieldRef, Kind},
    filter::Value,
    record::Guard,
    shape::Shape,
};

/// The most sums of one request.
pub const MAX_SUMS: usize = 4;

/// A field that records are grouped by.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// Of the grouped object itself.
    pub field: FieldRef,
    /// How long the groups of days and points in time are; none for other kinds.
    pub unit: Option<Unit>,
}

/// Lengths of groups in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// One day.
    Day,
    /// Seven days from the first day of the week.
    Week,
    /// A calendar month; taken where none is said.
    Month,
    /// Three calendar months from January, April, July or October.
    Quarter,
    /// A calendar year.
    Year,
}

const UNITS: [(&str, Unit); 5] = [
    ("day", Unit::Day),
    ("week", Unit::Week),
    ("month", Unit::Month),
    ("quarter", Unit::Quarter),
    ("year", Unit::Year),
];

/// Whether records can be grouped by fields of this kind.
pub const fn fits(kind: &Kind) -> bool {
    match kind {
        Kind::Text { .. }
        | Kind::Boolean
        | Kind::Date
        | Kind::Instant
        | Kind::Choice(_)
        | Kind::Reference(_)
        | Kind::Person => true,
        Kind::LongText { .. }
        | Kind::Integer
        | Kind::Number
        | Kind::Money { .. }
        | Kind::Point(_)
        | Kind::Many(_)
        | Kind::Json => false,
    }
}

/// Whether fields of this kind hold days or points in time.
pub const fn is_time(kind: &Kind) -> bool {
    matches!(kind, Kind::Date | Kind::Instant)
}

/// Whether fields of this kind can be summed up.
pub const fn sums(kind: &Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Number | Kind::Money { .. })
}

impl Grouping {
    /// Reads `city` or `close_date:month`.
    ///
    /// # Errors
    /// A fault with an empty pointer that names the field.
    pub fn parse<'s>(text: &str, shape: impl Into<Shape<'s>>) -> Result<Self, Fault> {
        let (name, unit) = match text.split_once(':') {
            Some((name, unit)) => (name, Some(unit)),
            None => (text, None),
        };
        let fault = |code| Fault::at("", code).with("field", name);
        let field = shape.into().field(name);
        let field = field.ok_or_else(|| fault("unknown_field"))?;
        if !fits(&field.kind) {
            return Err(fault("not_groupable"));
        }
        let unit = match (unit, is_time(&field.kind)) {
            (None, time) => time.then_some(Unit::Month),
            (Some(name), true) => {
                let known = UNITS.iter().find(|(unit, _)| *unit == name);
                Some(known.ok_or_else(|| fault("not_a_unit"))?.1)
            }
            (Some(_), false) => return Err(fault("not_a_unit")),
        };
        Ok(Self { field, unit })
    }

    /// The filter that takes the records of a group, of those without a value for none. Groups in time go by their
    /// first day.
    pub fn filter(&self, value: Option<&Value>) -> String {
        let name = &self.field.name;
        match (value, self.unit) {
            (None, _) => format!("{name} is empty"),
            (Some(Value::Date(first)), Some(unit)) => {
                format!("{name} >= {first} and {name} < {}", unit.next(*first))
            }
            (Some(value), _) => format!("{name} = {value}"),
        }
    }
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Some(unit) => write!(f, "{}:{unit}", self.field.name),
            None => f.write_str(&self.field.name),
        }
    }
}

impl Unit {
    /// The first day of the group that holds a day.
    pub fn first(self, day: NaiveDate, week_start: Weekday) -> NaiveDate {
        let month = |month: u32| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => {
                let into = u64::from(day.weekday().days_since(week_start));
                day.checked_sub_days(Days::new(into)).unwrap_or(day)
            }
            Self::Month => month(day.month()),
            Self::Quarter => month(day.month0() / 3 * 3 + 1),
            Self::Year => month(1),
        }
    }

    /// The first day of the group after the one that begins with `first`.
    pub fn next(self, first: NaiveDate) -> NaiveDate {
        self.moved(first, 1)
    }

    /// The first day of the group so many after the one that begins with `first`; before it when negative. Stays within
    /// what calendars hold.
    pub fn moved(self, first: NaiveDate, by: i32) -> NaiveDate {
        let (months, days) = match self {
            Self::Day => (0, 1),
            Self::Week => (0, 7),
            Self::Month => (1, 0),
            Self::Quarter => (3, 0),
            Self::Year => (12, 0),
        };
        let count = by.unsigned_abs();
        let (months, days) = (
            Months::new(months * count),
            Days::new(days * u64::from(count)),
        );
        let moved = if by < 0 {
            first
                .checked_sub_months(months)
                .and_then(|day| day.checked_sub_days(days))
        } else {
            first
                .checked_add_months(months)
                .and_then(|day| day.checked_add_days(days))
        };
        moved.unwrap_or(first)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = UNITS.iter().find(|(_, unit)| unit == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

/// Reads the fields to sum up, separated by commas.
///
/// # Errors
/// A fault with an empty pointer: the first that is unknown, can't be summed up, is named twice or one too many.
pub fn parse_sums<'s>(text: &str, shape: impl Into<Shape<'s>>) -> Result<Vec<FieldRef>, Fault> {
    let shape = shape.into();
    let mut fields: Vec<FieldRef> = Vec::new();
    for name in text
        .split(',')
        .map(str::trim)
        .filter(|_| !text.trim().is_empty())
    {
        let fault = |code| Fault::at("", code).with("field", name);
        let field = shape.field(name).ok_or_else(|| fault("unknown_field"))?;
        if !sums(&field.kind) {
            return Err(fault("not_summable"));
        }
        if fields
            .iter()
            .any(|known: &FieldRef| known.name == field.name)
        {
            return Err(fault("sorted_twice"));
        }
        if fields.len() == MAX_SUMS {
            return Err(Fault::at("", "too_many").with("max", MAX_SUMS));
        }
        fields.push(field);
    }
    Ok(fields)
}

/// Whether the values of a field can be the columns of a board: those that are known and few.
pub fn makes_columns(field: &Field) -> bool {
    match &field.kind {
        Kind::Choice(_) | Kind::Boolean | Kind::Person => true,
        Kind::Reference(target) => {
            crate::object(target).is_some_and(|target| target.guard == Guard::Settings)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{filter, people::contact::OBJECT as CONTACT, sales::deal::OBJECT as DEAL};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn fields_are_grouped_by_their_kind() {
        for (text, written) in [
            ("lifecycle_stage", "lifecycle_stage"),
            ("city", "city"),
            ("company_id", "company_id"),
            ("owner_id", "owner_id"),
            ("birth_date", "birth_date:month"),
            ("created_at:week", "created_at:week"),
        ] {
            let read = Grouping::parse(text, &CONTACT).map(|grouping| grouping.to_string());
            assert_eq!(read.as_deref(), Ok(written));
            let again = Grouping::parse(written, &CONTACT).map(|grouping| grouping.to_string());
            assert_eq!(again.as_deref(), Ok(written));
        }
        for (text, code) in [
            ("colour", "unknown_field"),
            ("", "unknown_field"),
            ("tags", "not_groupable"),
            ("description", "not_groupable"),
            ("city:month", "not_a_unit"),
            ("created_at:", "not_a_unit"),
            ("created_at:century", "not_a_unit"),
        ] {
            let refused = Grouping::parse(text, &CONTACT).map_err(|fault| fault.code);
            assert_eq!(refused, Err(code), "{text}");
        }
    }

    #[test]
    fn sums_are_of_numbers() {
        let read = |text| parse_sums(text, &DEAL).map_err(|fault| fault.code);
        assert_eq!(read("amount").map(|fields| fields.len()), Ok(1));
        assert_eq!(read("").map(|fields| fields.len()), Ok(0));
        assert_eq!(read("name"), Err("not_summable"));
        assert_eq!(read("amount,amount"), Err("sorted_twice"));
        assert_eq!(read("amount,"), Err("unknown_field"));
    }

    #[test]
    fn spans_follow_each_other_without_gaps() {
        let mut date = day("2023-12-25");
        while date < day("2025-01-10") {
            for (_, unit) in UNITS {
                let first = unit.first(date, Weekday::Mon);
                let next = unit.next(first);
                assert!(first <= date && date < next, "{unit} of {date}");
                assert_eq!(unit.first(next, Weekday::Mon), next, "{unit} of {date}");
                assert_eq!(unit.moved(next, -1), first, "{unit} of {date}");
            }
            date = date + Days::new(1);
        }
    }

    #[test]
    fn the_filter_of_a_group_is_one_of_the_grammar() {
        let text = |text: &str, value: Option<Value>| {
            let grouping = Grouping::parse(text, &CONTACT).ok();
            grouping
                .map(|grouping| grouping.filter(value.as_ref()))
                .unwrap_or_default()
        };
        let city = Value::Text("Kota \"Baru\"".to_owned());
        for (filter, wanted) in [
            (text("city", Some(city)), r#"city = "Kota \"Baru\"""#),
            (text("city", None), "city is empty"),
            (
                text("birth_date:quarter", Some(Value::Date(day("2026-10-01")))),
                "birth_date >= 2026-10-01 and birth_date < 2027-01-01",
            ),
        ] {
            assert_eq!(filter, wanted);
            assert!(filter::parse(&filter, &CONTACT).is_ok(), "{filter}");
        }
    }
}
