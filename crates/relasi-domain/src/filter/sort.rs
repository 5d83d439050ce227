//! The order of a list: `-created_at,full_name`.

use std::fmt;

use crate::{fault::Fault, field::FieldRef, shape::Shape};

/// The most keys of one order.
pub const MAX_KEYS: usize = 4;

/// Sort keys, the most important first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sort {
    /// At most [`MAX_KEYS`], each field once.
    pub keys: Vec<SortKey>,
}

/// One key of an order. Empty values are smaller than all others.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// A sortable field of the listed object.
    pub field: FieldRef,
    /// Largest first.
    pub descending: bool,
}

/// Parses sort keys separated by commas; `-` in front turns one around.
///
/// # Errors
/// The first key that is unknown, not sortable, named twice or one too many.
pub fn parse_sort<'s>(text: &str, shape: impl Into<Shape<'s>>) -> Result<Sort, Fault> {
    let shape = shape.into();
    let mut sort = Sort::default();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|_| !text.trim().is_empty())
    {
        let name = part.strip_prefix('-').unwrap_or(part);
        let fault = |code| Err(Fault::at("", code).with("field", name));
        let Some(field) = shape.field(name) else {
            return fault("unknown_field");
        };
        if !field.sortable {
            return fault("not_sortable");
        }
        if sort.keys.iter().any(|key| key.field.name == field.name) {
            return fault("sorted_twice");
        }
        if sort.keys.len() == MAX_KEYS {
            return Err(Fault::at("", "too_many").with("max", MAX_KEYS));
        }
        sort.keys.push(SortKey {
            field,
            descending: part.starts_with('-'),
        });
    }
    Ok(sort)
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.keys.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let sign = if key.descending { "-" } else { "" };
            write!(f, "{comma}{sign}{}", key.field.name)?;
        }
        Ok(())
    }
}
