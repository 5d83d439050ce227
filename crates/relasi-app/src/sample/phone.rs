//! Phone numbers that nobody has.

use std::collections::HashMap;

use super::words;

/// Gives each number once.
#[derive(Debug)]
pub(super) struct Numbers {
    patterns: HashMap<&'static str, &'static str>,
    given: HashMap<&'static str, usize>,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let patterns = words::numbers()
            .into_iter()
            .map(|[place, pattern]| (place, pattern))
            .collect();
        Self {
            patterns,
            given: HashMap::new(),
        }
    }

    /// The next number of a place, else of its country; empty where there is no pattern.
    pub(super) fn next(&mut self, place: &str, country: &str) -> String {
        let Some(pattern) = self
            .patterns
            .get(place)
            .or_else(|| self.patterns.get(country))
            .copied()
        else {
            return String::new();
        };
        let given = self.given.entry(pattern).or_default();
        *given += 1;
        let width = pattern.matches('#').count();
        // 37 shares no factor with a power of ten: no number comes twice before all have.
        let start: usize = pattern.bytes().map(usize::from).sum();
        let number = (*given * 37 + start) % 10_usize.pow(u32::try_from(width).unwrap_or(3));
        pattern.replace(&"#".repeat(width), &format!("{number:0width$}"))
    }
}
