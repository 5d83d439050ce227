//! Names as words that can be compared: without titles, degrees and legal forms, each with its sound.

use any_ascii::any_ascii;
use serde::{Deserialize, Serialize};

use super::sound;
use crate::{
    platform::import::company_key,
    text::{is_thai, search_text},
};

/// A word of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Word {
    /// As written, folded; Latin letters without accents and in today's spelling.
    pub(super) text: String,
    /// As spoken.
    pub(super) sound: String,
}

impl Word {
    fn new(text: String) -> Self {
        let sound = sound::code(&text);
        Self { text, sound }
    }

    pub(super) fn is_thai(&self) -> bool {
        self.text.chars().any(is_thai)
    }

    pub(super) fn letters(&self) -> usize {
        self.text.chars().count()
    }
}

/// Names have few words; what comes after these says nothing more.
const MAX_WORDS: usize = 8;

/// Forms of address and degrees, without dots.
const TITLES: &[&str] = &[
    "bapak",
    "bpk",
    "pak",
    "ibu",
    "bu",
    "sdr",
    "sdri",
    "saudara",
    "saudari",
    "tn",
    "tuan",
    "ny",
    "nyonya",
    "nn",
    "nona",
    "kang",
    "teh",
    "mas",
    "mbak",
    "h",
    "hj",
    "haji",
    "hajjah",
    "kh",
    "ust",
    "ustadz",
    "drs",
    "dra",
    "dr",
    "drg",
    "drh",
    "ir",
    "prof",
    "profesor",
    "se",
    "sh",
    "st",
    "skom",
    "spd",
    "ssos",
    "sip",
    "ssi",
    "mm",
    "msi",
    "mkom",
    "mpd",
    "mh",
    "mt",
    "mba",
    "phd",
    "md",
    "amd",
    "apt",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mister",
    "sir",
    "madam",
    "jr",
    "sr",
    "khun",
    "k",
    "คุณ",
    "นาย",
    "นาง",
    "นางสาว",
    "นส",
    "ดร",
    "ศ",
    "ผศ",
    "รศ",
    "นพ",
    "พญ",
    "ดช",
    "ดญ",
    "พี่",
    "น้อง",
];

/// Forms of address that Thai writes together with the name, the longest first. `นาง` could as well begin a name.
const JOINED: [&str; 3] = ["นางสาว", "คุณ", "นาย"];

/// Ways in which one name is written.
const SPELLINGS: &[(&str, &str)] = &[
    ("moh", "muhammad"),
    ("mohd", "muhammad"),
    ("muh", "muhammad"),
    ("mhd", "muhammad"),
    ("moch", "muhammad"),
    ("mochamad", "muhammad"),
    ("mochammad", "muhammad"),
    ("mohamad", "muhammad"),
    ("mohammad", "muhammad"),
    ("mohamed", "muhammad"),
    ("mohammed", "muhammad"),
    ("muhamad", "muhammad"),
    ("muchamad", "muhammad"),
    ("abd", "abdul"),
    ("achmad", "ahmad"),
    ("akhmad", "ahmad"),
    ("akhmat", "ahmad"),
    ("ahmat", "ahmad"),
];

/// The words of a person's name.
pub(super) fn person(name: &str) -> Vec<Word> {
    let folded = search_text(name);
    // What stands in brackets is said of the name.
    let bare = folded.split(['(', '"', '“']).next().unwrap_or_default();
    let mut all = split(bare);
    if all.is_empty() {
        all = split(&folded);
    }
    let titled = |word: &String| TITLES.contains(&word.as_str());
    let kept: Vec<String> = all
        .iter()
        .filter(|word| !titled(word))
        .map(|word| unaddressed(word))
        .collect();
    let words = if kept.is_empty() { all } else { kept };
    words
        .into_iter()
        .take(MAX_WORDS)
        .map(|word| Word::new(spelling(&word)))
        .collect()
}

/// The words of a company's name.
pub(super) fn company(name: &str) -> Vec<Word> {
    let key = company_key(name);
    key.split_whitespace()
        .take(MAX_WORDS)
        .map(|word| Word::new(plain(word)))
        .collect()
}

/// Words of letters and digits. Dots fall away without a gap, so that `S.Kom` stays a word; a comma parts.
fn split(text: &str) -> Vec<String> {
    // After an initial the gap is often forgotten: `B.Santoso`.
    let mut undotted = String::with_capacity(text.len());
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        if *letter == '.' {
            let run = letters[at + 1..].iter().take_while(|c| is_part(**c));
            if run.count() >= 4 {
                undotted.push(' ');
            }
        } else if !matches!(letter, '\'' | '’' | '`') {
            undotted.push(*letter);
        }
    }
    undotted
        .split(|c| !is_part(c))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Letters, digits and the signs above and below Thai letters.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || ('\u{0e30}'..='\u{0e4e}').contains(&c)
}

/// A Thai word without a form of address in front, where enough is left to be a name.
fn unaddressed(word: &str) -> String {
    JOINED
        .iter()
        .filter_map(|title| word.strip_prefix(title))
        .find(|rest| rest.chars().count() >= 4)
        .unwrap_or(word)
        .to_owned()
}

/// A word of a person's name in today's spelling.
fn spelling(word: &str) -> String {
    let plain = plain(word);
    if let Some((_, modern)) = SPELLINGS.iter().find(|(old, _)| *old == plain) {
        return (*modern).to_owned();
    }
    if plain.is_ascii() {
        plain
            .replace("oe", "u")
            .replace("dj", "j")
            .replace("tj", "c")
    } else {
        plain
    }
}

/// A word without accents; Thai stays Thai.
fn plain(word: &str) -> String {
    if word.is_ascii() || word.chars().any(is_thai) {
        word.to_owned()
    } else {
        any_ascii(word).to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> String {
        let words: Vec<String> = person(name).into_iter().map(|word| word.text).collect();
        words.join(" ")
    }

    #[test]
    fn titles_degrees_and_old_spellings_fall_away() {
        for (name, expected) in [
            ("Bpk. Budi Santoso", "budi santoso"),
            ("Dr. Ir. H. Budi Santoso, S.E., M.M.", "budi santoso"),
            ("Budi Santoso SE", "budi santoso"),
            ("B.Santoso", "b santoso"),
            ("Moh. Yusuf", "muhammad yusuf"),
            ("Soekarno", "sukarno"),
            ("Nur'aini", "nuraini"),
            ("José Muñoz", "jose munoz"),
            ("คุณสมชาย ใจดี", "สมชาย ใจดี"),
            ("นางสาว มาลี ศรีสุข", "มาลี ศรีสุข"),
            ("น.ส.มาลี ศรีสุข", "มาลี ศรีสุข"),
            ("Siti Rahmawati (Ani)", "siti rahmawati"),
            ("(Ani) Rahmawati", "ani rahmawati"),
            ("- \"Ani\" Rahmawati", "ani rahmawati"),
            ("Ibu", "ibu"),
            ("", ""),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn companies_lose_their_legal_forms() {
        let text = |name| {
            company(name)
                .into_iter()
                .map(|w| w.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(text("PT. Kopi Nusantara, Tbk"), ["kopi", "nusantara"]);
        assert_eq!(text("บริษัท กาแฟไทย จำกัด (มหาชน)"), ["กาแฟไทย"]);
    }
}
