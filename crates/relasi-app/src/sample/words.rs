//! The words of the sample data: one file per language, tables for companies, people, products and numbers.

use std::{collections::HashMap, sync::OnceLock};

use relasi_domain::locale::Language;

/// The words of a language.
pub(super) trait Words {
    /// Lines of a section of its file; empty when there is none.
    fn lines(self, section: &str) -> &'static [&'static str];
    /// The word for a code in a section of `code = word`; the code itself when there is none.
    fn word(self, section: &str, code: &'static str) -> &'static str;
}

impl Words for Language {
    fn lines(self, section: &str) -> &'static [&'static str] {
        sections(self).get(section).map_or(&[], Vec::as_slice)
    }

    fn word(self, section: &str, code: &'static str) -> &'static str {
        let pairs = self
            .lines(section)
            .iter()
            .filter_map(|line| line.split_once(" = "));
        pairs
            .filter(|(known, _)| *known == code)
            .map(|(_, word)| word)
            .next()
            .unwrap_or(code)
    }
}

/// The language that people of a country are written to in.
pub(super) fn spoken_in(country: &str) -> Language {
    match country {
        "ID" => Language::Id,
        "TH" => Language::Th,
        _ => Language::En,
    }
}

type Sections = HashMap<&'static str, Vec<&'static str>>;

/// Every section of a language.
pub(super) fn sections(language: Language) -> &'static Sections {
    static EN: OnceLock<Sections> = OnceLock::new();
    static ID: OnceLock<Sections> = OnceLock::new();
    static TH: OnceLock<Sections> = OnceLock::new();
    match language {
        Language::En => EN.get_or_init(|| read(include_str!("../../data/words.en.txt"))),
        Language::Id => ID.get_or_init(|| read(include_str!("../../data/words.id.txt"))),
        Language::Th => TH.get_or_init(|| read(include_str!("../../data/words.th.txt"))),
    }
}

/// `[section]` lines, each followed by its lines; `#` begins a comment.
fn read(text: &'static str) -> Sections {
    let mut sections = Sections::new();
    let mut section = "";
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        match line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            Some(name) => section = name,
            None => sections.entry(section).or_default().push(line),
        }
    }
    sections
}

/// The rows of a table below its headings, split at `|`.
fn rows<const N: usize>(text: &'static str) -> Vec<[&'static str; N]> {
    let cells = text
        .lines()
        .skip(1)
        .map(|line| line.split('|').collect::<Vec<_>>());
    cells.filter_map(|cells| cells.try_into().ok()).collect()
}

/// country, script, name, short name, domain, industry, employees, city, province, address, postal code, zone, parent.
pub(super) fn companies() -> Vec<[&'static str; 13]> {
    rows(include_str!("../../data/companies.txt"))
}

/// group, sex, full name, called, family name, nickname, mail name.
pub(super) fn people() -> Vec<[&'static str; 7]> {
    rows(include_str!("../../data/people.txt"))
}

/// code, type, price in US dollars, least and most that a deal is about.
pub(super) fn products() -> Vec<[&'static str; 5]> {
    rows(include_str!("../../data/products.txt"))
}

/// Country or city, and the pattern of its numbers.
pub(super) fn numbers() -> Vec<[&'static str; 2]> {
    rows(include_str!("../../data/phones.txt"))
}
