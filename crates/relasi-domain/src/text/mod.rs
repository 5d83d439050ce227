//! Text as people compare, sort and search it.
//!
//! Databases fold case and order text each in their own way, so the product makes its own keys and stores
//! them: [`sort_key`] for equality, order and prefixes, [`search_text`] for finding fragments, [`email_key`]
//! and [`phone_key`] for the ways to reach somebody. Keys are made for comparing, never for showing.

mod nfkc;
mod phone;
#[cfg(test)]
mod tests;
mod thai;

pub(crate) use nfkc::nfkc;
pub use phone::phone_key;
pub use thai::is_thai;

use chrono::NaiveDate;

/// The digits of a text in ASCII; Thai digits count.
pub fn digits(text: &str) -> String {
    text.chars()
        .map(thai::arabic_digit)
        .filter(char::is_ascii_digit)
        .collect()
}

/// A day written `2026-11-22`. By hand: what chrono brings for formats of any kind is 25 kB in the browser.
pub fn iso_day(text: &str) -> Option<NaiveDate> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let mut parts = plain.then(|| text.split('-'))?;
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The key by which text is equal, sorted and found by its beginning.
///
/// [`search_text`] with each Thai leading vowel (เ แ โ ใ ไ) moved behind its consonant, so that comparing
/// code points gives the order of a Thai dictionary. Not idempotent for Thai: make it from the text itself.
pub fn sort_key(text: &str) -> String {
    thai::consonants_first(&search_text(text))
}

/// Text in the form in which fragments of it are looked for, text and query alike.
///
/// NFKC, case folded (ß is ss), without invisible and control characters, Thai digits as ASCII, two sara e as
/// one sara ae, white space collapsed and trimmed. Idempotent.
pub fn search_text(text: &str) -> String {
    // The commonest scripts need few of the tables.
    let printed = text.chars().filter(|c| !is_invisible(*c));
    if text.is_ascii() {
        return collapse(&lowered(printed));
    }
    if text.chars().all(|c| c.is_ascii() || thai::is_thai(c)) {
        return collapse(&thai::one_spelling(&lowered(nfkc(printed))));
    }
    let mut text = round(text);
    // Folding can undo a composition and composing can undo a fold; a few characters need a second turn.
    for _ in 0..3 {
        let next = round(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn round(text: &str) -> String {
    let folded: String = nfkc(text.chars())
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .map(thai::arabic_digit)
        .filter(|c| !is_invisible(*c))
        .collect();
    collapse(&thai::one_spelling(
        &nfkc(folded.chars()).collect::<String>(),
    ))
}

/// Folds text whose only capital letters are those of ASCII.
fn lowered(text: impl Iterator<Item = char>) -> String {
    text.map(|c| thai::arabic_digit(c).to_ascii_lowercase())
        .collect()
}

/// Characters that print nothing: joiners, marks of direction, soft hyphens, control characters.
fn is_invisible(c: char) -> bool {
    let control = c.is_control() && !c.is_whitespace();
    control
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}')
}

fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The pieces of which one must occur in a [`sort_key`] for the text behind it to contain `needle`.
///
/// A fragment of Thai text may begin behind a leading vowel that the key shows after the fragment's first
/// consonant, so there is a piece for each such vowel. A leading vowel at the fragment's end still waits for
/// its consonant and is ignored. Empty when the needle holds nothing to look for.
pub fn key_fragments(needle: &str) -> Vec<String> {
    thai::fragments(&search_text(needle))
}

/// The beginnings of which a [`sort_key`] must have one for the text behind it to start with `needle`.
///
/// More than one only for Thai text that ends in a leading vowel. Empty when the needle is. As in a Thai
/// dictionary, a single consonant also finds the words that write a leading vowel before it.
pub fn key_prefixes(needle: &str) -> Vec<String> {
    thai::prefixes(&search_text(needle))
}

/// An e-mail address as it is compared: without white space and invisible characters, case folded.
///
/// Strictly a server may tell `A@x` from `a@x`; none that people use does.
pub fn email_key(address: &str) -> String {
    search_text(&search_text(address).replace(' ', ""))
}

/// One or two letters that stand for a name where there is no picture: `Siti Rahma` is `SR`.
///
/// Takes the first letter of the first and of the last word; Thai leading vowels are passed over.
pub fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| {
        word.chars()
            .find(|c| c.is_alphanumeric() && !thai::is_leading_vowel(*c))
    });
    let first = letters.next();
    let last = letters.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}
