//! Fields as data: the filter grammar, SQL, OpenAPI, forms, tables, import and audit all read them.

mod check;
mod convert;
mod custom;
mod fixed;

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

pub use check::{MAX_ITEMS, is_email, is_nothing, is_phone};
pub use custom::{Custom, FieldRef, Words};
pub use fixed::{millionths, parse as parse_number, written};

use crate::{
    locale::{Language, choice_label},
    record::Document,
    text,
};

/// What stands before the name of a custom field wherever fields are named: `custom.tier`.
pub const CUSTOM: &str = "custom.";

/// What a field holds; it decides the JSON form, the column type and the operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One line of text, at most `max` characters.
    Text { max: usize },
    /// Several lines of text, at most `max` characters.
    LongText { max: usize },
    /// A whole number.
    Integer,
    /// A number with at most six decimals, a JSON number.
    Number,
    /// An amount in minor units.
    Money {
        /// Of which currency.
        currency: Currency,
    },
    /// Yes or no.
    Boolean,
    /// A calendar day, `2026-11-22`.
    Date,
    /// A point in time, RFC 3339 in UTC.
    Instant,
    /// One code out of a list.
    Choice(Cow<'static, [Cow<'static, str>]>),
    /// One web address, e-mail address or phone number.
    Point(Point),
    /// The id of a record of the named object.
    Reference(Cow<'static, str>),
    /// The id of a user.
    Person,
    /// Several values, each with its own rows in the value index.
    Many(Item),
    /// Free JSON whose shape the record's own rules check.
    Json,
}

/// Where the ISO 4217 code of an amount stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Currency {
    /// In the named field of the same record.
    Field(Cow<'static, str>),
    /// Every record has the same.
    Code(Cow<'static, str>),
}

impl Currency {
    /// The code, where `member` gives the members of the record.
    pub fn of<'c>(&'c self, member: impl FnOnce(&str) -> Option<&'c str>) -> Option<&'c str> {
        match self {
            Self::Field(name) => member(name),
            Self::Code(code) => Some(code),
        }
    }
}

/// What a [`Kind::Point`] leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// `https://kopi.example`, compared in lower case.
    Link,
    /// An e-mail address, compared in lower case.
    Email,
    /// A phone number, compared by its digits.
    Phone,
}

impl Point {
    /// The form in which it is compared.
    pub fn key(self, text: &str) -> String {
        match self {
            Self::Link => text::search_text(text),
            Self::Email => text::email_key(text),
            Self::Phone => text::phone_key(text),
        }
    }
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
    /// Codes out of a list.
    Choice(Cow<'static, [Cow<'static, str>]>),
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
    /// What its codes are called, where the workspace gave them a name.
    pub words: Option<Arc<BTreeMap<String, Words>>>,
    /// What only a field has that the workspace added.
    pub custom: Option<Arc<Custom>>,
}

impl Field {
    /// The object of the records that it refers to, by one id or several; `user` for people.
    pub fn target(&self) -> Option<&str> {
        match &self.kind {
            Kind::Reference(target) | Kind::Many(Item::Reference(target)) => Some(target),
            Kind::Person => Some("user"),
            _ => None,
        }
    }

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
            words: None,
            custom: None,
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
        let currency = Currency::Field(Cow::Borrowed(currency));
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

    /// The JSON pointer of its value in a record.
    pub fn pointer(&self) -> String {
        format!("/{}", self.name.replace('.', "/"))
    }

    /// Its value in a record; null when there is none.
    pub fn of<'d>(&self, document: &'d Document) -> &'d Value {
        let value = match self.name.strip_prefix(CUSTOM) {
            None => document.get(self.name.as_ref()),
            Some(name) => document.get("custom").and_then(|custom| custom.get(name)),
        };
        value.unwrap_or(&Value::Null)
    }

    /// Puts its value into a record.
    pub fn set(&self, document: &mut Document, value: Value) {
        let (members, name) = match self.name.strip_prefix(CUSTOM) {
            None => (Some(document), self.name.as_ref()),
            Some(name) => {
                let custom = document.entry("custom").or_insert_with(|| json!({}));
                (custom.as_object_mut(), name)
            }
        };
        if let Some(members) = members {
            members.insert(name.to_owned(), value);
        }
    }

    /// Its codes, where it has a list of them.
    pub fn codes(&self) -> Option<&[Cow<'static, str>]> {
        match &self.kind {
            Kind::Choice(codes) | Kind::Many(Item::Choice(codes)) => Some(codes),
            _ => None,
        }
    }

    /// What the workspace calls one of its codes.
    pub fn words_of(&self, code: &str) -> Option<&Words> {
        self.words.as_ref()?.get(code)
    }

    /// What one of its codes is called on an object: by the workspace, else by the product.
    pub fn choice_label(&self, language: Language, object: &str, code: &str) -> Option<&str> {
        match self.words_of(code) {
            Some(words) => Some(words.of(language)),
            None => choice_label(language, object, &self.name, code),
        }
    }
}
