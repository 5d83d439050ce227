//! Texts by key. `build.rs` makes the table from `locales/` and proves that the languages have the same keys.

use std::collections::BTreeMap;

use super::Language;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The text of a key such as `fault.required` in a language; none for keys that don't exist.
#[cfg(not(target_arch = "wasm32"))]
pub fn text(language: Language, key: &str) -> Option<&'static str> {
    let at = TEXTS.binary_search_by_key(&key, |(known, _)| known).ok()?;
    Some(TEXTS.get(at)?.1[language as usize])
}

#[cfg(target_arch = "wasm32")]
pub use supplied::{supply, text};

/// In the browser texts come apart from the program, a language at a time.
#[cfg(target_arch = "wasm32")]
mod supplied {
    use std::sync::OnceLock;

    use super::{KEYS, Language, WRITTEN};

    static SUPPLIED: [OnceLock<Vec<&'static str>>; 3] = [const { OnceLock::new() }; 3];

    /// Takes the texts of a language, in the order of their keys. The first that come stay.
    pub fn supply(language: Language, texts: Vec<&'static str>) {
        let _ = SUPPLIED[language as usize].set(texts);
    }

    /// The text of a key such as `fault.required` in a language; none for keys that don't exist, and as long as nobody
    /// has supplied it.
    pub fn text(language: Language, key: &str) -> Option<&'static str> {
        if let Some((_, texts)) = WRITTEN.iter().find(|(known, _)| *known == key) {
            return Some(texts[language as usize]);
        }
        let at = KEYS.binary_search(&key).ok()?;
        SUPPLIED[language as usize].get()?.get(at).copied()
    }
}

/// The text of a key with its holders filled, for example `{max}`; holders without a value stay empty.
pub fn format(language: Language, key: &str, params: &BTreeMap<&str, String>) -> Option<String> {
    let template = text(language, key)?;
    let mut parts = template.split('{');
    let mut filled = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (name, after) = part.split_once('}').unwrap_or((part, ""));
        filled.push_str(params.get(name).map_or("", String::as_str));
        filled.push_str(after);
    }
    Some(filled)
}

/// What a field is called: its own text on this object, else the one that all objects share.
pub fn field_label(language: Language, object: &str, field: &str) -> Option<&'static str> {
    text(language, &format!("field.{object}.{field}"))
        .or_else(|| text(language, &format!("field.common.{field}")))
}

/// What a code of a choice field is called.
pub fn choice_label(
    language: Language,
    object: &str,
    field: &str,
    code: &str,
) -> Option<&'static str> {
    text(language, &format!("choice.{object}.{field}.{code}"))
        .or_else(|| text(language, &format!("choice.common.{field}.{code}")))
}
