//! Fields that a workspace added.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Field;
use crate::locale::Language;

/// What a custom field has beyond any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custom {
    /// Under what its values are stored. A name may be given to another field later; a key never is.
    pub key: String,
    /// What it is called.
    pub label: Words,
    /// What to enter.
    pub help: Words,
    /// No two living records have the same value.
    pub unique: bool,
    /// A new record with the value of another one is reported as a possible double.
    pub marks_duplicates: bool,
    /// What new records get that bring nothing.
    pub default: Value,
}

/// A text in the languages of the product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Where there is no translation.
    pub main: String,
    /// By the tag of the language.
    pub other: BTreeMap<String, String>,
}

impl Words {
    /// The text in a language.
    pub fn of(&self, language: Language) -> &str {
        self.other
            .get(language.tag())
            .filter(|text| !text.is_empty())
            .unwrap_or(&self.main)
    }

    /// The text in every language.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        Language::ALL.into_iter().map(|language| self.of(language))
    }
}

/// A field of an object, built in or custom, that is cheap to keep.
#[derive(Debug, Clone)]
pub enum FieldRef {
    /// Part of the product.
    Built(&'static Field),
    /// Added by the workspace.
    Added(Arc<Field>),
}

impl Deref for FieldRef {
    type Target = Field;

    fn deref(&self) -> &Field {
        match self {
            Self::Built(field) => field,
            Self::Added(field) => field,
        }
    }
}

impl PartialEq for FieldRef {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl From<&'static Field> for FieldRef {
    fn from(field: &'static Field) -> Self {
        Self::Built(field)
    }
}
