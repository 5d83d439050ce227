//! A column of a file and how its cells are read.

use std::collections::HashMap;

use super::{Target, cell, guess::heading_key};
use crate::{locale::Language, record::Object, text::sort_key};

/// A column of a file: what it is called, what it means, and what its words mean.
#[derive(Debug, Clone, Default)]
pub struct Mapping<'a> {
    /// Its heading.
    pub heading: &'a str,
    /// What it means; none leaves it out.
    pub target: Option<Target>,
    /// Words of another program, each with the code or word that it stands for; an empty one stands for nothing.
    pub words: &'a [(&'a str, &'a str)],
    /// The column, from 0, that says what the addresses and numbers of this one are for.
    pub label_at: Option<usize>,
}

impl<'a> From<(&'a str, Option<Target>)> for Mapping<'a> {
    fn from((heading, target): (&'a str, Option<Target>)) -> Self {
        Self {
            heading,
            target,
            ..Self::default()
        }
    }
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) target: Target,
    /// Codes by the keys of their labels, for choices.
    codes: HashMap<String, String>,
    /// What words of another program stand for, by their keys.
    words: HashMap<String, String>,
    /// What e-mail addresses and phone numbers of this column are for.
    label: Option<&'static str>,
    label_at: Option<usize>,
}

impl Column {
    /// The column of a mapping; none when it is left out.
    pub(super) fn new(object: &'static Object, mapping: Mapping<'_>) -> Option<Self> {
        let target = mapping.target?;
        let mut codes = HashMap::new();
        if let Target::Field(field) = &target {
            for code in field.codes().unwrap_or_default() {
                let label = |language| field.choice_label(language, object.name, code);
                let labels = Language::ALL.into_iter().filter_map(label);
                for word in labels.chain([&**code]) {
                    codes
                        .entry(sort_key(word))
                        .or_insert_with(|| code.to_string());
                }
                codes
                    .entry(sort_key(&code.replace('_', " ")))
                    .or_insert_with(|| code.to_string());
            }
        }
        let words = mapping.words.iter();
        let words = words.map(|(word, means)| (sort_key(word), (*means).to_owned()));
        Some(Self {
            target,
            codes,
            words: words.collect(),
            label: cell::label(&heading_key(mapping.heading)),
            label_at: mapping.label_at,
        })
    }

    /// What the addresses or numbers of this column are for in a row.
    pub(super) fn label_in<S: AsRef<str>>(&self, cells: &[S]) -> Option<&'static str> {
        let named = self.label_at.and_then(|at| cells.get(at));
        named
            .and_then(|cell| cell::label(&heading_key(cell.as_ref())))
            .or(self.label)
    }

    /// What a word of another program stands for; the word itself when it is not known.
    pub(super) fn word<'c>(&'c self, text: &'c str) -> &'c str {
        if self.words.is_empty() {
            return text;
        }
        self.words.get(&sort_key(text)).map_or(text, String::as_str)
    }

    /// The code that a word means; the word itself when it means none.
    pub(super) fn code<'c>(&'c self, text: &'c str) -> &'c str {
        self.codes
            .get(&sort_key(text))
            .map_or(text.trim(), String::as_str)
    }
}
