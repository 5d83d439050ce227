//! A custom field as administrators define it: a record like any other, from which a [`Field`] is made.

mod objects;
mod rules;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use objects::{EXTENSIBLE, TARGETS};
pub use rules::forms;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    fault::Faults,
    field::{CUSTOM, Currency, Custom, Field, Item, Kind, Point, Words},
    record::{Guard, Object, Record},
};

/// Texts by the tag of their language.
pub type Translations = BTreeMap<String, String>;

/// The definition of a field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomField {
    /// The object that has it, for example `contact`.
    pub object: String,
    /// Its name in the API behind `custom.`; made from the label when it is left out.
    pub name: Option<String>,
    /// What it is called.
    pub label: String,
    /// The label in other languages: `{"id": "Tingkat"}`.
    pub labels: Translations,
    /// What to enter, by language.
    pub help: Translations,
    /// Code of its type.
    pub kind: String,
    /// What there is to choose from, for choices.
    pub options: Vec<Choosable>,
    /// The object that it refers to, for relations.
    pub target: Option<String>,
    /// ISO 4217 code of its amounts, for money.
    pub currency: Option<String>,
    /// Must have a value.
    pub required: bool,
    /// No two living records have the same value.
    pub is_unique: bool,
    /// Personal data.
    pub private: bool,
    /// A new record with the value of another one is reported as a possible double.
    pub marks_duplicates: bool,
    /// What new records get that bring nothing.
    pub default_value: Value,
    /// Place among the fields of its object.
    pub position: i64,
    /// Under what its values are stored.
    pub storage_key: Option<String>,
    /// Types that it had, whose values can be had back: [`Former`].
    pub former: Vec<Former>,
}

/// One of the codes of a choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choosable {
    /// As it is stored, for example `gold`.
    pub code: String,
    /// What it is called.
    pub label: String,
    /// The label in other languages.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: Translations,
}

/// A type that a field had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Former {
    /// Code of the type.
    pub kind: String,
    /// Under what its values are stored.
    pub key: String,
    /// Until when it lasted, in microseconds since 1970.
    pub until: i64,
}

macro_rules! codes {
    ($($code:literal),*) => { &[$(Cow::Borrowed($code)),*] };
}

static KINDS: &[Cow<'static, str>] = codes![
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "instant",
    "boolean",
    "choice",
    "choices",
    "link",
    "email",
    "phone",
    "person",
    "relation"
];

static FIELDS: [Field; 17] = [
    Field::text("label", 80).required().sortable().keyed(),
    Field::choice("object", &EXTENSIBLE).required().on_create(),
    Field::text("name", 40).on_create(),
    Field::choice("kind", KINDS).required(),
    Field::new("labels", Kind::Json),
    Field::new("help", Kind::Json),
    Field::new("options", Kind::Json),
    Field::choice("target", &TARGETS),
    Field::text("currency", 3),
    Field::new("required", Kind::Boolean),
    Field::new("is_unique", Kind::Boolean),
    Field::new("private", Kind::Boolean),
    Field::new("marks_duplicates", Kind::Boolean),
    Field::new("default_value", Kind::Json),
    Field::new("position", Kind::Integer).sortable(),
    Field::text("storage_key", 40).read_only(),
    Field::new("former", Kind::Json).read_only(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "custom_field",
    plural: "custom-fields",
    table: "custom_fields",
    title: "label",
    fields: &FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Settings,
};

impl Record for CustomField {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "custom_field";

    fn validate(&self, faults: &mut Faults) {
        rules::check(self, faults);
    }
}

/// The most characters of a custom text, so that its key fits the value index.
pub const MAX_TEXT: usize = 250;
/// The most characters of a custom text of several lines.
const MAX_LONG_TEXT: usize = 10_000;
/// How many days the values of a field that was deleted, or changed its type, can be had back.
pub const KEPT_DAYS: i64 = 30;

impl CustomField {
    /// The field that it defines.
    pub fn field(&self) -> Field {
        let mut field = Field::new("", self.kind());
        field.name = Cow::Owned(format!(
            "{CUSTOM}{}",
            self.name.as_deref().unwrap_or_default()
        ));
        field.required = self.required;
        field.private = self.private;
        field.keyed = matches!(field.kind, Kind::Text { .. });
        field.sortable = !matches!(field.kind, Kind::LongText { .. } | Kind::Many(_));
        field.searched = matches!(
            field.kind,
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Point(_)
        );
        let named = self.options.iter().map(|one| {
            let words = words(&one.label, &one.labels);
            (one.code.clone(), words)
        });
        let named: BTreeMap<String, Words> = named.collect();
        field.words = (!named.is_empty()).then(|| Arc::new(named));
        field.custom = Some(Arc::new(Custom {
            key: self.storage_key.clone().unwrap_or_default(),
            label: words(&self.label, &self.labels),
            help: words(
                self.help.values().next().map_or("", String::as_str),
                &self.help,
            ),
            unique: self.is_unique,
            marks_duplicates: self.marks_duplicates,
            default: self.default_value.clone(),
        }));
        field
    }

    fn kind(&self) -> Kind {
        let codes = || {
            let codes = self.options.iter().map(|one| Cow::Owned(one.code.clone()));
            Cow::Owned(codes.collect())
        };
        match self.kind.as_str() {
            "long_text" => Kind::LongText { max: MAX_LONG_TEXT },
            "number" => Kind::Number,
            "money" => Kind::Money {
                currency: Currency::Code(Cow::Owned(self.currency.clone().unwrap_or_default())),
            },
            "date" => Kind::Date,
            "instant" => Kind::Instant,
            "boolean" => Kind::Boolean,
            "choice" => Kind::Choice(codes()),
            "choices" => Kind::Many(Item::Choice(codes())),
            "link" => Kind::Point(Point::Link),
            "email" => Kind::Point(Point::Email),
            "phone" => Kind::Point(Point::Phone),
            "person" => Kind::Person,
            "relation" => Kind::Reference(Cow::Owned(self.target.clone().unwrap_or_default())),
            _ => Kind::Text { max: MAX_TEXT },
        }
    }
}

fn words(main: &str, other: &Translations) -> Words {
    Words {
        main: main.to_owned(),
        other: other.clone(),
    }
}

/// A name out of a label: `Tier (2026)` is `tier_2026`; none when nothing of it can stand in a name.
pub fn name_of(label: &str) -> Option<String> {
    let folded = crate::text::search_text(label);
    let words = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let name: String = words.collect::<Vec<_>>().join("_");
    let name: String = name.chars().take(40).collect();
    let name = name.trim_end_matches('_');
    name.starts_with(|c: char| c.is_ascii_lowercase())
        .then(|| name.to_owned())
}
