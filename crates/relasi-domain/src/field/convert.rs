//! Values of one type as values of another, where nothing is lost.

use serde_json::{Value, json};

use super::{Currency, Field, Item, Kind, millionths, parse_number, written};
use crate::{fault::Faults, locale::minor_digits, text::sort_key};

impl Field {
    /// A value of a field of the kind `from` as one of this field; none where it would not be the same.
    pub fn converted(&self, from: &Kind, value: &Value) -> Option<Value> {
        let made = match (from, &self.kind) {
            (Kind::Many(Item::Choice(_)), Kind::Many(Item::Choice(_))) => value.clone(),
            (Kind::Many(Item::Choice(_)), _) => match value.as_array()?.as_slice() {
                [Value::String(code)] => self.value_of(code)?,
                _ => return None,
            },
            (Kind::Choice(_), Kind::Many(Item::Choice(_))) => json!([value]),
            (Kind::Number, Kind::Money { currency }) => {
                let parts = millionths(value)?.checked_mul(power(currency))?;
                (parts % 1_000_000 == 0).then(|| json!(parts / 1_000_000))?
            }
            (Kind::Money { currency }, Kind::Number) => {
                let parts = value.as_i64()?.checked_mul(1_000_000)?;
                let one = power(currency);
                (parts % one == 0).then(|| number(parts / one))??
            }
            _ => self.value_of(&plain(value)?)?,
        };
        let mut faults = Faults::default();
        self.check(&made, &mut faults);
        (faults.0.is_empty() && !made.is_null()).then_some(made)
    }

    /// The value that a text stands for.
    fn value_of(&self, text: &str) -> Option<Value> {
        match &self.kind {
            Kind::Number => number(parse_number(text.trim())?),
            Kind::Boolean => text.trim().parse().ok().map(Value::Bool),
            Kind::Choice(_) | Kind::Many(Item::Choice(_)) => {
                let code = self.code_of(text)?;
                let several = matches!(self.kind, Kind::Many(_));
                Some(if several { json!([code]) } else { json!(code) })
            }
            Kind::Integer | Kind::Money { .. } | Kind::Many(_) | Kind::Json => None,
            _ => Some(json!(text)),
        }
    }

    /// The code that a text is, or is the label of.
    fn code_of(&self, text: &str) -> Option<&str> {
        let key = sort_key(text);
        let named = |code: &&str| {
            let words = self.words_of(code)?;
            words.all().any(|word| sort_key(word) == key).then_some(())
        };
        let mut codes = self.codes()?.iter().map(AsRef::as_ref);
        codes
            .clone()
            .find(|code| *code == text)
            .or_else(|| codes.find(|code| named(code).is_some()))
    }
}

fn power(currency: &Currency) -> i64 {
    let code = currency.of(|_| None).unwrap_or_default();
    10_i64.pow(minor_digits(code))
}

fn number(millionths: i64) -> Option<Value> {
    written(millionths).parse().ok().map(Value::Number)
}

/// A value with one way of being written.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(_) => millionths(value).map(written),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::custom_field::CustomField;

    fn field(kind: &str) -> Field {
        let definition: CustomField = serde_json::from_value(json!({
            "name": "x", "kind": kind, "currency": "USD",
            "options": [{"code": "gold", "label": "Emas"}, {"code": "basic", "label": "Biasa"}],
        }))
        .expect("a definition");
        definition.field()
    }

    #[test]
    fn what_stays_the_same_is_converted() {
        for (from, value, to, wanted) in [
            ("text", json!("12.5"), "number", json!(12.5)),
            ("number", json!(12.5), "text", json!("12.5")),
            ("number", json!(12.5), "money", json!(1250)),
            ("money", json!(1250), "number", json!(12.5)),
            ("text", json!("2026-11-22"), "date", json!("2026-11-22")),
            ("text", json!("emas"), "choice", json!("gold")),
            ("choice", json!("gold"), "choices", json!(["gold"])),
            ("choices", json!(["basic"]), "choice", json!("basic")),
            ("boolean", json!(true), "text", json!("true")),
            (
                "text",
                json!("siti@kopi.example"),
                "email",
                json!("siti@kopi.example"),
            ),
            ("text", json!("a"), "long_text", json!("a")),
        ] {
            let made = field(to).converted(&field(from).kind, &value);
            assert_eq!(made, Some(wanted), "{value} of {from} as {to}");
        }
    }

    #[test]
    fn what_would_be_lost_is_not() {
        for (from, value, to) in [
            ("text", json!("about ten"), "number"),
            ("text", json!("12.5"), "money"),
            ("number", json!(0.001), "money"),
            ("text", json!("silver"), "choice"),
            ("choices", json!(["gold", "basic"]), "choice"),
            ("date", json!("2026-11-22"), "instant"),
            ("text", json!("Siti"), "person"),
            ("long_text", json!("x".repeat(300)), "text"),
        ] {
            let made = field(to).converted(&field(from).kind, &value);
            assert_eq!(made, None, "{value} of {from} as {to}");
        }
    }
}
