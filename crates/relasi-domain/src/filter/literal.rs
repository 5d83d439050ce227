//! Values as written, read by the kind of their field.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::{Operand, Relative, Value, syntax::Text};
use crate::{
    field::{Field, Item, Kind, Point, parse_number},
    text::{email_key, iso_day, phone_key, sort_key},
};

/// Why a value does not fit.
pub(super) struct Wrong {
    pub code: &'static str,
    /// What would fit, for fields with a list of codes.
    pub choices: Option<String>,
}

fn wrong(code: &'static str) -> Wrong {
    Wrong {
        code,
        choices: None,
    }
}

pub(super) fn operand(value: &Text, field: &Field) -> Result<Operand, Wrong> {
    let text = value.text.as_str();
    let literal = match &field.kind {
        Kind::Text { .. } | Kind::LongText { .. } => written(text, field.keyed)?,
        Kind::Integer | Kind::Money { .. } => {
            Value::Integer(text.parse().map_err(|_| wrong("not_whole_number"))?)
        }
        Kind::Number => Value::Number(parse_number(text).ok_or_else(|| wrong("not_number"))?),
        Kind::Boolean => Value::Boolean(text.parse().map_err(|_| wrong("not_boolean"))?),
        Kind::Date | Kind::Instant => return time(value, matches!(field.kind, Kind::Date)),
        Kind::Choice(codes) | Kind::Many(Item::Choice(codes)) => {
            if !codes.iter().any(|code| code == text) {
                return Err(Wrong {
                    code: "not_a_choice",
                    choices: Some(codes.join(", ")),
                });
            }
            Value::Text(text.to_owned())
        }
        Kind::Person if value.bare && text == "me" => return Ok(Operand::Me),
        Kind::Many(Item::Reference(object)) if value.bare && object == "user" && text == "me" => {
            return Ok(Operand::Me);
        }
        Kind::Reference(object) if value.bare && object == "team" && text == "my_team" => {
            return Ok(Operand::MyTeam);
        }
        Kind::Person | Kind::Reference(_) | Kind::Many(Item::Reference(_)) => {
            Value::Id(Uuid::try_parse(text).map_err(|_| wrong("not_id"))?)
        }
        Kind::Point(Point::Email | Point::Link) if sort_key(text).is_empty() => {
            return Err(wrong("empty_value"));
        }
        Kind::Many(Item::Email) if email_key(text).is_empty() => return Err(wrong("empty_value")),
        Kind::Point(Point::Phone) | Kind::Many(Item::Phone) if phone_key(text).is_empty() => {
            return Err(wrong("not_phone"));
        }
        Kind::Point(_) | Kind::Many(Item::Email | Item::Phone) => Value::Text(text.to_owned()),
        // No operator lets it come here.
        Kind::Json => return Err(wrong("operator_not_allowed")),
    };
    Ok(Operand::Literal(literal))
}

/// Text to compare with; nothing to compare with is what `is empty` is for.
fn written(text: &str, keyed: bool) -> Result<Value, Wrong> {
    let nothing = if keyed {
        sort_key(text).is_empty()
    } else {
        text.is_empty()
    };
    if nothing {
        Err(wrong("empty_value"))
    } else {
        Ok(Value::Text(text.to_owned()))
    }
}

fn time(value: &Text, date_only: bool) -> Result<Operand, Wrong> {
    if value.bare
        && let Some(relative) = Relative::parse(&value.text)
    {
        return Ok(Operand::Relative(relative));
    }
    if let Some(date) = iso_day(&value.text) {
        return Ok(Operand::Literal(Value::Date(date)));
    }
    if date_only {
        return Err(wrong("not_date"));
    }
    let instant = instant(&value.text).ok_or_else(|| wrong("not_instant"))?;
    Ok(Operand::Literal(Value::Instant(instant)))
}

/// An instant written by RFC 3339, to the microsecond that the stores keep.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    Some(instant.with_timezone(&Utc).trunc_subsecs(6))
}
