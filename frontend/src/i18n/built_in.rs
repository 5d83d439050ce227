//! Texts where no browser is: all of them are in the program.

use std::future::{Ready, ready};

use super::Language;
use super::text::{EN, EN_ONE, ID, TH};

/// The app's texts in the order of their keys.
pub fn texts(language: Language) -> &'static [&'static str] {
    match language {
        Language::En => &EN,
        Language::Id => &ID,
        Language::Th => &TH,
    }
}

/// English texts for one.
pub fn singulars() -> &'static [&'static str] {
    &EN_ONE
}

/// Whether the texts of a language are there.
pub fn is_there(_: Language) -> bool {
    true
}

/// Nothing need be fetched.
pub fn fetch(_: Language) -> Ready<bool> {
    ready(true)
}
