//! Members of patches that may be null.

use serde::{Deserialize, Deserializer};

/// A member of a patch: left out, or given, maybe as null.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Member<T> {
    /// It stays as it is.
    #[default]
    LeftOut,
    /// It becomes this, or empty.
    Given(Option<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Given)
    }
}
