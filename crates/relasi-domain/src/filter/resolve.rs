//! Puts concrete values in the place of relative ones.

use chrono::NaiveDate;

use super::{
    Check, Condition, Context, Filter, Operand, Operator, Test, Value,
    relative::{Span, start_of_day},
};
use crate::{
    field::{Field, Item, Kind},
    text::{email_key, key_fragments, key_prefixes, phone_key, sort_key},
};

pub(super) fn filter(filter: &Filter, context: &Context) -> Condition {
    let each = |all: &[Filter]| all.iter().map(|f| self::filter(f, context)).collect();
    match filter {
        Filter::All(all) => Condition::All(each(all)),
        Filter::Any(all) => Condition::Any(each(all)),
        Filter::Not(inner) => self::filter(inner, context).negated(),
        Filter::Test(one) => test(one, context),
    }
}

fn test(test: &Test, context: &Context) -> Condition {
    let check = |check: Check| Condition::Test {
        path: test.path.clone(),
        negated: false,
        check,
    };
    let operands = match &test.operand {
        Operand::List(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let bounds: Vec<Bound> = operands
        .iter()
        .map(|one| bound(one, &test.path.field, context))
        .collect();
    let first = bounds.first().cloned().unwrap_or(Bound::Nothing);
    match test.operator {
        Operator::Equal | Operator::In => equal(bounds, &check),
        Operator::NotEqual | Operator::NotIn => Condition::All(vec![
            check(Check::Empty).negated(),
            equal(bounds, &check).negated(),
        ]),
        Operator::Empty => check(Check::Empty),
        Operator::NotEmpty => check(Check::Empty).negated(),
        Operator::Less => check(first.from().map_or(NEVER, Check::Below)),
        Operator::AtLeast => check(first.from().map_or(NEVER, Check::AtLeast)),
        Operator::AtMost => check(first.until(Check::AtMost, Check::Below)),
        Operator::Greater => check(first.until(Check::Above, Check::AtLeast)),
        Operator::Contains => check(Check::Contains(pieces(test, key_fragments))),
        Operator::StartsWith => check(Check::StartsWith(pieces(test, key_prefixes))),
        Operator::Has => check(first.from().map_or(NEVER, Check::Has)),
    }
}

const NEVER: Check = Check::Is(Vec::new());

/// What an operand comes to.
#[derive(Clone)]
enum Bound {
    Exact(Value),
    /// From the first until before the second.
    Within(Value, Value),
    /// Nobody is signed in, or they have no team.
    Nothing,
}

impl Bound {
    fn from(self) -> Option<Value> {
        match self {
            Self::Exact(value) | Self::Within(value, _) => Some(value),
            Self::Nothing => None,
        }
    }

    /// A check against the end: `exact` where the value itself counts, `before` where the end no longer does.
    fn until(self, exact: fn(Value) -> Check, before: fn(Value) -> Check) -> Check {
        match self {
            Self::Exact(value) => exact(value),
            Self::Within(_, end) => before(end),
            Self::Nothing => NEVER,
        }
    }
}

fn equal(bounds: Vec<Bound>, check: &dyn Fn(Check) -> Condition) -> Condition {
    let mut exact = Vec::new();
    let mut any = Vec::new();
    for bound in bounds {
        match bound {
            Bound::Exact(value) => exact.push(value),
            Bound::Within(from, until) => {
                any.push(Condition::All(vec![
                    check(Check::AtLeast(from)),
                    check(Check::Below(until)),
                ]));
            }
            Bound::Nothing => {}
        }
    }
    if !exact.is_empty() || any.is_empty() {
        any.push(check(Check::Is(exact)));
    }
    if any.len() == 1 {
        any.remove(0)
    } else {
        Condition::Any(any)
    }
}

/// The fragments or beginnings to look for, by the way the field compares.
fn pieces(test: &Test, of_key: fn(&str) -> Vec<String>) -> Vec<String> {
    let Operand::Literal(Value::Text(text)) = &test.operand else {
        return Vec::new();
    };
    if test.path.field.keyed {
        of_key(text)
    } else {
        vec![normalised(text, &test.path.field)]
    }
}

fn normalised(text: &str, field: &Field) -> String {
    match &field.kind {
        Kind::Many(Item::Email) => email_key(text),
        Kind::Many(Item::Phone) => phone_key(text),
        Kind::Point(point) => point.key(text),
        _ if field.keyed => sort_key(text),
        _ => text.to_owned(),
    }
}

fn bound(operand: &Operand, field: &Field, context: &Context) -> Bound {
    let id = |id: Option<uuid::Uuid>| id.map_or(Bound::Nothing, |id| Bound::Exact(Value::Id(id)));
    match operand {
        Operand::Me => id(context.me),
        Operand::MyTeam => id(context.my_team),
        Operand::Relative(relative) => time(relative.span(context), &field.kind, context),
        Operand::Literal(Value::Date(date)) => {
            let next = date.succ_opt().unwrap_or(*date);
            time(Span::Days(*date, next), &field.kind, context)
        }
        Operand::Literal(Value::Text(text)) => Bound::Exact(Value::Text(normalised(text, field))),
        Operand::Literal(value) => Bound::Exact(value.clone()),
        Operand::None | Operand::List(_) => Bound::Nothing,
    }
}

/// A span as values of a date or an instant field.
fn time(span: Span, kind: &Kind, context: &Context) -> Bound {
    let single = |from: NaiveDate, until: NaiveDate| from.succ_opt() == Some(until);
    match (span, kind) {
        (Span::Days(from, until), Kind::Date) if single(from, until) => {
            Bound::Exact(Value::Date(from))
        }
        (Span::Days(from, until), Kind::Date) => {
            Bound::Within(Value::Date(from), Value::Date(until))
        }
        (Span::Moment(moment), Kind::Date) => Bound::Exact(Value::Date(
            moment.with_timezone(&context.zone).date_naive(),
        )),
        (Span::Moment(moment), _) => Bound::Exact(Value::Instant(moment)),
        (Span::Days(from, until), _) => {
            let at = |date| Value::Instant(start_of_day(context.zone, date));
            Bound::Within(at(from), at(until))
        }
    }
}
