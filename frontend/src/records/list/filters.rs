//! Between the pills of the filter bar and the text of the filter grammar.

use leptos::prelude::*;
use relasi_domain::field::{Currency, Field, Item, Kind, parse_number};
use relasi_domain::filter::{self, Filter, Operand, Path, Test, Value, operators};
use relasi_domain::record::Object;

use super::between;
use crate::api::Api;
use crate::i18n::{k, minor_digits};
use crate::records::fields::whole;
use crate::records::labels;
use crate::records::people::use_people;
use crate::records::refs::reference_finder;
use crate::records::store::quoted;
use crate::records::tags::use_tags;
use crate::ui::filter_bar::{
    BETWEEN, Condition, Conditions, FilterField, ValueEditor, needs_no_value,
};
use crate::ui::select::Choice;

/// Everything one may filter an object by: its fields, then those of the records it refers to.
pub fn fields(api: Api, object: &'static Object) -> Vec<FilterField> {
    let object = whole(object);
    let own = object
        .all_fields()
        .filter_map(|field| filter_field(api, object, field, None));
    let beyond = object.fields.iter().filter_map(|hop| {
        let Kind::Reference(target) = &hop.kind else {
            return None;
        };
        let target = relasi_domain::object(target).filter(|target| target.searchable)?;
        Some(
            target
                .fields
                .iter()
                .filter_map(move |field| filter_field(api, target, field, Some((object, hop)))),
        )
    });
    own.chain(beyond.flatten()).collect()
}

fn filter_field(
    api: Api,
    object: &'static Object,
    field: &'static Field,
    hop: Option<(&'static Object, &'static Field)>,
) -> Option<FilterField> {
    let mut operators: Vec<&'static str> =
        operators(&field.kind).iter().map(|o| o.symbol()).collect();
    if between::fits(&field.kind) {
        operators.insert(1, BETWEEN);
    }
    if operators.is_empty() || matches!(field.name.as_ref(), "deleted_at" | "import_id") {
        return None;
    }
    let id = hop.map_or_else(
        || field.name.to_string(),
        |(_, hop)| format!("{}.{}", hop.name.trim_end_matches("_id"), field.name),
    );
    let label = TextProp::from(move || {
        let name = labels::field(object, &field.name);
        match hop {
            Some((from, hop)) => format!("{} › {name}", labels::field(from, &hop.name)),
            None => name,
        }
    });
    Some(FilterField {
        id,
        label,
        operators,
        editor: editor(api, object, field)?,
    })
}

fn editor(api: Api, object: &'static Object, field: &'static Field) -> Option<ValueEditor> {
    Some(match &field.kind {
        Kind::Integer | Kind::Number | Kind::Money { .. } => ValueEditor::Number,
        Kind::Date | Kind::Instant => ValueEditor::Day,
        Kind::Boolean => ValueEditor::Choices(Signal::derive(|| {
            vec![
                Choice::new("true", k::common::YES.get()),
                Choice::new("false", k::common::NO.get()),
            ]
        })),
        Kind::Choice(_) | Kind::Many(Item::Choice(_)) => {
            ValueEditor::Choices(Signal::derive(move || labels::choices(object, field)))
        }
        Kind::Person => {
            let people = use_people();
            ValueEditor::Find(crate::ui::combobox::finder(move |text: String| {
                let wanted = text.to_lowercase();
                let mut found = untrack(|| people.choices());
                found.insert(0, Choice::new("me", k::common::YOU.get()));
                found.retain(|choice| choice.label.to_lowercase().contains(&wanted));
                async move { found }
            }))
        }
        Kind::Many(Item::Reference(target)) if target == "tag" => {
            ValueEditor::Find(use_tags().finder())
        }
        Kind::Reference(target) | Kind::Many(Item::Reference(target)) => {
            ValueEditor::Find(reference_finder(api, relasi_domain::object(target)?))
        }
        _ => ValueEditor::Text,
    })
}

/// The conditions as a filter. Amounts are typed in units of `currency` and compared in its smallest ones.
pub fn text_of(object: &'static Object, conditions: &Conditions, currency: &str) -> String {
    let parts: Vec<String> = conditions
        .list
        .iter()
        .filter_map(|c| {
            if c.operator == BETWEEN {
                between::text(c, conditions.any)
            } else {
                test_text(object, c, currency)
            }
        })
        .collect();
    parts.join(if conditions.any { " or " } else { " and " })
}

fn test_text(object: &'static Object, condition: &Condition, currency: &str) -> Option<String> {
    let field = &condition.field;
    if needs_no_value(&condition.operator) {
        return Some(format!("{field} {}", condition.operator));
    }
    let kind = &Path::new(field, whole(object))?.field.kind;
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

/// A filter as conditions; `None` when it is more than one list of tests (or no filter at all) and has to stay text.
pub fn conditions_of(object: &'static Object, text: &str, currency: &str) -> Option<Conditions> {
    let object = whole(object);
    let (any, tests) = match filter::parse(text, object).ok()? {
        Filter::All(list) => (false, list),
        Filter::Any(list) => (true, list),
        Filter::Test(test) => (false, vec![Filter::Test(test)]),
        Filter::Not(_) => return None,
    };
    let list = tests
        .iter()
        .map(|part| match part {
            Filter::Test(test) => condition_of(test, currency).map(|condition| vec![condition]),
            Filter::All(pair) if any => between::pair(object, pair).map(|range| vec![range]),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()?
        .concat();
    let list = if any {
        list
    } else {
        between::joined(object, list)
    };
    Some(Conditions { any, list })
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
        Operand::MyTeam | Operand::None | Operand::List(_) => return None,
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
        ] {
            let conditions = conditions_of(&OBJECT, text, "IDR").unwrap();
            assert_eq!(text_of(&OBJECT, &conditions, "IDR"), text);
        }
        assert!(conditions_of(&OBJECT, "not (city = \"A\" or city = \"B\")", "IDR").is_none());
    }

    #[test]
    fn amounts_go_both_ways() {
        assert_eq!(minor("1250.5", 2).as_deref(), Some("125050"));
        assert_eq!(minor("12", 0).as_deref(), Some("12"));
        assert_eq!(major(125_050, 2), "1250.5");
        assert_eq!(major(1_200, 2), "12");
    }
}
