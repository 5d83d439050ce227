//! Looking up texts. The tables and [`k`] are made by `build.rs`.

use leptos::prelude::*;
use leptos::tachys::html::attribute::IntoAttributeValue;
use std::sync::Arc;

use super::source::{singulars, texts};
use super::{Language, language, number};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A text of the app. In a view it shows itself and follows the language; as a prop it becomes a [`TextProp`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key(usize);

type Shown = Arc<dyn Fn() -> &'static str + Send + Sync>;

impl Key {
    /// The text in the current language; tracked.
    pub fn get(self) -> &'static str {
        self.of(language())
    }

    /// The text in a given language; empty while the texts of that language are not there.
    pub fn of(self, language: Language) -> &'static str {
        texts(language).get(self.0).copied().unwrap_or_default()
    }

    fn filled(self, pairs: &[(&str, &str)]) -> String {
        fill(self.get(), pairs)
    }

    fn counted(self, n: i64, pairs: &[(&str, &str)]) -> String {
        let language = language();
        let template = if language == Language::En && n == 1 {
            singulars().get(self.0).copied().unwrap_or_default()
        } else {
            self.of(language)
        };
        fill(&template.replace("{n}", &number(n)), pairs)
    }
}

fn fill(template: &str, pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

/// The text named `area.name`, for names that come as data (fields, error codes); `None` when there is none.
pub fn label(name: &str) -> Option<Key> {
    NAMES.binary_search(&name).ok().map(Key)
}

impl IntoRender for Key {
    type Output = Shown;

    fn into_render(self) -> Self::Output {
        Arc::new(move || self.get())
    }
}

impl IntoAttributeValue for Key {
    type Output = Shown;

    fn into_attribute_value(self) -> Self::Output {
        Arc::new(move || self.get())
    }
}

impl From<Key> for TextProp {
    fn from(key: Key) -> Self {
        Self::from(move || key.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_texts_by_name() {
        assert_eq!(label("common.save"), Some(k::common::SAVE));
        assert_eq!(label("common.no_such_text"), None);
        assert_eq!(k::common::SAVE.of(Language::Th), "บันทึก");
    }

    #[test]
    fn fills_holders() {
        assert_eq!(fill("a {x} b {y}", &[("x", "1"), ("y", "2")]), "a 1 b 2");
    }
}
