//! Between the pills of the filter bar and the text of the filter grammar.

use relasi_domain::field::{Currency, Item, Kind, parse_number};
use relasi_domain::filter::{Filter, Operand, Test, Value};
use relasi_domain::record::Object;

use super::between;
use crate::i18n::minor_digits;
use crate::records::fields::{parse_filter, path};
use crate::records::store::quoted;
use crate::ui::filter_bar::{BETWEEN, Condition, Conditions, Group, Part, needs_no_value};
use crate::ui::select::Choice;

/// The conditions as a filter. Amounts are typed in units of `currency` and compared in its smallest ones.
pub fn text_of(object: &'static Object, conditions: &Conditions, currency: &str) -> String {
    joined(object, conditions.any, &conditions.list, currency)
}

fn joined(object: &'static Object, any: bool, parts: &[Part], currency: &str) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::One(one) if one.operator == BETWEEN => between::text(one, any),
        Part::One(one) => test_text(object, one, currency),
        Part::Group(group) => {
            let inner = joined(object, group.any, &group.parts, currency);
            let not = if group.not { "not " } else { "" };
            (!inner.is_empty()).then(|| format!("{not}({inner})"))
        }
    });
    let texts: Vec<String> = texts.collect();
    texts.join(if any { " or " } else { " and " })
}

fn test_text(object: &'static Object, condition: &Condition, currency: &str) -> Option<String> {
    let field = &condition.field;
    if needs_no_value(&condition.operator) {
        return Some(format!("{field} {}", condition.operator));
    }
    let path = path(object, field)?;
    let kind = &path.field.kind;
    let values: Vec<String> = condition
        .values
        .iter()
        .map(|v| literal(kind, v.value.trim(), currency))
        .collect();
    let operator = match (condition.operator.as_str(), values.len()) {
        (_, 0) => return None,
        ("=", 2..) => "in",
        ("!=", 2..) => "not in",
        (operator, _) => operator,
    };
    Some(match operator {
        "in" | "not in" => format!("{field} {operator} ({})", values.join(", ")),
        _ => format!("{field} {operator} {}", values[0]),
    })
}

fn literal(kind: &Kind, value: &str, currency: &str) -> String {
    match kind {
        Kind::Money { .. } => {
            minor(value, minor_digits(currency_of(kind, currency))).unwrap_or_else(|| quoted(value))
        }
        Kind::Number if parse_number(value).is_some() => value.to_owned(),
        Kind::Integer if value.parse::<i64>().is_ok() => value.to_owned(),
        Kind::Boolean
        | Kind::Choice(_)
        | Kind::Many(Item::Choice(_))
        | Kind::Date
        | Kind::Instant => value.to_owned(),
        Kind::Person if value == "me" => value.to_owned(),
        Kind::Reference(target) if target == "team" && value == "my_team" => value.to_owned(),
        _ => quoted(value),
    }
}

/// The currency of a field's amounts; that of the workspace where each record has its own.
fn currency_of<'c>(kind: &'c Kind, workspace: &'c str) -> &'c str {
    match kind {
        Kind::Money {
            currency: Currency::Code(code),
        } => code,
        _ => workspace,
    }
}

/// "1250.5" with two digits is "125050".
fn minor(value: &str, digits: u32) -> Option<String> {
    let digits = digits as usize;
    let (whole, part) = value.split_once('.').unwrap_or((value, ""));
    let padded = format!("{part:0<digits$}");
    let text = format!("{whole}{}", padded.get(..digits)?);
    text.parse::<i64>().ok().map(|n| n.to_string())
}

