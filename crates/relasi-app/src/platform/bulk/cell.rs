//! Values of records as cells of a file, in the forms that an import reads.

use std::{borrow::Cow, collections::HashMap};

use chrono::DateTime;
use relasi_domain::{
    field::{Field, FieldRef, Item, Kind, millionths, written},
    locale::{Language, minor_digits},
    record::{Document, Object},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::platform::spreadsheet::harmless;

/// What parts several values in one cell.
const PART: &str = "; ";

/// Names of what records refer to, by id.
pub(super) type Names = HashMap<String, String>;

/// What an id is called; nothing when it is gone.
pub(super) fn text_of_id<'n>(names: &'n Names, id: &str) -> &'n str {
    names.get(id).map_or("", String::as_str)
}

/// A value in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Cell {
    #[serde(rename = "e")]
    Empty,
    #[serde(rename = "t")]
    Text(String),
    /// Digits with a point before the fraction.
    #[serde(rename = "n")]
    Number(String),
    /// The same of money, with the decimals of its currency.
    #[serde(rename = "a")]
    Amount(String),
    #[serde(rename = "y")]
    Yes(bool),
    /// `2026-11-22`
    #[serde(rename = "d")]
    Day(String),
    /// `2026-11-22 08:15:00` in the zone of the workspace.
    #[serde(rename = "m")]
    Moment(String),
}

impl Cell {
    /// Its text as it is.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => "".into(),
            Self::Yes(yes) => yes.to_string().into(),
            Self::Text(text)
            | Self::Number(text)
            | Self::Amount(text)
            | Self::Day(text)
            | Self::Moment(text) => text.into(),
        }
    }

    /// Its text for a file of nothing but text, in which none is taken for a formula.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Text(text) => harmless(text),
            other => other.text().into_owned(),
        }
    }
}

/// How values are written.
pub(super) struct Style {
    pub(super) object: &'static Object,
    pub(super) language: Language,
    pub(super) zone: chrono_tz::Tz,
}

impl Style {
    /// The cell of a field.
    pub(super) fn cell(&self, field: &FieldRef, record: &Document, names: &Names) -> Cell {
        let value = field.of(record);
        match &field.kind {
            _ if value.is_null() => Cell::Empty,
            Kind::Boolean => Cell::Yes(value.as_bool().unwrap_or_default()),
            Kind::Integer => Cell::Number(value.to_string()),
            Kind::Number => {
                Cell::Number(millionths(value).map_or_else(|| value.to_string(), written))
            }
            Kind::Money { currency } => {
                let code = currency.of(|name| record.get(name).and_then(Value::as_str));
                let minor = value.as_i64().unwrap_or_default();
                Cell::Amount(amount(minor, code.unwrap_or_default()))
            }
            Kind::Date => Cell::Day(text(value).to_owned()),
            Kind::Instant => Cell::Moment(self.instant(text(value))),
            _ => Cell::Text(self.words(field, value, names)),
        }
    }

    fn words(&self, field: &Field, value: &Value, names: &Names) -> String {
        let named = |id: &Value| text_of_id(names, text(id)).to_owned();
        let all = |item: &dyn Fn(&Value) -> String| {
            let items = value.as_array().into_iter().flatten().map(item);
            items
                .filter(|item| !item.is_empty())
                .collect::<Vec<_>>()
                .join(PART)
        };
        match &field.kind {
            Kind::Reference(_) | Kind::Person => named(value),
            Kind::Many(Item::Reference(_)) => all(&named),
            Kind::Choice(_) => self.choice(field, value),
            Kind::Many(Item::Choice(_)) => all(&|code| self.choice(field, code)),
            Kind::Many(Item::Email | Item::Phone) => all(&|point| text(&point["value"]).to_owned()),
            _ => match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            },
        }
    }

    fn choice(&self, field: &Field, code: &Value) -> String {
        let code = text(code);
        let label = field.choice_label(self.language, self.object.name, code);
        label.unwrap_or(code).to_owned()
    }

    fn instant(&self, at: &str) -> String {
        DateTime::parse_from_rfc3339(at).map_or_else(
            |_| at.to_owned(),
            |at| {
                at.with_timezone(&self.zone)
                    .format("%Y-%m-%d %H:%M:%S")
                    .to_string()
            },
        )
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Minor units with the point where the currency has it.
fn amount(minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency) as usize;
    if digits == 0 {
        return minor.to_string();
    }
    let sign = if minor < 0 { "-" } else { "" };
    let size = format!("{:0>1$}", minor.unsigned_abs(), digits + 1);
    let (whole, parts) = size.split_at(size.len() - digits);
    format!("{sign}{whole}.{parts}")
}

#[cfg(test)]
mod tests {
    use relasi_domain::{locale, people::contact, sales::deal};
    use serde_json::json;

    use super::*;

    fn cell(object: &'static Object, name: &str, record: &Value) -> String {
        let style = Style {
            object,
            language: Language::Id,
            zone: chrono_tz::Asia::Jakarta,
        };
        let names = [("a", "PT Kopi"), ("b", "=SUM(A1)")]
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .into();
        let field = FieldRef::Built(object.field(name).unwrap());
        style
            .cell(&field, record.as_object().unwrap(), &names)
            .plain()
    }

    #[test]
    fn cells_are_what_an_import_reads() {
        let record = json!({
            "full_name": "@Siti", "company_id": "a", "owner_id": "nobody", "tags": ["a", "x", "b"],
            "emails": [{"value": "a@kopi.example"}, {"value": "b@kopi.example"}], "phones": [{"value": "+62 812"}],
            "birth_date": "2000-01-02", "created_at": "2026-11-29T18:00:00Z", "city": null, "lifecycle_stage": "lead",
        });
        let of = |name: &str| cell(&contact::OBJECT, name, &record);
        assert_eq!(of("full_name"), "'@Siti");
        assert_eq!(
            (of("company_id"), of("owner_id")),
            ("PT Kopi".into(), String::new())
        );
        assert_eq!(of("tags"), "PT Kopi; =SUM(A1)");
        assert_eq!(of("emails"), "a@kopi.example; b@kopi.example");
        assert_eq!(of("phones"), "'+62 812");
        assert_eq!(of("birth_date"), "2000-01-02");
        assert_eq!(of("created_at"), "2026-11-30 01:00:00");
        assert_eq!(of("city"), "");
        let label = locale::choice_label(Language::Id, "contact", "lifecycle_stage", "lead");
        assert_eq!(Some(of("lifecycle_stage").as_str()), label);
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        for (minor, currency, written) in [
            (125_000, "IDR", "1250.00"),
            (5, "THB", "0.05"),
            (1250, "JPY", "1250"),
            (-1, "USD", "-0.01"),
            (1, "BHD", "0.001"),
        ] {
            let record = json!({"amount": minor, "currency": currency});
            assert_eq!(cell(&deal::OBJECT, "amount", &record), written);
        }
    }
}
