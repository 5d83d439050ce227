//! "Between two days": one pill, two comparisons of the filter grammar.

use relasi_domain::field::Kind;
use relasi_domain::filter::Filter;
use relasi_domain::record::Object;

use super::filters::condition_of;
use crate::i18n::Day;
use crate::records::fields::path;
use crate::ui::filter_bar::{BETWEEN, Condition, Part};

/// Whether a field can be asked for what lies between two days.
pub fn fits(kind: &Kind) -> bool {
    matches!(kind, Kind::Date | Kind::Instant)
}

/// The two comparisons; in brackets where other conditions are alternatives.
pub fn text(condition: &Condition, any: bool) -> Option<String> {
    let [from, until] = condition.values.as_slice() else {
        return None;
    };
    let field = &condition.field;
    let text = format!("{field} >= {} and {field} <= {}", from.value, until.value);
    Some(if any { format!("({text})") } else { text })
}

/// Neighbours that are the two comparisons become one condition.
pub fn joined(object: &'static Object, list: Vec<Part>) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    for part in list {
        let range = match (all.last(), &part) {
            (Some(Part::One(from)), Part::One(until)) => join(object, from, until),
            _ => None,
        };
        match range {
            Some(range) => {
                all.pop();
                all.push(Part::One(range));
            }
            None => all.push(part),
        }
    }
    all
}

/// Two tests in brackets as one condition.
pub fn pair(object: &'static Object, parts: &[Filter]) -> Option<Condition> {
    let [Filter::Test(from), Filter::Test(until)] = parts else {
        return None;
    };
    join(object, &condition_of(from, "")?, &condition_of(until, "")?)
}

fn join(object: &'static Object, from: &Condition, until: &Condition) -> Option<Condition> {
    let ends = from.operator == ">=" && until.operator == "<=" && from.field == until.field;
    let day = |condition: &Condition| {
        let value = condition.values.first()?;
        (value.value.len() == 10 && Day::parse_iso(&value.value).is_some()).then(|| value.clone())
    };
    if !ends || !fits(&path(object, &from.field)?.field.kind) {
        return None;
    }
    Some(Condition {
        field: from.field.clone(),
        operator: BETWEEN.to_owned(),
        values: vec![day(from)?, day(until)?],
    })
}

#[cfg(test)]
mod tests {
    use crate::records::list::filters::{conditions_of, text_of};
    use crate::ui::filter_bar::{BETWEEN, Part};
    use relasi_domain::people::contact::OBJECT;

    fn operators(text: &str) -> Vec<String> {
        let conditions = conditions_of(&OBJECT, text, "IDR").unwrap();
        assert_eq!(text_of(&OBJECT, &conditions, "IDR"), text);
        let operator = |part| match part {
            Part::One(condition) => condition.operator,
            Part::Group(_) => "group".to_owned(),
        };
        conditions.list.into_iter().map(operator).collect()
    }

    #[test]
    fn two_comparisons_are_one_condition() {
        let range = "birth_date >= 1990-01-01 and birth_date <= 1999-12-31";
        assert_eq!(operators(range), [BETWEEN]);
        assert_eq!(
            operators(&format!("{range} and owner_id = me")),
            [BETWEEN, "="]
        );
        assert_eq!(
            operators(&format!("({range}) or owner_id = me")),
            [BETWEEN, "="]
        );
    }

    #[test]
    fn others_stay_apart() {
        let relative = "created_at >= today-30d and created_at <= 2026-11-30";
        assert_eq!(operators(relative), [">=", "<="]);
        let two_fields = "created_at >= 2026-11-01 and updated_at <= 2026-11-30";
        assert_eq!(operators(two_fields), [">=", "<="]);
        let turned = "created_at <= 2026-11-01 and created_at >= 2026-11-30";
        assert_eq!(operators(turned), ["<=", ">="]);
    }
}