/// The other way.
fn major(value: i64, digits: u32) -> String {
    if digits == 0 {
        return value.to_string();
    }
    let unit = 10_i64.pow(digits);
    let (whole, part) = (value / unit, (value % unit).abs());
    let width = digits as usize;
    let text = format!("{whole}.{part:0width$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A filter as conditions; `None` for what is no filter of the object, or not any more.
pub fn conditions_of(object: &'static Object, text: &str, currency: &str) -> Option<Conditions> {
    let (any, list) = match parse_filter(object, text)? {
        Filter::All(list) => (false, list),
        Filter::Any(list) => (true, list),
        one => (false, vec![one]),
    };
    let list = parts_of(object, any, &list, currency)?;
    Some(Conditions { any, list })
}

fn parts_of(
    object: &'static Object,
    any: bool,
    filters: &[Filter],
    currency: &str,
) -> Option<Vec<Part>> {
    let part = |filter: &Filter| part_of(object, any, filter, currency);
    let parts = filters.iter().map(part).collect::<Option<Vec<_>>>()?;
    Some(if any {
        parts
    } else {
        between::joined(object, parts)
    })
}

fn part_of(object: &'static Object, any: bool, filter: &Filter, currency: &str) -> Option<Part> {
    let group = |not: bool, any: bool, list: &[Filter]| {
        let parts = parts_of(object, any, list, currency)?;
        Some(Part::Group(Group { not, any, parts }))
    };
    match filter {
        Filter::Test(test) => condition_of(test, currency).map(Part::One),
        Filter::All(pair) => match between::pair(object, pair).filter(|_| any) {
            Some(range) => Some(Part::One(range)),
            None => group(false, false, pair),
        },
        Filter::Any(list) => group(false, true, list),
        Filter::Not(inner) => match &**inner {
            Filter::All(list) => group(true, false, list),
            Filter::Any(list) => group(true, true, list),
            one => group(true, false, std::slice::from_ref(one)),
        },
    }
}

pub fn condition_of(test: &Test, currency: &str) -> Option<Condition> {
    let operands: Vec<&Operand> = match &test.operand {
        Operand::None => Vec::new(),
        Operand::List(list) => list.iter().collect(),
        one => vec![one],
    };
    let value =
        |operand: &&Operand| bare(operand, test, currency).map(|value| Choice::new(value, ""));
    Some(Condition {
        field: test.path.to_string(),
        operator: test.operator.symbol().to_owned(),
        values: operands.iter().map(value).collect::<Option<_>>()?,
    })
}

fn bare(operand: &Operand, test: &Test, currency: &str) -> Option<String> {
    Some(match operand {
        Operand::Literal(Value::Text(text)) => text.clone(),
        Operand::Literal(Value::Id(id)) => id.to_string(),
        Operand::Literal(Value::Integer(n))
            if matches!(test.path.field.kind, Kind::Money { .. }) =>
        {
            major(
                *n,
                minor_digits(currency_of(&test.path.field.kind, currency)),
            )
        }
        Operand::Literal(value) => value.to_string(),
        Operand::Relative(relative) => relative.to_string(),
        Operand::Me => "me".to_owned(),
        Operand::MyTeam => "my_team".to_owned(),
        Operand::None | Operand::List(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{conditions_of, major, minor, text_of};
    use relasi_domain::people::contact::OBJECT;

    #[test]
    fn filters_go_both_ways() {
        for text in [
            "lifecycle_stage in (customer, lead) and city = \"Bandung\"",
            "next_step_at is empty or next_step_at < now",
            "owner_id = me and company.industry ~ \"kopi\"",
            "emails has \"a@b.example\" and created_at >= today-30d",
            "created_at >= 2026-11-01 and created_at <= 2026-11-30 and city = \"Bandung\"",
            "(created_at >= 2026-11-01 and created_at <= 2026-11-30) or owner_id = me",
            "not (city = \"Bandung\" or full_name ~ \"siti\")",
            "not (city = \"Bandung\")",
            "(city = \"A\" and (source = \"web\" or not (owner_id = me and tags is empty))) or team_id = my_team",
            "not (created_at >= 2026-11-01 and created_at <= 2026-11-30)",
            "version > 3 and id = \"0198c0de-0000-7000-8000-000000000000\"",
            "company.parent.city = \"Medan\" and company.owner_id != me",
            "deleted_at is not empty and birth_date in (1990-01-01, today)",
        ] {
            let conditions = conditions_of(&OBJECT, text, "IDR").unwrap();
            assert_eq!(text_of(&OBJECT, &conditions, "IDR"), text);
        }
        assert!(conditions_of(&OBJECT, "custom.gone = \"A\"", "IDR").is_none());
    }

    #[test]
    fn amounts_go_both_ways() {
        assert_eq!(minor("1250.5", 2).as_deref(), Some("125050"));
        assert_eq!(minor("12", 0).as_deref(), Some("12"));
        assert_eq!(major(125_050, 2), "1250.5");
        assert_eq!(major(1_200, 2), "12");
    }
}
