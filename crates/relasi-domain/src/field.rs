//! Fields as data: the filter grammar, SQL, OpenAPI, forms, tables, import and audit all read them.

use std::borrow::Cow;

use chrono::DateTime;
use serde_json::Value;

use crate::fault::{Fault, Faults};

/// What a field holds; it decides the JSON form, the column type and the operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One line of text, at most `max` characters.
    Text { max: usize },
    /// Several lines of text, at most `max` characters.
    LongText { max: usize },
    /// A whole number.
    Integer,
    /// An amount in minor units; `currency` names the sibling field with the ISO 4217 code.
    Money { currency: Cow<'static, str> },
    /// Yes or no.
    Boolean,
    /// A calendar day, `2026-11-22`.
    Date,
    /// A point in time, RFC 3339 in UTC.
    Instant,
    /// One code out of a list.
    Choice(Cow<'static, [Cow<'static, str>]>),
    /// The id of a record of the named object.
    Reference(Cow<'static, str>),
    /// The id of a user.
    Person,
    /// Several values, each with its own rows in the value index.
    Many(Item),
    /// Free JSON whose shape the record's own rules check.
    Json,
}

/// What the items of a [`Kind::Many`] field are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `{"value": "...", "label": "work"}`, compared in lower case.
    Email,
    /// `{"value": "...", "label": "mobile"}`, compared by its digits.
    Phone,
    /// Plain ids of records of the named object.
    Reference(Cow<'static, str>),
}

/// When a client may write a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// On create and on change.
    Always,
    /// On create only; later a verb changes it.
    OnCreate,
    /// Never; the product maintains it.
    Never,
}

/// One field of an object, built in or custom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The JSON member and column name.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
    /// Must have a value.
    pub required: bool,
    /// Part of the object's search text.
    pub searched: bool,
    /// May be sorted by.
    pub sortable: bool,
    /// Text with a companion column `<name>_key` that holds its normalised form.
    pub keyed: bool,
    /// Personal data: masked in logs, part of an access export.
    pub private: bool,
    /// Who may write it.
    pub write: Write,
    /// Column headings in files that mean this field, in lower case.
    pub aliases: &'static [&'static str],
}

impl Field {
    /// A plain optional field.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name: Cow::Borrowed(name),
            kind,
            required: false,
            searched: false,
            sortable: false,
            keyed: false,
            private: false,
            write: Write::Always,
            aliases: &[],
        }
    }

    /// One line of text.
    pub const fn text(name: &'static str, max: usize) -> Self {
        Self::new(name, Kind::Text { max })
    }

    /// Several lines of text.
    pub const fn long_text(name: &'static str, max: usize) -> Self {
        Self::new(name, Kind::LongText { max })
    }

    /// One code out of `codes`.
    pub const fn choice(name: &'static str, codes: &'static [Cow<'static, str>]) -> Self {
        Self::new(name, Kind::Choice(Cow::Borrowed(codes)))
    }

    /// The id of a record of `object`.
    pub const fn reference(name: &'static str, object: &'static str) -> Self {
        Self::new(name, Kind::Reference(Cow::Borrowed(object)))
    }

    /// An amount in the currency that the field `currency` names.
    pub const fn money(name: &'static str, currency: &'static str) -> Self {
        let currency = Cow::Borrowed(currency);
        Self::new(name, Kind::Money { currency })
    }

    /// Must have a value.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Belongs to the search text.
    pub const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }

    /// May be sorted by; text is sorted by its normalised form.
    pub const fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Keeps a normalised companion column for comparing and sorting.
    pub const fn keyed(mut self) -> Self {
        self.keyed = true;
        self
    }

    /// Holds personal data.
    pub const fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Written on create only.
    pub const fn on_create(mut self) -> Self {
        self.write = Write::OnCreate;
        self
    }

    /// Maintained by the product.
    pub const fn read_only(mut self) -> Self {
        self.write = Write::Never;
        self
    }

    /// Headings that an import takes for this field.
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Translation key of the label, for example `field.contact.full_name`.
    pub fn label_key(&self, object: &str) -> String {
        format!("field.{object}.{}", self.name)
    }

    /// The column that sorting and comparing use.
    pub fn key_column(&self) -> Cow<'_, str> {
        if self.keyed {
            Cow::Owned(format!("{}_key", self.name))
        } else {
            Cow::Borrowed(self.name.as_ref())
        }
    }

    /// Checks that `value` has the JSON form of this field; `null` stands for no value.
    pub fn check(&self, value: &Value, faults: &mut Faults) {
        let name = self.name.as_ref();
        if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
            faults.check(self.required, name, "required");
            return;
        }
        match &self.kind {
            Kind::Text { max } | Kind::LongText { max } => match value.as_str() {
                None => faults.push(Fault::field(name, "not_text")),
                Some(text) if text.chars().count() > *max => {
                    faults.push(Fault::field(name, "too_long").with("max", max));
                }
                Some(text) => faults.check(has_control(text), name, "control_character"),
            },
            Kind::Integer | Kind::Money { .. } => {
                faults.check(value.as_i64().is_none(), name, "not_whole_number");
            }
            Kind::Boolean => faults.check(!value.is_boolean(), name, "not_boolean"),
            Kind::Date => faults.check(!is_date(value), name, "not_date"),
            Kind::Instant => faults.check(!is_instant(value), name, "not_instant"),
            Kind::Choice(codes) => {
                let known = value.as_str().is_some_and(|v| codes.iter().any(|c| c == v));
                if !known {
                    faults
                        .push(Fault::field(name, "not_a_choice").with("choices", codes.join(", ")));
                }
            }
            Kind::Reference(_) | Kind::Person => faults.check(!is_id(value), name, "not_id"),
            Kind::Many(item) => check_items(name, item, value, faults),
            Kind::Json => {}
        }
    }
}

/// The most items a field with several values takes.
pub const MAX_ITEMS: usize = 100;

fn check_items(name: &str, item: &Item, value: &Value, faults: &mut Faults) {
    let Some(items) = value.as_array() else {
        faults.push(Fault::field(name, "not_list"));
        return;
    };
    if items.len() > MAX_ITEMS {
        faults.push(Fault::field(name, "too_many").with("max", MAX_ITEMS));
        return;
    }
    for (index, entry) in items.iter().enumerate() {
        let wrong = match item {
            Item::Reference(_) => (!is_id(entry)).then_some("not_id"),
            Item::Email => point_value(entry)
                .map_or(Some("not_text"), |v| (!is_email(v)).then_some("not_email")),
            Item::Phone => point_value(entry)
                .map_or(Some("not_text"), |v| (!is_phone(v)).then_some("not_phone")),
        };
        if let Some(code) = wrong {
            faults.push(Fault::at(format!("/{name}/{index}"), code));
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

fn has_control(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn is_date(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|v| crate::text::iso_day(v).is_some())
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
    let digits = crate::text::digits(text).len();
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
