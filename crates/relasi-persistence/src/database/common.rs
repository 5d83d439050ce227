//! Which texts of statements come again and again.
//!
//! Lists are asked for with filters, of whose texts there are endlessly many, but most requests use those of a few views.
//! To prepare such a statement anew costs as much as to run it.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::{LazyLock, PoisonError, RwLock},
};

/// A text that came so often is worth a place among the prepared statements.
const OFTEN: u8 = 3;
/// Of so many texts it is known at most how often they came.
const MOST: usize = 10_000;

static SEEN: LazyLock<RwLock<HashMap<u64, u8>>> = LazyLock::new(RwLock::default);

/// Counts a text that comes now; whether it came often.
pub(super) fn is_common(text: &str) -> bool {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let key = hasher.finish();
    let known = SEEN.read().unwrap_or_else(PoisonError::into_inner);
    if known.get(&key).is_some_and(|times| *times >= OFTEN) {
        return true;
    }
    drop(known);
    let mut seen = SEEN.write().unwrap_or_else(PoisonError::into_inner);
    if seen.len() >= MOST {
        seen.clear();
    }
    let times = seen.entry(key).or_default();
    *times += 1;
    *times >= OFTEN
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn a_text_is_common_from_its_third_time_on() {
        let text = "SELECT 1 WHERE 'seen by this test alone' = ?";
        let came: Vec<bool> = (0..4).map(|_| is_common(text)).collect();
        assert_eq!(came, [false, false, true, true]);
        assert!(!is_common("SELECT 1 WHERE 'seen once' = ?"));
    }
}
