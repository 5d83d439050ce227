//! Where somebody is.

use strsim::osa_distance;

use super::Agreement;
use crate::text::{is_thai, search_text};

/// Words that every address has.
const COMMON: &[&str] = &[
    "jl",
    "jln",
    "jalan",
    "no",
    "nomor",
    "rt",
    "rw",
    "gg",
    "gang",
    "kav",
    "kavling",
    "blok",
    "block",
    "kel",
    "kec",
    "kelurahan",
    "kecamatan",
    "lt",
    "lantai",
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "unit",
    "floor",
    "soi",
    "moo",
    "thanon",
    "tambon",
    "amphoe",
    "ถนน",
    "ถ",
    "ซอย",
    "ซ",
    "เลขที่",
    "หมู่",
    "ม",
    "ตําบล",
    "ต",
    "อําเภอ",
    "อ",
    "แขวง",
    "เขต",
];

/// The words of an address that tell it from others, each once, in alphabetical order.
pub(super) fn words(address: &str) -> Vec<String> {
    let folded = search_text(address);
    let part = |c: char| !(c.is_alphanumeric() || ('\u{0e30}'..='\u{0e4e}').contains(&c));
    let mut words: Vec<String> = folded
        .split(part)
        .filter(|word| !word.is_empty() && !COMMON.contains(word))
        .map(|word| unprefixed(word).to_owned())
        .collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(12);
    words
}

/// Thai writes the kind of a place together with its name.
fn unprefixed(word: &str) -> &str {
    let kinds = ["ถนน", "ซอย", "ตําบล", "อําเภอ", "แขวง", "เขต"];
    let name = kinds.iter().find_map(|kind| word.strip_prefix(kind));
    name.filter(|name| !name.is_empty()).unwrap_or(word)
}

/// A city without what kind of city it is.
pub(super) fn city(name: &str) -> String {
    let folded = search_text(name);
    let kinds = [
        "kota ",
        "kab. ",
        "kab ",
        "kabupaten ",
        "amphoe ",
        "เมือง",
        "อําเภอ",
        "เขต",
    ];
    let name = kinds.iter().find_map(|kind| folded.strip_prefix(kind));
    name.unwrap_or(&folded).trim().to_owned()
}

/// How two addresses agree; none when one of them says too little.
pub(super) fn addresses(a: &[String], b: &[String]) -> Option<Agreement> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a == b {
        return Some(Agreement::Same);
    }
    let shared = matched(a, b).max(matched(b, a));
    let all = a.len() + b.len() - shared;
    let numbers = |words: &[String]| -> Vec<String> {
        let numbers = words
            .iter()
            .filter(|word| word.chars().any(|c| c.is_ascii_digit()));
        numbers.cloned().collect()
    };
    let (of_a, of_b) = (numbers(a), numbers(b));
    let house =
        of_a.is_empty() || of_b.is_empty() || of_a.iter().any(|number| of_b.contains(number));
    // In percent of the words of both.
    Some(match shared * 100 / all {
        75.. if house => Agreement::Same,
        50.. if house => Agreement::Similar,
        _ if a.len().min(b.len()) < 2 => return None,
        _ => Agreement::Different,
    })
}

/// How many words of `a` have a near one in `b`.
fn matched(a: &[String], b: &[String]) -> usize {
    a.iter()
        .filter(|word| b.iter().any(|other| near(word, other)))
        .count()
}

fn near(a: &str, b: &str) -> bool {
    let letters = |word: &str| {
        let long = if word.chars().any(is_thai) { 6 } else { 5 };
        word.chars().count() >= long && !word.chars().any(|c| c.is_ascii_digit())
    };
    a == b || (letters(a) && letters(b) && osa_distance(a, b) <= 1)
}
