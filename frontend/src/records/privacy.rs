//! Words of consent: bases, channels, sources.

use crate::i18n::label;

/// What a code of a kind is called, such as a channel; tracked.
pub fn word(kind: &str, code: &str) -> String {
    let key = label(&format!("privacy.{kind}_{code}"));
    key.map_or_else(|| code.to_owned(), |key| key.get().to_owned())
}
