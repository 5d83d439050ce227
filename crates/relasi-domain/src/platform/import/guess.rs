//! Which column means what.

use strsim::normalized_damerau_levenshtein;

use super::{Target, cell, targets};
use crate::{
    field::{CUSTOM, Item, is_email, is_phone},
    locale::Language,
    record::Object,
    shape::Shape,
    text::{digits, sort_key},
};

/// How sure a guess is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Nothing known fits.
    None,
    /// The heading resembles a known one, or the values look like it.
    Low,
    /// The heading is a known one.
    High,
}

/// What a column probably means.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The target; none leaves the column out.
    pub target: Option<Target>,
    /// How sure.
    pub confidence: Confidence,
}

/// Scores below this are chance.
const RESEMBLES: f64 = 0.82;
/// What a known heading scores.
const KNOWN: f64 = 1.0;
/// What values score that look like the target's.
const LOOKS: f64 = 0.83;

/// Guesses for each column, from its heading and a few of its values.
///
/// A target goes to the column that fits it best; only fields with several values are given to several.
pub fn guess_targets<'s>(
    shape: impl Into<Shape<'s>>,
    columns: &[(String, Vec<String>)],
) -> Vec<Guess> {
    let shape = shape.into();
    let known: Vec<(Target, Vec<String>)> = targets(shape)
        .into_iter()
        .map(|target| {
            let headings = headings(&target, shape.object);
            (target, headings)
        })
        .collect();
    let mut scored = Vec::new();
    for (column, (heading, samples)) in columns.iter().enumerate() {
        let heading = heading_key(heading);
        for (rank, (target, headings)) in known.iter().enumerate() {
            let by_name = headings
                .iter()
                .map(|other| resemblance(&heading, other))
                .fold(0.0, f64::max);
            let score = if looks_like(target, samples) {
                by_name.max(LOOKS)
            } else {
                by_name
            };
            if score >= RESEMBLES {
                scored.push((score, column, rank, target));
            }
        }
    }
    // Best first; among equals the first column and the target that is offered first.
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let nothing = Guess {
        target: None,
        confidence: Confidence::None,
    };
    let mut guesses = vec![nothing; columns.len()];
    let mut taken: Vec<&Target> = Vec::new();
    for (score, column, _, target) in scored {
        let free = target.takes_several() || !taken.contains(&target);
        if guesses[column].target.is_none() && free {
            let confidence = if score >= KNOWN {
                Confidence::High
            } else {
                Confidence::Low
            };
            guesses[column] = Guess {
                target: Some(target.clone()),
                confidence,
            };
            taken.push(target);
        }
    }
    guesses
}

/// All headings that mean a target, as keys.
fn headings(target: &Target, object: &Object) -> Vec<String> {
    let labels = Language::ALL.map(|language| target.label(language, object));
    let name = target.name().trim_end_matches("_id");
    let names = [name, name.trim_start_matches(CUSTOM)];
    let all = target.aliases().iter().copied().chain(labels).chain(names);
    all.map(heading_key).collect()
}

/// A heading without what varies: `E-Mail_Address (2)*` is `e mail address`.
pub fn heading_key(heading: &str) -> String {
    let outside = heading
        .split(['(', '['])
        .next()
        .filter(|part| !part.trim().is_empty())
        .unwrap_or(heading);
    let key = sort_key(outside);
    let words: String = key
        .chars()
        .map(|c| if "_-.:*/#'\"".contains(c) { ' ' } else { c })
        .collect();
    let words = words.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn resemblance(heading: &str, known: &str) -> f64 {
    if heading.is_empty() || known.is_empty() {
        return 0.0;
    }
    if heading == known || heading.replace(' ', "") == known.replace(' ', "") {
        return KNOWN;
    }
    // `customer e mail address` holds `e mail address`; Thai writes words together.
    let padded = format!(" {heading} ");
    let thai = !known.is_ascii() && known.chars().count() >= 4 && heading.contains(known);
    if thai || (known.len() >= 5 && padded.contains(&format!(" {known} "))) {
        return 0.9;
    }
    // Short words resemble each other by chance.
    if known.chars().count() < 5 {
        0.0
    } else {
        normalized_damerau_levenshtein(heading, known).min(0.99)
    }
}

/// Most of the values, and at least one, are e-mail addresses or phone numbers.
fn looks_like(target: &Target, samples: &[String]) -> bool {
    let fits: fn(&str) -> bool = match target.item() {
        Some(Item::Email) => is_email,
        Some(Item::Phone) => |text| {
            let marked = text.trim_start().starts_with(['+', '0', '(']);
            marked && is_phone(text) && digits(text).len() >= 9
        },
        _ => return false,
    };
    let filled: Vec<_> = samples
        .iter()
        .filter(|sample| !cell::is_blank(sample))
        .collect();
    let fitting = filled
        .iter()
        .filter(|sample| cell::items(sample).iter().all(|item| fits(item)))
        .count();
    !filled.is_empty() && fitting * 10 >= filled.len() * 8
}

/// Up to `count` different values of a column to show beside its heading, shortened to 80 characters.
pub fn pick_samples<'a>(values: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<String> {
    let mut picked: Vec<String> = Vec::new();
    for value in values {
        if picked.len() == count {
            break;
        }
        let value: String = value.trim().chars().take(80).collect();
        if !cell::is_blank(&value) && !picked.contains(&value) {
            picked.push(value);
        }
    }
    picked
}
