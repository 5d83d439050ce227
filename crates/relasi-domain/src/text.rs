//! Text as people compare, sort and search it.

/// The digits of a text in ASCII; Thai digits count.
pub fn digits(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            '๐'..='๙' => char::from_digit(u32::from(c) - u32::from('๐'), 10),
            _ => None,
        })
        .collect()
}
