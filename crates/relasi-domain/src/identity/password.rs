//! What makes a password acceptable: NIST SP 800-63B-4, section 3.1.1.2. Length and what is easily guessed, no
//! composition rules, no expiry.

use crate::fault::Fault;

/// Fewest characters of a password that is the only factor.
pub const MIN_CHARACTERS: usize = 15;

/// Most bytes; far above the 64 characters that must be taken, low enough to bound the work of hashing.
pub const MAX_BYTES: usize = 256;

/// The fewest characters that must be left once words that anybody would try are taken out.
const MIN_OWN_CHARACTERS: usize = 8;

/// Words of the product that are no secret.
const PRODUCT_WORDS: [&str; 2] = ["relasi", "password"];

/// The form that is checked and hashed, so that one password typed on two keyboards is the same bytes.
pub fn normalised(password: &str) -> String {
    crate::text::nfkc(password.chars()).collect()
}

/// Checks a new password.
///
/// `context` holds what people know of its owner: names, address, workspace. `is_common` tells whether a lower-case
/// text is in the list of common passwords.
///
/// Codes: `password_too_short` (min), `password_too_long` (max), `password_common`, `password_repeats`,
/// `password_guessable`; all at `/password`.
pub fn check(
    password: &str,
    context: &[&str],
    is_common: impl Fn(&str) -> bool,
) -> Result<(), Fault> {
    let password = normalised(password);
    let fault = |code| Err(Fault::field("password", code));
    if password.len() > MAX_BYTES {
        return Err(Fault::field("password", "password_too_long").with("max", MAX_BYTES));
    }
    if password.chars().count() < MIN_CHARACTERS {
        return Err(Fault::field("password", "password_too_short").with("min", MIN_CHARACTERS));
    }
    let folded = password.to_lowercase();
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    if is_common(&folded) || is_common(core) {
        return fault("password_common");
    }
    if repeats(&folded) || is_sequence(&folded) {
        return fault("password_repeats");
    }
    if own_characters(&folded, context) < MIN_OWN_CHARACTERS {
        return fault("password_guessable");
    }
    Ok(())
}

/// A short piece written over and over: what counts is the length of the piece.
fn repeats(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (1..MIN_CHARACTERS.min(letters.len() / 2 + 1))
        .any(|period| letters.iter().zip(&letters[period..]).all(|(a, b)| a == b))
}

/// Four of five steps go to the same or a neighbouring character: `abcdefg`, `123456`, `aaaabbbb`.
fn is_sequence(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = codes
        .windows(2)
        .filter(|pair| pair[0].abs_diff(pair[1]) <= 1)
        .count();
    steps * 5 >= (codes.len() - 1) * 4
}

/// Letters and digits left when every word that anybody would try is taken out.
fn own_characters(text: &str, context: &[&str]) -> usize {
    let mut words: Vec<String> = context
        .iter()
        .flat_map(|part| part.split(|c: char| !c.is_alphanumeric()))
        .chain(PRODUCT_WORDS)
        .map(|word| normalised(word).to_lowercase())
        .filter(|word| word.chars().count() >= 4)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words.iter().fold(text.to_owned(), |rest, word| {
        rest.replace(word.as_str(), " ")
    });
    rest.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<&'static str> {
        let common = ["dragon", "q1w2e3r4t5y6u7i8", "qwertyuiop"];
        let context = [
            "Siti Rahayu",
            "siti.rahayu@kopinusantara.example",
            "CV Kopi Nusantara",
        ];
        check(password, &context, |text| common.contains(&text))
            .err()
            .map(|fault| fault.code)
    }

    #[test]
    fn passwords_are_judged_by_length_and_guessability() {
        let table = [
            ("correct horse battery staple", None),
            ("hujan di bulan juni", None),
            ("กาแฟดอยช้างหอมกรุ่น", None),
            ("relasi-purple-otter-tram", None),
            ("fourteen chars", Some("password_too_short")),
            ("", Some("password_too_short")),
            ("dragon123456789", Some("password_common")),
            ("1234 DRAGON 5678", Some("password_common")),
            ("q1w2e3r4t5y6u7i8", Some("password_common")),
            ("qwertyuiop!!!!!", Some("password_common")),
            ("aaaaaaaaaaaaaaaaa", Some("password_repeats")),
            ("kopi!kopi!kopi!kopi!", Some("password_repeats")),
            ("longpiece-longpiece-", Some("password_repeats")),
            ("abcdefghijklmnopq", Some("password_repeats")),
            ("987654321098765432", Some("password_repeats")),
            ("SitiRahayu-2026!!", Some("password_guessable")),
            ("Relasi password 1", Some("password_guessable")),
            ("kopinusantara2026", Some("password_guessable")),
        ];
        for (password, expected) in table {
            assert_eq!(code(password), expected, "{password}");
        }
    }

    #[test]
    fn long_ones_are_taken_up_to_the_limit() {
        let letters = |count: u32, step: fn(u32) -> u32| -> String {
            (0..count)
                .filter_map(|n| char::from_u32(u32::from('a') + step(n) % 26))
                .collect()
        };
        assert_eq!(code(&letters(64, |n| n * n * 7)), None);
        assert_eq!(code(&letters(257, |n| n * n)), Some("password_too_long"));
    }

    #[test]
    fn keyboards_that_compose_differently_agree() {
        assert_eq!(normalised("cafe\u{301}"), normalised("caf\u{e9}"));
    }
}
