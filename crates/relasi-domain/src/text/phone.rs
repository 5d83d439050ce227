//! Phone numbers as they are compared.

use super::{digits, search_text};

/// A phone number as it is compared: the digits of the number inside its country.
///
/// The country's code and zeros in front fall away, so that `0812-3456-7890`, `+62 812 3456 7890`,
/// `0062 812 3456 7890` and `62812 3456 7890` are the same number, and so are `02-123-4567` and
/// `+66 2 123 4567`. Numbers of two countries that differ in nothing but the country's code are taken for
/// the same: that is rare, and who matches records by phone sees both names. An extension (`x 12`, `ext 12`,
/// `#12`) does not count. Short codes keep what they have.
pub fn phone_key(number: &str) -> String {
    let written = search_text(number);
    let main = written
        .split(['x', 'e', '#', ';', ','])
        .next()
        .unwrap_or("");
    let main = if digits(main).len() < 3 {
        written.as_str()
    } else {
        main
    };
    let all = digits(main);
    let abroad = match all.strip_prefix("00") {
        _ if main.trim_start_matches(['(', ' ']).starts_with('+') => Some(all.as_str()),
        Some(rest) => Some(rest),
        None if has_code_without_plus(&all) => Some(all.as_str()),
        None => None,
    };
    let national = abroad.map_or(all.as_str(), |n| {
        n.get(country_code_length(n)..).unwrap_or("")
    });
    let key = national.trim_start_matches('0');
    if key.len() < 3 { all } else { key.to_owned() }
}

/// Long enough to be a number with the code of a country whose numbers are often written without the plus.
fn has_code_without_plus(digits: &str) -> bool {
    let home = ["60", "62", "66"]
        .iter()
        .any(|code| digits.starts_with(code));
    (home && digits.len() >= 11) || (digits.starts_with('1') && digits.len() == 11)
}

/// How many digits the country's code in front has (ITU-T E.164: one, two or three).
fn country_code_length(number: &str) -> usize {
    match number.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}
