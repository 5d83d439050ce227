//! Forms of values.

use chrono::DateTime;
use serde_json::Value;

use super::{Field, Item, Kind, Point, millionths};
use crate::{
    choices::bad_url,
    fault::{Fault, Faults},
    text::{digits, iso_day},
};

impl Field {
    /// Checks that `value` has the JSON form of this field; `null` stands for no value.
    pub fn check(&self, value: &Value, faults: &mut Faults) {
        let at = || self.pointer();
        if is_nothing(value) {
            faults.wrong(self.required, at, "required");
            return;
        }
        match &self.kind {
            Kind::Text { max } | Kind::LongText { max } => match value.as_str() {
                None => faults.push(Fault::at(at(), "not_text")),
                Some(text) if text.chars().count() > *max => {
                    faults.push(Fault::at(at(), "too_long").with("max", max));
                }
                Some(text) => faults.wrong(has_control(text), at, "control_character"),
            },
            Kind::Integer | Kind::Money { .. } => {
                faults.wrong(value.as_i64().is_none(), at, "not_whole_number");
            }
            Kind::Number => {
                if let Err(code) = is_number(value) {
                    faults.push(Fault::at(at(), code));
                }
            }
            Kind::Boolean => faults.wrong(!value.is_boolean(), at, "not_boolean"),
            Kind::Date => faults.wrong(!is_date(value), at, "not_date"),
            Kind::Instant => faults.wrong(!is_instant(value), at, "not_instant"),
            Kind::Choice(codes) => {
                let known = value.as_str().is_some_and(|v| codes.iter().any(|c| c == v));
                if !known {
                    faults.push(Fault::at(at(), "not_a_choice").with("choices", codes.join(", ")));
                }
            }
            Kind::Point(point) => check_point(&at(), *point, value, faults),
            Kind::Reference(_) | Kind::Person => faults.wrong(!is_id(value), at, "not_id"),
            Kind::Many(item) => check_items(&at(), item, value, faults),
            Kind::Json => {}
        }
    }
}

/// Whether a value says nothing: none at all, white space, no items.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The most items a field with several values takes.
pub const MAX_ITEMS: usize = 100;
/// The most characters of a web address, e-mail address or phone number.
const MAX_POINT: usize = 250;

fn check_items(at: &str, item: &Item, value: &Value, faults: &mut Faults) {
    let Some(items) = value.as_array() else {
        faults.push(Fault::at(at, "not_list"));
        return;
    };
    if items.len() > MAX_ITEMS {
        faults.push(Fault::at(at, "too_many").with("max", MAX_ITEMS));
        return;
    }
    for (index, entry) in items.iter().enumerate() {
        let wrong = match item {
            Item::Reference(_) => (!is_id(entry)).then_some("not_id"),
            Item::Choice(codes) => {
                let known = entry.as_str().is_some_and(|v| codes.iter().any(|c| c == v));
                if !known {
                    let fault = Fault::at(format!("{at}/{index}"), "not_a_choice");
                    faults.push(fault.with("choices", codes.join(", ")));
                }
                None
            }
            Item::Email => point_value(entry)
                .map_or(Some("not_text"), |v| (!is_email(v)).then_some("not_email")),
            Item::Phone => point_value(entry)
                .map_or(Some("not_text"), |v| (!is_phone(v)).then_some("not_phone")),
        };
        if let Some(code) = wrong {
            faults.push(Fault::at(format!("{at}/{index}"), code));
        }
    }
}

/// The `value` of an e-mail or phone entry that has nothing but `value` and `label`.
fn point_value(entry: &Value) -> Option<&str> {
    let entry = entry.as_object()?;
    let known = entry.iter().all(|(key, v)| {
        (key == "value" && v.as_str().is_some_and(|v| v.len() <= 320))
            || (key == "label" && (v.is_null() || v.as_str().is_some_and(|v| v.len() <= 60)))
    });
    if known {
        entry.get("value")?.as_str()
    } else {
        None
    }
}

fn check_point(at: &str, point: Point, value: &Value, faults: &mut Faults) {
    let code = match (value.as_str(), point) {
        (None, _) => Some("not_text"),
        (Some(text), _) if text.chars().count() > MAX_POINT => {
            faults.push(Fault::at(at, "too_long").with("max", MAX_POINT));
            None
        }
        (Some(text), _) if has_control(text) => Some("control_character"),
        (Some(text), Point::Link) => bad_url(Some(text)).then_some("not_url"),
        (Some(text), Point::Email) => (!is_email(text)).then_some("not_email"),
        (Some(text), Point::Phone) => (!is_phone(text)).then_some("not_phone"),
    };
    if let Some(code) = code {
        faults.push(Fault::at(at, code));
    }
}

/// A number within what can be kept without loss.
fn is_number(value: &Value) -> Result<(), &'static str> {
    let number = value.as_number().ok_or("not_number")?;
    millionths(value)
        .map(drop)
        .ok_or(if number.as_f64().is_some_and(|n| n.abs() < 1e12) {
            "too_many_decimals"
        } else {
            "out_of_range"
        })
}

fn has_control(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn is_date(value: &Value) -> bool {
    value.as_str().is_some_and(|v| iso_day(v).is_some())
}

fn is_instant(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|v| DateTime::parse_from_rfc3339(v).is_ok())
}

fn is_id(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|v| v.len() == 36 && uuid::Uuid::try_parse(v).is_ok())
}

/// One `@`, something on both sides, no spaces, a domain with a dot or an IDN label: deliverability is mail's business.
pub fn is_email(text: &str) -> bool {
    let text = text.trim();
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && local.len() <= 64
        && text.len() <= 254
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
        && !local.contains('@')
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && label.len() <= 63)
}

/// Between 3 and 20 digits (Thai digits too) among the marks people write in numbers.
pub fn is_phone(text: &str) -> bool {
    let digits = digits(text).len();
    (3..=20).contains(&digits)
        && text.chars().all(|c| {
            c.is_numeric()
                || c.is_whitespace()
                || matches!(
                    c,
                    '+' | '-' | '(' | ')' | '.' | '/' | '#' | '*' | 'x' | 'e' | 't'
                )
        })
}
